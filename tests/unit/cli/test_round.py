"""`duxue round` as an office uses it: from a check to the published folder, with exit codes, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.app.small_round import LIAR, write_small_round
from tests.unit.cli.conftest import call


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small round."""
    return write_small_round(tmp_path_factory.mktemp("round") / "in")


@pytest.fixture(scope="module")
def out(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The round, scored without a report."""
    folder = tmp_path_factory.mktemp("scored") / "out"
    assert call("round", "score", "--round", file, "--out", folder, "--no-report").code == 0
    return folder


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "Nothing is wrong: 4 units, 16 scores."), ("zh", "没有问题：4 个单位，16 项得分。")],
)
def test_a_round_in_order_is_told_so(lang: str, said: str, file: Path) -> None:
    done = call("round", "check", "--round", file, lang=lang)
    assert done.code == 0
    assert said in done.out


def test_every_problem_is_told_with_exit_code_1_and_nothing_is_written(tmp_path: Path) -> None:
    file = write_small_round(tmp_path / "in")
    claims = tmp_path / "in" / "self.csv"
    claims.write_text(
        claims.read_text(encoding="utf-8").replace("910100,A1,40", "910100,A1,400"), encoding="utf-8"
    )
    for lang in ("zh", "en"):
        done = call("round", "score", "--round", file, "--out", tmp_path / "out", lang=lang)
        assert done.code == 1
        assert "SCO004" in done.err
        assert "self.csv" in done.err
    told = call("round", "check", "--round", file, "--json")
    assert (told.code, told.json["ok"], told.json["problems"][0]["code"]) == (1, False, "SCO004")
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert call("round", "check", "--round", tmp_path / "no.yaml").code == 1


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ("名次", "合格", "可信度算法为示例方案", "自评高出核定最多的项")),
        ("en", ("rank", "pass", "is a proposal", "Items claimed furthest")),
    ],
)
def test_the_ranking_is_shown_with_its_label(lang: str, words: tuple[str, ...], out: Path) -> None:
    done = call("round", "show", out, lang=lang)
    assert done.code == 0
    for word in words:
        assert word in done.out
    shown = call("round", "show", out, "--json").json
    assert shown["tables"]["ranking.csv"][-1]["unit"] == LIAR


def test_verifying_leaves_with_0_when_all_agrees_and_3_when_not(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert call("round", "score", "--round", file, "--out", folder, "--no-report", "--json").json["ok"]
    assert call("round", "verify", folder).code == 0
    path = folder / "ranking.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("9.9,", "99.9,"), encoding="utf-8")
    for lang, said in (("zh", "文件 ranking.csv 已被改动"), ("en", "the file ranking.csv was changed")):
        done = call("round", "verify", folder, lang=lang)
        assert done.code == 3
        assert said in done.out
        assert "99.9" in done.out
    told = call("round", "verify", folder, "--json")
    assert (told.code, told.json["ok"]) == (3, False)


def test_freezing_then_changing_is_refused(tmp_path: Path) -> None:
    file = write_small_round(tmp_path)
    assert call("round", "freeze", "--round", file).code == 0
    assert call("round", "check", "--round", file).code == 0
    path = tmp_path / "self.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    done = call("round", "check", "--round", file, lang="zh")
    assert done.code == 1
    assert "APP015" in done.err
    assert "self.csv" in done.err


def test_publishing_writes_a_folder_that_verifies_itself(out: Path, tmp_path: Path) -> None:
    assert call("round", "publish", out, "--to", tmp_path / "public").code == 0
    assert call("round", "verify", tmp_path / "public").code == 0
    assert call("round", "publish", out, "--to", out / "inside").code == 1
    assert "gaps.csv" not in {p.name for p in (tmp_path / "public").rglob("*")}


def test_reports_are_written_in_the_formats_asked_for(file: Path, tmp_path: Path) -> None:
    done = call(
        "round", "score", "--round", file, "--out", tmp_path / "out", "--formats", "html", "--lang", "en"
    )
    assert done.code == 0
    assert sorted(p.name for p in (tmp_path / "out" / "report" / "public").iterdir()) == ["report.en.html"]
    assert "report.en.html" in done.out
