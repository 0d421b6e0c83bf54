"""Procedures at work: what may be done in a state, why not, and what a step changes.

A `Procedure` is frozen data made from a pack; state, history, facts and time are arguments. Whatever is not shown to be
allowed is refused: a guard that nobody checked, a window without times, a second person who cannot be told apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from duxue.cases.calendar import Calendar
from duxue.cases.clock import Roll, Term, due
from duxue.cases.problems import joined, tell
from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text, same
from duxue.packs.base import SourceRef
from duxue.packs.procedure import (
    ROLES,
    ObjectKind,
    ProcedureSpec,
    ReasonRule,
    StateKind,
)
from duxue.packs.procedure_graph import find_faults

Facts = Mapping[str, "bool | Text"]  # guard -> True when it holds; a Text says why not


@dataclass(frozen=True)
class Timer:
    """A clock of a procedure: what must be done within which term."""

    id: str
    title: Text
    term: Term
    source: SourceRef | None = None


@dataclass(frozen=True)
class Guard:
    """A condition in words."""

    id: str
    title: Text


@dataclass(frozen=True)
class Step:
    """A step of a round; `opens` counts from the opening of the round, `closes` from the step's own opening."""

    id: str
    title: Text
    who: tuple[str, ...]
    opens: Term | None = None
    closes: Term | None = None
    source: SourceRef | None = None


@dataclass(frozen=True)
class State:
    """One state: who must act in it, which clock runs, which stand still."""

    id: str
    title: Text
    kind: StateKind = "normal"
    actor: tuple[str, ...] = ()
    clock: str | None = None
    holds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Transition:
    """One way between states."""

    id: str
    title: Text
    from_: tuple[str, ...]
    to: str | None  # None: the state stays as it is
    roles: tuple[str, ...]
    guards: tuple[str, ...] = ()
    reason: ReasonRule = "none"
    window: str | None = None
    different_person_from: str | None = None
    notify: tuple[str, ...] = ()


class Done(NamedTuple):
    """One step of the past: which transition, done by whom."""

    transition: str
    actor: str


class Window(NamedTuple):
    """The times of a step in one round; absent: open without limit on that side."""

    opens: datetime | None = None
    closes: datetime | None = None
    title: Text | None = None  # of the step, for messages


@dataclass(frozen=True)
class Offer:
    """One transition that leaves the present state, and everything that stands in its way."""

    transition: Transition
    problems: tuple[Problem, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether it may be done now."""
        return not self.problems

    @property
    def why_not(self) -> tuple[Text, ...]:
        """The reasons against it, in words."""
        return tuple(problem.what for problem in self.problems)


@dataclass(frozen=True)
class Moved:
    """What a step changed: the new state, the clocks touched, the roles to tell."""

    transition: str
    before: str
    state: str
    clock_started: str | None = None
    clock_stopped: str | None = None  # the clock of the state that was left, when it does not go on
    clock_resumed: str | None = None
    clocks_paused: tuple[str, ...] = ()
    clocks_ended: tuple[str, ...] = ()  # all clocks that are over, those that stood still included
    notify: tuple[str, ...] = ()


@dataclass(frozen=True)
class Procedure:
    """How one kind of object goes from its start to its end."""

    id: str
    title: Text
    object: ObjectKind
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    steps: tuple[Step, ...] = ()
    clocks: tuple[Timer, ...] = ()
    guards: tuple[Guard, ...] = ()
    source: SourceRef | None = None

    @classmethod
    def of(cls, spec: ProcedureSpec) -> Procedure:
        """Return the procedure that a pack holds."""
        return cls(
            id=spec.id,
            title=spec.title.text,
            object=spec.object,
            states=tuple(
                State(s.id, s.title.text, s.kind, s.actor, s.clock, s.holds) for s in spec.states
            ),
            transitions=tuple(
                Transition(
                    t.id, t.title.text, t.from_, t.to, t.roles, t.guards, t.reason, t.window,
                    t.different_person_from, t.notify,
                )
                for t in spec.transitions
            ),
            steps=tuple(
                Step(s.id, s.title.text, s.who, _term(s.opens), _term(s.closes), s.source) for s in spec.steps
            ),
            clocks=tuple(
                Timer(c.id, c.title.text, Term.parse(c.term, c.roll), c.source) for c in spec.clocks
            ),
            guards=tuple(Guard(g.id, g.title.text) for g in spec.guards),
            source=spec.source,
        )  # fmt: skip

    @property
    def start(self) -> State:
        """The state in which everything begins."""
        return next(state for state in self.states if state.kind == "start")

    def state(self, name: str) -> State:
        """Return a state; Refused (CASE010) where there is none of this name."""
        for state in self.states:
            if state.id == name:
                return state
        known = joined([same(state.id) for state in self.states])
        raise Refused([tell("CASE010", name, procedure=self.title, known=known)])

    def transition(self, name: str) -> Transition:
        """Return a transition; Refused (CASE011) where there is none of this name."""
        for transition in self.transitions:
            if transition.id == name:
                return transition
        known = joined([same(transition.id) for transition in self.transitions])
        raise Refused([tell("CASE011", name, procedure=self.title, known=known)])

    def leads_back(self, name: str) -> bool:
        """Whether what a transition does can be put back: further transitions lead again to a state that it leaves."""
        move = self.transition(name)
        seen: set[str] = set()
        ahead = {move.to} if move.to else set(move.from_)
        while ahead:
            seen |= ahead
            ahead = {t.to for t in self.transitions if t.to and seen & set(t.from_)} - seen
        return bool(seen & set(move.from_))

    def term(self, clock: str) -> Term:
        """Return the term of a clock; Refused (CASE023) where there is none of this name."""
        for timer in self.clocks:
            if timer.id == clock:
                return timer.term
        known = joined([same(timer.id) for timer in self.clocks])
        raise Refused([tell("CASE023", clock, procedure=self.title, known=known)])

    def with_terms(self, terms: Mapping[str, Term]) -> Procedure:
        """Return the procedure with the terms that one round sets for some clocks; those of other procedures do not matter."""
        return replace(
            self, clocks=tuple(replace(c, term=terms[c.id]) if c.id in terms else c for c in self.clocks)
        )

    def allowed(
        self,
        state: str,
        roles: Collection[str],
        facts: Facts,
        *,
        reason: str | None = None,
        actor: str | None = None,
        history: Sequence[Done] = (),
        windows: Mapping[str, Window] | None = None,
        now: datetime | None = None,
    ) -> list[Offer]:
        """Return every transition that leaves `state`, allowed or with all that stands in its way.

        `reason` is judged once it is given; None means that it has not been asked for yet. `history` is told from the
        oldest on. Times of windows are said in the zone of `now`.
        """
        self.state(state)
        asked = _Asked(state, frozenset(roles), facts, reason, actor, history, windows or {}, now)
        return [
            Offer(transition, tuple(self._hindrances(transition, asked)))
            for transition in self.transitions
            if state in transition.from_
        ]

    def step(
        self,
        state: str,
        transition_id: str,
        *,
        roles: Collection[str],
        facts: Facts,
        reason: str | None,
        actor: str | None,
        history: Sequence[Done],
        windows: Mapping[str, Window] | None = None,
        now: datetime | None = None,
    ) -> Moved:
        """Return what a transition changes; Refused tells everything that stands in its way."""
        before = self.state(state)
        move = self.transition(transition_id)
        asked = _Asked(state, frozenset(roles), facts, reason or "", actor, history, windows or {}, now)
        if problems := list(self._hindrances(move, asked)):
            raise Refused(problems)
        after = before if move.to is None else self.state(move.to)
        live_before, live_after = _live(before), _live(after)
        ended = tuple(c for c in live_before if c not in live_after)
        return Moved(
            transition=move.id,
            before=state,
            state=after.id,
            clock_started=after.clock if after.clock not in live_before else None,
            clock_stopped=before.clock if before.clock in ended else None,
            clock_resumed=after.clock if after.clock in before.holds else None,
            clocks_paused=tuple(c for c in after.holds if c == before.clock),
            clocks_ended=ended,
            notify=move.notify,
        )

    def begin(self) -> Moved:
        """Return what the creation of an object starts: its first state and the clock of that state."""
        start = self.start
        return Moved("", "", start.id, clock_started=start.clock)

    def _hindrances(self, move: Transition, asked: _Asked) -> Iterator[Problem]:
        if asked.state not in move.from_:
            known = joined([self.state(name).title for name in move.from_])
            state = self.state(asked.state).title
            yield tell("CASE012", move.id, state=state, title=move.title, known=known)
        if not asked.roles & set(move.roles):
            known = joined([role_title(role) for role in move.roles])
            yield tell("CASE013", ", ".join(sorted(asked.roles)), title=move.title, known=known)
        for name in move.guards:
            title = next((g.title for g in self.guards if g.id == name), same(name))
            fact = asked.facts.get(name)
            if fact is None:
                yield tell("CASE015", name, title=move.title, guard=title)
            elif fact is not True:
                why = fact if isinstance(fact, Text) else Text(f"未满足“{title.zh}”", f"not met: {title.en}")
                yield tell("CASE014", name, title=move.title, guard=title, why=why)
        if move.window is not None:
            yield from self._window(move.window, asked)
        if move.different_person_from is not None:
            yield from self._second_person(move, move.different_person_from, asked)
        if move.reason == "required" and asked.reason is not None and not asked.reason.strip():
            yield tell("CASE021", "", title=move.title)

    def _window(self, name: str, asked: _Asked) -> Iterator[Problem]:
        window = asked.windows.get(name)
        title = (window.title if window else None) or next(
            (s.title for s in self.steps if s.id == name), same(name)
        )
        if window is None or asked.now is None:
            yield tell("CASE018", name, step=title)
            return
        times = [moment for moment in (asked.now, window.opens, window.closes) if moment is not None]
        if naive := [moment for moment in times if moment.utcoffset() is None]:
            yield tell("CASE004", naive[0].isoformat())
        elif window.opens is not None and asked.now < window.opens:
            yield tell("CASE016", name, step=title, when=_say(window.opens, asked.now))
        elif window.closes is not None and asked.now.replace(microsecond=0) > window.closes:
            yield tell("CASE017", name, step=title, when=_say(window.closes, asked.now))

    def _second_person(self, move: Transition, other: str, asked: _Asked) -> Iterator[Problem]:
        title = self.transition(other).title
        first = next((actor for done, actor in reversed(asked.history) if done == other), "")
        if not first or not asked.actor:
            yield tell("CASE020", other, title=move.title, other=title)
        elif first == asked.actor:
            yield tell("CASE019", other, title=move.title, other=title)


@dataclass(frozen=True)
class _Asked:
    state: str
    roles: frozenset[str]
    facts: Facts
    reason: str | None
    actor: str | None
    history: Sequence[Done]
    windows: Mapping[str, Window]
    now: datetime | None


def read_procedures(specs: Iterable[ProcedureSpec]) -> dict[str, Procedure]:
    """Return the procedures of a pack by id; Refused tells everything that makes one of them unsound as a graph."""
    procedures = {spec.id: Procedure.of(spec) for spec in specs}
    steps = [step.id for procedure in procedures.values() for step in procedure.steps]
    problems = [p for procedure in procedures.values() for p in check(procedure, steps)]
    if wrong := [problem for problem in problems if problem.severity == "error"]:
        raise Refused(wrong)
    return procedures


def check(procedure: Procedure, steps: Collection[str] = ()) -> list[Problem]:
    """Return what is wrong with a procedure as a graph; `steps` are windows that other procedures declare."""
    problems = []
    for fault in find_faults(procedure, steps):
        where = " > ".join(str(p + 1) if isinstance(p, int) else p for p in (procedure.id, *fault.path))
        problems.append(fault.tell(Place(field=where)))
    return problems


def plan_windows(procedure: Procedure, opened: datetime, calendar: Calendar, tz: tzinfo) -> dict[str, Window]:
    """Return the default windows of a round that opens at `opened`; the organiser may change each of them."""
    windows = {}
    for step in procedure.steps:
        # A step that opens after some days opens with the day that follows them.
        opens = due(opened, step.opens, calendar, tz) + timedelta(seconds=1) if step.opens else opened
        closes = due(opens, step.closes, calendar, tz) if step.closes else None
        windows[step.id] = Window(opens, closes, step.title)
    return windows


def role_title(role: str) -> Text:
    """Return the name of a role in words."""
    return ROLES.get(role, same(role))


def _say(moment: datetime, now: datetime) -> str:
    # In the zone of the person who asks.
    return f"{moment.astimezone(now.tzinfo):%Y-%m-%d %H:%M}"


def _live(state: State) -> tuple[str, ...]:
    return (*((state.clock,) if state.clock is not None else ()), *state.holds)


def _term(text: str | None, roll: Roll = "none") -> Term | None:
    return None if text is None else Term.parse(text, roll)
