"""What can be wrong with a request to the program: stable codes, and how to say it."""

from __future__ import annotations

from duxue.core.errors import Place, Problem
from duxue.core.text import Text, same

CODES: dict[str, Text] = {
    "APP001": Text(
        "没有这个单位、指标、年份和分组的结果",
        "there is no result for this unit, indicator, year and breakdown",
    ),
    "APP002": Text("数据中没有这一年", "the data hold nothing of this year"),
    "APP003": Text("输出位置已有别的内容", "the place for the output holds something else"),
    "APP004": Text("不是完整的评估结果文件夹", "not a complete folder written by duxue evaluate"),
    "APP005": Text("规则包与评估时不同", "the pack is not the one of the evaluation"),
    "APP006": Text(
        "快照不含规则包所需的表或字段", "the snapshot lacks a form or field that the pack asks for"
    ),
    "APP007": Text("这里是存放多个快照的文件夹", "this folder holds snapshots and is none itself"),
    "APP008": Text("没有这个指标", "there is no such indicator"),
    "APP009": Text("没有这个分组或取值", "there is no such dimension or value"),
    "APP010": Text("没有这个省、市、县代码", "there is no county or city of this code"),
    "APP011": Text("重新计算的结果与保存的不同", "what was recomputed differs from what was stored"),
    "APP012": Text("写不进去", "cannot be written"),
    "APP013": Text("结果与评估时写下的不同", "the results are not what the evaluation wrote"),
    "APP014": Text("规则包不含计分规则", "the pack has no rules of scoring"),
    "APP015": Text("本轮已冻结，但文件与冻结时不同", "the round is frozen, and a file is not as it was then"),
    "APP016": Text("不是完整的计分结果文件夹", "not a complete folder written by duxue round score"),
    "APP017": Text("公开后的表与计分时不同", "the tables to be published are not those that were scored"),
    "AUD001": Text("此行不是审计链的导出行", "the line is no line of an exported chain"),
    "AUD002": Text("事件编号不连续", "the numbers of the events do not follow each other"),
    "AUD003": Text("与前一事件的哈希不相连", "the event does not continue the hash before it"),
    "AUD004": Text("事件内容与其哈希不符", "the content of the event does not give its hash"),
    "AUD005": Text("链的末尾与另行记下的末尾不符", "the chain does not lead through the head that was noted"),
    "AUD006": Text("文件中没有事件", "the file holds no event"),
    "AUD007": Text("末尾应写作“编号:哈希”", "a head is written SEQ:HASH"),
    "AUD008": Text(
        "文件没有末行：其后的事件被截去", "the file has no closing line: what followed was cut off"
    ),
    "AUD009": Text("文件中的事件与其末行不符", "the events of the file do not fit its closing line"),
    "AUD010": Text(
        "文件没有首行和末行：末尾是否被截去未得到证明",
        "the file has no first and no closing line: that nothing is missing at its end is not proved",
    ),
    "OPS001": Text(
        "正式环境缺少必需的设置，或有不允许的设置", "production lacks a setting, or has one that it refuses"
    ),
    "OPS002": Text("端口已被占用", "the port is in use"),
    "OPS003": Text("数据库结构不是本版本的", "the tables are not those of this version"),
    "OPS004": Text("网站命令没有完成", "a command of the site did not finish"),
    "OPS005": Text("备份文件损坏或不完整", "the backup is damaged or not whole"),
    "OPS006": Text("恢复的位置已有数据", "the place to restore to holds data"),
    "OPS007": Text("备份来自更新的版本", "the backup is of a newer version"),
    "OPS008": Text("恢复后的内容与备份时不同", "what was restored is not what was backed up"),
    "OPS009": Text("备份中的审计链已断", "the chain of the audit in the backup is broken"),
    "OPS010": Text("备份中缺少数据库所记的佐证", "evidence that the database knows is not in the backup"),
}


def make(
    code: str,
    *,
    place: Place | None = None,
    what: Text | None = None,
    found: str = "",
    expected: Text | None = None,
    advice: Text | None = None,
) -> Problem:
    """Return the problem `code`; `what` replaces the general text where more is known."""
    none = same("")
    return Problem(code, what or CODES[code], place or Place(), found, expected or none, advice or none)
