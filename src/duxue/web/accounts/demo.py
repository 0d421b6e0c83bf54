"""The demonstration's people: one for each role, who sign in by a button. Only the demonstration makes and admits them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import QuerySet

from duxue.web.accounts.models import User

PREFIX, DOMAIN = "demo-", "demo.invalid"  # .invalid can belong to nobody (RFC 2606)


def demo_user_create(*, key: str, name: str, post: str = "", home_code: str = "") -> User:
    """Make a person of the demonstration, who has no password; only where settings.DEMO is on."""
    if not settings.DEMO:
        raise RuntimeError("demo users exist in the demonstration only")
    user = User(username=f"{PREFIX}{key}", email=f"{key}@{DOMAIN}", name=name, post=post, home_code=home_code)
    user.set_unusable_password()
    user.save()
    return user


def demo_people() -> QuerySet[User]:
    """Return the people of the demonstration: marked by name, address and the lack of a password, all three."""
    if not settings.DEMO:
        return User.objects.none()
    return User.objects.filter(
        username__startswith=PREFIX,
        email__endswith=f"@{DOMAIN}",
        password__startswith=UNUSABLE_PASSWORD_PREFIX,
        is_active=True,
    ).order_by("pk")
