"""What reviewers and organisers must do now, and what the audit calls what happens in online review."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from duxue.web.common.actors import ORGANISER, REVIEWER, Actor
from duxue.web.common.lang import say
from duxue.web.common.tasks_list import Standing, Todo
from duxue.web.reviews.policy import kept
from duxue.web.reviews.selectors import apart_in, desk
from duxue.web.rounds.models import Round

TITLES = {
    "duxue.recusal.declared": say("申报回避", "Declared a recusal"),
    "duxue.recusal.withdrawn": say("撤回回避", "Withdrew a recusal"),
    "duxue.round.reviews_assigned": say("分派评审任务", "Assigned the reviews"),
    "duxue.assignment.given": say("分派任务", "Gave a review task"),
    "duxue.assignment.withdrawn": say("撤销任务", "Withdrew a review task"),
    "duxue.assignment.finished": say("完成评审任务", "Finished a review task"),
    "duxue.review.drafted": say("保存评分草稿", "Saved a draft review"),
    "duxue.review.given": say("给分", "Gave points"),
    "duxue.review.reported": say("登记为问题", "Put what was found on the ledger"),
    "duxue.question.asked": say("退回问询", "Asked a question"),
}


def todo(actor: Actor) -> Iterator[Todo]:
    """Tell a reviewer of open tasks and replies, an organiser of items on which two reviewers lie too far apart."""
    if actor.user_id is not None and actor.any(REVIEWER):
        for task in desk(actor):
            if task.state != "open":
                continue
            unit = task.assignment.unit.name
            title = (
                say("评审{unit}：还有 {n} 项", "Review {unit}: {n} items left", one="Review {unit}: 1 item left", unit=unit, n=task.left)
                if task.left else say("完成对{unit}的评审", "Finish the review of {unit}", unit=unit)
            )  # fmt: skip
            hint = say(
                "{n} 项已答复",
                "{n} items came back with a reply",
                one="1 item came back with a reply",
                n=task.answered,
            )
            yield Todo(
                title, reverse("reviews:task", args=[task.assignment.pk]), task.assignment.due, task.left or None,
                hint=hint if task.answered else None,
            )  # fmt: skip
    if actor.user_id is not None and actor.any(ORGANISER):
        for the_round in Round.objects.filter(
            kept(actor, (ORGANISER,), ""), state="open", sealed_at__isnull=True
        ):
            if n := len(apart_in(the_round)):
                title = say(
                    "{n} 项两次评审相差过大，请安排第三人",
                    "{n} items need a third opinion",
                    one="1 item needs a third opinion",
                    n=n,
                )
                yield Todo(title, reverse("reviews:overview", args=[the_round.pk]) + "#apart", count=n)


def standings(actor: Actor) -> Iterator[Standing]:
    """Tell a reviewer how many of the items given to them they have judged."""
    if actor.user_id is None or not actor.any(REVIEWER):
        return
    tasks = desk(actor)
    if tasks:
        yield Standing(
            say("已给分的条目", "Items judged"), str(sum(t.given for t in tasks)), reverse("reviews:desk"),
            say("/ {n} 项", "of {n}", n=sum(t.of for t in tasks)),
        )  # fmt: skip
