"""The commands of the page on reading reports do what it says."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
import typst
from click.testing import CliRunner

from duxue.cli.main import main
from tests.docs.test_commands import list_commands


def test_the_commands_of_the_page_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a Word report, a folder of reports and printed plans."""
    monkeypatch.chdir(tmp_path)
    report = docx.Document()
    report.add_paragraph("2031年，全县新建学校12所。")
    report.save("report.docx")
    for folder in ("reports", "plans"):
        Path(folder).mkdir()
    Path("reports/a.txt").write_text("2031年，全县新建学校12所。", encoding="utf-8")
    Path("plans/b.pdf").write_bytes(typst.compile(b"The county will build 35 schools."))
    commands = [c for c, _ in list_commands("docs/howto/check-a-report.md") if c[0] == "duxue"]
    assert len(commands) == 3
    for command in commands:
        done = CliRunner().invoke(main, command[1:], env={"DUXUE_LANG": "en"})
        assert done.exit_code == 0, done.output
    assert {p.name for p in tmp_path.iterdir()} >= {"report.html", "claims.csv", "claims.jsonl"}
    rows = Path("claims.csv").read_text(encoding="utf-8-sig").splitlines()
    assert {row.split(",")[0] for row in rows[1:]} == {"a.txt", "b.pdf"}
