"""What every part of a pack's shape is made of: ids, exact numbers, comparisons, bilingual texts and sources."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints

from duxue.core.text import Text

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=64)]
PackId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=64)]
Version = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,6}\.[0-9]{1,6}\.[0-9]{1,6}$")]
DECIMAL = (
    r"[0-9]{1,30}(\.[0-9]{1,30})?"  # as long as a number in a formula: it can be computed with and printed
)
Formula = Annotated[str, StringConstraints(min_length=1, max_length=4000)]


def _as_fraction(value: Any) -> Any:
    # YAML hands numbers over as text (loader), so 0.1 is one tenth and not its nearest double.
    if isinstance(value, str) and re.fullmatch(rf"[+-]?{DECIMAL}", value.strip()):
        return Fraction(value.strip())
    if isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    if isinstance(value, Fraction):
        return value
    raise ValueError("a plain decimal number is expected")


def _as_text(value: Fraction) -> str:
    # As it was written, so that what is kept as JSON can be read again; pydantic would write one half as 1/2.
    with localcontext(prec=80):  # more digits than a number of a pack has
        return f"{Decimal(value.numerator) / Decimal(value.denominator):f}"


Exact = Annotated[Fraction, BeforeValidator(_as_fraction), PlainSerializer(_as_text, when_used="json")]


COMPARISON = rf"^\s*(>=|<=|>|<|==)\s*-?{DECIMAL}\s*$"
Comparison = Annotated[str, StringConstraints(pattern=COMPARISON)]


class Model(BaseModel):
    """Common behaviour: unknown keys are errors, values cannot be changed after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Bilingual(Model):
    """A text in Chinese and English; both are required."""

    zh: str = Field(min_length=1, description="The text in Simplified Chinese.")
    en: str = Field(min_length=1, description="The text in English.")

    @property
    def text(self) -> Text:
        """The same as a core text."""
        return Text(self.zh, self.en)


class Source(Model):
    """Where a rule comes from, and how sure we are of it."""

    name: Bilingual | None = Field(None, description="Title of the document.")
    number: str | None = Field(None, description="Document number as printed, for instance 教督〔2017〕6号.")
    clause: str | None = Field(None, description="Article, item or table in the document.")
    dated: date | None = Field(None, description="Date of the document.")
    status: Literal["confirmed", "practice", "background", "proposal"] = Field(
        "background",
        description="confirmed: read in a public source; practice: as public systems or local offices compute it; "
        "background: known of the regulation but not checked against its text; proposal: our own. Shown beside every "
        "result; only `confirmed` is printed as law.",
    )
    note: Bilingual | None = Field(None, description="What a reader should know of this source.")


SourceRef = Source | str
