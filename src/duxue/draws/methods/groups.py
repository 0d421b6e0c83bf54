"""Methods that draw by groups: strata with their own places, and stages such as counties first, then schools."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from duxue.core.errors import Place
from duxue.core.text import Text, same
from duxue.draws.hashing import Lowest, derive_key, lowest, netstrings
from duxue.draws.methods.base import Drawn, Method, Params, Reader
from duxue.draws.problems import make
from duxue.draws.tickets import Tickets

Path = tuple[str, ...]


def in_order(paths: Mapping[Path, object] | set[Path]) -> list[Path]:
    """Return groups in the order of the UTF-8 bytes of their cells."""
    return sorted(paths, key=lambda path: [cell.encode() for cell in path])


def apportion(places: int, sizes: Sequence[int], minimum: int) -> list[int]:
    """Return places for groups: first `minimum` each (or the whole group), the rest by size, largest remainder first.

    Equal remainders: the group that stands earlier. Exact whole numbers; `places` must reach the minimums and must not
    pass the sum of the sizes.
    """
    floors = [min(minimum, size) for size in sizes]
    rest, free = places - sum(floors), [s - f for s, f in zip(sizes, floors, strict=True)]
    total = sum(free)
    if rest <= 0 or total == 0:
        return floors
    extra = [rest * f // total for f in free]
    order = sorted(range(len(sizes)), key=lambda i: (-(rest * free[i] % total), i))
    for i in order[: rest - sum(extra)]:
        extra[i] += 1
    return [f + e for f, e in zip(floors, extra, strict=True)]


def _read_rule(reader: Reader, by: Sequence[str], *, proportional: bool) -> None:
    """Read how many are drawn from each group."""
    rule = reader.choice("rule", "each", "table", *(["proportional"] if proportional else []))
    reader.whole("take", 0 if rule == "table" else 1, default=0 if rule == "table" else None)
    reader.choice("short", "refuse", "all")
    table: list[dict[str, Any]] = []
    raw = reader.raw.get("table", [])
    for row in raw if isinstance(raw, list) else [raw]:
        group, take = (row.get("group"), row.get("take")) if isinstance(row, dict) else (None, None)
        right = isinstance(group, list) and len(group) == len(by) and all(isinstance(c, str) for c in group)
        if (
            not right
            or not isinstance(take, int)
            or isinstance(take, bool)
            or not 0 <= take < 2**31
            or any(t["group"] == group for t in table)
        ):
            reader.wrong(
                "table",
                row,
                Text(
                    f"{{group = [{', '.join(by)}], take = 整数}}，每组一行",
                    f"{{group = [{', '.join(by)}], take = a whole number}}, one for each group",
                ),
            )
            continue
        table.append({"group": group, "take": take})
    if (rule == "table") != bool(table):
        reader.wrong(
            "table", raw, Text('仅当 rule = "table" 时给出', 'given when rule = "table", and only then')
        )
    reader.params["table"] = sorted(table, key=lambda t: [c.encode() for c in t["group"]])


def _too_small(reader: Reader, path: Path, take: int, size: int, unit: Text) -> None:
    if sum(p.code == "DRAW025" for p in reader.problems) < 50:
        name = " / ".join(path) or "–"
        reader.problems.append(
            make(
                "DRAW025",
                place=Place(file=reader.file, field="take"),
                what=Text(
                    f"“{name}”组不足应抽数", f"the group “{name}” is smaller than what must be drawn from it"
                ),
                found=f"{size}",
                expected=Text(f"至少{take}{unit.zh}", f"at least {take} {unit.en}"),
                advice=Text(
                    '请减少该组应抽数，或在方案中写 short = "all"（不足则全抽）。',
                    'Draw fewer from it, or say short = "all" in the plan (a small group is taken whole).',
                ),
            )
        )


_TICKETS = Text("签", "tickets")
_UNITS = Text("个单位", "units")


def allot(params: Params, sizes: Mapping[Path, int]) -> dict[Path, int]:
    """Return how many are drawn from each group of these sizes."""
    groups = in_order({**sizes})
    if params["rule"] == "proportional":
        places = min(params["take"], sum(sizes.values()))
        return dict(
            zip(groups, apportion(places, [sizes[g] for g in groups], params["minimum"]), strict=True)
        )
    if params["rule"] == "table":
        table = {tuple(t["group"]): t["take"] for t in params["table"]}
        return {g: min(table.get(g, 0), sizes[g]) for g in groups}
    return {g: min(params["take"], sizes[g]) for g in groups}


# --- stratified -------------------------------------------------------------------------------------------------------


def _prepare_stratified(reader: Reader, tickets: Tickets) -> None:
    by = reader.fields("by", needed=True)
    _read_rule(reader, by, proportional=True)
    reader.whole("minimum", default=0)
    reader.whole("reserve", default=0)
    if reader.problems:
        return
    params = reader.params
    sizes = Counter(tickets.count_groups(by))
    if params["rule"] != "proportional" and params["minimum"]:
        reader.wrong(
            "minimum",
            params["minimum"],
            Text('只用于 rule = "proportional"', 'only with rule = "proportional"'),
        )
    if params["rule"] == "proportional":
        if params["take"] > tickets.eligible:
            reader.too_many(params["take"], tickets.eligible)
        least = sum(min(params["minimum"], size) for size in sizes.values())
        if params["take"] < least:
            reader.wrong(
                "take",
                params["take"],
                Text(f"至少 {least}：各组最低数之和", f"at least {least}, the sum of the groups' minimums"),
            )
        for path in in_order(sizes):
            if params["short"] == "refuse" and sizes[path] < params["minimum"]:
                _too_small(reader, path, params["minimum"], sizes[path], _TICKETS)
    elif params["short"] == "refuse":
        wanted: dict[Path, int] = dict.fromkeys(sizes, int(params["take"]))
        if params["rule"] == "table":
            wanted = {tuple(t["group"]): t["take"] for t in params["table"]}
        for path in in_order(wanted):
            if sizes[path] < wanted[path]:
                _too_small(reader, path, wanted[path], sizes[path], _TICKETS)


def _draw_stratified(tickets: Tickets, params: Params, seed: bytes, values: Mapping[str, str]) -> Drawn:  # noqa: ARG001
    by, reserve = params["by"], params["reserve"]
    sizes = Counter(tickets.count_groups(by))
    quotas = allot(params, sizes)
    best = {g: Lowest(derive_key(seed, "stratified/1", *g), quotas[g] + reserve) for g in quotas}
    _spread(tickets, by, best)
    selected, waiting, groups = [], [], []
    for group, take in quotas.items():
        names = [n.decode() for n in best[group].result()]
        selected += names[:take]
        waiting += names[take:]
        groups.append({"path": list(group), "size": sizes[group], "taken": take})
    return Drawn(selected, waiting, groups=groups)


def _spread(tickets: Tickets, fields: Sequence[str], best: Mapping[Path, Lowest]) -> None:
    """Show each ticket to the one that collects its group."""
    for batch in tickets.by_group(fields):
        for group, members in batch.items():
            if group in best:
                best[group].add(members)


STRATIFIED = Method(
    "stratified/1",
    Text("分层抽取", "stratified"),
    "draw-stratified.md",
    _prepare_stratified,
    _draw_stratified,
)


# --- stages -----------------------------------------------------------------------------------------------------------


def _prepare_stages(reader: Reader, tickets: Tickets) -> None:
    stages = _read_stages(reader)
    by = reader.fields("by")
    _read_rule(reader, by, proportional=False)
    reader.whole("minimum", default=0)
    if reader.problems:
        return
    params, widths = reader.params, stage_widths(stages)
    fields = stage_fields(stages)
    if twice := sorted({f for f in fields + by if (fields + by).count(f) > 1}):
        reader.wrong("stages", ", ".join(twice), Text("每个字段只用一次", "each field once"))
        return
    sizes = Counter(tickets.count_groups(fields + by))
    if params["short"] == "all":
        return
    for stage, (above, width) in zip(stages, widths, strict=True):
        units = Counter(p[:above] for p in {path[:width] for path in sizes})
        for parent in in_order(units):
            if units[parent] < stage["take"]:
                _too_small(reader, parent, stage["take"], units[parent], _UNITS)
    depth = len(fields)
    own: dict[Path, list[Path]] = {}
    for path in in_order(sizes):
        own.setdefault(path[:depth], []).append(path)
    table = [(tuple(t["group"]), t["take"]) for t in params["table"]]
    for unit, cells in own.items():
        wanted = [(unit + g, n) for g, n in table] if table else [(c, params["take"]) for c in cells]
        for path, take in wanted:
            if sizes[path] < take:
                _too_small(reader, path, take, sizes[path], _TICKETS)
        if (whole := sum(sizes[c] for c in cells)) < params["minimum"]:
            _too_small(reader, unit, params["minimum"], whole, _TICKETS)


def _read_stages(reader: Reader) -> list[dict[str, Any]]:
    raw, stages = reader.raw.get("stages"), []
    for entry in raw if isinstance(raw, list) else []:
        inner = Reader(entry if isinstance(entry, dict) else {}, reader.tickets, reader.parts, reader.file)
        inner.fields("within")
        inner.field("unit")
        inner.whole("take", 1)
        inner.params.setdefault("reserve", 0)
        for name in sorted(set(inner.raw) - {"within", "unit", "take"}):
            inner.wrong(f"stages.{name}", inner.raw[name], same("within, unit, take"))
        reader.problems += inner.problems
        stages.append({k: inner.params[k] for k in ("within", "unit", "take")})
    if not stages:
        reader.wrong(
            "stages",
            raw,
            Text("至少一个阶段 {within, unit, take}", "at least one stage {within, unit, take}"),
        )
    reader.params["stages"] = stages
    return stages


def stage_fields(stages: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the fields that make the path of a unit, from the widest to the narrowest."""
    return [f for stage in stages for f in [*stage["within"], stage["unit"]]]


def stage_widths(stages: Sequence[Mapping[str, Any]]) -> list[tuple[int, int]]:
    """Return for each stage how many cells of the path name the parent, and how many the unit."""
    widths, width = [], 0
    for stage in stages:
        above = width + len(stage["within"])
        width = above + 1
        widths.append((above, width))
    return widths


def _draw_stages(tickets: Tickets, params: Params, seed: bytes, values: Mapping[str, str]) -> Drawn:  # noqa: ARG001
    stages, by = params["stages"], params["by"]
    fields = stage_fields(stages)
    sizes = Counter(tickets.count_groups(fields + by))
    paths = {path[: len(fields)] for path in sizes}
    units: list[list[str]] = []
    for number, (stage, (above, width)) in enumerate(zip(stages, stage_widths(stages), strict=True), 1):
        children: dict[Path, set[Path]] = {}
        for path in paths:
            children.setdefault(path[:above], set()).add(path[:width])
        kept: set[Path] = set()
        for parent in in_order(children):
            names = {netstrings(*child): child for child in children[parent]}
            key = derive_key(seed, "multistage/1", f"stage {number}", *parent)
            drawn = [names[name] for name in lowest(key, [list(names)], stage["take"])]
            units += [list(child) for child in drawn]
            kept |= {*drawn}
        paths = {path for path in paths if path[:width] in kept}
    return _draw_last(
        tickets, params, seed, {p: n for p, n in sizes.items() if p[: len(fields)] in paths}, units
    )


def _draw_last(
    tickets: Tickets, params: Params, seed: bytes, sizes: Mapping[Path, int], units: list[list[str]]
) -> Drawn:
    """Draw tickets within the units that were drawn: by cell, then up to the unit's minimum from all that are left."""
    fields = stage_fields(params["stages"])
    depth, minimum = len(fields), params["minimum"]
    cells: dict[Path, dict[Path, int]] = {}
    for path in in_order({**sizes}):
        cells.setdefault(path[:depth], {})[path[depth:]] = sizes[path]
    quotas = {unit + cell: n for unit, own in cells.items() for cell, n in allot(params, own).items()}
    best = {path: Lowest(derive_key(seed, "multistage/1", "cell", *path), n) for path, n in quotas.items()}
    _spread(tickets, [*fields, *params["by"]], best)
    tops = (
        {unit: Lowest(derive_key(seed, "multistage/1", "top-up", *unit), minimum) for unit in cells}
        if minimum
        else {}
    )
    if tops:
        _spread(tickets, fields, tops)
    selected, groups = [], []
    for unit, own in cells.items():
        drawn: list[str] = []
        for cell, size in own.items():
            names = [n.decode() for n in best[unit + cell].result()]
            drawn += names
            groups.append({"path": [*unit, *cell], "size": size, "taken": len(names)})
        missing = minimum - len(drawn)
        if unit in tops and missing > 0:
            taken = {*drawn}
            more = [n for n in (x.decode() for x in tops[unit].result()) if n not in taken][:missing]
            groups.append({"path": [*unit, "+"], "size": sum(own.values()) - len(drawn), "taken": len(more)})
            drawn += more
        selected += drawn
    return Drawn(selected, units=units, groups=groups)


MULTISTAGE = Method(
    "multistage/1", Text("多阶段抽取", "multi-stage"), "draw-multistage.md", _prepare_stages, _draw_stages
)
