"""What one call of the command is told once: the reader's language, and whether a program reads the output."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from duxue.core.text import Lang, Text


@dataclass
class Session:
    """The settings of one call."""

    lang: Lang
    json: bool = False


_SESSION: ContextVar[Session | None] = ContextVar("session", default=None)


def choose_lang(env: Mapping[str, str]) -> Lang:
    """Return the language that the environment asks for: DUXUE_LANG, then LC_ALL, LC_MESSAGES, LANG; else English."""
    for name in ("DUXUE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = env.get(name, "").strip().lower()
        if value:
            return "zh" if value.startswith("zh") else "en"
    return "en"


def begin() -> Session:
    """Start a call with the language of the environment."""
    session = Session(choose_lang(os.environ))
    _SESSION.set(session)
    return session


def session() -> Session:
    """Return the settings of this call; outside of one (reference pages, tests) those of the environment."""
    return _SESSION.get() or Session(choose_lang(os.environ))


def end() -> None:
    """Forget the settings of this call."""
    _SESSION.set(None)


def say(text: Text) -> str:
    """Return a text in the reader's language."""
    return text.say(session().lang)


def pick(zh: str, en: str) -> str:
    """Return one of two texts by the reader's language."""
    return zh if session().lang == "zh" else en


def typed(command: str) -> str:
    """Return a command that begins with `duxue` as it works when typed here: with its path where the shell finds no such program."""
    script = shutil.which("duxue", path=str(Path(sys.executable).parent))
    found = shutil.which("duxue")
    if script is None or (found is not None and Path(found).samefile(script)):
        return command
    here = Path(script)
    if here.is_relative_to(Path.cwd()):
        here = here.relative_to(Path.cwd())
    program = f'"{here}"' if " " in str(here) else str(here)
    return program + command.removeprefix("duxue")
