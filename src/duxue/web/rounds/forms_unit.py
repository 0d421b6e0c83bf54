"""Forms of a unit: answers, handing out, disputes, objections, replies, practices, the form as a workbook."""

from __future__ import annotations

from typing import Any

from django import forms

from duxue.web.common.forms import Form
from duxue.web.common.lang import say as words
from duxue.web.common.numbers import trimmed
from duxue.web.rounds.models import Answer, Item, RoundUnit
from duxue.web.rounds.selectors.unit import colleagues, places_below
from duxue.web.rounds.services import answers, disputes, objecting, practices
from duxue.web.rounds.weights import full_points

say: Any = words  # Django's types know only their own lazy texts as labels
_REQUIRED = {"required": say("请填写此项", "fill this in")}


def _text(rows: int, **attrs: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


class Score(forms.DecimalField):
    """A score: wanted in the end, but a draft may still leave it out."""

    def validate(self, value: Any) -> None:
        """Accept an empty one; the check before submission names it."""
        if value is not None:
            super().validate(value)


class AnswerForm(Form):
    """What is answered to one item."""

    version = forms.IntegerField(label=say("版本", "Version"), widget=forms.HiddenInput, initial=0)
    self_score = Score(
        label=say("自评分", "Self-score"), max_digits=8, decimal_places=3,
        error_messages={"invalid": say("请填写数字", "a number is expected")},
    )  # fmt: skip
    narrative = forms.CharField(
        label=say("文字说明", "Narrative"), required=False, strip=False, widget=_text(10, data_count="")
    )
    ready = forms.BooleanField(
        label=say("这一条目已填好", "This item is ready"), required=False,
        help_text=say("标记后负责人可以整体提交；仍可再改。", "The manager can then submit; it can still be changed."),
    )  # fmt: skip

    def __init__(self, *args: Any, answer: Answer, asked: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        limit = answers.narrative_limit(answer.round)
        self.fields["narrative"].help_text = say(
            "说明做了什么、结果如何；数字写明口径。最多 {limit} 字。",
            "What was done and what came of it; say what each number counts. At most {limit} characters.",
            limit=limit,
        )
        self.fields["narrative"].widget.attrs["data-count"] = str(limit)
        if asked:
            score, full = self.fields["self_score"], full_points(answer.item, answer.unit)
            step = answers.score_step(answer.round)
            score.widget.attrs.update({"min": "0", "step": str(step), "inputmode": "decimal"})
            if full is not None:
                most = trimmed(full)
                score.help_text = say(
                    "0 到 {full} 分", "0 to {full} point" if full == 1 else "0 to {full} points", full=most
                )
                score.widget.attrs["max"] = most
        else:
            del self.fields["self_score"]
            del self.fields["ready"]
            self.fields["narrative"].label = say("备注", "Note")


class ReplyToQuestionForm(AnswerForm):
    """The reply to a question, with the item as it shall now stand."""

    reply = forms.CharField(label=say("答复", "Reply"), widget=_text(5), error_messages=_REQUIRED)

    field_order = ("version", "reply", "self_score", "narrative")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields.pop("ready", None)
        self.order_fields(self.field_order)


class HandForm(Form):
    """Items and who fills them until when."""

    answers = forms.TypedMultipleChoiceField(
        label=say("条目", "Items"), coerce=int, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": say("请至少选择一个条目", "choose at least one item")},
    )  # fmt: skip
    assignee = forms.TypedChoiceField(
        label=say("同事", "Colleague"), coerce=int, required=False, empty_value=None
    )
    organisation = forms.TypedChoiceField(
        label=say("或下级单位", "Or an organisation below"), coerce=int, required=False, empty_value=None,
        help_text=say("该单位的人员只看到分派给他们的条目。", "Its people see only the items handed to them."),
    )  # fmt: skip
    due = forms.DateField(
        label=say("单位内部截止日", "Due inside the unit"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": say("请填写日期，例如 2025-03-14", "a day is expected, for instance 2025-03-14")},
    )  # fmt: skip

    def __init__(self, *args: Any, unit: RoundUnit, rows: list[Answer], **options: Any) -> None:
        super().__init__(*args, **options)
        nobody = [("", say("（不分派）", "(nobody)"))]
        self.fields["answers"].choices = [(a.pk, str(a.item)) for a in rows]  # type: ignore[attr-defined]
        people = [(p.pk, " · ".join(t for t in (str(p), p.post) if t)) for p in colleagues(unit)]
        self.fields["assignee"].choices = [*nobody, *people]  # type: ignore[attr-defined]
        places = [(o.pk, o.name) for o in places_below(unit)]
        self.fields["organisation"].choices = [*nobody, *places]  # type: ignore[attr-defined]


class DisputeForm(Form):
    """Why a known figure is wrong."""

    text = forms.CharField(
        label=say("哪里有误，正确的依据是什么", "What is wrong, and what shows the right figure"), widget=_text(6),
        max_length=disputes.LONGEST, error_messages=_REQUIRED,
        help_text=say("数据由督导办核实更正，不在此重填。", "The office looks into the data; the figure is not typed here."),
    )  # fmt: skip


class AnswerDisputeForm(Form):
    """What the office found out about a disputed figure."""

    answer = forms.CharField(
        label=say("核实结果", "What was found"), widget=_text(6), max_length=disputes.LONGEST, error_messages=_REQUIRED,
        help_text=say("写明数据是否有误、依据什么、如何更正。", "Say whether the figure is wrong, by what evidence, and how it is corrected."),
    )  # fmt: skip


class WithdrawForm(Form):
    """Why a submission is taken back."""

    reason = forms.CharField(
        label=say("撤回理由", "Reason"), widget=_text(3), max_length=400, error_messages=_REQUIRED
    )


class ObjectionForm(Form):
    """What is objected to, and why."""

    item = forms.TypedChoiceField(
        label=say("针对", "About"), coerce=int, required=False, empty_value=None,
        help_text=say("可对单个条目，也可对整体结果。", "One item, or the result as a whole."),
    )  # fmt: skip
    text = forms.CharField(
        label=say("异议理由", "Grounds"),
        widget=_text(8),
        max_length=objecting.LONGEST,
        error_messages=_REQUIRED,
    )

    def __init__(self, *args: Any, items: list[Item], **options: Any) -> None:
        super().__init__(*args, **options)
        whole = [("", say("整体结果", "The result as a whole"))]
        self.fields["item"].choices = [*whole, *((i.pk, str(i)) for i in items)]  # type: ignore[attr-defined]


class PublicReplyForm(Form):
    """What the public will read beside the result."""

    text_zh = forms.CharField(
        label=say("公开回应（中文）", "Public reply (Chinese)"), widget=_text(8), max_length=objecting.REPLY_LONGEST,
        error_messages=_REQUIRED,
    )  # fmt: skip
    text_en = forms.CharField(
        label=say("公开回应（英文）", "Public reply (English)"), widget=_text(6), required=False,
        max_length=objecting.REPLY_LONGEST,
    )  # fmt: skip


class PracticeForm(Form):
    """A typical practice and the figures on which it rests."""

    title_zh = forms.CharField(
        label=say("题目", "Title"), max_length=practices.TITLE_LONGEST, error_messages=_REQUIRED
    )
    text_zh = forms.CharField(
        label=say("做法与成效", "What was done and what came of it"), widget=_text(12), max_length=practices.LONGEST,
        error_messages=_REQUIRED,
    )  # fmt: skip
    title_en = forms.CharField(
        label=say("题目（英文）", "Title (English)"), max_length=practices.TITLE_LONGEST * 3, required=False
    )
    text_en = forms.CharField(
        label=say("做法与成效（英文）", "Text (English)"),
        widget=_text(8),
        max_length=practices.LONGEST * 3,
        required=False,
    )
    figures = forms.MultipleChoiceField(
        label=say("引用的数据", "Figures it rests on"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, indicators: dict[str, Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["figures"].choices = list(indicators.items())  # type: ignore[attr-defined]


class SheetForm(Form):
    """The filled form as a workbook."""

    sheet = forms.FileField(
        label=say("填好的自评表（.xlsx）", "The filled form (.xlsx)"), error_messages=_REQUIRED,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )  # fmt: skip
