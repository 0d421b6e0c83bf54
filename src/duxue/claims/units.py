"""Units of claims: the canonical names both grammars use, and money by the place that spends it."""

from __future__ import annotations

import re

from duxue.claims.script import words

PERCENT, POINT, RATIO, RANK = "percent", "percentage_point", "ratio", "rank"
FOLD, PERMILLE = "other:fold", "other:permille"

UNITS = frozenset(
    words("""person person_time school kindergarten place class classroom lesson course yuan percent percentage_point ratio
    m2 km2 project case item set studio base group organization institution enterprise city county town district rank
    team award medal hotline dormitory sports_ground platform measure standard day time computer year_count position
    major meal""")
)  # besides these a unit is `other:` and a word

_CURRENCIES = (
    ("other:hkd", re.compile("香港|港府|全港|本港|Hong Kong")),
    ("other:mop", re.compile("澳门|本澳|全澳|Maca[uo]")),
    ("other:twd", re.compile("台湾|台北|新北|台中|台南|高雄|桃园市|新竹|基隆|苗栗|彰化|南投|云林|嘉义|屏东|花莲|宜兰|台东|澎湖|Taiwan|Taipei")),
)  # fmt: skip


_WORDS_OF = (
    ("other:mop", re.compile("澳门|本澳|教青局|教育及青年发展局")),
    (
        "other:twd",
        re.compile(
            r"国中小|国小|国民小学|民国\d|(?<!\d)1[01]\d(?:学年|年度)|县府|县政府教育处|教育部补助|台湾|(?<!\d)1[01]\d年(?:起|度|参加|编列|底)"
        ),
    ),
    ("other:hkd", re.compile("香港|全港|本港|立法会|港元|直资学校|官立|学券")),
)


def currency(place: str) -> str:
    """Return the unit that an unnamed 元 or dollar stands for at a place, given in plain text."""
    for unit, names in _CURRENCIES:
        if names.search(place):
            return unit
    return "yuan"


def document_currency(text: str) -> str:
    """Return what an unnamed 元 stands for in a document in traditional script, told by the words of its schools."""
    for unit, words_ in _WORDS_OF:
        if words_.search(text):
            return unit
    return "yuan"


def is_count(unit: str) -> bool:
    """Tell whether a unit counts whole things, so that a broken number cannot be right as printed."""
    return unit not in {
        PERCENT,
        POINT,
        RATIO,
        FOLD,
        PERMILLE,
        "yuan",
        "m2",
        "km2",
        "year_count",
        "day",
        "lesson",
    } and (not unit.startswith("other:") or unit in _WHOLE)


_WHOLE = frozenset(
    {"other:building", "other:canteen", "other:bathroom", "other:toilet", "other:vehicle", "other:household"}
)
