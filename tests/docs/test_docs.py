"""The documentation agrees with the program and with itself."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from duxue.app.cases import run_cases
from duxue.packs.catalogue import list_ids
from duxue.packs.loader import load
from duxue.results.export import COLUMNS
from tools import docs, reference

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("changelog.d/*.md")])
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def list_anchors(page: Path) -> set[str]:
    """Return the anchors of a page: explicit ones and those made from headings."""
    text = page.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return slugs | set(re.findall(r'<a id="([^"]+)">', text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_resolve(page: Path) -> None:
    """Every relative link leads to a file, and to a heading of it where it names one."""
    for link in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{link} leads nowhere"
        assert target.is_relative_to(ROOT), f"{link} leaves the project"
        if anchor and target.suffix == ".md":
            assert anchor in list_anchors(target), f"{link}: no such heading"


def test_reference_pages_are_what_the_program_says() -> None:
    """`make docs` would change nothing."""
    pages, _ = docs.render_pages()
    assert list(docs.find_stale(pages, docs.FOLDER)) == []


def test_every_error_code_is_documented_in_both_languages() -> None:
    """Each code of each room stands in the error reference with a Chinese and an English text."""
    page = docs.FOLDER / "errors.md"
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    for room, codes in reference.read_codes().items():
        for code, meaning in codes.items():
            assert f'<a id="{code.lower()}"></a>' in text, f"{code} of {room} is not documented"
            assert meaning.zh.strip(), f"{code} has no Chinese text"
            assert meaning.en.strip(), f"{code} has no English text"


def test_an_error_code_belongs_to_one_room() -> None:
    """No two rooms share a code."""
    codes = [code for codes in reference.read_codes().values() for code in codes]
    assert len(codes) == len(set(codes))


def test_stale_pages_are_found(tmp_path: Path) -> None:
    """A missing, a changed and an unknown page are each told."""
    (tmp_path / "changed.md").write_text("old", encoding="utf-8")
    (tmp_path / "unknown.md").write_text("?", encoding="utf-8")
    assert list(docs.find_stale({"missing.md": "new", "changed.md": "new"}, tmp_path)) == [
        "missing.md is missing",
        "changed.md differs from the program",
        "unknown.md is not written by any generator",
    ]


@pytest.mark.parametrize("name", ["run", "dev"])
def test_the_lock_is_hashed_and_names_no_place(name: str) -> None:
    """Every locked release has hashes; no index, host or path is written down."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|--index-url|--extra-index-url|--find-links|@ ", text)
    releases = re.split(r"\n(?=[a-z])", text)[1:]
    assert releases
    for release in releases:
        assert "==" in release.splitlines()[0]
        assert "--hash=sha256:" in release


def test_the_lock_of_the_site_holds_all_that_an_operator_may_set() -> None:
    """What the extras web and s3 name, at the versions against which the developers' lock tests them."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    wanted = {re.split(r"[\[>=]", need)[0].lower() for name in ("web", "s3") for need in extras[name]}
    run, dev = (
        set(
            re.findall(
                r"^([\w.-]+)==([\w.]+)",
                (ROOT / "requirements" / f"{name}.txt").read_text("utf-8"),
                re.MULTILINE,
            )
        )
        for name in ("run", "dev")
    )
    assert "boto3" in wanted
    assert wanted - {name for name, _ in run} == set()
    assert run - dev == set()


def test_every_column_of_the_results_is_explained() -> None:
    """In the order in which they stand."""
    page = (ROOT / "docs" / "howto" / "evaluate.md").read_text(encoding="utf-8")
    table = page.split("## The columns of the results")[1].split("\n## ")[0]
    first = re.findall(r"^\| (`[^|]*) \|", table, re.MULTILINE)
    assert [name for cell in first for name in re.findall(r"`(\w+)`", cell)] == list(COLUMNS)


def test_the_front_page_counts_published_figures_as_the_cases_do() -> None:
    """More than 600 recomputed, and how many of them are wrong in print."""
    results = [case for name in list_ids() for case in run_cases(load(name))]
    assert sum(len(case.outcomes) for case in results) > 600
    wrong = sum(len(case.mistakes) for case in results)
    said = {6: ("the six printed ones", "其中六个与自身数据不符")}[wrong]
    for file, words in zip(("README.md", "README.zh.md"), said, strict=True):
        assert words in (ROOT / file).read_text(encoding="utf-8")


def test_glossary_terms_are_unique_and_complete() -> None:
    """Each term stands once, with both names and both meanings."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("|") and not line.startswith(("| 中文", "| ---"))
    ]
    assert len(rows) >= 60
    assert all(len(row) == 5 and all(row[:4]) for row in rows)
    assert len({row[0] for row in rows}) == len(rows)
