"""Numbers in reports as claims that can be checked: found, read and placed without any language model."""

from duxue.claims.extract import extract
from duxue.claims.model import Claim, as_row

__all__ = ["Claim", "as_row", "extract"]
