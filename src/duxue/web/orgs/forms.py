"""Forms of the tree of organisations."""

from __future__ import annotations

from typing import Any

from django import forms

from duxue.web.common.clock import today
from duxue.web.common.forms import Form, label
from duxue.web.common.lang import say
from duxue.web.orgs.models import LEVELS, Organisation
from duxue.web.orgs.picking import UnitField

LEVEL_TITLES = {
    "nation": say("国家", "nation"),
    "province": say("省级", "province"),
    "city": say("市级", "city"),
    "county": say("县级", "county"),
    "school": say("学校", "school"),
}
assert set(LEVEL_TITLES) == set(LEVELS)


class Day(forms.DateField):
    """A day, chosen with the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Dated(Form):
    """What every change of the tree says: from which day, by which act."""

    from_day = Day(label=label("生效日期", "Holds from"))
    source = forms.CharField(
        label=label("依据", "Act"),
        max_length=200,
        required=False,
        help_text=label("文件名称和文号", "Title and number of the document"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        options["initial"] = {"from_day": today(), **(options.get("initial") or {})}
        super().__init__(*args, **options)


class NewOrganisation(Dated):
    """A new organisation."""

    code = forms.CharField(label=label("代码", "Code"), max_length=40)
    name_zh = forms.CharField(label=label("中文名称", "Chinese name"), max_length=200)
    name_en = forms.CharField(label=label("英文名称", "English name"), max_length=200, required=False)
    level = forms.ChoiceField(label=label("层级", "Level"), choices=[])
    field_order = ("code", "name_zh", "name_en", "level", "from_day", "source")

    def __init__(self, *args: Any, parent: Organisation, **options: Any) -> None:
        super().__init__(*args, **options)
        below = LEVELS[LEVELS.index(parent.level) + 1 :]
        self.fields["level"].choices = [(level, LEVEL_TITLES[level]) for level in below]  # type: ignore[attr-defined]


class Rename(Dated):
    """Another name."""

    name_zh = forms.CharField(label=label("中文名称", "Chinese name"), max_length=200)
    name_en = forms.CharField(label=label("英文名称", "English name"), max_length=200, required=False)
    field_order = ("name_zh", "name_en", "from_day", "source")


class Parent(Dated):
    """Another place: the organisation to which it goes."""

    parent = UnitField(
        label=label("划归单位", "Organisation it goes to"), help_text=label("名称或代码", "Name or code")
    )
    field_order = ("parent", "from_day", "source")


class Close(Dated):
    """The end: closed, or merged into another."""

    into = UnitField(
        label=label("并入单位", "Organisation it is merged into"),
        required=False,
        help_text=label(
            "名称或代码。不填则撤销；填写则下级单位一并划入。",
            "Name or code. Empty: it is closed. Otherwise what belongs to it goes over.",
        ),
    )
    confirm = forms.CharField(label=label("输入单位代码以确认", "Type its code to confirm"), max_length=40)
    field_order = ("into", "from_day", "source", "confirm")


class Table(Form):
    """A table of organisations: a file, or pasted text."""

    file = forms.FileField(label=label("csv 文件", "csv file"), required=False)
    text = forms.CharField(
        label=label("或粘贴表格", "Or paste the table"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=label(
            "第一行为表头：code,name_zh,name_en,level,parent,from；可加 source。",
            "The first row is the header: code,name_zh,name_en,level,parent,from; source may be added.",
        ),
    )
