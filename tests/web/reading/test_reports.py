"""A unit's report is checked against what is known of the unit before it is submitted."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from duxue.core.errors import Refused
from duxue.web.common.clock import now
from duxue.web.common.policy import Denied
from duxue.web.common.scope import acting, everything
from duxue.web.evidence.services.files import file_store
from duxue.web.inspections.models import Visit
from duxue.web.jobs.models import Job
from duxue.web.jobs.services import run_jobs
from duxue.web.reading.models import Remark, Report
from duxue.web.reading.selectors import open_contradictions
from duxue.web.reading.services import remark_make, report_recheck
from duxue.web.reviews.models import Assignment
from duxue.web.rounds.models import Known, Round, RoundUnit
from tests.web.worlds import PEOPLE, World

pytestmark = pytest.mark.django_db
TEXT = (
    "云溪市2024年度履行教育职责自评报告\n\n一、主要成效\n2024年，全市普惠性幼儿园覆盖率为95.2%。<img src=x onerror=alert(1)>\n"
    "2024年，全市义务教育大班额比例为3.1%。以上数据均来自年度统计，口径与上年一致，由各县（区）逐校核对后上报并经市级复核。\n全市新建学校12所。全市教育经费增长1 2.4%。\n"
)
DOCUMENTS = Path(__file__).parents[3].parent / "shared" / "data" / "documents"


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    settings.EVIDENCE_STORE = ""
    return tmp_path


@pytest.fixture
def told(world: World) -> World:
    """The unit is called so that a report names it, and two figures of it are known."""
    with everything("test"):
        RoundUnit.objects.filter(pk=world.unit["a"].pk).update(name_zh="云溪市")
        Round.objects.filter(pk=world.round.pk).update(pack="cn-duty-province-demo")
        Known.objects.all().delete()
        for indicator, value in (("kg_inclusive", "91.3"), ("large_classes", "3.1")):
            Known.objects.create(
                round=world.round, unit=world.unit["a"], item=world.items["A1"], indicator=indicator, title_zh="t", title_en="t",
                year=2024, value=Decimal(value), text=value,
            )  # fmt: skip
    return world


def send(world: World, name: str, data: bytes, key: str = "officer_a") -> Any:
    return world.client(key).post(
        reverse("reading:unit", args=[world.unit["a"].pk]), {"report": SimpleUploadedFile(name, data)}
    )


def checked(world: World, name: str = "报告.txt", data: bytes = TEXT.encode()) -> Report:
    answer = send(world, name, data)
    assert answer.status_code == 302, answer.content.decode()
    run_jobs()
    with everything("test"):
        return Report.objects.select_related("unit__round", "round").latest("pk")


def test_a_wrong_number_is_found_and_a_right_one_supported(told: World) -> None:
    report = checked(told)
    by_quote = {line["quote"]: line for line in report.claims}
    assert (by_quote["95.2%"]["state"], by_quote["95.2%"]["data"]) == ("contradicted", "91.3")
    assert by_quote["3.1%"]["state"] == "supported"
    assert by_quote["12所"]["state"] == "unsupported"
    assert report.counts["contradicted"] == 1
    assert report.claims[0]["quote"] == "95.2%"  # what is wrong comes first
    page = told.client("officer_a").get(reverse("reading:report", args=[report.pk])).content.decode()
    for indicator in ("kg_inclusive", "large_classes"):  # the unit's own door to where the figure comes from
        door = reverse("rounds:explain", args=[told.round.slug, told.unit["a"].code, indicator, 2024])
        assert f'href="{door}"' in page
    assert (
        reverse("reporting:explain", args=[told.round.slug, told.unit["a"].code, "kg_inclusive"]) not in page
    )
    assert "先改什么" in page
    assert "<mark>95.2%</mark>" in page
    assert "<img src=x" not in page
    assert [line["quote"] for line in open_contradictions(report.unit)] == ["95.2%"]


def test_the_submit_page_warns_of_what_contradicts_the_data(told: World) -> None:
    client, unit = told.client("manager_a"), told.unit["a"].pk
    upload = reverse("reading:unit", args=[unit])
    assert upload in client.get(reverse("rounds:unit", args=[unit])).content.decode()
    before = client.get(reverse("rounds:submit", args=[unit])).content.decode()
    assert upload in before
    assert "95.2%" not in before
    report = checked(told)
    with everything("test"):
        Known.objects.filter(unit=unit).update(measure={"zh": "个百分点", "en": "points"})
    page = client.get(reverse("rounds:submit", args=[unit])).content.decode()
    number, title = report.claims[0]["number"], report.claims[0]["title"]["zh"]
    assert f"{title}：自评报告写“95.2%”，已接收的数据为 91.3 个百分点" in page
    listed = client.get(upload).content.decode()
    assert f'data-label="无从比对">{report.counts["unsupported"]}</td>' in listed
    assert report.counts["unsupported"]
    assert "自评报告写“95.2%”，已接收的数据为 91.3" in page
    assert f'{reverse("reading:report", args=[report.pk])}#claim-{number}"' in page
    actor = told.actor("manager_a")
    with acting(actor):
        remark_make(
            actor=actor, report=report, key=report.claims[0]["key"], choice="explain", note="口径不同"
        )
    assert "95.2%" not in client.get(reverse("rounds:submit", args=[unit])).content.decode()


@pytest.mark.parametrize("form", ["docx", "html", "txt"])
def test_every_form_is_read(told: World, form: str) -> None:
    if form == "docx":
        paper, out = docx.Document(), io.BytesIO()
        for line in TEXT.splitlines():
            paper.add_paragraph(line)
        paper.save(out)
        data = out.getvalue()
    elif form == "html":
        data = f"<!doctype html><html><body>{''.join(f'<p>{line}</p>' for line in TEXT.replace('<', '&lt;').splitlines())}</body></html>".encode()
    else:
        data = TEXT.encode()
    assert checked(told, f"报告.{form}", data).counts["contradicted"] == 1


def test_the_marked_text_runs_nothing_but_its_own(told: World) -> None:
    report = checked(told)
    answer = told.client("officer_a").get(reverse("reading:document", args=[report.pk]))
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-scripts" in policy
    assert "unsafe" not in policy
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/=]+'", policy)
    assert "<img src=x" not in answer.content.decode()


def test_a_remark_closes_a_contradiction_also_in_a_later_version(told: World) -> None:
    report = checked(told)
    actor, key = told.actor("officer_a"), report.claims[0]["key"]
    with acting(actor):
        remark_make(actor=actor, report=report, key=key, choice="mend")
        assert open_contradictions(report.unit)  # promised, not yet mended
        with pytest.raises(Refused) as caught:
            remark_make(actor=actor, report=report, key=key, choice="explain", note=" ")
        assert [p.code for p in caught.value.problems] == ["WEB001"]
        with pytest.raises(Refused) as caught:
            remark_make(actor=actor, report=report, key="nothing", choice="burn", note="x" * 3000)
        assert {p.code for p in caught.value.problems} == {"WEB010", "WEB002"}
    client = told.client("officer_a")
    given = {"key": key, "choice": "explain", "note": "口径为在编教师 <b>"}
    assert client.post(reverse("reading:remark", args=[report.pk]), given).status_code == 302
    assert not open_contradictions(report.unit)
    assert "在编教师 &lt;b&gt;" in client.get(reverse("reading:report", args=[report.pk])).content.decode()
    again = checked(told, "报告.txt", (TEXT + "\n又及。").encode())
    assert again.pk != report.pk
    assert not open_contradictions(again.unit)
    with everything("test"):
        assert Remark.objects.count() == 1


def test_a_draft_is_the_units_own_and_judges_see_it_after_submission(told: World) -> None:
    report = checked(told)

    def seen(name: str) -> set[str]:
        address = reverse(f"reading:{name}", args=[report.pk])
        return {k for k in (*PEOPLE, "public") if told.client(k).get(address).status_code == 200}

    own = {"officer_a", "manager_a"}
    assert seen("report") == seen("document") == own
    told.submit("a")
    assert (
        seen("report")
        == seen("document")
        == {*own, "organiser", "organiser2", "leader", "auditor", "reviewer1"}
    )
    for key in ("organiser", "reviewer1"):
        with acting(told.actor(key)), pytest.raises(Denied):
            remark_make(actor=told.actor(key), report=report, key=report.claims[0]["key"], choice="mend")
        with acting(told.actor(key)), pytest.raises(Denied):
            report_recheck(actor=told.actor(key), report=report)
    assert told.client("officer_b").get(reverse("reading:unit", args=[told.unit["a"].pk])).status_code == 404
    assert told.client("officer_b").get(f"/api/v1/reading/reports/{report.pk}").status_code == 404
    assert (
        told.client("officer_a").get(f"/api/v1/reading/reports/{report.pk}").json()["counts"]["contradicted"]
        == 1
    )
    assert (
        len(told.client("officer_a").get(f"/api/v1/reading/units/{told.unit['a'].pk}/reports").json()["rows"])
        == 1
    )


def test_what_is_no_report_is_refused_with_a_reason(told: World) -> None:
    from tests.unit.web.evidence import kit

    for name, data in (
        ("a.xlsx", kit.xlsx_bytes()),
        ("a.exe", b"MZ\0\0"),
        ("a.html", b"MZ\0\0"),
        ("b.pdf", TEXT.encode()),
    ):
        answer = send(told, name, data)
        assert answer.status_code == 422, name
        assert "error-summary" in answer.content.decode()
    assert told.client("officer_a").post(reverse("reading:unit", args=[told.unit["a"].pk])).status_code == 422
    with everything("test"):
        assert not Report.objects.exists()
        Round.objects.filter(pk=told.round.pk).update(sealed_at=now())
    assert send(told, "a.txt", TEXT.encode()).status_code == 422


def test_a_report_without_words_fails_with_its_reason(told: World) -> None:
    from tests.unit.web.evidence import kit

    send(told, "扫描.pdf", kit.pdf_bytes(1).replace(b"Built", b"Built"))
    send(told, "空.txt", b" \n \n")
    run_jobs()
    with everything("test"):
        failed = Job.objects.filter(kind="reading.check", state="failed")
        assert all(p["code"].startswith("DOC") for job in failed for p in job.problems)


@pytest.mark.skipif(not DOCUMENTS.exists(), reason="published reports are not here")
def test_published_reports_are_read_whole(told: World) -> None:
    for path in sorted(DOCUMENTS.glob("0*.txt"))[:2]:
        report = checked(told, path.name, path.read_bytes())
        assert sum(report.counts.values()) > 5
        assert told.client("officer_a").get(reverse("reading:report", args=[report.pk])).status_code == 200


def test_a_report_of_the_library_is_checked_over_the_api(told: World, home: Path) -> None:
    source, officer = home / "source.txt", told.actor("officer_a")
    source.write_text(TEXT, encoding="utf-8")
    with acting(officer):
        file = file_store(
            actor=officer, organisation=told.org["city_a"], path=source, name="报告.txt", pages=True
        ).file
    unit, client = told.unit["a"].pk, told.client("officer_a")

    def post(path: str, **body: Any) -> Any:
        return client.post(f"/api/v1/reading/{path}", body, content_type="application/json")

    started = post(f"units/{unit}/reports", file=file.pk)
    assert started.status_code == 202, started.content.decode()
    run_jobs()
    assert client.get(started["Location"]).json()["state"] == "done"
    report = client.get(f"/api/v1/reading/reports/{started.json()['id']}").json()
    assert report["job"] == started.json()["job"]
    wrong = next(claim for claim in report["claims"] if claim["state"] == "contradicted")
    path = f"reports/{report['id']}/remarks"
    assert post(path, key=wrong["key"], choice="explain").status_code == 422
    assert post(path, key=wrong["key"], choice="explain", note="口径不同").json()["note"] == "口径不同"
    again = post(f"reports/{report['id']}/recheck")
    assert (again.status_code, again["Location"] != started["Location"]) == (202, True)


def test_who_judges_a_unit_finds_its_checked_report_once_it_is_submitted(told: World) -> None:
    with everything("test"):
        task = Assignment.objects.get(unit=told.unit["a"])
        visit = Visit.objects.create(
            round=told.round, unit=told.unit["a"], place_code="9901a1", place_zh="样本县A1", place_level="county", state="under_way",
        )  # fmt: skip
    visit.team.add(told.user["inspector1"])
    answer = told.answer("a", "A2").pk
    pages = {
        "reviewer1": [
            reverse("reviews:task", args=[task.pk]),
            reverse("reviews:score", args=[task.pk, answer]),
        ],
        "inspector1": [reverse("inspections:sheet", args=[visit.pk])],
        "organiser": [reverse("rounds:unit_follow", args=[told.round.slug, told.unit["a"].code])],
        "leader": [reverse("rounds:unit_follow", args=[told.round.slug, told.unit["a"].code])],
    }

    def shown() -> list[str]:
        found = []
        for key, addresses in pages.items():
            for address in addresses:
                page = told.client(key, **{"accept-language": "en"}).get(address)
                assert page.status_code in {200, 404}  # items wait for the submission
                if "The self-evaluation report and its check" in page.content.decode():
                    assert "1 number agrees, 1 differs" in page.content.decode()
                    found.append(key)
        return found

    told.submit("a")
    assert shown() == []  # nothing was checked
    with everything("test"):
        RoundUnit.objects.filter(pk=told.unit["a"].pk).update(state="drafting", submitted_at=None)
    report = reverse("reading:report", args=[checked(told).pk])
    assert shown() == []  # the unit's own until it submits
    told.submit("a")
    assert shown() == ["reviewer1", "reviewer1", "inspector1", "organiser", "leader"]
    for key, addresses in pages.items():
        assert f'href="{report}"' in told.client(key).get(addresses[0]).content.decode()
        assert told.client(key).get(report).status_code == 200
