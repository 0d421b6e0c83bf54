"""What is wrong with a procedure as a graph: names, states that nobody can reach or leave, clocks where nothing is due.

Lint shows it with the lines of a pack, `duxue.cases.procedure.check` for a procedure however it was made; so both kinds
of shapes are read here by what they have in common.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from duxue.core.errors import Place, Problem
from duxue.core.text import Text
from duxue.packs.problems import listed, suggest, tell
from duxue.packs.procedure import ROLES
from duxue.packs.yamltree import Path


class Named(Protocol):
    """Anything with an id."""

    @property
    def id(self) -> str:
        """Name."""


class StateLike(Named, Protocol):
    """A state, as in a pack or as in a case."""

    @property
    def kind(self) -> str:
        """start, normal or final."""

    @property
    def actor(self) -> tuple[str, ...]:
        """Roles that must act."""

    @property
    def clock(self) -> str | None:
        """Clock that runs."""

    @property
    def holds(self) -> tuple[str, ...]:
        """Clocks that stand still."""


class TransitionLike(Named, Protocol):
    """A transition, as in a pack or as in a case."""

    @property
    def title(self) -> Any:
        """A text with zh and en."""

    @property
    def from_(self) -> tuple[str, ...]:
        """States before."""

    @property
    def to(self) -> str | None:
        """State after; None where it stays."""

    @property
    def roles(self) -> tuple[str, ...]:
        """Who may do it."""

    @property
    def guards(self) -> tuple[str, ...]:
        """Conditions."""

    @property
    def window(self) -> str | None:
        """Step."""

    @property
    def different_person_from(self) -> str | None:
        """Earlier transition."""

    @property
    def notify(self) -> tuple[str, ...]:
        """Who is told."""


class StepLike(Named, Protocol):
    """A step, as in a pack or as in a case."""

    @property
    def who(self) -> tuple[str, ...]:
        """Roles that work in it."""


class ProcedureLike(Protocol):
    """A procedure, as in a pack or as in a case."""

    @property
    def clocks(self) -> Sequence[Named]:
        """Terms."""

    @property
    def guards(self) -> Sequence[Named]:
        """Conditions."""

    @property
    def steps(self) -> Sequence[StepLike]:
        """Steps."""

    @property
    def states(self) -> Sequence[StateLike]:
        """States."""

    @property
    def transitions(self) -> Sequence[TransitionLike]:
        """Transitions."""


STATE = Text("状态", "state")
TRANSITION = Text("操作", "transition")
ROLE = Text("角色", "role")
GUARD = Text("条件", "guard")
STEP = Text("阶段", "step")
CLOCK = Text("时限", "clock")


@dataclass(frozen=True)
class Fault:
    """One fault of a procedure: its code in `duxue.packs.problems`, where it lies in the procedure, what was found."""

    code: str
    path: Path
    found: str
    kind: Text | None = None  # of a name that is unknown (PACK020) or unused (PACK033)
    known: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)

    def tell(self, place: Place) -> Problem:
        """Return the fault as a problem at its place."""
        if self.kind is None:
            return tell(self.code, place, self.found, **self.words)
        near = suggest(self.found, self.known)
        return tell(self.code, place, self.found, kind=self.kind, known=listed(self.known), near=near)


def find_faults(procedure: ProcedureLike, steps: Collection[str] = ()) -> Iterator[Fault]:
    """Yield everything that is wrong with a procedure as a graph; `steps` are those of the pack's other procedures."""
    yield from _unknown_names(procedure, steps)
    yield from _starts(procedure)
    yield from _states(procedure)
    yield from _transitions(procedure)
    yield from _unused(procedure)


def _unknown_names(procedure: ProcedureLike, steps: Collection[str]) -> Iterator[Fault]:
    states = _ids(procedure.states)
    transitions, guards = _ids(procedure.transitions), _ids(procedure.guards)
    windows = (*_ids(procedure.steps), *steps)

    def known(kind: Text, names: Sequence[str], options: Sequence[str], path: Path) -> Iterator[Fault]:
        for number, name in enumerate(names):
            if name not in options:
                yield Fault("PACK020", (*path, number), name, kind, tuple(options))

    def one(kind: Text, name: str | None, options: Sequence[str], path: Path) -> Iterator[Fault]:
        if name is not None and name not in options:
            yield Fault("PACK020", path, name, kind, tuple(options))

    for number, step in enumerate(procedure.steps):
        yield from known(ROLE, step.who, tuple(ROLES), ("steps", number, "who"))
    for number, state in enumerate(procedure.states):
        path: Path = ("states", number)
        yield from known(ROLE, state.actor, tuple(ROLES), (*path, "actor"))
        yield from one(CLOCK, state.clock, _ids(procedure.clocks), (*path, "clock"))
        yield from known(CLOCK, state.holds, _ids(procedure.clocks), (*path, "holds"))
    for number, move in enumerate(procedure.transitions):
        path = ("transitions", number)
        yield from known(STATE, move.from_, states, (*path, "from"))
        yield from one(STATE, move.to, states, (*path, "to"))
        yield from known(ROLE, move.roles, tuple(ROLES), (*path, "roles"))
        yield from known(ROLE, move.notify, tuple(ROLES), (*path, "notify"))
        yield from known(GUARD, move.guards, guards, (*path, "guards"))
        yield from one(STEP, move.window, windows, (*path, "window"))
        yield from one(TRANSITION, move.different_person_from, transitions, (*path, "different_person_from"))


def _starts(procedure: ProcedureLike) -> Iterator[Fault]:
    starts = [state.id for state in procedure.states if state.kind == "start"]
    if len(starts) != 1:
        yield Fault("PACK070", ("states",), ", ".join(starts))
        return
    reached = _reach(procedure, starts)
    for number, state in enumerate(procedure.states):
        if state.id not in reached:
            yield Fault("PACK071", ("states", number, "id"), state.id)


def _states(procedure: ProcedureLike) -> Iterator[Fault]:
    for number, state in enumerate(procedure.states):
        path: Path = ("states", number)
        ways = [move for move in procedure.transitions if state.id in move.from_]
        if state.kind == "final":
            if state.clock is not None or state.actor:
                key = "clock" if state.clock is not None else "actor"
                yield Fault("PACK074", (*path, key), state.id, words={"key": key})
            continue
        if all(move.to in (None, state.id) for move in ways):
            yield Fault("PACK072", (*path, "id"), state.id)
        if not state.actor:
            yield Fault("PACK073", (*path, "id"), state.id)
        for place, role in enumerate(state.actor):
            if ways and role in ROLES and not any(role in move.roles for move in ways):
                yield Fault("PACK075", (*path, "actor", place), role, words={"state": state.id})


def _transitions(procedure: ProcedureLike) -> Iterator[Fault]:
    # Two ways out of one state with the same words: nobody can tell the buttons apart.
    seen: dict[tuple[str, str], str] = {}
    for number, move in enumerate(procedure.transitions):
        for state in move.from_:
            twin = next((seen[k] for k in _titles(move, state) if k in seen), None)
            if twin is not None:
                path: Path = ("transitions", number, "title")
                yield Fault("PACK076", path, move.id, words={"other": twin, "state": state})
                break
        for state in move.from_:
            seen.update(dict.fromkeys(_titles(move, state), move.id))
    # Another person than in a step that cannot have come before: the transition could never be done.
    by_id = {move.id: move for move in procedure.transitions}
    for number, move in enumerate(procedure.transitions):
        earlier = by_id.get(move.different_person_from or "")
        after = set(earlier.from_ if earlier.to is None else (earlier.to,)) if earlier is not None else set()
        if earlier is not None and not _reach(procedure, after) & set(move.from_):
            where: Path = ("transitions", number, "different_person_from")
            yield Fault("PACK077", where, earlier.id, words={"move": move.id})


def _unused(procedure: ProcedureLike) -> Iterator[Fault]:
    clocks = {c for state in procedure.states for c in (state.clock, *state.holds)}
    guards = {guard for move in procedure.transitions for guard in move.guards}
    for key, kind, used in (("clocks", CLOCK, clocks), ("guards", GUARD, guards)):
        for number, name in enumerate(_ids(getattr(procedure, key))):
            if name not in used:
                yield Fault("PACK033", (key, number, "id"), name, kind)


def _titles(move: TransitionLike, state: str) -> tuple[tuple[str, str], ...]:
    return ((state, f"zh {move.title.zh.strip()}"), (state, f"en {move.title.en.strip().casefold()}"))


def _reach(procedure: ProcedureLike, starts: Collection[str]) -> set[str]:
    reached, edge = set(starts), list(starts)
    while edge:
        here = edge.pop()
        new = {move.to for move in procedure.transitions if here in move.from_ and move.to} - reached
        reached |= new
        edge.extend(new)
    return reached


def _ids(things: Sequence[Named]) -> tuple[str, ...]:
    return tuple(thing.id for thing in things)
