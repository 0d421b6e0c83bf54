"""What a pack makes of a new round: its items, in the order of the tree, and which figures each of them looks at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from duxue.packs import scoring as shape
from duxue.packs.base import Bilingual, Source, SourceRef
from duxue.packs.schema import Pack
from duxue.scoring import tree


@dataclass(frozen=True)
class Draft:
    """One node of the tree, before it is a row."""

    code: str
    parent: str  # "" at the top
    order: int
    title: Mapping[str, str]
    points: Fraction
    kind: str  # branch, computed, judged, mixed
    rule: Mapping[str, Any] = field(default_factory=dict)
    guidance: Mapping[str, Any] = field(default_factory=dict)


def items_of(pack: Pack) -> list[Draft]:
    """Return the tree of what is scored, branches before their leaves."""
    assert pack.scoring is not None
    titles = {window.id: window.title for window in pack.scoring.windows}
    inherited = {leaf.item.id: leaf.window for leaf in tree.leaves(pack.scoring)}
    drafts: list[Draft] = []

    def add(item: shape.Item, parent: str) -> None:
        window = titles.get(inherited.get(item.id) or "")
        drafts.append(
            Draft(
                item.id, parent, len(drafts) + 1, _pair(item.title), item.points, kind_of(item.rule),
                item.rule.model_dump(mode="json", by_alias=True, exclude_none=True) if item.rule else {},
                _guidance(item, pack, window),
            )
        )  # fmt: skip
        for child in item.items:
            add(child, item.id)

    for block in pack.scoring.items:
        add(block, "")
    return drafts


def _guidance(item: shape.Item, pack: Pack, window: Bilingual | None) -> dict[str, Any]:
    if item.rule is None:
        return {}
    found: dict[str, Any] = {"criteria": [_pair(title) for title in _criteria(item.rule)]}
    for name, text in (("evidence", item.evidence), ("responsible", item.responsible), ("window", window)):
        if text is not None:
            found[name] = _pair(text)
    found["verified"] = list(item.verified)
    if source := _source(item.source, pack):
        found["source"] = source
    return found


def _criteria(rule: shape.Rule) -> Iterator[Bilingual]:
    match rule:
        case shape.Elements():
            yield from (element.title for element in rule.elements)
        case shape.Composite():
            for part in rule.parts:
                yield from _criteria(part.rule)


def _source(ref: SourceRef | None, pack: Pack) -> dict[str, str]:
    source = pack.sources.get(ref) if isinstance(ref, str) else ref
    if not isinstance(source, Source):
        return {}
    name = source.name.text if source.name else None
    parts = [p for p in (source.number, source.clause) if p]
    return {
        "zh": " ".join([*([f"《{name.zh}》"] if name else []), *parts]),
        "en": " ".join([*([name.say("en")] if name else []), *parts]),
        "status": source.status,
    }


def _pair(text: Bilingual) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def kind_of(rule: shape.Rule | None) -> str:
    """Return whether data decide an item (computed), people do (judged), or both have a part (mixed); branch without rule."""
    if rule is None:
        return "branch"
    kinds = set(_kinds(rule))
    return kinds.pop() if len(kinds) == 1 else "mixed"


def _kinds(rule: shape.Rule) -> Iterator[str]:
    match rule:
        case shape.Judged() | shape.Stepwise():
            yield "judged"
        case shape.Elements():
            yield from ("judged" if e.of is None or e.meets is None else "computed" for e in rule.elements)
        case shape.Composite():
            for part in rule.parts:
                yield from _kinds(part.rule)
        case shape.ByClass():
            for one in rule.rules:
                yield from _kinds(one.rule)
        case _:
            yield "computed"


def figures_of(rule: shape.Rule | None) -> list[tuple[shape.Figure, str | None]]:
    """Return the figures that a rule looks at, each once, with the comparison it is held to."""
    return [(figure, meets) for figure, meets, _ in held_figures(rule)]


def held_figures(rule: shape.Rule | None) -> list[tuple[shape.Figure, str | None, str | None]]:
    """Return the same with the level below at which each unit is held to it; None where the scored unit itself is."""
    found: dict[tuple[str, tuple[tuple[str, str], ...]], tuple[shape.Figure, str | None, str | None]] = {}
    for held in _figures(rule):
        found.setdefault((held[0].of, tuple(sorted(held[0].by.items()))), held)
    return list(found.values())


def _figures(rule: shape.Rule | None) -> Iterator[tuple[shape.Figure, str | None, str | None]]:
    match rule:
        case None | shape.Judged() | shape.Stepwise() | shape.Rectified():
            return
        case shape.Elements():
            for element in rule.elements:
                if element.of is not None:
                    yield shape.Figure(of=element.of, by=element.by), element.meets, None
        case shape.Composite():
            for part in rule.parts:
                yield from _figures(part.rule)
        case shape.ByClass():
            for one in rule.rules:
                yield from _figures(one.rule)
        case _:
            figure = shape.Figure(of=rule.of, by=rule.by)
            yield figure, getattr(rule, "meets", None), getattr(rule, "each", None)
