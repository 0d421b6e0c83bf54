"""Links from measure phrases to indicators: in three scripts, with reasons, and with what people decided."""

from __future__ import annotations

from io import FileIO
from pathlib import Path
from typing import Any

import pytest

from duxue.claims.decisions import Decision, Decisions, append, finding_key, link_key, load
from duxue.claims.link import Linker, targets_of, unit_agrees
from duxue.claims.terms import concepts
from duxue.core.errors import Refused
from duxue.packs.loader import load as load_pack
from tests.unit.claims.claim_maker import make

PACKS = ("cn-education-statistics", "cn-compulsory-balance")


@pytest.fixture(scope="module")
def linker() -> Linker:
    """A linker over two shipped packs."""
    return Linker(targets_of(load_pack(name).pack for name in PACKS))


def test_one_concept_in_three_scripts() -> None:
    assert (
        concepts("学前三年毛入园率")
        == concepts("學前三年毛入園率")
        == concepts("Gross kindergarten enrolment rate")
    )
    assert concepts("school -enterprise cooperation") == concepts("school-enterprise cooperation")


@pytest.mark.parametrize(
    ("measure", "quote", "unit", "target"),
    [
        ("高中阶段毛入学率", "95%", "percent", "cn-education-statistics:gross_senior"),
        ("高中階段毛入學率", "95%", "percent", "cn-education-statistics:gross_senior"),
        ("gross enrollment of senior high school", "95%", "percent", "cn-education-statistics:gross_senior"),
        ("学前三年毛入园率", "91%", "percent", "cn-education-statistics:gross_kindergarten"),
        ("普惠性幼儿园覆盖率", "88%", "percent", "cn-education-statistics:inclusive_coverage"),
        ("全市小学在校学生", "3.1万人", "person", "cn-education-statistics:pupils_total"),
        (
            "The enrollment rate of disabled children",
            "96%",
            "percent",
            "cn-compulsory-balance:disabled_share",
        ),
        ("适龄残疾儿童入学率", "96%", "percent", "cn-compulsory-balance:disabled_share"),
        ("小学升学率", "99.1%", "percent", "cn-education-statistics:promotion_primary"),
    ],
)
def test_a_clear_winner_is_linked(linker: Linker, measure: str, quote: str, unit: str, target: str) -> None:
    links = linker.link(make(quote, 1, unit, measure=measure))
    assert links[0].sure
    assert links[0].target.name == target
    assert links[0].reason.zh
    assert links[0].reason.en
    assert 0.7 < links[0].score <= 1


def test_what_could_be_two_things_is_offered(linker: Linker) -> None:
    links = linker.link(make("89.7%", 89.7, "percent", measure="毛入学率"))
    assert {x.target.indicator for x in links} >= {"gross_senior"}
    assert not any(x.sure for x in links)


@pytest.mark.parametrize(
    ("measure", "unit"),
    [("校企合作", "enterprise"), ("", "percent"), ("占比", "percent"), ("高中阶段毛入学率", "yuan")],
)
def test_what_is_nothing_of_a_pack_is_not_linked(linker: Linker, measure: str, unit: str) -> None:
    assert not linker.link(make("7", 7, unit, measure=measure))


def test_those_who_were_recruited_are_not_those_who_are_there(linker: Linker) -> None:
    claim = make("3,300 teachers", 3300, "person", measure="teachers")
    assert linker.link(claim, "There are 3,300 teachers")[0].sure
    assert not linker.link(claim, "recruited 3,300 teachers")[0].sure


def test_units_tell_counts_from_shares() -> None:
    assert unit_agrees("percent", "%")
    assert unit_agrees("percent", "pupil") is False
    assert unit_agrees("person", "teacher")
    assert unit_agrees("other:brand", "school") is False


def test_a_choice_is_used_from_then_on(tmp_path: Path) -> None:
    file = tmp_path / "decisions.jsonl"
    key = link_key("毛入學率", "percent")
    append(
        file,
        Decision(
            key, "link", "王", "2031-01-05T08:00:00+00:00", "指高中", "cn-education-statistics:gross_senior"
        ),
    )
    linker = Linker(targets_of(load_pack(name).pack for name in PACKS), load(file))
    (link,) = linker.link(make("95%", 95, "percent", measure="毛入学率"))
    assert link.decided
    assert link.target.indicator == "gross_senior"


def test_the_last_decision_holds_and_no_line_is_lost(tmp_path: Path) -> None:
    file = tmp_path / "decisions.jsonl"
    for choice in ("link", "unlink"):
        append(file, Decision("link:a|percent", choice, "王", "2031", "看错", "p:x"))
    held = load(file)
    assert len(held) == 1
    assert (found := held.get("link:a|percent")) is not None
    assert found.choice == "unlink"
    assert len(file.read_text(encoding="utf-8").splitlines()) == 2


@pytest.mark.parametrize(
    ("choice", "who", "reason", "target", "absent"),
    [
        ("link", "王", "因为", "", "target"),
        ("dismiss", " ", "因为", "", "who"),
        ("confirm", "王", "", "", "reason"),
    ],
)
def test_a_decision_says_who_and_why(
    tmp_path: Path, choice: str, who: str, reason: str, target: str, absent: str
) -> None:
    with pytest.raises(Refused, match=absent) as refused:
        append(tmp_path / "d.jsonl", Decision("k", choice, who, "2031", reason, target))  # type: ignore[arg-type]
    assert refused.value.problems[0].code == "CLM002"
    assert not (tmp_path / "d.jsonl").exists()


@pytest.mark.parametrize(
    ("key", "choice", "target"),
    [
        ("link:a|percent", "dismiss", ""),
        ("finding:jump:0", "link", "p:x"),
        ("garbage", "confirm", ""),
        ("link:a|percent", "link", "no target"),
    ],
)
def test_a_decision_fits_what_it_is_on(tmp_path: Path, key: str, choice: str, target: str) -> None:
    with pytest.raises(Refused) as refused:
        append(tmp_path / "d.jsonl", Decision(key, choice, "王", "2031", "因为", target))  # type: ignore[arg-type]
    assert refused.value.problems[0].code == "CLM004"
    assert not (tmp_path / "d.jsonl").exists()


def test_a_line_added_by_hand_without_its_end_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "d.jsonl"
    append(file, Decision("link:a|percent", "unlink", "王\u2028某", "2031", "看错\u0085", ""))
    file.write_bytes(file.read_bytes().rstrip(b"\n"))
    append(file, Decision("link:b|percent", "unlink", "王", "2031", "看错", ""))
    held = load(file)
    assert len(held) == 2
    assert (found := held.get("link:a|percent")) is not None
    assert found.who == "王\u2028某"


def test_a_full_disk_leaves_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "d.jsonl"
    append(file, Decision("link:a|percent", "unlink", "王", "2031", "看错"))
    before = file.read_bytes()

    class Full(FileIO):
        def write(self, line: Any, /) -> int:
            super().write(line[:10])
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "open", lambda path, mode: Full(path, mode.replace("b", "")))
    with pytest.raises(Refused, match="No space left"):
        append(file, Decision("link:b|percent", "unlink", "王", "2031", "看错"))
    monkeypatch.undo()
    assert file.read_bytes() == before


def test_a_file_of_decisions_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        load(tmp_path / "mistyped.jsonl")
    assert refused.value.problems[0].code == "CLM003"


def test_brackets_without_end_are_a_faulty_line(tmp_path: Path) -> None:
    file = tmp_path / "d.jsonl"
    file.write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load(file)
    assert refused.value.problems[0].code == "CLM001"


def test_a_choice_of_another_pack_leaves_offers_open() -> None:
    key = link_key("毛入学率", "percent")
    made = Decisions([Decision(key, "link", "王", "2031", "别处的指标", "elsewhere:x")])
    linker = Linker(targets_of(load_pack(name).pack for name in PACKS), made)
    found = linker.link(make("95%", 95, "percent", measure="毛入学率"))
    assert found
    assert not any(link.sure or link.decided for link in found)


def test_schools_of_a_stage_name_the_stage() -> None:
    linker = Linker(targets_of([load_pack("cn-education-statistics").pack]))
    for measure in ("中等职业学校在校生", "特殊教育学校在校生"):
        first = linker.link(make("640人", 640, "person", measure=measure))[0]
        assert (first.target.indicator, first.sure) == ("pupils_total", True)


def test_every_faulty_line_is_told_with_its_number(tmp_path: Path) -> None:
    file = tmp_path / "d.jsonl"
    file.write_text(
        '{"key":"k","choice":"confirm","who":"a","at":"","reason":"b"}\n[]\n\n{"key":"k","choice":"maybe"}\n{\n',
        encoding="utf-8",
    )
    with pytest.raises(Refused) as refused:
        load(file)
    assert [(p.code, p.place.line) for p in refused.value.problems] == [
        ("CLM001", 2),
        ("CLM001", 4),
        ("CLM001", 5),
    ]


def test_a_file_of_bytes_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "d.jsonl"
    file.write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(Refused) as refused:
        load(file)
    assert refused.value.problems[0].code == "CLM003"


def test_keys_hold_when_a_report_is_read_again() -> None:
    assert link_key("  毛入學率 ", "percent") == link_key("毛入学率", "percent")
    places = [("a.txt", "12所"), ("b.txt", "21所")]
    assert finding_key("jump", places) == finding_key("jump", list(places))
    assert finding_key("jump", places) != finding_key("jump", places[::-1])
    assert Decisions().get("x") is None
