"""Numbers, names and days as the report of a yearly evaluation prints them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from duxue.core.quantity import round_half_up
from duxue.core.text import Text
from duxue.reports.parts import join
from duxue.reports.texts import MONTHS, t

_NUMERALS = "〇一二三四五六七八九"
_TEN = 10


def ordinal(n: int) -> str:
    """Return a Chinese numeral from 1 to 99."""
    if n < _TEN:
        return _NUMERALS[n]
    tens, ones = divmod(n, _TEN)
    return (_NUMERALS[tens] if tens > 1 else "") + "十" + (_NUMERALS[ones] if ones else "")


def number(value: Fraction | None, decimals: int) -> str:
    """Return a number half up at fixed places; a dash for none."""
    return "–" if value is None else f"{round_half_up(value, decimals):.{decimals}f}"


def short(value: Fraction | None, decimals: int) -> str:
    """Return a number without trailing zeros; a dash for none."""
    text = number(value, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(value: Fraction, full: Fraction) -> str:
    """Return a share in percent with one place."""
    return number(value / full * 100 if full else Fraction(0), 1)


def joined(names: Sequence[Text]) -> Text:
    """Return names in one line."""
    return join(names)


def parted(first: Text, second: Text) -> Text:
    """Return two texts with a dot between them."""
    return Text(f"{first.zh} · {second.zh}", f"{first.say('en')} · {second.say('en')}")


def say_day(day: date) -> Text:
    """Return a day as it is printed."""
    return t("date").format(y=day.year, m=Text(str(day.month), ""), d=day.day, month=MONTHS[day.month - 1])
