"""What the routes of rounds share: their router, and how a round and a step are told."""

from __future__ import annotations

from datetime import datetime

from ninja import Router, Schema

from duxue.web.common.schemas import Both
from duxue.web.rounds.models import Round

router = Router(tags=["rounds"])


class RoundOut(Schema):
    """A round."""

    slug: str
    title: Both
    authority: str
    evaluated_year: int
    round_year: int
    pack: str
    state: str
    synthetic: bool
    sealed_at: datetime | None
    published_at: datetime | None


class MovedOut(Schema):
    """What a step changed."""

    before: str
    state: str


def round_out(row: Round) -> RoundOut:
    """Return a round as the API tells it."""
    return RoundOut(
        slug=row.slug, title=Both(zh=row.title_zh, en=row.title_en), authority=row.authority.code,
        evaluated_year=row.evaluated_year, round_year=row.round_year, pack=row.pack, state=row.state,
        synthetic=row.synthetic, sealed_at=row.sealed_at, published_at=row.published_at,
    )  # fmt: skip
