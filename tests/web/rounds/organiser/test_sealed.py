"""The database itself refuses changes of a sealed round: insert, update and delete, table by table, past all code."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from duxue.core.errors import Refused
from duxue.web.common import sealing
from duxue.web.common.clock import now
from duxue.web.common.scope import acting, everything
from duxue.web.evidence.models import Attachment, Blob, File
from duxue.web.inspections.models import Draw, RecusalRequest, SheetEntry, Visit
from duxue.web.reading.models import Remark
from duxue.web.reviews.models import Assignment, Recusal, Review
from duxue.web.rounds.models import (
    AnswerVersion,
    Dispute,
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
from duxue.web.rounds.procedures import move
from duxue.web.rounds.services import moving
from duxue.web.rounds.services.disputes import dispute_answer
from tests.web.worlds import World

TABLES = (
    "rounds_roundunit", "rounds_item", "rounds_known", "rounds_answer", "rounds_submission", "rounds_question",
    "rounds_veto", "rounds_answerversion", "rounds_window", "rounds_moretime", "rounds_dispute", "rounds_objection",
    "rounds_practice", "reviews_assignment", "reviews_review", "reviews_recusal", "inspections_draw", "inspections_visit",
    "inspections_visit_team", "inspections_recusalrequest", "inspections_sheetentry", "evidence_attachment", "reading_remark",
)  # fmt: skip
# Named in a round and open after its freeze, each for its reason.
GOES_ON = {
    "rounds_reply",  # units reply in public when they are told and when it is published
    "rounds_notice",  # people read and are mailed what they are told
    "rectification_problem",  # mending begins then
    "reporting_scoring",  # the final scoring is made and its edition let out
    "reading_report",  # a check that was started may end, and be run again; it counts for no point
    "jobs_job", "accounts_grant", "accounts_invitation", "accounts_token",
}  # fmt: skip


@pytest.fixture
def frozen(world: World) -> World:
    """The world with a row in every table, frozen."""
    who, moment, unit, answer = world.user["organiser"], now(), world.unit["a"], world.answer("a", "B1")
    of = {"round": world.round}
    with everything("test"):
        Submission.objects.create(
            **of, unit=unit, number=1, key="k", content={}, digest="d", submitted_at=moment
        )
        Question.objects.create(
            **of, answer=answer, text="?", asked_by=who, asked_at=moment, due=moment, replied_at=moment
        )
        Veto.objects.create(**of, unit=unit, rule="fraud", reason="x", decided_by=who, decided_at=moment)
        AnswerVersion.objects.create(
            **of, answer=answer, number=1, source="saved", began_at=moment, at=moment, by=who
        )
        MoreTime.objects.create(
            **of, unit=unit, step="self_evaluation", until=moment, reason="x", asked_by=who, asked_at=moment
        )
        known = Known.objects.filter(**of, unit=unit)[0]
        Dispute.objects.create(**of, unit=unit, known=known, text="?", filed_by=who, filed_at=moment)
        Objection.objects.create(
            **of, unit=unit, state="replied", text="x", filed_by=who, filed_at=moment, due=moment
        )
        Practice.objects.create(**of, unit=unit, title_zh="x", text_zh="x")
        Reply.objects.create(**of, unit=unit, text_zh="x", written_by=who, written_at=moment)
        Recusal.objects.create(**of, user=who, unit=unit, kind="home", declared_by=who, declared_at=moment)
        Review.objects.create(**of, assignment=Assignment.objects.filter(unit=unit)[0], answer=answer)
        Remark.objects.create(**of, unit=unit, key="k", choice="mend", decided_at=moment)
        draw = Draw.objects.create(**of, title_zh="x", title_en="x", plan={})
        visit = Visit.objects.create(
            **of, unit=unit, draw=draw, place_code="x", place_zh="校", place_level="school", state="filed"
        )
        visit.team.add(world.user["inspector1"])
        RecusalRequest.objects.create(
            **of,
            visit=visit,
            user=world.user["inspector1"],
            kind="home",
            text="x",
            asked_by=who,
            asked_at=moment,
        )
        SheetEntry.objects.create(
            **of,
            visit=visit,
            item=answer.item,
            answer=answer,
            found="confirmed",
            written_by=who,
            written_at=moment,
        )
        blob = Blob.objects.create(
            sha256="0" * 64, size=1, media_type="text/plain", family="text", stored_at=moment
        )
        city = world.org["city_a"]
        file = File.objects.create(
            blob=blob, organisation=city, path=city.path, name="x.txt", uploaded_at=moment
        )
        Attachment.objects.create(
            **of, file=file, unit=unit, kind="answer", answer=answer, attached_at=moment
        )
        RoundUnit.objects.filter(**of).update(state="settled")
    moving.round_move(actor=world.actor("organiser"), round=world.round, transition="freeze")
    return world


def run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def statements(table: str) -> dict[str, str]:
    with connection.cursor() as cursor:
        names = [
            c.name for c in connection.introspection.get_table_description(cursor, table) if c.name != "id"
        ]
    columns = ", ".join(f'"{name}"' for name in names)
    return {
        "update": f"UPDATE {table} SET {names[0]} = {names[0]}",
        "insert": f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table}",
        "delete": f"DELETE FROM {table}",
    }


@pytest.mark.parametrize("change", ["update", "insert", "delete"])
@pytest.mark.parametrize("table", TABLES)
def test_a_sealed_table_refuses(frozen: World, table: str, change: str) -> None:
    with pytest.raises(DatabaseError, match="the round is sealed"):
        run(statements(table)[change])


@pytest.mark.parametrize("table", TABLES)
def test_unfreezing_lets_it_go(frozen: World, table: str) -> None:
    moving.round_move(
        actor=frozen.actor("organiser"), round=frozen.round, transition="unfreeze", reason="更正一项数据"
    )
    run(statements(table)["update"])


def test_a_figure_cannot_be_moved_into_a_sealed_round(frozen: World) -> None:
    from duxue.web.rounds.services.making import round_create
    from tests.web.rounds.organiser.test_path import MAKE

    made: Any = round_create(actor=frozen.actor("organiser"), authority=frozen.org["province"], **MAKE)
    with everything("test"):
        unit, item = made.units.first(), made.items.exclude(kind="branch").first()
        row = Known.objects.create(
            round=made, unit=unit, item=item, indicator="x", title_zh="x", title_en="x", year=2025, text="1"
        )
    with pytest.raises(DatabaseError, match="the round is sealed"):
        run(f"UPDATE rounds_known SET round_id = {frozen.round.pk} WHERE id = {row.pk}")


def test_every_table_of_a_round_is_sealed_or_named_as_one_that_goes_on() -> None:
    named = {
        model._meta.db_table
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model is Round and model is not Round
    }
    assert named - set(TABLES) == GOES_ON
    guarded = {table for (name, table, *_), _ in sealing.guards() if name == f"{table}_sealed_insert"}
    assert guarded == set(TABLES)


FIXED = {
    "authority_id": "authority_id + 1", "slug": "'x'", "title_zh": "'x'", "title_en": "'x'", "evaluated_year": "1999",
    "round_year": "1999", "pack": "'x'", "pack_digest": "'x'", "procedures": """'{"a": 1}'""", "settings": """'{"a": 1}'""",
    "data_folder": "'x'", "data_digest": "'x'", "before_id": "id", "synthetic": "NOT synthetic",
    "created_at": "'1999-01-01 00:00:00+00:00'", "created_by_id": "NULL",
}  # fmt: skip


def test_the_row_of_a_sealed_round_keeps_what_it_goes_by(frozen: World) -> None:
    with everything("test"):
        Round.objects.filter(pk=frozen.round.pk).update(sealed_at=None)
        Round.objects.filter(pk=frozen.round.pk).update(created_by=frozen.user["organiser"])
        Round.objects.filter(pk=frozen.round.pk).update(sealed_at=now())
    for column, value in FIXED.items():
        with pytest.raises(DatabaseError, match="the round is sealed"):
            run(f"UPDATE rounds_round SET {column} = {value} WHERE id = {frozen.round.pk}")
    columns = {field.column for field in Round._meta.concrete_fields}
    assert columns == set(FIXED) | {"id", "state", "sealed_at", "sealed_by_id", "published_at"}
    with pytest.raises(DatabaseError, match="the round is sealed"):
        run(f"DELETE FROM rounds_round WHERE id = {frozen.round.pk}")


def test_a_sealed_round_moves_on_and_once_published_never_back(frozen: World) -> None:
    row = f"WHERE id = {frozen.round.pk}"
    run(f"UPDATE rounds_round SET state = 'published', published_at = sealed_at {row}")
    run(f"UPDATE rounds_round SET state = 'archived' {row}")
    for column in ("sealed_at", "sealed_by_id", "published_at"):
        with pytest.raises(DatabaseError, match="the round is sealed"):
            run(f"UPDATE rounds_round SET {column} = NULL {row}")


def test_replies_go_on(frozen: World) -> None:
    run("UPDATE rounds_reply SET text_zh = 'y'")


def test_a_dispute_of_a_sealed_round_is_not_answered(frozen: World) -> None:
    with everything("test"):
        dispute = Dispute.objects.select_related("round", "unit__round__authority").get()
    with acting(actor := frozen.actor("organiser")), pytest.raises(Refused) as refused:
        dispute_answer(actor=actor, dispute=dispute, answer="数据无误")
    assert [p.code for p in refused.value.problems] == ["WEB006"]


@pytest.mark.parametrize(("kind", "model", "step"), [("objection", Objection, "withdraw"), ("inspection", Visit, "file")])  # fmt: skip
def test_no_step_of_what_is_sealed(frozen: World, kind: Any, model: Any, step: str) -> None:
    with everything("test"):
        obj = model.objects.select_related("unit").get()
    with pytest.raises(Refused) as refused:
        move(frozen.actor("organiser"), frozen.round, kind, obj, step, path=obj.unit.path)
    assert [p.code for p in refused.value.problems] == ["WEB006"]
