"""What files are attached to: answers, lines of sheets, steps of rectifications, objections, practices, disputes, vetoes.

The model of each says by its policy who sees what is attached and, with the action `attach`, who attaches; the rows are found
by key, so that this app asks nothing of the others but that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.apps import apps
from django.db import models
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse

from duxue.core.errors import Problem, Refused
from duxue.core.text import Text, same
from duxue.web.common.actors import Actor
from duxue.web.common.lang import Words, say
from duxue.web.common.numbers import number_in
from duxue.web.common.policy import Decision, decide
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.rounds.procedures import window_state, windows_of

STEP = "self_evaluation"
CAP = 10  # files of one target outside a round
_OPEN = frozenset({"open", "drafted"})  # states in which an answer is written


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing that files are attached to; `action` is what the policy of `of` (itself or its unit) is asked before attaching."""

    name: str
    model: str
    title: Words
    column: str = "target"  # of Attachment
    action: str = "attach"
    of: Literal["itself", "unit"] = "itself"
    page: str = ""  # address that shows it, reversed with its key


KINDS: dict[str, Kind] = {
    k.name: k
    for k in (
        Kind("answer", "rounds.Answer", say("自评条目", "answer"), "answer", "fill", page="rounds:answer"),
        Kind("entry", "inspections.SheetEntry", say("核查表", "verification sheet"), "entry"),
        Kind("progress", "rectification.Entry", say("整改进展", "progress of a rectification")),
        Kind("objection", "rounds.Objection", say("异议", "objection"), action="object", of="unit"),
        Kind(
            "practice",
            "rounds.Practice",
            say("典型做法", "typical practice"),
            action="fill",
            of="unit",
            page="rounds:practice",
        ),
        Kind("dispute", "rounds.Dispute", say("数据疑议", "disputed figure"), action="fill", of="unit"),
        Kind("veto", "rounds.Veto", say("否决事项", "veto"), action="decide", of="unit", page="rounds:veto"),
    )
}


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that files are attached to, with the round, unit and place it belongs to."""

    kind: Kind
    obj: Any

    @property
    def key(self) -> str:
        """Return it as it stands in an address: `answer:12`."""
        return f"{self.kind.name}:{self.obj.pk}"

    @property
    def where(self) -> dict[str, Any]:
        """Return the columns of Attachment that lead to it."""
        named = {"answer_id": None, "entry_id": None, "target": None}
        column = "target" if self.kind.column == "target" else f"{self.kind.column}_id"
        return {"kind": self.kind.name, **named, column: self.obj.pk}

    @property
    def round(self) -> Any:
        """Return its round, None where it has none."""
        owner = self.obj if hasattr(self.obj, "round_id") else getattr(self.obj, "problem", None)
        return getattr(owner, "round", None)

    @property
    def unit(self) -> Any:
        """Return its unit, None where it has none."""
        for owner in (self.obj, getattr(self.obj, "visit", None), getattr(self.obj, "problem", None)):
            if getattr(owner, "unit_id", None) is not None:
                return owner.unit  # type: ignore[union-attr]
        return None

    @property
    def path(self) -> str:
        """Return the place whose people read its audit."""
        owner = getattr(self.obj, "problem", None)
        return str(getattr(owner, "path", "") or getattr(self.unit, "path", ""))

    @property
    def title(self) -> Words:
        """Return what it is called."""
        item = getattr(self.obj, "item", None)
        if item is not None:
            return say(
                "{kind} {code} {title}",
                "{kind} {code} {title}",
                kind=self.kind.title,
                code=item.code,
                title=item.title,
            )
        return say("{kind} {n}", "{kind} {n}", kind=self.kind.title, n=self.obj.pk)

    @property
    def url(self) -> str:
        """Return the address of the page that shows it, nothing where there is none."""
        try:
            return reverse(self.kind.page, args=[self.obj.pk]) if self.kind.page else ""
        except NoReverseMatch:
            return ""

    @property
    def cap(self) -> int:
        """Return how many files it may have."""
        return self.round.chosen.evidence_cap if self.round is not None else CAP

    def may(self, actor: Actor) -> Decision:
        """Return whether the actor may attach to it and take off."""
        return decide(actor, self.kind.action, self.unit if self.kind.of == "unit" else self.obj)

    def closed(self, moment: datetime) -> Iterator[Problem]:
        """Yield why nothing is attached or taken off at the moment."""
        mending = self.kind.name == "progress"  # begins when the round is sealed
        if self.round is not None and self.round.sealed_at and not mending:
            yield tell("WEB006", field="attach", found=str(self.round))
        elif self._decided():
            yield tell(
                "WEB004",
                field="attach",
                what=Text(
                    "已有答复或决定，不能再增减材料",
                    "it has been answered or decided; nothing can be added or taken off",
                ),
            )
        elif self.kind.name == "answer" and self.obj.state != "returned":
            if self.obj.state not in _OPEN:
                advice = Text(
                    "提交后须撤回，或等条目被退回。",
                    "Withdraw the submission, or wait until the item is returned.",
                )
                yield tell(
                    "WEB004", field="attach", found=self.obj.item.code, expected=same(""), advice=advice
                )
            else:
                open_ = window_state(self.round, STEP, self.unit, moment)
                if not open_:
                    yield tell("WEB005", field="attach", found=self.obj.item.code, what=open_.why.text())

    def _decided(self) -> bool:
        """Return whether nobody waits for its evidence any more; a veto, recorded as decided, may be appealed."""
        if self.kind.name == "veto":
            return self.obj.appeal in {"upheld", "withdrawn"}
        return bool(getattr(self.obj, "decided_at", None) or getattr(self.obj, "answered_at", None))

    def too_late(self, day: Any, moment: datetime) -> bool:
        """Return whether a file of that day, attached at that moment, is late: after the evaluated year or the window."""
        if self.round is None or self.kind.name != "answer":
            return False
        if day is not None and day.year > self.round.evaluated_year:
            return True
        window = windows_of(self.round, self.unit).get(STEP)
        return bool(window and window.closes and moment > window.closes)


def model_of(kind: Kind) -> type[models.Model]:
    """Return the model of a kind."""
    return apps.get_model(kind.model)


def visible_target(key: str) -> Target:
    """Return what `answer:12` names, when the current actor sees it; 404 when not.

    Raises:
        Refused: WEB002 for a key that names no kind.
    """
    name, _, number = key.partition(":")
    kind = KINDS.get(name)
    if kind is None or number_in(number) is None:
        raise Refused(
            [
                tell(
                    "WEB002",
                    field="attach",
                    found=key[:60],
                    expected=same(" | ".join(f"{k}:N" for k in KINDS)),
                )
            ]
        )
    model: Any = model_of(kind)
    get_object_or_404(model.objects.only("pk"), pk=int(number))
    return target_of(kind.name, int(number))


def target_of(kind: str, pk: int) -> Target:
    """Return a thing with all that tells of it; the caller has asked whether it may be seen."""
    model: Any = model_of(KINDS[kind])
    related = [
        name
        for name in (
            "item",
            "unit__organisation",
            "round__authority",
            "visit__unit",
            "problem__unit",
            "problem__round",
        )
        if _has(model, name)
    ]
    with everything("what files are attached to is shown with its round and unit"):
        return Target(KINDS[kind], model._base_manager.select_related(*related).get(pk=pk))


def _has(model: type[models.Model], name: str) -> bool:
    first = name.partition("__")[0]
    return any(field.name == first for field in model._meta.get_fields())
