"""Fills an empty site with one of each thing and writes down every page that there is, with who opens it.

Run as `python -m tests.e2e.site.staged FOLDER`; FOLDER is not read. Everything in it is made up.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

DAY: Final = 86_400  # seconds
LIST: Final = "pages.json"  # below the site's home
# Whoever comes first here and may open a page is said to own it.
OWNERS: Final = (
    "public", "organiser", "manager_a", "reviewer1", "inspector1", "officer_a", "officer_a1", "leader", "auditor", "manager_b",
)  # fmt: skip
SHARED: Final = (
    "organiser",
    "manager_a",
    "reviewer1",
)  # who open the pages of all members of a round as well
# Pages of a round whose results are published: the matrix has no such round.
PUBLISHED: Final = {
    "public:round": ("/open/small-2023/", "public"),
    "public:unit": ("/open/small-2023/units/910100/", "public"),
    "public:check": ("/open/small-2023/check/?unit=910100&indicator=RATE", "public"),
    "public:standard": ("/open/small-2023/standard/", "public"),
    "public:explain": ("/open/small-2023/explain/910100/RATE/?year=2023", "public"),
    "reporting:round": ("/dashboards/small-2023/", "published.leader"),
    "reporting:unit": ("/dashboards/small-2023/910100/", "published.leader"),
    "reporting:explain": ("/dashboards/small-2023/910100/RATE/", "published.leader"),
    "rounds:explain": ("/rounds/small-2023/units/910100/explain/RATE/2023/", "published.leader"),
    "rounds:explain (nothing)": ("/rounds/small-2023/units/910100/explain/NONE/2023/", "published.leader"),
    "rounds:show": ("/rounds/small-2023/", "published.organiser"),
    "rounds:matrix": ("/rounds/small-2023/matrix/", "published.organiser"),
    "rounds:leader": ("/rounds/small-2023/leader/", "published.leader"),
}
MISSING: Final = {"404": ("/nowhere/", "public"), "403": ("/audit/", "manager_a")}
# Others answer 200.
ANSWERS: Final = {"404": 404, "403": 403, "socialaccount_login_error": 401, "rounds:explain (nothing)": 404}
TWO_STEPS: Final = "officer_a1"  # who signs in with two steps
OF_A_KEY: Final = ("mfa_edit_webauthn", "mfa_remove_webauthn")
OF_TWO_STEPS: Final = (
    *OF_A_KEY, "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_download_recovery_codes", "mfa_generate_recovery_codes",
    "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
)  # fmt: skip
Address = tuple[str, str, str]  # name, path, reader
BOTH_WAYS: Final = ("mfa_index", "mfa_list_webauthn")  # which look different to who has a key


@dataclass(frozen=True)
class Page:
    """One address as one person opens it.

    `html` is false for files and for parts of pages, `still` true for a page whose own policy lets no script run.
    """

    name: str
    path: str
    who: str
    status: int
    html: bool
    still: bool


@dataclass(frozen=True)
class Built:
    """The things, who reads them by which browser, and the number of a passkey."""

    stage: Any
    clients: dict[str, Any]
    key: int
    shown: dict[str, str]

    def addresses(self) -> Iterator[Address]:
        """Yield name, address and reader of every page; those that mail leads to are reached as they are asked for."""
        from tests.e2e.site.entering import opened_by_mail

        yield from _pages(self.stage, self.key)
        yield from ((name, path, "public") for name, path in self.shown.items())
        yield from opened_by_mail(self.clients, "officer_b", TWO_STEPS)


def build(home: Path, writing: Callable[[], None] = lambda: None) -> Built:
    """Make the things and sign everybody in; `writing` is called when people stand, and again before anything is published."""
    from allauth.account.models import EmailAddress
    from django.db import transaction
    from django.test import Client

    from tests.e2e.site.entering import BACKEND
    from tests.web.access.stage import make_stage
    from tests.web.reporting.conftest import Office
    from tests.web.worlds import make_world

    class Published(Office):
        """The small round, with people beside those of the world."""

        def person(self, name: str, role: str, place: Any) -> Any:
            """Return a person with a role."""
            return super().person(f"published.{name}", role, place)

    with transaction.atomic():
        world = make_world()
        writing()
        for user in world.user.values():
            user.refresh_from_db()
        stage = make_stage(world)
    office = Published(home / "in")
    draw = _drawn(office)
    writing()
    office.publish()
    shown = dict(_published(office, draw))
    users = stage.world.user | {f"published.{key}": user for key, user in office.users.items()}
    clients = {"public": Client()}
    for key, user in users.items():
        clients[key] = Client()
        clients[key].force_login(user, backend=BACKEND)
    key = _two_steps(stage.world.user[TWO_STEPS])
    for who in ("officer_a", "officer_b", TWO_STEPS):
        EmailAddress.objects.create(user=users[who], email=users[who].email, verified=True, primary=True)
        session = clients[who].session
        # As if the password had just been given again: the pages are opened some minutes from now.
        given = {"method": "password", "at": time.time() + DAY, "reauthenticated": True}
        session["account_authentication_methods"] = [given]
        session["account_authentication_methods_user"] = str(users[who].pk)
        session.save()
    return Built(stage, clients, key, shown)


def fill() -> None:
    """Make the things, ask for every page once, and write the list."""
    from django.conf import settings

    from tests.e2e.site.entering import unopened
    from tests.web.worlds import PASSWORD

    home = Path(settings.HOME)
    built = build(home)
    pages = [_asked(built.clients, *address) for address in built.addresses()]
    sessions = {
        key: {name: morsel.value for name, morsel in client.cookies.items()}
        for key, client in built.clients.items()
    }
    told = {
        "pages": [asdict(page) for page in pages],
        "unopened": unopened([page.path for page in pages if page.html]),
        "sessions": sessions,
        "work": dict(_work(built.stage)),
        "password": PASSWORD,
    }
    (home / LIST).write_text(json.dumps(told), encoding="utf-8")


def _drawn(office: Any) -> Any:
    """Draw one county of the published round's first city, and return the draw with its certificate and check page."""
    from duxue.web.common.clock import now
    from duxue.web.common.scope import acting, everything
    from duxue.web.inspections.services.drawing import Plan, draw_commit, draw_run
    from duxue.web.orgs.models import Organisation

    with everything("staged"):
        city = Organisation.objects.get(code="910100")
        for code in ("910101", "910102"):
            county = Organisation(code=code, level="county", name_zh=f"合成县{code[-1]}", name_en=f"County {code[-1]}", parent=city, path="", synthetic=True)  # fmt: skip
            county.save()
            county.path = f"{city.path}{county.pk}/"
            county.save()
    actor, start = office.actor("organiser"), now()
    with acting(actor):
        draw = draw_commit(
            actor=actor, round=office.round, title_zh="核查抽取", title_en="Visits", at=start,
            plan=Plan(1, 0, digits=6, who="各市代表", moment=start + timedelta(minutes=5), beacon=False, hidden=False),
        )  # fmt: skip
        draw_run(actor=actor, draw=draw, digits="123456", at=start + timedelta(minutes=10))
    return draw


def _published(office: Any, draw: Any) -> Iterator[tuple[str, str]]:
    """Yield the addresses of what is published of a draw and of the reports, and lay down what explains figures inside."""
    from django.conf import settings
    from django.urls import reverse

    from duxue.app.rounds import EVALUATION
    from duxue.web.public.selectors import REPORTS, edition_of
    from duxue.web.rounds.services.knowing import evaluation_folder

    slug = office.round.slug
    edition = edition_of(slug)
    # What the scoring read is what was known of the units.
    shutil.copytree(
        Path(settings.HOME) / edition.scoring.folder / EVALUATION, evaluation_folder(office.round)
    )
    for name in ("public:draw", "public:draw_check"):
        yield name, reverse(name, args=[slug, draw.pk])
    for name in edition.reports:
        if name.endswith(".html"):
            yield f"public:file {name}", reverse("public:file", args=[slug, f"{REPORTS}/{name}"])


def _two_steps(user: Any) -> int:
    """Let a person have an authenticator, recovery codes and a passkey, and return the number of the passkey."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    from tests.web.accounts.passkey import passkey_of

    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    return int(passkey_of(user).register().pk)


def _work(stage: Any) -> Iterator[tuple[str, str]]:
    """Yield the addresses of a manager's work that is not done yet."""
    from django.urls import reverse

    yield "workbench", reverse("rounds:unit", args=[stage["drafting_unit", "own"]])
    yield "answer", reverse("rounds:answer", args=[stage["draft", "own"]])
    yield "submit", reverse("rounds:submit", args=[stage["drafting_unit", "own"]])


def _pages(stage: Any, key: int) -> Iterator[Address]:
    from django.urls import NoReverseMatch, reverse

    from tests.web.access.expected import ALLAUTH_SIGNED_IN, FURTHER, PAGES, PART, SIGNED_IN
    from tests.web.access.routes import pages

    for name, row in (PAGES | FURTHER).items():
        if row.method != "GET" or not row.allowed:
            continue
        path = reverse(row.address or name, args=row.args(stage, "own") if row.args else [])
        if wanted := {field: stage[kind, "own"] for field, kind in row.body.items()}:
            path += "?" + "&".join(f"{field}={value}" for field, value in wanted.items())
        if name == "rounds:chosen":
            path += f"?act=remind&unit={stage['code', 'own']}"
        owners: list[str] = [next(key for key in OWNERS if key in row.allowed)]
        if row.allowed in (SIGNED_IN, PART):
            owners = list(SHARED)
        if name == "home":
            owners = [*OWNERS, "published.organiser"]
        if name in {"healthz", "readyz"}:
            continue
        for who in owners:
            yield name, path, who
    yield from ((name, path, who) for name, (path, who) in (PUBLISHED | MISSING).items())
    for name in pages():
        if name.startswith(("account_", "mfa_", "socialaccount_")):
            try:
                path = reverse(name, args=[key] if name in OF_A_KEY else [])
            except NoReverseMatch:
                continue  # it holds a secret that was mailed
            own = TWO_STEPS if name in OF_TWO_STEPS else "officer_a"
            if name in BOTH_WAYS:
                yield name, path, TWO_STEPS
            yield name, path, own if name in (*ALLAUTH_SIGNED_IN, *OF_TWO_STEPS) else "public"


def _asked(clients: dict[str, Any], name: str, path: str, who: str) -> Page:
    answer = clients[who].get(path, follow=True, SERVER_NAME="localhost")
    if answer.redirect_chain:
        path = answer.redirect_chain[-1][0]
    kind = answer.headers.get("Content-Type", "")
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    html = kind.startswith("text/html") and b"<!doctype html>" in content[:200].lower()
    policy = answer.headers.get("Content-Security-Policy", "")
    still = "sandbox" in policy and "allow-scripts" not in policy
    return Page(name, path, who, answer.status_code, html, still)


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "duxue.web.config.settings.demo")
    django.setup()
    fill()
