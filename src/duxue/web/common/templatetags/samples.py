"""Made-up data for the living page that shows every component; no page of the product uses it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms, template

from duxue.web.common import clock
from duxue.web.common.forms import Form
from duxue.web.common.lang import say as words

say: Any = words  # Django says a lazy text when it is shown; its types know only their own

register = template.Library()


class _Sample(Form):
    score = forms.DecimalField(
        label=say("自评得分", "Self-score"),
        help_text=say("0 到 6 分，最多一位小数。", "0 to 6 points, at most one decimal."),
    )
    account = forms.CharField(label=say("工作说明", "What was done"), widget=forms.Textarea, required=False)
    level = forms.ChoiceField(
        label=say("办学条件", "Conditions"),
        choices=[
            ("a", say("全部达标", "All met")),
            ("b", say("部分达标", "Partly met")),
            ("c", say("未达标", "Not met")),
        ],
        widget=forms.RadioSelect,
    )
    checked = forms.BooleanField(
        label=say("以上内容已经本单位负责人核对", "The head of the unit has checked this"), required=False
    )


class _Draft(Form):
    reply = forms.CharField(label=say("答复", "Reply"), widget=forms.Textarea, required=False)


@register.filter
def wordlist(names: str) -> list[str]:
    """Return the names of a text."""
    return names.split()


@register.simple_tag
def samples() -> dict[str, Any]:
    """Return what the living page shows, with dates around today so that every state of a clock occurs."""
    now = clock.now()
    days = {n: now + timedelta(days=n) for n in (-120, -40, -2, 2, 19, 60)}
    wrong = _Sample({"score": "8", "account": "", "level": "x"}, prefix="wrong")
    wrong.is_valid()
    wrong.errors.clear()
    wrong.add_error(
        "score",
        say(
            "填的是 8 分，本条目满分 6 分。请改为 0 到 6 之间的数。",
            "8 was entered, this item has 6 points. Enter a number from 0 to 6.",
        ),
    )
    return {
        "soon": days[2], "later": days[19], "past": days[-2],
        "form": _Sample(initial={"score": "4.5", "level": "b"}, prefix="right"),
        "wrong": wrong,
        "draft": _Draft(prefix="draft"),
        "path": [{"url": "#", "label": say("2025 年评价", "Evaluation of 2025")}, {"url": "#", "label": say("乙市", "City B")}, {"label": say("条目 3.2", "Item 3.2")}],
        "tabs": [
            {"url": "#forms", "label": say("填报", "Fill in"), "current": True},
            {"url": "#evidence", "label": say("佐证材料", "Evidence"), "count": 12},
            {"url": "#events", "label": say("经过", "History")},
        ],
        "steps": [
            {"label": say("自评", "Self-evaluation"), "state": "met", "opens": days[-120], "closes": days[-40]},
            {"label": say("网评", "Online review"), "state": "active", "opens": days[-40], "closes": days[19], "url": "#events"},
            {"label": say("实地核查", "Field verification"), "state": "neutral", "opens": days[19], "closes": days[60]},
            {"label": say("异议", "Objections"), "state": "neutral", "opens": days[60], "closes": days[60]},
            {"label": say("公布", "Publication"), "state": "neutral"},
        ],
        "tasks": [
            {"title": say("答复退回的 3 个条目", "Answer 3 returned items"), "hint": say("网评专家请补充佐证材料", "The reviewer asks for evidence"), "url": "#forms", "state": "overdue", "due": days[-2]},
            {"title": say("提交整改方案", "Submit the rectification plan"), "url": "#forms", "state": "at_risk", "due": days[2]},
            {"title": say("填写自评 4.1 至 4.6", "Self-evaluate items 4.1 to 4.6"), "hint": say("6 个条目中已完成 4 个", "4 of 6 items are done"), "url": "#forms", "state": "active", "due": days[19]},
            {"title": say("上传自评报告", "Upload the self-evaluation report"), "url": "#forms", "state": "met", "word": say("已完成", "Done"), "due": days[-2], "done": days[-40]},
        ],
        "events": [
            {"what": say("网评退回条目 3.2", "Item 3.2 returned by the reviewer"), "who": say("评审甲", "Reviewer A"), "unit": say("省督导办", "Provincial office"), "when": days[-2], "reason": say("缺少 2025 年专任教师名册", "The register of teachers of 2025 is missing"), "state": "not_met", "code": "duxue.answer.returned · 8f3a91c2"},
            {"what": say("提交自评", "Self-evaluation submitted"), "who": say("张某", "Officer Z"), "unit": say("乙市", "City B"), "when": days[-40], "state": "met", "code": "duxue.submission.made · 51d07be4"},
            {"what": say("轮次开放", "Round opened"), "who": say("省督导办", "Provincial office"), "when": days[-120], "state": "active", "code": "duxue.round.opened · 0c44ae19"},
        ],
        "scores": [
            {"label": say("自评", "Self"), "value": "5.5", "number": 5.5, "note": say("提交时 5.5", "5.5 when submitted")},
            {"label": say("数据测算", "Computed"), "value": "4.8", "number": 4.8, "gap": say("比自评低 0.7", "0.7 below self")},
            {"label": say("网评", "Online"), "value": "4.6", "number": 4.6, "gap": say("比测算低 0.2", "0.2 below computed"), "gap_small": True},
            {"label": say("核查", "Field"), "value": None, "number": None},
        ],
        "rows": [
            {"name": say("甲市", "City A"), "score": "86.4", "state": "met", "ratio": "15.8", "late": 0, "due": days[19]},
            {"name": say("乙市", "City B"), "score": "81.2", "state": "at_risk", "ratio": "17.3", "late": 2, "due": days[2]},
            {"name": say("丙市", "City C"), "score": "74.9", "state": "not_met", "ratio": "19.6", "late": 5, "due": days[-2]},
            {"name": say("丁市", "City D"), "score": "88.0", "state": "met", "ratio": "16.1", "late": 0, "due": days[19]},
        ],
        "chart": {
            "unit": "",
            "standard": {"value": 85, "label": str(say("标准", "Standard")), "direction": ">="},
            "rows": [
                {"label": str(say("甲市", "City A")), "value": 86.4, "text": "86.4", "state": "met", "href": "#table"},
                {"label": str(say("乙市", "City B")), "value": 81.2, "text": "81.2", "state": "at_risk", "href": "#table"},
                {"label": str(say("丙市", "City C")), "value": 74.9, "text": "74.9", "state": "not_met", "href": "#table"},
                {"label": str(say("丁市", "City D")), "value": 88.0, "text": "88.0", "state": "met", "href": "#table"},
            ],
        },
        "chart_table": {
            "head": [say("市", "City"), say("得分", "Score")],
            "rows": [[say("甲市", "City A"), "86.4"], [say("乙市", "City B"), "81.2"], [say("丙市", "City C"), "74.9"], [say("丁市", "City D"), "88.0"]],
        },
        "matrix": [
            {"name": say("甲市", "City A"), "cells": [("met", "43"), ("met", "43"), ("active", "6"), ("neutral", "0")]},
            {"name": say("乙市", "City B"), "cells": [("met", "43"), ("at_risk", "39"), ("neutral", "0"), ("neutral", "0")]},
            {"name": say("丙市", "City C"), "cells": [("overdue", "38"), ("not_met", "31"), ("neutral", "0"), ("neutral", "0")]},
        ],
        "conflict": [{"label": say("工作说明", "What was done"), "mine": say("新建 3 所小学，新增学位 4,200 个。", "3 new primary schools with 4,200 places."), "theirs": say("新建 3 所小学，新增学位 4,050 个。", "3 new primary schools with 4,050 places.")}],
        "problems": [{"url": "#wrong-score", "text": say("自评得分：填的是 8 分，本条目满分 6 分", "Self-score: 8 was entered, this item has 6 points")}],
    }  # fmt: skip
