"""The form as a workbook: written with harmless cells, read back all at once, previewed, taken over whole or not at all."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from duxue.core.errors import Refused
from duxue.web.common.lang import speaking
from duxue.web.common.models import AuditEvent
from duxue.web.common.scope import acting, everything
from duxue.web.rounds.services.sheets import sheet_read, sheet_write
from tests.web.rounds.unit.helpers import fill
from tests.web.worlds import World


def written(world: World, who: str = "officer_a") -> Any:
    with acting(world.actor(who)):
        return openpyxl.load_workbook(io.BytesIO(sheet_write(world.unit["a"])))


def saved(book: Any) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(world: World, data: bytes, who: str = "officer_a") -> Any:
    with acting(world.actor(who)):
        return sheet_read(world.unit["a"], data, "form.xlsx")


def test_the_form_holds_the_readers_items_and_what_is_known(world: World) -> None:
    rows = list(written(world).active.iter_rows(values_only=True))
    assert rows[0][0] == "编号"
    assert [row[0] for row in rows[1:]] == ["A1", "A2", "B1", "B2"]
    assert "4.37" in rows[1][4]
    assert (rows[1][5], rows[1][6]) == (5, "—")
    assert len(list(written(world, "officer_a1").active.iter_rows())) == 1


def test_points_that_the_round_hides_are_said_to_come(world: World) -> None:
    world.round.settings = {**world.round.settings, "show_points": False}
    with everything("test"):
        world.round.save()
        world.unit["a"].round = world.round
    rows = list(written(world).active.iter_rows(values_only=True))
    assert [row[5] for row in rows[1:]] == ["反馈时告知", "", "", ""]


def test_what_is_no_number_is_told_with_what_was_found(world: World) -> None:
    book = written(world)
    book.active["G3"] = "abc"
    client = world.client("officer_a", **{"Accept-Language": "en"})
    address = reverse("rounds:sheet", args=[world.unit["a"].pk])
    page = client.post(address, {"sheet": SimpleUploadedFile("form.xlsx", saved(book))})
    (problem,) = page.context["problems"]
    assert problem.say("en").endswith('row 3, column G: a number is expected as the self-score (found "abc")')
    assert problem.say("zh-hans").endswith("自评分应为数字（填的是“abc”）")


def test_no_cell_is_a_formula(world: World) -> None:
    fill(world, "A2", narrative='=HYPERLINK("http://example.org","点我")')
    cell = written(world).active["H3"]
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://example.org","点我")')


def test_what_was_written_reads_back_as_no_change(world: World) -> None:
    fill(world, "A2", narrative="一\n二")
    assert read(world, saved(written(world))) == []


def test_a_form_in_traditional_characters_reads_back(world: World) -> None:
    with speaking("zh-hant"):
        book = written(world)
        assert [book.active.title, book.active["A1"].value] == ["自評表", "編號"]
        book.active["H4"] = "依據名冊"
        (change,) = read(world, saved(book))
    assert (change.code, change.narrative) == ("B1", "依據名冊")  # what people write stays as they wrote it


def test_changes_are_previewed_then_taken_over_together(world: World) -> None:
    book = written(world)
    sheet = book.active
    sheet["G3"], sheet["H3"], sheet["I3"] = 4.5, "来自表格。", "是"
    sheet["G4"], sheet["H4"] = "3", "也来自表格。"
    client, address = world.client("officer_a"), reverse("rounds:sheet", args=[world.unit["a"].pk])
    seen = client.post(address, {"sheet": SimpleUploadedFile("form.xlsx", saved(book))})
    assert seen.status_code == 200
    assert world.answer("a", "A2").version == 0
    assert len(seen.context["preview"]) == 2
    assert client.post(address, {"changes": seen.context["signed"]}).status_code == 302
    assert (str(world.answer("a", "A2").self_score), world.answer("a", "A2").ready) == ("4.500", True)
    assert world.answer("a", "B1").narrative == "也来自表格。"
    assert client.post(address, {"changes": seen.context["signed"] + "x"}).status_code == 422
    other = world.client("manager_a").post(address, {"changes": seen.context["signed"]})
    assert other.status_code == 422  # a preview is its reader's own


def test_a_preview_tells_only_what_changes(world: World) -> None:
    fill(world, "A2", self_score=Decimal("1.5"), narrative="甲", ready=False)
    fill(world, "B1", self_score=Decimal("1.5"), narrative="乙", ready=False)
    book = written(world)
    book.active["I3"], book.active["G4"] = "是", 2
    address = reverse("rounds:sheet", args=[world.unit["a"].pk])
    client, sent = world.client("officer_a"), {"sheet": SimpleUploadedFile("form.xlsx", saved(book))}
    seen = client.post(address, sent, headers={"accept-language": "en"})
    told = [(row["scored"], row["told"], row["marked"]) for row in seen.context["preview"]]
    assert told == [(False, False, True), (True, False, False)]
    text = seen.content.decode()
    assert [text.count(word) for word in ("1.5 → 2", "1.5 → 1.5", "marked ready", "unchanged")] == [
        1,
        0,
        1,
        4,
    ]


def test_one_conflict_undoes_all(world: World) -> None:
    book = written(world)
    book.active["H3"], book.active["H4"] = "表格甲", "表格乙"
    client, address = world.client("officer_a"), reverse("rounds:sheet", args=[world.unit["a"].pk])
    seen = client.post(address, {"sheet": SimpleUploadedFile("form.xlsx", saved(book))})
    fill(world, "B1", who="manager_a", narrative="同时写的")
    refused = client.post(address, {"changes": seen.context["signed"]})
    assert refused.status_code == 422
    assert world.answer("a", "A2").narrative == ""


def test_all_problems_are_told_with_sheet_row_and_column(world: World) -> None:
    fill(world, "B2")
    book = written(world)
    sheet = book.active
    sheet["G3"] = 99
    sheet["G4"], sheet["I4"] = "四分", "也许"
    sheet["H5"], sheet["J5"] = "改", 0
    sheet["A6"] = "Z9"
    with pytest.raises(Refused) as refused:
        read(world, saved(book))
    told = [(p.code, p.place.sheet, p.place.row, p.place.cell_column) for p in refused.value.problems]
    assert told == [
        ("WEB002", "自评表", 3, "G"), ("WEB002", "自评表", 4, "G"), ("WEB002", "自评表", 4, "I"),
        ("WEB003", "自评表", 5, "J"), ("WEB010", "自评表", 6, "A"),
    ]  # fmt: skip


@pytest.mark.parametrize("data", [b"", b"not a workbook", b"PK\x03\x04 broken"])
def test_what_is_no_workbook_is_refused(world: World, data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        read(world, data)
    assert refused.value.problems[0].code == "WEB002"


def test_another_head_is_refused_with_the_one_expected(world: World) -> None:
    book = openpyxl.Workbook()
    book.active.append(["别的", "表"])
    with pytest.raises(Refused) as refused:
        read(world, saved(book))
    assert "编号" in refused.value.problems[0].expected.zh


def test_a_program_tries_a_workbook_and_then_sends_it(world: World) -> None:
    client, root = world.client("officer_a"), f"/api/v1/rounds/units/{world.unit['a'].pk}/sheet"

    def sent(book: Any, who: Any = client, **query: str) -> Any:
        return who.generic("POST", root, saved(book), "application/octet-stream", query_params=query)

    fetched = client.get(f"{root}.xlsx")
    assert fetched["Content-Disposition"].endswith('.xlsx"')
    book = openpyxl.load_workbook(io.BytesIO(fetched.content))
    book.active["G3"], book.active["J4"] = "abc", "x"
    told = sent(book, write="true")
    assert told.status_code == 422
    assert [(p["code"], p["where"]["en"][-15:], p["found"]) for p in told.json()["problems"]] == [
        ("WEB002", "row 3, column G", "abc"), ("WEB002", "row 4, column J", "x"),
    ]  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(fetched.content))
    book.active["G3"], book.active["H3"] = 4, "有制度"
    told = sent(book)
    (change,) = told.json()["changes"]
    assert (told.status_code, told.json()["written"], change["item"], change["narrative"]) == (
        200,
        False,
        "A2",
        "有制度",
    )
    assert world.answer("a", "A2").narrative == ""
    assert sent(book, write="true").json() == {"written": True, "changes": [change]}
    assert (world.answer("a", "A2").narrative, world.answer("a", "A2").self_score) == ("有制度", 4)
    with everything("test"):
        assert AuditEvent.objects.filter(action="duxue.unit.sheet_read").count() == 1
    assert client.generic("POST", root, b"no workbook", "application/octet-stream").status_code == 422
    assert sent(book, world.client("organiser")).status_code == 403
    assert sent(book, world.client("manager_b")).status_code == 404
