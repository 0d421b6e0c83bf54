"""The page docs/howto/bring-organisations.md does, step by step, what it says."""

from __future__ import annotations

import io
import re
import shlex
import sys
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from duxue.core.errors import Refused
from duxue.web.accounts.models import User
from duxue.web.accounts.selectors import actor_of_user
from duxue.web.accounts.services.tokens import token_create
from duxue.web.common.models import AuditEvent
from duxue.web.common.scope import acting, everything
from duxue.web.orgs import selectors
from duxue.web.orgs.models import Organisation
from duxue.web.orgs.services import organisation_begin

HOWTO = Path(__file__).parents[3] / "docs" / "howto"
CREATED = "新建 样例市", "新建 样例县", "新建 示范县", "新建 样例小学"


def blocks(kind: str, page: str = "bring-organisations.md") -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", (HOWTO / page).read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def organiser(db: None, monkeypatch: pytest.MonkeyPatch) -> User:
    """Return the organiser of an authority that was made as docs/howto/operate.md makes it."""
    command = next(
        line for block in blocks("", "operate.md") for line in joined(block) if "authority_create" in line
    )
    monkeypatch.setattr(sys, "stdin", io.StringIO("a long enough password\n"))
    call_command(*shlex.split(command)[3:], stdout=io.StringIO())
    return User.objects.get()


def joined(block: str) -> list[str]:
    return block.replace("\\\n", " ").splitlines()


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def bring(client: Client, table: str) -> str:
    """Choose the file, see what will change, and write it; return the page that showed the changes."""
    file = SimpleUploadedFile("units.csv", table.encode("gb18030"))
    seen = client.post("/organisations/import/", {"file": file, "act": "preview"})
    assert seen.status_code == 200, seen.content.decode()
    kept = seen.context["form"].initial["text"]
    assert client.post("/organisations/import/", {"text": kept, "act": "import"}).status_code == 302
    return seen.content.decode()


def tree_on(user: User, year: int) -> dict[str, tuple[str, int]]:
    with acting(actor_of_user(user)):
        return {p.code: (p.name.zh, p.depth) for p in selectors.tree_on(date(year, 12, 31))}


def test_the_page_gives_what_it_says(organiser: User) -> None:
    first, later = blocks("csv")
    client = client_of(organiser)
    shown = bring(client, first)
    assert [name for name in CREATED if name in shown] == [*CREATED]
    assert "4 项变更，1 个单位不变" in shown
    again = client.post("/organisations/import/", {"text": first, "act": "preview"})
    assert again.context["plan"].changes == []
    assert "更名：示范县 → 示范区" in bring(client, later)
    assert tree_on(organiser, 2018)["3799010001"] == ("样例小学", 3)
    assert "379902" not in tree_on(organiser, 2018)
    before, after = tree_on(organiser, 2023), tree_on(organiser, 2024)
    assert (before["379902"][0], after["379902"][0]) == ("示范县", "示范区")
    with everything("test"):
        assert Organisation.objects.get(code="3799010001").parent.code == "379902"
        assert AuditEvent.objects.filter(action="duxue.organisation.created").count() == 5


def test_an_authority_that_began_too_late_is_dated_back_with_all_below(organiser: User) -> None:
    bring(client_of(organiser), blocks("csv")[0])
    table = blocks("csv")[0].replace("2000-01-01", "1990-01-01")
    with everything("test"):
        place = Organisation.objects.get(code="379900")
        before = AuditEvent.objects.count()
    with acting(actor := actor_of_user(organiser)), pytest.raises(Refused) as refused:
        organisation_begin(actor=actor, organisation=place, from_day=date(1990, 1, 1))
    assert [p.code for p in refused.value.problems] == ["WEB010"]  # its authority began later
    with acting(actor), pytest.raises(Refused) as refused:
        organisation_begin(actor=actor, organisation=place, from_day=date(2001, 1, 1))
    assert [p.code for p in refused.value.problems] == ["WEB004"]
    assert tree_on(organiser, 1995) == {}
    assert "自 1990-01-01 起存在，早于原来的 2000-01-01" in bring(client_of(organiser), table)
    assert set(tree_on(organiser, 1995)) == {"370000", "379900", "379901"}
    with everything("test"):
        events = AuditEvent.objects.filter(action="duxue.organisation.begun")
        assert (events.count(), AuditEvent.objects.count() - before) == (3, 3)
    again = client_of(organiser).post("/organisations/import/", {"text": table, "act": "preview"})
    assert again.context["plan"].changes == []


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("379909,,,county,370000,2020-01-01,", "WEB001"),
        ("379909,某县,,planet,370000,2020-01-01,", "WEB002"),
        ("379909,某县,,county,370000,1999-12-31,", "WEB010"),
        ("379909,某县,,county,379999,2020-01-01,", "WEB010"),
        ("370000,某省,,province,,1999-12-31,", "WEB002"),
        ("379909,某市,,province,,2020-01-01,", "WEB007"),
    ],
)
def test_what_is_wrong_is_told_by_the_codes_of_the_page(organiser: User, row: str, code: str) -> None:
    table = "code,name_zh,name_en,level,parent,from,source\n" + row + "\n"
    told = client_of(organiser).post("/organisations/import/", {"text": table, "act": "preview"})
    assert told.status_code == 422
    assert [(p.code, p.place.row) for p in told.context["plan"].problems] == [(code, 2)]
    with everything("test"):
        assert Organisation.objects.count() == 1


def test_the_request_brings_a_table(organiser: User) -> None:
    bring(client_of(organiser), blocks("csv")[0])
    actor = actor_of_user(organiser)
    with everything("test"):
        place = Organisation.objects.get(parent=None)
    with acting(actor):
        secret = token_create(
            actor=actor, title="t", organisation=place, role="organiser", read_only=False
        ).secret
    words = shlex.split(joined(blocks("sh")[0])[0])
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    told = client.post("/api/v1/orgs/import", words[words.index("-d") + 1], content_type="application/json")
    assert told.status_code == 200, told.content
    assert [(c["code"], c["what"]["en"]) for c in told.json()["changes"]] == [("379903", "Create New County")]
    day = client.get("/api/v1/orgs/tree/2025-06-01").json()
    assert "379903" in {one["code"] for one in day}


def test_both_languages_show_the_same_tables() -> None:
    for kind in ("csv", "sh"):
        assert blocks(kind) == blocks(kind, "bring-organisations.zh.md") != []
