"""Forms of the ledger: entering a problem, and one form for each step of its rectification."""

from __future__ import annotations

from typing import Any

from django import forms

from duxue.web.common.forms import Form, label
from duxue.web.common.lang import say
from duxue.web.orgs.picking import UnitCodeField
from duxue.web.rectification.words import KINDS, LEVELS, SOURCES
from duxue.web.rounds.models import Item, RoundUnit

_LONG = forms.Textarea(attrs={"rows": 5})


class Day(forms.DateField):
    """A day, chosen with the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Step(Form):
    """A step that asks for nothing: it knows which version the person looked at."""

    version = forms.IntegerField(label=label("版本", "Version"), widget=forms.HiddenInput, required=False)


class Reason(Step):
    """A step that must be reasoned."""

    reason = forms.CharField(
        label=label("理由", "Reason"),
        widget=_LONG,
        help_text=label("责任单位和审计员会看到。", "The responsible unit and auditors read it."),
    )


class Plan(Step):
    """The plan of a rectification."""

    measure = forms.CharField(label=label("整改措施", "Measures"), widget=_LONG)
    responsible = UnitCodeField(
        label=label("责任单位", "Responsible organisation"), required=False,
        help_text=label("名称或代码：被评价单位或其下级；不填则不变。", "Name or code: the unit or below it; empty leaves it as it is."),
    )  # fmt: skip
    post = forms.CharField(label=label("责任岗位", "Post that answers for it"), max_length=100)
    finish = Day(label=label("完成日期", "Done by"))


class Progress(Step):
    """A report of progress."""

    text = forms.CharField(label=label("进展情况", "What was done"), widget=_LONG)
    share = forms.IntegerField(
        label=label("完成比例（%）", "Share done (%)"), required=False, min_value=0, max_value=100
    )


class Submission(Step):
    """The wish to have it closed."""

    text = forms.CharField(
        label=label("整改结果", "Result"), widget=_LONG,
        help_text=label("写明做了什么、有什么证明。", "Say what was done and what proves it."),
    )  # fmt: skip


class Closing(Step):
    """The check that finds it mended."""

    text = forms.CharField(label=label("复查意见", "What the check found"), widget=_LONG, required=False)


class Extension(Step):
    """A later day."""

    day = Day(label=label("新的时限", "New date"))
    reason = forms.CharField(label=label("理由", "Reason"), widget=_LONG)


class Escalation(Step):
    """Whom it is put before."""

    to = forms.CharField(
        label=label("提请谁督办", "Put before"),
        max_length=100,
        help_text=label("职务或机构名称，不写个人姓名。", "A post or a body, no person's name."),
    )
    reason = forms.CharField(label=label("理由", "Reason"), widget=_LONG)


class NewProblem(Form):
    """A problem that somebody found."""

    unit = forms.ChoiceField(label=label("被评价单位", "Unit"), choices=[])
    item = forms.ChoiceField(label=label("条目", "Item"), choices=[], required=False)
    source = forms.ChoiceField(label=label("来源", "Source"), choices=[])
    level = forms.ChoiceField(label=label("层级", "Level"), choices=list(LEVELS.items()), initial="city")
    kind = forms.ChoiceField(label=label("整改类别", "Class"), choices=list(KINDS.items()), initial="by_date")
    text = forms.CharField(
        label=label("问题", "Problem"),
        widget=_LONG,
        help_text=label("内部使用，可写明学校和数据。", "For those inside: may name schools and figures."),
    )
    public_zh = forms.CharField(
        label=label("公开表述（中文）", "Public wording in Chinese"), max_length=500, required=False,
        help_text=label("不写学校和个人名称。", "No names of schools or people."),
    )  # fmt: skip
    public_en = forms.CharField(
        label=label("公开表述（英文）", "Public wording in English"), max_length=500, required=False
    )
    responsible = UnitCodeField(
        label=label("责任单位", "Responsible organisation"), required=False,
        help_text=label("名称或代码：被评价单位或其下级；不填则为被评价单位。", "Name or code: the unit or below it; empty: the unit itself."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, units: list[RoundUnit], items: list[Item], own_only: bool, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["unit"].choices = [(u.code, u.name) for u in units]
        fields["item"].choices = [
            ("", say("不涉及具体条目", "none")),
            *((i.code, f"{i.code} {i.title}") for i in items),
        ]
        fields["source"].choices = [(k, v) for k, v in SOURCES.items() if not own_only or k == "self"]
