"""What is known: accepted data are evaluated, and every figure that a rule looks at is kept for its unit and item.

The evaluation lies below HOME, so that each figure can be explained from formula to cell. Running it again changes only what
changed, and says what that is; a figure that a unit disputes keeps its dispute.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from duxue.app.evaluating import Evaluation
from duxue.app.rounds import LOOK_BACK, Sharp
from duxue.app.runs import Finished, evaluate_folder
from duxue.core.errors import Refused
from duxue.core.quantity import round_half_up, show
from duxue.core.text import Text, same
from duxue.packs.scope import measure_title
from duxue.packs.scoring import Figure, Item, Scoring
from duxue.scoring import comparison, rules, tree
from duxue.scoring.figures import Figures
from duxue.scoring.model import OldProblem
from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.lang import Words, say
from duxue.web.common.numbers import trimmed_or_none
from duxue.web.common.policy import require
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.jobs.models import Job
from duxue.web.jobs.services import job_start
from duxue.web.rounds import making, models
from duxue.web.rounds.models import Known, Round, RoundUnit
from duxue.web.rounds.rules import rules_of
from duxue.web.rounds.services.making import pack_of

KIND = "rounds.know"
NAMED = 3  # units that are named where they fall short; the explanation lists all
LISTED = 500  # changes that a job tells one by one
_PLACES = 12  # of a value in the table
Key = tuple[int, int, str, int, str]  # unit, item, indicator, year, breakdown


# --- the data ---------------------------------------------------------------------------------------------------------
def data_home() -> Path:
    """Return the folder below HOME in which accepted data lie, one folder for each delivery."""
    return Path(settings.HOME) / "data"


def data_folders() -> list[str]:
    """Return the names of the folders of accepted data."""
    home = data_home()
    return (
        sorted(p.name for p in home.iterdir() if p.is_dir() and not p.name.startswith("."))
        if home.is_dir()
        else []
    )


def evaluation_folder(round: Round) -> Path:
    """Return where the evaluation behind the known figures of a round lies."""
    return Path(settings.HOME) / "rounds" / round.slug / "known"


@transaction.atomic
def data_attach(*, actor: Actor, round: Round, folder: str) -> Job:
    """Name the accepted data of a round and start the job that works out what is known; Refused for another folder."""
    require(actor, "edit", round)
    if folder not in data_folders():
        expected = Text("已接收数据的文件夹", "a folder of accepted data")
        raise Refused([tell("WEB002", field="folder", found=folder, expected=expected)])
    with everything("the organiser names the data of the round"):
        Round.objects.filter(pk=round.pk).update(data_folder=f"data/{folder}")
    round.data_folder = f"data/{folder}"
    audit.record(
        actor, "duxue.round.attach_data", round, path=round.authority.path, data={"folder": round.data_folder}
    )
    return job_start(
        actor=actor, kind=KIND, round=round, path=round.authority.path, args={"round": round.pk},
        title=say("整理已知数据：{title}", "Work out what is known: {title}", title=round.title),
    )  # fmt: skip


# --- the figures ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Fact:
    """One known figure, before it is a row."""

    unit: int
    item: int
    indicator: str
    title: Text
    year: int
    by: tuple[tuple[str, str], ...]
    value: Decimal | None
    text: str
    measure: Text
    reason: Text | None
    standard: str
    met: bool | None
    below: Text | None = None  # which units the standard is for, where it is not for the unit itself
    points: Decimal | None = None
    why: Text | None = None

    @property
    def key(self) -> Key:
        """What makes it the same figure in a later run."""
        return self.unit, self.item, self.indicator, self.year, _said(dict(self.by))

    def values(self) -> dict[str, Any]:
        """Return the columns that a later run may change."""
        standard: dict[str, Any] = {"text": self.standard, "met": self.met} if self.standard else {}
        if self.standard and self.below:
            standard["each"] = _pair(self.below)
        if self.why:
            standard["why"] = _pair(self.why)
        return {
            "title_zh": self.title.zh[:200], "title_en": self.title.say("en")[:200], "value": self.value,
            "text": self.text[:100], "measure": _pair(self.measure), "standard": standard,
            "reason": _pair(self.reason) if self.reason else {}, "points": self.points,
        }  # fmt: skip


def round_know(
    *,
    actor: Actor,
    round: Round,
    report: Callable[[int, int, Words], None],
    folder: str = "",
    more: Callable[[Round], dict[str, Any]] = lambda _: {},
) -> dict[str, Any]:
    """Evaluate the accepted data of a round and fill in what is known; return what changed.

    `folder` below HOME takes the place of the round's; `more` returns what else of the round changes in the same step.
    Refused: problems of the data, all at once; nothing is changed then.
    """
    require(actor, "edit", round)
    folder = folder or round.data_folder
    if not folder:
        raise Refused([tell("WEB001", field="folder")])
    finished, facts = worked_out(round, Path(settings.HOME) / folder, evaluation_folder(round), report=report)
    report(95, 100, say("写入", "writing"))
    return _keep(actor, round, facts, finished.evaluation.run.id, folder, more)


def worked_out(
    round: Round, data: Path, out: Path, *, report: Callable[[int, int, Words], None]
) -> tuple[Finished, list[Fact]]:
    """Evaluate a folder of data by the rules of a round into `out`, and return that and the figures; the round is not changed.

    Refused: problems of the data, all at once.
    """
    loaded, steps = pack_of(rules_of(round)), 0

    def progress(text: Text) -> None:
        nonlocal steps
        steps += 1
        report(min(steps, 80), 100, Words(text.zh, text.en))

    year = round.evaluated_year
    finished = evaluate_folder(
        loaded, data, out, years=lambda held: [*(y for y in range(year - LOOK_BACK, year) if y in held), year],
        synthetic=round.synthetic, keep_rules=True, progress=progress,
    )  # fmt: skip
    report(85, 100, say("整理每个单位的数据", "sorting the figures by unit"))
    return finished, list(facts_of(round, loaded.pack.scoring, finished.evaluation))


def facts_of(round: Round, scoring: Scoring | None, evaluation: Evaluation) -> Iterable[Fact]:
    """Yield the figures that the rules of a round look at, for each unit, item and year."""
    assert scoring is not None  # pack_of
    figures = Figures(
        evaluation.pack, evaluation.tree(round.evaluated_year), evaluation.run.results, round.evaluated_year,
        Sharp(evaluation, scoring.level),
    )  # fmt: skip
    with everything("the figures of all units are worked out together"):
        units = list(RoundUnit.objects.filter(round=round).order_by("code"))
        items = {item.code: item for item in models.Item.objects.filter(round=round)}
    old = _old_problems(round)
    measures = {spec.id: (spec.unit, spec.decimals) for spec in evaluation.pack.indicators}
    for unit in units:
        for leaf in tree.leaves(scoring):
            item = items.get(leaf.item.id)
            if item is None:
                continue
            mine = [p for p in old if p.unit == unit.code and p.item in {leaf.item.id, ""}]
            points, why = _points(leaf.item, unit.code, figures, mine)
            holder = True
            for figure, *held in making.held_figures(leaf.item.rule):
                for year in sorted(evaluation.run.years, reverse=True):
                    fact = _fact(unit, item, figure, held, year, figures, measures)
                    if fact is None:
                        continue
                    if holder and year == round.evaluated_year:
                        fact, holder = replace(fact, points=points, why=why), False
                    yield fact
            if holder and points is not None:
                yield Fact(
                    unit.pk, item.pk, leaf.item.id, leaf.item.title.text, round.evaluated_year, (), points, show(Fraction(points), 2),
                    Text("分", "points"), None, "", None, None, points, why,
                )  # fmt: skip


def _points(
    item: Item, unit: str, figures: Figures, old: Sequence[OldProblem]
) -> tuple[Decimal | None, Text | None]:
    assert item.rule is not None  # a leaf
    try:
        if item.applies is not None:
            value, _ = figures.need(unit, item.applies, item.title.text)
            if not comparison.holds(value, item.applies.meets):
                return None, Text("此条目不适用于本单位", "the item does not apply to this unit")
        outcome = rules.apply(item.rule, item.points, rules.Place(item, unit, figures, old))
    except Refused as refused:
        return None, refused.problems[0].what
    return None if outcome.points is None else round_half_up(outcome.points, 3), outcome.reason


def _fact(
    unit: RoundUnit, item: models.Item, figure: Figure, held: Sequence[str | None], year: int, figures: Figures,
    measures: dict[str, tuple[str, int]],
) -> Fact | None:  # fmt: skip
    result = figures.result(unit.code, figure, year)
    if result is None:
        return None
    value, (meets, each) = figures.value(result), held
    measure, _ = measures.get(figure.of, ("", 0))
    limit = comparison.parts(meets)[1] if meets else None
    if result.kind == "verdict":
        text = {"met": "✓", "not_met": "✗"}.get(result.verdict, "–")
    else:
        text = "–" if value is None else figures.show(figure, value, limit)
    below = None
    if (
        meets and each
    ):  # the rule looks at each unit below: the unit's own figure may hide one that falls short
        met, below = _below(unit.code, figure, meets, each, year, figures)
    elif meets and value is not None:
        met = comparison.holds(value, meets)
    else:
        met = {"met": True, "not_met": False}.get(result.verdict)
    return Fact(
        unit.pk, item.pk, figure.of, figures.title(figure), year, tuple(sorted(figure.by.items())),
        None if value is None else round_half_up(value, _PLACES), text, measure_title(figures.pack, measure) if measure else Text("", ""),
        result.reason_text if value is None else None, meets or result.standard, met, below,
    )  # fmt: skip


def _below(
    unit: str, figure: Figure, meets: str, level: str, year: int, figures: Figures
) -> tuple[bool | None, Text]:
    """Return whether each unit of a level below meets a comparison, None where that is not known, and how many do not."""
    values = {code: figures.find(code, figure, year) for code in figures.below(unit, level)}
    short = [
        code for code, value in values.items() if value is not None and not comparison.holds(value, meets)
    ]
    unknown = sum(value is None for value in values.values())
    named = next((one.title.text for one in figures.pack.levels if one.id == level), same(level))
    names = [figures.name(code) for code in short[:NAMED]]
    more = "…" if len(short) > len(names) else ""
    zh, en = (
        [f"{len(short)}个未达到"],
        [f"{len(short)} of {len(values)} {'falls' if len(short) == 1 else 'fall'} short"],
    )
    if names:
        zh[0] += f"（{'、'.join(n.zh for n in names)}{more}）"
        en[0] += f" ({', '.join(n.say('en') for n in names)}{more})"
    if unknown:
        zh.append(f"{unknown}个没有数据")
        en.append(f"{unknown} {'has' if unknown == 1 else 'have'} no figure")
    said = Text(
        f"所属每个{named.zh}；{len(values)}个中{'，'.join(zh)}",
        f"in each {named.say('en').lower()}; {', '.join(en)}",
    )
    return (False if short else None if unknown or not values else True), said


def _old_problems(round: Round) -> list[OldProblem]:
    from duxue.web.rectification.models import Problem

    if round.before_id is None:
        return []
    today, found = timezone.localdate(), []
    with everything("last round's problems count in this one"):
        rows = Problem.objects.filter(round_id=round.before_id).exclude(state__in=("dropped", "identified"))
        for row in rows.select_related("unit"):
            due, closed = _day(row.finish_due), _day(row.closed_at)
            state: Any = row.state if row.state in {"closed", "reopened"} else "open"
            late = due is not None and (closed if state == "closed" and closed else today) > due
            found.append(OldProblem(row.code, row.unit.code, "", state, due, closed, late))
    return found


def _day(moment: Any) -> date | None:
    return timezone.localtime(moment).date() if moment else None


# --- the table --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Difference:
    """What figures would change of those that are known: rows to write, rows with their new values, rows to take out."""

    new: list[Fact]
    changed: list[tuple[Known, dict[str, Any]]]
    gone: list[Known]


def difference(round: Round, facts: Iterable[Fact]) -> Difference:
    """Compare figures with those that are known in a round; nothing is changed."""
    held: dict[Key, Known] = {
        (k.unit_id, k.item_id, k.indicator, k.year, _said(k.by)): k
        for k in Known.objects.filter(round=round).select_related("unit", "item").prefetch_related("disputes")
    }
    new, changed = [], []
    for fact in facts:
        row = held.pop(fact.key, None)
        values = fact.values()
        if row is None:
            new.append(fact)
        elif any(getattr(row, name) != value for name, value in values.items()):
            changed.append((row, values))
    return Difference(new, changed, list(held.values()))


@transaction.atomic
def _keep(
    actor: Actor, round: Round, facts: Sequence[Fact], digest: str, folder: str, more: Callable[[Round], dict[str, Any]]
) -> dict[str, Any]:  # fmt: skip
    with everything("the figures of all units are kept together"):
        locked = Round.objects.select_for_update().get(pk=round.pk)
        if locked.sealed_at:
            raise Refused([tell("WEB006", found=str(locked))])
        found, changes = difference(locked, facts), []
        for row, values in found.changed:
            if (row.text, row.points) != (values["text"], values["points"]):
                changes.append(_change(row, values["text"], values["points"]))
            for name, value in values.items():
                setattr(row, name, value)
        new = [
            Known(
                round=locked, unit_id=fact.unit, item_id=fact.item, indicator=fact.indicator, year=fact.year,
                by=dict(fact.by), **fact.values(),
            )
            for fact in found.new
        ]  # fmt: skip
        Known.objects.bulk_create(new, batch_size=1000)
        if found.changed:
            rows = [row for row, _ in found.changed]
            Known.objects.bulk_update(rows, list(facts[0].values()), batch_size=500)
        changes += [_change(row, "", None) for row in found.gone]
        _leave(found.gone)
        Round.objects.filter(pk=locked.pk).update(data_digest=digest, data_folder=folder, **more(locked))
    counts = {
        "figures": len(facts), "new": len(new), "changed": len(found.changed), "gone": len(found.gone),
    }  # fmt: skip
    audit.record(
        actor, "duxue.round.know", locked, path=locked.authority.path,
        data={**counts, "evaluation": digest, "changes": changes[:50]},
    )  # fmt: skip
    return {**counts, "changes": changes[:LISTED], "more": max(0, len(changes) - LISTED)}


def _leave(gone: Sequence[Known]) -> None:
    """Take out figures that the data no longer give; one that is disputed stays, without a value."""
    kept = [row for row in gone if row.disputes.all()]
    Known.objects.filter(pk__in=[row.pk for row in gone if row not in kept]).delete()
    reason = {"zh": "新数据不再给出此项", "en": "the new data no longer give it"}
    Known.objects.filter(pk__in=[row.pk for row in kept]).update(
        value=None, text="–", reason=reason, points=None
    )


def _change(row: Known, text: str, points: Decimal | None) -> dict[str, Any]:
    return {
        "unit": row.unit.code, "unit_name": {"zh": row.unit.name_zh, "en": row.unit.name_en}, "item": row.item.code,
        "title": {"zh": row.title_zh, "en": row.title_en}, "year": row.year, "before": row.text, "after": text,
        "points_before": trimmed_or_none(row.points), "points_after": trimmed_or_none(points),
    }  # fmt: skip


def _said(by: dict[str, str]) -> str:
    return ",".join(f"{name}:{value}" for name, value in sorted(by.items()))


def _pair(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.say("en")}
