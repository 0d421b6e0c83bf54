"""Help and messages in the reader's language: every command, argument and option has both."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from duxue.cli.commands import Argument, Command, Group, Option
from duxue.cli.main import main
from duxue.cli.session import choose_lang, typed
from duxue.core.text import Text
from tests.unit.cli.conftest import call


def walk(
    command: click.Command, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every command with the words that lead to it."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)  # commands are loaded when they are asked for
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            yield from walk(child, (*path, name))


COMMANDS = list(walk(main))


def is_chinese(text: str) -> bool:
    """Whether a text has Chinese characters."""
    return any("\u4e00" <= c <= "\u9fff" for c in text)


def assert_both(text: Text, where: str) -> None:
    """Both languages are there, and each is what it claims to be."""
    assert is_chinese(text.zh), f"{where}: no Chinese text"
    assert text.en, f"{where}: no English text"
    assert not is_chinese(text.en), f"{where}: Chinese in the English text"


@pytest.mark.parametrize(
    ("path", "command"), COMMANDS, ids=lambda x: " ".join(x) if isinstance(x, tuple) else ""
)
def test_every_text_is_in_both_languages(path: tuple[str, ...], command: click.Command) -> None:
    """Commands, arguments and options; a plain click object, which knows one language, is an error."""
    assert isinstance(command, Command | Group)
    assert_both(command.text, " ".join(path))
    if command.detail != Text("", ""):
        assert_both(command.detail, " ".join(path))
    for parameter in command.params:
        assert isinstance(parameter, Option | Argument), parameter.name
        assert_both(parameter.text, f"{' '.join(path)} {parameter.name}")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", [path for path, _ in COMMANDS], ids=" ".join)
def test_help_is_in_one_language(path: tuple[str, ...], lang: str) -> None:
    """Headings, summary and options; English help has no Chinese character."""
    done = call(*path, "--help", lang=lang)
    assert done.code == 0
    assert ("用法" in done.out) == (lang == "zh")
    assert is_chinese(done.out) == (lang == "zh")
    assert "Options:" not in done.out or lang == "en"


@pytest.mark.parametrize(
    ("env", "lang"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_TW.UTF-8"}, "zh"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_US", "LC_ALL": "zh_CN"}, "zh"),
        ({"LC_ALL": "", "LANG": "zh_CN"}, "zh"),
        ({"DUXUE_LANG": "en", "LC_ALL": "zh_CN"}, "en"),
        ({"DUXUE_LANG": "zh", "LANG": "en_US"}, "zh"),
    ],
)
def test_language_follows_the_environment(env: dict[str, str], lang: str) -> None:
    """DUXUE_LANG, then LC_ALL, LC_MESSAGES, LANG; the first that is set decides."""
    assert choose_lang(env) == lang


def test_lang_option_overrides_the_environment() -> None:
    """`--lang` stands before the command."""
    assert "退出码" in call("--lang", "zh", "--help", lang="en").out
    assert "Exit codes" in call("--lang", "en", "--help", lang="zh").out


@pytest.mark.parametrize(
    ("args", "chinese", "english"),
    [
        (["evaluate", "--foo"], "没有选项 --foo", "--foo"),
        (["evaluate"], "缺少选项 --pack", "--pack"),
        (["explain"], "缺少参数 UNIT", "UNIT"),
        (["pakc"], "没有命令 pakc", "pakc"),
        (["--lang", "fr"], "不在可选值", "fr"),
        (["explain", "1", "L1", "--rows", "x"], "不是", "valid"),
        (["data", "check", "nowhere", "--pack", "x"], "不存在", "does not exist"),
        (["pack", "diff", "a"], "缺少参数 B", "B"),
        (["pack", "diff", "a", "b", "c"], "多出的参数", "unexpected"),
        (["evaluate", "--pack", "x", "--data", ".", "--out", "o", "--formats", "exe"], "exe", "exe"),
        (["draw", "verify", __file__, __file__, "--digest", "87b4"], "至少前 16 位", "at least the first 16"),
    ],
)
def test_wrong_usage_is_told_in_the_language(args: list[str], chinese: str, english: str) -> None:
    """Exit code 2, what is wrong, and where help is."""
    for lang, words in (("zh", chinese), ("en", english)):
        done = call(*args, lang=lang)
        assert done.code == 2
        assert words in done.err
        assert "--help" in done.err
        assert done.out == ""


def test_help_names_the_exit_codes() -> None:
    """All of them."""
    text = call("--help").out
    for code in ("0 done", "1 the input", "2 wrong", "3 a recomputation", "4 the environment", "130"):
        assert code in " ".join(text.split())


@pytest.mark.skipif(os.name == "nt", reason="scripts have another form there")
def test_a_command_is_shown_as_it_works_when_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name alone where the shell finds this very program; else its path, from here if it lies below."""
    scripts = tmp_path / "my work" / ".venv" / "bin"
    scripts.mkdir(parents=True)
    monkeypatch.setattr(sys, "executable", str(scripts / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(tmp_path / "my work")
    assert typed("duxue verify R") == "duxue verify R"  # run from a source tree: there is no script to name
    (scripts / "duxue").write_text("#!/bin/sh\n", encoding="utf-8")
    (scripts / "duxue").chmod(0o755)
    assert typed("duxue verify R") == ".venv/bin/duxue verify R"
    (tmp_path / "duxue").write_text("another\n", encoding="utf-8")
    (tmp_path / "duxue").chmod(0o755)
    assert typed("duxue verify R") == ".venv/bin/duxue verify R"
    monkeypatch.chdir(tmp_path)
    assert typed("duxue verify R") == '"my work/.venv/bin/duxue" verify R'
    (tmp_path / "aside").mkdir()
    monkeypatch.chdir(tmp_path / "aside")
    assert typed("duxue verify R") == f'"{scripts}/duxue" verify R'
    monkeypatch.setenv("PATH", f"{scripts}:{tmp_path}")
    assert typed("duxue verify R") == "duxue verify R"
