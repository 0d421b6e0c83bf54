"""pack list, show, lint, test, diff, new; doctor; demo."""

from __future__ import annotations

from pathlib import Path

import pytest

from duxue.app import environment
from duxue.app.environment import Finding
from duxue.core.text import same
from duxue.packs.catalogue import list_ids
from tests.unit.cli.conftest import PACK, call


def edit(pack: Path, old: str, new: str) -> None:
    """Replace a text in pack.yaml."""
    file = pack / "pack.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A pack begun with `pack new`."""
    folder = tmp_path / "mine"
    assert call("pack", "new", folder).code == 0
    return folder


def test_every_shipped_pack_is_listed_shown_and_clean() -> None:
    """In both languages and as JSON."""
    listed = {p["id"] for p in call("pack", "list", "--json").json["packs"]}
    assert listed == set(list_ids())
    for lang in ("zh", "en"):
        text = call("pack", "list", lang=lang).out
        assert all(name in text for name in listed)
    for name in listed:
        assert call("pack", "lint", name).code == 0
        shown = call("pack", "show", name, "--json").json
        assert all(i["words"]["zh"] and i["words"]["en"] for i in shown["indicators"])
        assert call("pack", "show", name, lang="zh").code == 0


def test_show_tells_formulas_in_words_and_the_status_of_sources() -> None:
    """What is law and what is practice stands beside each standard."""
    text = call("pack", "show", PACK).out
    assert "total Pupils" in text
    assert "read in a public source" in text
    assert ">= 4.2" in text
    assert "见于公开来源" in call("pack", "show", PACK, lang="zh").out


def test_formulas_in_words_tell_categories_by_their_printed_names() -> None:
    """Those of a field as well as those of a dimension."""
    text = call("pack", "show", PACK).out
    assert "Kind of school = Nine-year school" in text
    assert "Urban or rural = Rural" in text
    assert "办学类型 = 九年一贯制学校" in call("pack", "show", PACK, lang="zh").out


def test_published_tables_are_reproduced() -> None:
    """Every shipped case; the errors in print are named with what follows from the data."""
    done = call("pack", "test", "--json")
    assert done.code == 0
    cases = [c for p in done.json["packs"] for c in p["cases"]]
    assert sum(c["reproduced"] for c in cases) == sum(c["figures"] for c in cases) > 600
    wrong = [m for c in cases for m in c["published_wrong"]]
    assert len(wrong) >= 4
    assert all(m["ok"] and m["published"] != m["recomputed"] and m["reason"]["zh"] for m in wrong)
    text = call("pack", "test", "cn-education-statistics").out
    assert "372 of 372" in text
    assert "Published wrong: " in text


def test_a_figure_that_does_not_come_out_is_told(mine: Path) -> None:
    """Exit code 3, with what was expected and what was found."""
    assert call("pack", "test", mine).code == 0
    edit(mine, "sum(pupils) / sum(teachers)", "2 * sum(pupils) / sum(teachers)")
    done = call("pack", "test", mine)
    assert done.code == 3
    assert "expected 18.75 met, found 37.5 not_met" in done.out
    assert call("pack", "test", mine, "--json").json["ok"] is False


def test_lint_points_with_a_caret(mine: Path) -> None:
    """File, line, column, and the word below which it stands; exit code 1."""
    edit(mine, "formula: sum(pupils) / sum(teachers)", "formula: sum(pupil) / sum(teachers)")
    done = call("pack", "lint", mine)
    assert done.code == 1
    assert "pack.yaml, line " in done.out
    assert "^^^^^" in done.out
    assert "pupils" in done.out
    assert call("evaluate", "--pack", mine, "--data", mine / "data", "--out", mine.parent / "o").code == 1


def test_yuan_and_square_metres_are_not_added(mine: Path) -> None:
    """A formula that mixes units of measure is refused with its place."""
    edit(
        mine, "formula: sum(spending) / sum(pupils)", "formula: (sum(spending) + sum(teachers)) / sum(pupils)"
    )
    done = call("pack", "lint", mine, "--json")
    assert done.code == 1
    assert done.json["problems"][0]["place"]["line"] > 0


def test_diff_tells_what_may_change_results(mine: Path, tmp_path: Path) -> None:
    """A standard does, a title does not."""
    other = tmp_path / "other"
    call("pack", "new", other, "--id", "mine")
    assert call("pack", "diff", mine, other, "--json").json["changes"] == []
    edit(other, "<= 25", "<= 24")
    edit(other, "Pupils per teacher", "Pupils for each teacher")
    changes = call("pack", "diff", mine, other, "--json").json["changes"]
    assert [c["effect"] for c in changes] == ["results", "text"]
    assert "<= 25 → <= 24" in call("pack", "diff", mine, other).out


def test_new_overwrites_nothing(mine: Path, tmp_path: Path) -> None:
    """Neither a pack nor anything else; a bad id is told."""
    assert call("pack", "new", mine).code == 1
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x", encoding="utf-8")
    assert call("pack", "new", tmp_path / "full").code == 1
    assert call("pack", "new", tmp_path / "bad", "--id", "Bad Id").code == 1


@pytest.mark.parametrize(
    "text", ["", "[]", "a: [", "id: x", "\x00", "&a [*a, *a]", "!!python/object:os.system {}", "- " * 2000]
)
def test_hostile_packs_are_refused(text: str, tmp_path: Path) -> None:
    """With codes and places, never with an exception."""
    folder = tmp_path / "hostile"
    folder.mkdir()
    (folder / "pack.yaml").write_text(text, encoding="utf-8")
    for verb in ("lint", "show", "test"):
        done = call("pack", verb, folder)
        assert done.code == 1
        assert "PACK" in done.err


def test_doctor_finds_a_sound_machine() -> None:
    """Each line has a word; JSON has the same."""
    done = call("doctor", "--json")
    assert done.code == 0
    assert {f["health"] for f in done.json["findings"]} <= {"good", "poor"}
    assert "All is well" in call("doctor").out
    assert "一切就绪" in call("doctor", lang="zh").out


def test_doctor_tells_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 4 and how to mend it."""
    monkeypatch.setitem(environment.NEEDED, "no-such-library", ("no_such_library_at_all", (1,)))
    done = call("doctor")
    assert done.code == 4
    assert "no-such-library" in done.out
    assert "pip install" in done.out


def test_doctor_survives_a_broken_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that fails to load is a finding."""

    def fail(*_: object, **__: object) -> None:
        raise ImportError("libstdc++.so.6: version not found")

    monkeypatch.setattr("duxue.app.runs.evaluate_folder", fail)
    findings: list[Finding] = list(environment.examine(Path()))
    broken = [f for f in findings if f.health == "missing"]
    assert len(broken) == 2
    assert all("libstdc++" in f.found.en for f in broken)
    assert same("") != broken[0].advice


def test_demo_goes_the_whole_way(tmp_path: Path) -> None:
    """On one small county: everything is written, the command it prints works, and it may be run again."""
    out = tmp_path / "demo"
    args = [
        "demo",
        "--out",
        out,
        "--place",
        "371002",
        "--place",
        "371082",
        "--scale",
        "0.3",
        "--formats",
        "html",
    ]
    done = call(*args)
    assert "372 of 372" in done.out
    assert done.code == 0, done.out
    for name in (
        "demo.json",
        "explain.html",
        "province",
        "province-with-faults",
        PACK,
        "cn-education-statistics",
    ):
        assert (out / name).exists()
    page = (out / PACK / "report" / "report.zh.html").read_text(encoding="utf-8")
    assert "合成" in page
    offered = (
        next(text for text in done.out.splitlines() if "duxue explain" in text).split("duxue ")[1].split()
    )
    assert call(*offered).code == 0
    again = call(*args, "--json")
    assert again.json["faults"]["missed"] == again.json["faults"]["invented"] == 0
    assert [p.name for p in tmp_path.iterdir()] == ["demo"]
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    assert call(*args).code == 1
    assert (out / "mine.txt").exists()
