"""What teams and organisers must do now, and what the audit calls what happens in field verification."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from duxue.web.common.actors import INSPECTOR, ORGANISER, Actor
from duxue.web.common.lang import say
from duxue.web.common.tasks_list import Standing, Todo
from duxue.web.inspections.models import Draw, RecusalRequest, Visit
from duxue.web.inspections.policy import in_team
from duxue.web.reviews.policy import kept

TITLES = {
    "duxue.draw.committed": say("公开抽签承诺", "Published the commitment of a draw"),
    "duxue.draw.drawn": say("抽取", "Drew the places to visit"),
    "duxue.draw.published": say("公开抽签证书", "Published the certificate of a draw"),
    "duxue.inspection.planned": say("安排核查", "Planned a visit"),
    "duxue.inspection.draw": say("抽定核查点", "Made a visit of a draw"),
    "duxue.inspection.notify": say("通知核查", "Announced a visit"),
    "duxue.inspection.go_unannounced": say("直接进校核查", "Began a visit unannounced"),
    "duxue.inspection.start": say("开始核查", "Began a visit"),
    "duxue.inspection.sign": say("核查表签字", "Signed the sheet"),
    "duxue.inspection.reopen_sheet": say("核查表退回补充", "Returned the sheet"),
    "duxue.inspection.file": say("核查归档", "Filed a visit"),
    "duxue.inspection.cancel": say("取消核查", "Cancelled a visit"),
    "duxue.recusal.asked": say("申请核查人员回避", "Asked for the recusal of an inspector"),
    "duxue.recusal.granted": say("同意回避申请", "Granted a recusal that was asked for"),
    "duxue.recusal.declined": say("不同意回避申请", "Declined a recusal that was asked for"),
    "duxue.entry.added": say("增加核查条目", "Added an item to a sheet"),
    "duxue.entry.reported": say("登记为问题", "Put what was found on the ledger"),
    "duxue.entry.saved": say("填写核查记录", "Wrote a line of a sheet"),
}


def todo(actor: Actor) -> Iterator[Todo]:
    """Tell a team of its visits, an organiser of draws to run, visits to plan and sheets to file."""
    if actor.user_id is not None and actor.any(INSPECTOR):
        mine = Visit.objects.filter(
            in_team(actor), state__in=("drawn", "notified", "under_way")
        ).select_related("unit")
        for visit in mine.filter(state="under_way").order_by("planned_on", "pk"):
            yield Todo(
                say("填写核查表并签字：{place}", "Fill in and sign the sheet: {place}", place=visit.place),
                reverse("inspections:sheet", args=[visit.pk]),
                _end(visit),
                urgency=2,
                hint=visit.unit.name,
            )
        ahead = mine.exclude(state="under_way").order_by(F("planned_on").asc(nulls_last=True), "pk")
        if n := ahead.count():
            first = ahead[0]
            url = reverse("inspections:show", args=[first.pk])
            yield Todo(
                say(
                    "实地核查 {n} 处，下一处：{place}",
                    "Visit {n} places, next: {place}",
                    one="Visit {place}",
                    n=n,
                    place=first.place,
                ),
                url,
                _end(first),
                hint=first.unit.name,
                count=n,
            )
    if actor.user_id is None or not actor.any(ORGANISER):
        return
    own = kept(actor, (ORGANISER,))
    for draw in Draw.objects.filter(own, drawn_at__isnull=True, round__sealed_at__isnull=True):
        moment = datetime.fromisoformat(draw.plan["moment"]) if draw.plan.get("moment") else None
        yield Todo(
            say("抽签：{title}", "Draw: {title}", title=draw.title),
            reverse("inspections:draw", args=[draw.pk]),
            moment,
        )
    asked = RecusalRequest.objects.filter(own, granted=None, round__sealed_at__isnull=True)
    for one in asked.select_related("visit__unit", "user"):
        yield Todo(
            say("决定{unit}的回避申请：{who}", "Decide on the recusal that {unit} asks for: {who}", unit=one.visit.unit.name, who=str(one.user)),
            reverse("inspections:decide_recusal", args=[one.pk]),
            urgency=1,
        )  # fmt: skip
    rows = Visit.objects.filter(own, round__sealed_at__isnull=True)
    if n := rows.filter(state="drawn", planned_on__isnull=True).count():
        title = say(
            "安排 {n} 次核查的日期和人员",
            "Set day and team of {n} visits",
            one="Set day and team of 1 visit",
            n=n,
        )
        yield Todo(title, reverse("inspections:list") + "?state=drawn", count=n)
    if n := rows.filter(state="sheet_signed").count():
        title = say("归档 {n} 份已签字的核查表", "File {n} signed sheets", one="File 1 signed sheet", n=n)
        yield Todo(title, reverse("inspections:list") + "?state=sheet_signed", count=n)


def _end(visit: Visit) -> datetime | None:
    if visit.planned_on is None:
        return None
    return timezone.make_aware(datetime.combine(visit.planned_on, time(23, 59, 59)))


def standings(actor: Actor) -> Iterator[Standing]:
    """Tell a team how many of its visits of this round are signed."""
    if actor.user_id is None or not actor.any(INSPECTOR):
        return
    mine = Visit.objects.filter(in_team(actor), round__sealed_at__isnull=True).exclude(state="cancelled")
    if all_ := mine.count():
        signed = mine.filter(state__in=("sheet_signed", "filed")).count()
        yield Standing(
            say("已签字的核查", "Visits signed"),
            str(signed),
            reverse("inspections:list"),
            say("/ {n} 处", "of {n}", n=all_),
        )
