"""Reports and plans as text with structure: what is a heading, what a paragraph, what only page furniture."""

from duxue.documents.model import Block, Document

__all__ = ["Block", "Document"]
