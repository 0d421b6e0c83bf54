"""The office sends its data as one zip: hostile archives are refused, good ones tried, told and taken over when confirmed."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from duxue.app.round_sample import write_data
from duxue.web.accounts.services.tokens import token_create
from duxue.web.common.models import AuditEvent
from duxue.web.common.scope import acting, everything
from duxue.web.jobs.models import Job
from duxue.web.jobs.services import run_jobs
from duxue.web.reporting.round_folder import handed_in
from duxue.web.rounds import tasks
from duxue.web.rounds.models import Known, Round
from duxue.web.rounds.services import knowing, receiving
from tests.web.rounds.organiser.test_knowing import YEAR, make
from tests.web.worlds import World

SENT = reverse("rounds:data_send", args=["known"])
PAGE = reverse("rounds:data", args=["known"])
EXPLAINED = "unit,indicator,by,cause,amount\n370100,education_growth,,一次性基建完工,100\n"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sample round's data with its survey, small."""
    folder = tmp_path_factory.mktemp("sample")
    write_data(folder, YEAR, scale=0.02)
    return folder


@pytest.fixture
def made(world: World, settings: Any, tmp_path: Path) -> Round:
    """Return a round without data, below a home of its own."""
    settings.HOME = tmp_path
    return make(world)


def packed(folder: Path, change: Callable[[str, bytes], bytes] = lambda _, data: data, **more: str) -> bytes:
    """Return the tables of the sample and its survey as a zip, as somebody packs a folder."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted([*(folder / "data").rglob("*.*"), folder / "survey.csv"]):
            archive.writestr(f"山东/{path.name}", change(path.name, path.read_bytes()))
        for name, text in more.items():
            archive.writestr(f"山东/{name}.csv", text)
    return stream.getvalue()


def send(client: Client, data: bytes, name: str = "data.zip", lang: str = "en") -> Any:
    archive = SimpleUploadedFile(name, data, "application/zip")
    return client.post(SENT, {"archive": archive}, headers={"accept-language": lang})


def last(kind: str) -> Job:
    with everything("test"):
        return Job.objects.filter(kind=kind).order_by("-pk")[0]


def knowns(round: Round) -> list[Known]:  # noqa: A002 - the field's word
    with everything("test"):
        return list(Known.objects.filter(round=round))


def state(round: Round) -> tuple[Any, ...]:  # noqa: A002 - the field's word
    with everything("test"):
        row = Round.objects.get(pk=round.pk)
        known = Known.objects.filter(round=row).order_by("pk").values_list("pk", "text", "points")
        return row.data_folder, row.data_digest, row.settings, list(known)


def test_an_archive_is_tried_told_and_taken_over(world: World, made: Round, sample: Path) -> None:
    client, before = world.client("organiser"), state(made)
    first = packed(sample, explanations=EXPLAINED)
    assert send(client, first).status_code == 302
    run_jobs()
    tried = last(receiving.KIND)
    assert (tried.state, tried.problems) == ("done", [])
    counts = {name: tried.result[name] for name in ("figures", "new", "changed", "gone")}
    assert counts["new"] == counts["figures"] > 20
    assert (counts["changed"], counts["gone"]) == (0, 0)
    assert tried.result["survey"] > 0
    assert tried.result["explanations"] == 1
    assert state(made) == before  # nothing changes until it is confirmed
    assert knowing.data_folders() == []
    html = client.get(PAGE, headers={"accept-language": "en"}).content.decode()
    assert "The first 20 changes" in html
    assert "Nothing of the round has changed yet" in html
    assert tried.result["changes"][0]["title"]["en"] in html
    assert "采用后会有的变化" in client.get(PAGE, headers={"accept-language": "zh-hans"}).content.decode()

    client.post(reverse("rounds:data_take", args=["known"]), {"job": tried.pk})
    run_jobs()
    assert (last(knowing.KIND).state, last(knowing.KIND).problems) == ("done", [])
    folder, _, _, known = state(made)
    assert len(known) == counts["figures"]
    assert knowing.data_folders() == [Path(folder).name]
    with everything("test"):
        made.refresh_from_db()
        event = json.loads(AuditEvent.objects.get(action="duxue.round.take_data").data)
    assert set(handed_in(made)) == {"survey", "explanations"}
    assert event["name"] == "data.zip"
    assert event["sha256"][:16] == Path(folder).name
    assert {name: event[name] for name in counts} == counts

    # A disputed figure is mended: one file differs, sheets and explanations are not sent again.
    def mend(name: str, data: bytes) -> bytes:
        lines = data.decode().split("\n") if name == "duty_finance.csv" else []
        at = next((n for n, line in enumerate(lines) if line.startswith(f"{YEAR},370102,")), 0)
        if lines:
            cells = lines[at].split(",")
            lines[at] = ",".join([*cells[:4], "2500", *cells[5:]])
        return "\n".join(lines).encode() or data

    second = packed(sample, mend)
    with zipfile.ZipFile(io.BytesIO(second)) as old:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as new:
            for name in old.namelist():
                if not name.endswith("/survey.csv"):
                    new.writestr(name, old.read(name))
    send(client, stream.getvalue())
    run_jobs()
    again = last(receiving.KIND)
    assert again.state == "done", again.problems
    assert (again.result["new"], again.result["gone"], again.result["survey"]) == (0, 0, None)
    assert "education_growth" in {
        known.indicator
        for known in knowns(made)
        for c in again.result["changes"]
        if (c["kind"], c["year"], c["title"]["zh"]) == ("changed", known.year, known.title_zh)
    }
    client.post(reverse("rounds:data_take", args=["known"]), {"job": again.pk})
    run_jobs()
    with everything("test"):
        made.refresh_from_db()
    assert made.data_folder != folder
    assert Path(folder).name in knowing.data_folders()  # the data before stay
    assert set(handed_in(made)) == {"survey", "explanations"}
    assert all(path.is_file() for path in handed_in(made).values())


def test_wrong_tables_are_told_all_at_once_and_nothing_changes(
    world: World, made: Round, sample: Path
) -> None:
    client, before = world.client("organiser"), state(made)

    def spoil(name: str, data: bytes) -> bytes:
        lines = data.decode().splitlines() if name == "survey.csv" else []
        return "\n".join([*lines, "x,y,z"]).encode() if lines else data

    wrong = "unit,indicator,by,cause,amount\n370100,education_growth,,x,not a number\n"
    send(client, packed(sample, spoil, explanations=wrong))
    run_jobs()
    tried = last(receiving.KIND)
    assert tried.state == "failed"
    assert {"survey.csv", "explanations.csv"} <= {
        p["where"]["en"].split(",")[0].split(" ")[0] for p in tried.problems
    }
    assert all(p["what"]["zh"] and p["advice"]["en"] for p in tried.problems)
    html = client.get(PAGE, headers={"accept-language": "en"}).content.decode()
    assert "explanations.csv" in html
    assert reverse("rounds:data_take", args=["known"]) not in html
    client.post(reverse("rounds:data_take", args=["known"]), {"job": tried.pk})
    run_jobs()
    assert state(made) == before


def test_a_wrong_figure_is_told_with_its_place(world: World, made: Round, sample: Path) -> None:
    name = min(p.name for p in (sample / "data").rglob("*.csv"))

    def spoil(at: str, data: bytes) -> bytes:
        if at != name:
            return data
        head, first, rest = data.decode("utf-8-sig").split("\n", 2)
        return "\n".join([head, ",".join("nonsense" for _ in first.split(",")), rest]).encode()

    before = state(made)
    send(world.client("organiser"), packed(sample, spoil))
    run_jobs()
    tried = last(receiving.KIND)
    assert tried.state == "failed"
    assert any(name in p["where"]["en"] and p["found"] == "nonsense" for p in tried.problems)
    assert state(made) == before
    assert knowing.data_folders() == []


def hostile(kind: str) -> bytes:
    """Return an archive that no office packs."""
    stream = io.BytesIO()
    if kind == "text":
        return b"unit,value\na,1\n"
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        if kind == "link":
            link = zipfile.ZipInfo("link.csv")
            link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
            archive.writestr(link, "/etc/passwd")
        elif kind == "bomb":
            archive.writestr("big.csv", b"0" * (32 << 20))
        elif kind == "nested":
            inner = io.BytesIO()
            with zipfile.ZipFile(inner, "w") as held:
                held.writestr("a.csv", "a")
            archive.writestr("inner.csv", inner.getvalue())
        elif kind == "packed":
            archive.writestr("inner.rar", b"Rar!")
        elif kind == "deep":
            archive.writestr("/".join("abcdefghij") + "/x.csv", "a")
        elif kind in {"under", "over"}:
            names = ["x.csv", "x.csv/y.csv"]
            for name in names if kind == "under" else names[::-1]:
                archive.writestr(name, "a")
        elif kind == "many":
            for n in range(2001):
                archive.writestr(f"{n}.csv", "")
        else:
            archive.writestr({"up": "../../x.csv", "root": "/x.csv", "drive": "C:\\x.csv"}[kind], "a")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("text", "EVID003"), ("up", "EVID014"), ("root", "EVID014"), ("drive", "EVID014"), ("link", "EVID015"), ("bomb", "EVID012"),
        ("nested", "EVID013"), ("packed", "EVID013"), ("deep", "EVID014"), ("many", "EVID010"),
        ("under", "EVID017"), ("over", "EVID017"),
    ],
)  # fmt: skip
def test_hostile_archives_are_refused_and_leave_nothing(
    world: World, made: Round, kind: str, code: str
) -> None:
    answer = send(world.client("organiser"), hostile(kind))
    assert answer.status_code == 422
    assert code in answer.content.decode()
    assert str(knowing.data_home()) not in answer.content.decode()
    with everything("test"):
        assert not Job.objects.filter(kind=receiving.KIND).exists()
    assert [p for p in knowing.data_home().rglob("*") if p.is_file()] == []
    assert list((knowing.data_home() / ".sent").iterdir()) == []


def test_workbooks_as_offices_save_them_are_received(world: World, made: Round) -> None:
    """A workbook is an archive by its make and may hold settings of a printer; it is no archive inside an archive."""
    book, stream = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(book) as written:
        written.add_worksheet("学校表").write(0, 0, "学校代码")
    with zipfile.ZipFile(book, "a") as parts:
        parts.writestr("xl/printerSettings/printerSettings1.bin", b"\x00" * 16)
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("表/学校表.xlsx", book.getvalue())
        archive.writestr("__MACOSX/表/._学校表.xlsx", b"\x00")
    assert send(world.client("organiser"), stream.getvalue()).status_code == 302
    job = last(receiving.KIND)
    assert (job.args["files"], job.args["left"]) == (1, ["__MACOSX/表/._学校表.xlsx"])


def test_an_interrupted_job_leaves_the_round_as_it_was(
    world: World, made: Round, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, before = world.client("organiser"), state(made)
    send(client, packed(sample))
    run_jobs()
    tried = last(receiving.KIND)
    client.post(reverse("rounds:data_take", args=["known"]), {"job": tried.pk})

    def killed(*_: object, **__: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(knowing, "_leave", killed)
        run_jobs()
    assert last(knowing.KIND).state == "waiting"  # to be tried again
    assert state(made) == before
    job = last(knowing.KIND)
    from duxue.web.jobs.registry import Running

    tasks.know(Running(job.pk, job.args, world.actor("organiser"), lambda *_: None))
    assert len(state(made)[3]) == tried.result["figures"]


def test_what_was_tried_before_something_else_is_not_taken(world: World, made: Round, sample: Path) -> None:
    client = world.client("organiser")
    send(client, packed(sample))
    run_jobs()
    old = last(receiving.KIND)
    send(client, packed(sample, explanations=EXPLAINED))
    run_jobs()
    before = state(made)
    answer = client.post(reverse("rounds:data_take", args=["known"]), {"job": old.pk}, follow=True)
    assert f"内容已被他人修改（“{old.pk}”）。" in answer.content.decode()
    with everything("test"):
        assert not Job.objects.filter(kind=knowing.KIND).exists()
    assert state(made) == before


def test_a_frozen_round_takes_nothing(world: World, made: Round, sample: Path) -> None:
    with everything("test"):
        Round.objects.filter(pk=made.pk).update(state="frozen", sealed_at=made.created_at)
    client = world.client("organiser")
    assert send(client, packed(sample)).status_code == 403
    assert client.post(reverse("rounds:data_take", args=["known"]), {"job": 1}).status_code == 403


def test_only_the_organiser_sends_data(world: World, made: Round) -> None:
    for key in ("leader", "auditor"):
        assert send(world.client(key), b"x").status_code == 403
        assert world.client(key).get(reverse("rounds:data_template", args=["known"])).status_code == 403
    assert send(world.client("foreign_organiser"), b"x").status_code == 404


@pytest.mark.parametrize("address", ["/rounds/known/data/tables.zip", "/api/v1/rounds/known/data/tables.zip"])
def test_the_empty_tables_are_sent_as_an_archive(world: World, made: Round, address: str) -> None:
    answer = world.client("organiser").get(address)
    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert {"survey.csv", "explanations.csv"} < set(archive.namelist())
        assert archive.read("explanations.csv").decode().strip() == EXPLAINED.split("\n", 1)[0]
        assert any(name.endswith(".xlsx") for name in archive.namelist())


def test_a_machine_with_a_token_sends_and_takes_over(world: World, made: Round, sample: Path) -> None:
    keeper = world.actor("organiser")
    with acting(keeper):
        token = token_create(
            actor=keeper,
            title="数据平台",
            organisation=world.org["province"],
            role="organiser",
            read_only=False,
        )
    headers = {"Authorization": f"Bearer {token.secret}"}
    sent = Client().post(
        "/api/v1/rounds/known/data/archive", packed(sample), content_type="application/zip", headers=headers
    )
    run_jobs()
    assert (last(receiving.KIND).state, last(receiving.KIND).problems) == ("done", [])
    Client().post(
        "/api/v1/rounds/known/data/take", sent.json(), content_type="application/json", headers=headers
    )
    run_jobs()
    assert last(knowing.KIND).state == "done"
    assert len(state(made)[3]) > 20
    with everything("test"):
        assert "数据平台" in AuditEvent.objects.get(action="duxue.round.know").actor_name


def test_the_same_over_the_api(world: World, made: Round, sample: Path) -> None:
    client, address = world.client("organiser"), "/api/v1/rounds/known/data/archive?name=2023.zip"

    def post(data: bytes, key: str) -> Any:
        return client.post(address, data, content_type="application/zip", headers={"Idempotency-Key": key})

    data = packed(sample)
    answer = post(data, "k1")
    assert answer.status_code == 202
    assert post(data, "k1").json() == answer.json()
    assert post(packed(sample, explanations=EXPLAINED), "k1").status_code == 409
    refused = post(hostile("up"), "k2")
    assert (refused.status_code, refused.json()["problems"][0]["code"]) == (422, "EVID014")
    run_jobs()
    told = client.get(answer["Location"]).json()
    assert told["result"]["new"] > 20
    taken = client.post(
        "/api/v1/rounds/known/data/take", {"job": answer.json()["job"]}, content_type="application/json"
    )
    assert taken.status_code == 202
    run_jobs()
    assert len(state(made)[3]) == told["result"]["figures"]
