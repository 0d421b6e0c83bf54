"""Forms whose labels and hints are bilingual and whose problems are told like those of every other input."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django import forms

from duxue.core.errors import Problem, Refused
from duxue.web.common.clock import YEARS
from duxue.web.common.lang import say
from duxue.web.common.numbers import trimmed
from duxue.web.common.telling import told


def label(zh: str, en: str, **values: Any) -> Any:
    """Return Words for a label, a hint or a choice: Django's types know no lazy text but its own."""
    return say(zh, en, **values)


def countable(day: date) -> None:
    """Refuse a day or moment of a year beyond YEARS."""
    if day.year not in YEARS:
        raise forms.ValidationError(
            label(
                "年份须在 {first} 至 {last} 之间",
                "the year must lie between {first} and {last}",
                first=YEARS[0],
                last=YEARS[-1],
            )
        )


class Form(forms.Form):
    """A form; `problems` puts what a service refused beside the fields it concerns."""

    use_required_attribute = False  # the page tells what is missing, in the reader's language, all at once

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """Return what a field shows at first: numbers without the zeros with which the database fills their places."""
        value = super().get_initial_for_field(field, field_name)
        return Decimal(trimmed(value)) if isinstance(value, Decimal) else value

    def tell(self, refused: Refused | Iterable[Problem]) -> None:
        """Show each problem of a service once: at its field when the form has it, else above the form."""
        problems = refused.problems if isinstance(refused, Refused) else refused
        at = ((p.place.field if p.place.field in self.fields else None, told(p)) for p in problems)
        for field, sentence in dict.fromkeys(at):  # of many units the same may be told of each
            self.add_error(field, forms.ValidationError(cast("Any", sentence)))


class ModelForm(Form, forms.ModelForm):
    """A form of a model."""
