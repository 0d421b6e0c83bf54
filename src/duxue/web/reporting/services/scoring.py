"""Scoring a round: its folder is written from the database, scored by the same program as on a desk, and read back.

A final scoring also prepares the public edition, which nobody is shown before the round is published.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from duxue.app.round_checks import StoredRound, open_stored
from duxue.app.round_public import publish
from duxue.app.rounds import score
from duxue.core.errors import Refused
from duxue.core.text import Text
from duxue.web.common import audit
from duxue.web.common.actors import ORGANISER, Actor
from duxue.web.common.clock import now
from duxue.web.common.lang import Words, say
from duxue.web.common.policy import Denied, require, role_at
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.jobs.models import Job
from duxue.web.jobs.registry import Running, job
from duxue.web.jobs.services import job_start
from duxue.web.reporting.models import ItemScore, Scoring, UnitScore
from duxue.web.reporting.round_folder import write_round_folder
from duxue.web.rounds.models import Item, Round, RoundUnit

Kind = Literal["trial", "final"]
KINDS: Mapping[str, Words] = {
    "trial": say("试算", "trial scoring"),
    "final": say("最终计分", "final scoring"),
}
FORMATS = ("html", "docx", "pdf")
LAYERS = ("self", "computed", "online", "field", "verified", "final")
_STEPS = 24  # of the progress; the scoring tells about as many
Report = Callable[[int, int, Words], None]


@transaction.atomic
def scores_compute(*, actor: Actor, round: Round, kind: Kind) -> Job:
    """Start the scoring of a round and return its job: a trial at any time before the seal, the final one once sealed.

    Raises:
        Denied: not an organiser of the authority.
        Refused: a final scoring of a round that is not sealed, a trial of one that is, or any once it is published (WEB004);
            an unknown kind (WEB002).
    """
    _hold(actor, round, kind)
    started = job_start(
        actor=actor,
        kind="reporting.score",
        title=KINDS[kind],
        args={"round": round.pk, "kind": kind},
        round=round,
    )
    audit.record(actor, "duxue.scoring.started", round, data={"kind": kind, "job": started.pk})
    return started


def _hold(actor: Actor, round: Round, kind: str) -> None:
    """Refuse what `scores_compute` refuses: asked when it is started, and again when its turn has come."""
    sealed = round.sealed_at is not None
    if kind not in KINDS:
        raise Refused([tell("WEB002", field="kind", found=kind)])
    if (
        kind == "final"
    ):  # the policy closes a sealed round to changes; its final scoring changes nothing in it
        allowed = role_at(actor, (ORGANISER,), round.authority.path, round.pk)
        if not allowed or actor.read_only:
            raise Denied(allowed.why)
    else:
        require(actor, "score", round)
    if sealed != (kind == "final") or round.published_at:
        expected = Text(
            "冻结后作最终计分，冻结前作试算", "the final scoring after the round is frozen, trials before"
        )
        raise Refused([tell("WEB004", field="kind", found=kind, expected=expected)])


@job("reporting.score")
def score_job(running: Running) -> Mapping[str, Any]:
    """Score a round in the background."""
    with everything("the job's own right is asked next: it may have ended since it was started"):
        scored = Round.objects.select_related("authority").get(pk=running.args["round"])
    _hold(running.actor, scored, running.args["kind"])
    made = scoring_make(running.actor, scored, running.args["kind"], running.report)
    return {"url": f"/dashboards/{scored.slug}/", "scoring": made.pk, "digest": made.digest}


def scoring_make(actor: Actor, round: Round, kind: Kind, report: Report = lambda *_: None) -> Scoring:
    """Write, score and read back a round; used by the job, and by commands that need no queue.

    Raises:
        Refused: all that is wrong with what was handed in, by the codes of `duxue round score`.
    """
    number = _next(round)
    place = Path("rounds") / round.slug / str(number)
    home = Path(settings.HOME) / place
    said = 0

    def progress(text: Text) -> None:
        nonlocal said
        said = min(said + 1, _STEPS - 1)
        report(said, _STEPS, say(text.zh, text.en))

    progress(Text("写出计分文件夹", "writing the folder"))
    file = write_round_folder(round, home / "in")
    formats = FORMATS if kind == "final" else ()
    score(file, home / "out", formats=formats, progress=progress)  # type: ignore[arg-type]
    stored = open_stored(home / "out")
    public = ""
    if kind == "final":
        publish(stored, home / "public", progress)
        public = (place / "public").as_posix()
    progress(Text("存入得分", "keeping the scores"))
    return _keep(actor, round, kind, stored, f"{place.as_posix()}/out", public)


def _next(round: Round) -> int:
    """Return the number of the next scoring: one that has no folder yet."""
    with everything("numbers count over all scorings"):
        number = (Scoring.objects.filter(round=round).aggregate(last=Max("id"))["last"] or 0) + 1
    while (Path(settings.HOME) / "rounds" / round.slug / str(number)).exists():
        number += 1
    return number


def scoring_adopt(
    actor: Actor, round: Round, kind: Kind, stored: StoredRound, folder: str, public: str = ""
) -> Scoring:
    """Keep the scores of a round that was scored elsewhere; `folder` and `public` name its places below HOME."""
    return _keep(actor, round, kind, stored, folder, public)


@transaction.atomic
def _keep(actor: Actor, round: Round, kind: Kind, stored: StoredRound, folder: str, public: str) -> Scoring:
    about = stored.about
    with everything("a scoring holds all units"):
        made = Scoring.objects.create(
            round=round, kind=kind, folder=folder, digest=about["id"], made_at=now(), made_by_id=actor.user_id,
            facts={"pack": about["pack"], "software": about["software"], "tables": dict(about["tables"]),
                   "evaluation": about["evaluation"], "prepared": public},
        )  # fmt: skip
        units = {u.code: u for u in RoundUnit.objects.filter(round=round)}
        items = {i.code: i for i in Item.objects.filter(round=round)}
        UnitScore.objects.bulk_create(_units(made, stored, units))
        ItemScore.objects.bulk_create(_items(made, stored, units, items))
        audit.record(actor, "duxue.scoring.made", made, data={"kind": kind, "digest": made.digest})
    return made


def _units(made: Scoring, stored: StoredRound, units: Mapping[str, RoundUnit]) -> list[UnitScore]:
    grades = {row["unit"]: row for row in stored.table("grades.csv")}
    blocks: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in stored.table("blocks.csv"):
        blocks[row["unit"]].append(
            {"code": row["block"], "zh": row["title"], "en": row["title_en"], "points": row["final"]}
        )
    return [
        UnitScore(
            scoring=made, unit=units[row["unit"]], points=points(row["final"]) or Decimal(0), self_points=points(row["self"]),
            credibility=points(row["credibility"], 4), rank=int(row["rank"]), rank_from=_whole(row["rank_low"]),
            rank_to=_whole(row["rank_high"]), grade=grades[row["unit"]]["score_grade"],
            final_grade=grades[row["unit"]]["grade"],
            detail={"final": row["final"], "self": row["self"], "verified": row["verified"], "blocks": blocks[row["unit"]],
                    "grade": {"zh": grades[row["unit"]]["grade_title"], "en": grades[row["unit"]]["grade_title_en"]}},
        )
        for row in stored.table("ranking.csv")
        if row["unit"] in units
    ]  # fmt: skip


def _items(
    made: Scoring, stored: StoredRound, units: Mapping[str, RoundUnit], items: Mapping[str, Item]
) -> list[ItemScore]:
    return [
        ItemScore(
            scoring=made, unit=units[row["unit"]], item=items[row["item"]], points=points(row["final"]),
            layers={name: row[name] for name in LAYERS} | {"full": row["full"], "gap": row["gap"]},
            why={"zh": row["reason"], "en": row["reason_en"], "indicators": row["indicators"].split(";") if row["indicators"] else []},
        )
        for row in stored.table("items.csv")
        if row["unit"] in units and row["item"] in items
    ]  # fmt: skip


def points(text: str, places: int = 3) -> Decimal | None:
    """Return a number of a table, rounded half up; None for none. The exact text is kept beside it."""
    return Decimal(text).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) if text else None


def _whole(text: str) -> int | None:
    return int(text) if text else None


def table_of(scoring: Scoring, name: str) -> list[dict[str, str]]:
    """Return the rows of a table of a scoring's folder; empty when the folder is gone."""
    path = Path(settings.HOME) / scoring.folder / name
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
