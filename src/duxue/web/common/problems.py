"""What can be wrong with what people hand in on the site: stable codes, and how to say it."""

from __future__ import annotations

import re
from typing import Any

from duxue.core.errors import Place, Problem
from duxue.core.text import Text, same

CODES: dict[str, Text] = {
    "WEB001": Text("必填项没有填写", "a required field is empty"),
    "WEB002": Text("填写的内容不符合要求", "what was filled in is not as it should be"),
    "WEB003": Text("内容已被他人修改", "someone else has changed it meanwhile"),
    "WEB004": Text("当前状态不允许此操作", "this cannot be done in the present state"),
    "WEB005": Text("窗口未开放或已关闭", "the window is not open"),
    "WEB006": Text("本轮已冻结，不能再修改", "the round is frozen and cannot be changed"),
    "WEB007": Text("没有权限", "not allowed"),
    "WEB008": Text("同一操作编号已用于不同内容", "the idempotency key was used with other content"),
    "WEB009": Text("请求过于频繁", "too many requests"),
    "WEB010": Text("找不到，或您无权查看", "not found, or not yours to see"),
    "WEB011": Text("后台任务出错", "a background job failed"),
    "WEB012": Text("没有登录，或令牌无效", "not signed in, or the token is not valid"),
    "WEB060": Text(
        "异议成立并改分的条目没有评审或核查得分，不能由复核改变；请更正数据后重新计分",
        "an upheld objection changes points of an item that nobody verified; correct the data and score again",
    ),
    "WEB061": Text(
        "同一条目的两次网评相差过大，尚未复核定分",
        "two online reviews of an item lie too far apart and are not reconciled",
    ),
    "WEB062": Text("本轮还没有接收数据", "no data have been accepted for the round"),
    "WEB063": Text("边界文件不能使用", "the boundaries cannot be used"),
    "WEB064": Text("本轮还没有最终计分", "the round has no final scores"),
    "WEB065": Text("规则包的编号和版本已被占用", "the id and version of the pack are taken"),
    "WEB066": Text(
        "本轮留存的规则已不是建立时的规则", "the rules kept with the round are not those it was made with"
    ),
}

# What no database keeps in a text: a NUL, and half a pair of UTF-16.
UNKEPT = re.compile("[\0\ud800-\udfff]")


def tell(
    code: str,
    *,
    field: str = "",
    what: Text | None = None,
    found: str = "",
    expected: Text | None = None,
    advice: Text | None = None,
) -> Problem:
    """Return the problem `code` of a field; `what` replaces the general text where more is known."""
    none = same("")
    return Problem(code, what or CODES[code], Place(field=field), found, expected or none, advice or none)


def as_json(problem: Problem) -> dict[str, Any]:
    """Return a problem for machines and people: code, place, and the texts in both languages."""

    def both(text: Text) -> dict[str, str]:
        return {"zh": text.zh, "en": text.en}

    return {
        "code": problem.code,
        "what": both(problem.what),
        "field": problem.place.field,
        "where": {"zh": problem.place.say("zh"), "en": problem.place.say("en")},
        "found": problem.found,
        "expected": both(problem.expected),
        "advice": both(problem.advice),
    }
