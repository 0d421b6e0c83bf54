"""The database itself refuses changes of a sealed round: insert, update and delete, table by table, past all code."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from duxue.web.common.clock import now
from duxue.web.common.scope import everything
from duxue.web.evidence.models import Attachment, Blob, File
from duxue.web.inspections.models import SheetEntry, Visit
from duxue.web.rounds.models import AnswerVersion, Known, Question, RoundUnit, Submission, Veto
from duxue.web.rounds.services import moving
from tests.web.worlds import World

TABLES = (
    "rounds_roundunit", "rounds_item", "rounds_known", "rounds_answer", "rounds_submission", "rounds_question",
    "rounds_veto", "rounds_answerversion", "reviews_assignment", "inspections_sheetentry", "evidence_attachment",
)  # fmt: skip


@pytest.fixture
def frozen(world: World) -> World:
    """The world with a row in every table, frozen."""
    who, moment = world.user["organiser"], now()
    with everything("test"):
        Submission.objects.create(
            round=world.round,
            unit=world.unit["a"],
            number=1,
            key="k",
            content={},
            digest="d",
            submitted_at=moment,
        )
        Question.objects.create(
            round=world.round, answer=world.answer("a", "B1"), text="?", asked_by=who, asked_at=moment, due=moment,
            replied_at=moment,
        )  # fmt: skip
        Veto.objects.create(
            round=world.round,
            unit=world.unit["a"],
            rule="fraud",
            reason="x",
            decided_by=who,
            decided_at=moment,
        )
        answer = world.answer("a", "B1")
        AnswerVersion.objects.create(
            round=world.round, answer=answer, number=1, source="saved", began_at=moment, at=moment, by=who
        )
        visit = Visit.objects.create(
            round=world.round,
            unit=world.unit["a"],
            place_code="x",
            place_zh="校",
            place_level="school",
            state="filed",
        )
        SheetEntry.objects.create(
            round=world.round, visit=visit, item=answer.item, answer=answer, found="confirmed", written_by=who,
            written_at=moment,
        )  # fmt: skip
        blob = Blob.objects.create(
            sha256="0" * 64, size=1, media_type="text/plain", family="text", stored_at=moment
        )
        file = File.objects.create(
            blob=blob,
            organisation=world.org["city_a"],
            path=world.org["city_a"].path,
            name="x.txt",
            uploaded_at=moment,
        )
        Attachment.objects.create(
            file=file,
            round=world.round,
            unit=world.unit["a"],
            kind="answer",
            answer=answer,
            attached_at=moment,
        )
        RoundUnit.objects.filter(round=world.round).update(state="settled")
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
        "update": f"UPDATE {table} SET round_id = round_id",
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
