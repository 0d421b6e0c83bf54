"""The steps as pages show them: which form each asks for, which service does it, and what happens next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from duxue.web.common.actors import Actor
from duxue.web.common.lang import Words, say, words
from duxue.web.common.policy import decide
from duxue.web.common.telling import told
from duxue.web.rectification import forms
from duxue.web.rectification.models import Problem
from duxue.web.rectification.policy import working_place
from duxue.web.rectification.selectors.ledger import asked_extension
from duxue.web.rectification.services import mending
from duxue.web.rectification.words import ENDED
from duxue.web.rounds import procedures


@dataclass(frozen=True, slots=True)
class Act:
    """One step: what the policy is asked, its form, its service, and the word after it."""

    action: str
    form: type[forms.Step]
    service: Callable[..., Any]
    done: Words
    danger: bool = False


_TOLD = say("已告知有关单位。", "Those concerned see it now.")
ACTS: dict[str, Act] = {
    "notify": Act("decide", forms.Step, mending.problem_notify, say("已交办，方案时限开始计算。", "Handed over; the term of the plan runs.")),
    "plan": Act("work", forms.Plan, mending.plan_submit, say("方案已报送，等待审定。", "The plan was sent; the organiser decides on it.")),
    "approve_plan": Act("decide", forms.Step, mending.plan_approve, say("方案已通过，整改时限开始计算。", "The plan is approved; the term of the work runs.")),
    "return_plan": Act("decide", forms.Reason, mending.plan_return, say("方案已退回。", "The plan was returned.")),
    "start": Act("work", forms.Step, mending.problem_start, say("整改已开始，请按时报告进展。", "Work has begun; report progress as it goes.")),
    "report": Act("work", forms.Progress, mending.progress_add, say("进展已记录，可以继续上传佐证。", "Progress is recorded; proof may be attached to it.")),
    "submit": Act("work", forms.Submission, mending.problem_submit, say("已申请销号，等待另一人复查。", "Submitted; another person checks it.")),
    "return": Act("check", forms.Reason, mending.problem_return, say("已退回整改。", "It was returned.")),
    "close": Act("check", forms.Closing, mending.problem_close, say("已销号。", "It is closed.")),
    "reopen": Act("decide", forms.Reason, mending.problem_reopen, say("已重新打开，整改时限重新计算。", "It is open again; the term of the work starts anew.")),
    "extend": Act("decide", forms.Extension, mending.problem_extend, say("已延期。", "There is more time.")),
    "ask_extension": Act("work", forms.Extension, mending.extension_ask, say("已申请延期，等待审定；现有时限不变。", "Asked for; until it is given the date stays.")),
    "escalate": Act("decide", forms.Escalation, mending.problem_escalate, _TOLD),
    "drop": Act("decide", forms.Reason, mending.problem_drop, say("已撤销，记录保留。", "Dropped; the record stays."), danger=True),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Button:
    """A step as a page offers it; `why` says why not."""

    act: str
    label: Words
    allowed: bool
    why: Words | None
    needs_form: bool
    danger: bool


def buttons(actor: Actor, problem: Problem) -> list[Button]:
    """Return the steps that the problem's state offers, each allowed or with the reason against it."""
    path = working_place(actor, problem) or problem.path
    found = []
    for offer in procedures.offers(actor, problem.round, "problem", problem, path=path):
        act = ACTS.get(offer.transition.id)
        if act is None:
            continue
        decision = decide(actor, act.action, problem)
        why = None if decision else decision.why
        if decision and not offer.allowed:
            why = told(offer.problems[0])
        found.append(_button(offer.transition.id, words(offer.transition.title), act, why))
    if problem.due is not None and problem.state not in ENDED and decide(actor, "work", problem):
        waiting = asked_extension(problem)
        why = say("已申请，等待审定", "asked for already; it waits for a decision") if waiting else None
        found.append(
            _button("ask_extension", say("申请延期", "Ask for more time"), ACTS["ask_extension"], why)
        )
    return found


def _button(name: str, label: Words, act: Act, why: Words | None) -> Button:
    return Button(name, label, why is None, why, act.form is not forms.Step, act.danger)


def next_step(problem: Problem) -> tuple[Words, tuple[str, ...]]:
    """Return what must be done now, and which roles do it."""
    state = procedures.procedure_of(problem.round, "problem").state(problem.state)
    return _NEXT.get(problem.state, words(state.title)), state.actor


_NEXT = {
    "identified": say("交办给被评价单位", "hand it over to the unit"),
    "notified": say("报送整改方案", "send the plan"),
    "planned": say("审定整改方案", "decide on the plan"),
    "plan_approved": say("开始整改", "begin the work"),
    "in_progress": say("整改并报告进展，完成后申请销号", "do the work, report progress, then submit it"),
    "submitted": say("由另一人复查：销号或退回", "another person checks it: close or return"),
    "returned": say("按退回意见继续整改", "go on as the return says"),
    "reopened": say("重新整改", "mend it again"),
    "closed": say("无须办理", "nothing: it is closed"),
    "dropped": say("无须办理", "nothing: it was dropped"),
}
