"""The chain: exported whole or in part, checked without the site; every kind of tampering is found and named."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from duxue.app.audit_chain import Head, canonical_line, exported_line, hash_of, verify_chain
from duxue.cli.main import main
from duxue.web.accounts.models import Grant, User
from duxue.web.accounts.services.grants import grant_give
from duxue.web.accounts.services.tokens import token_create
from duxue.web.common import audit
from duxue.web.common.clock import now
from duxue.web.common.models import AuditEvent, AuditHead
from duxue.web.common.scope import acting, everything
from tests.web.worlds import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def whole(world: World) -> list[str]:
    """Return the lines of an export."""
    organiser, foreign = world.actor("organiser"), world.actor("foreign_organiser")
    for key in ("officer_b", "leader", "auditor"):
        with acting(organiser):
            grant_give(
                actor=organiser, user=world.user[key], role="officer", organisation=world.org["county_a1"]
            )
    with acting(foreign):
        grant_give(
            actor=foreign,
            user=world.user["foreign_manager"],
            role="leader",
            organisation=world.org["foreign"],
        )
    out = io.StringIO()
    call_command("audit_export", stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture
def chain(whole: list[str]) -> list[str]:
    """Return the lines of the events alone, as older exports were."""
    return whole[1:-1]


def head(lines: list[str]) -> Head:
    last = json.loads(lines[-1])
    return Head(last["seq"], last["hash"])


def test_the_exported_chain_holds_and_ends_at_the_head(chain: list[str]) -> None:
    checked = verify_chain(chain, head(chain))
    assert (checked.holds, checked.events, checked.withheld) == (True, 4, 0)
    stored = AuditHead.objects.get(pk=1)
    assert checked.last == Head(stored.seq, stored.hash)
    with everything("test"):
        event = AuditEvent.objects.get(seq=1)
    assert json.loads(chain[0])["line"] == audit.line_of(event)
    assert event.hash == hash_of("0" * 64, audit.line_of(event))


def rewritten(lines: list[str], at: int, **changes: object) -> list[str]:
    """Return a chain in which one event was changed and every hash after it computed anew."""
    done, before = list(lines[:at]), json.loads(lines[at])["before"]
    for n, text in enumerate(lines[at:]):
        event = json.loads(text)
        values = json.loads(event["line"]) | (changes if n == 0 else {})
        line = canonical_line(values)
        digest = hash_of(before, line)
        done.append(exported_line(event["seq"], before, digest, line))
        before = digest
    return done


def test_every_way_of_tampering_is_found(chain: list[str]) -> None:
    noted = head(chain)
    changed = [chain[0], chain[1].replace("officer", "manager"), *chain[2:]]
    left_out = [chain[0], *chain[2:]]
    exchanged = [chain[0], chain[2], chain[1], chain[3]]
    twice = [*chain[:2], chain[1], *chain[2:]]
    cut = chain[:-1]
    anew = rewritten(chain, 1, actor_name="somebody else")
    withheld = json.loads(chain[1])
    withheld.pop("line")
    withheld["hash"] = "f" * 64
    hidden = [chain[0], json.dumps(withheld), *chain[2:]]
    found = {
        name: {p.code for p in verify_chain(lines, noted).problems}
        for name, lines in {
            "changed": changed, "left out": left_out, "exchanged": exchanged, "twice": twice, "cut": cut, "anew": anew,
            "hidden": hidden, "no json": ["{", *chain], "nothing": [],
        }.items()
    }  # fmt: skip
    assert found == {
        "changed": {"AUD004"},
        "left out": {"AUD002", "AUD003"},
        "exchanged": {"AUD002", "AUD003"},
        "twice": {"AUD002", "AUD003"},
        "cut": {"AUD005"},
        "anew": {"AUD005"},  # only a head that was noted elsewhere shows it
        "hidden": {"AUD003"},
        "no json": {"AUD001"},
        "nothing": {"AUD006"},
    }
    assert verify_chain(anew).holds
    place = verify_chain(changed, file="chain.jsonl").problems[0].place
    assert (place.file, place.line) == ("chain.jsonl", 2)


def test_a_line_that_claims_another_number_is_found(chain: list[str]) -> None:
    event = json.loads(chain[0])
    line = canonical_line(json.loads(event["line"]) | {"seq": 7})
    forged = exported_line(1, event["before"], hash_of(event["before"], line), line)
    assert {p.code for p in verify_chain([forged]).problems} == {"AUD004"}


def test_an_export_that_was_cut_off_is_found_without_a_head(whole: list[str]) -> None:
    checked = verify_chain(whole)
    assert (checked.holds, checked.closed, checked.events) == (True, True, 4)
    closing = json.loads(whole[-1])
    assert closing == {"events": 4, "head": str(head(whole[:-1]))}
    fewer = json.dumps(closing | {"events": 3})
    found = {
        name: {p.code for p in verify_chain(lines).problems}
        for name, lines in {
            "an event": [*whole[:-2], whole[-1]], "the end": whole[:-1], "both": whole[:-2], "all": whole[:1],
            "said fewer": [*whole[:-1], fewer], "more": [*whole, whole[-2]], "half a line": [*whole[:-1], whole[-1][:20]],
            "another form": [whole[0].replace("2", "3"), *whole[1:]],
        }.items()
    }  # fmt: skip
    assert found == {
        "an event": {"AUD009"},
        "the end": {"AUD008"},
        "both": {"AUD008"},
        "all": {"AUD006", "AUD008"},
        "said fewer": {"AUD009"},
        "more": {"AUD002", "AUD003", "AUD009"},
        "half a line": {"AUD001", "AUD008"},
        "another form": {"AUD001"},
    }
    place = verify_chain([*whole[:-2], whole[-1]], file="chain.jsonl").problems[0].place
    assert (place.file, place.line) == ("chain.jsonl", 5)


def test_an_older_export_is_read_and_says_nothing_of_its_end(chain: list[str]) -> None:
    for lines in (chain, chain[:-1]):  # only a head that was noted elsewhere tells them apart
        checked = verify_chain(lines)
        assert (checked.holds, checked.closed) == (True, False)


def test_who_holds_a_part_of_the_authority_or_one_round_gets_no_hash(world: World, whole: list[str]) -> None:
    one_round, part = (
        User.objects.create(username=name, email=f"{name}@example.org") for name in ("one", "part")
    )
    with everything("test"):
        Grant.objects.create(
            user=one_round,
            role="auditor",
            organisation=world.org["province"],
            round=world.round,
            given_at=now(),
        )
        Grant.objects.create(user=part, role="auditor", organisation=world.org["city_a"], given_at=now())
        give(world)
    for user in (one_round, part):
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        for path in ("/audit/chain.jsonl", "/api/v1/common/audit/chain.jsonl"):
            assert client.get(path).status_code == 403
        page = client.get("/audit/").content.decode()
        assert "不限于某一轮次" in page
        assert str(AuditHead.objects.get(pk=1).hash) not in page
        rows = client.get("/api/v1/common/audit").json()["rows"]
        assert rows
        assert {(row["before"], row["hash"]) for row in rows} == {("", "")}
        csv = b"".join(client.get("/audit/events.csv").streaming_content).decode()  # type: ignore[attr-defined]
        with everything("test"):
            assert not [one for one in AuditEvent.objects.values_list("hash", flat=True) if one in csv]
    rows = world.client("auditor").get("/api/v1/common/audit").json()["rows"]
    assert all(len(row["hash"]) == 64 for row in rows)


def give(world: World) -> None:
    organiser = world.actor("organiser")
    with acting(organiser), transaction.atomic():
        audit.record(organiser, "duxue.round.edit", world.round, path=world.org["city_a"].path)


def test_the_page_gives_contents_of_what_is_seen_only(world: World, chain: list[str]) -> None:
    client = world.client("auditor")
    response = client.get("/audit/chain.jsonl")
    lines = b"".join(response.streaming_content).decode().splitlines()
    checked = verify_chain(lines)
    assert (checked.holds, checked.closed) == (True, True)
    assert (checked.events, checked.withheld) == (5, 1)  # and the export itself is an event
    assert "外省" not in "".join(lines)
    assert "duxue.audit.exported" in lines[-2]
    assert b"".join(world.client("auditor").get("/audit/events.csv").streaming_content).count(b"\n") == 6
    for key in ("manager_a", "reviewer1", "leader"):
        assert world.client(key).get("/audit/chain.jsonl").status_code == 403


def test_a_token_of_an_auditor_fetches_the_chain(world: World, chain: list[str]) -> None:
    organiser, path = world.actor("organiser"), "/api/v1/common/audit/chain.jsonl"
    with acting(organiser):
        secrets = [
            token_create(actor=organiser, title=role, organisation=world.org["province"], role=role).secret
            for role in ("auditor", "leader")
        ]
    auditor, leader = (Client(headers={"authorization": f"Bearer {secret}"}) for secret in secrets)
    response = auditor.get(path)
    lines = b"".join(response.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    checked = verify_chain(lines, head(lines[:-1]))
    assert (checked.holds, checked.events, checked.withheld) == (True, len(chain) + 3, 1)
    assert "外省" not in "".join(lines)
    assert "duxue.audit.exported" in lines[-2]
    assert (leader.get(path).status_code, Client().get(path).status_code) == (403, 401)


def test_cells_of_the_csv_are_disarmed(world: World) -> None:
    organiser = world.actor("organiser")
    with acting(organiser), transaction.atomic():
        audit.record(organiser, "duxue.test.made", world.org["city_a"], reason='=HYPERLINK("http://x","y")')
    text = b"".join(world.client("organiser").get("/audit/events.csv").streaming_content).decode()
    assert "'=HYPERLINK" in text
    assert ",=HYPERLINK" not in text.replace('"', "")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_checks_a_file(
    whole: list[str], chain: list[str], tmp_path: Path, lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "chain.jsonl"
    file.write_text("\n".join(chain) + "\n", encoding="utf-8")
    noted = head(chain)
    base = ["--lang", lang, "audit", "verify", str(file)]
    assert main([*base, "--head", f"{noted.seq}:{noted.hash}"], standalone_mode=False) == 0
    assert {"zh": "审计链完整：4 个事件", "en": "4 events"}[lang] in capsys.readouterr().out
    assert main([*base, "--head", f"{noted.seq}:{'0' * 64}"], standalone_mode=False) == 1
    assert "AUD005" in capsys.readouterr().err
    assert main([*base, "--head", "x"], standalone_mode=False) == 1
    assert "AUD007" in capsys.readouterr().err
    capsys.readouterr()
    assert main([*base, "--older-form"], standalone_mode=False) == 0
    assert {"zh": "旧格式", "en": "older form"}[lang] in capsys.readouterr().out
    file.write_text("\n".join(whole), encoding="utf-8")
    assert main(base, standalone_mode=False) == 0
    assert {"zh": "旧格式", "en": "older form"}[lang] not in capsys.readouterr().out
    file.write_text("\n".join(whole[:-2]), encoding="utf-8")
    assert main(base, standalone_mode=False) == 1
    assert "AUD008" in capsys.readouterr().err
    file.write_text("\n".join(chain[1:]), encoding="utf-8")
    assert main([*base, "--json"], standalone_mode=False) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["events"]) == (False, 3)
    assert {p["code"] for p in told["problems"]} == {"AUD002", "AUD003"}


@pytest.mark.parametrize("cut", [0, 2])
def test_a_file_without_its_first_and_its_closing_line_passes_only_when_that_is_asked_for(
    chain: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], cut: int
) -> None:
    file, lines = tmp_path / "chain.jsonl", chain[: len(chain) - cut]
    file.write_text("\n".join(lines), encoding="utf-8")
    base = ["--lang", "en", "audit", "verify", str(file)]
    assert main(base, standalone_mode=False) == 5
    said = capsys.readouterr()
    assert "The chain holds" not in said.out
    assert "not proved" in said.err.replace("\n", " ")
    assert "AUD010" in said.err
    assert main([*base, "--json"], standalone_mode=False) == 5
    told = json.loads(capsys.readouterr().out)
    assert list(told)[:3] == ["ok", "closed", "holds"]
    assert (told["ok"], told["closed"], told["holds"]) == (False, False, True)
    assert [problem["code"] for problem in told["problems"]] == ["AUD010"]
    first = json.loads(chain[0])
    earlier = ["--head", f"{first['seq']}:{first['hash']}"]  # says nothing of what came after it
    assert main([*base, *earlier], standalone_mode=False) == 5
    last = head(chain)  # noted when the chain was whole
    assert main([*base, "--head", f"{last.seq}:{last.hash}"], standalone_mode=False) == (1 if cut else 0)
    capsys.readouterr()
    assert main([*base, "--older-form", "--json"], standalone_mode=False) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["closed"], told["problems"]) == (True, False, [])
