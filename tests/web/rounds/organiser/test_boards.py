"""Overview, matrix, leaders' page, API and export say of every unit what is worked out unit by unit in plain Python."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from duxue.web.common import clock
from duxue.web.common.clock import now
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Answer, Dispute, Item, Reply, RoundUnit, Window
from duxue.web.rounds.selectors import standing
from duxue.web.rounds.selectors.matrix import PAGE, Board, Row, board_of, item_matrix
from tests.web.rounds.organiser import plain
from tests.web.rounds.unit.helpers import fill
from tests.web.worlds import STEPS, World

API = "/api/v1/rounds/sample-2024"
seeds = pytest.mark.parametrize("seed", range(6))


def at(name: str, *args: object) -> str:
    return reverse(f"rounds:{name}", args=["sample-2024", *args])


def all_rows(board: Board, size: int = 5) -> list[Row]:
    """Return the rows of a board page by page."""
    found: list[Row] = []
    page = board.page(size=size)
    while True:
        found += board.rows(page.rows)
        if not page.later:
            return found
        page = board.page(page.later, size)


def codes(rows: list[Any]) -> list[str]:
    return [row.unit.code for row in rows]


@seeds
def test_every_row_is_as_worked_out_unit_by_unit(world: World, seed: int) -> None:
    moment = plain.random_round(world, seed)
    expected, board = plain.plain_board(world.round, moment), board_of(world.round, moment)
    rows = all_rows(board)
    assert codes(rows) == codes(expected)
    assert [[(c.look, c.text, c.closes) for c in row.cells] for row in rows] == [
        list(zip(row.looks, row.texts, row.closes, strict=True)) for row in expected
    ]
    for row, want in zip(rows, expected, strict=True):
        assert asdict(row.counts) == {**asdict(type(row.counts)()), **want.counts}
    table = item_matrix(world.round, [row.unit for row in rows], moment)
    for (unit, cells), want in zip(table.rows, expected, strict=True):
        assert unit == want.unit
        assert (
            dict(zip([i.code for i in table.items], [look for look, _ in cells], strict=True)) == want.by_item
        )


@seeds
def test_filters_leave_the_same_units(world: World, seed: int) -> None:
    moment = plain.random_round(world, seed)
    rows, board = plain.plain_board(world.round, moment), board_of(world.round, moment)
    assert codes(all_rows(board.only(late=True))) == codes([r for r in rows if r.late])
    assert codes(all_rows(board.only(risk=True))) == codes([r for r in rows if r.late or r.at_risk])
    assert codes(all_rows(board.risky())) == codes([r for r in rows if r.at_risk and not r.late])
    for state in {row.unit.state for row in rows}:
        found = board.only(state=state, risk=True)
        assert codes(all_rows(found)) == codes(
            [r for r in rows if r.unit.state == state and (r.late or r.at_risk)]
        )
        assert found.tally().units == len(all_rows(found))
    for name in ("样本市1", "sample city 1", "97", "no such unit"):
        assert codes(all_rows(board.only(name=name))) == codes(
            [r for r in rows if name in f"{r.unit.name_zh}|{r.unit.name_en.lower()}|{r.unit.code}"]
        )


@seeds
def test_figures_and_pictures_count_the_same_units(
    world: World, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = plain.random_round(world, seed)
    rows, board = plain.plain_board(world.round, moment), board_of(world.round, moment)
    tally = board.tally()
    assert tally.looks() == [Counter(row.looks[n] for row in rows) for n in range(len(STEPS))]
    assert asdict(standing.totals_of(world.round, tally)) == plain.plain_totals(world.round, rows)

    shares = [100 * r.counts.get("filled", 0) / (r.counts.get("total") or 1) for r in rows]
    full = sum(bool(r.counts.get("total")) and share == 100 for r, share in zip(rows, shares, strict=True))
    tiles = standing.filling_chart(board, len(rows))
    assert [t["text"] for t in tiles["data"]["tiles"]] == [f"{share:.0f}%" for share in shares]
    monkeypatch.setattr(standing, "TILES", 1)
    bands = standing.filling_chart(board, len(rows))
    assert [row["counts"]["units"] for row in bands["data"]["rows"]] == [
        sum(low <= share < low + 25 for share in shares) for low in (0, 25, 50, 75, 100)
    ]
    assert str(bands["sentence"]) == str(tiles["sentence"])
    assert bands["sentence"].values == {"full": full, "all": len(rows)}

    with everything("test"):
        answers = Answer.objects.filter(round=world.round).exclude(unit__state="excused")
        counted = Counter((a.item.parent_id, plain.filled(a)) for a in answers.select_related("item"))
        blocks = Item.objects.filter(round=world.round, kind="branch").order_by("order")
        expected = [[str(b.title), counted[b.pk, True], counted[b.pk, False]] for b in blocks]
    assert standing.block_chart(world.round)["table"]["rows"] == [row for row in expected if any(row[1:])]


@seeds
def test_machines_and_files_get_the_same(world: World, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = plain.random_round(world, seed)
    monkeypatch.setattr("duxue.web.rounds.selectors.matrix.now", lambda: moment)
    rows, client = plain.plain_board(world.round, moment), world.client("organiser")
    got: list[Any] = []
    page = client.get(f"{API}/matrix?items=true&size=6").json()
    got += page["rows"]
    while page["later"]:
        page = client.get(f"{API}/matrix?items=true&size=6&cursor={page['later']}").json()
        got += page["rows"]
    assert [(r["unit"], r["filled"], r["without_evidence"], r["items"]) for r in got] == [
        (r.unit.code, r.counts.get("filled", 0), r.counts.get("bare", 0), r.by_item) for r in rows
    ]
    assert [[(s["state"], s["text"]) for s in r["steps"]] for r in got] == [
        list(zip(r.looks, r.texts, strict=True)) for r in rows
    ]
    monkeypatch.setattr("duxue.web.rounds.selectors.matrix.CHUNK", 4)
    for view in ("", "?view=items"):
        sent = b"".join(client.get(at("matrix_csv") + view).streaming_content).decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(sent)))
        assert [line[0] for line in lines[1:]] == codes(rows)
        assert len({len(line) for line in lines}) == 1


def test_pages_follow_each_other_and_lead_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    plain.random_round(world, 1)
    monkeypatch.setattr(Board.page, "__defaults__", ("", 6))
    client = world.client("organiser", **{"accept-language": "en"})
    with everything("test"):
        every = list(RoundUnit.objects.order_by("code").values_list("code", flat=True))
    for view in ("", "items"):
        seen: list[str] = []
        page = client.get(at("matrix"), {"view": view})
        assert f"{len(every)} units in all" in page.content.decode()
        seen += [unit.code for unit in page.context["page"]]
        while cursor := page.context["page"].later:
            page = client.get(at("matrix"), {"view": view, "cursor": cursor})
            html = page.content.decode()
            assert all(at("unit_follow", unit.code) in html for unit in page.context["page"])
            seen += [unit.code for unit in page.context["page"]]
        assert seen == every
        back = client.get(at("matrix"), {"view": view, "cursor": page.context["page"].earlier})
        assert [unit.code for unit in back.context["page"]] == every[6:12]
    assert client.get(at("matrix"), {"cursor": "nonsense"}).status_code == 400
    assert 50 <= PAGE <= 200


BOARDS = {
    "overview": at("show"), "matrix": at("matrix"), "items": at("matrix") + "?view=items",
    "risk": at("matrix") + "?only=risk", "leaders": at("leader"), "api": f"{API}/matrix",
    "api items": f"{API}/matrix?items=true",
}  # fmt: skip


@pytest.mark.parametrize("board", BOARDS)
def test_a_board_asks_as_often_for_many_units_as_for_few(
    world: World, board: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "TILES", 20)
    client = world.client("organiser")
    asked = []
    for seed, units in ((3, 24), (3, 60)):
        with everything("test"):
            RoundUnit.objects.filter(round=world.round, code__startswith="97").update(state="drafting")
        if units == 24:
            plain.random_round(world, seed, units)
        else:
            grow(world, units)
        client.get(BOARDS[board])
        with CaptureQueriesContext(connection) as queries:
            assert client.get(BOARDS[board]).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1], asked
    assert asked[1] <= 40, asked


def grow(world: World, units: int) -> None:
    """Add units, each with its own windows and answers in every state."""
    from duxue.web.orgs.models import Organisation

    with everything("test"):
        for n in range(units):
            place = Organisation.objects.create(
                code=f"96{n:04}", level="city", name_zh=f"新市{n}", name_en=f"New City {n}", parent=world.org["province"],
                path=f"{world.org['province'].path}8{n:05}/",
            )  # fmt: skip
            unit = RoundUnit.objects.create(
                round=world.round, organisation=place, code=place.code, name_zh=place.name_zh, path=place.path,
                state="drafting", state_since=now(),
            )  # fmt: skip
            Window.objects.create(
                round=world.round, step="online_review", unit=unit, opens=now() - timedelta(days=9),
                closes=now() + timedelta(days=n % 5), reason="洪灾",
            )  # fmt: skip
            for m, item in enumerate(i for i in world.items.values() if i.kind != "branch"):
                Answer.objects.create(
                    round=world.round, unit=unit, item=item, state=plain.ANSWERS[(n + m) % len(plain.ANSWERS)]
                )


def test_disputes_and_replies_of_a_unit_come_in_pages(world: World) -> None:
    unit, client = world.unit["a"], world.client("manager_a")
    with everything("test"):
        known = unit.known.first()
        for n in range(5):
            Dispute.objects.create(
                round=world.round,
                unit=unit,
                known=known,
                text=f"{n}",
                filed_by=world.user["manager_a"],
                filed_at=now(),
            )
            Reply.objects.create(
                round=world.round, unit=unit, text_zh=f"{n}", written_by=world.user["manager_a"], written_at=now(),
                withdrawn_at=now() if n < 4 else None,
            )  # fmt: skip
    for name, field, order in (("disputes", "text", "01234"), ("replies", "text_zh", "43210")):
        base, texts, cursor = f"/api/v1/rounds/units/{unit.pk}/{name}", "", ""
        for _ in range(3):
            page = client.get(base, {"size": 2, "cursor": cursor}).json()
            texts, cursor = texts + "".join(row[field] for row in page["rows"]), page["later"]
        assert (texts, cursor) == (order, "")


def test_what_is_left_when_the_time_to_fill_is_over_is_late(world: World) -> None:
    fill(world, "B1")
    with everything("test"):
        window = Window.objects.get(round=world.round, step="self_evaluation")
        longer = window.closes + timedelta(days=4)
        Window.objects.create(
            round=world.round, step="self_evaluation", unit=world.unit["b"], opens=window.opens, closes=longer
        )

    def told(moment: datetime) -> dict[str, tuple[int, int]]:
        board = board_of(world.round, moment)
        rows = all_rows(board)
        cells = item_matrix(world.round, [row.unit for row in rows], moment).rows
        return {
            unit.code: (row.counts.late, sum(look == "overdue" for look, _ in looks))
            for row, (unit, looks) in zip(rows, cells, strict=True)
        }

    a, b = world.unit["a"].code, world.unit["b"].code
    assert told(window.closes) == {a: (0, 0), b: (0, 0)}
    later = window.closes + timedelta(hours=1)
    assert told(later) == {a: (2, 2), b: (0, 0)}  # B1 is ready, and data decide A1
    assert told(longer + timedelta(hours=1)) == {a: (2, 2), b: (3, 3)}
    with clock.at(later):
        (row, _) = world.client("organiser").get(f"{API}/matrix?items=true").json()["rows"]
    assert (row["late"], list(row["items"].values()).count("overdue")) == (2, 2)
    world.submit("a")
    assert told(later) == {a: (0, 0), b: (0, 0)}
