"""What can be wrong with a round: stable codes, and how they are said to the person who must mend it."""

from __future__ import annotations

from duxue.core.errors import Place, Problem, Severity
from duxue.core.text import Text, same

# code -> (what, expected, advice); places in braces are filled by `tell`.
_TABLE: dict[str, tuple[Text, Text, Text]] = {
    "SCO001": (
        Text("{unit}的“{item}”无法计分：{figure}（{year}年）没有数值，{why}",
             "{item} of {unit} cannot be scored: {figure} ({year}) has no value, {why}"),
        Text("有数值，或规则写明何时不适用", "a value, or a rule that says when the item does not apply"),
        Text("补齐数据后重算；确不适用的，在规则的 applies 中写明条件。",
             "Complete the data and score again; where the item does not apply, say so under applies."),
    ),
    "SCO002": (
        Text("{unit}的“{item}”没有自评分", "{item} of {unit} has no self score"),
        Text("0到{full}之间的分数", "a score from 0 to {full}"),
        Text("在自评表中补一行。", "Add a row to the self-evaluation."),
    ),
    "SCO003": (
        Text("{unit}的“{item}”须由人评分，但没有评审分", "{item} of {unit} is judged by people, but nobody scored it"),
        Text("{count}名评审员的分数", "the scores of {count} reviewer(s)"),
        Text("在评审表中补上，每项写明理由。", "Add the reviews, each with a reason."),
    ),
    "SCO004": (
        Text("{unit}的“{item}”：{layer}分数超出范围", "{item} of {unit}: the {layer} score is out of range"),
        Text("0到{full}", "0 to {full}"),
        Text("更正分数。", "Correct the score."),
    ),
    "SCO005": (
        Text("{unit}的“{item}”：{who}在同一环节评了两次", "{item} of {unit}: {who} scored it twice in one layer"),
        Text("每名评审员每项一次", "once for each reviewer"),
        Text("只留一行；需要复核的，由另一人以 reconcile 身份评分。",
             "Keep one row; for a reconciliation let another person score it in the role reconcile."),
    ),
    "SCO006": (
        Text("{unit}的“{item}”在同一表中出现两次", "{item} of {unit} stands in the table twice"),
        Text("每个单位每项一行", "one row for each unit and item"),
        Text("删去多余的一行。", "Remove one of the rows."),
    ),
    "SCO007": (
        Text("没有这个单位：{found}", "there is no such unit: {found}"),
        Text("本轮的单位代码，例如 {known}", "the code of a unit of this round, for instance {known}"),
        Text("更正代码。", "Correct the code."),
    ),
    "SCO008": (
        Text("没有这个评分项：{found}", "there is no such item: {found}"),
        Text("{known}", "{known}"),
        Text("更正编号；只有最底层的项才评分。", "Correct the id; only items at the bottom of the tree are scored."),
    ),
    "SCO009": (
        Text("没有登记这名评审员：{found}", "the reviewer is not registered: {found}"),
        Text("评审员名册中的编号", "an id of the reviewers' list"),
        Text("先登记评审员及其所属地区。", "Register the reviewer and the home unit first."),
    ),
    "SCO010": (
        Text("评审员{who}评了本地的“{item}”（{unit}）", "reviewer {who} scored {item} of the home unit {unit}"),
        Text("回避本地", "reviewers do not score their home unit"),
        Text("换一名评审员。", "Let another reviewer score it."),
    ),
    "SCO011": (
        Text("{unit}的“{item}”引用的佐证材料不存在：{found}", "{item} of {unit} names evidence that is not there: {found}"),
        Text("佐证材料清单中的编号", "an id of the evidence list"),
        Text("补交材料或更正编号。", "Hand in the evidence or correct the id."),
    ),
    "SCO012": (
        Text("{unit}的否决事项“{item}”缺少{lacks}", "the veto {item} of {unit} lacks {lacks}"),
        Text("佐证材料、决定人和理由", "evidence, who decided, and a reason"),
        Text("补齐后再计分；没有依据的否决不生效。", "Complete it before scoring; a veto without grounds does not count."),
    ),
    "SCO013": (
        Text("{unit}的“{item}”：两名评审员相差{gap}分，超过允许的{limit}分，且没有复核分",
             "{item} of {unit}: two reviewers differ by {gap}, more than {limit}, and nobody reconciled"),
        Text("第三人的复核分（reconcile）", "a third person's score in the role reconcile"),
        Text("请第三名评审员复核并写明理由。", "Let a third reviewer decide, with a reason."),
    ),
    "SCO014": (
        Text("{unit}的“{item}”不在实地核查范围内，却有实地分", "{item} of {unit} is not verified in the field, but has a field score"),
        Text("verified 含 field 的评分项", "an item whose verified names field"),
        Text("删去该行，或在规则中把该项列入实地核查。", "Remove the row, or let the rule name the field layer."),
    ),
    "SCO015": (
        Text("{unit}的自评可信度无法计算：{why}", "the credibility of {unit} cannot be computed: {why}"),
        Text("至少{least}项经核查，且自评分之和大于0", "at least {least} verified item(s), with self scores above 0 in sum"),
        Text("补充核查，或由人决定最终得分。", "Verify more items, or let a person decide the final score."),
    ),
    "SCO016": (
        Text("{unit}的“{item}”缺少评分理由", "{item} of {unit}: the score has no reason"),
        Text("一句理由", "a reason"),
        Text("评审分与数据计算不一致或由人评定时，必须写明理由。",
             "A score that people give, or that departs from the computed one, needs a reason."),
    ),
    "SCO017": (
        Text("{unit}的“{item}”：{found}不是{step}的整数倍", "{item} of {unit}: {found} is not a multiple of {step}"),
        Text("以{step}为一档的分数", "a score in steps of {step}"),
        Text("按规定的档次评分。", "Score in the steps that the rule gives."),
    ),
    "SCO018": (
        Text("{unit}没有任何适用的评分项", "no item applies to {unit}"),
        Text("至少一项适用", "at least one item that applies"),
        Text("检查各项的 applies 条件。", "Check the applies conditions of the items."),
    ),
    "SCO019": (
        Text("{unit}的“{figure}”下降，但没有说明", "{figure} of {unit} fell, but no explanation was given"),
        Text("原因和金额", "the cause and the amount"),
        Text("在说明表中补一行；没有说明不计分。", "Add a row to the explanations; without it nothing is scored."),
    ),
    "SCO020": (
        Text("{unit}的“{item}”有{found}名评审员评分，应为{count}名", "{item} of {unit} was scored by {found} reviewer(s), expected {count}"),
        Text("{count}名", "{count}"),
        Text("补足或删去评审行。", "Add or remove reviews."),
    ),
    "SCO021": (
        Text("没有这种否决事项：{found}", "there is no such veto: {found}"),
        Text("{known}", "{known}"),
        Text("更正编号。", "Correct the id."),
    ),
    "SCO022": (
        Text("{unit}上年（{year}年）没有“{figure}”，也没有同口径调整额", "{unit} has no {figure} of {year}, and no change of scope"),
        Text("上年数，或划入的同口径数额", "last year's amount, or the amount that came with the area"),
        Text("补报上年数；新设单位填写同口径调整额，由划出单位填写相应负数。",
             "Report last year's amount; a new unit states what it took over, and the unit that gave it the same below 0."),
    ),
    "SCO023": (
        Text("“{figure}”的同口径调整额合计为{found}，与{year}年已撤销单位（{gone}）的数额不符",
             "the changes of scope of {figure} add up to {found}, which is not the amount of the units that ended after {year} ({gone})"),
        Text("合计{lost}", "{lost} in all"),
        Text("划入与划出应相抵；撤销单位的上年数应由接收单位全数列入。",
             "What one unit takes over another gives; the amount of a unit that ended goes to those that received it."),
    ),
    "SCO024": (
        Text("说明与任何下降都不对应：{found}", "the explanation belongs to no fall: {found}"),
        Text("下降的单位、指标和学段（如 spending_level=primary）", "a unit, indicator and breakdown that fell, such as spending_level=primary"),
        Text("更正或删去该行。", "Correct or remove the row."),
    ),
    "SCO025": (
        Text("答卷编号{found}的行相互矛盾：单位、群体、设备不同，或同一问题答了两次",
             "the rows of sheet {found} contradict each other: another unit, group or device, or a question answered twice"),
        Text("一份答卷属于一个单位、一个群体、一台设备，每题一行", "one unit, group and device for a sheet, one row for a question"),
        Text("更正编号或删去重复行。", "Correct the number or remove the repeated row."),
    ),
    "SCO026": (
        Text("{unit}的满意度汇总数与问卷不符：{group}、{answer}", "the counted answers of {unit} are not those of the survey: {group}, {answer}"),
        Text("问卷中的{count}份", "{count}, as the survey has it"),
        Text("由问卷重新汇总，不要手工修改汇总数。", "Count the survey again; the counts are not changed by hand."),
    ),
    # tables and files
    "SCO030": (
        Text("文件无法读取：{found}", "the file cannot be read: {found}"),
        Text("round.yaml 中写明的文件", "the file that round.yaml names"),
        Text("检查文件名和位置。", "Check its name and place."),
    ),
    "SCO031": (
        Text("文件不是UTF-8编码", "the file is not in UTF-8"),
        same("UTF-8"),
        Text("请另存为“CSV UTF-8”。", "Save the table as CSV UTF-8."),
    ),
    "SCO032": (
        Text("表头有误", "the header is wrong"),
        Text("{wanted}", "{wanted}"),
        Text("按样表的列名填写，每列一次。", "Use the columns of the sample, each once."),
    ),
    "SCO033": (
        Text("不是规范的csv：{found}", "this is not a proper csv: {found}"),
        Text("逗号分隔，引号成对", "commas between cells, quotes in pairs"),
        Text("用电子表格软件重新导出。", "Export it again from a spreadsheet program."),
    ),
    "SCO034": (
        Text("该行有{found}个单元格", "the row has {found} cells"),
        Text("{count}个", "{count}"),
        Text("检查逗号和引号。", "Check commas and quotes."),
    ),
    "SCO035": (
        Text("单元格为空", "the cell is empty"),
        Text("必填", "a value"),
        Text("补填。", "Fill it in."),
    ),
    "SCO036": (
        Text("不是允许的取值：{found}", "this value is not allowed: {found}"),
        Text("{wanted}之一", "one of {wanted}"),
        Text("改为允许的取值。", "Use one of the allowed values."),
    ),
    "SCO037": (
        Text("不是数：{found}", "this is not a number: {found}"),
        Text("普通小数，例如 3.5", "a plain decimal, for instance 3.5"),
        Text("只写数字，不写单位和千分号。", "Write digits only, without unit or thousands marks."),
    ),
    "SCO038": (
        Text("不是日期：{found}", "this is not a day: {found}"),
        Text("年-月-日，例如 2024-04-24", "year-month-day, for instance 2024-04-24"),
        Text("改写日期。", "Correct the date."),
    ),
    "SCO039": (
        Text("编号重复：{found}", "the id stands in the table twice: {found}"),
        Text("每个编号一行", "each id once"),
        Text("删去多余的一行。", "Remove one of the rows."),
    ),
    "SCO040": (
        Text("问题{found}已销号，但没有销号日期", "the problem {found} is closed, but no day is given"),
        Text("年-月-日", "year-month-day"),
        Text("补填 closed 列。", "Fill in the column closed."),
    ),
    "SCO041": (
        Text("问题{found}的销号人与整改上报人相同或未填", "the problem {found} was closed by the person who reported it done, or by nobody"),
        Text("两个不同的人：reported_by 与 closed_by", "two different people in reported_by and closed_by"),
        Text("由另一人核查后销号。", "Let another person check it and close it."),
    ),
    "SCO042": (
        Text("没有这个句子：{found}", "there is no such sentence: {found}"),
        Text("{known}", "{known}"),
        Text("改用报告句子表中的名称。", "Use a name of the report's list of sentences."),
    ),
    "SCO043": (
        Text("句子“{sentence}”里没有这个位置：{found}", "the sentence {sentence} has no such place: {found}"),
        Text("{known}", "{known}"),
        Text("只用列出的位置，例如 {{n}}；花括号成对。", "Use only the places listed, for instance {{n}}, with both braces."),
    ),
    "SCO044": (
        Text("没有这个单位：{found}", "there is no such unit: {found}"),
        Text("本轮的单位代码，例如 {known}", "the code of a unit of this round, for instance {known}"),
        Text("更正 practices 中的代码。", "Correct the code in practices."),
    ),
    "SCO045": (
        Text("文件不在本轮的文件夹内：{found}", "the file lies outside the folder of the round: {found}"),
        Text("round.yaml 所在文件夹内的文件名", "a name inside the folder of round.yaml"),
        Text("把文件移入该文件夹，并写相对名称。", "Move the file there and write its relative name."),
    ),
    "SCO046": (
        Text("{unit}的“{item}”引用了{owner}的佐证材料：{found}", "{item} of {unit} names evidence of {owner}: {found}"),
        Text("{unit}自己的材料", "evidence of {unit} itself"),
        Text("更正编号，或在佐证材料清单中更正单位。", "Correct the id, or the unit in the evidence list."),
    ),
    "SCO047": (
        Text("评审员{who}的所属地区不存在：{found}", "the home unit of reviewer {who} does not exist: {found}"),
        Text("数据中的单位代码；不属于任何地区的留空", "the code of a unit of the data; empty for someone from elsewhere"),
        Text("更正评审员名册，否则无法查出回避情形。", "Correct the reviewers' list; else nobody sees who scores at home."),
    ),
    "SCO048": (
        Text("评价实施年度{found}早于被评价年度", "the year of the round {found} lies before the evaluated year"),
        Text("{year}或以后", "{year} or later"),
        Text("更正 round_year 或 evaluated_year。", "Correct round_year or evaluated_year."),
    ),
    "SCO049": (
        Text("{unit}本轮免评，却有自评、评审或否决事项", "{unit} is excused from this round, yet a score or veto was handed in"),
        Text("没有免评单位的行", "no row of an excused unit"),
        Text("删去这些行；该单位参加评价的，从 round.yaml 的 excused 中删去。",
             "Remove the rows; where the unit does take part, take it out of excused in round.yaml."),
    ),
    "SCO050": (
        Text("所有单位（{found}个）都免评，没有可以计分的单位", "all units ({found}) are excused: none is left to score"),
        Text("至少一个参加评价的单位", "at least one unit that takes part"),
        Text("更正 round.yaml 的 excused。", "Correct excused in round.yaml."),
    ),
}  # fmt: skip

CODES: dict[str, Text] = {code: what for code, (what, _, _) in _TABLE.items()}


def tell(
    code: str,
    place: Place | None = None,
    found: object = "",
    *,
    severity: Severity = "error",
    **words: object,
) -> Problem:
    """Return the problem `code` with its words filled in."""
    what, expected, advice = _TABLE[code]
    words = {"found": str(found), **words}
    return Problem(
        code,
        what.format(**words),
        place or Place(),
        str(found),
        expected.format(**words),
        advice.format(**words),
        severity,
    )


def listed(names: list[str], most: int = 12) -> Text:
    """Return names in one line, the first ones only where there are many."""
    shown = ", ".join(names[:most])
    return same(shown if len(names) <= most else f"{shown}, …")
