"""Through all apps: a final scoring finds a problem, it is mended, closed and opened again, and the next round counts it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.test import Client
from django.urls import reverse

from duxue.app.round_checks import open_stored, verify_round
from duxue.web.common.clock import now
from duxue.web.common.scope import acting, everything
from duxue.web.rectification.models import Problem
from duxue.web.rectification.services import mending
from duxue.web.reporting.models import ItemScore
from duxue.web.reporting.round_loading import load_round_folder
from duxue.web.reporting.services.scoring import scoring_make
from duxue.web.rounds.models import Answer, Round
from tests.unit.app.small_round import write_small_round
from tests.web.reporting.conftest import Office, home, office  # noqa: F401 - fixtures

KEPT, CLOSED = "910100", "910300"  # one city's problem is opened again, the other's stays closed


def browser(office: Office, who: str) -> Client:  # noqa: F811
    client = Client()
    client.force_login(office.users[who], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def mend(office: Office, problem: Problem) -> None:  # noqa: F811
    """Bring a problem from the ledger to its closing, each step by whom it belongs to."""
    manager, organiser = office.actor(f"manager-{problem.unit.code}"), office.actor("organiser")
    steps: list[Callable[[], object]] = [
        lambda: mending.problem_notify(actor=organiser, problem=problem),
        lambda: mending.plan_submit(
            actor=manager, problem=problem, measure="增加投入。", post="副局长", finish=(now() + timedelta(days=30)).date()
        ),
        lambda: mending.plan_approve(actor=organiser, problem=problem),
        lambda: mending.problem_start(actor=manager, problem=problem),
        lambda: mending.problem_submit(actor=manager, problem=problem, text="已补足。"),
        lambda: mending.problem_close(actor=organiser, problem=problem, text="属实。"),
    ]  # fmt: skip
    for step in steps:
        step()
    assert problem.state == "closed"


def next_round(office: Office, folder: Path) -> Round:  # noqa: F811
    """Load a round with the same units whose round before is the office's."""
    file = write_small_round(folder)
    text = file.read_text(encoding="utf-8").replace("id: small-2023", "id: small-next")
    file.write_text(text.replace("  last_round: last_round.csv\n", ""), encoding="utf-8")
    made = load_round_folder(actor=office.actor("organiser"), file=file, authority=office.authority)
    with everything("test"):
        Round.objects.filter(pk=made.pk).update(before=office.round)
        return Round.objects.select_related("authority", "before").get(pk=made.pk)


def rectified(made: Round, unit: str) -> ItemScore:
    with everything("test"):
        return ItemScore.objects.get(scoring__round=made, unit__code=unit, item__code="G1")


def test_a_reopened_problem_costs_points_in_the_next_round(
    office: Office,  # noqa: F811
    home: Path,  # noqa: F811
    tmp_path: Path,
) -> None:
    with everything("test"):
        places = {u.code: u.organisation for u in office.round.units.select_related("organisation")}
    for code in (KEPT, CLOSED):
        office.users[f"manager-{code}"] = office.person(f"manager-{code}", "manager", places[code])
    office.seal()
    scoring_make(office.actor("organiser"), office.round, "final")
    assert browser(office, "organiser").post(f"/problems/scored/{office.round.slug}/").status_code == 302
    with everything("test"):
        found = {
            p.unit.code: p
            for p in Problem.objects.filter(round=office.round, item_code="A1").select_related("unit", "round__authority", "responsible")
        }  # fmt: skip
    assert found.keys() >= {KEPT, CLOSED}
    for code in (KEPT, CLOSED):
        with acting(office.actor("organiser")):
            mend(office, found[code])
    with acting(office.actor("organiser")):
        mending.problem_reopen(actor=office.actor("organiser"), problem=found[KEPT], reason="又出现。")
    made = next_round(office, tmp_path / "next")
    scoring = scoring_make(office.actor("organiser"), made, "trial")
    with (
        (home / scoring.folder)
        .parent.joinpath("in", "last_round.csv")
        .open(encoding="utf-8", newline="") as stream
    ):
        rows = {row["id"]: row for row in csv.DictReader(stream)}
    assert rows[f"{KEPT}-A1"]["state"] == "reopened"
    assert (rows[f"{CLOSED}-A1"]["state"], rows[f"{CLOSED}-A1"]["closed_by"]) == ("closed", "organiser")
    kept, closed = rectified(made, KEPT), rectified(made, CLOSED)
    assert closed.layers["computed"] == closed.layers["full"] == "20"
    assert float(kept.layers["computed"]) < 20
    assert "1" in kept.why["zh"]
    assert verify_round(open_stored(home / scoring.folder)).differences == ()
    with everything("test"):
        answer = Answer.objects.get(round=made, unit__code=KEPT, item__code="A1")
    page = browser(office, f"manager-{KEPT}").get(reverse("rounds:answer", args=[answer.pk])).content.decode()
    assert found[KEPT].code in page
    assert found[CLOSED].code not in page
