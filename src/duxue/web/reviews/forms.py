"""Forms of online review."""

from __future__ import annotations

from typing import Any

from django import forms

from duxue.web.common.forms import Form
from duxue.web.common.lang import say as words
from duxue.web.common.numbers import trimmed
from duxue.web.reviews.barring import KINDS, people_of, units_of
from duxue.web.reviews.models import Assignment
from duxue.web.reviews.rules import review_rules, step_of
from duxue.web.reviews.selectors import TURN_TITLES
from duxue.web.reviews.services.recusing import may_be_recused
from duxue.web.rounds.models import Answer, Round, RoundUnit

say: Any = words  # Django's types know only their own lazy texts as labels
_NUMBER = {"invalid": say("请填写数字", "a number is expected")}
_REQUIRED = {
    "required": say("请填写此项", "fill this in"),
    "invalid_choice": say("请从列表中选择", "choose from the list"),
}


def _reason(label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, widget=forms.Textarea(attrs={"rows": 3}), error_messages=_REQUIRED, **options
    )


class ReviewForm(Form):
    """Points and reason for one item; the service says what is missing."""

    version = forms.IntegerField(label=say("版本", "Version"), widget=forms.HiddenInput, initial=0)
    points = forms.DecimalField(
        label=say("给分", "Points"),
        required=False,
        max_digits=8,
        decimal_places=3,
        error_messages={**_NUMBER, "required": say("请给分", "give points")},
    )
    reason = forms.CharField(
        label=say("理由", "Reason"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=say(
            "未给满分，或与自评分相差较大时必填。写明依据的材料和数据。",
            "Needed below full points or far from the self-score. Name the evidence and the data.",
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, answer: Answer, **options: Any) -> None:
        super().__init__(*args, **options)
        full, step = trimmed(answer.item.points), step_of(answer.item)
        self.fields["reason"].sometimes = True  # type: ignore[attr-defined]  # as its hint says; not optional
        field = self.fields["points"]
        field.required = not self.is_bound or self.data.get("act") == "give"  # drafts may be empty
        field.help_text = say("0 到 {full} 分", "0 to {full} points", full=full)
        field.widget.attrs.update(
            {
                "min": "0",
                "max": full,
                "step": trimmed(step),
                "inputmode": "decimal",
                "autofocus": True,
            }
        )


class QuestionForm(Form):
    """A question on one item."""

    text = forms.CharField(
        label=say("问题", "Question"), widget=forms.Textarea(attrs={"rows": 4}), error_messages=_REQUIRED,
        help_text=say(
            "只退回这一项。写明缺什么、要说明什么；对方看不到您的姓名。",
            "Only this item goes back. Say what is missing; the unit does not see your name.",
        ),
    )  # fmt: skip


class ProposalForm(Form):
    """How units are spread over reviewers."""

    share = forms.IntegerField(
        label=say("复评比例（%）", "Share of second reviews (%)"), min_value=0, max_value=100, error_messages=_NUMBER,
        help_text=say("这一比例的单位由第二人独立盲评。", "So many of the units are judged blind by a second person."),
    )  # fmt: skip
    limit = forms.IntegerField(
        label=say("每人最多单位数", "Most units for one reviewer"), min_value=0, max_value=1000, error_messages=_NUMBER,
        help_text=say("0 为不限。", "0: no limit."),
    )  # fmt: skip
    seed = forms.CharField(
        label=say("随机种子", "Seed"), max_length=60, error_messages=_REQUIRED,
        help_text=say("同一种子得到同一方案，他人可以重做。", "The same seed gives the same allocation; others can repeat it."),
    )  # fmt: skip

    @classmethod
    def initial_of(cls, round: Round) -> dict[str, Any]:
        """Return what the rules of the round say."""
        rules = review_rules(round)
        return {"share": int(rules.second_share * 100 + 0.5), "limit": rules.limit, "seed": round.slug}


class GiveForm(Form):
    """One task by hand."""

    unit = forms.ChoiceField(label=say("单位", "Unit"), error_messages=_REQUIRED)
    reviewer = forms.ChoiceField(label=say("专家", "Reviewer"), error_messages=_REQUIRED)
    turn = forms.ChoiceField(
        label=say("评次", "Turn"), choices=list(TURN_TITLES.items()), error_messages=_REQUIRED
    )
    branch = forms.ChoiceField(label=say("范围", "Items"), required=False, error_messages=_REQUIRED)

    def __init__(self, *args: Any, round: Round, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["unit"].choices = [(str(u.pk), u.name) for u in RoundUnit.objects.filter(round=round)]
        fields["reviewer"].choices = [(str(p.pk), str(p)) for p in people_of(round, "reviewer")]
        branches = round.items.filter(kind="branch").order_by("order")
        fields["branch"].choices = [("", say("全部评审条目", "all reviewed items"))] + [
            (str(b.pk), str(b)) for b in branches
        ]


class ReassignForm(Form):
    """Another reviewer for a task, or nobody, with a reason."""

    reviewer = forms.ChoiceField(
        label=say("改派给", "Give it to"), required=False, error_messages=_REQUIRED,
        help_text=say("不选则撤销任务。", "Without a choice the task is withdrawn."),
    )  # fmt: skip
    reason = _reason(say("理由", "Reason"))

    def __init__(self, *args: Any, assignment: Assignment, **options: Any) -> None:
        super().__init__(*args, **options)
        people = [p for p in people_of(assignment.round, "reviewer") if p.pk != assignment.reviewer_id]
        fields: Any = self.fields
        fields["reviewer"].choices = [
            ("", say("不改派，只撤销", "nobody: withdraw it")),
            *((str(p.pk), str(p)) for p in people),
        ]


class RecusalForm(Form):
    """A recusal; organisers choose the person."""

    user = forms.ChoiceField(label=say("人员", "Person"), error_messages=_REQUIRED)
    unit = forms.ChoiceField(label=say("回避的单位", "Unit not to judge"), error_messages=_REQUIRED)
    kind = forms.ChoiceField(
        label=say("情形", "Reason"), choices=list(KINDS.items()), error_messages=_REQUIRED
    )
    text = forms.CharField(
        label=say("说明", "What it is"), required=False, max_length=400,
        help_text=say("只有督导办和审计员能看到；查阅会留下记录。", "Only the office and auditors read it; reading is logged."),
    )  # fmt: skip

    def __init__(self, *args: Any, round: Round, own: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        if own:
            del self.fields["user"]
        else:
            fields["user"].choices = [(str(p.pk), str(p)) for p in may_be_recused(round)]
        fields["unit"].choices = [(str(u.pk), u.name) for u in units_of(round)]


class ReasonForm(Form):
    """A reason alone."""

    reason = _reason(say("理由", "Reason"))
