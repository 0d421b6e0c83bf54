"""Forms of requests for more time: the unit's wish, and the organiser's decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from duxue.web.common.forms import Form
from duxue.web.common.lang import say
from duxue.web.rounds.forms_organiser import Moment, reason_field
from duxue.web.rounds.models import MoreTime
from duxue.web.rounds.services.more_time import LONGEST

label: Any = say  # Django's types know only their own lazy texts as labels
GRANT, DECLINE = "grant", "decline"


class AskMoreTime(Form):
    """Until when, and why."""

    until = Moment(label=label("希望延长至", "Until when"))
    reason = forms.CharField(
        label=label("理由", "Reason"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=label("写明还差什么、为什么来不及。", "Say what is missing, and why it could not be ready."),
    )  # fmt: skip


class DecideMoreTime(Form):
    """Granted until when, or declined; with a reason either way."""

    decision = forms.ChoiceField(
        label=label("决定", "Decision"), widget=forms.RadioSelect,
        choices=[(GRANT, label("同意延期", "Grant more time")), (DECLINE, label("不同意", "Decline"))],
    )  # fmt: skip
    closes = Moment(
        label=label("延长至", "Extend until"), required=False,
        help_text=label("同意时填写；可与申请不同。", "Where it is granted; it may differ from what was asked."),
    )  # fmt: skip
    reason = reason_field()

    def __init__(self, *args: Any, asked: MoreTime, **options: Any) -> None:
        super().__init__(*args, initial={"closes": timezone.localtime(asked.until)}, **options)

    def clean(self) -> dict[str, Any]:
        """Ask for an end where more time is granted."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        closes: datetime | None = given.get("closes")
        if given.get("decision") == GRANT and closes is None and "closes" not in self.errors:
            self.add_error("closes", str(say("请填写此项", "fill this in")))
        return given
