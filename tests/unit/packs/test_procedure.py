"""Procedures in packs: read and checked with their lines, compared, and judged beside other faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from duxue.core.errors import Refused
from duxue.packs.diff import diff
from duxue.packs.lint import lint, load_and_lint
from duxue.packs.loader import load, load_text
from duxue.packs.problems import MOST
from duxue.packs.procedure import ROLES

WRONG = Path(__file__).parents[2] / "packs" / "wrong"
GOOD = (
    (WRONG / "PACK071_state_never_reached.yaml")
    .read_text(encoding="utf-8")
    .replace("      - {id: d, title: {zh: 丁, en: D}, kind: final} # here\n", "")
)


def find(old: str, new: str) -> list[tuple[str, int | None]]:
    """Return code and line of all that is wrong after one replacement in a sound pack."""
    assert GOOD.count(old) == 1, old
    return [(p.code, p.place.line) for p in lint(load_text(GOOD.replace(old, new)))]


def line_of(word: str) -> int:
    """Return the line of the sound pack that holds a word."""
    return next(number for number, line in enumerate(GOOD.splitlines(), start=1) if word in line)


def test_the_sound_pack_is_sound() -> None:
    """The replacements below start from a pack without problems."""
    assert lint(load_text(GOOD)) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ("clock: finish}", "clock: finsh}", "PACK020", "id: a,"),
        ("different_person_from: send}", "different_person_from: sent}", "PACK020", "id: end,"),
        ("from: [a], to: b", "from: [a], to: bb", "PACK020", "id: send,"),
        ("roles: [officer]}", "roles: [officer], window: first}", "PACK020", "id: send,"),
        ("roles: [officer]}", "roles: [officer], guards: [complete]}", "PACK020", "id: send,"),
        ("roles: [officer]}", "roles: [officer], notify: [king]}", "PACK020", "id: send,"),
        ("term: 3 days, source: ours}", "term: 3 days, source: theirs}", "PACK020", "term:"),
        (
            "    object: problem\n    source: ours",
            "    object: problem\n    source: theirs",
            "PACK020",
            "object:",
        ),
    ],
)
def test_wrong_names_are_told_at_their_lines(old: str, new: str, code: str, where: str) -> None:
    """An unknown name is told where it is written, with what is known."""
    line = line_of(where) + (1 if where == "object:" else 0)
    assert (code, line) in find(old, new)


def test_a_clock_that_no_state_uses() -> None:
    """An unused term is a warning, as elsewhere in a pack."""
    problems = lint(load_text(GOOD.replace(", clock: finish}", "}")))
    assert [(p.code, p.severity, p.place.line) for p in problems] == [
        ("PACK033", "warning", line_of("term:"))
    ]


def test_windows_may_be_steps_of_another_procedure() -> None:
    """A transition may name a step that the round declares."""
    other = """\
  - id: whole
    title: {zh: 轮次, en: Round}
    object: round
    steps:
      - {id: first, title: {zh: 一, en: First}, who: [officer], closes: 20 working days, source: ours}
    states:
      - {id: a, title: {zh: 甲, en: A}, kind: start, actor: [organiser]}
      - {id: b, title: {zh: 乙, en: B}, kind: final}
    transitions:
      - {id: end, title: {zh: 结, en: End}, from: [a], to: b, roles: [organiser]}
"""
    text = GOOD.replace("roles: [officer]}", "roles: [officer], window: first}")
    assert lint(load_text(text.rstrip() + "\n" + other)) == []


def test_names_are_suggested() -> None:
    """A misspelt role is answered with the word that was meant."""
    problem = lint(load_text(GOOD.replace("roles: [officer]}", "roles: [oficer, officer]}")))[0]
    assert "officer" in problem.advice.en
    assert all(role in problem.expected.en for role in ROLES)


def test_procedures_do_not_hide_other_faults(tmp_path: Path) -> None:
    """A transition without roles and a formula with an unknown column are told together."""
    text = GOOD.replace("from: [a], to: b, roles: [officer]}", "from: [a], to: b}").replace(
        "sum(pupils) / sum(teachers)", "sum(pupils) / 'x"
    )
    file = tmp_path / "pack.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_and_lint(file)
    codes = [problem.code for problem in refused.value.problems]
    assert "PACK011" in codes
    assert any(code.startswith("FML") for code in codes)


def test_a_changed_term_changes_results() -> None:
    """Two packs that differ in a term are told apart, by procedure and clock."""
    changes = diff(load_text(GOOD), load_text(GOOD.replace("3 days", "5 days")))
    assert [(c.section, c.element, c.key, c.old, c.new, c.effect) for c in changes] == [
        ("procedures", "small", "clocks > finish > term", "3 days", "5 days", "results")
    ]


def test_a_pack_without_procedures_keeps_its_digest() -> None:
    """The new section does not change what packs without it say."""
    head = GOOD[: GOOD.index("procedures:")]
    assert load_text(head).digest == load_text(head + "procedures: []\n").digest
    assert load_text(head).digest != load_text(GOOD).digest


def test_very_many_faults_are_cut() -> None:
    """A procedure with thousands of unknown roles is answered with a bounded list."""
    many = ", ".join(f"r{n}" for n in range(3 * MOST))
    assert len(lint(load_text(GOOD.replace("roles: [officer]}", f"roles: [officer, {many}]}}")))) == MOST


def test_terms_of_the_sample_province_name_their_law() -> None:
    """What the law sets is marked confirmed; everything else of ours as a proposal."""
    pack = load("cn-duty-province-demo").pack
    status = {clock.id: pack.sources[str(clock.source)].status for p in pack.procedures for clock in p.clocks}
    assert {name for name, mark in status.items() if mark == "confirmed"} == {"ask_review", "decide"}
    assert set(status.values()) == {"confirmed", "proposal"}
    assert [p.object for p in pack.procedures] == [
        "round", "unit", "answer", "objection", "problem", "inspection"
    ]  # fmt: skip
