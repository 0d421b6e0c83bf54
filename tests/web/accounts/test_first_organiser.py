"""The first organiser's password: asked twice at a terminal, else the first line of standard input."""

from __future__ import annotations

import getpass
import io
import sys

import pytest
from django.core.management import CommandError, call_command

from duxue.web.accounts.models import User
from duxue.web.common.clock import today
from duxue.web.common.scope import everything
from duxue.web.orgs.models import OrganisationState

PASSWORD = "a long enough password"
GIVEN = ["--code", "990000", "--name-zh", "样本省", "--email", "a@example.org", "--person", "样本人员"]


class Terminal(io.StringIO):
    """Standard input at which somebody sits."""

    def isatty(self) -> bool:
        return True


def make(
    monkeypatch: pytest.MonkeyPatch, stdin: io.StringIO, *typed: str, more: tuple[str, ...] = ()
) -> User | None:
    answers = iter(typed)
    monkeypatch.setattr(sys, "stdin", stdin)
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: next(answers))
    call_command("authority_create", *GIVEN, *more, stdout=io.StringIO())
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


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["", "2000-01-01"])
def test_the_authority_exists_from_the_day_that_is_given(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    make(monkeypatch, io.StringIO(PASSWORD), more=("--from", given) if given else ())
    with everything("test"):
        assert str(OrganisationState.objects.get().from_day) == (given or str(today()))


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["2999-01-01", "last year"])
def test_a_day_to_come_or_none_makes_nothing(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    with pytest.raises(CommandError, match="not after today"):
        make(monkeypatch, io.StringIO(PASSWORD), more=("--from", given))
    assert made() is None
