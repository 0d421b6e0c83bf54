"""The container file names only what there is: commands, options, settings and the address of its health check."""

from __future__ import annotations

import ast
import json
import re
import shlex
from importlib import import_module
from pathlib import Path

import pytest
from django.urls import resolve

from duxue.app.serving import free_port
from duxue.cli.main import main
from duxue.web.common.templatetags.components import CHARTS

ROOT = Path(__file__).resolve().parents[3]
LINES = (ROOT / "Containerfile").read_text("utf-8").replace("\\\n", "").splitlines()


def said(word: str) -> list[str]:
    """Return what follows an instruction, of the image that is run."""
    last = max(n for n, line in enumerate(LINES) if line.startswith("FROM "))
    return [line.removeprefix(f"{word} ") for line in LINES[last:] if line.startswith(f"{word} ")]


def test_it_starts_with_options_that_the_command_has(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DUXUE_HOME", str(tmp_path))  # empty, as the volume of a new container
    (command,) = (json.loads(text) for text in said("CMD"))
    assert command[0] == "duxue"
    here = ["--settings", "demo", "--host", "127.0.0.1", "--port", str(free_port("127.0.0.1", 18800))]
    with pytest.raises(SystemExit) as ended:
        main([*command[1:], "--check", *here])
    assert ended.value.code == 0
    assert f"--workers {command[command.index('--workers') + 1]} " in capsys.readouterr().out


def test_it_runs_without_rights_and_holds_no_secret() -> None:
    (user,) = said("USER")
    assert int(user) > 0
    given = dict(pair.split("=", 1) for text in said("ENV") for pair in shlex.split(text))
    import_module(given.pop("DJANGO_SETTINGS_MODULE").replace(".prod", ".base"))
    assert given.keys() == {"PATH", "DUXUE_HOME", "PYTHONUNBUFFERED"}
    assert [given["DUXUE_HOME"]] == said("VOLUME")


def test_it_holds_the_locked_packages_and_no_installer_beside_them() -> None:
    (made,) = [line for line in LINES if " -m venv " in line]
    assert "--without-pip" in made
    assert "--require-hashes -r requirements/run.txt" in made


def test_its_health_check_asks_what_the_site_answers() -> None:
    (check,) = said("HEALTHCHECK")
    words = json.loads(check[check.index("CMD ") + 4 :])
    ast.parse(words[-1])
    (address,) = re.findall(r"'GET', '([^']+)'", words[-1])
    assert resolve(address)
    (port,) = said("EXPOSE")
    assert f"'127.0.0.1', {port}" in words[-1]


def test_the_charts_that_it_builds_are_those_that_the_site_shows() -> None:
    ((made, into),) = (line.split()[-2:] for line in LINES if line.startswith("COPY --from=charts "))
    (out,) = re.findall(r"outDir: '\.\./([^']+)'", (ROOT / "frontend" / "vite.config.js").read_text("utf-8"))
    assert (made, into) == (f"/build/{out}", out)
    assert Path("src/duxue/web/static", CHARTS).parent == Path(out)


def test_what_it_copies_is_there() -> None:
    copied = [line.split()[1:-1] for line in LINES if line.startswith("COPY ") and "--from" not in line]
    assert copied
    assert [name for names in copied for name in names if not (ROOT / name).exists()] == []
