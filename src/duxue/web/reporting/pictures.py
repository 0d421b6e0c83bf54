"""The charts of a round: data, the sentence that says what they show, and the table beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Any, Protocol

from duxue.packs.scoring import WIDE, claims_too_much
from duxue.web.common.lang import Words, say
from duxue.web.common.templatetags.duxue import compared
from duxue.web.reporting.figures import Figures, Indicator, Value
from duxue.web.reporting.models import ItemScore, UnitScore
from duxue.web.reporting.tiles import places_of

Link = Callable[[str], str]  # code of a unit -> where it leads
YearLink = Callable[[str, int], str]  # code of a unit, year -> where that figure leads
_SIGNS = (">=", "<=", ">", "<")
_NAMED = 3  # units that a sentence names


class Place(Protocol):
    """A unit as pictures name it."""

    @property
    def code(self) -> str:
        """Its code."""

    @property
    def name(self) -> Words:
        """Its name."""


class Scored(Protocol):
    """The scores of a unit, from the database or from a published folder."""

    @property
    def unit(self) -> Place:
        """The unit."""

    @property
    def points(self) -> Decimal:
        """Final points."""

    @property
    def detail(self) -> Any:
        """Text of `self` and `verified`, and `blocks`: code, zh, en, points of each."""


@dataclass(frozen=True)
class Picture:
    """One chart with its words and its table, which is also what an export gives; a cell is a value or {text, url}."""

    id: str
    title: Words
    kind: str
    data: Mapping[str, Any]
    sentence: Words
    head: tuple[Words, ...]
    rows: Sequence[Sequence[Any]]

    @property
    def table(self) -> dict[str, Any]:
        """The table as the chart tag takes it."""
        return {"head": self.head, "rows": self.rows}

    @property
    def plain(self) -> list[list[Any]]:
        """The rows of the table without where they lead: what an export gives."""
        return [[cell["text"] if isinstance(cell, dict) else cell for cell in row] for row in self.rows]


def door(text: Any, url: str) -> dict[str, Any]:
    """Return a cell of a table that leads somewhere."""
    return {"text": text, "url": url}


_UNIT, _POINTS = say("单位", "unit"), say("得分", "points")


def tiles(scores: Sequence[Scored], link: Link) -> Picture:
    """Return the tile map of the final points."""
    places = places_of([s.unit.code for s in scores])
    values = [float(s.points) for s in scores]
    shown = [
        {"id": s.unit.code, "label": str(s.unit.name), "col": places[s.unit.code][0], "row": places[s.unit.code][1],
         "value": float(s.points), "text": _plain(s.points), "href": link(s.unit.code)}
        for s in scores
    ]  # fmt: skip
    first, last = max(scores, key=lambda s: s.points), min(scores, key=lambda s: s.points)
    return Picture(
        "map", say("各单位得分", "Points by unit"), "tiles",
        {"tiles": shown, "scale": {"min": min(values), "max": max(values), "unit": str(say("分", "points"))}},
        say("{n} 个单位得分在 {low} 至 {high} 之间，最高{first}，最低{last}。",
            "{n} units score between {low} and {high}; {first} highest, {last} lowest.", n=len(scores), low=_plain(last.points),
            high=_plain(first.points), first=first.unit.name, last=last.unit.name),
        (say("代码", "code"), _UNIT, _POINTS),
        [[s.unit.code, s.unit.name, door(_plain(s.points), link(s.unit.code))] for s in scores],
    )  # fmt: skip


def boundaries(scores: Sequence[Scored], link: Link, boundary: Any) -> Picture:
    """Return the same figures on the authority's own boundaries."""
    base = tiles(scores, link)
    values = [{k: v for k, v in tile.items() if k not in ("col", "row")} for tile in base.data["tiles"]]
    data = {"geojson": boundary.geojson, "key": boundary.key, "values": values, "licence": boundary.approval}
    return Picture(base.id, base.title, "geo", data, base.sentence, base.head, base.rows)


def distance(figures: Figures, indicator: Indicator, year: int, link: Link) -> Picture | None:
    """Return how far each unit is from the standard; None where no standard holds in that year."""
    values = [v for v in figures.values(indicator.id) if v.year == year]
    judged = [v for v in values if v.standard]
    if not judged:
        return None
    sign, limit = _standard(judged[0].standard)
    measure = figures.measure(indicator.measure)
    by_group = sorted(values, key=lambda v: (v.by, -(v.value if v.value is not None else -1e99)))
    rows = [
        {"label": str(v.name), "value": v.value, "text": v.text, "state": v.state, "href": link(v.unit),
         **({"group": str(figures.by_title(v.by))} if v.by else {})}
        for v in by_group
    ]  # fmt: skip
    met, missed = (sum(v.verdict == verdict for v in judged) for verdict in ("met", "not_met"))
    return Picture(
        "distance", say("与标准的差距", "Distance to the standard"), "distance",
        {"unit": str(measure), "standard": {"value": limit, "label": str(say("标准", "Standard")), "direction": sign}, "rows": rows},
        say("{title}（标准：{standard}）：{n} 项中 {met} 项达到，{missed} 项未达到，{none} 项无法判定。",
            "{title} (standard: {standard}): {met} of {n} meet it, {missed} do not, {none} cannot be judged.", title=indicator.title,
            n=len(values), met=met, missed=missed, none=len(values) - met - missed, standard=compared(judged[0].standard, measure)),
        (_UNIT, say("类别", "breakdown"), _value(measure), say("标准", "standard"), say("结论", "verdict")),
        [[v.name, figures.by_title(v.by), door(v.text, link(v.unit)), compared(v.standard, measure), _VERDICTS.get(v.verdict, v.verdict)]
         for v in by_group],
    )  # fmt: skip


def _value(measure: Words) -> Words:
    """Return the heading of a column of figures with their unit of measure."""
    return say("数值（{unit}）", "value ({unit})", unit=measure) if measure.zh else say("数值", "value")


_VERDICTS: Mapping[str, Words] = {
    "met": say("达标", "met"), "not_met": say("未达标", "not met"), "not_computable": say("无法计算", "not computable"),
}  # fmt: skip


def _standard(text: str) -> tuple[str, float]:
    for sign in _SIGNS:
        if text.startswith(sign):
            return sign, float(text.removeprefix(sign).strip())
    return ">=", float(text)


def trend(figures: Figures, indicator: Indicator, link: YearLink, only: str = "") -> Picture | None:
    """Return the years in which an indicator has values, a line for each unit, or for `only` one; of the first breakdown.

    None where fewer than two years have any.
    """
    values = [v for v in figures.values(indicator.id) if not only or v.unit == only]
    if not values:
        return None
    by = values[0].by
    mine = [v for v in values if v.by == by]
    years = sorted({v.year for v in mine if v.value is not None})
    if len(years) < 2:
        return None
    lines: dict[str, dict[int, Value]] = {}
    for value in mine:
        lines.setdefault(value.unit, {})[value.year] = value
    series = [
        {"label": str(next(iter(line.values())).name), "href": [link(unit, y) for y in years],
         "values": [line[y].value if y in line else None for y in years],
         "texts": [line[y].text if y in line else None for y in years]}
        for unit, line in lines.items()
    ]  # fmt: skip
    known = [
        [v.value for y in years if (v := line.get(y)) and v.value is not None] for line in lines.values()
    ]
    moved = [(values[0], values[-1]) for values in known if len(values) > 1]
    more = sum(b > a for a, b in moved)
    detail = figures.by_title(by)
    title = (
        say("{title}（{by}）", "{title} ({by})", title=indicator.title, by=detail)
        if detail
        else indicator.title
    )
    return Picture(
        "trend", say("历年变化", "Over the years"), "trend", {"unit": str(figures.measure(indicator.measure)), "years": years, "series": series},
        say("{title}：{a} 至 {b} 年，{n} 个单位中 {more} 个上升。", "{title}: from {a} to {b} it rose in {more} of {n} units.",
            title=title, a=years[0], b=years[-1], n=len(moved), more=more),
        (_UNIT, *(say(str(y), str(y)) for y in years)),
        [[next(iter(line.values())).name, *(door(line[y].text, link(unit, y)) if y in line else "–" for y in years)]
         for unit, line in lines.items()],
    )  # fmt: skip


def radar(score: Scored, peers: Sequence[Scored], full: Mapping[str, Decimal], link: Link) -> Picture | None:
    """Return a unit's share of full points by block against the median of its peers; None with fewer than three blocks.

    `link`: code of a block -> where its items are.
    """
    blocks = score.detail.get("blocks", [])
    if len(blocks) < 3:
        return None
    theirs = {b["code"]: [float(x["points"]) for p in peers for x in p.detail["blocks"] if x["code"] == b["code"]] for b in blocks}  # fmt: skip
    mine = [float(b["points"]) for b in blocks]
    middle = [median(theirs[b["code"]]) for b in blocks]
    tops = [float(full.get(b["code"], Decimal(0))) or max(theirs[b["code"]]) for b in blocks]
    titles = [say(b["zh"], b["en"]) for b in blocks]
    above = [str(t) for t, m, p in zip(titles, mine, middle, strict=True) if m > p]
    return Picture(
        "radar", say("各板块与同类比较", "Blocks against peers"), "radar",
        {"axes": [{"label": str(t), "max": top, "href": link(b["code"])} for t, top, b in zip(titles, tops, blocks, strict=True)],
         "series": [{"label": str(score.unit.name), "values": mine, "emphasis": True},
                    {"label": str(say("同类中位数", "median of peers")), "values": [round(m, 3) for m in middle], "emphasis": False}]},
        say("{unit}在 {n} 个板块中有 {above} 个高于同类中位数。", "{unit} lies above the median of its peers on {above} of {n} blocks.",
            unit=score.unit.name, n=len(blocks), above=len(above)),
        (say("板块", "block"), say("得分", "points"), say("同类中位数", "median of peers"), say("满分", "full points")),
        [[t, door(f"{m:.2f}", link(b["code"])), f"{p:.2f}", f"{top:g}"] for t, m, p, top, b in zip(titles, mine, middle, tops, blocks, strict=True)],
    )  # fmt: skip


def spread(scores: Sequence[Scored], link: Link, own: str = "") -> Picture:
    """Return how units' points lie on each block."""
    titles = {b["code"]: say(b["zh"], b["en"]) for s in scores for b in s.detail["blocks"]}
    by_block = {c: {s.unit.code: float(b["points"]) for s in scores for b in s.detail["blocks"] if b["code"] == c} for c in titles}  # fmt: skip
    names = {s.unit.code: s.unit.name for s in scores}
    rows = [
        {"label": str(titles[c]), **({"own": own} if own else {}),
         "values": [{"id": u, "label": str(names[u]), "value": v, "href": link(u)} for u, v in points.items()]}
        for c, points in by_block.items()
    ]  # fmt: skip
    wide = max(by_block, key=lambda c: max(by_block[c].values()) - min(by_block[c].values()))
    gap = max(by_block[wide].values()) - min(by_block[wide].values())
    return Picture(
        "spread", say("各板块得分分布", "Spread of points by block"), "spread", {"unit": str(say("分", "points")), "rows": rows},
        say("差距最大的板块是“{title}”，最高与最低相差 {gap} 分。", "Units lie furthest apart on “{title}”: {gap} points between first and last.",
            title=titles[wide], gap=f"{gap:.2f}"),
        (_UNIT, *titles.values()),
        [[names[u], *(door(f"{by_block[c].get(u, 0):g}", link(u)) for c in titles)] for u in names],
    )  # fmt: skip


def gaps(scores: Sequence[Scored], link: Link, full: Decimal) -> Picture:
    """Return by how many points each unit's own claim lies above what was verified; far above is marked and named.

    `full`: full points of the whole; 0 where they are not known, then no unit is marked.
    """
    found = sorted(
        ((float(s.detail["self"]) - float(s.detail["verified"]), s) for s in scores), key=lambda g: -g[0]
    )
    wide = {
        s.unit.code
        for _, s in found
        if full
        and claims_too_much(Fraction(s.detail["self"]), Fraction(s.detail["verified"]), Fraction(full))
    }
    rows = [
        {"label": str(s.unit.name), "value": round(gap, 3), "text": f"{gap:+.2f}", "href": link(s.unit.code),
         **({"state": "at_risk" if s.unit.code in wide else "met"} if full else {})}
        for gap, s in found
    ]  # fmt: skip
    named = [s.unit.name for _, s in found if s.unit.code in wide]
    return Picture(
        "gaps", say("自评与核定", "Self-score and verified"), "distance",
        {"unit": str(say("分", "points")), "standard": {"value": 0, "label": str(say("与核定一致", "as verified")), "direction": "<="}, "rows": rows,
         "says": {"at_risk": str(say("自评明显高于核定", "claims far more than verified")), "met": str(say("自评没有明显高于核定", "does not claim far more"))}},
        _claims(named, full, [gap for gap, _ in found]),
        (_UNIT, say("自评", "self"), say("核定", "verified"), say("相差", "difference")),
        [[s.unit.name, s.detail["self"], s.detail["verified"], door(f"{gap:+.3f}".rstrip("0").rstrip("."), link(s.unit.code))] for gap, s in found],
    )  # fmt: skip


def _claims(named: Sequence[Words], full: Decimal, differences: Sequence[float]) -> Words:
    """Say which units claim far more than was verified, widest first, and from where on that is said."""
    if not full:
        return say(
            "自评与核定相差 {low} 至 {high} 分；缺少满分，不判断哪个单位明显高于核定。",
            "Self-scores differ from what was verified by {low} to {high} points; full points are not known, so no unit is said to claim far more.",
            low=f"{differences[-1]:+.2f}", high=f"{differences[0]:+.2f}",
        )  # fmt: skip
    bound = say(
        "高出满分的 {share}%（{points} 分）及以上才算明显；这一界限是提议的方法，官方未公布",
        "far means {share}% of full points ({points} points) or more, a proposed method; no official one is published",
        share=f"{float(100 * WIDE):g}", points=f"{float(WIDE * Fraction(full)):g}",
    )  # fmt: skip
    if not named:
        return say(
            "没有单位的自评明显高于核定：{bound}。", "No unit claims far more than was verified: {bound}.",
            bound=bound,
        )  # fmt: skip
    return say(
        "自评明显高于核定的单位有 {over} 个，高出最多的是{names}：{bound}。",
        "Units that claim far more than was verified: {over}, most in {names}; {bound}.",
        over=len(named), names=_names(named[:_NAMED]), bound=bound,
    )  # fmt: skip


def credibility(scores: Sequence[UnitScore], link: Link) -> Picture | None:
    """Return the credibility of the units' own scores; None where it was not computed."""
    found = sorted((s for s in scores if s.credibility is not None), key=lambda s: s.credibility or 0)
    if not found:
        return None
    rows = [
        {"label": str(s.unit.name), "value": float(s.credibility or 0), "text": f"{s.credibility:.4f}", "href": link(s.unit.code)}
        for s in found
    ]  # fmt: skip
    return Picture(
        "credibility", say("自评可信度", "Credibility of self-scores"), "distance",
        {"unit": "", "standard": {"value": 1, "label": str(say("与核定一致", "as verified")), "direction": ">="}, "rows": rows},
        say("可信度最低的是{name}（{value}）；1 表示自评与核定一致。", "Lowest credibility: {name} ({value}); 1 means that self-scores are as verified.",
            name=found[0].unit.name, value=f"{found[0].credibility:.4f}"),
        (_UNIT, say("可信度", "credibility")), [[s.unit.name, door(f"{s.credibility:.4f}", link(s.unit.code))] for s in found],
    )  # fmt: skip


def progress(
    counts: Mapping[str, Mapping[str, int]],
    names: Mapping[str, Words],
    states: Sequence[tuple[str, Words, str]],
    link: Link,
) -> Picture:
    """Return how many items of each unit are in which state."""
    done = sum(
        sum(v for k, v in c.items() if k not in ("open", "filled", "returned")) for c in counts.values()
    )
    total = sum(sum(c.values()) for c in counts.values())
    return Picture(
        "progress", say("填报进度", "Progress"), "stacked",
        {"states": [{"id": id, "label": str(label), "token": token} for id, label, token in states],
         "rows": [{"label": str(names[u]), "counts": dict(c), "href": link(u)} for u, c in counts.items()]},
        say("{total} 项自评中 {done} 项已提交。", "{done} of {total} answers are handed in.", total=total, done=done),
        (_UNIT, *(label for _, label, _ in states)),
        [[names[u], *(door(c.get(id, 0), link(u)) for id, _, _ in states)] for u, c in counts.items()],
    )  # fmt: skip


def worst_items(scores: Sequence[ItemScore]) -> list[tuple[ItemScore, Decimal]]:
    """Return the items of a unit on which it loses most, with the points lost, most first."""
    lost = [(s, Decimal(s.layers["full"]) - (s.points or Decimal(0))) for s in scores if s.layers.get("full")]
    return sorted((pair for pair in lost if pair[1] > 0), key=lambda pair: -pair[1])


def _plain(value: Decimal) -> str:
    return f"{value:.2f}"


def _names(names: Sequence[Words]) -> Words:
    if not names:
        return say("无", "none")
    return say("、".join(n.say("zh-hans") for n in names), ", ".join(n.say("en") for n in names))
