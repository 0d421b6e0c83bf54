"""Numbers as written: Arabic digits with separators and Chinese numerals, read exactly."""

from __future__ import annotations

from fractions import Fraction

Number = float | int

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "0": 0}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
_SEPARATORS = str.maketrans("", "", ", \u2009\u00a0")
_TENS = str.maketrans({"廿": "二十", "卅": "三十"})
MAGNITUDES = _SMALL | _LARGE


def whole(number: Fraction) -> Number:
    """Return an int where the number is whole, else the nearest float."""
    return number.numerator if number.denominator == 1 else float(number)


def scale(digits: str, magnitude: str = "") -> Number:
    """Return Arabic digits (`22,510`, `1.27`) times a magnitude word (`万`, `千万`, `万亿`), without rounding on the way.

    >>> scale("1.27", "万")
    12700
    """
    digits = digits.translate(_SEPARATORS)
    if not magnitude and "." not in digits:
        return int(digits)
    units, _, places = digits.partition(".")
    above = int(units + places)
    below: int = 10 ** len(places)
    for word in magnitude:
        above *= MAGNITUDES[word]
    return above // below if above % below == 0 and magnitude else above / below


def chinese(numeral: str) -> Number | None:
    """Return the value of a Chinese numeral, None where it is none; decimals (`十六点四八亿`) are read too.

    >>> chinese("一千二百三十")
    1230
    """
    numeral = numeral.translate(_TENS)
    head, point, tail = numeral.partition("点")
    if point:
        magnitude = tail.lstrip("零〇○一二三四五六七八九")
        places = "".join(str(DIGITS[c]) for c in tail[: len(tail) - len(magnitude)])
        base = chinese(head)
        if base is None or not places or any(c not in MAGNITUDES for c in magnitude):
            return None
        return scale(f"{base}.{places}", magnitude)
    if len(numeral) > 1 and all(c in DIGITS for c in numeral):
        return int("".join(str(DIGITS[c]) for c in numeral))
    return _by_place(numeral)


def _by_place(numeral: str) -> int | None:
    """Read numerals with place words: section by section, 万 and 亿 closing what stands before them."""
    if not numeral:
        return None
    total = section = 0
    digit: int | None = None
    last = 1  # the place just closed: 一千二 means 1200
    for c in numeral:
        if c in DIGITS:
            digit, last = DIGITS[c], 1 if c in "零〇○" else last
        elif c in _SMALL:
            section += (1 if digit is None else digit) * _SMALL[c]
            digit, last = None, _SMALL[c]
        elif c in _LARGE:
            section += digit or 0
            if c == "亿":
                total = (total + section or 1) * _LARGE[c]
            else:
                total += (section or 1) * _LARGE[c]
            section, digit, last = 0, None, _LARGE[c]
        else:
            return None
    if digit is None:
        return total + section
    return total + section + digit * (last // 10 if last >= 100 and numeral[-1] not in "零〇○" else 1)
