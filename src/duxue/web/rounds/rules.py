"""The rules that a round goes by: the copy that it keeps below the site's own folder, else the shipped pack that it names."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from duxue.packs.loader import load
from duxue.packs.schema import Pack
from duxue.web.rounds import own_packs
from duxue.web.rounds.models import Round


def rules_of(round: Round) -> str:
    """Return what names the rules of a round: id@version of a shipped pack, else a folder below the site's own."""
    if own := own_packs.kept(round.pack, round.pack_digest):
        return str(own)
    kept = Path(settings.HOME) / round.pack
    return str(kept) if "/" in round.pack and kept.is_dir() else round.pack


def pack_by(rules: str) -> Pack:
    """Return the pack that `rules_of` named; Refused when it is no longer at hand."""
    return _pack(rules)


@lru_cache(maxsize=16)
def _pack(rules: str) -> Pack:
    return load(rules).pack
