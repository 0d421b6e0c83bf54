"""Letting the public edition of a round out.

The edition was written and computed again by the final scoring, so that publishing is one change in the database: readers
see the round before it or after it, never half.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import transaction

from duxue.app.round_checks import open_stored
from duxue.app.round_public import EDITION
from duxue.core.errors import Refused
from duxue.core.text import Text
from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.policy import require
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.reporting.models import Scoring
from duxue.web.reporting.services.archive import archive_of
from duxue.web.rounds.models import Round


@transaction.atomic
def round_publish(*, actor: Actor, round: Round) -> Scoring:
    """Let out the public edition that the final scoring prepared, and return that scoring.

    Called by the service that moves the round to `published`; its policy asks for a second person.

    Raises:
        Denied: not an organiser, or the person who froze the round.
        Refused: no final scoring since the round was frozen, or its edition is not whole (WEB064); units that were not told
            their result and had no time to reply (WEB004).
    """
    require(actor, "publish", round)
    with everything("a round is published as a whole"):
        made = Scoring.objects.filter(round=round, kind="final", made_at__gte=round.sealed_at).first() if round.sealed_at else None  # fmt: skip
        untold = list(round.units.filter(notified_at__isnull=True, excused="").order_by("code")[:6])
    prepared = made.facts.get("prepared", "") if made else ""
    if made is None or not prepared or not _whole(Path(settings.HOME) / prepared):
        advice = Text("请先作最终计分。", "Make the final scoring first.")
        raise Refused([tell("WEB064", field="round", found=round.slug, advice=advice)])
    if untold:
        what = Text(
            "有单位尚未收到反馈，也就无从回应", "some units were not told their result and could not reply"
        )
        raise Refused([tell("WEB004", field="units", what=what, found="、".join(u.name_zh for u in untold))])
    archive_of(Path(settings.HOME) / prepared, round.slug)
    with everything("the scoring is the round's own"):
        Scoring.objects.filter(round=round).exclude(pk=made.pk).update(public_folder="")
        made.public_folder = prepared
        made.save(update_fields=["public_folder"])
        audit.record(actor, "duxue.scoring.published", made, data={"digest": made.digest, "folder": prepared})
    return made


def _whole(folder: Path) -> bool:
    """Return whether a public edition lies in `folder`."""
    try:
        return bool(open_stored(folder).about["edition"] == EDITION)
    except Refused:
        return False
