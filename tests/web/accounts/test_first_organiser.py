"""The first organiser's password: asked twice at a terminal, else the first line of standard input."""

from __future__ import annotations

import getpass
import io
import sys

import pytest
from django.core.management import CommandError, call_command

from duxue.web.accounts.models import User
from duxue.web.common.scope import everything

PASSWORD = "a long enough password"
GIVEN = ["--code", "990000", "--name-zh", "样本省", "--email", "a@example.org", "--person", "样本人员"]


class Terminal(io.StringIO):
    """Standard input at which somebody sits."""

    def isatty(self) -> bool:
        return True


def make(monkeypatch: pytest.MonkeyPatch, stdin: io.StringIO, *typed: str) -> User | None:
    answers = iter(typed)
    monkeypatch.setattr(sys, "stdin", stdin)
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: next(answers))
    call_command("authority_create", *GIVEN, stdout=io.StringIO())
    return made()


def made() -> User | None:
    with everything("test"):
        return User.objects.filter(email="a@example.org").first()


@pytest.mark.django_db
def test_at_a_terminal_it_is_typed_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="differ"):
        make(monkeypatch, Terminal(), PASSWORD, PASSWORD + "!")
    assert made() is None
    user = make(monkeypatch, Terminal(), PASSWORD, PASSWORD)
    assert user is not None
    assert user.check_password(PASSWORD)


@pytest.mark.django_db
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_without_a_terminal_it_is_the_first_line(monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    user = make(monkeypatch, io.StringIO(PASSWORD + end))
    assert user is not None
    assert user.check_password(PASSWORD)


@pytest.mark.django_db
def test_without_either_it_says_where_the_password_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="first line of standard input") as refused:
        make(monkeypatch, io.StringIO())
    assert "标准输入的第一行" in str(refused.value)
    assert made() is None
