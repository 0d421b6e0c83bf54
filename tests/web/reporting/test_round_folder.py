"""The bridge: a round goes from its folder to the database and back, and comes out with the same published tables."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from duxue.app.round_sample import write_round
from duxue.app.rounds import check_round
from duxue.core.errors import Refused
from duxue.scoring.tables import GRADES, PUBLIC
from duxue.web.accounts.models import Grant, User
from duxue.web.accounts.selectors import actor_of_user
from duxue.web.common.actors import SITE
from duxue.web.common.clock import now
from duxue.web.common.policy import decide
from duxue.web.common.scope import acting, everything
from duxue.web.common.sealing import SEALED
from duxue.web.evidence.models import Attachment
from duxue.web.inspections.models import SheetEntry, Visit
from duxue.web.orgs.models import Organisation
from duxue.web.rectification.models import Problem
from duxue.web.rectification.selectors.standing import standing_of
from duxue.web.reporting.round_folder import handed_in, write_round_folder
from duxue.web.reporting.round_loading import load_round_folder
from duxue.web.reporting.todo import todos
from duxue.web.reviews.models import Assignment, Review
from duxue.web.rounds.models import Answer, Known, Objection, Round, RoundUnit, Submission, Veto
from tests.unit.app.small_round import write_small_round
from tests.unit.app.test_excused import excuse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: object) -> Path:
    """A folder of the site for each test."""
    settings.HOME = tmp_path / "home"  # type: ignore[attr-defined]
    return tmp_path / "home"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample round, a fifth of its size."""
    folder = tmp_path_factory.mktemp("sample") / "round"
    write_round(folder, 2023, scale=0.2)
    return folder / "round.yaml"


def authority() -> Organisation:
    with everything("test"):
        made = Organisation.objects.create(
            code="910000",
            level="province",
            name_zh="合成省",
            name_en="Synthetic Province",
            path="/1/",
            synthetic=True,
        )
        made.path = f"/{made.pk}/"
        made.save()
    return made


def loaded(file: Path) -> Round:
    return load_round_folder(actor=SITE, file=file, authority=authority())


def folder_of(number: int = 1) -> Path:
    return Path(settings.HOME) / "rounds" / "x" / str(number)


def rows(path: Path, *leaving_out: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        found = [{k: v for k, v in row.items() if k not in leaving_out} for row in csv.DictReader(stream)]
    return sorted(found, key=lambda row: [row[k] for k in sorted(row)])


def published(file: Path) -> dict[str, str]:
    tables = check_round(file).tables
    return {name: tables[name] for name in (*PUBLIC, GRADES)}


def test_the_round_before_is_titled_with_its_own_year(tmp_path: Path) -> None:
    with everything("test"):
        before = loaded(write_small_round(tmp_path / "in")).before
    assert before is not None
    assert (before.evaluated_year, before.round_year) == (2022, 2023)
    assert before.title_zh == "2022年度评价报告（测试）"
    assert before.title_en == "Evaluation report 2022 (test)"


# --- there and back ---------------------------------------------------------------------------------------------------
def test_the_sample_round_comes_out_with_the_same_published_tables(sample: Path) -> None:
    again = write_round_folder(loaded(sample), folder_of())
    assert published(again) == published(sample)


@pytest.mark.parametrize("kind", ["small", "sample"])
def test_every_table_comes_back(kind: str, sample: Path, tmp_path: Path) -> None:
    file = sample if kind == "sample" else write_small_round(tmp_path / "in")
    write_round_folder(loaded(file), folder_of())
    for name in ("self", "reviews", "vetoes"):  # evidence has the site's own numbers
        assert rows(folder_of() / f"{name}.csv", "evidence") == rows(
            file.parent / f"{name}.csv", "evidence"
        ), name
    last = rows(file.parent / "last_round.csv", "reported_by", "closed_by")
    assert rows(folder_of() / "last_round.csv", "reported_by", "closed_by") == last
    evidence = rows(file.parent / "evidence.csv", "id", "item")
    assert rows(folder_of() / "evidence.csv", "id", "item") == [
        row for row in evidence if row["sha256"] in {r["sha256"] for r in rows(folder_of() / "evidence.csv")}
    ]
    if kind == "sample":
        for name in ("survey.csv", "explanations.csv"):
            assert (folder_of() / name).read_bytes() == (file.parent / name).read_bytes()


def test_the_same_database_gives_the_same_bytes(tmp_path: Path) -> None:
    made = loaded(write_small_round(tmp_path / "in"))
    for number in (1, 2):
        write_round_folder(made, folder_of(number))
    files = {p.name: p.read_bytes() for p in folder_of(1).iterdir()}
    assert files == {p.name: p.read_bytes() for p in folder_of(2).iterdir()}
    assert len(files) == 9


def test_the_small_round_comes_out_with_the_same_published_tables(tmp_path: Path) -> None:
    again = write_round_folder(loaded(write_small_round(tmp_path / "in")), folder_of())
    assert published(again) == published(tmp_path / "in" / "round.yaml")


# --- which rows count -------------------------------------------------------------------------------------------------
@pytest.fixture
def small(tmp_path: Path) -> Round:
    """The small round in the database: one reviewer for each layer."""
    return loaded(write_small_round(tmp_path / "in"))


def test_a_veto_names_its_files_by_digest(small: Round) -> None:
    with everything("test"):
        unit = small.units.order_by("code").first()
        file = Attachment.objects.filter(round=small, unit=unit).select_related("file__blob").first().file
        veto = Veto.objects.filter(round=small, unit=unit).first() or Veto.objects.create(
            round=small,
            unit=unit,
            rule="V1",
            reason="经查属实",
            decided_by=User.objects.first(),
            decided_at=now(),
        )
        Attachment.objects.filter(kind="veto", target=veto.pk).delete()
        Attachment.objects.create(
            kind="veto", target=veto.pk, file=file, round=small, unit=unit, attached_at=now()
        )
    write_round_folder(small, folder_of())
    (row,) = [r for r in rows(folder_of() / "vetoes.csv") if r["unit"] == unit.code]
    held = {r["id"]: r["sha256"] for r in rows(folder_of() / "evidence.csv")}
    assert held[row["evidence"]] == file.blob.sha256


def answer_of(made: Round, unit: str, item: str) -> Answer:
    return Answer.objects.select_related("unit", "item").get(round=made, unit__code=unit, item__code=item)


def test_a_withdrawn_submission_is_not_scored(small: Round) -> None:
    with everything("test"):
        Submission.objects.filter(unit__code="910100").update(withdrawn_at=now())
    write_round_folder(small, folder_of())
    assert "910100" not in {row["unit"] for row in rows(folder_of() / "self.csv")}


def test_a_draft_review_and_an_unsigned_sheet_are_not_scored(small: Round) -> None:
    with everything("test"):
        Review.objects.filter(answer__unit__code="910100").update(given=False)
        Visit.objects.filter(unit__code="910100").update(state="under_way")
    write_round_folder(small, folder_of())
    assert "910100" not in {row["unit"] for row in rows(folder_of() / "reviews.csv")}


def objection(made: Round, unit: str, item: str, points: int) -> Objection:
    answer = answer_of(made, unit, item)
    user = SheetEntry.objects.filter(round=made)[0].written_by
    return Objection.objects.create(
        round=made, unit=answer.unit, item=answer.item, state="replied", text="台账已补", filed_by=user, filed_at=now(),
        due=now(), outcome="upheld", reason="补充材料属实", new_points=points, decided_by=user, decided_at=now(),
    )  # fmt: skip


def test_an_upheld_objection_stands_in_the_folder_as_a_reconciliation(small: Round) -> None:
    with everything("test"):
        made = objection(small, "910300", "A2", 15)
    file = write_round_folder(small, folder_of())
    decided = [row for row in rows(folder_of() / "reviews.csv") if row["role"] == "reconcile"]
    assert [(r["layer"], r["unit"], r["item"], r["score"], r["reason"]) for r in decided] == [
        ("field", "910300", "A2", "15", f"objection {made.pk}: 补充材料属实")
    ]
    scored = {(i.unit, i.item): i.verified for i in check_round(file).scored.items}
    assert scored["910300", "A2"] == 15


def test_an_upheld_objection_on_what_nobody_verified_is_refused(small: Round) -> None:
    with everything("test"):
        objection(small, "910100", "G2", 15)
    with pytest.raises(Refused) as refused:
        write_round_folder(small, folder_of())
    assert [p.code for p in refused.value.problems] == ["WEB060"]
    assert not folder_of().exists()


def second_review(made: Round, points: str) -> None:
    answer = answer_of(made, "910100", "A2")
    user = Visit.objects.filter(round=made, unit__code="910300")[0].signed_by
    assert user is not None
    task = Assignment.objects.create(
        round=made, unit=answer.unit, reviewer=user, turn="second", given_at=now()
    )
    Review.objects.create(
        round=made,
        assignment=task,
        answer=answer,
        points=Decimal(points),
        reason="复评",
        given=True,
        given_at=now(),
    )


def test_a_second_review_beyond_the_rules_is_a_check_only(small: Round) -> None:
    with everything("test"):
        second_review(small, "16")
    write_round_folder(small, folder_of())
    online = [r for r in rows(folder_of() / "reviews.csv") if (r["layer"], r["unit"]) == ("online", "910100")]
    assert [r["score"] for r in online] == ["17"]


def test_second_reviews_far_apart_must_be_reconciled(small: Round) -> None:
    with everything("test"):
        second_review(small, "3")
    with pytest.raises(Refused) as refused:
        write_round_folder(small, folder_of())
    assert [p.code for p in refused.value.problems] == ["WEB061"]


def test_of_several_places_the_middle_finding_counts(small: Round) -> None:
    with everything("test"):
        first = SheetEntry.objects.select_related("visit").get(answer__unit__code="910100", item__code="A2")
        for n, points in enumerate((4, 12)):
            visit = Visit.objects.create(
                round=small, unit=first.visit.unit, place_code=f"p{n}", place_zh="某县", place_level="county",
                state="sheet_signed",
            )  # fmt: skip
            SheetEntry.objects.create(
                round=small, visit=visit, item=first.item, answer=first.answer, found="partly", points=points,
                note=f"第{n}处", written_by=first.written_by, written_at=now(),
            )  # fmt: skip
    write_round_folder(small, folder_of())
    found = [r for r in rows(folder_of() / "reviews.csv") if (r["layer"], r["unit"]) == ("field", "910100")]
    assert [(r["score"], r["reason"]) for r in found] == [("12", "台账不全1；第0处；第1处")]


def test_a_round_without_data_is_refused(small: Round) -> None:
    small.data_folder = ""
    with pytest.raises(Refused) as refused:
        write_round_folder(small, folder_of())
    assert [p.code for p in refused.value.problems] == ["WEB062"]


def test_units_are_found_or_made_below_the_authority(small: Round) -> None:
    with everything("test"):
        units = RoundUnit.objects.filter(round=small).select_related("organisation")
        assert all(u.path.startswith(small.authority.path) for u in units)
        assert [u.code for u in units] == ["910100", "910200", "910300", "910400"]


def test_what_data_decide_is_claimed_as_computed(small: Round) -> None:
    """Known is never asked: an item without an asked score stands with the points of its known figures."""
    with everything("test"):
        answer = answer_of(small, "910200", "A1")
        Known.objects.create(
            round=small, unit=answer.unit, item=answer.item, indicator="RATE", title_zh="生均支出", title_en="Spending",
            year=2023, value=Decimal(12), text="12", points=Decimal(20),
        )  # fmt: skip
        Answer.objects.filter(pk=answer.pk).update(self_score=None)
    write_round_folder(small, folder_of())
    claimed = {(r["unit"], r["item"]): r["score"] for r in rows(folder_of() / "self.csv")}
    assert claimed["910200", "A1"] == "20"


def test_an_excused_unit_is_named_with_its_reason_and_in_no_table(small: Round, tmp_path: Path) -> None:
    with everything("test"):
        unit = RoundUnit.objects.get(round=small, code="910200")
        RoundUnit.objects.filter(pk=unit.pk).update(state="excused", excused="当年发生重大自然灾害")
        Submission.objects.filter(unit=unit).update(withdrawn_at=now())
    file = write_round_folder(small, folder_of())
    for name in ("self", "reviews", "vetoes", "evidence"):
        assert "910200" not in (file.parent / f"{name}.csv").read_text(encoding="utf-8"), name
    computed = check_round(file)
    assert "910200" not in {unit.unit for unit in computed.scored.units}


def test_an_excused_unit_is_loaded_with_its_reason(tmp_path: Path) -> None:
    made = loaded(excuse(write_small_round(tmp_path / "in")))
    with everything("test"):
        unit = RoundUnit.objects.get(round=made, code="910200")
    assert (unit.state, unit.excused, unit.submitted_at) == ("excused", "当年发生重大自然灾害", None)


def test_a_unit_of_the_data_that_is_not_in_the_round_is_excused_and_the_others_are_scored(
    small: Round,
) -> None:
    with everything("test"):
        RoundUnit.objects.get(round=small, code="910200").delete()
    file = write_round_folder(small, folder_of())
    reason = {"zh": "不参加本轮", "en": "not part of this round"}
    assert json.loads(file.read_text(encoding="utf-8"))["excused"] == {"910200": reason}
    computed = check_round(file)
    assert {unit.unit for unit in computed.scored.units} == {"910100", "910300", "910400"}


def test_tables_beside_the_data_are_taken_by_the_name_of_its_folder(small: Round) -> None:
    data = Path(settings.HOME) / small.data_folder
    beside = data.with_name(f"{data.name}.explanations.csv")
    beside.write_text("unit,indicator,by,cause,amount\n", encoding="utf-8")
    assert handed_in(small) == {"explanations": beside}
    file = write_round_folder(small, folder_of())
    assert json.loads(file.read_text(encoding="utf-8"))["files"]["explanations"] == "explanations.csv"
    assert (file.parent / "explanations.csv").read_bytes() == beside.read_bytes()


def test_problems_of_the_round_before_were_found_before_they_were_closed(sample: Path) -> None:
    before = loaded(sample).before
    assert before is not None
    with everything("test"):
        for problem in Problem.objects.filter(round=before):
            assert timezone.localtime(problem.found_at).year == before.round_year
            assert problem.closed_at is None or problem.found_at <= problem.closed_at
        user = User.objects.create_user(username="looks-at-days", name="样本人员")
        Grant.objects.create(user=user, role="organiser", organisation=before.authority, given_at=now())
    actor = actor_of_user(user)
    with acting(actor):
        standing, _ = standing_of(actor, before)
    days = [unit.days for unit in standing if unit.days is not None]
    assert days
    assert min(days) > 0


def test_the_round_before_is_sealed_as_one_that_was_frozen(sample: Path) -> None:
    """Nobody edits it and the database keeps it; its problems go on, and it waits for no scoring."""
    before = loaded(sample).before
    assert before is not None
    with everything("test"):
        assert (before.state, bool(before.sealed_at)) == ("archived", True)
        with pytest.raises(DatabaseError, match=SEALED), transaction.atomic():
            Round.objects.filter(pk=before.pk).update(title_zh="改过")
        with pytest.raises(DatabaseError, match=SEALED), transaction.atomic():
            RoundUnit.objects.filter(round=before).update(code="x")
        assert Problem.objects.filter(round=before).update(level="city") > 0
        user = User.objects.create(username="office")
        Grant.objects.create(user=user, role="organiser", organisation=before.authority, given_at=now())
    actor = actor_of_user(user)
    assert not decide(actor, "edit", before)
    with acting(actor):
        assert list(todos(actor)) == []
