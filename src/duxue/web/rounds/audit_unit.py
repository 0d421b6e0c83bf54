"""What the acts of a unit are called in the audit."""

from __future__ import annotations

from duxue.web.common.audit_titles import titles
from duxue.web.common.lang import say

titles(
    {
        "duxue.unit.begin": say("开始填报", "Began to fill in"),
        "duxue.unit.submit": say("整体提交自评", "Submitted the self-evaluation"),
        "duxue.unit.withdraw": say("撤回提交", "Withdrew the submission"),
        "duxue.unit.accept": say("认可结果", "Accepted the result"),
        "duxue.unit.object": say("申请复核", "Asked for a review"),
        "duxue.unit.items_handed": say("分派条目", "Handed out items"),
        "duxue.unit.sheet_read": say("上传自评表", "Filled in by a workbook"),
        "duxue.answer.draft": say("填写条目", "Filled in an item"),
        "duxue.answer.redraft": say("修改条目", "Changed an item"),
        "duxue.answer.clear": say("清空条目", "Cleared an item"),
        "duxue.draft.saved": say("继续填写条目", "Went on filling in an item"),
        "duxue.answer.answer": say("答复退回的条目", "Answered a returned item"),
        "duxue.question.replied": say("答复一个问题", "Answered a question"),
        "duxue.dispute.filed": say("提出数据疑议", "Disputed a figure"),
        "duxue.dispute.answered": say("答复数据疑议", "Answered a dispute"),
        "duxue.objection.filed": say("提出异议", "Filed an objection"),
        "duxue.objection.withdraw": say("撤回异议", "Withdrew an objection"),
        "duxue.reply.published": say("公布公开回应", "Published a reply"),
        "duxue.reply.withdrawn": say("撤下公开回应", "Took a reply back"),
        "duxue.more_time.asked": say("申请延期", "Asked for more time"),
        "duxue.more_time.granted": say("同意延期", "Granted more time"),
        "duxue.more_time.declined": say("不同意延期", "Declined more time"),
        "duxue.practice.handed_in": say("报送典型做法", "Handed in a practice"),
        "duxue.practice.accepted": say("采纳典型做法", "Accepted a practice"),
        "duxue.practice.returned": say("退回典型做法", "Returned a practice"),
        "duxue.practice.changed": say("修改典型做法", "Changed a practice"),
        "duxue.practice.removed": say("撤回典型做法", "Took a practice back"),
    }
)
