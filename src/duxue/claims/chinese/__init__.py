"""The grammar of claims in Chinese, simplified and traditional."""

from duxue.claims.chinese.find import find
from duxue.claims.chinese.sections import document_mode, section_mode
from duxue.claims.chinese.tables import read_table
from duxue.claims.chinese.territories import document_org
from duxue.claims.chinese.voice import heading_org, latest_year, lead_org, lead_period, opened_mode, periods

__all__ = [
    "document_mode",
    "document_org",
    "find",
    "heading_org",
    "latest_year",
    "lead_org",
    "lead_period",
    "opened_mode",
    "periods",
    "read_table",
    "section_mode",
]
