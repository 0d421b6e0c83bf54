"""What is planted on purpose: gaps in clean data, faults in faulty data, each with its place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gap:
    """An optional cell that is empty on purpose."""

    file: str
    row: int  # as the spreadsheet shows it; the header is row 1
    column: str
    field: str
    unit: str  # code of the school or county


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that the checks must find at its place."""

    file: str
    row: int  # as the spreadsheet shows it; the header is row 1
    column: str  # header of the cell, or of the first of the cells concerned
    field: str
    kind: str
    check: str  # the pack's check that finds it, or required, type, range, category, duplicate, orphan,
    # merge_chain, merge_circle, merge_across
    detail: str
    follows: str = (
        ""  # file and row of the planted fault that makes the checks find this place too; else empty
    )
