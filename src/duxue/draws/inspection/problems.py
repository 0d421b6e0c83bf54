"""What can be wrong with a double-random draw: stable codes, told in the words of the field."""

from __future__ import annotations

from duxue.core.errors import Place, Problem
from duxue.core.text import Text, same

_NONE = same("")
_FIX_ID = Text("改正编号，或把它加到相应的表中。", "Correct the id, or add it to its table.")

# code -> (what, expected, how to mend)
_TABLE: dict[str, tuple[Text, Text, Text]] = {
    "INSP001": (Text("缺少 {found}", "{found} is missing"), Text("{wanted}", "{wanted}"), Text("补填。", "Fill it in.")),
    "INSP002": (
        Text("不认识的字段 {found}", "there is no field {found}"),
        Text("{wanted}", "{wanted}"),
        Text("改正拼写或删去。", "Correct the spelling or remove it."),
    ),
    "INSP003": (
        Text("内容的写法不对：{found}", "this value is not of the right form: {found}"),
        Text("{wanted}", "{wanted}"),
        Text("按要求的写法重填。", "Write it in the form asked for."),
    ),
    "INSP004": (
        Text("编号 {found} 重复，第{first}行已有", "the id {found} is given twice, first in row {first}"),
        Text("每个编号只出现一次", "each id once"),
        Text("删去重复的一行或改正编号。", "Remove one of the rows or correct the id."),
    ),
    "INSP005": (
        Text("编号 {found} 与第{first}行的 {wanted} 看起来相同", "the id {found} looks like {wanted} of row {first}"),
        Text("不含全角、不可见字符且大小写一致的编号", "ids without full-width or invisible characters, in one case"),
        Text("核对是否同一对象，统一写法。", "Check whether they are the same, and write them one way."),
    ),
    "INSP006": (Text("没有编号为 {found} 的学校", "there is no school {found}"), _NONE, _FIX_ID),
    "INSP007": (Text("没有编号为 {found} 的督学", "there is no inspector {found}"), _NONE, _FIX_ID),
    "INSP008": (Text("没有编号为 {found} 的县（市、区）", "there is no county {found}"), _NONE, _FIX_ID),
    "INSP009": (
        Text("数值 {found} 超出范围", "the number {found} is out of range"),
        Text("{wanted}", "{wanted}"),
        Text("改正数值。", "Correct the number."),
    ),
    "INSP010": (
        Text("日期先后颠倒：{found}", "the dates run backwards: {found}"),
        Text("{wanted}", "{wanted}"),
        Text("核对两个日期。", "Check both dates."),
    ),
    "INSP011": (
        Text("规定互相矛盾：{found}", "the rules contradict each other: {found}"),
        Text("{wanted}", "{wanted}"),
        Text("修改其中一项规定。", "Change one of the rules."),
    ),
    "INSP012": (
        Text("编号 {found} 含全角、不可见或易混字符", "the id {found} holds full-width, invisible or misleading characters"),
        Text("没有{fault}的编号", "an id without {fault}"),
        Text("用普通字符重新输入。", "Type it again with plain characters."),
    ),
    "INSP013": (Text("编号为空", "the id is empty"), _NONE, Text("补填编号。", "Fill in the id.")),
    "INSP014": (
        Text("随机种子不合格：{found}", "the seed is not usable: {found}"),
        Text("32字节", "32 bytes"),
        Text("使用公开记录的64位十六进制种子。", "Use the recorded seed of 64 hexadecimal digits."),
    ),
    "INSP020": (
        Text("{found}", "{found}"),
        Text("至少 {needed} 所，实际 {available} 所", "at least {needed}, there are {available}"),
        Text("放宽所列规定之一，或补充名单，然后重新公布并使用新的种子。",
             "Relax one of these constraints or complete the list, then publish again and use a new seed."),
    ),
    "INSP021": (
        Text("{found}", "{found}"),
        Text("{needed} 个名额，至多可排 {available} 个", "{needed} places, at most {available} can be filled"),
        Text("放宽所列规定之一，或增派督学，然后重新公布并使用新的种子。",
             "Relax one of these constraints or add inspectors, then publish again and use a new seed."),
    ),
    "INSP022": (
        Text("{found}", "{found}"),
        Text("共 {needed} 次，至多可得 {available} 次", "{needed} visits together, at most {available} are possible"),
        Text("放宽所列规定之一，然后重新公布并使用新的种子。",
             "Relax one of these constraints, then publish again and use a new seed."),
    ),
    "INSP031": (
        Text("方案违反“{title}”：{found}", "the plan breaks '{title}': {found}"),
        Text("{wanted}", "{wanted}"),
        Text("此方案不可执行；核对方案与名单是否被改动。", "Do not carry out this plan; check whether it or the lists were altered."),
    ),
    "INSP040": (
        Text("这不是双随机方案：{found}", "this is not a double-random plan: {found}"),
        Text("draw_plan 写出的方案", "a plan as draw_plan writes it"),
        Text("使用原始文件。", "Use the original file."),
    ),
    "INSP041": (
        Text("方案由另一种方法产生：{found}", "the plan was made by another method: {found}"),
        Text("{wanted}", "{wanted}"),
        Text("用支持该方法的版本核验。", "Verify it with a version that knows this method."),
    ),
    "INSP042": (
        Text("名单或规定与抽取时不同", "the lists or rules are not those of the draw"),
        Text("摘要 {wanted}", "digest {wanted}"),
        Text("使用抽取前公布的名单和规定。", "Use the lists and rules that were published before the draw."),
    ),
    "INSP043": (
        Text("随机种子与方案所记不同", "the seed is not the one of the plan"),
        Text("{wanted}", "{wanted}"),
        Text("使用公开记录的种子。", "Use the seed of the public record."),
    ),
    "INSP044": (
        Text("因轮换排除的学校与重算不同", "the schools kept out by rotation differ from the repeated draw"),
        Text("{wanted} 所", "{wanted}"),
        Text("此方案不是由该种子和名单产生的。", "This plan was not made from this seed and these lists."),
    ),
    "INSP045": (
        Text("督导组与重算不同：{found}", "the team differs from the repeated draw: {found}"),
        Text("{wanted}", "{wanted}"),
        Text("此方案不是由该种子和名单产生的。", "This plan was not made from this seed and these lists."),
    ),
}  # fmt: skip

CODES: dict[str, Text] = {code: what for code, (what, _, _) in _TABLE.items()}


def tell(code: str, place: Place, found: object = "", **values: object) -> Problem:
    """Return the problem `code` at `place`, the places of its texts filled from `found` and `values`."""
    what, expected, advice = _TABLE[code]
    filled = {"found": found, **values}
    return Problem(
        code=code,
        what=what.format(**filled),
        place=place,
        found="" if isinstance(found, Text) else str(found),
        expected=expected.format(**filled),
        advice=advice.format(**filled),
    )


def at(field: str, *, table: str = "", row: int | None = None) -> Place:
    """Return the place of a field: in a row of a table, or in the rules or the plan."""
    return Place(sheet=table, row=row or None, field=field)
