"""The methods of drawing, each named and versioned; docs/methods has a page for each with its odds."""

from duxue.draws.methods.base import Drawn, Method, Params
from duxue.draws.methods.groups import MULTISTAGE, STRATIFIED
from duxue.draws.methods.published import RING_INTERVAL, RING_STEP, TAIL_DIGITS
from duxue.draws.methods.simple import KEYED_ORDER, SEQUENTIAL
from duxue.draws.methods.sized import BUNDLES, PPS_SYSTEMATIC

METHODS: dict[str, Method] = {
    m.id: m
    for m in (
        KEYED_ORDER,
        SEQUENTIAL,
        STRATIFIED,
        MULTISTAGE,
        PPS_SYSTEMATIC,
        BUNDLES,
        RING_INTERVAL,
        RING_STEP,
        TAIL_DIGITS,
    )
}

__all__ = ["METHODS", "Drawn", "Method", "Params"]
