"""Reports and plans as text with structure: what is a heading, what a paragraph, what only page furniture."""

from duxue.documents.model import Block, Document
from duxue.documents.problems import CODES
from duxue.documents.read import ENDINGS, read
from duxue.documents.structure import from_text

__all__ = ["CODES", "ENDINGS", "Block", "Document", "from_text", "read"]
