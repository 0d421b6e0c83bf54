"""What is known comes from the sample province's data: filled, explained, run again without a change, changes listed."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from duxue.core.errors import Refused
from duxue.core.text import Text, same
from duxue.microdata.synthetic import synthesize
from duxue.microdata.synthetic.duty import write_duty
from duxue.packs.scoring import Figure
from duxue.web.common.models import AuditEvent
from duxue.web.common.policy import Denied
from duxue.web.common.scope import everything
from duxue.web.jobs.models import Job
from duxue.web.jobs.services import run_jobs
from duxue.web.orgs.models import Organisation
from duxue.web.rounds.models import Dispute, Known, Round
from duxue.web.rounds.services import knowing
from duxue.web.rounds.services.making import round_create
from tests.web.worlds import World

YEAR = 2023


@pytest.fixture(scope="module")
def data() -> Path:
    """Return the sample province's data, small."""
    folder = knowing.data_home() / "accepted"
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    synthesize(folder, seed=YEAR, scale=0.05)
    write_duty(folder, YEAR)
    return folder


def make(world: World) -> Round:
    province = world.org["province"]
    with everything("test"):
        city = Organisation.objects.create(
            code="370100",
            level="city",
            name_zh="样本济南",
            name_en="",
            parent=province,
            path=f"{province.path}77/",
        )
    return round_create(
        actor=world.actor("organiser"), authority=province, pack="cn-duty-province-demo@1.0.0", evaluated_year=YEAR,
        round_year=YEAR + 1, title_zh="样本", title_en="Sample", slug="known", units=[city], synthetic=True,
    )  # fmt: skip


def know(world: World, round: Round) -> Job:  # noqa: A002 - the field's word
    knowing.data_attach(actor=world.actor("organiser"), round=round, folder="accepted")
    run_jobs()
    with everything("test"):
        return Job.objects.filter(kind=knowing.KIND).order_by("-pk")[0]


def test_figures_are_known_explained_and_kept(world: World, data: Path) -> None:
    made = make(world)
    job = know(world, made)
    assert (job.state, job.problems) == ("done", [])
    with everything("test"):
        for action in ("attach_data", "know"):
            assert AuditEvent.objects.filter(action=f"duxue.round.{action}", round_id=made.pk).count() == 1
        found = list(Known.objects.filter(round=made).select_related("item"))
        year = [k for k in found if k.year == YEAR]
        # The points of an item stand once, so that adding them up gives the item's points.
        holders = {k.item_id: k for k in year if k.points is not None}
        assert len(holders) == sum(k.points is not None for k in found)
        assert all(k.points is not None and 0 <= k.points <= k.item.points for k in holders.values())
    assert {k.year for k in found} > {YEAR}
    growth = next(k for k in year if k.indicator == "education_growth")
    assert growth.standard["text"] == ">= 0"
    assert growth.standard["met"] is (growth.value >= 0)
    each = [k for k in year if "each" in k.standard]
    assert each
    with everything("test"):
        full = {
            k.item_id: k.points == k.item.points
            for k in year
            if k.points is not None and k.item.rule["type"] == "gate"
        }
    for known in each:  # met exactly where the rule, which looks at each unit below, gives full points
        if known.item_id in full and known.standard["met"] is not None:
            assert known.standard["met"] is full[known.item_id], known.standard
    for known in each:
        at = reverse("rounds:explain", args=["known", "370100", known.indicator, YEAR])
        told = world.client("organiser").get(at, headers={"accept-language": "en"}).content.decode()
        assert f"The rule of item {known.item.code} in this round" in told
        assert "No standard holds for it." not in told
    first = {k.pk: (k.text, k.points) for k in found}
    client = world.client("organiser")
    page = client.get(reverse("rounds:explain", args=["known", "370100", "education_growth", YEAR]))
    assert page.status_code == 200
    html = page.content.decode()
    assert "一般公共预算教育支出" in html
    assert "site-nav" in html
    assert "style=" not in html.split('class="explained"')[1]
    assert "sha256-" not in page.headers["Content-Security-Policy"]
    address = reverse("rounds:explain", args=["known", "370100", "education_growth", YEAR])
    assert (
        "With the numbers put in" in client.get(address, headers={"accept-language": "en"}).content.decode()
    )
    alone = client.get(address + "?as=file")
    assert "sha256-" in alone.headers["Content-Security-Policy"]
    assert "attachment" in alone.headers["Content-Disposition"]
    unknown = client.get(reverse("rounds:explain", args=["known", "370100", "nonsense", YEAR]))
    assert unknown.status_code == 404
    foreign = world.client("foreign_organiser").get(
        reverse("rounds:explain", args=["known", "370100", "education_growth", YEAR])
    )
    assert foreign.status_code == 404

    again = know(world, made).result
    assert (again["new"], again["changed"], again["gone"], again["changes"]) == (0, 0, 0, [])
    with everything("test"):
        assert {k.pk: (k.text, k.points) for k in Known.objects.filter(round=made)} == first
        Known.objects.filter(pk=growth.pk).update(text="1.00", value=1)
        Known.objects.create(
            round=made,
            unit=growth.unit,
            item=growth.item,
            indicator="gone",
            title_zh="x",
            title_en="x",
            year=YEAR,
            text="3",
        )
        kept = Known.objects.create(
            round=made,
            unit=growth.unit,
            item=growth.item,
            indicator="kept",
            title_zh="y",
            title_en="y",
            year=YEAR,
            text="4",
        )
        Dispute.objects.create(
            round=made,
            unit=kept.unit,
            known=kept,
            text="?",
            filed_by=world.user["organiser"],
            filed_at=made.created_at,
        )
    third = know(world, made).result
    assert {(c["title"]["zh"], c["before"]) for c in third["changes"]} == {
        (growth.title_zh, "1.00"),
        ("x", "3"),
        ("y", "4"),
    }
    with everything("test"):
        assert not Known.objects.filter(round=made, indicator="gone").exists()
        kept.refresh_from_db()
    assert (kept.text, kept.value) == ("–", None)
    assert "1.00" in client.get(reverse("rounds:data", args=["known"])).content.decode()


@pytest.mark.parametrize("folder", ["../etc", "", "absent", "/"])
def test_only_accepted_data_are_taken(world: World, folder: str) -> None:
    with pytest.raises(Refused):
        knowing.data_attach(actor=world.actor("organiser"), round=world.round, folder=folder)


def test_only_the_organiser_names_the_data(world: World) -> None:
    with pytest.raises(Denied):
        knowing.data_attach(actor=world.actor("leader"), round=world.round, folder="accepted")


def test_data_of_another_year_are_refused_and_nothing_changes(world: World, data: Path) -> None:
    with everything("test"):
        Round.objects.filter(pk=world.round.pk).update(evaluated_year=1999)
    job = know(world, world.round)
    assert (job.state, job.problems[0]["code"]) == ("failed", "APP002")
    with everything("test"):
        assert Known.objects.filter(round=world.round).count() == 2
    assert Path(settings.HOME).is_dir()


class Places:
    """Figures of three counties: what `_below` asks of duxue.scoring.figures."""

    pack = SimpleNamespace(levels=())

    def __init__(self, *values: int | None) -> None:
        self.values = {f"c{n}": None if v is None else Fraction(v) for n, v in enumerate(values)}

    def below(self, _unit: str, _level: str) -> list[str]:
        return list(self.values)

    def find(self, unit: str, _figure: Figure, _year: int) -> Fraction | None:
        return self.values[unit]

    def name(self, unit: str) -> Text:
        return same(unit)


@pytest.mark.parametrize(
    ("values", "met", "said"),
    [
        ((6, 8, 3), False, "in each county; 1 of 3 falls short (c2)"),  # their mean would meet it
        ((6, None, 3), False, "in each county; 1 of 3 falls short (c2), 1 has no figure"),
        ((6, None, 5), None, "in each county; 0 of 3 fall short, 1 has no figure"),
        ((4, 8, 5), True, "in each county; 0 of 3 fall short"),
        ((), None, "in each county; 0 of 0 fall short"),
    ],
)
def test_a_standard_for_each_unit_below_is_met_where_each_meets_it(
    values: tuple[int | None, ...], met: bool | None, said: str
) -> None:
    figures: Any = Places(*values)
    found = knowing._below("a", Figure(of="meetings"), ">= 4", "county", YEAR, figures)
    assert (found[0], found[1].en) == (met, said)
