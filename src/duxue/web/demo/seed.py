"""Filling an empty site with the sample province, whole or not at all; asked again, it stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from duxue.app.demo import DUTY, ROUND
from duxue.app.importing import Progress
from duxue.app.round_sample import DATA
from duxue.core.text import Text
from duxue.web.common.clock import now
from duxue.web.common.scope import everything
from duxue.web.demo import judging, last_round, report, this_round
from duxue.web.demo.people import make_cast
from duxue.web.rectification.services.clockwork import clockwork
from duxue.web.reporting.search import rebuild
from duxue.web.rounds.models import Round

SCALE = 0.25  # of the schools in the data of this round: a quarter is read in a quarter of the time


@dataclass(frozen=True)
class Seeded:
    """What was made: False when the site held it already."""

    made: bool
    rounds: tuple[str, ...]


def is_seeded() -> bool:
    """Return whether the site holds the demonstration."""
    with everything("whether the demonstration is there is the same for everybody"):
        return Round.objects.filter(slug=this_round.SLUG).exists()


def seed(
    folder: Path,
    *,
    scale: float = SCALE,
    moment: datetime | None = None,
    tell: Progress = lambda _: None,
) -> Seeded:
    """Fill the site from `folder`, which `duxue demo` wrote; dates count back from `moment` (now).

    Raises:
        Refused: the folder is not as `duxue demo` writes it.
    """
    time = moment or now()
    if not is_seeded():
        with transaction.atomic(), everything("demo seed"):
            tell(Text("建立机构和人员", "bodies and people"))
            cast = make_cast(folder / ROUND / DATA)
            before = last_round.make_last_round(
                cast, folder / ROUND / "round.yaml", folder / DUTY, time, tell
            )
            made, sample = this_round.make_this_round(cast, before, time, scale, tell)
            tell(Text("网上评审", "online review"))
            judging.review(cast, made, sample, time)
            tell(Text("抽签和实地核查", "draws and field visits"))
            judging.draw_visits(cast, made, time)
            judging.county_problem(cast, made, time)
            tell(Text("核对自评报告", "checking a self-evaluation report"))
            report.hand_in(cast, made, time)
        tell(Text("期限和提醒", "deadlines and reminders"))
        clockwork(at=time)
        tell(Text("建立搜索索引", "writing the search index"))
        rebuild()  # whoever tries the search first finds what was handed in, a minute before the job takes it up
        fresh = True
    else:
        fresh = False
    with everything("whoever seeds names the rounds"):
        return Seeded(fresh, tuple(Round.objects.order_by("slug").values_list("slug", flat=True)))
