"""Forms of field verification."""

from __future__ import annotations

from typing import Any

from django import forms

from duxue.web.common.actors import INSPECTOR
from duxue.web.common.forms import Form, countable
from duxue.web.common.lang import say as words
from duxue.web.common.numbers import trimmed
from duxue.web.inspections.models import SheetEntry, Visit
from duxue.web.inspections.services.sheets import FOUND
from duxue.web.reviews.barring import KINDS, people_of

say: Any = words  # Django's types know only their own lazy texts as labels
_NUMBER = {
    "invalid": say("请填写数字", "a number is expected"),
    "required": say("请填写此项", "fill this in"),
}
_REQUIRED = {"required": say("请填写此项", "fill this in"), "invalid": say("格式不对", "it cannot be read")}


class DrawForm(Form):
    """What is drawn, and where chance comes from."""

    title_zh = forms.CharField(
        label=say("名称（中文）", "Title in Chinese"), max_length=200, error_messages=_REQUIRED
    )
    title_en = forms.CharField(
        label=say("名称（英文）", "Title in English"), max_length=200, error_messages=_REQUIRED
    )
    counties = forms.IntegerField(
        label=say("每个单位抽取的县数", "Counties of each unit"),
        min_value=1,
        max_value=50,
        initial=2,
        error_messages=_NUMBER,
    )
    schools = forms.IntegerField(
        label=say("每个县抽取的学校数", "Schools of each county"), min_value=0, max_value=50, initial=0, error_messages=_NUMBER,
        help_text=say("0 为只抽县。", "0: counties only."),
    )  # fmt: skip
    moment = forms.DateTimeField(
        label=say("随机数产生的时间", "When chance speaks"), error_messages=_REQUIRED, validators=[countable],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=say("在此之前先公开名单和方案，任何人都无法预知结果。", "List and plan are public before it, so nobody can know the result."),
    )  # fmt: skip
    digits = forms.IntegerField(
        label=say("当众报出的数字位数", "Digits said in public"), min_value=0, max_value=100, initial=6, error_messages=_NUMBER,
        help_text=say("0 为不用。", "0: none."),
    )  # fmt: skip
    who = forms.CharField(
        label=say("由谁报出", "Said by whom"), required=False, max_length=200,
        help_text=say("例如各市代表依次各报一位。", "For instance one digit by each city's delegate, in order."),
    )  # fmt: skip
    beacon = forms.BooleanField(
        label=say("同时用公共随机信标（drand）", "Use the public beacon drand as well"), required=False,
        help_text=say("用上述时间之后的第一轮，无人能够控制。", "Its first round after that moment, which nobody controls."),
    )  # fmt: skip
    hidden = forms.BooleanField(
        label=say("不预先通知（结果暂不公开）", "Unannounced: keep the result back"), required=False,
        help_text=say(
            "现在封存一个数并公开其摘要，公开证书时揭示；在此之前外人算不出结果。不勾选时，知道随机数的人就算得出地点。",
            "A number is sealed now and its digest published; until the certificate reveals it nobody outside can compute the result. Without it, whoever knows what chance said can.",
        ),
    )  # fmt: skip
    reason = forms.CharField(
        label=say("重抽的理由", "Why it is drawn again"), required=False, max_length=400,
        help_text=say("本轮已有抽签时必填，并公开。", "Needed, and public, when the round has a draw."),
    )  # fmt: skip


class RunForm(Form):
    """What chance said."""

    digits = forms.CharField(label=say("报出的数字", "Digits said"), required=False, max_length=200)
    beacon = forms.CharField(
        label=say("信标公布的内容（JSON）", "What the beacon published (JSON)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class PlanForm(Form):
    """Day and team of a visit."""

    day = forms.DateField(
        label=say("日期", "Day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=_REQUIRED,
    )
    team = forms.MultipleChoiceField(
        label=say("核查人员", "Team"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=say("应回避的人不能入选；督导小组不少于 3 人。", "Who is recused cannot be chosen; a team has at least 3."),
    )  # fmt: skip

    def __init__(self, *args: Any, visit: Visit, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["team"].choices = [(str(p.pk), str(p)) for p in people_of(visit.round, INSPECTOR)]
        if visit.state == "under_way":
            del self.fields["day"]


class EntryForm(Form):
    """One line of a sheet."""

    version = forms.IntegerField(label=say("版本", "Version"), widget=forms.HiddenInput, initial=0)
    found = forms.ChoiceField(
        label=say("核查结果", "Found"), required=False, choices=list(FOUND.items()), widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=say("情况", "What was seen"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    points = forms.DecimalField(
        label=say("核查给分", "Points"),
        required=False,
        max_digits=8,
        decimal_places=3,
        error_messages=_NUMBER,
    )

    def __init__(self, *args: Any, entry: SheetEntry, **options: Any) -> None:
        options.setdefault("auto_id", f"e{entry.pk}_%s")
        super().__init__(*args, **options)
        full = trimmed(entry.item.points)
        self.fields["points"].help_text = say("0 到 {full} 分", "0 to {full} points", full=full)
        self.fields["points"].widget.attrs.update({"inputmode": "decimal", "min": "0", "max": full})


class ReasonForm(Form):
    """A reason alone."""

    reason = forms.CharField(
        label=say("理由", "Reason"), widget=forms.Textarea(attrs={"rows": 3}), error_messages=_REQUIRED
    )


class AskRecusalForm(Form):
    """Who of a team should not visit the unit, and why."""

    user = forms.ChoiceField(label=say("人员", "Person"), error_messages=_REQUIRED)
    kind = forms.ChoiceField(
        label=say("情形", "Reason"), choices=list(KINDS.items()), error_messages=_REQUIRED
    )
    text = forms.CharField(
        label=say("说明", "What it is"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}), error_messages=_REQUIRED,
        help_text=say("只有本单位负责人、督导办和审计员能看到。", "Only the unit's heads, the office and auditors read it."),
    )  # fmt: skip

    def __init__(self, *args: Any, visit: Visit, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["user"].choices = [(str(p.pk), str(p)) for p in visit.team.all()]


class DecideRecusalForm(Form):
    """What is decided on a request, with its reason."""

    granted = forms.ChoiceField(
        label=say("决定", "Decision"), widget=forms.RadioSelect, error_messages=_REQUIRED,
        choices=[("yes", say("同意回避", "Grant it")), ("no", say("不同意", "Decline it"))],
    )  # fmt: skip
    answer = forms.CharField(
        label=say("理由", "Reason"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=say("不同意时必须写明；申请单位能看到。", "Needed when it is declined; the unit that asked reads it."),
    )  # fmt: skip
