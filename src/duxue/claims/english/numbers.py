"""Numbers of English text: figures, words, ranges, magnitudes, money, shares and ratios, read from one place on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from duxue.claims.english import currency
from duxue.claims.english.words import CARDINALS, FRACTIONS, MAGNITUDES, ORDINALS, WORD_MAGNITUDES, cardinal
from duxue.claims.script import alternatives

Value = float | int | None


@dataclass(slots=True)
class Number:
    """A number read at `start`: its value in base units, its unit where its own signs tell it, and how it is written.

    `digits` is the plain figure as printed ("2018", empty for words); `form` is "figure", "word", "ordinal",
    "fraction" or "damaged" (a digit group is lost, the value cannot be read).
    """

    start: int
    end: int
    value: Value
    form: str
    digits: str = ""
    high: Value = None
    unit: str = ""
    scaled: bool = False


def read(low: str, start: int) -> Number | None:
    """Read the number that begins at `start` of lower-cased text, with its magnitude, percent sign or currency."""
    if low[start].isdigit():
        return _figure(low, start)
    return _word(low, start)


def _figure(low: str, start: int) -> Number | None:
    match = (_TORN.match(low, start) if low[start - 2 : start - 1].isalpha() else None) or _FIGURE.match(
        low, start
    )
    if match is None:
        return None
    digits, tail = match[0], match.end()
    if len(digits) > _LONGEST:
        return None
    ordinal = _ORDINAL_END.match(low, tail)
    if ordinal:
        return Number(start, ordinal.end(), int(digits), "ordinal", digits) if digits.isdigit() else None
    paired = _PAIRED.match(low, tail)
    pair = _pair(start, digits, paired) if paired else None
    if pair:
        return pair
    value = _plain(digits)
    if value is None:
        number = Number(start, tail, None, "damaged", digits)
        return _dress(low, number)
    number = Number(start, tail, value, "figure", digits)
    span = _RANGE.match(low, tail)
    if span and _joins(low, start, span[1]):
        high = _plain(span[2])
        if high is not None and high > value:
            number.high, number.end = high, span.end(2)
    return _dress(low, number)


def _joins(low: str, start: int, joint: str) -> bool:
    """Tell whether "5 and 10", "5 to 10" is one range: the first only after between, the second not after from."""
    if joint == "to" and low.endswith(("in ", "since "), 0, start):  # "in 2021 to 47,193"
        return False
    if joint == "and":
        return low.endswith("between ", 0, start)
    return joint != "to" or not low.endswith(("from ", "by ", " up ", " down ", "rose ", "fell "), 0, start)


def _pair(start: int, digits: str, paired: re.Match[str]) -> Number | None:
    """Read `1/3`, `1:19`, `9 in 10`, `9 out of 10`."""
    first, second = _plain(digits), _plain(paired[2])
    if first is None or second is None or not second:
        return None
    if paired[1] == ":":
        if len(digits) == 4 and digits.startswith(("19", "20")):  # "(2021: 92.0)"
            return None
        value = second if first == 1 and second > 1 else first
        return Number(start, paired.end(2), value, "ratio", f"{digits}:{paired[2]}", unit="ratio")
    if first >= second or second > (12 if paired[1] == "/" else 100):
        return None
    return Number(
        start, paired.end(2), round(first / second, 6), "fraction", f"{digits}/{paired[2]}", unit="ratio"
    )


def _plain(digits: str) -> Value:
    """Return the value of a printed figure, None where its groups of digits cannot be right."""
    if digits.isdigit():
        return int(digits)
    figure = (
        digits.replace(" ,", ",")
        .replace(". ", ".")
        .replace(" .", ".")
        .replace("\u00a0", " ")
        .replace("\u2009", " ")
        .replace("\u202f", " ")
    )
    whole, _, rest = figure.partition(".")
    if not (whole.isdigit() or _GROUPED.fullmatch(whole)):
        return None
    whole = whole.replace(",", "").replace(" ", "")
    return float(f"{whole}.{rest}") if rest else int(whole)


def _word(low: str, start: int) -> Number | None:
    match = _WORDS.match(low, start)
    if match is None:
        return None
    text = match[0]
    if match["ordinal"]:
        return Number(start, match.end(), ORDINALS[text], "ordinal")
    if match["part"]:
        above, below = match["above"] or "a", match["below"] or "half"
        count = 1 if above in ("a", "an") else CARDINALS[above]
        return Number(start, match.end(), round(count / FRACTIONS[below], 6), "fraction", unit="ratio")
    if match["of"]:
        first, second = CARDINALS[match["few"]], match["many"]
        total = int(second) if second.isdigit() else CARDINALS[second]
        return (
            Number(start, match.end(), round(first / total, 6), "fraction", unit="ratio")
            if first < total
            else None
        )
    words = _SPLIT.split(text)
    if words[0] in MAGNITUDES:  # "XX million": the count before it is blanked
        return None
    value = cardinal(words)
    if value is None:
        return None
    number = Number(start, match.end(), value, "word")
    number.scaled = value >= 100
    span = _WORD_RANGE.match(low, number.end)
    if span and CARDINALS[span[1]] > value:
        number.high, number.end = CARDINALS[span[1]], span.end()
    return _dress(low, number)


def _dress(low: str, number: Number) -> Number:
    """Take in the magnitude, the percent sign or unit sign after the number and the currency on either side."""
    sign = None
    if number.form != "word":
        sign = _sign(low, number.start)
        figure = "," in number.digits or _MAGNITUDE.match(low, number.end)
        if sign and (sign not in currency.LETTERS or figure):  # "R5" is rather a name than five rand
            number.unit = currency.SIGNS[sign]
            number.start = low.rindex(sign, 0, number.start)
    end = number.end
    magnitude = _MAGNITUDE.match(low, end)
    if magnitude and not (
        magnitude[0] in ("m", "b") and sign is None and _LENGTH.match(low, magnitude.end())
    ):
        factor = MAGNITUDES[_SPACES.sub(" ", magnitude[1] or magnitude[2])]
        number.value = scale(number.value, factor)  # None where digits are lost
        number.high = scale(number.high, factor)
        number.end = end = magnitude.end()
        number.scaled = True
    if low.startswith("㎡", end):
        number.unit, number.end = "m2", end + 1
        return number
    share = _SHARE.match(low, end)
    if share:
        number.unit = _share_unit(share[1])
        number.end = share.end()
    elif sign is None:
        name = _MONEY.match(low, end)
        if name:
            number.unit = currency.NAMES[_SPACES.sub(" ", name[1])]
            number.end = name.end()
    return number


def _sign(low: str, end: int) -> str | None:
    """Return the sign or code of a currency that stands right before a figure, or one blank before it."""
    stop = end - 1 if low[end - 1 : end].isspace() else end
    start = stop
    while start > 0 and stop - start < 6 and (low[start - 1].isalpha() or low[start - 1] in "$£€¥￥₹₦₱₩₵¢=."):
        start -= 1
    sign = low[start:stop].lstrip(".")
    if sign in currency.SIGNS:
        return sign
    mark = sign[-1:]  # "worth$5": nothing but the sign is money's
    return None if mark.isalpha() or mark not in currency.SIGNS else mark


def _share_unit(sign: str) -> str:
    if "point" in sign or sign.startswith(("pp", "p.p")):
        return "percentage_point"
    if "mil" in sign or sign.startswith("‰") or "thousand" in sign:
        return "other:per_mille"
    return "percent"


def scale(value: Value, factor: int) -> Value:
    """Return value × factor, an int where nothing is lost by it."""
    if value is None:
        return None
    product = value * factor
    nearest = round(product)
    return nearest if abs(product - nearest) <= 1e-9 * max(1.0, abs(product)) else round(product, 6)


_STATES = r"\s(?:is|are|was|were|has|have|had|now|still|cannot|can|does|do|did|lacks?|reported|said)\b"
_LONGEST = 24  # characters of a figure; longer runs of digits are codes or noise
_CARDINAL = alternatives(CARDINALS)
_BIG = "|".join(WORD_MAGNITUDES)
_SPLIT = re.compile(r"[\s-]+")
_SPACES = re.compile(r"\s+")
_FIGURE = re.compile(
    r"\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3}){1,4}(?![\d,.:/-])|\d+(?:,{1,2}\d+)*(?:\.\d+)?(?![\d])",
)
# A figure that a machine tore apart: "1 ,236 schools", "99. 8%", "5. 6 million".
_TORN = re.compile(
    r"\d{1,3}(?:\s,\d{3})+(?!\d)|\d{1,3}(?:\.\s|\s\.)\d{1,2}(?=\s?(?:%|per\s?cent|million|billion))"
)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d\d)+,\d{3}|\d{1,3}(?: \d{3})+")
_ORDINAL_END = re.compile(r"(?:st|nd|rd|th)\b")
_PAIRED = re.compile(
    r"\s?(:|/| in every| in | out of every | out of | of every )\s?(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?![:/.,]?\d|%| per|\s?million)"
)
_RANGE = re.compile(
    r"(?:\s?%|\s?per ?cent)?\s?(-|–|—|~|(?<=\s)(?:to|and)(?=\s))\s?(\d+(?:,\d{3})*(?:\.\d+)?)(?!\d|[/:,]\d)"
)
_WORDS = re.compile(
    rf"(?P<of>(?P<few>{_CARDINAL})\s(?:in(?: every)?|out of(?: every)?|of every|of(?=\sten\b)|[a-z]+\s(?:in(?: every)?|out of(?: every)?)(?=\s[a-z]+(?:\s?[,.;:)]|$|{_STATES})))\s"
    rf"(?P<many>{_CARDINAL}|\d+)\b)(?!\s(?:hundred|thousand|million))"
    rf"|(?P<part>half\b|(?P<above>an?|{_CARDINAL})[\s-](?P<below>half|thirds?|quarters?|(?:four|fif|six|seven|eigh|nin|ten)ths?)\b)"
    rf"|(?:(?P<ordinal>{alternatives(ORDINALS)})\b)"
    rf"|(?:a |{_CARDINAL}(?:-{_CARDINAL})?\s)?(?:{_BIG})s?\b(?:(?:\sand)?\s{_CARDINAL}(?:-{_CARDINAL})?\b(?:\s(?:{_BIG})\b)?|\s(?:{_BIG})\b){{0,4}}"
    rf"|{_CARDINAL}(?:-{_CARDINAL})?\b"
)
_WORD_RANGE = re.compile(rf"\s(?:to|or)\s({_CARDINAL})\b")
_MAGNITUDE = re.compile(
    r"(?:[\s-]?(lakh\scrore|thousand\scrore|thousand\smillion|hundred\smillion|hundred\sthousand|ten\smillion|ten\sthousands?"
    r"|(?:million|billion|thousand|hundred|trillion|crore|lakh|lac)s?|wan|mln|yi|bn|mn|tn|cr)|([mkb]))(?![a-z0-9²])"
)
_LENGTH = re.compile(r"\s(?:track|race|wide|long|deep|away|sprint|radius|high|tall)")
_SHARE = re.compile(
    r"\s?((?:%|(?:percentage|per\s?cent(?:age)?|pct)\b)(?:[\s-]points?\b)?|of\sa\s(?:percentage\s|per\s?cent\s)?point\b|ppts?\b|pps?\b|p\.p\.|‰|per\smille?\b|per\sthousand\b)"
)
_MONEY = re.compile(rf"[\s-]{{0,2}}({'|'.join(sorted(currency.NAMES, key=len, reverse=True))})(?![a-z])")
