"""Methods in which tickets differ: odds in proportion to a size, and bundles that take several seats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from duxue.core.errors import Place
from duxue.core.text import Text
from duxue.draws.documents import LARGEST
from duxue.draws.hashing import Numbers, derive_key, lowest, netstrings
from duxue.draws.methods.base import Drawn, Method, Params, Reader
from duxue.draws.problems import make
from duxue.draws.tickets import Tickets


def find_certain(places: int, sizes: Sequence[int]) -> set[int]:
    """Return the positions whose share is a whole place or more: they are taken for certain, again for the rest, until none is left."""
    certain: set[int] = set()
    rest = [i for i, size in enumerate(sizes) if size]
    while places > len(certain):
        left, total = places - len(certain), sum(sizes[i] for i in rest)
        large = [i for i in rest if left * sizes[i] >= total]
        if not large:
            break
        certain.update(large)
        rest = [i for i in rest if i not in certain]
    return certain


def _prepare_pps(reader: Reader, tickets: Tickets) -> None:
    take, _ = reader.places(reserve=False)
    field = reader.field("size")
    if reader.problems:
        return
    total = 0
    for id, cell in tickets.rows([field]):
        size = int(cell) if cell.isascii() and cell.isdigit() and len(cell) < 16 and cell[0] != "0" else 0
        total += size
        if not size:
            reader.problems.append(
                make(
                    "DRAW027",
                    place=Place(file=tickets.path.name, field=field),
                    found=f"{id}: {cell}",
                    expected=Text("正整数，无前导零", "a whole number above 0 without leading zeros"),
                    advice=Text(
                        "规模为零的单位不可能抽中，请列入剔除并说明理由。",
                        "A unit of size 0 cannot be drawn: exclude it with its reason.",
                    ),
                )
            )
            if len(reader.problems) >= 50:
                return
    if take * total > LARGEST:
        reader.wrong(
            "size", total, Text(f"名额乘总规模不超过{LARGEST}", f"places times total size at most {LARGEST}")
        )


def _draw_pps(tickets: Tickets, params: Params, seed: bytes, values: Mapping[str, str]) -> Drawn:  # noqa: ARG001
    """Systematic draw along the keyed order: the line of sizes is cut at equal steps from a uniform whole start."""
    take = params["take"]
    size_of = {id: int(cell) for id, cell in tickets.rows([params["size"]])}
    order = [
        n.decode()
        for n in lowest(derive_key(seed, "pps-systematic/1", "order"), tickets.batches(), tickets.eligible)
    ]
    sizes = [size_of[id] for id in order]
    certain = find_certain(take, sizes)
    selected = [order[i] for i in sorted(certain)]
    left, total = take - len(certain), sum(s for i, s in enumerate(sizes) if i not in certain)
    if left:
        mark, reached = Numbers(derive_key(seed, "pps-systematic/1", "start")).below(total), 0
        for i, size in enumerate(sizes):
            if i not in certain:
                reached += left * size
                if mark < reached:
                    selected.append(order[i])
                    mark += total
    groups = [
        {"path": ["certain"], "size": len(certain), "taken": len(certain)},
        {"path": ["by size"], "size": len(order) - len(certain), "taken": left},
    ]
    return Drawn(selected, groups=groups)


PPS_SYSTEMATIC = Method(
    "pps-systematic/1",
    Text("按规模比例抽取", "in proportion to size"),
    "draw-pps-systematic.md",
    _prepare_pps,
    _draw_pps,
)


def _prepare_bundles(reader: Reader, tickets: Tickets) -> None:  # noqa: ARG001 - places() looks at the tickets
    reader.places()
    reader.field("bundle")
    reader.choice("overflow", "skip", "exceed")


def _draw_bundles(tickets: Tickets, params: Params, seed: bytes, values: Mapping[str, str]) -> Drawn:  # noqa: ARG001
    """Order bundles by key, then seat them by head."""
    members: dict[bytes, list[str]] = {}
    for id, cell in tickets.rows([params["bundle"]]):
        name = netstrings("bundle", cell) if cell else netstrings("ticket", id)
        members.setdefault(name, []).append(id)
    order = lowest(derive_key(seed, "bundles/1"), [list(members)], len(members))
    seats: int = params["take"]
    selected: list[str] = []
    waiting: list[str] = []
    for name in order:
        heads = members[name]
        if seats > 0 and (len(heads) <= seats or params["overflow"] == "exceed"):
            selected += heads
            seats -= len(heads)
        elif len(waiting) < params["reserve"]:
            waiting += heads
    return Drawn(selected, waiting)


BUNDLES = Method("bundles/1", Text("捆绑抽取", "bundles"), "draw-bundles.md", _prepare_bundles, _draw_bundles)
