"""What organisers must do now: units to remind and to move on, objections to decide, rounds to open."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.db.models import Count, Min, Q
from django.urls import reverse

from duxue.web.common.actors import ORGANISER, Actor
from duxue.web.common.clock import now
from duxue.web.common.lang import Words, say
from duxue.web.common.policy import covered
from duxue.web.common.scope import acting
from duxue.web.common.tasks_list import Todo, provides_todo
from duxue.web.rounds.models import Dispute, Practice, Round, Veto
from duxue.web.rounds.procedures import windows_of
from duxue.web.rounds.selectors.more_time import asked_in
from duxue.web.rounds.selectors.objected import objections_in
from duxue.web.rounds.selectors.waiting import waiting_counts
from duxue.web.rounds.services.disputes import dispute_due

# The state in which units wait for the office -> what is to be done with n of them, and what else the matrix is asked for.
_NEXT: dict[str, tuple[Callable[[int], Words], str]] = {
    "submitted": (
        lambda n: say("将{n}个单位转入评审", "Take {n} submissions into review", one="Take 1 submission into review", n=n), "",
    ),
    "reviewed": (
        lambda n: say(
            "{n}个单位网评完成、没有进行中的核查：完成核查，或不作实地核查",
            "{n} reviewed units have no visit under way: finish the verification, or go without a visit",
            one="1 reviewed unit has no visit under way: finish the verification, or go without a visit", n=n,
        ), "&only=office",
    ),
    "verified": (
        lambda n: say("向{n}个单位告知结果", "Send the feedback to {n} units", one="Send the feedback to 1 unit", n=n), "",
    ),
    "notified": (
        lambda n: say(
            "{n}个单位异议期满：定案", "Settle {n} units whose time to object is over",
            one="Settle 1 unit whose time to object is over", n=n,
        ), "&only=office",
    ),
    "objecting": (
        lambda n: say(
            "{n}个单位的异议已办结：定案", "Settle {n} units whose objections are closed",
            one="Settle 1 unit whose objections are closed", n=n,
        ), "&only=office",
    ),
}  # fmt: skip


@provides_todo
def organiser_todos(actor: Actor) -> Iterator[Todo]:
    """Yield the organiser's duties in each round that runs or is prepared, with their clocks."""
    if not actor.any(ORGANISER):
        return
    mine = covered(actor, (ORGANISER,), "authority__path", "pk")
    with acting(actor):
        rounds = Round.objects.filter(mine, state__in=("draft", "open", "frozen")).select_related("authority")
        counted = rounds.annotate(
            all_units=Count("units", distinct=True),
            missing=Count("units", filter=Q(units__state__in=("invited", "drafting")), distinct=True),
        )
        for found in counted:
            yield from _of(found, found.missing)


def _of(round: Round, missing: int) -> Iterator[Todo]:
    here = reverse("rounds:show", args=[round.slug])
    if round.state == "draft":
        yield Todo(say("启动轮次：{title}", "Open the round: {title}", title=round.title), here, urgency=1)
        return
    if round.state == "frozen":
        yield Todo(
            say("公布结果：{title}", "Publish the results: {title}", title=round.title), here, urgency=2
        )
        return
    matrix = reverse("rounds:matrix", args=[round.slug])
    end = windows_of(round).get("self_evaluation")
    if missing:
        yield Todo(
            say("跟进{n}个未提交的单位", "Follow {n} units that have not submitted", one="Follow 1 unit that has not submitted", n=missing),
            f"{matrix}?only=risk", end.closes if end else None, missing,
        )  # fmt: skip
    waiting = waiting_counts(round, now())
    for state, (title, filters) in _NEXT.items():
        if n := waiting.get(state, 0):
            yield Todo(title(n), f"{matrix}?state={state}{filters}", None, n, urgency=2)
    asking = asked_in(round, "open").count()
    if asking:
        yield Todo(
            say("审定{n}件延期申请", "Decide {n} requests for more time", one="Decide 1 request for more time", n=asking),
            reverse("rounds:more_time_list", args=[round.slug]) + "?state=open", None, asking, urgency=4,
        )  # fmt: skip
    disputed = [
        dispute_due(row)
        for row in Dispute.objects.filter(round=round, answered_at=None).select_related("round")
    ]
    if disputed:
        yield Todo(
            say("答复{n}项数据疑议", "Answer {n} disputed figures", one="Answer 1 disputed figure", n=len(disputed)),
            reverse("rounds:disputes", args=[round.slug]) + "?state=open", min(disputed), len(disputed), urgency=2,
        )  # fmt: skip
    practices = Practice.objects.filter(round=round, accepted=False, returned=None).count()
    if practices:
        yield Todo(
            say("审定{n}个典型做法", "Decide on {n} typical practices", one="Decide on 1 typical practice", n=practices),
            reverse("rounds:practices_in", args=[round.slug]) + "?state=handed_in", None, practices, urgency=2,
        )  # fmt: skip
    page, at = reverse("rounds:objections", args=[round.slug]), now()
    appeals = Veto.objects.filter(round=round, appeal="pending").count()
    if appeals:
        yield Todo(
            say("裁定{n}件对否决事项的申诉", "Decide {n} appeals against vetoes", one="Decide 1 appeal against a veto", n=appeals),
            reverse("rounds:vetoes", args=[round.slug]), None, appeals, urgency=3,
        )  # fmt: skip
    undecided = objections_in(round, "undecided", at).aggregate(n=Count("pk"), due=Min("due"))
    if undecided["n"]:
        yield Todo(
            say("裁定{n}件异议", "Decide {n} objections", one="Decide 1 objection", n=undecided["n"]),
            f"{page}?state=undecided", undecided["due"], undecided["n"], urgency=3,
        )  # fmt: skip
    unanswered = objections_in(round, "reply", at).aggregate(n=Count("pk"), due=Min("reply_due"))
    if unanswered["n"]:
        yield Todo(
            say(
                "书面答复{n}件已裁定的异议", "Answer {n} decided objections in writing",
                one="Answer 1 decided objection in writing", n=unanswered["n"],
            ),
            f"{page}?state=reply", unanswered["due"], unanswered["n"], urgency=3,
        )  # fmt: skip
