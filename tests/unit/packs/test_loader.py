"""Loading packs: by name and path, used packs taken in, digests, all problems at once with their places."""

from __future__ import annotations

import textwrap
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duxue.core.errors import Problem, Refused
from duxue.packs import catalogue
from duxue.packs.cases import load_cases
from duxue.packs.lint import check, lint
from duxue.packs.loader import LoadedPack, load, load_text
from duxue.packs.new import new
from duxue.packs.schema import Source


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """Return the folder of the pack that `new` writes."""
    new(tmp_path / "example", "example")
    return tmp_path / "example"


def find_problems(text: str) -> list[Problem]:
    """Return why a text is refused as a pack, or what lint says."""
    try:
        return lint(load_text(text))
    except Refused as refused:
        return list(refused.problems)


def change(folder: Path, old: str, new_text: str) -> str:
    """Return the example pack with one part replaced."""
    text = (folder / "pack.yaml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    return text.replace(old, new_text)


@pytest.mark.parametrize("ref", [entry.ref for entry in catalogue.list_entries()])
def test_shipped_packs_load_and_lint_without_errors(ref: str) -> None:
    """Every shipped version is sound; at most a source is kept that nothing refers to yet."""
    assert {problem.code for problem in check(load(ref))} <= {"PACK033"}


def test_id_alone_means_the_newest_version() -> None:
    """`id` and `id@newest` are the same pack."""
    assert (
        load("cn-school-forms").digest
        == load(f"cn-school-forms@{catalogue.find_latest('cn-school-forms')}").digest
    )


def test_a_shipped_pack_is_built_once_and_ones_own_each_time(example: Path) -> None:
    """What comes with the program stays as it is; an author sees each change at once."""
    assert load("cn-school-forms") is load("cn-school-forms")
    before = load(example).digest
    (example / "pack.yaml").write_text(change(example, '"<= 25"', '"<= 24"'), encoding="utf-8")
    assert load(example).digest != before


@pytest.mark.parametrize(
    "ref", ["cn-school-form", "cn-school-forms@9.9.9", "./nowhere", "a\0b", "x" * 5000, ""]
)
def test_unknown_pack_is_told_with_the_known_ones(ref: str) -> None:
    """A wrong name is answered with what there is."""
    with pytest.raises(Refused) as refused:
        load(ref)
    (problem,) = refused.value.problems
    assert problem.code == "PACK001"
    assert "cn-school-forms" in problem.expected.en


def test_folder_file_and_text_path_are_the_same_pack(example: Path) -> None:
    """A path may name the folder or the rule file."""
    digests = {load(ref).digest for ref in (example, example / "pack.yaml", str(example))}
    assert len(digests) == 1


@pytest.mark.parametrize("name", ["pack.yaml", "cases.yaml"])
def test_a_link_out_of_the_folder_is_refused_unread(name: str, example: Path, tmp_path: Path) -> None:
    """A link to a file elsewhere is refused and its text is not shown; a link to a folder or within it is fine."""
    secret = tmp_path / "secret.yaml"
    secret.write_text("token: [4711", encoding="utf-8")
    (tmp_path / "link").symlink_to(example)
    (example / name).rename(example / "own.yaml")
    (example / name).symlink_to("own.yaml")
    assert load_cases(load(tmp_path / "link")).cases
    (example / name).unlink()
    (example / name).symlink_to(secret)
    for ref in (example, example / "pack.yaml"):
        with pytest.raises(Refused) as refused:
            load_cases(load(ref))
        (problem,) = refused.value.problems
        assert problem.code == "PACK009"
        assert problem.place.file == str(example / name)
        assert "4711" not in problem.render("en")


def test_used_elements_come_first_and_keep_their_file() -> None:
    """Forms of the used pack stand before own ones; their lines point into the used pack's file."""
    loaded = load("cn-compulsory-balance")
    assert loaded.used[0][:2] == ("cn-school-forms", "1.0.0")
    assert [level.id for level in loaded.pack.levels] == ["school", "county", "city", "province"]
    assert loaded.lines["forms", 0, "id"][0] == "cn-school-forms/1.0.0/pack.yaml"
    assert loaded.lines["indicators", 0, "id"][0] == "cn-compulsory-balance/1.0.0/pack.yaml"
    assert not loaded.is_own("forms", "school")
    assert loaded.is_own("indicators", "L1")
    own = next(n for n, c in enumerate(loaded.pack.constants) if loaded.is_own("constants", c.id))
    file, line, _ = loaded.lines["constants", own, "id"]
    text = (loaded.folder / "pack.yaml").read_text(encoding="utf-8").splitlines()[line - 1]
    assert file.startswith("cn-compulsory-balance")
    assert f"id: {loaded.pack.constants[own].id}" in text


BORROWER = """\
id: borrower
version: 1.0.0
title: {zh: 借用, en: Borrower}
source: {status: proposal}
uses: [lender@1.0.0]
"""


def write_lender(root: Path) -> None:
    """Write a pack with a short source name, below `root` as shipped packs lie."""
    text = """\
    id: lender
    version: 1.0.0
    title: {zh: 出借, en: Lender}
    source: {status: proposal}
    sources:
      law: {number: 1号, status: practice}
    levels: [{id: school, title: {zh: 学校, en: School}}]
    forms:
      - id: f
        title: {zh: 表, en: Form}
        key: [code]
        unit_field: code
        fields: [{id: code, type: code, title: {zh: 代码, en: Code}}]
        derived: [{id: d, title: {zh: 甲, en: D}, formula: "1", unit: "1", source: law}]
    """
    folder = root / "lender" / "1.0.0"
    folder.mkdir(parents=True)
    (folder / "pack.yaml").write_text(textwrap.dedent(text), encoding="utf-8")


def test_neighbour_packs_can_be_used_and_their_sources_are_spelled_out(tmp_path: Path) -> None:
    """A pack beside this one is found; its short source names are resolved in its own file."""
    write_lender(tmp_path)
    folder = tmp_path / "borrower" / "1.0.0"
    folder.mkdir(parents=True)
    (folder / "pack.yaml").write_text(BORROWER, encoding="utf-8")
    loaded = load(folder)
    source = loaded.pack.forms[0].derived[0].source
    assert isinstance(source, Source)
    assert source.number == "1号"
    assert loaded.pack.levels[0].id == "school"


def test_element_of_a_used_pack_cannot_be_redefined() -> None:
    """An id that a used pack has is told as repeated, with the pack that has it."""
    text = BORROWER.replace("lender@1.0.0", "cn-school-forms@1.0.0")
    text += "dimensions: [{id: stage, title: {zh: 甲, en: A}, values: [{id: x, title: {zh: 甲, en: A}}]}]\n"
    (problem,) = find_problems(text)
    assert (problem.code, problem.place.line) == ("PACK017", 6)
    assert "cn-school-forms@1.0.0" in problem.what.en


def test_packs_that_use_each_other_are_refused(tmp_path: Path) -> None:
    """A circle of uses is told, not followed."""
    for name, other in (("a", "b"), ("b", "a")):
        folder = tmp_path / name / "1.0.0"
        folder.mkdir(parents=True)
        text = BORROWER.replace("borrower", name).replace("lender", other)
        (folder / "pack.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load(tmp_path / "a" / "1.0.0")
    assert [p.code for p in refused.value.problems] == ["PACK018"]


def test_pack_used_on_two_ways_is_taken_in_once(tmp_path: Path) -> None:
    """The same element from the same pack is no repetition."""
    write_lender(tmp_path)
    for name, uses in (("a", "lender@1.0.0"), ("b", "lender@1.0.0, a@1.0.0")):
        folder = tmp_path / name / "1.0.0"
        folder.mkdir(parents=True)
        text = BORROWER.replace("borrower", name).replace("lender@1.0.0", uses)
        (folder / "pack.yaml").write_text(text, encoding="utf-8")
    loaded = load(tmp_path / "b" / "1.0.0")
    assert [form.id for form in loaded.pack.forms] == ["f"]
    assert [name for name, _, _ in loaded.used] == ["lender", "a"]


def test_dimension_keys_may_be_written_inline(example: Path) -> None:
    """`cycle: lower` in a standard means by: {cycle: lower}, and keeps its place."""
    loaded = load(example)
    assert loaded.pack.standards[0].by == {"cycle": "lower"}
    text = (example / "pack.yaml").read_text(encoding="utf-8").splitlines()
    assert text[loaded.lines["standards", 0, "by", "cycle"][1] - 1].strip() == "cycle: lower"


def test_unknown_inline_key_is_told_with_the_nearest(example: Path) -> None:
    """A misspelt dimension is told with the one that was meant."""
    (problem,) = find_problems(change(example, "cycle: lower\n    meets", "cycel: lower\n    meets"))
    assert problem.code == "PACK010"
    assert "cycle" in problem.advice.en


def test_dates_numbers_and_truth_values_come_from_text(example: Path) -> None:
    """The schema, not YAML, decides what a text is."""
    pack = load(example).pack
    assert pack.standards[0].from_ == date(2024, 1, 1)
    assert pack.standards[0].threshold == Fraction(20)
    assert pack.forms[0].fields[0].required is True


def test_all_problems_are_told_at_once_in_order() -> None:
    """Every fault of the file is in one answer, from top to bottom."""
    text = "id: X\nversion: 1\ntitle: a\ntitel: a\nsource: {status: maybe, dated: 2017}\nforms: {}\n"
    found = [(p.code, p.place.line) for p in find_problems(text)]
    assert found == [
        ("PACK013", 1), ("PACK013", 2), ("PACK012", 3), ("PACK010", 4), ("PACK013", 5), ("PACK015", 5), ("PACK012", 6),
    ]  # fmt: skip


def test_problem_names_the_element_in_words(example: Path) -> None:
    """The pointer leads by ids: indicators > spending_per_pupil > decimals."""
    (problem,) = find_problems(
        change(example, "decimals: 2\n    better: more", "decimals: nine\n    better: more")
    )
    assert problem.place.field == "indicators > spending_per_pupil > decimals"
    assert problem.found == "nine"


FORMULAS = {
    "plain": "formula: sum(pupils) / sum(techers)",
    "single": "formula: 'sum(pupils) / sum(techers)'",
    "folded": "formula: >-\n      sum(pupils)\n      / sum(techers)",
    "literal": "formula: |\n      sum(pupils)\n      / sum(techers)",
    "double": 'formula: "sum(pupils) / sum(\\\n      techers)"',
}


@pytest.mark.parametrize("written", FORMULAS.values(), ids=FORMULAS)
def test_problem_of_a_formula_points_into_the_file(example: Path, written: str) -> None:
    """Line and column are those of the wrong word in the YAML file, whatever the style."""
    text = change(example, "formula: sum(pupils) / sum(teachers)", written)
    problem = next(p for p in find_problems(text) if p.code.startswith("FML"))
    line = text.splitlines()[(problem.place.line or 0) - 1]
    column = (problem.place.column or 0) - 1
    assert line[column : column + problem.place.length] == "techers"
    assert problem.place.snippet == line
    assert problem.place.field == "indicators > pupils_per_teacher > formula"


def test_later_standard_replaces_an_open_one(example: Path) -> None:
    """A new threshold is added below the old one; the old one needs no end."""
    old = '    meets: "<= 25"\n    from: 2024-01-01\n'
    source = "    source: {name: {zh: 自拟, en: Our own}, status: proposal}\n"
    later = f'  - indicator: pupils_per_teacher\n    cycle: upper\n    meets: "<= 22"\n    from: 2026-01-01\n{source}'
    assert find_problems(change(example, old + source, old + source + later)) == []


def dump_in_another_way(value: Any, *, flow: bool, sort: bool, width: int) -> str:
    """Return the same YAML content in another form, with comments."""
    text = yaml.dump(value, allow_unicode=True, default_flow_style=flow, sort_keys=sort, width=width)
    return "# a comment\n" + text + "\n# the end\n"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.booleans(), st.booleans(), st.integers(20, 200))
def test_digest_does_not_depend_on_how_the_yaml_is_written(
    example: Path, flow: bool, sort: bool, width: int
) -> None:
    """Key order, comments, quotes and line breaks leave the digest as it is."""
    loaded = load(example)
    plain = yaml.load((example / "pack.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    again = load_text(dump_in_another_way(plain, flow=flow, sort=sort, width=width))
    assert again.digest == loaded.digest


def test_digest_changes_with_the_content(example: Path) -> None:
    """Another threshold is another pack; the same number written otherwise is not."""
    before = load(example).digest
    assert load_text(change(example, '"<= 25"', '"<= 24"')).digest != before
    assert load_text(change(example, "required: true, min: 0", "required: true, min: 0.0")).digest == before


def test_loading_leaves_nothing_behind(example: Path) -> None:
    """A loaded pack cannot be changed."""
    loaded: LoadedPack = load(example)
    with pytest.raises(AttributeError):
        loaded.digest = ""  # type: ignore[misc]
    with pytest.raises(ValueError, match="frozen"):
        loaded.pack.id = "other"
