"""Numbers in a unit's own text, beside what is known of it: which of them no known figure bears out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from duxue.web.rounds.models import Known

_NUMBER = re.compile(r"(?<![\d.A-Za-z_])\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?|(?<![\d.A-Za-z_])\d+(?:\.\d+)?")
# Days, years, ordinals and numbers of documents are no figures of the unit.
_NOT_A_FIGURE = re.compile(
    r"\d+(?:[./-]\d+){2,}|〔\d+〕\s*\d+\s*号|第\s*\d+|\d+\s*号|\d+\s*[年月日]|(?:in|since|from|until|by) \d{4}\b"
)
_SMALL = 10  # counts below are steps and lists more often than figures


def unbacked(text: str, knowns: Iterable[Known]) -> list[str]:
    """Return the numbers of `text` that agree with no known figure, as they stand, each once.

    A number agrees when the known value, rounded to its decimals, is the same; years, days and small counts are left out.
    The check is quick and only hints: the reading room checks a whole report.
    """
    values = [k.value for k in knowns if k.value is not None]
    bare = _NOT_A_FIGURE.sub(" ", text)
    found: list[str] = []
    for match in _NUMBER.finditer(bare):
        said = match.group()
        try:
            number = Decimal(said.replace(",", "").replace("，", ""))
        except InvalidOperation:
            continue
        if number < _SMALL and number == number.to_integral_value():
            continue
        if said not in found and not any(_agrees(number, value) for value in values):
            found.append(said)
    return found


def _agrees(said: Decimal, value: Decimal) -> bool:
    exponent = said.as_tuple().exponent
    unit = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    return value.quantize(unit, ROUND_HALF_UP) == said
