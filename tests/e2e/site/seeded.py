"""What a seeded demonstration holds: every state is there, nothing twice, and the audit is whole."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from django.urls import reverse

from duxue.web.accounts.demo import demo_people
from duxue.web.accounts.selectors import actor_of_user
from duxue.web.common.audit import breaks
from duxue.web.common.clock import now
from duxue.web.common.models import AuditEvent
from duxue.web.common.scope import acting, everything
from duxue.web.common.tasks_list import todos
from duxue.web.demo.people import EXTENDED
from duxue.web.demo.this_round import SLUG, YEAR
from duxue.web.evidence.models import Blob
from duxue.web.reading.models import Report
from duxue.web.reading.selectors import contradictions_shown
from duxue.web.rectification.models import Problem
from duxue.web.reporting.models import Scoring, SearchEntry
from duxue.web.rounds.models import Answer, Known, Question, Round, RoundUnit
from duxue.web.rounds.selectors.standing import steps_of


def check_seeded(home: Path) -> None:
    """Check the site of `home`, as Django is set up for it; AssertionError where something is not as it should be."""
    with everything("test"):
        made = Round.objects.get(slug=SLUG)
        assert made.state == "open"
        assert made.synthetic
        assert made.before is not None
        assert made.before.published_at
        assert all(
            str(r.evaluated_year) in r.title_zh and str(r.evaluated_year) in r.title_en
            for r in Round.objects.all()
        )
        units = RoundUnit.objects.filter(round=made)
        handed_in = Answer.objects.filter(unit__submitted_at__isnull=False).count()
        assert SearchEntry.objects.filter(kind="answer").count() == handed_in > 0  # before any job ran
        assert SearchEntry.objects.filter(kind="unit").count() == RoundUnit.objects.count()
        states = Counter(units.values_list("state", flat=True))
        assert states["drafting"] == 4  # two with more time, two late
        assert sum(states[s] for s in ("submitted", "in_review", "reviewed")) == 12
        assert units.filter(windows__step="self_evaluation").count() == 2
        assert Known.objects.filter(round=made, value__isnull=False).exists()
        asked = Question.objects.filter(round=made)
        assert asked.filter(replied_at=None).count() == 2
        assert asked.exclude(replied_at=None).count() == 1
        visits = Counter(made.visits.values_list("state", flat=True))
        assert set(visits) == {"drawn", "notified", "under_way"}
        assert sum(visits.values()) == 32
        problems = set(Problem.objects.filter(round=made.before).values_list("state", flat=True))
        wanted = {
            "identified",
            "notified",
            "planned",
            "in_progress",
            "submitted",
            "returned",
            "closed",
            "reopened",
            "dropped",
        }
        assert wanted <= problems
        dues = list(Problem.objects.filter(due__isnull=False).values_list("due", flat=True))
        assert now() - timedelta(days=35) < min(dues) < now() < max(dues)  # days count from the seeding
        assert Problem.objects.exclude(told_late=None).exists()  # the clock has marked what is overdue
        public = Scoring.objects.get(round=made.before).public_folder
        assert (home / public / "ranking.csv").is_file()
        families = set(Blob.objects.exclude(size=0).values_list("family", flat=True))
        assert len(families) == 4  # a report, a record, a table, a picture
        assert breaks(AuditEvent.objects.order_by("seq").iterator()) == []
        roles = {held for user in demo_people() for held in user.grants.values_list("role", flat=True)}
        assert roles == {"organiser", "leader", "auditor", "manager", "officer", "reviewer", "inspector"}
        steps = steps_of(made.before)
        assert steps
        assert all(step.state == "met" and step.opens and step.closes for step in steps)
        city = RoundUnit.objects.get(round=made, code=EXTENDED)
        county = actor_of_user(demo_people().get(username="demo-county"))
        head = actor_of_user(demo_people().get(username="demo-manager-yantai"))
    with acting(head):
        the_city_has_a_checked_report(city)
    with acting(county):  # has an item to answer for, a page of the unit, and a problem to mend
        handed = Answer.objects.filter(unit__round=made)
        assert handed.count() == 1
        assert Problem.objects.filter(state="notified").count() == 1
        links = {todo.url for todo in todos(county)}
    assert any(
        reverse("rounds:unit", args=[handed.get().unit_id]) in url or "/answers/" in url for url in links
    ), links
    assert any("/rectification/" in url or "problem" in url for url in links), links


def the_city_has_a_checked_report(unit: RoundUnit) -> None:
    """The report that a city uploaded before it submits was checked, and differs from the data only where it was made to."""
    report = Report.objects.select_related("job").get()
    assert report.unit_id == unit.pk
    assert report.read_at
    assert report.job.state == "done"
    assert report.counts == {"contradicted": 2, "damaged": 0, "supported": 10, "unsupported": 1}
    known = {
        k.indicator: k.value for k in Known.objects.filter(unit=unit, year=YEAR, by={}, value__isnull=False)
    }
    for line in report.claims:
        printed = Decimal(re.sub(r"[^\d.]", "", line["quote"]))
        if line["state"] == "unsupported":
            assert not line["data"]  # a figure that nothing covers
            continue
        data = known[line["indicator"]]
        assert f"{data:.2f}" == f"{Decimal(line['data']):.2f}"  # as the page of the unit shows it
        apart = abs(data - printed)
        assert apart > 4 if line["state"] == "contradicted" else apart <= Decimal("0.5"), line
    assert any(re.fullmatch(r"\d+%", line["quote"]) for line in report.claims if line["state"] == "supported")
    assert len(contradictions_shown(unit)) == 2  # the page from which it submits tells of them
