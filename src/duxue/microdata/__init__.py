"""Microdata: a folder of tables becomes typed, checked rows, accepted whole or not at all, kept as immutable snapshots."""

from duxue.core.workbook import Limits
from duxue.microdata.assemble import Source
from duxue.microdata.checks import explain_violations
from duxue.microdata.draft import Draft, read_folder
from duxue.microdata.match import ColumnMatch, Match, TableMatch
from duxue.microdata.problems import CODES, brief
from duxue.microdata.snapshot import (
    CellPlace,
    Flag,
    Snapshot,
    build_tree,
    find_same,
    identify,
    open_snapshot,
    store,
    write,
)

__all__ = [
    "CODES",
    "CellPlace",
    "ColumnMatch",
    "Draft",
    "Flag",
    "Limits",
    "Match",
    "Snapshot",
    "Source",
    "TableMatch",
    "brief",
    "build_tree",
    "explain_violations",
    "find_same",
    "identify",
    "open_snapshot",
    "read_folder",
    "store",
    "write",
]
