"""What the boards of a round must say, worked out unit by unit in plain Python; and rounds at random to hold them against."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from duxue.web.common.scope import everything
from duxue.web.evidence.models import Attachment, Blob, File
from duxue.web.inspections.models import Visit
from duxue.web.orgs.models import Organisation
from duxue.web.rounds.models import Answer, Dispute, Item, Known, Objection, Round, RoundUnit, Window
from duxue.web.rounds.procedures import procedure_of, times_for
from tests.web.worlds import STEPS, World

ANSWERS = ("open", "open", "drafted", "drafted", "submitted", "returned", "accepted")
BEHIND = {
    "self_evaluation": "submitted", "online_review": "reviewed", "field_verification": "verified",
    "feedback": "notified", "objection": "settled", "scoring": "settled",
}  # fmt: skip


@dataclass
class Plain:
    """One unit: its looks, texts and ends of windows by step, and what is counted of it."""

    unit: RoundUnit
    looks: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    closes: list[datetime | None] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    by_item: dict[str, str] = field(default_factory=dict)

    @property
    def late(self) -> bool:
        return "overdue" in self.looks

    @property
    def at_risk(self) -> bool:
        return "at_risk" in self.looks


def filled(answer: Answer) -> bool:
    """Return whether an item needs nothing more before submission."""
    if answer.state in {"open", "drafted"}:
        known = Known.objects.filter(unit=answer.unit_id, item=answer.item_id, points__isnull=False)
        return answer.ready or (answer.item.kind == "computed" and known.exists())
    return answer.state != "returned"


def plain_board(of: Round, at: datetime) -> list[Plain]:
    """Return how every unit stands at `at`, by code."""
    with everything("test"):
        windows = list(Window.objects.filter(round=of))
        return [_plain(unit, windows, at) for unit in RoundUnit.objects.filter(round=of).order_by("code")]


def _plain(unit: RoundUnit, windows: list[Window], at: datetime) -> Plain:
    today = timezone.localtime(at).date()
    counts: Counter[str] = Counter()
    found = Plain(unit)
    states = [s.id for s in procedure_of(unit.round, "unit").states]
    times = times_for(unit.round, windows, unit.pk)
    own = times.get("self_evaluation")
    over = own is not None and own.closes is not None and at > own.closes
    unsubmitted = unit.state != "excused" and states.index(unit.state) < states.index("submitted")
    answers = {a.item_id: a for a in Answer.objects.filter(unit=unit)}
    for item in Item.objects.filter(round=unit.round).exclude(kind="branch").order_by("order"):
        answer = answers.get(item.pk)
        look = "neutral"
        if answer is not None:
            late = bool(
                answer.state in {"open", "drafted"} and not answer.ready and answer.due and answer.due < today
            )
            if over and unsubmitted:
                late = not filled(answer)
            counts["total"] += 1
            counts["filled"] += filled(answer)
            counts["late"] += late
            counts["returned"] += answer.state == "returned"
            if answer.item.kind != "computed":  # reviewers judge the others
                counts["to_judge"] += 1
                counts["judged"] += answer.state == "accepted"
            wanted = item.guidance.get("evidence_required") or (
                item.kind != "computed" and item.guidance.get("evidence")
            )
            counts["bare"] += bool(wanted) and not answer.attachments.exists()
            by_state = {"open": "neutral", "drafted": "active", "returned": "at_risk"}
            look = "overdue" if late else by_state.get(answer.state, "met")
        found.by_item[item.code] = look
    visits = list(Visit.objects.filter(unit=unit))
    counts["visits"], counts["filed"] = len(visits), sum(v.state == "filed" for v in visits)
    ends = {s.id for s in procedure_of(unit.round, "objection").states if s.kind == "final"}
    counts["objections"] = sum(o.state not in ends for o in Objection.objects.filter(unit=unit))
    for step in STEPS:
        window = times.get(step)
        opens, closes = (window.opens, window.closes) if window else (None, None)
        found.closes.append(closes)
        if unit.state == "excused":
            found.looks.append("excused")
            found.texts.append("")
            continue
        found.texts.append(
            {
                "self_evaluation": f"{counts['filled']}/{counts['total']}",
                "online_review": f"{counts['judged']}/{counts['to_judge']}" if counts["to_judge"] else "",
                "field_verification": f"{counts['filed']}/{counts['visits']}" if counts["visits"] else "",
                "objection": str(counts["objections"] or ""),
            }.get(step, "")
        )
        if unit.round.state == "draft":
            look = "neutral"
        elif states.index(unit.state) >= states.index(BEHIND[step]):
            look = "met"
        elif step != "self_evaluation" and states.index(unit.state) < states.index("submitted"):
            look = "neutral"  # nothing has reached this step
        elif opens is None or closes is None or at < opens:
            look = "neutral"
        elif at > closes:
            look = "neutral" if step in {"objection", "scoring"} else "overdue"
        elif (closes - at).days < 3 or (step == "self_evaluation" and (counts["late"] or counts["returned"])):
            look = "at_risk"
        else:
            look = "active"
        found.looks.append(look)
    found.counts = dict(counts)
    return found


def random_round(world: World, seed: int, units: int = 14) -> datetime:
    """Let the world's round stand anywhere: units, windows, answers, files, visits and objections at random; return when."""
    chance = Random(seed)
    at = timezone.now()
    with everything("test"):
        made = world.round
        Window.objects.filter(round=made).delete()
        Answer.objects.filter(round=made).delete()
        for item in world.items.values():
            item.guidance = chance.choice(
                [
                    {},
                    {"evidence": [{"zh": "材料", "en": "file"}]},
                    {"evidence": []},
                    {"evidence_required": True},
                ]
            )
            item.save()
        for step in STEPS:
            if chance.random() < 0.85:
                _window(chance, made, step, at, None)
        blob = Blob.objects.create(
            sha256=f"{seed:064}", size=1, media_type="application/pdf", family="pdf", stored_at=at
        )
        file = File.objects.create(
            blob=blob,
            organisation=world.org["province"],
            path=world.org["province"].path,
            name="a.pdf",
            uploaded_at=at,
        )
        states = [s.id for s in procedure_of(made, "unit").states]
        for n in range(units):
            code = f"97{chance.randrange(10**6):06}{n}"
            place = Organisation.objects.create(
                code=code, level="city", name_zh=f"样本市{n}", name_en=f"Sample City {n}", parent=world.org["province"],
                path=f"{world.org['province'].path}9{n:05}/",
            )  # fmt: skip
            RoundUnit.objects.create(
                round=made, organisation=place, code=code, name_zh=place.name_zh, name_en=place.name_en, path=place.path,
                state="drafting", state_since=at,
            )  # fmt: skip
        for unit in RoundUnit.objects.filter(round=made):
            unit.state = chance.choice(["drafting", "drafting", "submitted", *states])
            unit.submitted_at = chance.choice([None, at])
            unit.save()
            _stand(chance, world, unit, file, at)
    return at


def _window(chance: Random, made: Round, step: str, at: datetime, unit: RoundUnit | None) -> None:
    opens = at + timedelta(hours=chance.choice([-400, -200, -100, -1, 0, 50]))
    closes = max(
        at + timedelta(hours=chance.choice([-90, -1, 0, 1, 71, 72, 73, 400])), opens + timedelta(hours=1)
    )
    Window.objects.create(round=made, step=step, unit=unit, opens=opens, closes=closes)  # fmt: skip


def _stand(chance: Random, world: World, unit: RoundUnit, file: File, at: datetime) -> None:
    made, user = world.round, world.user["manager_a"]
    for step in STEPS:
        if chance.random() < 0.2:
            _window(chance, made, step, at, unit)
    today = timezone.localtime(at).date()
    whole = chance.random() < 0.2
    for item in world.items.values():
        if item.kind == "branch" or chance.random() < 0.05:
            continue
        answer = Answer.objects.create(
            round=made, unit=unit, item=item, state="drafted" if whole else chance.choice(ANSWERS),
            ready=chance.random() < 0.4, due=chance.choice([None, None, today, today - timedelta(days=1)]),
        )  # fmt: skip
        if chance.random() < 0.5:
            Attachment.objects.create(
                file=file, round=made, unit=unit, kind="answer", answer=answer, attached_at=at
            )
    for n in range(chance.choice([0, 0, 1, 3])):
        Visit.objects.create(
            round=made, unit=unit, place_code=f"{unit.code}-{n}", place_zh="样本校", place_level="school",
            state=chance.choice(["drawn", "filed"]),
        )  # fmt: skip
    ends = [s.id for s in procedure_of(made, "objection").states]
    for _ in range(chance.choice([0, 0, 1, 2])):
        Objection.objects.create(
            round=made, unit=unit, text="样本", filed_by=user, filed_at=at, due=at, state=chance.choice(ends)
        )
    known = Known.objects.filter(round=made).first()
    if known is not None and chance.random() < 0.3:
        Dispute.objects.create(
            round=made, unit=unit, known=known, text="样本", filed_by=user, filed_at=at,
            answered_at=chance.choice([None, at]),
        )  # fmt: skip


def plain_totals(of: Round, rows: list[Plain]) -> dict[str, Any]:
    """Return the key figures."""
    taking = [row for row in rows if row.unit.state != "excused"]
    with everything("test"):
        disputes = Dispute.objects.filter(round=of, answered_at=None).count()
    return {
        "units": len(rows), "submitted": sum(row.unit.submitted_at is not None for row in taking),
        "settled": sum(row.unit.state == "settled" for row in taking), "late": sum(row.late for row in rows),
        "at_risk": sum(row.at_risk and not row.late for row in rows),
        "bare": sum(row.counts["bare"] for row in taking),
        "objections": sum(row.counts["objections"] for row in rows), "disputes": disputes,
    }  # fmt: skip
