"""The commands that tutorial and how-to pages show do what the pages say."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from duxue.cli.main import main
from duxue.reports.duty_words import SENTENCES, places
from duxue.scoring.round_text import read_edited

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
EXIT = re.compile(r"#\s*exit (\d+)")
# What the reader of a how-to page has before it begins.
BEFORE = [
    "duxue data synthesize --out county --place 371002 --scale 0.3",
    "duxue evaluate --pack cn-compulsory-balance --data county --out result --no-report",
]


def list_commands(page: str) -> list[tuple[list[str], int]]:
    """Return the commands of a page with the exit code that each announces."""
    lines = [
        line
        for block in BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))
        for line in block.splitlines()
        if line
    ]
    return [
        (shlex.split(line, comments=True), int(found[1]) if (found := EXIT.search(line)) else 0)
        for line in lines
    ]


@pytest.mark.parametrize(
    ("page", "before"),
    [
        ("docs/tutorial/first-evaluation.md", []),
        ("docs/tutorial/yearly-evaluation.md", []),
        ("docs/howto/prepare-data.md", []),
        ("docs/howto/evaluate.md", BEFORE[:1]),
        ("docs/howto/check-a-published-result.md", BEFORE),
    ],
)
def test_commands_of_a_page_work_in_order(
    page: str, before: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each leaves with the exit code that the page tells."""
    monkeypatch.chdir(tmp_path)
    commands = [(shlex.split(line), 0) for line in before] + list_commands(page)
    assert len(commands) > len(before)
    for words, code in commands:
        assert words[0] == "duxue"
        result = CliRunner().invoke(main, words[1:], env={"DUXUE_LANG": "en"}, prog_name="duxue")
        assert result.exit_code == code, f"{shlex.join(words)}\n{result.output}\n{result.exception!r}"


@pytest.mark.parametrize("page", ["docs/tutorial/first-evaluation", "docs/howto/prepare-data"])
def test_a_page_in_chinese_has_the_same_commands(page: str) -> None:
    """What works for one works for the other."""
    assert list_commands(f"{page}.zh.md") == list_commands(f"{page}.md") != []


def test_the_operators_page_in_chinese_has_the_same_commands() -> None:
    """Each line of each block but for what it remarks: an operator needs one of the two pages."""
    english, chinese = (
        [
            [line.split("#")[0].rstrip() for line in block.splitlines()]
            for block in re.findall(
                r"^```\w*\n(.*?)^```",
                (ROOT / "docs/howto" / page).read_text("utf-8"),
                re.MULTILINE | re.DOTALL,
            )
        ]
        for page in ("operate.md", "operate.zh.md")
    )
    assert chinese == english
    assert ["systemctl enable --now duxue"] in [block[-1:] for block in english]


def test_what_the_tutorial_points_at_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files that the page tells to open."""
    monkeypatch.chdir(tmp_path)
    for words, _ in list_commands("docs/tutorial/first-evaluation.md")[:7]:
        CliRunner().invoke(main, words[1:], env={"DUXUE_LANG": "en"}, prog_name="duxue")
    for name in (
        "county/school.csv",
        "problems.csv",
        "result/report/report.en.html",
        "result/results.csv",
        "figure.html",
    ):
        assert Path(name).is_file(), name
    tables = [p for p in Path("county").iterdir() if p.suffix in (".csv", ".xlsx")]
    said = {5: ("holds five tables", "里是五张表")}[len(tables)]
    for page, words in zip(("first-evaluation.md", "first-evaluation.zh.md"), said, strict=True):
        assert words in (ROOT / "docs" / "tutorial" / page).read_text(encoding="utf-8")


def test_the_text_file_of_the_annex_page_is_read(tmp_path: Path) -> None:
    """The sentences that the page rewords are there, with the places that it uses."""
    page = (ROOT / "docs/howto/load-an-official-annex.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```yaml\n(# text.yaml.*?)```", page, re.DOTALL)
    (tmp_path / "text.yaml").write_text(block, encoding="utf-8")
    edited = read_edited(tmp_path / "text.yaml", {name: places(name) for name in SENTENCES})
    assert set(edited.sentences) == {"problems_lead"}
    assert [paragraph.part for paragraph in edited.added] == ["requirements"]
