"""The words of the ledger: where problems come from, how they are mended, how their states look."""

from __future__ import annotations

from duxue.web.common.lang import Words, say

SOURCES: dict[str, Words] = {
    "self": say("自评", "self-evaluation"),
    "online": say("网上评审", "online review"),
    "field": say("实地核查", "field verification"),
    "data": say("数据", "data"),
    "satisfaction": say("满意度调查", "satisfaction survey"),
    "report": say("举报", "report by citizens"),
    "national": say("国家反馈", "national feedback"),
    "audit": say("审计", "audit"),
    "last_round": say("上一轮问题", "last round's problems"),
}
KINDS: dict[str, Words] = {
    "at_once": say("立行立改", "at once"),
    "by_date": say("限期整改", "by a date"),
    "long_term": say("长期坚持", "long-term"),
}
LEVELS: dict[str, Words] = {
    "province": say("省级", "province"),
    "city": say("市级", "city"),
    "county": say("县级", "county"),
    "school": say("学校", "school"),
}
# Lines of the history; those that are no transition of the procedure are written by a service or by the clock.
ENTRIES: dict[str, Words] = {
    "create": say("登记问题", "Entered"),
    "notify": say("交办", "Notified"),
    "drop": say("撤销", "Dropped"),
    "plan": say("报送方案", "Plan sent"),
    "approve_plan": say("方案通过", "Plan approved"),
    "return_plan": say("退回方案", "Plan returned"),
    "start": say("开始整改", "Work started"),
    "report": say("报告进展", "Progress"),
    "submit": say("申请销号", "Submitted for closing"),
    "return": say("退回整改", "Returned"),
    "close": say("销号", "Closed"),
    "reopen": say("重新打开", "Reopened"),
    "ask_extension": say("申请延期", "Asked for more time"),
    "extend": say("延期", "Extended"),
    "escalate": say("提级督办", "Escalated"),
    "remind": say("临期提醒", "Reminded"),
    "overdue": say("已逾期", "Became overdue"),
    "repeats": say("关联重复问题", "Linked to an earlier problem"),
}
# State of the procedure -> look of components/status.html; an unknown state of another pack is `active`.
LOOKS = {
    "identified": "neutral", "closed": "met", "dropped": "neutral", "returned": "not_met", "reopened": "not_met",
}  # fmt: skip
ENTRY_LOOKS = {
    "close": "met", "approve_plan": "met", "return": "not_met", "return_plan": "not_met", "reopen": "not_met",
    "overdue": "not_met", "escalate": "not_met", "remind": "at_risk", "extend": "at_risk", "ask_extension": "at_risk",
}  # fmt: skip
ENDED = ("closed", "dropped")
