"""The grammar of claims in English, written by people or by translation machines."""

from duxue.claims.english.find import find

__all__ = ["find"]
