"""Pages of people: home with what is to be done, access, people, invitations, tokens."""

from __future__ import annotations

from duxue.web.accounts.views.home import demo_login, home

__all__ = ["demo_login", "home"]
