"""The words of a reason: who needs what, who could go, and what keeps the others away."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from duxue.core.errors import Problem
from duxue.core.text import Text
from duxue.draws.inspection.constraints import title_of
from duxue.draws.inspection.model import Case
from duxue.draws.inspection.problems import at, tell

if TYPE_CHECKING:
    from duxue.draws.inspection.reasons import Reason

MOST_NAMED = 8


def tell_reason(case: Case, reason: Reason) -> Problem:
    """Return a reason as a problem whose text can be read aloud."""
    code = {"schools": "INSP020", "places": "INSP021", "visits": "INSP022"}[reason.kind]
    say = {"schools": _say_schools, "places": _say_places, "visits": _say_visits}[reason.kind]
    text = say(case, reason)
    titles = [title_of(c, case) for c in reason.constraints]
    if titles:
        text = Text(
            f"{text.zh}。不能同时满足：{'；'.join(t.zh for t in titles)}",
            f"{text.en}. Cannot be kept together: {'; '.join(t.en for t in titles)}",
        )
    return tell(code, at("rules"), text, needed=reason.needed, available=reason.available)


def _say_schools(case: Case, reason: Reason) -> Text:
    name = " / ".join(reason.stratum)
    where = Text(f"分层 {name}", f"stratum {name}") if reason.stratum else Text("全部名单", "the whole list")
    return Text(
        f"{where.zh}需抽 {reason.needed} 所，可抽的只有 {reason.available} 所{_list_causes(case, reason, '所').zh}",
        f"{where.en} needs {reason.needed} schools, only {reason.available} may be drawn{_list_causes(case, reason, '所').en}",
    )


def _say_places(case: Case, reason: Reason) -> Text:
    schools = {s.id: s for s in case.schools}
    ids = list(dict.fromkeys(school for school, _ in reason.places))
    counties = sorted({schools[name].county for name in ids})
    names = {c.id: c.name for c in case.counties}
    if len(counties) == 1:
        county = names.get(counties[0]) or counties[0]
        where = Text(f"{county}", f"county {county}")
    else:
        where = Text(f"{len(counties)} 个县（市、区）", f"{len(counties)} counties")
    skills = Counter(skill for _, skill in reason.places)
    kinds_zh = "、".join(f"{n} 个{s}名额" for s, n in sorted(skills.items()))
    kinds_en = " and ".join(
        f"{n} {s + ' ' if s else ''}place{'s' if n > 1 else ''}" for s, n in sorted(skills.items())
    )
    able = len(reason.inspectors)
    level = Text("", "")
    if reason.level is not None:
        fewest = reason.level - (case.rules.gap or 0)
        level = Text(
            f"（有人至多只能有 {fewest} 次，故每人至多 {reason.level} 次）",
            f" (at most {reason.level} visits each, for someone else can have only {fewest})",
        )
    if able:
        who = Text(
            f"只有 {able} 名督学可去{level.zh}（{_name(reason.inspectors, '、')}），合计最多排 {reason.available} 个",
            f"only {able} inspector{'s' if able > 1 else ''} can go{level.en} ({_name(reason.inspectors, ', ')}) "
            f"and they can fill {reason.available}",
        )
    else:
        who = Text("没有督学可去", "no inspector can go")
    causes = _list_causes(case, reason, "人")
    return Text(
        f"{where.zh}：{len(ids)} 所学校（{_name(ids, '、')}）有 {kinds_zh}，{who.zh}{causes.zh}",
        f"{where.en}: {len(ids)} school{'s' if len(ids) > 1 else ''} ({_name(ids, ', ')}) with {kinds_en}, "
        f"{who.en}{causes.en}",
    )


def _say_visits(case: Case, reason: Reason) -> Text:
    count = len(reason.inspectors)
    causes = _list_causes(case, reason, "所")
    return Text(
        f"{count} 名督学（{_name(reason.inspectors, '、')}）每人至少 {reason.level} 次（或达到本人上限）共需 "
        f"{reason.needed} 次，抽中学校中最多只能安排 {reason.available} 次{causes.zh}",
        f"{count} inspector{'s' if count > 1 else ''} ({_name(reason.inspectors, ', ')}) {'need' if count > 1 else 'needs'} "
        f"{reason.needed} visits for "
        f"at least {reason.level} each (or all they can give); the drawn schools have room for {reason.available}{causes.en}",
    )


def _list_causes(case: Case, reason: Reason, counter: str) -> Text:
    if not reason.blocked:
        return Text("", "")
    told = [([title_of(c, case) for c in causes], len(ids)) for causes, ids in reason.blocked]
    thing = "schools" if counter == "所" else "inspectors"
    zh = "，".join(f"{n} {counter}因“{'”和“'.join(t.zh for t in titles)}”" for titles, n in told)
    en = ", ".join(f"{n} by {' and '.join(repr(t.en) for t in titles)}" for titles, n in told)
    return Text(f"；被排除：{zh}", f"; {thing} kept out: {en}")


def _name(ids: list[str] | tuple[str, ...], comma: str) -> str:
    shown = comma.join(ids[:MOST_NAMED])
    return f"{shown} … ({len(ids)})" if len(ids) > MOST_NAMED else shown
