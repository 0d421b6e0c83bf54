"""The grammar of claims in Chinese, simplified and traditional."""

from duxue.claims.chinese.find import find

__all__ = ["find"]
