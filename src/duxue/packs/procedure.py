"""The shape of a pack's `procedures`: states, who acts in them, transitions, windows and clocks, as data.

Shapes only, as in `duxue.packs.schema`; names and the graph of states are checked by lint.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from duxue.core.text import Text
from duxue.packs.base import Bilingual, Id, Model, SourceRef

TERM = r"^[1-9][0-9]{0,2} (working day|day|month)s?$"
TermText = Annotated[str, StringConstraints(pattern=TERM)]

# Who may act: the same words in packs, on the site and in its records.
ROLES: Mapping[str, Text] = {
    "organiser": Text("组织者", "organiser"),
    "leader": Text("领导", "leader"),
    "manager": Text("单位负责人", "manager of a unit"),
    "officer": Text("经办人", "officer of a unit"),
    "reviewer": Text("网评专家", "online reviewer"),
    "inspector": Text("实地核查人员", "field inspector"),
    "auditor": Text("审计员", "auditor"),
    "public": Text("公众", "public"),
}
ObjectKind = Literal["round", "unit", "answer", "objection", "problem", "inspection"]
StateKind = Literal["start", "normal", "final"]
ReasonRule = Literal["none", "optional", "required"]


class ClockSpec(Model):
    """A term within which something must be done; a round may set another length under the same name."""

    id: Id = Field(description="Name.")
    title: Bilingual = Field(description="What must be done within the term.")
    term: TermText = Field(description="Length: `15 days`, `10 working days` or `1 month`.")
    roll: Literal["none", "next_working"] = Field(
        "none",
        description="Whether a term in days or months that ends on a day off ends on the next working day.",
    )
    source: SourceRef | None = Field(None, description="Where the term comes from.")


class GuardSpec(Model):
    """A condition that must hold before a transition; the program finds out whether it does."""

    id: Id = Field(description="Name.")
    title: Bilingual = Field(description="The condition in words.")


class StepSpec(Model):
    """A step of a round with a window of time; each round sets the times, these are the defaults."""

    id: Id = Field(description="Name.")
    title: Bilingual = Field(description="Printed name.")
    who: tuple[Id, ...] = Field(min_length=1, description="Roles that work in the step.")
    opens: TermText | None = Field(
        None, description="Default: time from the opening of the round; absent: opens with it."
    )
    closes: TermText | None = Field(
        None, description="Default: time from the step's own opening; absent: open to the end."
    )
    source: SourceRef | None = Field(None, description="Where the step comes from.")


class StateSpec(Model):
    """One state of the object."""

    id: Id = Field(description="Name.")
    title: Bilingual = Field(description="Printed name.")
    kind: StateKind = Field(
        "normal",
        description="start: where it begins; final: nothing is due any more, though it may be opened again.",
    )
    actor: tuple[Id, ...] = Field(
        (),
        description="Roles of which somebody must act next; absent where final. Roles are: "
        + ", ".join(f"{role} ({title.zh})" for role, title in ROLES.items())
        + ".",
    )
    clock: Id | None = Field(None, description="Clock that runs in the state.")
    holds: tuple[Id, ...] = Field((), description="Clocks that stand still in the state, to run on later.")


class TransitionSpec(Model):
    """One way from states to a state."""

    id: Id = Field(description="Name.")
    title: Bilingual = Field(description="What is done, a verb.")
    from_: tuple[Id, ...] = Field(alias="from", min_length=1, description="States in which it is possible.")
    to: Id | None = Field(None, description="State that follows; absent: the state stays as it is.")
    roles: tuple[Id, ...] = Field(min_length=1, description="Roles that may do it.")
    guards: tuple[Id, ...] = Field((), description="Conditions that must hold.")
    reason: ReasonRule = Field("none", description="Whether a reason is asked for.")
    window: Id | None = Field(None, description="Step within whose window it is possible.")
    different_person_from: Id | None = Field(
        None, description="Earlier transition that must have been done by another person."
    )
    notify: tuple[Id, ...] = Field((), description="Roles that are told.")


class ProcedureSpec(Model):
    """How one kind of object goes from its start to its end."""

    id: Id = Field(description="Name.")
    title: Bilingual = Field(description="Printed name.")
    object: ObjectKind = Field(description="What goes through it.")
    clocks: tuple[ClockSpec, ...] = Field((), description="Terms.")
    guards: tuple[GuardSpec, ...] = Field((), description="Conditions.")
    steps: tuple[StepSpec, ...] = Field(
        (), description="Steps with windows; transitions of other procedures may name them."
    )
    states: tuple[StateSpec, ...] = Field(min_length=2, description="States; exactly one is the start.")
    transitions: tuple[TransitionSpec, ...] = Field(min_length=1, description="Ways between states.")
    source: SourceRef | None = Field(None, description="Where the procedure comes from.")
