"""What only the whole pack can tell of `procedures`: names, states nobody can reach or leave, sources."""

from __future__ import annotations

from duxue.packs.problems import MOST
from duxue.packs.procedure_graph import find_faults
from duxue.packs.review import Review
from duxue.packs.yamltree import Path


def procedures(review: Review) -> None:
    """Check the pack's procedures; nothing where it has none."""
    steps = [step.id for procedure in review.pack.procedures for step in procedure.steps]
    for number, procedure in enumerate(review.pack.procedures):
        base: Path = ("procedures", number)
        review.source(procedure.source, (*base, "source"))
        for key in ("clocks", "steps"):
            for place, element in enumerate(getattr(procedure, key)):
                review.source(element.source, (*base, key, place, "source"))
        for fault in find_faults(procedure, steps):
            if len(review.found) < MOST:
                review.found.append(fault.tell(review.place((*base, *fault.path))))
