"""What every method has: a name with version, parameters that are checked before the commitment, and the draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text, same
from duxue.draws.documents import LARGEST
from duxue.draws.problems import make
from duxue.draws.tickets import Tickets

Params = dict[str, Any]
Parts = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a draw gives: ids in the order drawn, those waiting, and how many came from where."""

    selected: list[str]
    waiting: list[str] = field(default_factory=list)
    units: list[list[str]] = field(default_factory=list)  # units drawn in earlier stages, each as its path
    groups: list[dict[str, Any]] = field(default_factory=list)  # {"path", "size", "taken"} in order

    def to_dict(self) -> dict[str, Any]:
        """Return the result as it stands in a certificate."""
        return {
            "selected": self.selected,
            "waiting": self.waiting,
            "units": self.units,
            "groups": self.groups,
        }


@dataclass(frozen=True, slots=True)
class Method:
    """A named and versioned method; a version that was ever used never changes."""

    id: str
    title: Text
    page: str  # of docs/methods
    prepare: Callable[[Reader, Tickets], None]
    draw: Callable[[Tickets, Params, bytes, Mapping[str, str]], Drawn]


class Reader:
    """Reads raw parameters into normal form (every parameter written out) and collects what is wrong."""

    def __init__(self, raw: Mapping[str, Any], tickets: Tickets, parts: Parts, file: str = "") -> None:
        """Read `raw` for a draw from `tickets` with the announced seed `parts`."""
        self.raw, self.tickets, self.parts, self.file = raw, tickets, parts, file
        self.params: Params = {}
        self.problems: list[Problem] = []

    def whole(self, name: str, low: int = 0, high: int = LARGEST, default: int | None = None) -> int:
        """Read a whole number."""
        value = self.raw.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.wrong(name, value, Text(f"{low}到{high}的整数", f"a whole number from {low} to {high}"))
            value = low
        self.params[name] = value
        return value

    def choice(self, name: str, *allowed: str) -> str:
        """Read one of some words; the first is the default."""
        value = self.raw.get(name, allowed[0])
        if value not in allowed:
            self.wrong(name, value, same(" | ".join(allowed)))
            value = allowed[0]
        self.params[name] = value
        return str(value)

    def fields(self, name: str, *, needed: bool = False) -> list[str]:
        """Read names of fields that the list must have."""
        value = self.raw.get(name, [])
        value = [value] if isinstance(value, str) else value
        if (
            not isinstance(value, list)
            or not all(isinstance(v, str) for v in value)
            or len({*value}) != len(value)
            or (needed and not value)
        ):
            self.wrong(name, value, Text("字段名的列表", "a list of names of fields"))
            value = []
        self.params[name] = value
        for each in value:
            self.has_field(each, name)
        return [f for f in value if f in self.tickets.fields]

    def field(self, name: str, *, needed: bool = True) -> str:
        """Read the name of one field; empty when not needed and absent."""
        value = self.raw.get(name, "")
        if not isinstance(value, str) or (needed and not value):
            self.wrong(name, value, Text("一个字段名", "the name of a field"))
            value = ""
        self.params[name] = value
        return value if value and self.has_field(value, name) else ""

    def has_field(self, field: str, name: str) -> bool:
        """Tell when the list lacks a field."""
        if field in self.tickets.fields:
            return True
        self.problems.append(
            make(
                "DRAW023",
                place=Place(file=self.file, field=name),
                found=field,
                expected=same(", ".join(self.tickets.fields)),
            )
        )
        return False

    def part(self, name: str, kind: str) -> Mapping[str, Any] | None:
        """Read the name of a seed part of a kind, whose value the method uses as it is."""
        value = self.raw.get(name, name)
        self.params[name] = value
        for part in self.parts:
            if part["name"] == value and part["kind"] == kind:
                return part
        self.wrong(
            name,
            value,
            Text(f'一个 kind = "{kind}" 的 [[seed]] 的名称', f'the name of a [[seed]] of kind = "{kind}"'),
        )
        return None

    def places(self, *, reserve: bool = True) -> tuple[int, int]:
        """Read `take` and `reserve` (a number or "all"); more places than tickets is refused, a longer reserve is cut."""
        eligible = self.tickets.eligible
        take = self.whole("take", 1)
        if take > eligible:
            self.too_many(take, eligible)
        raw = self.raw.get("reserve", 0)
        if not reserve:
            if raw:
                self.wrong("reserve", raw, Text("0：此方法没有候补", "0: this method has no waiting list"))
            return take, 0
        if raw == "all":
            self.params["reserve"] = max(eligible - take, 0)
        else:
            self.params["reserve"] = min(self.whole("reserve", default=0), max(eligible - take, 0))
        return take, self.params["reserve"]

    def too_many(self, take: int, eligible: int) -> None:
        """Tell that there are more places than tickets."""
        self.problems.append(
            make(
                "DRAW024",
                place=Place(file=self.file, field="take"),
                found=str(take),
                expected=Text(
                    f"不多于可抽签数 {eligible}", f"no more than the {eligible} tickets that take part"
                ),
                advice=Text(
                    "签数不多于名额时无需抽签，全部录取即可。",
                    "With no more tickets than places no draw is needed: admit all.",
                ),
            )
        )

    def wrong(self, name: str, value: object, expected: Text) -> None:
        """Tell that a parameter is wrong."""
        self.problems.append(
            make(
                "DRAW022",
                place=Place(file=self.file, field=name),
                found="" if value is None else str(value),
                expected=expected,
            )
        )

    def finish(self) -> Params:
        """Return the parameters in normal form; Refused when anything is wrong, an unknown parameter included."""
        known = set(self.params) | {"reserve"}
        for name in sorted(set(self.raw) - known):
            self.wrong(
                name,
                self.raw[name],
                Text(
                    "没有这个参数；有：" + "、".join(sorted(known)),
                    "no such parameter; there are " + ", ".join(sorted(known)),
                ),
            )
        if self.problems:
            raise Refused(self.problems)
        return self.params


def read_numbers(tickets: Tickets, number_field: str) -> list[str]:
    """Return the ids by their published number 1 to n: the place on the list, or the whole number in a field."""
    if not number_field:
        return list(tickets.ids())
    by_number: dict[int, str] = {}
    for id, cell in tickets.rows([number_field]):
        number = int(cell) if cell.isascii() and cell.isdigit() and len(cell) < 12 else 0
        if not 1 <= number <= tickets.eligible or number in by_number:
            raise Refused(
                [
                    make(
                        "DRAW028",
                        place=Place(file=tickets.path.name, field=number_field),
                        found=f"{id}: {cell}",
                        expected=Text(f"1到{tickets.eligible}各一次", f"1 to {tickets.eligible}, each once"),
                    )
                ]
            )
        by_number[number] = id
    return [by_number[n] for n in range(1, tickets.eligible + 1)]
