"""Comparisons inside one document: parts and totals, shares and their counts, changes and levels, ratios that cannot be.

Claims come in the order of the text. Everything is looked at once from left to right; what belongs together is told by
sentences, by the words between two claims, and by units. A rule speaks only where the words tie the numbers together,
so that a sound text stays without alarms; a number that fits is reported too, as support.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from duxue.claims.findings import Finding, Severity, number, spot, tell
from duxue.claims.model import Claim
from duxue.claims.printed import follows, step
from duxue.claims.script import plain
from duxue.claims.terms import FLOWS, concepts, lowered
from duxue.claims.units import PERCENT, POINT
from duxue.documents.model import Document

_END = re.compile(r"[。！？!?\n]|\.(?=\s|[A-Z]|$)")
_MAY_PASS_100 = re.compile(
    r"gross|retention|consolidat|complet|promotion|transition|fulfil|overfulfil|target|increase|growth|grew|rise|rose|more than in|of the (?:plan|quota)|毛|巩固|完成|升学|超额|计划|任务|增|提高|达到率|相当于|到位|利用"
)
_PARTS = re.compile(
    r"其中|包括|分解如下|分类看|分别为|具体为|of which|of whom|of them|of these|including|comprising|made up of|broken down"
)
_WHOLE_LIST = re.compile(r"分解如下|分类看|具体为|made up of|comprising|broken down")
_PER_TEACHER = re.compile(
    r"[生师]{2}比[^,。;]{0,6}$|(?:pupil|student|learner)[ -]{1,3}(?:to[ -])?teacher ratio[^,.;]{0,20}$"
)
_DECIMALS = re.compile(r"\.(\d+)")
_REST = re.compile(r"其他|其它|其余|the rest|remaining|others?\b")
_ACCOUNTS = re.compile(r"占|accounting for|accounts for|accounted for|or (?:about )?$|equal to|equals")
_FROM = re.compile(r"(?:由|从|from)[^,。;]{0,16}$")
_TO = re.compile(r"^[^,。;]{0,12}(?:到|至|增至|to)\s?(?:(?:19|20)\d\d年)?(?:[^,。;0-9]{0,8})$")
_ABOVE = re.compile(r"高出|高于|超过|above|higher than|over")
_REQUIRED = re.compile(r"国家(?:要求|标准|规定)|national (?:requirement|standard|line)|the country")
_IN_ALL = re.compile(r"共|累计|总|total|altogether|in all")
_AVERAGE = re.compile(r"平均|人均|average|each")

_CROWDED, _STAFFED = 60.0, 3.0  # pupils for one member of staff
_SCHOOL_SIZE = (5.0, 8000.0)  # pupils or places for one school
_DWELLING = 500_000.0  # yuan for one flat of staff housing
_NEAR = 160  # characters between claims that are set side by side
_SCHOOLS = frozenset({"school", "kindergarten", "institution"})
_NATIONAL = (
    (frozenset({"inclusive"}), 80.0),  # 教督〔2020〕1号: inclusive coverage of kindergartens at least 80%
    (frozenset({"kindergarten", "enrolrate"}), 85.0),  # the same: gross enrolment of three years at least 85%
    (frozenset({"retention"}), 95.0),  # 教督〔2017〕6号: junior three-year retention at least 95%
)


@dataclass(slots=True)
class _Text:
    """A document with its claims, its sentences, and what each claim counts."""

    text: str
    claims: Sequence[Claim]
    ends: list[int]
    named: list[frozenset[str]]
    block: list[int]

    def sentence(self, index: int) -> int:
        return bisect_right(self.ends, self.claims[index].start)

    def between(self, first: int, second: int) -> str:
        return self.text[self.claims[first].end : self.claims[second].start]

    def before(self, index: int, length: int) -> str:
        start = self.claims[index].start
        floor = self.claims[index - 1].end if index else 0
        return self.text[max(start - length, floor, 0) : start]


def compare_within(document: Document, claims: Sequence[Claim]) -> list[Finding]:
    """Return what the claims of one document say of each other, by claim."""
    if not claims:
        return []
    text = plain(document.text)
    starts = [b.start for b in document.blocks]
    held = _Text(
        text,
        claims,
        [m.end() for m in _END.finditer(text)],
        [concepts(f"{c.measure} {c.quote}") for c in claims],
        [bisect_right(starts, c.start) for c in claims],
    )
    found: list[Finding] = []
    for rule in (
        _above_100,
        _staff,
        _per_school,
        _dwellings,
        _parts,
        _shares,
        _changes,
        _from_to,
        _gaps,
        _ratios,
    ):
        found.extend(rule(held))
    return sorted(found, key=lambda f: (f.claim, f.code))


def _above_100(held: _Text) -> Iterator[Finding]:
    for index, claim in enumerate(held.claims):
        if (
            claim.unit != PERCENT
            or claim.value is None
            or claim.value <= 100
            or claim.kind not in ("actual", "target")
        ):
            continue
        begin = held.ends[held.sentence(index) - 1] if held.sentence(index) else 0
        around = held.text[max(begin, claim.start - 160) : claim.end + 20].lower()
        if _MAY_PASS_100.search(around):
            continue
        reason = tell("share-above-100", f"{number(claim.value)}%", f"{number(claim.value)}%")
        yield Finding(index, "share-above-100", "contradicted", "error", reason, (spot(claim),))


def _staff(held: _Text) -> Iterator[Finding]:
    """Set pupils beside the staff named in the same sentence; one pair that fits is enough."""
    for index, claim in enumerate(held.claims):
        if not claim.value or not _is_stock(held, index, "staff", "teacher"):
            continue
        beside = [
            other
            for other in range(max(index - 2, 0), min(index + 3, len(held.claims)))
            if other != index and _is_stock(held, other, "pupil") and _beside(held, index, other)
            and held.sentence(other) == held.sentence(index) and (held.claims[other].value or 0) >= 100
        ]  # fmt: skip
        shares = [(held.claims[other].value or 0) / claim.value for other in beside]
        if not shares or any(_STAFFED <= share <= _CROWDED for share in shares):
            continue
        pupils, share = held.claims[beside[0]], shares[0]
        what = (number(pupils.value or 0), number(claim.value), number(share))
        reason = tell(
            "pupils-per-staff",
            f"学生{what[0]}人、教职工{what[1]}人，平均{what[2]}名学生一名教职工",
            f"{what[0]} pupils, {what[1]} staff: {what[2]} pupils for each",
        )
        severity: Severity = "error" if share < _STAFFED else "warning"
        yield Finding(
            index, "pupils-per-staff", "contradicted", severity, reason, (spot(claim), spot(pupils))
        )


def _is_stock(held: _Text, index: int, *heads: str) -> bool:
    """Tell whether a claim counts all who are there, and nobody else."""
    named, claim = held.named[index], held.claims[index]
    counted = named & {"pupil", "staff", "teacher", "school", "kindergarten"}
    before = concepts(held.before(index, 40)) if not named & FLOWS else named
    return (
        claim.unit == "person"
        and claim.kind == "actual"
        and bool(counted & set(heads))
        and not (named | before) & FLOWS
    )


def _beside(held: _Text, first: int, second: int) -> bool:
    a, b = held.claims[min(first, second)], held.claims[max(first, second)]
    return (
        held.block[first] == held.block[second]
        and b.start - a.end < _NEAR
        and a.org == b.org
        and a.period == b.period
    )


def _per_school(held: _Text) -> Iterator[Finding]:
    """Set new places beside the new schools named just before them."""
    for index in range(1, len(held.claims)):
        school, places = held.claims[index - 1], held.claims[index]
        if places.unit != "place" or school.unit not in _SCHOOLS or not places.value or not school.value:
            continue
        listed = (
            index > 1
            and held.claims[index - 2].unit in _SCHOOLS
            and held.sentence(index - 2) == held.sentence(index)
        )
        if listed or _IN_ALL.search(held.between(index - 1, index).lower()):
            continue
        if (
            places.reasons
            or held.sentence(index) != held.sentence(index - 1)
            or not _beside(held, index, index - 1)
        ):
            continue
        share = places.value / school.value
        if places.direction == "-" or _SCHOOL_SIZE[0] <= share <= _SCHOOL_SIZE[1]:
            continue
        what = (number(places.value), number(school.value), number(share))
        reason = tell(
            "per-school",
            f"{what[1]}所、{what[0]}个学位，每所{what[2]}个",
            f"{what[0]} places in {what[1]} schools, {what[2]} each",
        )
        yield Finding(index, "per-school", "contradicted", "warning", reason, (spot(places), spot(school)))


def _dwellings(held: _Text) -> Iterator[Finding]:
    """Set the money beside the staff flats that it built."""
    for index in range(1, len(held.claims)):
        flats, money = held.claims[index - 1], held.claims[index]
        if money.unit != "yuan" or flats.unit != "dormitory" or not flats.value or money.value is None:
            continue
        if held.sentence(index) != held.sentence(index - 1) or not _beside(held, index, index - 1):
            continue
        if money.value / flats.value > _DWELLING:
            what = (number(money.value), number(flats.value), number(round(money.value / flats.value)))
            reason = tell(
                "cost-per-dwelling",
                f"{what[0]}元建{what[1]}套，每套{what[2]}元",
                f"{what[0]} yuan for {what[1]} flats, {what[2]} each",
            )
            yield Finding(
                index - 1, "cost-per-dwelling", "contradicted", "warning", reason, (spot(flats), spot(money))
            )


def _family(claim: Claim) -> str:
    return (
        "school" if claim.unit in _SCHOOLS else "project" if claim.unit in ("project", "item") else claim.unit
    )


def _parts(held: _Text) -> Iterator[Finding]:
    """Add up what follows 其中, 包括, of which, and hold it against the total before."""
    cues = [(m.start(), m.end(), m[0]) for m in _PARTS.finditer(lowered(held.text))]
    claims = held.claims
    starts = [c.start for c in claims]
    for begin, end, cue in cues:
        first = bisect_right(starts, end - 1)
        stop = (
            held.ends[bisect_right(held.ends, end)]
            if bisect_right(held.ends, end) < len(held.ends)
            else len(held.text)
        )
        whole_list = bool(_WHOLE_LIST.search(cue))
        if not whole_list:
            semicolon = held.text.find(";", end, stop)
            stop = semicolon if semicolon >= 0 else stop
        parts = [i for i in range(first, min(first + 24, len(claims))) if claims[i].start < stop]
        if not parts:
            continue
        seen: set[str] = set()
        for at in range(first - 1, max(first - 6, -1), -1):
            total = claims[at]
            family = _family(total)
            near = begin - total.end < (_NEAR if whole_list else 24)
            if (
                family in seen
                or not near
                or total.value is None
                or family in (PERCENT, POINT, "rank", "ratio", "year_count")
            ):
                continue
            seen.add(family)
            if _AVERAGE.search(held.text, total.end, begin) or _AVERAGE.search(held.before(at, 20)):
                continue
            mine = list(_run(held, parts, family))
            yield from _add_up(
                held, at, mine, whole_list or cue in ("包括", "including") or _exhausts(held, mine)
            )


def _run(held: _Text, parts: Sequence[int], family: str) -> Iterator[int]:
    """Yield the parts of one family up to where a further breakdown begins."""
    for number_of, index in enumerate(parts):
        claim = held.claims[index]
        if (
            _family(claim) != family
            or claim.value is None
            or (claim.kind == "change" and claim.direction == "-")
        ):
            continue
        if number_of and _PARTS.search(held.between(index - 1, index)):
            return
        yield index


def _exhausts(held: _Text, parts: Sequence[int]) -> bool:
    """Tell whether parts leave nothing over: the last is the rest of them."""
    if len(parts) < 2:
        return False
    words = f"{held.between(parts[-2], parts[-1])} {held.claims[parts[-1]].quote}"
    return _REST.search(plain(words).lower()) is not None


def _add_up(held: _Text, at: int, parts: Sequence[int], is_whole: bool) -> Iterator[Finding]:
    total = held.claims[at]
    assert total.value is not None
    slack = step(total) / 2 + sum(step(held.claims[i]) / 2 for i in parts) + 1e-6
    for index in parts:
        part = held.claims[index]
        if (part.value or 0) > total.value + slack and total.comparator in ("=", "<", "<=", "~"):
            what = (number(part.value or 0), number(total.value))
            reason = tell(
                "part-exceeds-total", f"部分{what[0]}，总数{what[1]}", f"part {what[0]}, total {what[1]}"
            )
            yield Finding(
                index, "part-exceeds-total", "contradicted", "warning", reason, (spot(part), spot(total))
            )
            return
    if len(parts) < 2:
        return
    added = float(sum(held.claims[i].value or 0 for i in parts))
    what = (number(added), number(total.value))
    places = (spot(total), *(spot(held.claims[i]) for i in parts))
    if abs(added - total.value) <= slack or follows(total, added):
        reason = tell("parts-add-up", f"合计{what[0]}", f"they come to {what[0]}")
        yield Finding(at, "parts-add-up", "supported", "note", reason, places)
    elif (
        is_whole
        and len(parts) >= 3
        and total.comparator == "="
        and abs(added - total.value) < 0.5 * total.value
    ):
        reason = tell(
            "parts-differ",
            f"各部分合计{what[0]}，总数{what[1]}",
            f"the parts come to {what[0]}, the total is {what[1]}",
        )
        yield Finding(at, "parts-differ", "contradicted", "warning", reason, places)


def _shares(held: _Text) -> Iterator[Finding]:
    """Recompute a share from the count just before it and a total further up."""
    for index in range(1, len(held.claims)):
        share, part = held.claims[index], held.claims[index - 1]
        if part.kind == "change" and index > 1:  # 4747 of them, 510 more than before, 68% of all
            part = held.claims[index - 2]
        if (
            share.unit != PERCENT
            or share.value is None
            or share.kind != "actual"
            or not 0 < share.value <= 100
        ):
            continue
        if part.value is None or part.unit in (PERCENT, POINT, "rank", "ratio") or part.kind != "actual":
            continue
        words = held.between(index - 1, index).lower()
        if held.sentence(index) != held.sentence(index - 1) or len(words) > 24 or not _ACCOUNTS.search(words):
            continue
        yield from _follow_share(held, index, part)


def _follow_share(held: _Text, index: int, part: Claim) -> Iterator[Finding]:
    share = held.claims[index]
    near: list[Claim] = []
    for at in range(index - 2, max(index - 14, -1), -1):
        whole = held.claims[at]
        if (
            _family(whole) != _family(part)
            or not whole.value
            or whole.kind != "actual"
            or whole.value <= (part.value or 0)
        ):
            continue
        if share.period != whole.period:
            continue
        computed = 100 * (part.value or 0) / whole.value
        if follows(share, computed):
            what = (number(part.value or 0), number(whole.value), number(computed))
            reason = tell(
                "share-follows", f"{what[0]}÷{what[1]}={what[2]}%", f"{what[0]} of {what[1]} is {what[2]}%"
            )
            yield Finding(
                index, "share-follows", "supported", "note", reason, (spot(share), spot(part), spot(whole))
            )
            return
        if held.sentence(at) == held.sentence(index):
            near.append(whole)
    if len(near) == 1 and near[0].value:
        whole, computed = near[0], 100 * (part.value or 0) / near[0].value
        what = (number(part.value or 0), number(near[0].value), number(computed))
        reason = tell(
            "share-differs", f"{what[0]}÷{what[1]}={what[2]}%", f"{what[0]} of {what[1]} is {what[2]}%"
        )
        yield Finding(
            index, "share-differs", "contradicted", "warning", reason, (spot(share), spot(part), spot(whole))
        )


def _changes(held: _Text) -> Iterator[Finding]:
    """Recompute a rate of change from the level and the change printed just before it."""
    for index in range(2, len(held.claims)):
        level, change, rate = held.claims[index - 2 : index + 1]
        if (
            rate.unit != PERCENT
            or rate.value is None
            or change.unit != level.unit
            or change.value is None
            or level.value is None
        ):
            continue
        if (
            change.kind != "change"
            or level.kind != "actual"
            or change.unit in (PERCENT, POINT)
            or held.sentence(index) != held.sentence(index - 2)
        ):
            continue
        if (
            _ACCOUNTS.search(held.between(index - 1, index))
            or len(held.between(index - 1, index)) > 12
            or len(held.between(index - 2, index - 1)) > 16
            or level.value <= change.value
        ):
            continue
        signed = -change.value if change.direction == "-" else change.value
        before = level.value - signed
        computed = 100 * change.value / before
        # The change itself is rounded: its last digit moves the rate.
        slack = step(rate) / 2 + 100 * step(change) / 2 / before + 1e-9
        what = (number(change.value), number(before), number(computed))
        places = (spot(rate), spot(change), spot(level))
        if abs(computed - rate.value) <= slack:
            reason = tell(
                "growth-follows", f"{what[0]}÷{what[1]}={what[2]}%", f"{what[0]} on {what[1]} is {what[2]}%"
            )
            yield Finding(index, "growth-follows", "supported", "note", reason, places)
        elif abs(computed - rate.value) > max(3 * slack, 0.02 * computed):
            reason = tell(
                "growth-differs", f"{what[0]}÷{what[1]}={what[2]}%", f"{what[0]} on {what[1]} is {what[2]}%"
            )
            yield Finding(index, "growth-differs", "contradicted", "warning", reason, places)


def _from_to(held: _Text) -> Iterator[Finding]:
    """Recompute a change that stands after 'from A to B'."""
    for index in range(2, len(held.claims)):
        first, last, change = held.claims[index - 2 : index + 1]
        if (
            first.unit != last.unit
            or first.value is None
            or last.value is None
            or change.value is None
            or not first.value
        ):
            continue
        if (
            change.kind != "change"
            or held.sentence(index) != held.sentence(index - 2)
            or len(held.between(index - 1, index)) > 40
        ):
            continue
        if not _FROM.search(held.before(index - 2, 24).lower()) or not _TO.search(
            held.between(index - 2, index - 1).lower()
        ):
            continue
        moved = last.value - first.value
        if change.unit in (first.unit, POINT) and not (first.unit == PERCENT and change.unit == PERCENT):
            computed = abs(moved)
            slack = (step(first) + step(last) + step(change)) / 2 + 1e-9
        elif change.unit == PERCENT and first.unit != PERCENT:
            computed = abs(100 * moved / first.value)
            slack = step(change) / 2 + 100 * (step(first) + step(last)) / 2 / first.value + 1e-9
        else:
            continue
        places = (spot(change), spot(first), spot(last))
        what = (number(first.value), number(last.value), number(round(computed, 4)))
        wrong_way = change.direction is not None and moved and (moved > 0) != (change.direction == "+")
        if abs(computed - change.value) <= slack and not wrong_way:
            if abs(computed - change.value) > max(step(change) / 2, 0.1 * computed):
                continue  # the levels are too round to tell
            reason = tell(
                "growth-follows",
                f"由{what[0]}到{what[1]}，变化{what[2]}",
                f"from {what[0]} to {what[1]} is {what[2]}",
            )
            yield Finding(index, "growth-follows", "supported", "note", reason, places)
        else:
            reason = tell(
                "growth-differs",
                f"由{what[0]}到{what[1]}，变化{what[2]}",
                f"from {what[0]} to {what[1]} is {what[2]}",
            )
            yield Finding(index, "growth-differs", "contradicted", "warning", reason, places)


def _gaps(held: _Text) -> Iterator[Finding]:
    """Tell the national level that a gap to it implies, and whether it is the one in force."""
    for index in range(1, len(held.claims)):
        share, gap = held.claims[index - 1], held.claims[index]
        if gap.unit != POINT or share.unit != PERCENT or gap.value is None or share.value is None:
            continue
        words = held.between(index - 1, index).lower() + held.text[gap.end : gap.end + 40].lower()
        if (
            held.sentence(index) != held.sentence(index - 1)
            or not _REQUIRED.search(words)
            or not _ABOVE.search(words)
        ):
            continue
        implied = share.value - gap.value
        named = held.named[index - 1]
        known = next((line for terms, line in _NATIONAL if terms <= named), None)
        agrees = known is not None and abs(known - implied) < 0.05
        told = number(implied)
        reason = tell(
            "implied-level",
            f"应为{told}%" + ("，与国家规定相符" if agrees else ""),
            f"{told}%" + (", which is the national line" if agrees else ""),
        )
        yield Finding(
            index,
            "implied-level",
            "supported" if agrees else "unsupported",
            "note",
            reason,
            (spot(gap), spot(share)),
        )


def _ratios(held: _Text) -> Iterator[Finding]:
    """Recompute pupils per teacher from the one number of pupils and the one of teachers in the sentence."""
    for index, claim in enumerate(held.claims):
        if claim.unit != "ratio" or not claim.value or claim.value <= 1 or claim.kind != "actual":
            continue
        if not _PER_TEACHER.search(held.before(index, 60).lower()):
            continue
        beside = [
            at for at in range(max(index - 6, 0), index)
            if held.sentence(at) == held.sentence(index) and _beside(held, at, index) and held.claims[at].value
        ]  # fmt: skip
        teachers = [at for at in beside if _is_stock(held, at, "teacher")]
        pupils = [at for at in beside if _is_stock(held, at, "pupil") and at not in teachers]
        if len(teachers) != 1 or len(pupils) != 1:
            continue
        above, below = held.claims[pupils[0]], held.claims[teachers[0]]
        many, few = float(above.value or 0), float(below.value or 1)
        computed = many / few
        rounding = step(above) / 2 / many + step(below) / 2 / few
        decimals = _DECIMALS.search(claim.quote)
        slack = 0.5 * 10.0 ** -len(decimals[1] if decimals else "") + computed * rounding
        code = "ratio-follows" if abs(computed - claim.value) <= slack + 1e-9 else "ratio-differs"
        # Teachers counted in full-time posts move a ratio by some percent.
        if code == "ratio-differs" and abs(computed - claim.value) <= max(3 * slack, 0.1 * computed):
            continue
        what = (number(many), number(few), number(computed))
        reason = tell(code, f"{what[0]}÷{what[1]}={what[2]}", f"{what[0]} for {what[1]} is {what[2]}")
        follows_it = code == "ratio-follows"
        yield Finding(
            index,
            code,
            "supported" if follows_it else "contradicted",
            "note" if follows_it else "warning",
            reason,
            (spot(claim), spot(above), spot(below)),
        )
