"""The world with one of each thing on both sides: the own authority's and the foreign one's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from PIL import Image

from duxue.web.accounts.models import Grant, User
from duxue.web.accounts.services.invitations import invitation_create
from duxue.web.accounts.services.tokens import token_create
from duxue.web.common.clock import now
from duxue.web.common.scope import acting, everything
from duxue.web.evidence.models import Attachment
from duxue.web.evidence.services.files import file_store
from duxue.web.evidence.services.uploads import upload_start
from duxue.web.evidence.storage import previews
from duxue.web.inspections.models import Draw, RecusalRequest, SheetEntry, Visit
from duxue.web.inspections.services import drawing
from duxue.web.jobs.models import Job
from duxue.web.orgs.models import Organisation
from duxue.web.reading.models import Report
from duxue.web.reading.tasks import folder_of
from duxue.web.rectification.models import Problem
from duxue.web.reporting.models import Scoring
from duxue.web.reviews.models import Assignment, Recusal, Review
from duxue.web.rounds.models import (
    Answer,
    Dispute,
    Item,
    Known,
    MoreTime,
    Objection,
    Practice,
    Question,
    Reply,
    Round,
    RoundUnit,
    Submission,
    Veto,
)
from tests.web.worlds import World

# side -> place, manager, officer, keeper, reviewer, inspector
SIDES = {
    "own": ("city_a", "manager_a", "officer_a", "organiser", "reviewer1", "inspector1"),
    "foreign": ("foreign_city", "foreign_manager", "foreign_manager", "foreign_organiser", "foreign_organiser", "foreign_organiser"),
}  # fmt: skip


@contextmanager
def standing(blocker: Any, home: Path) -> Iterator[pytest.MonkeyPatch]:
    """Let what is made inside stand for all tests of a module, in one transaction that is taken back at the end."""
    with blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "HOME", home)
        # Nobody looks at contexts here, and copying one for each component takes longer than the page.
        patch.setattr("django.test.client.store_rendered_templates", lambda *_, **__: None)
        yield patch
        transaction.set_rollback(True)


@dataclass
class Stage:
    """Things by kind and side; a kind that begins with = is the text behind it."""

    world: World
    things: dict[tuple[str, str], Any] = field(default_factory=dict)

    def __getitem__(self, key: tuple[str, str]) -> Any:
        """Return the key of a thing: stage["grant", "own"]."""
        kind, side = key
        return kind[1:] if kind.startswith("=") else self.things[kind, side]

    def put(self, side: str, **things: Any) -> None:
        """Enter things of a side."""
        self.things |= {(kind, side): thing for kind, thing in things.items()}


def make_stage(world: World) -> Stage:
    """Return the world with its things: unit A has handed in, unit B drafts still; nobody was told a result."""
    stage = Stage(world)
    world.submit("a")
    for side in SIDES:
        _people(stage, side)
        with everything("test"):
            made, unit = (world.round, world.unit["a"]) if side == "own" else _foreign_round(world)
            _round(stage, side, made, unit)
            _rest(stage, side, made, unit)
        _evidence(stage, side, unit)
    with everything("test"):
        drafting = world.unit["b"]
        draft = Answer.objects.get(unit=drafting, item__code="B1")
        hidden = _visit(drafting, "drawn", None)
        stage.put(
            "own", drafting_unit=drafting.pk, drafting_code=drafting.code, draft=draft.pk, unannounced=hidden.pk,
            young_round=_young_round(world).slug,
        )  # fmt: skip
    return stage


def _people(stage: Stage, side: str) -> None:
    world = stage.world
    place, _, person, keeper, *_ = SIDES[side]
    actor, organisation = world.actor(keeper), world.org[place]
    with acting(actor):
        invited = invitation_create(
            actor=actor, email=f"{side}@example.org", role="officer", organisation=organisation
        )
        made = token_create(actor=actor, title=side, organisation=organisation, role="officer")
    with everything("test"):
        grant = Grant.objects.get(user=world.user[person])
    stage.put(
        side, organisation=organisation.pk, province=organisation.parent_id, person=world.user[person].pk, grant=grant.pk,
        invitation=invited.invitation.pk, secret=invited.secret, token=made.token.pk,
    )  # fmt: skip


def _foreign_round(world: World) -> tuple[Round, RoundUnit]:
    moment, city = now(), world.org["foreign_city"]
    made = Round.objects.create(
        authority=world.org["foreign"], slug="foreign-2024", title_zh="外省评价", title_en="Foreign evaluation",
        evaluated_year=2024, round_year=2025, pack="cn-duty-province-demo@1.0.0", state="open", synthetic=True,
        created_at=moment, created_by=world.user["foreign_organiser"],
    )  # fmt: skip
    unit = RoundUnit.objects.create(
        round=made, organisation=city, code=city.code, name_zh=city.name_zh, name_en=city.name_en, path=city.path,
        state="submitted", state_since=moment, submitted_at=moment,
    )  # fmt: skip
    branch = Item.objects.create(
        round=made, code="A", order=1, title_zh="枝", title_en="Branch", points=10, kind="branch"
    )
    for n, code in enumerate(("A1", "B1", "B2"), 2):
        item = Item.objects.create(
            round=made,
            code=code,
            parent=branch,
            order=n,
            title_zh="条目",
            title_en="Item",
            points=5,
            kind="judged",
        )
        Answer.objects.create(round=made, unit=unit, item=item, state="submitted", version=1)
    Known.objects.create(
        round=made,
        unit=unit,
        item=item,
        indicator="L1",
        title_zh="数",
        title_en="Figure",
        year=2024,
        text="1",
    )
    return made, unit


def _young_round(world: World) -> Round:
    return Round.objects.create(
        authority=world.org["province"], slug="draft-2025", title_zh="准备中的评价", title_en="Evaluation in preparation",
        evaluated_year=2025, round_year=2026, pack="cn-duty-province-demo@1.0.0", synthetic=True, created_at=now(),
    )  # fmt: skip


def _visit(unit: RoundUnit, state: str, inspector: User | None) -> Visit:
    visit = Visit.objects.create(
        round=unit.round,
        unit=unit,
        place_code=f"{unit.code}1",
        place_zh="样本县",
        place_level="county",
        state=state,
    )
    if inspector:
        visit.team.add(inspector)
    return visit


def _round(stage: Stage, side: str, made: Round, unit: RoundUnit) -> None:
    """Put what a unit and the office write in a round."""
    user, moment = stage.world.user, now()
    _, manager, _, keeper, reviewer, _ = SIDES[side]
    answer = Answer.objects.get(unit=unit, item__code="B1")
    handed = Answer.objects.get(unit=unit, item__code="B2")
    if side == "own":
        Answer.objects.filter(pk=handed.pk).update(assignee=user["officer_a1"])
    later = moment + timedelta(days=9)
    shared: dict[str, Any] = {"round": made, "unit": unit}
    submission = Submission.objects.create(
        **shared,
        number=1,
        key="one",
        content={"items": []},
        digest="sha256:0",
        submitted_by=user[manager],
        submitted_at=moment,
    )
    question = Question.objects.create(
        round=made, answer=answer, text="？", asked_by=user[reviewer], asked_at=moment, due=later
    )
    objection = Objection.objects.create(
        **shared, text="不同意", filed_by=user[manager], filed_at=moment, due=later
    )
    reply = Reply.objects.create(**shared, text_zh="回应", written_by=user[manager], written_at=moment)
    veto = Veto.objects.create(**shared, rule="V1", reason="x", decided_by=user[keeper], decided_at=moment)
    more_time = MoreTime.objects.create(
        **shared, step="self_evaluation", until=later, reason="x", asked_by=user[manager], asked_at=moment
    )
    practice = Practice.objects.create(**shared, title_zh="做法", text_zh="做法")
    assignment = Assignment.objects.filter(unit=unit).first() or Assignment.objects.create(
        **shared, reviewer=user[reviewer], given_at=moment, given_by=user[keeper]
    )
    review = Review.objects.create(
        round=made, assignment=assignment, answer=handed, points=Decimal(3), given=True
    )
    recusal = Recusal.objects.create(
        **shared, user=user[reviewer], kind="home", declared_by=user[reviewer], declared_at=moment
    )
    known = Known.objects.filter(unit=unit)[0]
    dispute = Dispute.objects.create(**shared, known=known, text="x", filed_by=user[manager], filed_at=moment)
    stage.put(
        side, slug=made.slug, round=made.pk, unit=unit.pk, code=unit.code, answer=answer.pk, handed=handed.pk,
        known=known.pk, dispute=dispute.pk, computed=Answer.objects.get(unit=unit, item=known.item_id).pk, submission=submission.pk, question=question.pk,
        objection=objection.pk, reply=reply.pk, veto=veto.pk, practice=practice.pk, more_time=more_time.pk, assignment=assignment.pk, recusal=recusal.pk,
        review=review.pk, judge=user[reviewer].pk,
        attach=f"answer:{answer.pk}",
    )  # fmt: skip


def _rest(stage: Stage, side: str, made: Round, unit: RoundUnit) -> None:
    """Put what the other apps hold of a round."""
    user, moment = stage.world.user, now()
    _, manager, _, keeper, _, inspector = SIDES[side]
    shared: dict[str, Any] = {"round": made, "unit": unit}
    visit = _visit(unit, "under_way", user[inspector])
    answer = Answer.objects.get(unit=unit, item__code="B1")
    entry = SheetEntry.objects.create(
        round=made,
        visit=visit,
        item=answer.item,
        answer=answer,
        found="",
        written_by=user[inspector],
        written_at=moment,
    )
    asked = RecusalRequest.objects.create(
        round=made,
        visit=visit,
        user=user[inspector],
        kind="other",
        text="x",
        asked_by=user[manager],
        asked_at=moment,
    )
    draw = Draw.objects.create(
        round=made, title_zh="抽取", title_en="Draw", plan={}, commitment="sha256:0", committed_at=moment
    )
    problem = Problem.objects.create(
        **shared, code=f"2024-{unit.code}-001", path=unit.path, source="field", level="city", kind="by_date", text="问题",
        state="notified", state_since=moment, responsible=Organisation.objects.get(pk=unit.organisation_id), found_by=user[inspector],
        found_at=moment, version=1,
    )  # fmt: skip
    unheard = Problem.objects.create(
        **shared, code=f"2024-{unit.code}-002", path=unit.path, source="field", level="city", kind="by_date", text="问题",
        state="identified", state_since=moment, responsible=unit.organisation, found_by=user[inspector], found_at=moment,
    )  # fmt: skip
    drawing.home(draw).mkdir(parents=True, exist_ok=True)
    certificate = '{"digest": "sha256:0", "run": 1, "result": {"selected": [], "units": []}}'
    for name, text in {"list.tsv": "{}", "commitment.json": "{}", "certificate-1.json": certificate}.items():
        (drawing.home(draw) / name).write_text(text, encoding="utf-8")
    job = Job.objects.create(
        kind="reporting.score", title_zh="计分", title_en="Scoring", round=made, path=made.authority.path, state="failed",
        started_by=user[keeper], created_at=moment,
    )  # fmt: skip
    Scoring.objects.create(round=made, kind="trial", folder="none", digest="sha256:0", made_at=moment)
    stage.put(
        side, visit=visit.pk, asked=asked.pk, entry=entry.pk, draw=draw.pk, problem=problem.pk, unheard=unheard.pk, job=job.pk
    )  # fmt: skip


def _evidence(stage: Stage, side: str, unit: RoundUnit) -> None:
    """Put a file attached to an answer, one in the library alone, an upload, and a report with its pages."""
    actor, place = stage.world.actor(SIDES[side][1]), stage.world.org[SIDES[side][0]]
    source = Path(settings.HOME) / f"{side}.txt"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(f"佐证 {side}", encoding="utf-8")
    with acting(actor):
        file = file_store(actor=actor, organisation=place, path=source, name="evidence.txt").file
        source.write_text(f"草稿 {side}", encoding="utf-8")
        loose = file_store(actor=actor, organisation=place, path=source, name="draft.txt").file
        upload = upload_start(actor=actor, name="new.txt", size=5)
    with everything("test"):
        answer = Answer.objects.get(unit=unit, item__code="B1")
        attachment = Attachment.objects.create(
            file=file, round=unit.round, unit=unit, kind="answer", answer=answer, attached_at=now()
        )
        file.blob.preview = {"pages": ["page-1.webp"], "html": ""}
        file.blob.preview_state = "ready"
        file.blob.save()
        pages = previews(file.blob.sha256)
        pages.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (300, 400)).save(pages / "page-1.webp")
        report = Report.objects.create(
            round=unit.round,
            unit=unit,
            file=file,
            uploaded_by=stage.world.user[SIDES[side][1]],
            uploaded_at=now(),
            counts={},
        )
        folder_of(report).mkdir(parents=True, exist_ok=True)
        for lang in ("zh", "en"):
            (folder_of(report) / f"{lang}.html").write_text("<p>", encoding="utf-8")
    stage.put(
        side, file=file.pk, loose=loose.pk, upload=upload.key, attachment=attachment.pk, report=report.pk,
    )  # fmt: skip
