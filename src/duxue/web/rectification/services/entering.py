"""Entering problems: one by one from what people found, or all that a final scoring found."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from duxue.core.text import same
from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.locking import lock
from duxue.web.common.policy import Denied
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.orgs.models import Organisation
from duxue.web.rectification.models import Problem
from duxue.web.rectification.policy import may_report, require_entering
from duxue.web.rectification.services.stepping import (
    by_person,
    cleaned,
    end_of,
    line,
    refuse,
    running,
    text_faults,
)
from duxue.web.rectification.words import KINDS, LEVELS, SOURCES
from duxue.web.rounds.models import Item, Round, RoundUnit
from duxue.web.rounds.procedures import procedure_of

LEDGER, FOUND = (
    "ledger.csv",
    "problems-internal.csv",
)  # of a scoring's folder: with what is carried over, and without
_PUBLIC = 500  # characters of the text that may be published


@transaction.atomic
def problem_create(
    *,
    actor: Actor,
    unit: RoundUnit,
    text: str,
    item: Item | None = None,
    source: str,
    kind: str,
    level: str = "city",
    public_zh: str = "",
    public_en: str = "",
    responsible: Organisation | None = None,
    at: datetime | None = None,
) -> Problem:
    """Enter a problem of a unit and return it with its printed number; an earlier one of the same unit and item is linked.

    Args:
        actor: the organiser; people of the unit for what they found themselves (source `self`), its reviewers and teams for
            what they found (`online`, `field`).
        unit: the unit.
        text: what is wrong, for those inside.
        item: the item it concerns; None: none.
        source: one of SOURCES.
        kind: one of KINDS.
        level: where it lies: one of LEVELS.
        public_zh, public_en: what may be published, with no names.
        responsible: who must mend it, at or below the unit; the unit itself when absent.
        at: the moment (now).

    Raises:
        Refused: WEB001 and WEB002 for what is filled in, WEB010 for an item or an organisation that is not the unit's.
    """
    moment = at or now()
    sources = [s for s in SOURCES if may_report(actor, unit, s)]
    if source not in sources and "self" not in sources:
        raise Denied(may_report(actor, unit, source).why)
    text, public_zh, public_en = cleaned(text), cleaned(public_zh), cleaned(public_en)
    found = text_faults("text", text) + by_person(actor)
    found += text_faults("public_zh", public_zh, longest=_PUBLIC, required=False)
    found += text_faults("public_en", public_en, longest=_PUBLIC, required=False)
    for field, value, known in (("source", source, sources), ("kind", kind, KINDS), ("level", level, LEVELS)):
        if value not in known:
            found.append(tell("WEB002", field=field, found=value, expected=same(" | ".join(known))))
    if item is not None and item.round_id != unit.round_id:
        found.append(tell("WEB010", field="item", found=item.code))
    if responsible is not None and not responsible.path.startswith(unit.path):
        found.append(tell("WEB010", field="responsible", found=responsible.code))
    refuse(found)
    with everything(
        "numbers are given one after another; the unit's organisation is responsible unless another is named"
    ):
        lock(RoundUnit, unit.pk)
        body = responsible or unit.organisation
        problem = Problem(
            code=_next_code(unit), round_id=unit.round_id, unit=unit, path=body.path, item=item,
            item_code=item.code if item else "", source=source, level=level, kind=kind, text=text, public_zh=public_zh,
            public_en=public_en, state=procedure_of(unit.round, "problem").start.id, state_since=moment, responsible=body,
            found_by_id=actor.user_id, found_at=moment,
        )  # fmt: skip
        problem.repeats = earlier(problem)
        problem.save(force_insert=True)
    _entered(actor, problem, moment)
    return problem


def _entered(actor: Actor, problem: Problem, moment: datetime) -> None:
    data = {"code": problem.code, "item": problem.item_code, "source": problem.source, "kind": problem.kind}
    # Whoever mends it hears of it when it is handed over, not before.
    path = problem.path if problem.source == "self" else problem.round.authority.path
    audit.record(actor, "duxue.problem.create", problem, path=path, data=data, at=moment)
    line(problem, "create", actor, data=data, at=moment)
    if problem.repeats is not None:
        linked = {"code": problem.repeats.code}
        audit.record(actor, "duxue.problem.repeats", problem, path=path, data=linked, at=moment)
        line(problem, "repeats", actor, data=linked, at=moment)


def _next_code(unit: RoundUnit) -> str:
    prefix = f"{unit.round.evaluated_year}-{unit.code}-"
    used = set(Problem.objects.filter(code__startswith=prefix).values_list("code", flat=True))
    number = 1 + sum(code.removeprefix(prefix).isdecimal() for code in used)
    while f"{prefix}{number:03d}" in used:
        number += 1
    return f"{prefix}{number:03d}"


def earlier(problem: Problem) -> Problem | None:
    """Return the latest problem before this one of the same organisation and item, in this round or an earlier one."""
    if not problem.item_code:
        return None
    rows = Problem.objects.filter(
        unit__organisation_id=problem.unit.organisation_id, item_code=problem.item_code, found_at__lte=problem.found_at
    ).exclude(state="dropped")  # fmt: skip
    return rows.exclude(pk=problem.pk).order_by("-found_at", "-pk").first()


@transaction.atomic
def problems_from_scoring(
    *, actor: Actor, round: Round, folder: str, at: datetime | None = None
) -> list[Problem]:
    """Enter what a final scoring found and return the new problems; those that are entered already stay as they are.

    Args:
        actor: an organiser.
        round: the scored round.
        folder: the scoring's folder below the site's own; its ledger.csv is read.
        at: the moment (now).

    Problems that the ledger only carries over from the round before stand on that round's ledger and are not entered twice.

    Raises:
        Refused: WEB064 without a ledger, WEB010 for a unit or item that the round does not have.
    """
    moment = at or now()
    require_entering(actor, round)
    rows = _rows_of(Path(settings.HOME) / folder / LEDGER)
    found = {row["id"] for row in _rows_of(Path(settings.HOME) / folder / FOUND)}
    with everything("the ledger is entered for all units"):
        lock(Round, round.pk)
        units = {
            u.code: u for u in RoundUnit.objects.filter(round=round).select_related("organisation", "round")
        }
        items = {i.code: i for i in Item.objects.filter(round=round)}
        rows = [row for row in rows if row["id"] in found]
        refuse([
            tell("WEB010", field=field, found=row[field])
            for row in rows for field, known in (("unit", units), ("item", items)) if row[field] not in known
        ])  # fmt: skip
        return [
            problem
            for row in rows
            if (problem := _from_row(round, row, units[row["unit"]], items[row["item"]], actor, moment))
            is not None
        ]


def _rows_of(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        refuse([tell("WEB064", field="ledger", found=path.name)])
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _from_row(
    round: Round, row: Mapping[str, str], unit: RoundUnit, item: Item, actor: Actor, moment: datetime
) -> Problem | None:
    codes = list(ledger_codes(round, row["id"]))
    held = {p.code: p.round_id for p in Problem.objects.filter(code__in=codes)}
    if round.pk in held.values():
        return None
    problem = Problem(
        code=next(code for code in codes if code not in held), round_id=round.pk, unit=unit, path=unit.path, item=item,
        item_code=item.code, source=row["source"], level=unit.organisation.level, kind=row["class"],
        text=row["internal"] or row["public"], text_en=row["internal_en"] or row["public_en"], public_zh=row["public"], public_en=row["public_en"],
        state=procedure_of(round, "problem").start.id, state_since=moment, responsible=unit.organisation,
        responsible_post=row["post"][:100], measure=row["measure"], plan_due=_end(round, row["plan_due"]),
        finish_due=_end(round, row["due"]), found_at=moment,
    )  # fmt: skip
    problem.repeats = earlier(problem)
    problem.due = running(problem)
    problem.save(force_insert=True)
    _entered(actor, problem, moment)
    return problem


def ledger_codes(round: Round, key: str) -> Iterable[str]:
    """Yield the numbers under which the ledger's problem `key` of a round may stand: a second round of a year adds its name."""
    return (f"{round.evaluated_year}-{key}"[:60], f"{round.slug}-{key}"[:60])


def _end(round: Round, text: str) -> datetime | None:
    return end_of(round, date.fromisoformat(text)) if text else None
