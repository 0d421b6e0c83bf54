"""The grammar of claims in English, written by people or by translation machines."""

from duxue.claims.english.find import find
from duxue.claims.english.tables import read_table
from duxue.claims.english.voice import (
    document_mode,
    document_org,
    heading_org,
    latest_year,
    lead_org,
    lead_period,
    opened_mode,
    periods,
    section_mode,
)

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
