"""What differs between two packs, element by element, and whether it can change a result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from duxue.core.text import Lang, Text
from duxue.packs import shape
from duxue.packs.loader import LoadedPack
from duxue.packs.schema import Pack

Kind = Literal["added", "removed", "changed"]
Effect = Literal["results", "presentation", "text"]
EFFECTS: tuple[Effect, ...] = ("results", "presentation", "text")

# Keys that change how a figure is shown, and keys that only change what is said about it; all others may change results.
_PRESENTATION = {
    "decimals",
    "group",
    "better",
    "report",
    "label",
    "severity_text",
    "headline",
    "sections",
    "order",
}
_TEXT = {"title", "summary", "note", "help", "advice", "reason", "source", "sources", "name", "status", "clause", "number",
         "dated", "zh", "en", "aliases"}  # fmt: skip

_SECTION_TITLES = {
    "pack": Text("规则包", "pack"),
    "levels": Text("层级", "level"),
    "units_of_measure": Text("计量单位", "unit of measure"),
    "dimensions": Text("分组", "dimension"),
    "forms": Text("表", "form"),
    "checks": Text("校验", "check"),
    "populations": Text("范围", "population"),
    "constants": Text("常量", "constant"),
    "indicators": Text("指标", "indicator"),
    "standards": Text("标准", "standard"),
    "verdicts": Text("判定", "verdict"),
    "procedures": Text("程序", "procedure"),
    "report": Text("报告", "report"),
    "sources": Text("来源", "source"),
}
_KIND_TITLES = {
    "added": Text("新增", "added"),
    "removed": Text("删除", "removed"),
    "changed": Text("修改", "changed"),
}
_EFFECT_TITLES = {
    "results": Text("影响结果", "changes results"),
    "presentation": Text("只影响呈现", "presentation only"),
    "text": Text("只影响文字", "text only"),
}
_NOTHING = Text("两个规则包内容相同。", "The two packs say the same.")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `old` and `new` are JSON values; None where there is nothing on that side."""

    kind: Kind
    section: str  # indicators, standards ...; pack for its head
    element: str  # id of the element; for a standard its indicator, breakdown, region and date
    key: str  # path inside the element such as `formula` or `fields > pupils > unit`; empty for a whole element
    old: Any
    new: Any
    effect: Effect

    def to_dict(self) -> dict[str, Any]:
        """Return the change as plain JSON values."""
        return {
            "kind": self.kind,
            "section": self.section,
            "element": self.element,
            "key": self.key,
            "old": self.old,
            "new": self.new,
            "effect": self.effect,
        }

    def say(self, lang: Lang) -> str:
        """Return the change as one or more lines of text."""
        section = _SECTION_TITLES.get(self.section, Text(self.section, self.section)).say(lang)
        head = f"{_KIND_TITLES[self.kind].say(lang)} {section} {self.element}".rstrip()
        if not self.key:
            return head
        if self.kind == "added":
            return f"{head}\n    {self.key}: + {_show(self.new)}"
        if self.kind == "removed":
            return f"{head}\n    {self.key}: - {_show(self.old)}"
        return f"{head}\n    {self.key}: {_show(self.old)} → {_show(self.new)}"


def diff(a: LoadedPack | Pack, b: LoadedPack | Pack) -> list[Change]:
    """Return the differences from `a` to `b`: those that may change results first, then in the order of a pack."""
    old, new = _content(a), _content(b)
    changes: list[Change] = []
    for section in _SECTION_TITLES:
        changes.extend(_compare_section(section, old.get(section, {}), new.get(section, {})))
    return sorted(changes, key=lambda change: EFFECTS.index(change.effect))


def render(changes: Iterable[Change], lang: Lang) -> str:
    """Return changes as text, grouped by effect."""
    changes = list(changes)
    if not changes:
        return _NOTHING.say(lang)
    lines: list[str] = []
    for effect in EFFECTS:
        group = [change for change in changes if change.effect == effect]
        if group:
            count = f"（{len(group)}）" if lang == "zh" else f" ({len(group)})"
            lines.append(f"{_EFFECT_TITLES[effect].say(lang)}{count}")
            lines.extend("  " + change.say(lang).replace("\n", "\n  ") for change in group)
    return "\n".join(lines)


def _content(pack: LoadedPack | Pack) -> dict[str, dict[str, Any]]:
    # section -> element -> JSON value; elements by id, standards by what they speak about.
    plain = shape.canonical(pack.pack if isinstance(pack, LoadedPack) else pack)
    content: dict[str, dict[str, Any]] = {"pack": {"": {}}}
    for key, value in plain.items():
        if key == "standards":
            content[key] = _name_standards(value)
        elif key in ("report", "sources"):
            content[key] = {"": value} if key == "report" else value
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            content[key] = {element["id"]: element for element in value}
        else:
            content["pack"][""][key] = value
    return content


def _name_standards(standards: list[dict[str, Any]]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for standard in standards:
        parts = [
            standard["indicator"],
            standard.get("level", ""),
            *(f"{k}={v}" for k, v in standard.get("by", {}).items()),
        ]
        parts += [standard.get("region", ""), standard.get("from", "")]
        name = " ".join(part for part in parts if part)
        while name in named:
            name += " *"
        named[name] = standard
    return named


def _compare_section(section: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    changes: list[Change] = []
    whole: Effect = "presentation" if section == "report" else "text" if section == "sources" else "results"
    for name in [*old, *(n for n in new if n not in old)]:
        if name not in new:
            changes.append(Change("removed", section, name, "", old[name], None, whole))
        elif name not in old:
            changes.append(Change("added", section, name, "", None, new[name], whole))
        else:
            for path, a, b in _walk(old[name], new[name], ()):
                effect = _effect(section, path)
                kind: Kind = (
                    "changed" if a is not None and b is not None else "added" if a is None else "removed"
                )
                changes.append(Change(kind, section, name, " > ".join(path), a, b, effect))
    # The order of indicators decides what L1..L7 means, that of levels which one is finer.
    before, after = [n for n in old if n in new], [n for n in new if n in old]
    if section in ("levels", "indicators") and before != after:
        changes.append(Change("changed", section, "", "order", before, after, "results"))
    return changes


def _effect(section: str, path: tuple[str, ...]) -> Effect:
    if section == "sources" or any(part in _TEXT for part in path):
        # A category's alias or a column's title decides what a header matches, never what is computed from it.
        return "text"
    if section == "report" or any(part in _PRESENTATION for part in path[-1:]):
        # Decimal places of a column refuse data that have more; those of an indicator are for print.
        return "results" if section == "forms" and path[-1:] == ("decimals",) else "presentation"
    if section == "pack" and path[:1] in (("id",), ("version",)):
        return "text"
    return "results"


def _walk(a: Any, b: Any, path: tuple[str, ...]) -> Iterable[tuple[tuple[str, ...], Any, Any]]:
    if a == b:
        return
    if isinstance(a, dict) and isinstance(b, dict):
        for key in [*a, *(k for k in b if k not in a)]:
            yield from _walk(a.get(key), b.get(key), (*path, str(key)))
    elif _by_id(a) and _by_id(b):
        left, right = ({item["id"]: item for item in side} for side in (a, b))
        if list(left) != list(right) and set(left) == set(right):
            yield (*path, "order"), list(left), list(right)
        for name in [*left, *(n for n in right if n not in left)]:
            yield from _walk(left.get(name), right.get(name), (*path, name))
    else:
        yield path, a, b


def _by_id(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) and "id" in v for v in value)


def _show(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_show(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_show, value)) + "]"
    return (
        {True: "true", False: "false", None: "-"}[value]
        if value is None or isinstance(value, bool)
        else str(value)
    )
