"""Procedures at work: what is offered, why not, what a step changes, and the shipped procedures walked to their ends."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duxue.cases.calendar_file import load_calendar
from duxue.cases.clock import Term
from duxue.cases.diagram import diagram
from duxue.cases.procedure import (
    Done,
    Guard,
    Moved,
    Procedure,
    State,
    Step,
    Timer,
    Transition,
    Window,
    check,
    plan_windows,
    read_procedures,
    role_title,
)
from duxue.core.errors import Refused
from duxue.core.text import Text, same
from duxue.packs.loader import load
from duxue.packs.procedure import ROLES

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 3, 10, tzinfo=ZONE)
OPEN = {name: Window(NOW - timedelta(days=1), NOW + timedelta(days=1)) for name in (
    "self_evaluation", "online_review", "field_verification", "feedback", "objection", "scoring"
)}  # fmt: skip
ALL_ROLES = tuple(ROLES)


@cache
def shipped() -> dict[str, Procedure]:
    """Return the procedures of the sample province."""
    return read_procedures(load("cn-duty-province-demo").pack.procedures)


def steps() -> list[str]:
    """Return the steps that the sample's procedures may name as windows."""
    return [step.id for procedure in shipped().values() for step in procedure.steps]


def facts_of(procedure: Procedure) -> dict[str, bool | Text]:
    """Return facts in which every guard holds."""
    return {guard.id: True for guard in procedure.guards}


def do(procedure: Procedure, state: str, move: str, **changes: Any) -> Moved:
    """Take one step with everything in order, except what `changes` say."""
    given: dict[str, Any] = {
        "roles": ALL_ROLES,
        "facts": facts_of(procedure),
        "reason": "理由",
        "actor": "li",
        "history": [Done(t.id, "wang") for t in procedure.transitions],
        "windows": OPEN,
        "now": NOW,
        **changes,
    }
    return procedure.step(state, move, **given)


def refused(procedure: Procedure, state: str, move: str, **changes: Any) -> list[str]:
    """Return the codes with which a step is refused."""
    with pytest.raises(Refused) as caught:
        do(procedure, state, move, **changes)
    return [problem.code for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("name", "moves", "end"),
    [
        ("round", "open change_window freeze unfreeze freeze publish archive", "archived"),
        ("unit", "begin save submit withdraw submit start_review finish_review verify notify accept", "settled"),
        ("unit", "begin submit start_review finish_review skip_visit notify object settle", "settled"),
        ("unit", "excuse", "excused"),
        ("answer", "draft redraft clear draft submit return answer return answer accept", "accepted"),
        ("objection", "admit uphold_partly reply", "replied"),
        ("objection", "reject_formally reply", "replied"),
        ("problem", "notify plan return_plan plan approve_plan start report submit return start submit close reopen start extend escalate submit close", "closed"),
        ("inspection", "draw notify start sign reopen_sheet sign file", "filed"),
        ("inspection", "draw go_unannounced sign file", "filed"),
    ],
)  # fmt: skip
def test_shipped_procedures_go_from_start_to_end(name: str, moves: str, end: str) -> None:
    """Whole courses of each object of the sample province."""
    procedure = shipped()[name]
    state = procedure.begin().state
    for move in moves.split():
        state = do(procedure, state, move).state
    assert state == end
    assert procedure.state(end).kind == "final"


@pytest.mark.parametrize("name", ["round", "unit", "answer", "objection", "problem", "inspection"])
def test_shipped_procedures_are_sound(name: str) -> None:
    """Nothing is wrong with them as graphs."""
    assert check(shipped()[name], steps()) == []


def test_publication_cannot_be_taken_back() -> None:
    """Nothing leads from a published or archived round to an open one."""
    procedure = shipped()["round"]
    after = {"published"}
    for _ in procedure.states:
        after |= {t.to for t in procedure.transitions if t.to and after & set(t.from_)}
    assert after == {"published", "archived"}
    assert "CASE012" in refused(procedure, "published", "unfreeze")


def test_everything_that_stands_in_the_way_is_told_at_once() -> None:
    """Wrong state, role, guard, unchecked guard: one list."""
    procedure = shipped()["round"]
    why = Text("还有2件异议未办结", "2 objections are open")
    found = refused(procedure, "draft", "freeze", roles=["public"], facts={"no_open_objection": why})
    assert found == ["CASE012", "CASE013", "CASE014", "CASE015", "CASE015"]  # two guards that nobody checked
    offers = procedure.allowed("open", ["organiser"], {"no_open_objection": why, "other": True})
    freeze = next(offer for offer in offers if offer.transition.id == "freeze")
    assert not freeze.allowed
    assert freeze.why_not[0].zh == "还不能“冻结”：还有2件异议未办结"
    assert freeze.why_not[0].en.endswith("2 objections are open")
    assert "every unit is settled or excused" in freeze.why_not[1].en


def test_a_guard_that_is_false_is_told_by_its_title() -> None:
    """False without a text falls back on the title of the guard."""
    procedure = shipped()["round"]
    offers = procedure.allowed("open", ["organiser"], {**facts_of(procedure), "no_open_objection": False})
    freeze = next(offer for offer in offers if offer.transition.id == "freeze")
    assert [text.zh for text in freeze.why_not] == ["还不能“冻结”：未满足“没有未办结的异议”"]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"history": [Done("freeze", "li")]}, ["CASE019"]),
        ({"history": []}, ["CASE020"]),
        ({"actor": None}, ["CASE020"]),
        ({"actor": ""}, ["CASE020"]),
        # The last one who froze counts, not somebody who did it before.
        ({"history": [Done("freeze", "wang"), Done("unfreeze", "li"), Done("freeze", "li")]}, ["CASE019"]),
    ],
)
def test_publishing_needs_a_second_person(changes: dict[str, Any], codes: list[str]) -> None:
    """The person who froze may not publish; who cannot be told apart may not either."""
    procedure = shipped()["round"]
    assert refused(procedure, "frozen", "publish", **changes) == codes
    again = [Done("freeze", "li"), Done("unfreeze", "li"), Done("freeze", "wang")]
    assert do(procedure, "frozen", "publish", history=again).state == "published"


@pytest.mark.parametrize(
    ("windows", "now", "codes"),
    [
        ({}, NOW, ["CASE018"]),
        (OPEN, None, ["CASE018"]),
        ({"self_evaluation": Window(opens=NOW + timedelta(seconds=1))}, NOW, ["CASE016"]),
        ({"self_evaluation": Window(closes=NOW - timedelta(seconds=1))}, NOW, ["CASE017"]),
        (OPEN, NOW.replace(tzinfo=None), ["CASE004"]),
        ({"self_evaluation": Window(NOW.replace(tzinfo=None))}, NOW, ["CASE004"]),
    ],
)
def test_a_shut_window(windows: dict[str, Window], now: datetime | None, codes: list[str]) -> None:
    """Before the opening, after the end, or without any times."""
    assert refused(shipped()["unit"], "drafting", "submit", windows=windows, now=now) == codes


def test_the_last_second_of_a_window_is_within_it() -> None:
    """A submission in the last second counts; the message names the step and its time."""
    unit = shipped()["unit"]
    closes = datetime(2026, 3, 31, 23, 59, 59, tzinfo=ZONE)
    windows = {"self_evaluation": Window(closes=closes, title=Text("自查自评", "Self-evaluation"))}
    late = closes + timedelta(seconds=1)
    assert (
        do(unit, "drafting", "submit", windows=windows, now=late - timedelta(microseconds=1)).state
        == "submitted"
    )
    windows = {"self_evaluation": windows["self_evaluation"]._replace(closes=closes.astimezone(UTC))}
    with pytest.raises(Refused) as caught:
        do(unit, "drafting", "submit", windows=windows, now=late)
    assert caught.value.problems[0].what.zh == "“自查自评”阶段已于 2026-03-31 23:59 截止"


def test_a_reason_is_judged_when_it_is_given() -> None:
    """An offer does not complain of a reason nobody has been asked for; a step without one is refused."""
    problem = shipped()["problem"]
    offer = {o.transition.id: o for o in problem.allowed("submitted", ["organiser"], {})}["return"]
    assert offer.allowed
    assert offer.transition.reason == "required"
    offer = {o.transition.id: o for o in problem.allowed("submitted", ["organiser"], {}, reason=" ")}[
        "return"
    ]
    assert [p.code for p in offer.problems] == ["CASE021"]
    for reason in (None, "", "\n"):
        assert refused(problem, "submitted", "return", reason=reason) == ["CASE021"]
    assert do(problem, "submitted", "close", reason=None).state == "closed"


def test_unknown_names() -> None:
    """A state or a transition that the procedure does not have."""
    assert refused(shipped()["round"], "opened", "freeze") == ["CASE010"]
    assert refused(shipped()["round"], "open", "melt") == ["CASE011"]
    with pytest.raises(Refused) as caught:
        shipped()["round"].allowed("opened", ["organiser"], {})
    assert [p.code for p in caught.value.problems] == ["CASE010"]


def clocks(moved: Moved) -> tuple[object, ...]:
    """Return what a step does to clocks: started, stopped, resumed, paused, all ended."""
    return (
        moved.clock_started,
        moved.clock_stopped,
        moved.clock_resumed,
        moved.clocks_paused,
        moved.clocks_ended,
    )


def test_clocks_of_a_problem() -> None:
    """The term to finish stands still while the office checks, runs on after a return and ends with the closing."""
    problem = shipped()["problem"]
    plan, finish, review = "plan_due_days", "finish_due_days", "review_due_days"
    assert problem.begin().clock_started is None
    assert clocks(do(problem, "identified", "notify")) == (plan, None, None, (), ())
    assert clocks(do(problem, "notified", "plan")) == (None, None, None, (plan,), ())
    assert clocks(do(problem, "planned", "return_plan")) == (None, None, plan, (), ())
    assert clocks(do(problem, "planned", "approve_plan")) == (finish, None, None, (), (plan,))
    assert clocks(do(problem, "plan_approved", "start")) == (None, None, None, (), ())
    assert clocks(do(problem, "in_progress", "extend")) == (None, None, None, (), ())
    assert clocks(do(problem, "in_progress", "submit")) == (review, None, None, (finish,), ())
    assert clocks(do(problem, "submitted", "return")) == (None, review, finish, (), (review,))
    assert clocks(do(problem, "submitted", "close")) == (None, review, None, (), (review, finish))
    assert clocks(do(problem, "closed", "reopen")) == (finish, None, None, (), ())


def test_the_decision_term_of_an_objection_runs_from_the_filing() -> None:
    """Admitting does not start it anew; the decision stops it."""
    objection = shipped()["objection"]
    assert objection.begin().clock_started == "decide"
    assert objection.term("decide") == Term(1, "month")
    assert clocks(do(objection, "filed", "admit")) == (None, None, None, (), ())
    assert clocks(do(objection, "admitted", "dismiss")) == ("reply", "decide", None, (), ("decide",))
    assert shipped()["unit"].term("ask_review") == Term(15, "day")


def test_a_round_may_set_other_terms() -> None:
    """A pack's terms are defaults, by name."""
    problem = shipped()["problem"].with_terms({"plan_due_days": Term(20, "working_day")})
    assert problem.term("plan_due_days") == Term(20, "working_day")
    assert problem.term("finish_due_days") == Term(3, "month")
    assert problem.with_terms({"ask_review": Term(20, "day")}) == problem
    with pytest.raises(Refused) as caught:
        problem.term("ask_review")
    assert [p.code for p in caught.value.problems] == ["CASE023"]


def test_an_unsound_pack_gives_no_procedures() -> None:
    """Procedures are read all together or refused with what is wrong; an unused clock is no reason."""
    specs = load("cn-duty-province-demo").pack.procedures
    broken = specs[0].model_copy(update={"states": specs[0].states[1:]})
    with pytest.raises(Refused) as caught:
        read_procedures([broken, *specs[1:]])
    assert {p.code for p in caught.value.problems} == {"PACK070", "PACK020"}
    spare = specs[0].model_copy(update={"clocks": specs[2].clocks})
    assert list(read_procedures([spare])) == ["round"]


def test_default_windows() -> None:
    """The steps of a round from its opening, in working days, each from the start of a day to its last second."""
    opened = datetime(2026, 3, 2, 9, tzinfo=ZONE)
    windows = plan_windows(shipped()["round"], opened, load_calendar("cn"), ZONE)
    assert list(windows) == [s.id for s in shipped()["round"].steps]
    first, second = windows["self_evaluation"], windows["online_review"]
    assert first == Window(
        opened, datetime(2026, 3, 30, 23, 59, 59, tzinfo=ZONE), Text("自查自评", "Self-evaluation")
    )
    assert first.closes is not None
    assert second.opens == first.closes + timedelta(seconds=1)


def test_roles_in_words() -> None:
    """The vocabulary of roles has both languages; a word outside it stands as it is."""
    assert role_title("organiser") == Text("组织者", "organiser")
    assert role_title("king") == same("king")
    assert list(ROLES) == "organiser leader manager officer reviewer inspector auditor public".split()  # noqa: SIM905


NAMES = st.sampled_from(["round", "unit", "answer", "objection", "problem", "inspection"])


@given(name=NAMES, data=st.data())
def test_what_is_offered_can_be_done_and_nothing_else(name: str, data: st.DataObject) -> None:
    """From any state with any facts: an allowed offer is taken and leads to a declared state; any other is refused."""
    procedure = shipped()[name]
    state = data.draw(st.sampled_from([s.id for s in procedure.states]))
    roles: Collection[str] = data.draw(st.sets(st.sampled_from(ALL_ROLES)))
    facts = data.draw(
        st.dictionaries(
            st.sampled_from([g.id for g in procedure.guards] or ["x"]), st.sampled_from([True, False])
        )
    )
    actor = data.draw(st.sampled_from([None, "li", "wang"]))
    history = data.draw(
        st.lists(
            st.builds(
                Done, st.sampled_from([t.id for t in procedure.transitions]), st.sampled_from(["li", "wang"])
            )
        )
    )
    windows = data.draw(st.sampled_from([OPEN, {}]))
    reason = data.draw(st.sampled_from(["", "理由"]))
    common: dict[str, Any] = {
        "actor": actor,
        "history": history,
        "windows": windows,
        "now": NOW,
        "reason": reason,
    }
    offers = {o.transition.id: o for o in procedure.allowed(state, roles, facts, **common)}
    declared = {s.id for s in procedure.states}
    for move in procedure.transitions:
        offer = offers.get(move.id)
        if offer is not None and offer.allowed:
            moved = procedure.step(state, move.id, roles=roles, facts=facts, **common)
            assert moved.state in declared
            assert roles & set(move.roles)  # type: ignore[operator]
            assert all(facts.get(guard) is True for guard in move.guards)
        else:
            with pytest.raises(Refused):
                procedure.step(state, move.id, roles=roles, facts=facts, **common)


@given(name=NAMES, data=st.data())
def test_clocks_are_never_lost(name: str, data: st.DataObject) -> None:
    """Walking at random: what runs and stands still after each step is what its state says."""
    procedure = shipped()[name]
    moved = procedure.begin()
    running, still = {moved.clock_started} - {None}, set[str]()
    state = moved.state
    for _ in range(data.draw(st.integers(1, 12))):
        ways = [t.id for t in procedure.transitions if state in t.from_]
        if not ways:
            break
        moved = do(procedure, state, data.draw(st.sampled_from(ways)))
        running -= {*moved.clocks_ended, *moved.clocks_paused}
        still = (still | set(moved.clocks_paused)) - set(moved.clocks_ended)
        if moved.clock_resumed is not None:
            still.remove(moved.clock_resumed)
        running |= {moved.clock_started, moved.clock_resumed} - {None}
        here = procedure.state(moved.state)
        assert running == {here.clock} - {None}
        assert still == set(here.holds)
        state = moved.state


GOOD = Procedure(
    id="small",
    title=Text("小程序", "Small"),
    object="problem",
    states=(
        State("a", Text("甲", "A"), "start", ("officer",), "term"),
        State("b", Text("乙", "B"), "normal", ("organiser",)),
        State("c", Text("丙", "C"), "final"),
    ),
    transitions=(
        Transition("send", Text("送", "Send"), ("a",), "b", ("officer",), ("ready",), window="first"),
        Transition("back", Text("退", "Return"), ("b",), "a", ("organiser",), reason="required"),
        Transition("end", Text("结", "End"), ("b",), "c", ("organiser",), different_person_from="send"),
    ),
    steps=(Step("first", Text("一", "First"), ("officer",)),),
    clocks=(Timer("term", Text("期", "Term"), Term(3, "day")),),
    guards=(Guard("ready", Text("齐备", "it is complete")),),
)


def changed(part: str, number: int, **changes: Any) -> Procedure:
    """Return the sound procedure with one element changed."""
    elements = list(getattr(GOOD, part))
    elements[number] = replace(elements[number], **changes)
    parts: dict[str, Any] = {part: tuple(elements)}
    return replace(GOOD, **parts)


WRONG: list[tuple[Procedure, list[str]]] = [
    (changed("states", 0, kind="normal"), ["PACK070"]),
    (changed("states", 1, kind="start"), ["PACK070"]),
    (replace(GOOD, states=(*GOOD.states, State("d", Text("丁", "D"), "final"))), ["PACK071"]),
    (changed("states", 2, kind="normal", actor=("organiser",)), ["PACK072"]),
    (changed("states", 1, actor=()), ["PACK073"]),
    (changed("states", 0, clock=None), ["PACK033"]),
    (changed("transitions", 0, guards=()), ["PACK033"]),
    (changed("states", 2, clock="term"), ["PACK074"]),
    (changed("states", 2, actor=("officer",)), ["PACK074"]),
    (changed("states", 1, actor=("leader",)), ["PACK075"]),
    (changed("transitions", 2, title=Text("退", "Finish")), ["PACK076"]),
    (changed("transitions", 2, title=Text("退回", "return ")), ["PACK076"]),
    (changed("transitions", 0, different_person_from="end"), ["PACK077"]),
    (changed("transitions", 0, to="z"), ["PACK020", "PACK071", "PACK071", "PACK077"]),
    (changed("transitions", 0, from_=("a", "z")), ["PACK020"]),
    (changed("transitions", 0, roles=("officer", "king")), ["PACK020"]),
    (changed("transitions", 0, notify=("king",)), ["PACK020"]),
    (changed("transitions", 0, guards=("raedy",)), ["PACK020", "PACK033"]),
    (changed("transitions", 0, window="second"), ["PACK020"]),
    (changed("transitions", 2, different_person_from="sent"), ["PACK020"]),
    (changed("states", 0, clock="tern"), ["PACK020", "PACK033"]),
    (changed("states", 1, holds=("tern",)), ["PACK020"]),
    (changed("states", 0, actor=("officer", "king")), ["PACK020"]),
    (changed("steps", 0, who=("king",)), ["PACK020"]),
]


def test_the_small_procedure_is_sound() -> None:
    """The wrong ones below start from a procedure without faults."""
    assert check(GOOD) == []
    assert check(replace(GOOD, steps=()), ["first"]) == []


@pytest.mark.parametrize(("procedure", "codes"), WRONG, ids=range(len(WRONG)))
def test_wrong_procedures(procedure: Procedure, codes: list[str]) -> None:
    """One fault each, told by its code and its place."""
    found = check(procedure)
    assert [p.code for p in found] == codes
    for problem in found:
        assert problem.place.field.startswith("small > ")
        assert "{" not in problem.render("zh") + problem.render("en")


def test_a_state_whose_only_way_leads_back_to_it_is_a_dead_end() -> None:
    """An act that changes no state does not lead out."""
    only = (*GOOD.transitions[:2], Transition("note", Text("记", "Note"), ("c",), None, ("organiser",)))
    states = (*GOOD.states[:2], replace(GOOD.states[2], kind="normal", actor=("organiser",)))
    found = check(replace(GOOD, transitions=(*only, GOOD.transitions[2]), states=states))
    assert [p.code for p in found] == ["PACK072"]


def test_diagram() -> None:
    """Every state and way of a procedure, in both languages; signs with a meaning in Mermaid are written as numbers."""
    assert diagram(GOOD) == (
        "stateDiagram-v2\n"
        "    s_a: A (3 days)\n"
        "    s_b: B\n"
        "    s_c: C\n"
        "    [*] --> s_a\n"
        "    s_a --> s_b: Send (officer of a unit)\n"
        "    s_b --> s_a: Return (organiser)\n"
        "    s_b --> s_c: End (organiser)\n"
        "    s_c --> [*]\n"
    )
    hostile = replace(GOOD, states=(replace(GOOD.states[0], title=same('"<b>;:%')), *GOOD.states[1:]))
    assert "<" not in diagram(hostile)
    assert diagram(hostile, "zh").splitlines()[1] == "    s_a: #34;#60;b#62;#59;#58;#37; (3日)"
    text = diagram(shipped()["problem"], "zh")
    assert "s_in_progress --> s_submitted: 申请销号 (单位负责人、经办人)" in text
    assert "报告进展" not in text  # it changes no state


@pytest.mark.parametrize(
    ("name", "move", "back"),
    [
        ("round", "freeze", True),
        ("round", "unfreeze", True),
        ("round", "change_window", True),
        ("round", "open", False),
        ("round", "publish", False),
        ("unit", "submit", True),
        ("unit", "excuse", False),
        ("unit", "notify", False),
        ("answer", "return", True),
    ],
)
def test_what_can_be_put_back_is_known(name: str, move: str, back: bool) -> None:
    """A step can be put back where further steps lead again to a state that it leaves."""
    assert shipped()[name].leads_back(move) is back
