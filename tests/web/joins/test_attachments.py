"""Evidence on everything that takes it, shown where it belongs; pictures of practices are published without their place."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from duxue.web.common.clock import now, today
from duxue.web.common.scope import everything
from duxue.web.evidence.models import Attachment
from duxue.web.inspections.models import SheetEntry, Visit
from duxue.web.rounds.models import Dispute, Known, Objection, Practice, RoundUnit
from tests.web.reporting.conftest import Office, office  # noqa: F401 - fixtures
from tests.web.worlds import World

MAKER = b"SecretCamera"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    """A folder of the site for each test."""
    settings.HOME, settings.EVIDENCE_STORE = tmp_path / "home", ""
    return tmp_path / "home"


def photograph() -> bytes:
    """Return a picture that tells where and with what it was taken."""
    image, out = Image.new("RGB", (60, 40), "green"), io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = MAKER.decode()
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (36.0, 40.0, 1.0)
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def send(client: Client, key: str, page: str) -> str:
    """Attach a photograph by the plain form and return the page after it."""
    sent = {"files": SimpleUploadedFile("现场.jpg", photograph()), "attach": key, "next": page}
    answer = client.post(reverse("evidence:add"), sent, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_team_adds_photographs_to_a_line_until_the_sheet_is_signed(world: World) -> None:
    world.submit("a")
    answer = world.answer("a", "B1")
    with everything("test"):
        visit = Visit.objects.create(
            round=world.round, unit=answer.unit, place_code="p", place_zh="样本县", place_level="county", state="under_way",
            planned_on=today(),
        )  # fmt: skip
        visit.team.add(world.user["inspector1"])
        entry = SheetEntry.objects.create(
            round=world.round, visit=visit, item=answer.item, answer=answer, found="", written_at=now(),
            written_by=world.user["inspector1"],
        )  # fmt: skip
    client, page = world.client("inspector1"), reverse("inspections:sheet", args=[visit.pk])
    assert f'value="entry:{entry.pk}"' in client.get(page).content.decode()
    assert "现场.jpg" in send(client, f"entry:{entry.pk}", page)
    for other in ("reviewer1", "manager_a", "organiser"):
        world.client(other).post(
            reverse("evidence:add"),
            {"files": SimpleUploadedFile("x.jpg", photograph()), "attach": f"entry:{entry.pk}"},
        )
    with everything("test"):
        assert Attachment.objects.filter(entry=entry).count() == 1
        Visit.objects.filter(pk=visit.pk).update(state="sheet_signed")
    shown = client.get(page).content.decode()
    assert "现场.jpg" in shown
    assert f'value="entry:{entry.pk}"' not in shown


def test_disputes_objections_and_practices_take_evidence(world: World) -> None:
    unit, client = world.unit["a"], world.client("manager_a")
    with everything("test"):
        known = Known.objects.get(unit=unit)
        dispute = Dispute.objects.create(
            round=world.round, unit=unit, known=known, text="数据有误", filed_by=world.user["manager_a"], filed_at=now()
        )  # fmt: skip
        practice = Practice.objects.create(round=world.round, unit=unit, title_zh="做法", text_zh="内容")
    for key, page in (
        (f"dispute:{dispute.pk}", reverse("rounds:dispute_show", args=[dispute.pk])),
        (f"practice:{practice.pk}", reverse("rounds:practice", args=[practice.pk])),
    ):
        assert "现场.jpg" in send(client, key, page)
    with everything("test"):
        RoundUnit.objects.filter(pk=unit.pk).update(state="objecting", notified_at=now())
        objection = Objection.objects.create(
            round=world.round, unit=unit, text="不同意", filed_by=world.user["manager_a"], filed_at=now(), due=now()
        )  # fmt: skip
    result = reverse("rounds:result", args=[unit.pk])
    assert "现场.jpg" in send(client, f"objection:{objection.pk}", result)
    seen = world.client("organiser").get(reverse("rounds:objection", args=[world.round.slug, objection.pk]))
    assert "现场.jpg" in seen.content.decode()


def test_pictures_of_accepted_practices_are_published_without_their_place(office: Office) -> None:  # noqa: F811
    client = Client()
    client.force_login(office.users["manager"], backend="allauth.account.auth_backends.AuthenticationBackend")
    with everything("test"):
        unit = office.round.units.get(code="910100")
        shown = Practice.objects.get(unit=unit)
        kept = Practice.objects.create(round=office.round, unit=unit, title_zh="未采用", text_zh="内容")
    for practice in (shown, kept):
        send(client, f"practice:{practice.pk}", reverse("rounds:practice", args=[practice.pk]))
    with everything("test"):
        rows = {a.target: a.pk for a in Attachment.objects.filter(kind="practice")}
    address = {p.pk: reverse("public:picture", args=[office.round.slug, rows[p.pk]]) for p in (shown, kept)}
    public = Client()
    assert public.get(address[shown.pk]).status_code == 404
    office.publish()
    answer = public.get(address[shown.pk])
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert MAKER in photograph()
    assert MAKER not in answer.content
    assert not Image.open(io.BytesIO(answer.content)).getexif()
    assert "csrf" not in str(answer.cookies)
    assert public.get(address[kept.pk]).status_code == 404
    for page in ("", "units/910100/"):
        text = public.get(f"/open/{office.round.slug}/{page}").content.decode()
        assert address[shown.pk] in text
        assert address[kept.pk] not in text
