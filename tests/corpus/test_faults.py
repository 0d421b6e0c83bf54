"""Faults known in real reports are flagged, and sound claims are left alone; skipped where the reports are not beside."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.reading_checks import BESIDE, FAULTS, Fault, Seen, alarms, check_folder, faulty, flags

pytestmark = pytest.mark.skipif(
    not (BESIDE / "gold.jsonl").is_file(), reason="the reports are not beside the repository"
)
_ONE_IN_TWENTY = 0.05


@pytest.fixture(scope="module")
def five() -> list[Seen]:
    """The five reports, checked."""
    return check_folder(BESIDE)


@pytest.mark.parametrize("fault", [f for f in FAULTS if f.sure == "yes"], ids=str)
def test_every_certain_fault_is_flagged(five: list[Seen], fault: Fault) -> None:
    seen = next(s for s in five if s.document.name.startswith(fault.report))
    assert flags(seen, fault)


@pytest.mark.parametrize("folder", [BESIDE, BESIDE / "more"], ids=["five", "more"])
def test_false_alarms_are_few(folder: Path) -> None:
    sound = false = 0
    for seen in check_folder(folder):
        places, raised = faulty(seen), alarms(seen)
        for index, claim in enumerate(seen.claims):
            if not any(claim.start < end and start < claim.end for start, end in places):
                sound += 1
                false += index in raised
    assert sound > 200
    assert false <= _ONE_IN_TWENTY * sound
