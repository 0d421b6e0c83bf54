"""What can be wrong with a move, a term or a calendar: stable codes, and how they are said to the person who must mend it."""

from __future__ import annotations

from duxue.core.errors import Place, Problem
from duxue.core.text import Text, same

_NONE = same("")

# code -> (what, expected, advice); places in braces are filled by `tell`.
_TABLE: dict[str, tuple[Text, Text, Text]] = {
    # days and terms
    "CASE001": (
        Text("工作日历没有{found}年的安排", "the calendar of working days does not know the year {found}"),
        Text("{known}", "{known}"),
        Text("补上该年的放假和调休安排；公布之前可选择暂按双休日推算，结果会注明。",
             "Add the holidays of that year; until they are announced you may choose to count weekends only, and the result says so."),
    ),
    "CASE002": (
        Text("看不懂期限 {found}", "the term {found} cannot be read"),
        Text("15 days、10 working days、1 month 之类", "such as 15 days, 10 working days or 1 month"),
        Text("写整数和单位：working days（工作日）、days（日）、months（月）。",
             "Write a whole number and a unit: working days, days or months."),
    ),
    "CASE003": (
        Text("期限 {found} 超出范围", "the term {found} is out of range"),
        Text("1到{most}", "1 to {most}"),
        Text("更正数目。", "Correct the number."),
    ),
    "CASE004": (
        Text("时间 {found} 没有时区", "the time {found} has no time zone"),
        Text("带时区的时间", "a time with its zone"),
        Text("写明时区，例如 2026-03-02T09:00+08:00。", "Give the zone, for instance 2026-03-02T09:00+08:00."),
    ),
    "CASE005": (
        Text("{later}（{found}）早于{earlier}（{other}）", "{later} ({found}) lies before {earlier} ({other})"),
        Text("不早于{earlier}", "not before {earlier}"),
        Text("更正其中一个时间。", "Correct one of the times."),
    ),
    "CASE006": (
        Text("延期后的期限（{found}）早于现在的期限（{other}）", "the extended term ({found}) ends before the present one ({other})"),
        Text("晚于{other}", "later than {other}"),
        Text("更正日期；确要提前的，请明确写明是缩短期限。", "Correct the date; to shorten a term, say so explicitly."),
    ),
    "CASE007": (
        Text("期限的最后一天超出了日历", "the last day of the term lies outside the calendar"),
        Text("公元9999年以前的日期", "a day before the year 9999"),
        Text("检查起算时间和期限。", "Check the start and the term."),
    ),
    "CASE008": (
        Text("{found} 既列为放假又列为上班", "{found} is listed both as a holiday and as a working day"),
        Text("每天只列一次", "each day in one of the lists"),
        Text("按放假通知改正。", "Correct it by the notice."),
    ),
    "CASE009": (
        Text("没有名为 {found} 的工作日历", "there is no calendar of working days called {found}"),
        Text("{known}，或日历文件的路径", "{known}, or the path of a calendar file"),
        Text("更正名称。", "Correct the name."),
    ),
    "CASE022": (
        Text("每周休息日 {found} 不成立", "these days off in a week cannot be: {found}"),
        Text("0（星期一）到6（星期日）中的若干天，至少留一天上班", "some of 0 (Monday) to 6 (Sunday), with one day left to work"),
        Text("更正 weekend。", "Correct weekend."),
    ),
    # moves
    "CASE010": (
        Text("程序“{procedure}”没有状态 {found}", "the procedure {procedure} has no state {found}"),
        Text("{known}", "{known}"),
        Text("更正状态；规则包换版本后请先核对旧记录。", "Correct the state; after a change of the pack check older records first."),
    ),
    "CASE011": (
        Text("程序“{procedure}”没有操作 {found}", "the procedure {procedure} has no step {found}"),
        Text("{known}", "{known}"),
        Text("更正操作的编号。", "Correct the id of the step."),
    ),
    "CASE012": (
        Text("现在的状态是“{state}”，不能“{title}”", "the present state is “{state}”, in which “{title}” is not possible"),
        Text("在这些状态下可以：{known}", "possible in: {known}"),
        Text("刷新页面查看现在可做的操作；可能已有人处理。", "Reload to see what can be done now; somebody may have been faster."),
    ),
    "CASE013": (
        Text("“{title}”只能由{known}办理", "only {known} may do “{title}”"),
        Text("{known}", "{known}"),
        Text("请有此职责的人办理，或由组织者授予职责。", "Ask a person of that role, or the organiser to grant it."),
    ),
    "CASE014": (
        Text("还不能“{title}”：{why}", "“{title}” is not possible yet: {why}"),
        Text("{guard}", "{guard}"),
        Text("先满足这一条件。", "Meet this condition first."),
    ),
    "CASE015": (
        Text("还不能“{title}”：没有核对“{guard}”", "“{title}” is not possible: nobody has checked “{guard}”"),
        Text("{guard}", "{guard}"),
        Text("这一条件未经核对，按不满足处理；请联系管理员。", "A condition that was not checked counts as not met; tell the operator."),
    ),
    "CASE016": (
        Text("“{step}”阶段尚未开始，{when} 开放", "“{step}” has not begun; it opens at {when}"),
        Text("{when} 之后", "after {when}"),
        Text("到时再办，或请组织者提前开放。", "Come back then, or ask the organiser to open it."),
    ),
    "CASE017": (
        Text("“{step}”阶段已于 {when} 截止", "“{step}” closed at {when}"),
        Text("{when} 之前", "before {when}"),
        Text("如需补办，请组织者延长并写明理由。", "If it must still be done, ask the organiser for an extension with a reason."),
    ),
    "CASE018": (
        Text("“{step}”阶段的时间还没有确定", "no time has been set for “{step}”"),
        Text("开放和截止时间", "an opening and a closing time"),
        Text("请组织者先设定这一阶段的起止时间。", "Ask the organiser to set the times of this step."),
    ),
    "CASE019": (
        Text("“{title}”和“{other}”不能是同一个人", "“{title}” needs another person than the one who did “{other}”"),
        Text("另一位有此职责的人", "a different person of that role"),
        Text("请同事办理。", "Ask a colleague to do it."),
    ),
    "CASE020": (
        Text("没有“{other}”的办理记录，不能确认“{title}”是另一个人", "there is no record of who did “{other}”, so “{title}” by another person cannot be shown"),
        Text("办理人和“{other}”的记录", "the person acting, and the record of “{other}”"),
        Text("登录后再办；记录缺失请联系管理员。", "Sign in; when a record is missing tell the operator."),
    ),
    "CASE021": (
        Text("“{title}”要写明理由", "“{title}” needs a reason"),
        Text("一句话的理由，相对人会看到", "a reason in one sentence; those concerned will see it"),
        Text("填写理由。", "Write the reason."),
    ),
    "CASE023": (
        Text("程序“{procedure}”没有时限 {found}", "the procedure {procedure} has no clock {found}"),
        Text("{known}", "{known}"),
        Text("更正时限的编号。", "Correct the id of the clock."),
    ),
}  # fmt: skip

CODES: dict[str, Text] = {code: what for code, (what, _, _) in _TABLE.items()}


def tell(code: str, found: object = "", **words: object) -> Problem:
    """Return the problem `code` with its words filled in."""
    what, expected, advice = _TABLE[code]
    values = {"found": found if isinstance(found, Text) else _shorten(str(found)), **words}
    return Problem(
        code,
        what.format(**values),
        Place(),
        found.say("en") if isinstance(found, Text) else _shorten(str(found)),
        expected.format(**values),
        advice.format(**values),
    )


def joined(texts: list[Text]) -> Text:
    """Return titles in one line: 甲、乙 or a, b."""
    return Text("、".join(t.zh for t in texts) or "（无）", ", ".join(t.en for t in texts) or "(none)")


def _shorten(text: str, most: int = 80) -> str:
    return text if len(text) <= most else text[: most - 3] + "..."
