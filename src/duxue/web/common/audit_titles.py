"""What the actions of the audit are called; an app adds its own with `titles`, an unknown action shows its raw name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from duxue.web.common.lang import Words, say

_TITLES: dict[str, Words] = {
    "duxue.personal_data.read": say("查阅个人信息", "Read personal data"),
    "duxue.audit.exported": say("导出审计记录", "Exported the audit"),
    "duxue.boundary.set": say("更换地图边界", "Set the map's boundaries"),
    "duxue.dispute.answered": say("答复数据疑议", "Answered a disputed figure"),
    "duxue.dispute.filed": say("提出数据疑议", "Disputed a figure"),
    "duxue.draw.committed": say("公布抽签承诺", "Committed to a draw"),
    "duxue.draw.drawn": say("抽签", "Drew"),
    "duxue.draw.published": say("公布抽签结果", "Published a draw"),
    "duxue.entry.added": say("增加核查记录", "Added an entry of a visit"),
    "duxue.entry.saved": say("保存核查记录", "Saved an entry of a visit"),
    "duxue.inspection.draw": say("抽取核查对象", "Drew what is visited"),
    "duxue.inspection.planned": say("制定核查安排", "Planned a visit"),
    "duxue.objection.dismiss": say("驳回异议", "Dismissed an objection"),
    "duxue.objection.filed": say("提出异议", "Objected"),
    "duxue.practice.removed": say("撤下典型做法", "Removed a practice"),
    "duxue.question.replied": say("答复问询", "Answered a question"),
    "duxue.reply.published": say("公开回应", "Replied publicly"),
    "duxue.reply.withdrawn": say("撤回公开回应", "Withdrew a public reply"),
    "duxue.round.attach_data": say("为本轮接入数据", "Attached data to the round"),
    "duxue.round.create": say("建立轮次", "Made a round"),
    "duxue.round.drop": say("删除轮次草稿", "Dropped a draft"),
    "duxue.round.edit": say("更正轮次", "Corrected the round"),
    "duxue.round.units": say("调整参评单位", "Changed who takes part"),
    "duxue.round.know": say("预填已知数据", "Filled in what is known"),
    "duxue.round.take_data": say("采用上传的数据", "Took over data that were sent"),
    "duxue.round.loaded": say("载入轮次", "Loaded a round"),
    "duxue.round.plan_windows": say("安排各步骤时间", "Planned the windows"),
    "duxue.unit.items_handed": say("分派条目", "Handed out items"),
    "duxue.unit.lapse": say("逾期未交", "Lapsed"),
    "duxue.unit.notify": say("送达结果", "Notified the unit"),
    "duxue.unit.remind": say("催办", "Reminded the unit"),
    "duxue.unit.sheet_read": say("读入填报工作簿", "Read a workbook"),
    "duxue.scoring.made": say("计算得分", "Computed the scores"),
    "duxue.scoring.published": say("公布得分", "Published the scores"),
    "duxue.scoring.started": say("开始计分", "Started a scoring"),
    "duxue.veto.pending": say("对否决事项提出申诉", "Appealed a veto"),
    "duxue.veto.upheld": say("维持否决事项", "Upheld a veto"),
    "duxue.veto.withdrawn": say("撤销否决事项", "Withdrew a veto"),
    "duxue.veto.record": say("登记否决事项", "Recorded a veto"),
}

_PROVIDERS: list[Callable[[], Mapping[str, Words]]] = []


def titles(more: Mapping[str, Words]) -> None:
    """Add the titles of an app's actions; called in AppConfig.ready."""
    _TITLES.update(more)


def titles_from(provider: Callable[[], Mapping[str, Words]]) -> None:
    """Let `provider` name further actions; it is asked when the first of them is shown."""
    if provider not in _PROVIDERS:
        _PROVIDERS.append(provider)


def title_of(action: str) -> Words:
    """Return what an action is called; its raw name when nobody named it."""
    return _TITLES.get(action) or known().get(action) or Words(action, action)


def known() -> dict[str, Words]:
    """Return all titles by action."""
    more = {action: title for provider in _PROVIDERS for action, title in provider().items()}
    return {**more, **_TITLES}
