"""Numbers that state nothing: dates, document numbers, enumerators, names, slogans, ages, telephone numbers."""

from __future__ import annotations

import re

from duxue.claims.english import nouns
from duxue.claims.english.numbers import Number
from duxue.claims.script import words

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_TO = r"\s?(?:-|–|—|/|to|and|or)\s?"
# What begins with a figure and states nothing; matched where the figure begins.
NOISE = re.compile(
    "|".join((
        rf"\d{{1,2}}(?:st|nd|rd|th)?(?:{_TO}\d{{1,2}}(?:st|nd|rd|th)?)?\s(?:of\s)?{MONTH}\b\.?(?:,?\s\d{{4}}\b)?",  # 7 May 2024
        r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})\b",  # 2018-06-13, 31/08/2017
        r"\d{1,2}(?:[:.]\d{2})?\s?(?:am|pm|a\.m|p\.m|o'clock|o’clock|hrs)\b",  # 7.30 pm
        r"[0-2]?\d:[0-5]\d(?::[0-5]\d)?\s?(?:-|–|—|~|to)\s?[0-2]?\d:[0-5]\d\b|[0-2]\d:[0-5]\d(?::[0-5]\d)?\b",  # 8:30-17:30
        r"20\s\d{2}\b(?=,|\.|\s(?:the|plan|education|school))",  # 2018 torn apart
        r"\d{7}\sto\s\d{4}\b",
        r"(?:19|20)\d{2}\s?[-–—/]\s?(?:(?:19|20)\d{2}|\d{2})\b(?!%|\sper)|(?:19|20)\d{2}s\b",  # 2022-23, 1990s
        r"\d{4,6}(?=\s(?:hotline|helpline|platform|service\sline|work|project|action|idea|system|model)\b)",  # 12345 hotline
        r"\d{1,2}\)\s",  # 1)
        r"\d{2,4}[\s-]\d{3,4}[\s-]\d{4}(?![\w,])|\d{3,4}-\d{6,8}\b|0\d{9,10}\b",  # telephones
        r"\d{1,2}(?:-?\s?(?:-|–|—|to|and|or)\s?\d{1,2})?[\s-](?:years?|months?|yr)[\s-]?(?:olds?|of\sage|and\s(?:over|under|above|older|younger))\b",
        r"\d{1,2}\+\s?(?:year|population)|\d{1,2}/(?:7|11)\b(?!\sof)",  # 24/7, 9/11
        r"\d+\.\d+\.\d+(?:\.\d+)*\b",
        r"\d\s?\+\s?(?:\d|x|n)\b(?:\s?\+\s?\d)*",  # 3+2
        r"\d+\s?(?:mins?|minutes?)\s(?:read|reading|ago)\b|\d+\s(?:characters|comments|views|clicks|shares|likes)\b",
    ))
)  # fmt: skip

NAMES = set(
    words("""grade grades gr year years form forms stage stages ks level levels standard std phase phases table tables
    figure figures fig fig. chart charts box boxes page pages pp p p. section sections article articles chapter chapters part
    parts annex annexes appendix paragraph paragraphs para paras version volume vol vol. issue edition tier band title
    room floor goal goals sdg sdgs target circular note route highway district districts ward wards zone region ps
    head subhead unit module lesson week term semester quarter question step option round cohort wave category type model item objective
    project document measure attachment circular bill resolution ordinance proposition policy experiment case file
    priority pillar schedule rule regulation primary secondary class gcse igcse code id isbn issn urn tel fax phone
    telephone postcode zip ext hotline whatsapp day agenda vision article note""")
)
# Names that take numbers above 99 too, in small letters: "section 175", "page 204", "room 310".
_LONG_NAMES = set(
    words(
        "section sections article articles page pages pp pp. paragraph paragraphs clause clauses chapter room rooms rule circular route highway regulation ordinance form"
    )
)
_STREET = re.compile(
    r"(?:[-/]\d{1,4})?[a-d]?,?\s(?:(?:St\.?|[A-Z][\w’'-]+)\s){0,3}(?:Street|Road|Avenue|Lane|Drive|Boulevard|Close|Crescent|Terrace|Square|Parade|Highway|Court|Place|Way|Hill|Quay|Row|Mews|Gardens|Walk|St\.|Rd|Ave|Blvd|Ln|Dr)\b"
)
_NUMBERED = {"no", "no.", "nos", "nos.", "number", "numbers", "num", "№", "#"}
_AGES = {"aged", "age", "ages"}
_COUNTED_LEADS = set(
    words(
        "a an per each every this last that school academic next same whole one financial fiscal the current"
    )
)
_MONTHS = set(
    words("""january february march april may june july august september october november december jan feb mar apr jun jul aug
    sep sept oct nov dec""")
)
_CHAIN = re.compile(r"\s?(?:,|-|–|—|/|&|\sto\s|\sand\s|\sor\s|,\sand\s)\s?")


def is_named(low: str, raw: str, number: Number, words: list[tuple[str, int]]) -> bool:
    """Tell whether the word before a number makes it a name, a date, an age or a document's number."""
    if not words or number.form == "damaged":
        return False
    last, at = words[-1]
    small = number.value is not None and number.value <= 99
    before = words[-2][0] if len(words) > 1 else ""
    if number.unit or number.scaled:
        return last in _NUMBERED and not number.scaled and low[at : number.start].rstrip() == last
    if last in _NUMBERED:
        counted = last in ("number", "numbers") and "," in number.digits  # "beneficiaries number 2,400"
        return low[at : number.start].rstrip() == last and not counted
    if number.form == "figure" and number.digits.isdigit() and _STREET.match(raw, number.end):
        return True
    if last in _LONG_NAMES and number.digits.isdigit() and before not in _COUNTED_LEADS:
        return True
    if last in _MONTHS and number.value is not None and number.value <= 31:
        return raw[at].isupper()
    if last in _AGES or (last in ("between", "from", "over", "under", "to", "of") and before in _AGES):
        return small
    if last == "years" and not raw[at].isupper():  # "the past three years 40 schools"
        return False
    if last in ("under", "over", "below", "above") and before in _PEOPLE and small:
        return True
    if (
        last in ("under", "over", "below", "above")
        and before in ("is", "are", "was", "were")
        and number.value is not None
    ):
        people = len(words) > 2 and nouns.PLURAL.get(words[-3][0]) == "person"
        return number.value <= (75 if people else 25) and low.startswith(
            (".", ",", ";", " and", ")"), number.end
        )  # "half are under 15"
    if last in NAMES and ("," not in number.digits):
        return (small and (before not in _COUNTED_LEADS or last.endswith("."))) or (
            raw[at].isupper() and "." not in low[at + len(last) : number.start]
        )
    return False


def is_chained(low: str, end: int, number: Number) -> bool:
    """Tell whether a number only goes on a list of names that ended at `end`: "Grades 7, 8 and 9"."""
    return (
        not number.unit
        and not number.scaled
        and number.value is not None
        and number.value <= 99
        and bool(_CHAIN.fullmatch(low, end, number.start))
    )


_PEOPLE = set(words("children pupils people those adults boys girls learners students age aged"))

_SENTENCE_END = ".;:!?\n。；：？！\r"
_ENUMERATOR = re.compile(r"\d{1,2}(?:\.\d{1,2})*(?:[.)、:](?!\d)|\s{2,}(?=[A-Z]))")
_DOTTED = re.compile(r"\d{1,2}\.\d{1,2}(?:\.\d{1,2})*\.?\s+(?=[A-Z])")
_OPEN, _CLOSE = "“‘「『《", "”’」』》"
_OPENS = re.compile("[“‘「『《]")
_QUOTED_MOST = 60  # characters to either side within which a quotation is looked for
_SLOGAN_MOST = 64
_YEAR_LEADS = set(
    words("""in by since of until till during from to year the and between before after through for school end early late mid
    about around this last next following spring summer autumn fall winter as than january february march april may june
    july august september october november december circa new academic financial fiscal calendar session at on with
    compared vs versus' over""")
)


def is_enumerator(raw: str, number: Number) -> bool:
    """Tell whether a number numbers what follows: at the beginning of a line or sentence and closed by a mark."""
    head = raw[max(0, number.start - 4) : number.start].rstrip(" \t　(（")
    if head and (head[-1] not in _SENTENCE_END or (head[-1] in ":：" and (number.value or 0) > 1)):
        return False  # "Average class size: 22. Teachers: ..." is no list
    match = _ENUMERATOR.match(raw, number.start)
    if match and match.end() >= number.end:
        return bool(raw[match.end() : match.end() + 20].strip())
    return (not head or head[-1] in "\n\r") and bool(_DOTTED.match(raw, number.start))


def is_glued(low: str, number: Number) -> bool:
    """Tell whether a number is a part of a name: letters, hyphens or slashes stand against it."""
    before = low[number.start - 1 : number.start]
    ahead = low[number.start - 2 : number.start - 1]
    if before == "." or (before == ">" and ahead.isalpha()):
        return before == ">" or ahead.isdigit()
    if before and (before in "/_@=&#+·" or (before in "-–" and ahead.isalnum())):
        return True
    if before.isalpha() and not low[max(0, number.start - 3) : number.start].isalpha():
        return True
    after = low[number.end : number.end + 2]
    return (
        bool(after)
        and low[number.end - 1] not in "%‰"
        and (
            (after[0].isalpha() and not low.startswith("essence", number.end))
            or (
                after[0] in "-–’'"
                and after[1:].isalpha()
                and number.form != "fraction"
                and not _UNIT_AFTER.match(low, number.end)
            )
            or after[0] in "_@="
            or (after[0] == "/" and after[1:].isalpha() and not number.unit)
        )
    )


_UNIT_AFTER = re.compile(r"[-–](?:odd|strong|plus)\b")


def is_year(number: Number, lead: str, counted: bool) -> bool:
    """Tell whether four bare digits are a year: no counted noun follows, or a word that leads years stands before."""
    if len(number.digits) != 4 or number.unit or number.scaled or not number.digits.isdigit():
        return False
    if number.value is None or not 1900 <= number.value <= 2099:
        return False
    return not counted or lead in _YEAR_LEADS or not lead.isalpha()


def is_slogan(raw: str, number: Number, quoted: bool) -> bool:
    """Tell whether a number stands in a short quotation: a slogan, a brand, a working method.

    `quoted` tells that straight quotation marks are open before it.
    """
    window = raw[max(0, number.start - _QUOTED_MOST) : number.start]
    if not quoted and not _OPENS.search(window):
        return False
    opening = max(window.rfind(mark) for mark in _OPEN)
    closing = max(window.rfind(mark) for mark in "”」』》")
    if opening >= 0 and window[opening + 1 : opening + 2] == " ":  # a closing quote set as an opening one
        closing = max(closing, opening)
    if opening > closing and window[opening] != "‘":
        if number.form == "figure" and "," in window[opening:]:
            return False
        rest = raw[number.end : number.end + _QUOTED_MOST]
        found = [at for at in (rest.find(mark) for mark in _CLOSE + "“" if mark != "’") if at >= 0]
        return bool(found) and _is_short(window[opening + 1 :] + rest[: min(found)])
    close = raw.find('"', number.end, number.end + _QUOTED_MOST) if quoted else -1
    return (
        close >= 0
        and '"' in window
        and _is_short(raw[number.start - len(window) + window.rfind('"') + 1 : close])
    )


def _is_short(quotation: str) -> bool:
    """Tell a slogan from a sentence somebody said: short, without a full stop, no comma at its end."""
    return (
        len(quotation) <= _SLOGAN_MOST
        and not quotation.endswith(",")
        and not any(mark in quotation for mark in ".;!?")
    )
