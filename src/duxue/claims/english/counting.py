"""Whether a number counts something of substance, and what a number without a noun of its own counts."""

from __future__ import annotations

import re

from duxue.claims.english import comparators, currency, limits, nonclaims, nouns, phrase
from duxue.claims.english.numbers import Number
from duxue.claims.english.phrase import Phrase
from duxue.claims.english.sentence import Sentence, Words
from duxue.claims.english.words import CARDINALS, ORDINALS
from duxue.claims.model import Comparator
from duxue.claims.script import words as listed


def counts(
    number: Number,
    counted: Phrase,
    words: Words,
    sentence: Sentence,
    comparator: Comparator,
) -> bool:
    """Tell whether a number without a unit sign counts something of substance."""
    lead = words[-1][0] if words else ""
    if number.value == 1 and number.form == "word" and (one := _ONE_OF.match(sentence.low, number.end)):
        counted.unit = phrase.ahead_of([(one["noun"], one.start("noun"))]) or "other:" + one["noun"]
        return True
    if _of_a_number(words):
        return False
    if counted.refused and number.form != "word" and _is_schooling(number, sentence):
        counted.unit, counted.refused = "year_count", False
        return True
    one_for = lead in ("every", "each", "per") and limits.is_one_for(
        sentence.low[max(sentence.start, number.start - 60) : number.start]
    )
    if counted.refused or (lead in ("per", "every") and not number.unit and not one_for):
        return False
    if counted.unit in nouns.DURATIONS:
        recent = {word for word, _ in words[-3:]} - ({"than"} if comparator in ("<=", ">=") else set())
        daily = bool(_DAILY.match(sentence.low, counted.end))
        if counted.unit == "other:month" or (number.form == "word" and not daily):
            return False
        if lead == "within" and number.form == "figure":
            return limits.is_deadline(sentence.low[sentence.start : number.start])
        if daily and lead == "of":  # "the requirement of 190 days of teaching"
            return True
        if (recent & _WHEN and (number.value or 0) < 1000) or _AGO.match(sentence.low, counted.end):
            return False
        if daily:
            return True
    near = counted.known and counted.plural and len(counted.words) <= 4
    if nonclaims.is_year(number, lead, near):
        return False
    if number.form != "word" or number.scaled:
        return True
    return _word_counts(number, counted, lead, sentence, bounded=comparator == ">=")


def _is_schooling(number: Number, sentence: Sentence) -> bool:
    """Tell whether years are a length of education: "12.9 years of schooling", "years of education reached 10.8 years"."""
    low = sentence.low
    if _SCHOOLING.match(low, number.end):
        return True
    spoken = low.startswith(" years", number.end) and isinstance(number.value, float)
    return spoken and " years of " in low[sentence.start : number.start]


def _of_a_number(words: Words) -> bool:
    """Tell whether a number is the whole of which a part was just counted: "12 of the 47 counties"."""
    tail = [word for word, _ in words[-5:]]
    while tail and (tail[-1] in _POINTING or tail[-1].endswith(("'s", "’s"))):
        tail.pop()
    if tail[-2:] == ["out", "of"]:
        return True
    return len(tail) > 1 and tail[-1] == "of" and (tail[-2][0].isdigit() or tail[-2] in CARDINALS)


def _word_counts(number: Number, counted: Phrase, lead: str, sentence: Sentence, *, bounded: bool) -> bool:
    noun = nouns.singular(counted.noun.rpartition("-")[2])
    low = sentence.low
    if any(mark in low[number.end : counted.end] for mark in '”"') and noun not in nouns.HONOURS:
        return False
    if number.value == 1 and number.high is None:
        singular = counted.known and not counted.plural and noun not in nouns.RHETORICAL - {"person"}
        return (
            singular
            and lead not in _POINTING
            and (bounded or bool(_RESULT.search(low, sentence.start, sentence.end)))
            and len(counted.words) <= 4
        )
    if number.value == 0:
        return (counted.known and counted.plural) or bool(_CLEARED.search(low, sentence.start, number.start))
    if counted.unit in ("other:fold", "year_count"):
        return True
    if counted.unit == "time" and _WON.search(low, sentence.start, number.start):
        return True
    if not counted.known or noun in nouns.RHETORICAL or counted.unit in nouns.DURATIONS:
        return False
    if nouns.GRAND & set(counted.words) and noun in nouns.GRAND_NOUNS:
        return False
    if lead in _POINTING:
        return bool(_RATED.match(low, number.end))
    return True


def is_share(number: Number, words: Words, sentence: Sentence) -> bool:
    """Tell whether the words of a fraction state a share ("half of pupils") and not a part of time ("first half")."""
    low, text = sentence.low, sentence.low[number.start : number.end]
    follows = low[number.end : number.end + 12]
    lead = words[-1][0] if words else ""
    if text == "half":
        return (
            (
                follows.startswith((" of ", " the ", " a million"))
                and lead not in ("first", "second", "other", "last")
            )
            or lead in comparators.BEFORE
            or lead == "than"
            or (
                lead == "by"
                and follows.startswith((".", ",", ";", " by", " from", " in ", " within", " over"))
            )
        )
    if follows.startswith(("-", "’s", "'s")) or lead in ("the", "first", "second", "last"):
        return follows.startswith(" of ") and not text.endswith("half")
    if text.startswith(("a ", "an ")):
        return follows.startswith((" of", ".", ",", " are", " were", " in", " have", " had")) or lead in (
            "than",
            "nearly",
            "about",
            "almost",
            "over",
        )
    return not (text.endswith(("half",)) and text != "one half")


def lost_group(number: Number, words: Words, sentence: Sentence) -> Phrase | None:
    """Return the phrase of "benefiting 1, students": a comma where a digit group was lost."""
    low = sentence.low
    if number.form != "figure" or number.unit or not number.digits.isdigit() or len(number.digits) > 3:
        return None
    if not low.startswith(", ", number.end):
        return None
    lead = words[-1][0] if words else ""
    opens = lead == ";" or (lead == "," and len(words) == 2 and words[-2][0] in ORDINALS)
    if not (opens or lead.endswith(("ing", "ed")) or lead in ("nearly", "about")):
        return None
    counted = phrase.after(low, number.end + 2, sentence.end, number.value)
    return counted if counted.known and counted.plural and len(counted.words) <= 4 else None


def unit_before(number: Number, words: Words, sentence: Sentence) -> str:
    """Return the unit of a bare number from the nouns before it, or from the claim before it."""
    if _SIZE.search(sentence.low, max(sentence.start, number.start - 90), number.start):
        return "person"
    if _COMPARED.match(sentence.low, number.end):  # "...; 54,000 teachers, 160 fewer than in 2022"
        words = words[next((i + 1 for i in range(len(words) - 2, -1, -1) if words[i][0] == ";"), 0) :]
    near = {word for word, _ in words[-12:]}
    if {"index", "coefficient"} & {word for word, _ in words[-4:]}:
        return "ratio"
    for word, _ in reversed(words[-4:]):
        if word in _ABBREVIATED:
            return _ABBREVIATED[word]
    if isinstance(number.value, float) and number.value <= _ALL and near & _SHARED:
        return "percent"
    if near & {"ratio", "ratios", "rate", "rates", "percentage", "proportion", "share"}:
        pupils = "ratio" in near and not near & {"enrolment", "enrollment", "ger", "ner", "attendance"}
        return "ratio" if pupils or number.scaled else "percent"
    if number.scaled and {word for word, _ in words[-8:]} & _FUNDS:  # the currency was lost
        paid = [claim.unit for claim in (*sentence.earlier[-4:], *sentence.found) if claim.unit in _MONEY]
        return paid[-1] if paid else "yuan"
    unit = phrase.subject(sentence.low, sentence.start, number.start) or phrase.ahead_of(words, 4)
    if unit:
        return unit
    unit = phrase.ahead_of(words)
    total = any(
        word in ("total", "which", "these", "them", ",", "or", "and", "from") for word, _ in words[-4:]
    )
    if near & {"increase", "decrease", "rise", "fall", "drop", "growth"} and words[-1][0] == "of":
        first = [claim.unit for claim in sentence.found if claim.unit not in _SHARES]
        unit = first[0] if first else unit
        if unit:
            return unit
    previous = [claim for claim in sentence.found if claim.unit not in _SHARES]
    if previous and (total or not unit):
        return previous[-1].unit
    if unit:
        return unit
    for claim in reversed(sentence.earlier[-4:]):
        if claim.unit not in _SHARES:
            return claim.unit if number.scaled or total or _COMPARED.match(sentence.low, number.end) else ""
    lead = words[-1][0] if words else ""
    large = number.value is None or number.scaled or number.value >= 100
    return "other:number" if large or lead in _ASSERTS else ""


def unit_shared(end: int, sentence: Sentence) -> str:
    """Return the unit of "341,000 and 331,000 places", of "8 national-level, 25 city-level teachers", for the first."""
    for _ in range(4):
        match = _NEXT_NUMBER.match(sentence.low, end)
        if match is None:
            break
        end = match.end()
        unit = phrase.after(sentence.low, end, min(sentence.end, end + 80), None).unit
        if unit:
            return unit
    return ""


_ALL = 100  # percent
_SHARED = {"attendance", "literacy", "retention", "completion", "coverage"}
_FUNDS = {
    "amount",
    "amounts",
    "subsidies",
    "assets",
    "cost",
    "costs",
    "revenue",
    "revenues",
    "income",
    "loan",
    "loans",
    "investment",
    "investments",
    "fund",
    "funds",
    "funding",
    "budget",
    "expenditure",
    "expenditures",
    "invested",
    "spending",
    "capital",
}
_MONEY = frozenset(currency.NAMES.values()) | frozenset(currency.SIGNS.values())
_ABBREVIATED = {
    "ger": "percent",
    "ner": "percent",
    "nir": "percent",
    "gpi": "ratio",
    "ptr": "ratio",
    "scr": "ratio",
    "str": "ratio",
}
_SHARES = ("percent", "rank", "ratio", "percentage_point")
_RESULT = re.compile(
    r"\b(?:creat(?:e|ed)|select(?:ed)?|establish(?:ed)?|buil[dt]|w[oi]n|add(?:ed)?|open(?:ed)?|clos(?:e|ed)|rated|approv(?:e|ed)|recruit(?:ed)?|complet(?:e|ed)|award(?:ed)?|named|recogni[sz]ed|identified|evaluated|honou?red|expand(?:ed)?|introduc(?:e|ed)|appointed|hired|reached|finished|accredited|merged|suspended|expelled|died|injured)\b"
)
_RATED = re.compile(
    r"[^.;]{0,150}?\b(?:were|was|been|are)\s(?:all\s|also\s|successfully\s)?(?:rated|selected|awarded|named|recogni[sz]ed|approved|completed|identified|evaluated|honou?red|won|accredited|closed|opened)\b"
)
_POINTING = set(listed("the these those our its their all both other your his her remaining such"))
_WHEN = set(
    listed(
        "in over within for during past last next after every since by previous recent coming first than then another under of about"
    )
)
_ASSERTS = set(
    listed(
        "to reached reaches reach exceeded exceeds exceed total totaled totaled totalled totalling is was are were at of only stood has with by"
    )
)
_DAILY = re.compile(r"\s(?:of|per|a|an|each|every|daily|weekly)\b")
_SCHOOLING = re.compile(r"\s(?:consecutive\s)?years\sof\s(?:education|schooling|study|compulsory|free)")
_WON = re.compile(r"\b(?:won|awarded|honou?red|rated|ranked|named|selected|commended|champions?)\b")
_CLEARED = re.compile(
    r"\b(?:cleared|reduced|reset|cut|brought|down|fell|dropped|falls?|declined|returned|lowered|kept|remain(?:s|ed)?)\s(?:down\s)?(?:to|at)\s$"
)
_AGO = re.compile(r"\s(?:ago|later|earlier|old|after|before)\b")
_NEXT_NUMBER = re.compile(
    r"(?:\s(?:and|or|to)\s|,\s(?=\d[\d,]*(?:\.\d+)?(?:,\s\d[\d,]*){0,4},?\s(?:and|or)\s\d)|\s[a-z]+[\s-]{1,2}(?:level|class|grade)(?:,|,?\sand)\s)\d[\d,]*(?:\.\d+)?(?=\s[a-z]|,\s\d)"
)
_SIZE = re.compile(r"\b(?:class|group|cohort|ward) sizes?\b|\bclasses of\b")
_COMPARED = re.compile(r"\s(?:more|fewer|less|higher|lower)\sthan\b")
_ONE_OF = re.compile(
    r" of (?:the|china's|china’s) [^,.;]{3,70}?\b(?P<noun>[a-z]+?)s?[”\"’]?,? (?:and )?\d+ (?:[a-z-]+ ){0,2}(?P=noun)"
)
