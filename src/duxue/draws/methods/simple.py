"""Methods in which every ticket has the same odds, singly and in every combination."""

from __future__ import annotations

from collections.abc import Mapping

from duxue.core.text import Text
from duxue.draws.hashing import Numbers, derive_key, lowest
from duxue.draws.methods.base import Drawn, Method, Params, Reader
from duxue.draws.tickets import Tickets


def _prepare(reader: Reader, tickets: Tickets) -> None:  # noqa: ARG001 - places() looks at the tickets
    reader.places()


def _draw_keyed(tickets: Tickets, params: Params, seed: bytes, values: Mapping[str, str]) -> Drawn:  # noqa: ARG001
    take, reserve = params["take"], params["reserve"]
    order = lowest(derive_key(seed, "keyed-order/1"), tickets.batches(), take + reserve)
    names = [name.decode() for name in order]
    return Drawn(names[:take], names[take:])


def _draw_sequential(tickets: Tickets, params: Params, seed: bytes, values: Mapping[str, str]) -> Drawn:  # noqa: ARG001
    """Draw places one after another among those left: a shuffle that stops early and remembers only what it moved."""
    take, count = params["take"], tickets.eligible
    numbers = Numbers(derive_key(seed, "sequential/1"))
    moved: dict[int, int] = {}
    positions = []
    for i in range(take + params["reserve"]):
        j = i + numbers.below(count - i)
        positions.append(moved.get(j, j))
        moved[j] = moved.pop(i, i)
    names = tickets.at(positions)
    return Drawn(names[:take], names[take:])


KEYED_ORDER = Method(
    "keyed-order/1", Text("密钥排序", "keyed order"), "draw-keyed-order.md", _prepare, _draw_keyed
)
SEQUENTIAL = Method(
    "sequential/1", Text("逐个抽取", "one after another"), "draw-sequential.md", _prepare, _draw_sequential
)
