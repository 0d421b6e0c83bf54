"""Where a round stands: its steps with their clocks, its key figures, who is late, and the charts that show it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from duxue.web.common.clock import now
from duxue.web.common.lang import Words, say, words
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Answer, Dispute, Item, Round, RoundUnit, Window
from duxue.web.rounds.procedures import calendar_of, procedure_of, times_for, zone_of
from duxue.web.rounds.selectors.looks import LOOKS, in_preparation
from duxue.web.rounds.selectors.matrix import Board, Counts, Tally, wanting_evidence
from duxue.web.rounds.selectors.objected import open_objections
from duxue.web.rounds.selectors.progress import left_by

TILES = 200  # units that a map in tiles shows; of more, it is told how many have filled how much
FILLING = {
    "all": say("全部填好", "all filled"),
    "some": say("部分填好", "some filled"),
    "none": say("尚未填", "none filled"),
}
BANDS = ("0–24%", "25–49%", "50–74%", "75–99%", "100%")


@dataclass(frozen=True)
class StepStanding:
    """One step of a round: its window and the working days left."""

    id: str
    label: Words
    who: tuple[str, ...]
    opens: datetime | None
    closes: datetime | None
    state: str  # met, active, neutral
    left: Words | None
    reason: str = ""  # why the window was changed
    shut_early: bool = False
    extended: tuple[Window, ...] = ()  # units that have longer


def steps_of(
    round: Round, unit: RoundUnit | None = None, moment: datetime | None = None, *, extended: bool = False
) -> list[StepStanding]:
    """Return the steps in order, as they hold for all or, with its extensions, for one unit; `extended`: with those of all.

    Nothing is open in a round that is still being prepared, whatever its times say.
    """
    at = moment or now()
    with everything("the windows of all are known to everybody who sees the round"):
        windows = Window.objects.filter(round=round).select_related("unit")
        rows = list(windows if extended else windows.filter(Q(unit=None) | Q(unit=unit)))
    times = times_for(round, rows, unit.pk if unit else None)
    shared = {row.step: row for row in rows if row.unit_id is None}
    draft = in_preparation(round)
    found = []
    for step in procedure_of(round, "round").steps:
        window, row = times.get(step.id), shared.get(step.id)
        opens, closes = (window.opens, window.closes) if window else (None, None)
        if round.sealed_at is not None:
            state = "met"  # nothing is open any more, whether or not its times are known
        elif draft or opens is None or at < opens:
            state = "neutral"
        else:
            state = "met" if closes and at > closes else "active"
        found.append(
            StepStanding(
                step.id, words(step.title), step.who, opens, closes, state,
                days_left(round, closes, at) if state == "active" and closes else None,
                row.reason if row else "", bool(row and row.shut_early),
                tuple(r for r in rows if r.step == step.id and r.unit_id is not None and (unit is None or r.unit_id == unit.pk)),
            )
        )  # fmt: skip
    return found


def days_left(round: Round, closes: datetime, moment: datetime) -> Words:
    """Return the working days left until a moment, in words; today counts when it is the last."""
    zone = zone_of(round)
    days = calendar_of(round).working_days_between(
        moment.astimezone(zone).date(), closes.astimezone(zone).date()
    )
    if closes < moment:
        return say(
            "已超期 {n} 个工作日", "overdue by {n} working days", one="overdue by 1 working day", n=-days
        )
    if days == 0:
        return say("今天截止", "due today")
    return say("剩 {n} 个工作日", "{n} working days left", one="1 working day left", n=days)


@dataclass(frozen=True)
class Totals:
    """The key figures of a round."""

    units: int
    submitted: int
    settled: int
    late: int
    at_risk: int  # and not late
    bare: int
    objections: int
    disputes: int


def totals_of(round: Round, tally: Tally) -> Totals:
    """Return what the pages of overseers begin with."""
    with everything("an overseer counts over all units"):
        bare = _taking(
            round,
            Answer.objects.filter(round=round, item__in=wanting_evidence(round), attachments__isnull=True),
        )
        disputes = Dispute.objects.filter(round=round, answered_at=None)
        counts = bare.count(), open_objections(round).count(), disputes.count()
    taking = [group for group in tally.groups if group.state != "excused"]
    return Totals(
        tally.units,
        sum(group.submitted for group in taking),
        sum(group.units for group in taking if group.state == "settled"),
        sum(group.units for group in taking if group.late),
        sum(group.units for group in taking if group.at_risk and not group.late),
        *counts,
    )


def _taking(round: Round, answers: QuerySet[Answer]) -> QuerySet[Answer]:
    """Return the answers without those of excused units; where nobody is excused, all, which costs less to say."""
    excused = RoundUnit.objects.filter(round=round, state="excused")
    return answers.exclude(unit__in=excused.values("pk")) if excused.exists() else answers


# --- charts -----------------------------------------------------------------------------------------------------------
_TOKENS = {
    "met": "--met", "active": "--action", "at_risk": "--at-risk", "overdue": "--not-met", "neutral": "--muted",
    "excused": "--line",
}  # fmt: skip


def progress_chart(round: Round, tally: Tally) -> dict[str, Any]:
    """Return the figure of units by step and look: kind, data, sentence, table."""
    address = reverse("rounds:matrix", args=[round.slug])
    counts = tally.looks()
    looks = [look for look in LOOKS if any(count[look] for count in counts)]
    rows = [
        {"label": str(title), "counts": {look: count[look] for look in looks}, "href": address}
        for (_, title), count in zip(tally.steps, counts, strict=True)
    ]
    data = {"states": [{"id": k, "label": str(LOOKS[k]), "token": _TOKENS[k]} for k in looks], "rows": rows}
    first = counts[0] if counts else Counter[str]()
    table = {
        "head": [str(say("阶段", "Step")), *(str(LOOKS[k]) for k in looks)],
        "rows": [[str(t), *(c[k] for k in looks)] for (_, t), c in zip(tally.steps, counts, strict=True)],
    }
    return {"kind": "stacked", "data": data, "sentence": _handed_in(first), "table": table}


def _handed_in(units: Counter[str]) -> Words:
    """Return in words how many units stand how in self-evaluation."""
    if units["neutral"] and units.total() == units["neutral"] + units["excused"]:
        return say("自评尚未开始。", "Self-evaluation has not begun.")
    parts = [
        say("{n}个单位已提交", "{n} units have submitted", one="1 unit has submitted", n=units["met"]),
        say("{n}个逾期", "{n} are overdue", one="1 is overdue", n=units["overdue"]),
        say("{n}个在办", "{n} are at work", one="1 is at work", n=units["active"] + units["at_risk"]),
    ]
    if units["neutral"]:
        parts.append(say("{n}个未开始", "{n} have not begun", one="1 has not begun", n=units["neutral"]))
    every = reduce(lambda said, part: say("{said}，{part}", "{said}, {part}", said=said, part=part), parts)
    return say("自评：{every}。", "Self-evaluation: {every}.", every=every)


def filling_chart(board: Board, count: int) -> dict[str, Any]:
    """Return the figure of how much the units have filled: a map in tiles of `count` units, of many only how many have how much."""
    if count > TILES:
        return _bands_chart(board.round, count)
    page = board.page(size=TILES)
    units = board.rows(page.rows)
    width = max(4, min(8, int(len(units) ** 0.5 + 0.999)))
    tiles, rows, words_ = [], [], Counter[str]()
    for n, row in enumerate(units):
        share = 100 * row.counts.filled / row.counts.total if row.counts.total else 0
        text = f"{share:.0f}%"
        cell = row.cells[0].look if row.cells else "neutral"
        word = _filling(row.counts)
        words_[word] += 1
        tiles.append(
            {"id": row.unit.code, "label": str(row.unit.name), "col": n % width, "row": n // width, "value": float(f"{share:.1f}"),
             "text": text, "href": reverse("rounds:unit_follow", args=[board.round.slug, row.unit.code])}
        )  # fmt: skip
        rows.append([str(row.unit.name), text, str(FILLING[word]), str(LOOKS[cell])])
    full = sum(row.counts.total > 0 and row.counts.filled == row.counts.total for row in units)
    head = [
        str(say("单位", "Unit")),
        str(say("已填", "Filled")),
        str(say("填报", "Items")),
        str(say("自评状态", "Self-evaluation")),
    ]
    comma = str(say("，", ", "))
    legend = comma.join(f"{word} {words_[id]}" for id, word in FILLING.items() if words_[id])
    return {
        "kind": "tiles", "data": {"tiles": tiles, "scale": {"min": 0, "max": 100, "unit": "%"}, "legend": legend},
        "sentence": _full(full, len(units)), "table": {"head": head, "rows": rows},
    }  # fmt: skip


def _filling(counts: Counts) -> str:
    """Return which word of FILLING tells how much of its items a unit has filled."""
    if counts.total and counts.filled == counts.total:
        return "all"
    return "some" if counts.filled else "none"


def _full(full: int, every: int) -> Words:
    return say(
        "{all}个单位中，{full}个的全部条目已填好；退回后未答复的条目不算填好，所以与已提交的单位数可能不同。",
        "{full} of {all} units have every item filled in. An item returned and not yet answered is not, so that fewer units than submitted may count.",
        full=full,
        all=every,
    )


def _bands_chart(round: Round, count: int) -> dict[str, Any]:
    with everything("an overseer counts over all units"):
        left = left_by(Answer.objects.all(), round, "unit_id")
        every = RoundUnit.objects.filter(round=round).order_by().values_list("pk")
        bands = Counter(
            (total - left[unit]) * (len(BANDS) - 1) // total if total else 0
            for unit, total in every.annotate(total=Count("answers"))
        )
    address = reverse("rounds:matrix", args=[round.slug])
    rows = [{"label": label, "counts": {"units": bands[n]}, "href": address} for n, label in enumerate(BANDS)]
    states = [{"id": "units", "label": str(say("单位数", "Units")), "token": "--action"}]
    head = [str(say("已填", "Filled")), str(say("单位数", "Units"))]
    return {
        "kind": "stacked", "data": {"states": states, "rows": rows}, "sentence": _full(bands[len(BANDS) - 1], count),
        "table": {"head": head, "rows": [[label, bands[n]] for n, label in enumerate(BANDS)]},
    }  # fmt: skip


def block_chart(round: Round) -> dict[str, Any]:
    """Return the figure of answers by block of the tree: filled in, or still open, over all units that take part."""
    with everything("an overseer counts over all units"):
        blocks = {item.pk: item for item in Item.objects.filter(round=round, kind="branch").order_by("order")}
        above = dict(Item.objects.filter(round=round, parent__in=blocks).values_list("pk", "parent_id"))
        answers = _taking(round, Answer.objects.filter(round=round))
        left = left_by(answers, round, "item_id")
        every, open_ = Counter[int](), Counter[int]()
        for item, n in answers.order_by().values_list("item_id").annotate(n=Count("pk")):
            every[above.get(item, 0)] += n
            open_[above.get(item, 0)] += left[item]
    address = reverse("rounds:matrix", args=[round.slug]) + "?view=items"
    shown = [(block, every[pk] - open_[pk], open_[pk]) for pk, block in blocks.items() if pk in every]
    rows = [
        {"label": str(block.title), "counts": {"filled": filled, "open": left}, "href": address}
        for block, filled, left in shown
    ]
    states = [
        {"id": "filled", "label": str(say("已填", "Filled")), "token": "--met"},
        {"id": "open", "label": str(say("未填", "Open")), "token": "--muted"},
    ]
    most = max(shown, key=lambda line: line[2], default=None)
    sentence = (
        say(
            "“{block}”未填最多：{n}项。",
            "Most is open in “{block}”: {n} items.",
            one="Most is open in “{block}”: 1 item.",
            block=most[0].title,
            n=most[2],
        )
        if most and most[2]
        else say("所有条目都已填写。", "Every item is filled in.")
    )
    table = {
        "head": [str(say("板块", "Block")), str(say("已填", "Filled")), str(say("未填", "Open"))],
        "rows": [[str(block.title), filled, left] for block, filled, left in shown],
    }
    return {"kind": "stacked", "data": {"states": states, "rows": rows}, "sentence": sentence, "table": table}
