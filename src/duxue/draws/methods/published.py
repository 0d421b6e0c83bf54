"""Methods as cities have published and practised them, so that a printed draw can be checked; their odds are not all fair.

Sources: Nanchang 2023 (start and interval), Fuzhou (step), schools with tail numbers; see docs/methods/draw-ring-*.md
and draw-tail-digits.md for the rules and what is unfair about each.
"""

from __future__ import annotations

from collections.abc import Mapping

from duxue.core.errors import Place
from duxue.core.text import Text
from duxue.draws.hashing import derive_key, lowest
from duxue.draws.methods.base import Drawn, Method, Params, Reader, read_numbers
from duxue.draws.problems import refuse
from duxue.draws.tickets import Tickets


def walk_interval(count: int, places: int, start: int, interval: int) -> list[int]:
    """Return the numbers drawn from 1 to `count`: `start`, then each `interval`-th of those still in the ring."""
    ring = _Ring(count)
    rank, drawn = start - 1, []
    for left in range(count, count - places, -1):
        drawn.append(ring.take(rank))
        if left > 1:
            # The winner left, so the next one now has its rank: go interval - 1 further, round the ring.
            rank = (rank + interval - 1) % (left - 1)
    return drawn


class _Ring:
    """The numbers still in the ring, found by rank in logarithmic time (a Fenwick tree of ones)."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.tree = [i & -i for i in range(count + 1)]

    def take(self, rank: int) -> int:
        """Remove the number of 0-based `rank` and return it."""
        at, step, need = 0, 1 << self.count.bit_length(), rank
        while step:
            if at + step <= self.count and self.tree[at + step] <= need:
                at += step
                need -= self.tree[at]
            step >>= 1
        number = at + 1
        at = number
        while at <= self.count:
            self.tree[at] -= 1
            at += at & -at
        return number


def walk_step(count: int, places: int, step: int, start: int, more: int = 0) -> list[int]:
    """Return the numbers drawn: `start`, then `step` further round the ring; one already drawn gives way to the next free.

    `places` and then `more` for a waiting list.
    """
    following = list(range(count + 1))  # of each number the next one that may be free, itself first

    def free(number: int) -> int:
        root = number
        while following[root] != root:
            root = following[root]
        while following[number] != root:
            following[number], number = root, following[number]
        return root

    drawn, at = [], start
    for _ in range(places + more):
        number = free(at)
        drawn.append(number)
        if len(drawn) < count:
            following[number] = number % count + 1
        at = (number + step - 1) % count + 1
    return drawn


def pick_tails(count: int, places: int, group: int, digits: str) -> list[int]:
    """Return the numbers that win by their last digit, digits given to the groups in turn; the last draw is cut to the plan.

    `group` numbers form a group, 0 for one group of all. A digit that the group has had already gives nothing.
    """
    size = group or count
    groups = [range(first, min(first + size, count + 1)) for first in range(1, count + 1, size)]
    had: set[tuple[int, str]] = set()
    drawn: list[int] = []
    for i, digit in enumerate(digits):
        at = i % len(groups)
        if (at, digit) in had:
            continue
        had.add((at, digit))
        drawn += [n for n in groups[at] if n % 10 == int(digit)]
        if len(drawn) >= places:
            return drawn[:places]
    return drawn


def _bound_part(reader: Reader, name: str, tickets: Tickets) -> None:
    part = reader.part(name, "number")
    if part is not None and not 1 <= part["low"] <= part["high"] <= tickets.eligible:
        reader.wrong(
            name,
            f"{part['low']}–{part['high']}",
            Text(f"1到{tickets.eligible}之内", f"within 1 to {tickets.eligible}"),
        )


def _check_numbers(reader: Reader, tickets: Tickets) -> None:
    field = reader.field("number", needed=False)
    if field:
        read_numbers(tickets, field)


def _prepare_interval(reader: Reader, tickets: Tickets) -> None:
    reader.places()
    _check_numbers(reader, tickets)
    _bound_part(reader, "start", tickets)
    _bound_part(reader, "interval", tickets)


def _draw_interval(tickets: Tickets, params: Params, seed: bytes, values: Mapping[str, str]) -> Drawn:  # noqa: ARG001
    names = read_numbers(tickets, params["number"])
    start, interval = int(values[params["start"]]), int(values[params["interval"]])
    drawn = [
        names[n - 1] for n in walk_interval(len(names), params["take"] + params["reserve"], start, interval)
    ]
    return Drawn(drawn[: params["take"]], drawn[params["take"] :])


def _prepare_step(reader: Reader, tickets: Tickets) -> None:
    reader.places()
    _check_numbers(reader, tickets)
    _bound_part(reader, "start", tickets)


def _draw_step(tickets: Tickets, params: Params, seed: bytes, values: Mapping[str, str]) -> Drawn:  # noqa: ARG001
    names = read_numbers(tickets, params["number"])
    take = params["take"]
    step = -(-len(names) // take)  # n / k rounded up, as published
    drawn = [
        names[n - 1]
        for n in walk_step(len(names), take, step, int(values[params["start"]]), params["reserve"])
    ]
    return Drawn(drawn[:take], drawn[take:])


def _prepare_tails(reader: Reader, tickets: Tickets) -> None:
    reader.places(reserve=False)
    _check_numbers(reader, tickets)
    reader.whole("group", default=0)
    reader.choice("shuffle", "none", "keyed")
    reader.part("digits", "digits")
    if reader.params["number"] and reader.params["shuffle"] == "keyed":
        reader.wrong(
            "shuffle", "keyed", Text("“none”：序号已由字段给出", '"none": the numbers are given by a field')
        )


def _draw_tails(tickets: Tickets, params: Params, seed: bytes, values: Mapping[str, str]) -> Drawn:
    names = read_numbers(tickets, params["number"])
    if params["shuffle"] == "keyed":
        names = [n.decode() for n in lowest(derive_key(seed, "tail-digits/1"), tickets.batches(), len(names))]
    drawn = pick_tails(len(names), params["take"], params["group"], values[params["digits"]])
    if len(drawn) < params["take"]:
        raise refuse(
            "DRAW042",
            place=Place(field=params["digits"]),
            found=f"{values[params['digits']]}: {len(drawn)}",
            expected=Text(f"抽满 {params['take']} 个名额", f"{params['take']} places filled"),
            advice=Text("请按更多位数重新公布承诺。", "Commit again with more digits to be drawn."),
        )
    return Drawn([names[n - 1] for n in drawn])


RING_INTERVAL = Method(
    "ring-interval/1",
    Text("起始号加间隔号（南昌）", "start and interval (Nanchang)"),
    "draw-ring-interval.md",
    _prepare_interval,
    _draw_interval,
)
RING_STEP = Method(
    "ring-step/1",
    Text("起始号加步长（福州）", "start and step (Fuzhou)"),
    "draw-ring-step.md",
    _prepare_step,
    _draw_step,
)
TAIL_DIGITS = Method(
    "tail-digits/1", Text("抽尾号", "tail digits"), "draw-tail-digits.md", _prepare_tails, _draw_tails
)
