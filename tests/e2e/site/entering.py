"""Pages that only a mail, or half a sign-in, leads to: each is opened as its reader comes to it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

DAY: Final = 86_400  # seconds
BACKEND: Final = "allauth.account.auth_backends.AuthenticationBackend"
HALF, FORGETFUL, ELSEWHERE = "half", "forgetful", "foreign_manager"
# Of allauth's names, those at which nobody finds a page: they lead on, give a file, or are of ways that the site does not offer.
LEAD_ON: Final = frozenset(
    {
        "account_confirm_login_code",
        "mfa_login_webauthn",
        "mfa_download_recovery_codes",
        "socialaccount_signup",
    }
)


def opened_by_mail(clients: dict[str, Any], owner: str, guarded: str) -> Iterator[tuple[str, str, str]]:
    """Yield name, address and reader of each; `owner` confirms an address, `guarded` has two steps.

    Browsers are added to the clients: of HALF, whose password was right, and of FORGETFUL, who asked for another; ELSEWHERE
    signs in at an identity provider alone. Mail is read as it is sent.
    """
    from django.core import mail
    from django.test import Client, override_settings
    from django.urls import reverse

    from duxue.web.accounts.models import User
    from tests.web.worlds import PASSWORD

    def mailed(who: str, name: str, given: dict[str, str]) -> str:
        mail.outbox = []
        clients[who].post(reverse(name), given, SERVER_NAME="localhost")
        (link,) = re.findall(r"https?://\S+", "".join(str(sent.body) for sent in mail.outbox))
        return urlsplit(link).path

    clients[HALF], clients[FORGETFUL] = Client(), Client()
    clients[HALF].post(
        reverse("account_login"), {"login": guarded, "password": PASSWORD}, SERVER_NAME="localhost"
    )
    session = clients[HALF].session
    # As if the password had just been given: the page is opened some minutes from now.
    session["account_login"] = session["account_login"] | {"initiated_at": time.time() + DAY}
    session.save()
    yield "mfa_authenticate", reverse("mfa_authenticate"), HALF
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        path = mailed(owner, "account_email", {"action_add": "", "email": "second@example.org"})
        yield "account_confirm_email", path, owner
        yield "account_confirm_email (of no use)", reverse("account_confirm_email", args=["none"]), owner
        yield "account_email (not confirmed)", reverse("account_email"), owner
        path = mailed(FORGETFUL, "account_reset_password", {"email": f"{owner}@example.org"})
        yield "account_reset_password_from_key", path, FORGETFUL
        yield "account_reset_password_from_key (of no use)", path.replace("-", "-0"), "public"
    user = User.objects.get(username=ELSEWHERE)
    user.set_unusable_password()
    user.save()
    clients[ELSEWHERE].force_login(user, backend=BACKEND)
    yield "account_set_password", reverse("account_set_password"), ELSEWHERE
    yield "account_logout", reverse("account_logout"), ELSEWHERE


def unopened(paths: list[str]) -> list[str]:
    """Return allauth's names at which a page can be read and none of the addresses is."""
    from django.urls import resolve

    from tests.web.access.routes import pages

    ours = {name for name in pages() if name.startswith(("account_", "mfa_", "socialaccount_"))}
    own = {urlsplit(path).path for path in paths if path.startswith("/accounts/")}
    return sorted(ours - LEAD_ON - {str(resolve(path).url_name) for path in own})
