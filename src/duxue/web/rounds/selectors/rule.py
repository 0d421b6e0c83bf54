"""The rule of an item in plain words, as the round's pack has it."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import lru_cache

from pydantic import TypeAdapter

from duxue.core.errors import Refused
from duxue.packs import scoring as shape
from duxue.scoring.rule_words import Said, rule_words
from duxue.web.rounds.models import Item
from duxue.web.rounds.rules import pack_by, rules_of

_RULE: TypeAdapter[shape.Rule] = TypeAdapter(shape.Rule)


def rule_of(item: Item) -> Said | None:
    """Return how an item is scored, with its numbers; None where it has no rule, or its pack is no longer at hand."""
    if not item.rule:
        return None
    return _said(rules_of(item.round), json.dumps(item.rule, sort_keys=True), str(item.points))


@lru_cache(maxsize=1024)
def _said(pack: str, rule: str, points: str) -> Said | None:
    try:
        at_hand = pack_by(pack)
    except Refused:
        return None
    return rule_words(_RULE.validate_json(rule), Fraction(points), at_hand)
