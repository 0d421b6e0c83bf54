"""The tables of the charts are read as data: the same lines that the page exports, to the same readers."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client

from duxue.web.common.scope import everything
from duxue.web.reporting.models import UnitScore
from duxue.web.reporting.services.scoring import scoring_make
from tests.web.reporting.conftest import Office

ROUND, UNIT = (
    "/api/v1/reporting/rounds/small-2023/tables",
    "/api/v1/reporting/rounds/small-2023/units/910100/tables",
)
PAGES = {ROUND: "/dashboards/small-2023/", UNIT: "/dashboards/small-2023/910100/"}


@pytest.fixture
def scored(office: Office) -> Office:
    scoring_make(office.actor("organiser"), office.round, "trial")
    return office


def browser(office: Office, who: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(office.users[who], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def plain(cell: Any) -> str:
    return "" if cell is None else str(cell["en"] if isinstance(cell, dict) else cell)


@pytest.mark.parametrize(
    ("path", "ids"),
    [
        (ROUND, {"map", "spread", "gaps", "credibility", "distance", "trend", "progress"}),
        (UNIT, {"radar", "spread", "trend"}),
    ],
)
def test_each_table_is_what_the_page_exports(scored: Office, path: str, ids: set[str]) -> None:
    leader = browser(scored, "leader")
    told = leader.get(path, {"indicator": "RATE"}).json()
    found = {table["id"]: table for table in told["tables"]}
    assert found
    assert set(found) <= ids
    assert {"trend", "spread"} <= set(found)
    for name, table in found.items():
        sent = leader.get(PAGES[path], {"export": "csv", "table": name, "indicator": "RATE"})
        text = b"".join(sent.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
        # A file for spreadsheets marks what they would take for a formula.
        lines = [[cell.removeprefix("'") for cell in row] for row in csv.reader(io.StringIO(text))]
        assert [[plain(cell) for cell in row] for row in (table["head"], *table["rows"])] == lines, name
        assert all(table["sentence"][language] for language in ("zh", "en"))
        assert leader.get(path, {"table": name, "indicator": "RATE"}).json()["tables"] == [table]
    assert leader.get(path, {"table": "none"}).status_code == 404
    assert leader.get(path, {"indicator": "none"}).status_code == 404
    assert (told["indicator"]["id"], told["year"] in told["years"]) == ("RATE", True)


def test_points_and_the_year_asked_for_are_told(scored: Office) -> None:
    leader = browser(scored, "leader")
    told = leader.get(ROUND).json()
    (map_,) = leader.get(ROUND, {"table": "map"}).json()["tables"]
    with everything("test"):
        kept = {s.unit.code: f"{s.points:.2f}" for s in UnitScore.objects.select_related("unit")}
    assert {row[0]: row[2] for row in map_["rows"]} == kept
    assert leader.get(ROUND, {"year": told["years"][0]}).json()["year"] == told["years"][0]
    assert leader.get(ROUND, {"year": 1900}).status_code == 404


def test_who_reads_the_page_reads_the_tables(scored: Office) -> None:
    manager = browser(scored, "manager")
    assert manager.get(ROUND).status_code == 403
    assert manager.get(UNIT).json()["tables"] == []  # before it is told its result
    assert manager.get(UNIT.replace("910100", "910200")).status_code == 404
    scored.seal()
    scoring_make(scored.actor("organiser"), scored.round, "final")
    told = manager.get(UNIT).json()
    assert "trend" in {table["id"] for table in told["tables"]}
    assert "910200" not in str(told)
    assert Client().get(UNIT).status_code == 401
