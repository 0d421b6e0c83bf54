"""The public portal: nothing before publication, nothing internal after it, everything checkable, fit for caches."""

from __future__ import annotations

import base64
import csv
import gzip
import hashlib
import html
import io
import json
import re
import zipfile
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.test import Client

from duxue.app.round_checks import open_stored, verify_round
from duxue.core.measure import title
from duxue.web.common import exports
from duxue.web.common.clock import now
from duxue.web.common.lang import say, words
from duxue.web.common.scope import everything
from duxue.web.inspections.models import Draw
from duxue.web.public import charts, selectors, views
from duxue.web.rectification.models import Problem
from duxue.web.reporting.figures import Value
from duxue.web.reporting.models import Scoring
from duxue.web.reporting.services.scoring import scoring_make
from duxue.web.rounds.models import Practice, Reply, Round, RoundUnit
from tests.web.reporting.conftest import Office, home, office  # noqa: F401 - fixtures
from tests.web.reporting.test_scoring import WITHIN

SLUG = "small-2023"
PAGES = ("", "units/910100/", "check/", "check/?unit=910100&indicator=RATE", "explain/910100/RATE/?year=2023", "tables/ranking.xlsx",
         "files/ranking.csv", "files/round.json", "datapackage.json", "whole.zip")  # fmt: skip


def get(client: Client, page: str, **headers: str) -> tuple[int, bytes]:
    response = client.get(f"/open/{SLUG}/{page}", headers=headers or None)
    content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    return response.status_code, content


@pytest.mark.parametrize("step", ["open", "sealed", "scored"])
def test_nothing_is_there_before_publication(office: Office, public: Client, step: str) -> None:  # noqa: F811
    if step != "open":
        office.seal()
    if step == "scored":
        scoring_make(office.actor("organiser"), office.round, "final")
    assert [get(public, page)[0] for page in PAGES] == [404] * len(PAGES)
    assert SLUG not in public.get("/open/").content.decode()
    assert public.get(f"/open/{SLUG}/").get("Cache-Control") == "private, no-store"


def test_everything_is_there_afterwards_and_holds_no_internal_word(office: Office, public: Client) -> None:  # noqa: F811
    office.publish()
    assert SLUG in public.get("/open/").content.decode()
    for page in PAGES:
        status, content = get(public, page)
        assert status == 200, page
        text = content.decode("utf-8", "replace")
        assert [w for w in WITHIN if w in text] == [], page


def test_names_of_places_with_problems_and_of_people_stay_inside(office: Office, public: Client) -> None:  # noqa: F811
    with everything("test"):
        unit = RoundUnit.objects.select_related("organisation").get(round=office.round, code="910300")
        for n, state in enumerate(("closed", "in_progress")):
            Problem.objects.create(
                code=f"x-{n}", round=office.round, unit=unit, path=unit.path, item_code="A2", source="field", level="city",
                kind="by_date", text="内部文字：某校长", public_zh="部分地方经费管理不规范", public_en="Funds are not well kept in places",
                state=state, state_since=now(), responsible=unit.organisation, found_at=now(),
            )  # fmt: skip
    office.publish()
    page = get(public, "")[1].decode()
    shown = page[page.index('id="rectification"') :].split("</section>")[0]
    assert "部分地方经费管理不规范" in shown
    assert "内部文字" not in page
    assert unit.name_zh not in shown


def test_a_unit_replies_beside_its_result(office: Office, public: Client) -> None:  # noqa: F811
    with everything("test"):
        unit = RoundUnit.objects.get(round=office.round, code="910100")
        for text, gone in (("我市将<b>整改</b>。", None), ("撤回的话", now())):
            Reply.objects.create(round=office.round, unit=unit, text_zh=text, written_by=office.users["manager"], written_at=now(), withdrawn_at=gone)  # fmt: skip
    office.publish()
    for page in ("", "units/910100/"):
        text = get(public, page)[1].decode()
        assert "我市将&lt;b&gt;整改&lt;/b&gt;。" in text
        assert "撤回的话" not in text
    assert "我市将" not in get(public, "units/910200/")[1].decode()


def test_what_people_wrote_keeps_its_lines_and_its_language(office: Office, public: Client) -> None:  # noqa: F811
    with everything("test"):
        unit = RoundUnit.objects.get(round=office.round, code="910100")
        Reply.objects.create(
            round=office.round, unit=unit, text_zh="我市将<b>整改</b>。\n\n年底前完成。", written_by=office.users["manager"],
            written_at=now(),
        )  # fmt: skip
        for title_en, text_en in (("", ""), ("Shared teachers", "They teach.\nIn two schools.")):
            Practice.objects.create(
                round=office.round, unit=unit, title_zh="师资共享", title_en=title_en, text_zh="县管校聘。\n轮岗交流。",
                text_en=text_en, accepted=True,
            )  # fmt: skip
    office.publish()
    note = '<br><small class="muted">Written in Chinese; there is no translation.</small>'
    for page in ("", "units/910100/"):
        address = f"/open/{SLUG}/{page}"
        said = {
            lang: public.get(address, headers={"accept-language": lang}).content.decode()
            for lang in ("en", "zh-hans", "zh-hant")
        }
        for wanted in (
            f'<h3><span lang="zh-Hans">师资共享</span></h3><p><span lang="zh-Hans">县管校聘。<br>轮岗交流。</span>{note}</p>',
            "<h3>Shared teachers</h3><p>They teach.<br>In two schools.</p>",
            f'<p><span lang="zh-Hans">我市将&lt;b&gt;整改&lt;/b&gt;。</span><br><br><span lang="zh-Hans">年底前完成。</span>{note}</p>',
        ):
            assert wanted in said["en"]
        assert "<p>我市将&lt;b&gt;整改&lt;/b&gt;。<br><br>年底前完成。</p>" in said["zh-hans"]
        assert "<h3>师资共享</h3><p>县管校聘。<br>轮岗交流。</p>" in said["zh-hans"]
        assert "<h3>師資共享</h3><p>縣管校聘。<br>輪崗交流。</p>" in said["zh-hant"]


def test_pages_are_kept_by_caches_and_not_sent_twice(office: Office, public: Client) -> None:  # noqa: F811
    office.publish()
    first = public.get(f"/open/{SLUG}/")
    assert first["Cache-Control"] == "public, max-age=300"
    again = public.get(f"/open/{SLUG}/", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = public.get(f"/open/{SLUG}/", headers={"if-none-match": first["ETag"], "accept-language": "en"})
    assert other.status_code == 200


def test_the_first_page_is_small(office: Office, public: Client) -> None:  # noqa: F811
    office.publish()
    assert len(gzip.compress(get(public, "")[1])) < 200_000


def test_what_is_downloaded_computes_again(office: Office, public: Client, tmp_path: Path) -> None:  # noqa: F811
    office.publish()
    with zipfile.ZipFile(io.BytesIO(get(public, "whole.zip")[1])) as packed:
        packed.extractall(tmp_path / "fetched")
    assert verify_round(open_stored(tmp_path / "fetched" / SLUG)).differences == ()


def test_the_whole_is_packed_once_and_a_lost_line_fetches_the_rest(
    office: Office,  # noqa: F811
    public: Client,
    home: Path,  # noqa: F811
) -> None:
    office.publish()
    with everything("test"):
        packed = (home / Scoring.objects.exclude(public_folder="").get().public_folder).with_suffix(".zip")
    made, data = packed.stat(), packed.read_bytes()
    address = f"/open/{SLUG}/whole.zip"
    first = public.get(address)
    tag = first["ETag"]
    assert b"".join(first.streaming_content) == data  # type: ignore[attr-defined]
    assert public.get(address, headers={"If-None-Match": tag}).status_code == 304
    rest = public.get(address, headers={"Range": "bytes=1000-", "If-Range": tag})
    assert rest.status_code == 206
    assert rest["Content-Range"] == f"bytes 1000-{len(data) - 1}/{len(data)}"
    assert b"".join(rest.streaming_content) == data[1000:]  # type: ignore[attr-defined]
    other = public.get(address, headers={"Range": "bytes=1000-", "If-Range": '"old"'})
    assert other.status_code == 200
    assert b"".join(other.streaming_content) == data  # type: ignore[attr-defined]
    assert public.get(address, headers={"Range": f"bytes={len(data)}-"}).status_code == 416
    assert packed.stat().st_mtime_ns == made.st_mtime_ns
    assert not list(packed.parent.glob("*.part"))


def test_the_descriptor_names_each_table_with_its_digest(office: Office, public: Client) -> None:  # noqa: F811
    office.publish()
    described = json.loads(get(public, "datapackage.json")[1])
    assert described["licenses"][0]["name"] == "CC-BY-4.0"
    assert [r["name"] for r in described["resources"]] == [
        "ranking",
        "blocks",
        "credibility",
        "commendations",
        "problems",
        "grades",
    ]
    assert all(len(get(public, r["path"])[1]) == r["bytes"] for r in described["resources"])


@pytest.mark.parametrize(
    "name",
    ["../out/items.csv", "../in/reviews.csv", "..%2fout%2fitems.csv", "items.csv", "inputs/../../out/ledger.csv", "/etc/hosts", "ledger.csv"],
)  # fmt: skip
def test_no_other_file_is_given(office: Office, public: Client, name: str) -> None:  # noqa: F811
    office.publish()
    assert public.get(f"/open/{SLUG}/files/{name}").status_code == 404


def test_without_published_grades_none_is_told(office: Office, public: Client) -> None:  # noqa: F811
    office.round.settings["publish_grades"] = False
    with everything("test"):
        office.round.save()
    office.publish()
    page = get(public, "")[1].decode()
    assert "不合格" not in page
    assert get(public, "files/grades.csv")[0] == 404


def test_both_languages_and_the_explanation(office: Office, public: Client) -> None:  # noqa: F811
    office.publish()
    english = public.get(f"/open/{SLUG}/", headers={"accept-language": "en"}).content.decode()
    assert "Rank" in english
    explained = public.get(f"/open/{SLUG}/explain/910100/RATE/?year=2023")
    assert "sum(spending)" in explained.content.decode()
    kept = public.get(f"/open/{SLUG}/explain/910100/RATE/?year=2023&as=file")
    assert "sum(spending)" in kept.content.decode()
    assert "script" not in kept["Content-Security-Policy"]
    for wrong in (
        "explain/910100/NO/",
        "explain/000000/RATE/",
        "explain/910100/RATE/?year=x",
        "units/000000/",
        "tables/items.xlsx",
    ):
        assert get(public, wrong)[0] == 404


def test_a_workbook_holds_figures_as_numbers_and_the_rest_as_text(office: Office, public: Client) -> None:  # noqa: F811
    office.publish()
    with everything("test"):
        folder = Path(settings.HOME) / Scoring.objects.get(round=office.round, kind="final").public_folder
    seen: set[str] = set()
    described = json.loads(get(public, "datapackage.json")[1])
    for table in described["resources"]:
        name, types = table["name"], {f["name"]: f["type"] for f in table["schema"]["fields"]}
        sheet = openpyxl.load_workbook(io.BytesIO(get(public, f"tables/{name}.xlsx")[1])).active
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            plain = list(csv.DictReader(stream))
        assert sheet.max_row == len(plain) + 1 if plain else sheet.max_row <= 1
        for line, row in enumerate(plain, 2):
            for n, (column, text) in enumerate(row.items(), 1):
                cell = sheet.cell(line, n)
                if types[column] == "string":
                    assert (cell.value or "") == text
                    assert not text or cell.data_type == "s", (name, column, text)
                elif text:
                    seen.add(column)
                    assert (cell.data_type, cell.value) == ("n", float(text)), (name, column, text)
                    assert cell.number_format.startswith("0"), (name, column)
                else:
                    assert cell.value is None
    assert seen >= {"rank", "self", "verified", "credibility", "final", "uncapped"}


def test_text_that_begins_like_a_formula_is_disarmed_beside_numbers() -> None:
    with exports.workbook(["a", "b", "c"], [["=1+1", Decimal("-3.5"), "-3.5"]], formats=["", "0.00"]) as file:
        cells = openpyxl.load_workbook(file).active[2]
    assert [(c.data_type, c.value) for c in cells] == [("s", "'=1+1"), ("n", -3.5), ("s", "'-3.5")]
    assert cells[1].number_format == "0.00"
    assert "".join(exports.csv_lines(["a", "b"], [["=1+1", Decimal("-3.5")]])).endswith("'=1+1,-3.5\r\n")


def test_cached_pages_set_no_cookie_and_hold_no_token(office: Office) -> None:  # noqa: F811
    office.publish()
    for page in ("", "units/910100/", "check/"):
        answer = Client().get(f"/open/{SLUG}/{page}")
        assert answer["Cache-Control"].startswith("public")
        assert not answer.cookies
        assert "csrfmiddlewaretoken" not in answer.content.decode()
        assert "X-CSRFToken" not in answer.content.decode()
    visitor = Client(enforce_csrf_checks=True)
    assert visitor.post("/language", {"language": "en", "next": f"/open/{SLUG}/"}).status_code == 302
    assert "Rank" in visitor.get(f"/open/{SLUG}/").content.decode()
    person = Client(enforce_csrf_checks=True)
    person.force_login(office.users["leader"], backend="allauth.account.auth_backends.AuthenticationBackend")
    assert person.post("/language", {"language": "en"}).status_code == 403


def test_problems_are_told_in_sentences(office: Office, public: Client) -> None:  # noqa: F811
    office.publish()
    shown = get(public, "")[1].decode()
    section = shown[shown.index('id="problems"') :].split("</section>")[0]
    assert "生均支出不足" in section


def doors(text: str) -> list[str]:
    """Return where the charts' points and the figures in their tables lead."""
    found = [match for figure in re.findall(r'<figure class="chart".*?</figure>', text, re.DOTALL) for match in re.findall(r'<a href="([^"]+)"', figure)]  # fmt: skip
    return [html.unescape(address) for address in found]


def test_results_are_shown_as_charts_whose_figures_lead_to_public_pages(
    office: Office,  # noqa: F811
    public: Client,
) -> None:
    office.publish()
    page = get(public, "")[1].decode()
    assert re.findall(r'data-chart="(\w+)"', page) == ["tiles", "spread", "distance", "trend"]
    led = doors(page)
    assert {f"/open/{SLUG}/units/910100/", f"/open/{SLUG}/explain/910100/RATE/?year=2022"} <= set(led)
    assert {public.get(address).status_code for address in set(led)} == {200}
    assert public.get(f"/open/{SLUG}/?indicator=RATE&year=2022").status_code == 200
    for wrong in ("?indicator=NO", "?year=1999"):
        assert public.get(f"/open/{SLUG}/{wrong}").status_code == 404


def test_a_block_opens_on_its_items_and_they_on_their_figures(office: Office, public: Client) -> None:  # noqa: F811
    office.publish()
    page = get(public, "units/910100/")[1].decode()
    blocks = re.findall(r'href="#(block-\w+)"', page)
    assert blocks
    assert all(f'id="{block}"' in page for block in blocks)
    figures = set(re.findall(rf'href="(/open/{SLUG}/explain/910100/[^"]+)"', page))
    assert figures
    assert {public.get(address).status_code for address in figures} == {200}


def test_a_round_is_set_against_the_published_round_before(
    office: Office,  # noqa: F811
    public: Client,
    home: Path,  # noqa: F811
) -> None:
    with everything("test"):
        older = Round.objects.get(pk=office.round.pk)
        older.pk, older.slug, older.evaluated_year, older.round_year = None, "small-2022", 2022, 2023
        older.save()
        office.round.before = older
    office.publish()
    with everything("test"):
        scoring = Scoring.objects.exclude(public_folder="").get()
        scoring.pk, scoring.round = None, older
        scoring.save()
        Round.objects.filter(pk=older.pk).update(sealed_at=office.round.sealed_at, state="frozen")
    page = get(public, "")[1].decode()
    assert 'id="since"' not in page
    assert "small-2022" not in page
    with everything("test"):
        Round.objects.filter(pk=older.pk).update(published_at=office.round.published_at, state="published")
    assert 'id="since"' in get(public, "")[1].decode()
    assert "/open/small-2022/units/910100/" in doors(get(public, "")[1].decode())


def test_reports_tell_language_form_and_size(office: Office, public: Client, home: Path) -> None:  # noqa: F811
    office.publish()
    with everything("test"):
        folder = home / Scoring.objects.exclude(public_folder="").get().public_folder / "report/public"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.en.pdf").write_bytes(b"x" * 2048)
    page = public.get(f"/open/{SLUG}/", headers={"accept-language": "en"}).content.decode()
    section = page[page.index('id="report"') :].split("</section>")[0].replace("\xa0", " ")
    assert "Report in English" in section
    assert "PDF" in section
    assert "2.0 KB" in section


def test_a_draw_is_repeated_in_the_browser_under_its_own_policy(
    office: Office,  # noqa: F811
    public: Client,
    home: Path,  # noqa: F811
) -> None:
    script, style = "say('1')", "p { margin: 0 }"
    with everything("test"):
        made = Draw.objects.create(
            round=office.round, title_zh="抽取", title_en="Draw", plan={}, certificate={"a": 1}, folder="draws/1",
            committed_at=now(), drawn_at=now(), drawn_by=office.users["organiser"],
        )  # fmt: skip
        without = Draw.objects.create(
            round=office.round,
            title_zh="抽取二",
            title_en="Draw two",
            plan={},
            certificate={},
            drawn_at=now(),
        )
    (home / "draws/1").mkdir(parents=True)
    (home / "draws/1/verify.html").write_text(f"<style>{style}</style><script>{script}</script>", "utf-8")
    assert get(public, f"draws/{made.pk}/verify.html")[0] == 404
    office.publish()
    assert f"/open/{SLUG}/draws/{made.pk}/verify.html" in get(public, f"draws/{made.pk}/")[1].decode()
    policy = public.get(f"/open/{SLUG}/draws/{made.pk}/verify.html")["Content-Security-Policy"]
    for text in (script, style):
        assert base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in policy
    assert "sandbox allow-scripts" in policy
    assert "unsafe" not in policy
    assert "allow-same-origin" not in policy
    assert get(public, f"draws/{without.pk}/verify.html")[0] == 404
    assert "verify.html" not in get(public, f"draws/{without.pk}/")[1].decode()


@pytest.mark.parametrize("page", ["", "units/910400/"])
def test_a_grade_below_that_of_the_points_says_why(office: Office, public: Client, page: str) -> None:  # noqa: F811
    office.publish()
    with everything("test"):
        folder = Path(settings.HOME) / Scoring.objects.get(round=office.round, kind="final").public_folder
    with (folder / "grades.csv").open(encoding="utf-8", newline="") as stream:
        row = next(r for r in csv.DictReader(stream) if r["unit"] == "910400")
    assert row["grade"] != row["score_grade"]
    assert f"按得分为{row['score_grade_title']}；否决项：重大安全事故" in get(public, page)[1].decode()
    english = public.get(f"/open/{SLUG}/{page}", headers={"accept-language": "en"}).content.decode()
    assert f"{row['score_grade_title_en']} by points; veto: serious accident" in english
    assert "否决项" not in get(public, "units/910100/")[1].decode()


def test_the_blocks_of_a_unit_add_up_to_its_points(office: Office, public: Client) -> None:  # noqa: F811
    office.publish()
    page = get(public, "units/910300/")[1].decode()
    table = page[page.index("各板块得分</caption>") :].split("</table>")[0]
    rows = [re.findall(r'<td class="number">(?:<a [^>]*>)?([\d.]+)<', row) for row in table.split("<tr>")[2:]]
    assert [full for full, _ in rows[:-1]] == ["60", "40"]
    assert sum(Decimal(points) for _, points in rows[:-1]) == Decimal(rows[-1][0])
    assert "各条目的得分不公开" in page


def test_the_check_page_installs_as_the_manual_does(office: Office, public: Client) -> None:  # noqa: F811
    office.publish()
    manual = (Path(__file__).parents[3] / "docs/howto/install.md").read_text(encoding="utf-8")
    install = [line.strip() for line in manual.splitlines() if line.startswith("    ")][:3]
    commands = re.findall(r'<code class="command">([^<]*)</code>', get(public, "check/")[1].decode())
    assert commands == [*install, f"duxue-env/bin/duxue round verify {SLUG}"]


def test_the_check_page_says_where_the_program_is(office: Office, public: Client, settings: Any) -> None:  # noqa: F811
    office.publish()
    settings.SOURCE = ""
    worded = get(public, "check/")[1].decode()
    assert f"与结果同一版本的程序 duxue {settings.VERSION}" in worded
    assert "pip install" in worded
    settings.SOURCE = "https://example.org/duxue?tag=1&as=zip"
    linked = get(public, "check/")[1].decode()
    assert '<a href="https://example.org/duxue?tag=1&amp;as=zip">' in linked
    assert "请办理这项评价的单位提供源代码" not in linked


def test_each_score_of_a_unit_leads_to_how_it_came_about(office: Office, public: Client) -> None:  # noqa: F811
    office.publish()
    page = get(public, "units/910300/")[1].decode()
    doors = re.findall(r'href="/open/small-2023/(check/\?unit=910300)#score"', page)
    assert len(doors) >= 3  # the final points, and those of both blocks
    shown = get(public, doors[0])[1].decode()
    score = shown[shown.index('id="score"') :].split("</section>")[0]
    assert "丙市的得分怎样得出" in score
    line = re.search(r'id="final"><div>([^<]*)', page)
    assert line
    assert line[1] in score
    row = next(
        r
        for r in csv.DictReader(io.StringIO(get(public, "files/credibility.csv")[1].decode()))
        if (r["unit"], r["block"]) == ("910300", "")
    )
    last = re.findall(r'<td class="number"[^>]*>([\d.]+)</td>', score.split("<tfoot>")[1])
    assert [Decimal(n) for n in last[1:]] == [
        Decimal(row[k]).quantize(Decimal("0.01")) for k in ("verified_items", "self", "verified")
    ]
    assert '<option value="">得分</option>' in shown
    assert 'id="score"' not in get(public, "check/?unit=910300&indicator=RATE")[1].decode()
    assert 'id="score"' not in get(public, "check/?unit=999999")[1].decode()


def test_charts_round_points_as_the_table_beside_them() -> None:
    row = {"unit": "A", "unit_name": "甲市", "unit_name_en": "City A", "rank": "1", "rank_low": "", "rank_high": "",
           "self": "", "verified": "", "final": "82.125", "credibility": ""}  # fmt: skip
    edition: Any = SimpleNamespace(table={"ranking.csv": [row], "blocks.csv": []}.get)
    assert views._row(row, None, 1, {})["final"] == "82.13"
    assert [str(r.points) for r in charts.results_of(edition)] == ["82.13"]


def test_a_figure_behind_an_item_has_its_unit_and_the_item_its_code(office: Office, public: Client) -> None:  # noqa: F811
    office.publish()
    for language, said in (
        ("zh-hans", r"生均支出：[\d.]+ 元/生"),
        ("en", r"Spending per pupil: [\d.]+ yuan/pupil"),
    ):
        page = public.get(
            f"/open/{SLUG}/units/910100/", headers={"accept-language": language}
        ).content.decode()
        assert re.search(rf">{said}</a>", page), language
        assert re.findall(r'<th scope="row" class="main">(\w+) ', page) == ["A1", "A2", "G1", "G2"]


@pytest.mark.parametrize(
    ("parts", "zh", "en"),
    [
        ([{}], "小学 3.62%、初中 -2.14%", "primary 3.62%, junior -2.14%"),
        ([{"stage": "junior"}], "初中 -2.14%", "junior -2.14%"),
        ([{"stage": "senior"}], "小学 3.62%、初中 -2.14%", "primary 3.62%, junior -2.14%"),
    ],
)
def test_values_by_stage_say_which_stage_each_is_of(parts: Any, zh: str, en: str) -> None:
    stages = {"primary": say("小学", "primary"), "junior": say("初中", "junior")}
    values = [Value("A", say("甲市", "City A"), year, (("stage", s),), v, "", "", "%", 2)
              for s, v in zip(stages, (3.62, -2.14), strict=True) for year in (2022, 2023)]  # fmt: skip
    figures: Any = SimpleNamespace(
        values=lambda _: values, by_title=lambda by: stages[by[0][1]], measure=lambda unit: words(title(unit))
    )
    told = selectors._told(figures, "GROWTH", "A", 2023, parts)
    assert told is not None
    assert (told.say("zh-hans"), told.say("en")) == (zh, en)
    assert selectors._told(figures, "GROWTH", "B", 2023, parts) is None


def test_the_help_on_credibility_says_which_method_the_round_uses(office: Office, public: Client) -> None:  # noqa: F811
    office.publish()
    for page in ("", "units/910300/"):
        for language, said in (
            ("zh-hans", "本轮采用 M1：核查得分之和"),
            ("en", "this round uses M1: verified points /"),
        ):
            shown = public.get(f"/open/{SLUG}/{page}", headers={"accept-language": language}).content.decode()
            assert said in shown
            assert "M2" not in shown.split('id="figures"')[0].replace("M1, M2, M3", "").replace(
                "M1、M2、M3", ""
            )
    results = get(public, "")[1].decode().split('id="results"')[1].split("</section>")[0]
    assert results.index("<details") < results.index("<table")
