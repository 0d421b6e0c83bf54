"""A province's own rules: chosen when nothing is wrong with them, kept with the round, and what it is scored by."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from duxue.app.round_checks import open_stored, verify_round
from duxue.core.errors import Refused
from duxue.web.common.clock import now
from duxue.web.common.scope import everything
from duxue.web.reporting.models import UnitScore
from duxue.web.reporting.services.scoring import scoring_make
from duxue.web.rounds import own_packs
from duxue.web.rounds.forms_organiser import scored_packs
from duxue.web.rounds.models import Answer, Round, RoundUnit, Submission
from duxue.web.rounds.rules import rules_of
from duxue.web.rounds.services import making
from tests.unit.app.small_round import PACK
from tests.web.reporting.conftest import Office

OWN = PACK.replace("id: x-small-duty", "id: x-own-duty").replace("verified: [online, field]", "verified: []")
MAKE = {
    "evaluated_year": 2023, "round_year": 2024, "title_zh": "本省评价", "title_en": "Own evaluation", "slug": "own-2023",
}  # fmt: skip


def put(home: Path, name: str, text: str) -> Path:
    """Write a rule file below HOME/packs."""
    file = home / "packs" / name / "pack.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def page(office: Office) -> str:
    client = Client()
    client.force_login(
        office.users["organiser"], backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client.get(reverse("rounds:create"), headers={"accept-language": "en"}).content.decode()


def handed_in(office: Office, made: Round) -> None:
    """Let the units of a round hand in what those of the office's round did."""
    with everything("test"):
        made.data_folder = office.round.data_folder
        made.save()
        for answer in Answer.objects.filter(round=made).select_related("unit", "item"):
            had = Answer.objects.get(
                round=office.round, unit__code=answer.unit.code, item__code=answer.item.code
            )
            Answer.objects.filter(pk=answer.pk).update(self_score=had.self_score, narrative=had.narrative)
        for unit in RoundUnit.objects.filter(round=made):
            Submission.objects.create(
                round=made, unit=unit, number=1, key="1", content={}, digest="-", submitted_at=now()
            )


def test_a_round_is_made_from_own_rules_and_scored_by_them_whatever_becomes_of_the_file(
    office: Office, home: Path
) -> None:
    file = put(home, "x-own-duty/1.2.0", OWN)
    assert scored_packs()[0][0] == "x-own-duty@1.2.0"
    assert 'value="x-own-duty@1.2.0"' in page(office)
    organiser = office.actor("organiser")
    made = making.round_create(actor=organiser, authority=office.authority, pack="x-own-duty@1.2.0", **MAKE)
    assert made.pack == "x-own-duty@1.2.0"
    assert len(made.pack_digest) == 64
    assert {made.pack_digest} == {path.name for path in (home / "rules").iterdir()}
    file.write_text(OWN.replace("points: 40", "points: 39"), encoding="utf-8")  # a later edition, then none
    file.unlink()
    assert Path(rules_of(made)).is_relative_to(home / "rules" / made.pack_digest)
    handed_in(office, made)
    scoring = scoring_make(organiser, made, "trial")
    out = home / scoring.folder
    assert json.loads((out / "round.json").read_text(encoding="utf-8"))["pack_digest"] == made.pack_digest
    assert verify_round(open_stored(out)).differences == ()
    with everything("test"):
        assert UnitScore.objects.filter(scoring=scoring, points__gt=50).count() >= 3


def test_rules_that_were_edited_where_they_are_kept_are_refused(office: Office, home: Path) -> None:
    put(home, "own", OWN)
    organiser = office.actor("organiser")
    made = making.round_create(actor=organiser, authority=office.authority, pack="x-own-duty", **MAKE)
    handed_in(office, made)
    kept = Path(rules_of(made)) / "pack.yaml"
    kept.write_text(kept.read_text(encoding="utf-8").replace("生均支出达标", "生均支出"), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        scoring_make(organiser, made, "trial")
    assert [p.code for p in refused.value.problems] == ["WEB066"]


def test_a_broken_pack_is_shown_with_its_problems_and_cannot_be_chosen(office: Office, home: Path) -> None:
    put(home, "broken", OWN.replace("sum(spending) / sum(pupils)", "sum(spendings) / sum(pupils)"))
    put(home, "torn", "id: [")
    (own, torn) = sorted(own_packs.own_packs(), key=lambda o: o.file)
    assert (own.file, torn.file) == ("packs/broken/pack.yaml", "packs/torn/pack.yaml")
    assert own.problems
    assert torn.problems
    assert all(not p.place.file.startswith("/") for p in (*own.problems, *torn.problems))
    shown = page(office)
    assert "Packs that cannot be chosen" in shown
    assert own.problems[0].code in shown
    assert "spendings" in shown
    assert 'value="x-own-duty@1.2.0"' not in shown
    with pytest.raises(Refused) as refused:
        making.round_create(
            actor=office.actor("organiser"), authority=office.authority, pack="x-own-duty@1.2.0", **MAKE
        )
    assert tuple(refused.value.problems) == own.problems
    put(home, "broken", OWN)  # mended
    assert 'value="x-own-duty@1.2.0"' in page(office)


def test_an_id_of_a_shipped_pack_and_the_same_version_twice_are_refused(office: Office, home: Path) -> None:
    put(home, "a", OWN)
    put(home, "b", OWN)
    put(home, "c", OWN.replace("id: x-own-duty", "id: cn-duty-province-demo").replace("1.2.0", "9.0.0"))
    wrong = {o.file: [p.code for p in o.problems] for o in own_packs.own_packs()}
    assert wrong == {
        "packs/a/pack.yaml": [],
        "packs/b/pack.yaml": ["WEB065"],
        "packs/c/pack.yaml": ["WEB065"],
    }
    offered = [ref for ref, _ in scored_packs()]
    assert offered.count("x-own-duty@1.2.0") == 1
    assert "cn-duty-province-demo@9.0.0" not in offered
    assert making.pack_of("cn-duty-province-demo@1.0.0").pack.version == "1.0.0"  # the shipped one
    with pytest.raises(Refused) as refused:  # a path is no name
        making.round_create(
            actor=office.actor("organiser"),
            authority=office.authority,
            pack=str(home / "packs" / "c"),
            **MAKE,
        )
    assert [p.code for p in refused.value.problems] == ["WEB002"]
