"""Picking an organisation in a form: typed by name or code, with those at hand offered by the browser itself.

No script is needed: the browser filters the list that comes with the field, and the field finds by name what is not on it.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.db.models.functions import Length

from duxue.web.common.lang import Words, say
from duxue.web.orgs.models import Organisation

OFFERED, NAMED = 300, 6  # on the list of a field; in a message


class UnitInput(forms.TextInput):
    """A line with the organisations in sight, those nearest to the top of the branch first."""

    template_name = "orgs/unit_input.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the list, in the scope of whoever reads the page."""
        context = super().get_context(name, value, attrs)
        own = context["widget"]["attrs"]
        own |= {"list": f"{own.get('id', name)}_units", "autocomplete": "off"}
        rows = _present().annotate(depth=Length("path")).order_by("depth", "code")
        offered = [(row.code, row.name) for row in rows.only("code", "name_zh", "name_en")[:OFFERED]]
        return {**context, "list": own["list"], "offered": offered}


class UnitField(forms.CharField):
    """An organisation among those in sight: by its code, its name, or a part of a name that only one has."""

    widget = UnitInput

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 200, **options})

    def clean(self, value: Any) -> Any:
        """Return the organisation; None where nothing was typed and nothing is needed."""
        typed = super().clean(value)
        return _found(typed) if typed else None

    def prepare_value(self, value: Any) -> Any:
        """Return what stands in the line."""
        return value.code if isinstance(value, Organisation) else value


class UnitCodeField(UnitField):
    """As UnitField, for services that take the code."""

    def clean(self, value: Any) -> Any:
        """Return the code; "" where nothing was typed and nothing is needed."""
        found = super().clean(value)
        return found.code if found else ""


def _present() -> QuerySet[Organisation]:
    return Organisation.objects.filter(closed_on__isnull=True)


def _found(typed: str) -> Organisation:
    for condition in (
        Q(code=typed),
        Q(name_zh=typed) | Q(name_en__iexact=typed),
        Q(name_zh__contains=typed) | Q(name_en__icontains=typed),
    ):
        rows = list(_present().filter(condition).order_by("code")[: NAMED + 1])
        if len(rows) == 1:
            return rows[0]
        if rows:
            raise forms.ValidationError(str(_several(typed, rows)))
    raise forms.ValidationError(
        str(say("找不到名称或代码为“{typed}”的单位。", "There is no organisation of name or code “{typed}”.", typed=typed))
    )  # fmt: skip


def _several(typed: str, rows: list[Organisation]) -> Words:
    some = [f"{row.name} {row.code}" for row in rows[:NAMED]] + ["…"] * (len(rows) > NAMED)
    return say(
        "有几个单位符合“{typed}”，请输入代码：{some}", "Several organisations fit “{typed}”; type the code: {some}",
        typed=typed, some="; ".join(some),
    )  # fmt: skip
