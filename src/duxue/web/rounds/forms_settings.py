"""The form in which an organiser corrects a round: titles, units of a draft, and everything that a round is set to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms

from duxue.cases.calendar_file import calendar_title, list_calendars
from duxue.cases.clock import Term
from duxue.core.errors import Refused
from duxue.web.common.actors import LEADER, ORGANISER
from duxue.web.common.forms import label
from duxue.web.common.lang import say, words
from duxue.web.common.policy import ROLE_TITLES
from duxue.web.orgs.models import Organisation
from duxue.web.rounds import own_calendars
from duxue.web.rounds.clocks import clocks_of
from duxue.web.rounds.forms_organiser import Choices
from duxue.web.rounds.models import Round
from duxue.web.rounds.procedures import DEFAULT_CALENDAR
from duxue.web.rounds.settings import BOUNDS, PROPOSED, Settings

_UNITS = [
    ("working_day", say("个工作日", "working days")),
    ("day", say("日", "days")),
    ("month", say("个月", "months")),
]


class TermInput(forms.MultiWidget):
    """A length of time: how many of which unit."""

    use_fieldset = True
    template_name = "rounds/term_input.html"

    def __init__(self) -> None:
        number = forms.NumberInput(attrs={"min": 1, "aria-label": say("数量", "How many")})
        unit = forms.Select(choices=_UNITS, attrs={"aria-label": say("单位", "Of which unit")})
        super().__init__([number, unit])

    def decompress(self, value: Any) -> list[Any]:
        """Return number and unit of `10 working days`."""
        try:
            term = Term.parse(value or "")
        except Refused:
            return [None, "working_day"]
        return [term.amount, term.unit]


class TermField(forms.MultiValueField):
    """A term as packs write it; "" where no number was typed."""

    widget = TermInput

    def __init__(self, **options: Any) -> None:
        fields = (forms.IntegerField(min_value=1, required=False), forms.ChoiceField(choices=_UNITS))
        super().__init__(fields, require_all_fields=False, required=False, **options)

    def compress(self, data_list: list[Any]) -> str:
        """Return `10 working days`."""
        if not data_list or data_list[0] is None:
            return ""
        try:
            return str(Term(data_list[0], data_list[1]))
        except Refused as refused:
            raise forms.ValidationError([str(words(p.what)) for p in refused.problems]) from None


def _number(name: str, zh: str, en: str, hint_zh: str, hint_en: str) -> forms.IntegerField:
    least, most = BOUNDS[name]
    return forms.IntegerField(
        label=label(zh, en), min_value=least, max_value=most, help_text=label(hint_zh, hint_en)
    )


class Edit(Choices):
    """Titles and settings of a round that was made; who takes part while it is a draft."""

    title_zh = forms.CharField(label=label("中文名称", "Chinese title"), max_length=200)
    title_en = forms.CharField(label=label("英文名称", "English title"), max_length=200)
    review_limit = _number(
        "review_limit", "每位网评专家最多评审的单位", "Most units of one reviewer",
        "自动分派时遵守；0 表示不限。", "Kept when tasks are proposed; 0: no limit.",
    )  # fmt: skip
    sheet_items = _number(
        "sheet_items", "核查表上的条目数", "Items on the sheet of a visit",
        "安排核查时从须实地核查的条目中选取。", "Taken from the items that are verified in the field when a visit is planned.",
    )  # fmt: skip
    visit_limit = _number(
        "visit_limit", "同一处每月最多核查次数", "Most visits of one place in a month",
        "超过时提醒安排核查的人，减轻学校负担。", "Beyond it whoever plans a visit is warned, to spare schools.",
    )  # fmt: skip
    remind_days = _number(
        "remind_days", "整改到期前几天提醒", "Days before a date of rectification to remind",
        "提醒责任单位。", "The responsible unit is reminded.",
    )  # fmt: skip
    escalate_days = _number(
        "escalate_days", "整改逾期几天后提请督办", "Days after which what is overdue is escalated",
        "问题整改逾期满这些天后自动提请督办。", "A problem that is overdue for so long is put before those below.",
    )  # fmt: skip
    escalate_to = forms.ChoiceField(label=label("提请谁督办", "Escalated to"), choices=[])
    calendar = forms.ChoiceField(
        label=label("工作日历", "Calendar of working days"), choices=[], required=False,
        help_text=label("按工作日计算的期限以此为准。", "Terms in working days go by it."),
    )  # fmt: skip
    field_order = ("title_zh", "title_en")

    def __init__(
        self, *args: Any, round: Round, candidates: list[Organisation], chosen: list[int], **options: Any
    ) -> None:
        super().__init__(*args, candidates=candidates, **options)
        self.kept, self.clocks = round.chosen, clocks_of(round)
        share = self.kept.second_review_share
        self.initial = {
            **{name: getattr(self.kept, name) for name in self.fields if hasattr(self.kept, name)},
            "title_zh": round.title_zh, "title_en": round.title_en, "units": chosen,
            "second_review_share": int(100 * (PROPOSED.second_review_share or 0 if share is None else share) + 0.5),
        }  # fmt: skip
        fields: Any = self.fields
        if not candidates:
            del fields["units"]
        to = dict.fromkeys((LEADER, ORGANISER, self.kept.escalate_to))
        fields["escalate_to"].choices = [(one, ROLE_TITLES.get(one, one)) for one in to]
        own = dict(own_calendars.choices())
        names = dict.fromkeys([*list_calendars(), *own, *filter(None, [self.kept.calendar])])
        site = say("网站的日历（{name}）", "the site's ({name})", name=DEFAULT_CALENDAR)
        fields["calendar"].choices = [
            ("", site),
            *((name, words(own.get(name) or calendar_title(name))) for name in names),
        ]
        for clock, timer in self.clocks.items():
            fields[f"term_{clock}"] = TermField(
                label=say("期限：{clock}", "Term: {clock}", clock=words(timer.title)),
                help_text=say(
                    "规则包为{term}，不填即按此；对今后开始的期限有效。", "The pack says {term}, which holds when this is empty. For terms that begin from now on.",
                    term=words(timer.term.text),
                ),
                initial=self.kept.terms.get(clock, ""),
            )  # fmt: skip

    def settings(self) -> Settings:
        """Return what was chosen; what the form does not ask stays."""
        given = self.cleaned_data
        plain = {name: given[name] for name in (*BOUNDS, "escalate_to", "calendar")}
        plain |= {name: given[name] for name in ("publish_grades", "show_weights", "show_points")}
        terms = {clock: text for clock in self.clocks if (text := given[f"term_{clock}"])}
        return replace(
            self.kept, second_review_share=given["second_review_share"] / 100, terms=terms, **plain
        )
