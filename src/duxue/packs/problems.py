"""What can be wrong with a rule pack: stable codes, and how to say it in the words of the field.

Problems of a formula keep the codes of `duxue.formula`; here they only get their place in the file.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from duxue.core.errors import Place, Problem, Severity
from duxue.core.text import Text, same

_NONE = same("")

# code -> (what, expected, advice); places in braces are filled by `tell`.
_TABLE: dict[str, tuple[Text, Text, Text]] = {
    # finding and reading the file
    "PACK001": (
        Text("找不到规则包 {found}", "there is no pack {found}"),
        Text("现有：{known}", "one of {known}"),
        Text("{near}写规则包编号、编号@版本，或规则包文件夹的路径。",
             "{near}Give a pack id, id@version, or the path of a pack folder."),
    ),
    "PACK002": (
        Text("文件不是 UTF-8 文本", "the file is not text in UTF-8"),
        same("UTF-8"),
        Text("在编辑器中另存为 UTF-8 编码。", "Save it as UTF-8 in your editor."),
    ),
    "PACK003": (
        Text("规则文件太大", "the rule file is too large"),
        Text("不超过 {limit}", "at most {limit}"),
        Text("数据另存为 csv；共用部分另建规则包，用 uses 引用。",
             "Keep data in csv files; move shared parts to a pack of their own and name it under uses."),
    ),
    "PACK004": (
        Text("这里不符合 YAML 写法：{why}", "this cannot be read as YAML: {why}"),
        _NONE,
        Text("检查缩进、括号和冒号；含 冒号加空格、# 或以符号开头的文字请加引号。",
             "Check indentation, brackets and colons; quote text that holds ': ' or ' #' or begins with a sign."),
    ),
    "PACK005": (
        Text("{found} 写了两次（第一次在第{first}行）", "{found} is given twice (first in line {first})"),
        Text("每个键只写一次", "each key once"),
        Text("只保留一处，或合并两处内容。", "Keep one of them, or join the two."),
    ),
    "PACK006": (
        Text("规则文件不使用 YAML 的这种写法：{found}", "rule files do not use this part of YAML: {found}"),
        Text("键、值和列表", "keys, values and lists"),
        Text("删去标签、多余的 --- 和未定义的引用，直接写出内容。",
             "Remove tags, a second --- and references to nothing; write the content out."),
    ),
    "PACK007": (
        Text("嵌套太深", "the file is nested too deeply"),
        Text("不超过 {limit} 层", "at most {limit} levels"),
        Text("检查括号和缩进；规则包最多只需要八层。",
             "Check brackets and indentation; a pack needs no more than eight levels."),
    ),
    "PACK008": (
        Text("花括号里未加引号的文字被逗号截断", "text without quotes inside braces was cut at a comma"),
        Text("加引号的文字", "text in quotes"),
        Text("给含逗号的整段文字加上英文引号 \"…\"。", 'Put the whole text that holds a comma between quotes "...".'),
    ),
    "PACK009": (
        Text("{found} 是指向规则包文件夹之外的链接", "{found} is a link that leads out of the folder of the pack"),
        Text("文件本身", "the file itself"),
        Text("请把文件复制到规则包文件夹中，不用链接。", "Copy the file into the folder of the pack instead of linking to it."),
    ),
    # shape
    "PACK010": (
        Text("{where}没有 {found} 这一项", "{where} has no entry {found}"),
        Text("可写：{known}", "one of {known}"),
        Text("{near}改正拼写或删去这一项。", "{near}Correct the spelling or remove the entry."),
    ),
    "PACK011": (
        Text("缺少 {key}", "{key} is missing"),
        Text("{key}：{meaning}", "{key}: {meaning}"),
        Text("在此处补写 {key}。", "Add {key} here."),
    ),
    "PACK012": (
        Text("这里的内容不是{wanted}", "this is not {wanted}"),
        Text("{wanted}", "{wanted}"),
        Text("{example}", "{example}"),
    ),
    "PACK013": (
        Text("{key} 不能是 {found}", "{key} cannot be {found}"),
        Text("{wanted}", "{wanted}"),
        Text("{near}改为允许的写法。", "{near}Write it in an allowed form."),
    ),
    "PACK014": (
        Text("{key} 不是合适的数", "{key} is not a suitable number"),
        Text("{wanted}", "{wanted}"),
        Text("只写数字，不用百分号、千分位或科学记数法。",
             "Write digits only, without percent sign, thousands marks or exponent."),
    ),
    "PACK015": (
        Text("{key} 不是日期", "{key} is not a date"),
        Text("年-月-日，例如 2017-04-26", "year-month-day, for instance 2017-04-26"),
        Text("写出实际存在的日期，月和日各两位。", "Write a day that exists, with two digits for month and day."),
    ),
    "PACK016": (
        Text("{key} 只能是 true 或 false", "{key} can only be true or false"),
        Text("true 或 false", "true or false"),
        Text("不加引号，写 true（是）或 false（否）。", "Write true or false, without quotes."),
    ),
    "PACK017": (
        Text("{found} 重复（已见于{first}）", "{found} is used twice (already in {first})"),
        Text("编号各不相同", "ids that differ"),
        Text("改用另一个编号；引用的规则包已有的，直接使用即可。",
             "Choose another id; what a used pack already has need not be repeated."),
    ),
    "PACK018": (
        Text("不能引用规则包 {found}：{why}", "the pack {found} cannot be used: {why}"),
        Text("编号@版本，例如 cn-school-forms@1.0.0", "id@version, for instance cn-school-forms@1.0.0"),
        Text("{near}写出确切版本，结果才能重算。", "{near}Name an exact version, so that results can be repeated."),
    ),
    "PACK019": (
        Text("规则包既没有表，也没有引用别的规则包", "the pack has no form and uses no other pack"),
        Text("forms 或 uses", "forms or uses"),
        Text("在 forms 下声明要收集的表，或在 uses 下引用已有的表。",
             "Declare the tables to collect under forms, or take them over under uses."),
    ),
    # names
    "PACK020": (
        Text("没有名为 {found} 的{kind}", "there is no {kind} called {found}"),
        Text("{known}", "one of {known}"),
        Text("{near}改正名称，或在规则包中声明它。", "{near}Correct the name, or declare it in the pack."),
    ),
    "PACK021": (
        Text("{found} 同时用作{first}和{second}的名称", "{found} names both {first} and {second}"),
        Text("名称各不相同", "names that differ"),
        Text("公式要凭名称辨认，请改其中一个。", "Formulas tell them apart by name; rename one of them."),
    ),
    "PACK022": (
        Text("不认识计量单位 {found}", "the unit of measure {found} is not known"),
        Text("例如 pupil、万元、teacher / 100 pupil、%", "for instance pupil, 万元, teacher / 100 pupil, %"),
        Text("{near}自己的单位请在 units_of_measure 下声明。",
             "{near}Declare a unit of your own under units_of_measure."),
    ),
    "PACK023": (
        Text("数值字段 {found} 没有计量单位", "the number {found} has no unit of measure"),
        Text("unit，例如 pupil、m2、yuan；纯数写 \"1\"", "unit, for instance pupil, m2, yuan; \"1\" for a plain number"),
        Text("补写 unit，公式才能核对单位。", "Add unit, so that formulas can be checked."),
    ),
    "PACK024": (
        Text("分类字段 {found} 的取值应写且只写一处", "the category {found} needs its values from exactly one place"),
        Text("dimension 或 values", "dimension or values"),
        Text("写 dimension 引用分组，或写 values 列出取值。",
             "Name a dimension, or list the values."),
    ),
    "PACK025": (
        Text("{key} 指定的字段 {found} {why}", "{key} names the column {found}, which {why}"),
        Text("{wanted}", "{wanted}"),
        Text("{near}改为表 {form} 中合适的字段。", "{near}Name a suitable column of the form {form}."),
    ),
    "PACK026": (
        Text("不能按 {found} 分组：表 {form} 没有以它为分组的字段",
             "it cannot be broken down by {found}: the form {form} has no column of that dimension"),
        Text("{known}", "{known}"),
        Text("改用该表已有的分组，或给表加一个名为 {found} 的分类字段。",
             "Use a dimension of that form, or add a category column called {found} to it."),
    ),
    # rules
    "PACK027": (
        Text("标准与第{first}行的标准时间重叠", "this standard overlaps the one in line {first}"),
        Text("同一指标、层级、分组和地区，同一天只有一条标准",
             "one standard a day for the same indicator, level, breakdown and region"),
        Text("用 from 和 to 分开两条标准的时间，或删去一条。", "Part their dates with from and to, or remove one."),
    ),
    "PACK028": (
        Text("标准 {found} 与第{first}行的 {other} 不可能同时达到",
             "{found} and {other} in line {first} can never both be met"),
        Text("可以同时达到的标准", "standards that agree"),
        Text("检查比较符号的方向、数值和适用时间。", "Check the direction of the sign, the number and the dates."),
    ),
    "PACK029": (
        Text("标准用到 {found}，但指标 {indicator} 不按它计算",
             "the standard names {found}, for which the indicator {indicator} is not computed"),
        Text("{known}", "{known}"),
        Text("改正标准，或在指标的 levels、by 中加上它。",
             "Correct the standard, or add it to levels or by of the indicator."),
    ),
    "PACK030": (
        Text("判定在 {found} 上作出，但 {indicator} 不在此计算",
             "the verdict is given for {found}, but {indicator} is not computed there"),
        Text("{indicator} 的层级和分组：{known}", "levels and breakdown of {indicator}: {known}"),
        Text("改正判定的 level 和 by，或补充指标的 levels 和 by。",
             "Correct level and by of the verdict, or add them to the indicator."),
    ),
    "PACK031": (
        Text("{found} 循环引用自身：{chain}", "{found} depends on itself: {chain}"),
        Text("不循环的引用", "references that end"),
        Text("去掉其中一处引用。引用自身的上一期也算循环：改对字段汇总取上一期，例如 previous(sum(pupils))。",
             "Remove one of the references. Its own earlier period counts too: take the earlier period of columns instead, "
             "for instance previous(sum(pupils))."),
    ),
    "PACK032": (
        Text("常量 {found} 在同一天有两个值（另一个在第{first}行）",
             "the constant {found} has two values on the same day (the other in line {first})"),
        Text("同一分组和地区，同一天只有一个值", "one value a day for the same breakdown and region"),
        Text("用 from 和 to 分开时间，或删去一个值。", "Part their dates with from and to, or remove one."),
    ),
    "PACK033": (
        Text("{kind} {found} 没有用到", "the {kind} {found} is not used"),
        _NONE,
        Text("删去它；若是漏写了引用，请补上。", "Remove it, or add the reference that was forgotten."),
    ),
    "PACK034": (
        Text("{found} 没有写来源", "{found} has no source"),
        Text("source：文件、条款和状态", "source: document, clause and status"),
        Text("补写 source；自拟的写 status: proposal。",
             "Add source; for a rule of your own write status: proposal."),
    ),
    "PACK035": (
        Text("来源标为 confirmed，但没有文件名称或文号", "the source is `confirmed` but names no document"),
        Text("name 或 number", "name or number"),
        Text("写出查对过的文件；未查对原文的用 background。",
             "Name the document that was read; use background when its text was not checked."),
    ),
    "PACK036": (
        Text("{low} 大于 {high}", "{low} lies above {high}"),
        Text("前者不大于后者", "the first not above the second"),
        Text("对调两者，或改正其中一个。", "Swap them, or correct one of them."),
    ),
    "PACK037": (
        Text("as_of 不是一年中的日子", "as_of is not a day of the year"),
        Text("月-日，例如 09-01", "month-day, for instance 09-01"),
        Text("写出每年都有的日子（不用 02-29）。", "Write a day that every year has (not 02-29)."),
    ),
    "PACK038": (
        Text("{found} 没有说明用哪些行", "{found} does not say which rows it is about"),
        Text("population 和 form 写且只写一个", "exactly one of population and form"),
        Text("写 population（范围），或写 form（该表全部行）。",
             "Name a population, or a form when all its rows are meant."),
    ),
    "PACK039": (
        Text("level 和 level_field 写且只写一个", "exactly one of level and level_field is needed"),
        Text("level 或 level_field", "level or level_field"),
        Text("各行同级的写 level；每行自带层级的写 level_field。",
             "Give level when all rows have one level, level_field when a column tells it."),
    ),
    "PACK041": (
        Text("{found} 与 {unit} 不能换算", "{found} cannot be converted to {unit}"),
        Text("可与 {unit} 换算的单位", "a unit that measures the same as {unit}"),
        Text("accepts 只列同一种量的单位，例如 万元 与 yuan。",
             "List only units of the same kind under accepts, for instance 万元 beside yuan."),
    ),
    "PACK042": (
        Text("分组不能叫 {found}：结果表已有同名的列", "a dimension cannot be called {found}: results have a column of that name"),
        Text("不同于结果表各列的名称", "a name that no column of the results has"),
        Text("改名，例如 school_{found}；作分组用的字段要同时改名。",
             "Rename it, for instance school_{found}, and its columns with it."),
    ),
    "PACK043": (
        Text("{found} 既指 {first}，又指 {second}", "{found} stands for both {first} and {second}"),
        Text("每种写法（编号、名称、别名）只指一个，不分大小写和空格",
             "each spelling (id, title, alias) for one of them only; case and blanks do not count"),
        Text("改其中一个的名称或别名，否则数据和报告中分不清两者。",
             "Change a title or alias of one; otherwise data and reports cannot tell them apart."),
    ),
    "PACK044": (
        Text("{found} 经过太多层引用：最多{limit}层", "{found} rests on too long a chain of others: at most {limit}"),
        Text("不超过{limit}层的引用", "at most {limit} references one after another"),
        Text("改为直接引用字段或较早的一项，缩短引用链。",
             "Shorten the chain: refer to columns, or to something nearer its end."),
    ),
    "PACK045": (
        Text("常量 {found} 没有 {missing} 的值", "the constant {found} has no value for {missing}"),
        Text("每个分组取值各有一个值，或一个不分组的值", "a value for each category, or one for all"),
        Text("补写缺少的值；用不到的分组不会因此出错，用到时结果不可计算。",
             "Add the value; where it is needed and missing the result is not computable."),
    ),
    # writing a new pack
    "PACK040": (
        Text("{found} 已存在，不会覆盖", "{found} already exists and is not overwritten"),
        Text("新的或空的文件夹", "a new or empty folder"),
        Text("换一个文件夹，或先移走原有内容。", "Choose another folder, or move its content away first."),
    ),
    # worked cases
    # scoring
    "PACK060": (
        Text("评分项 {found} 应当要么有下级项（items），要么有规则（rule）", "item {found} needs either items below it or a rule"),
        Text("二者之一", "one of the two"),
        Text("最底层的项写 rule，其上各层写 items。", "Give leaves a rule and blocks items."),
    ),
    "PACK061": (
        Text("写明 {found}，各部分之和却是 {sum}", "{found} is stated, but the parts add up to {sum}"),
        Text("相等", "the same"),
        Text("更正分值或权重。", "Correct the points or weights."),
    ),
    "PACK062": (
        Text("指标 {found} 按 {dimension} 分组，规则没有写明取哪一组", "indicator {found} is broken down by {dimension}, but the rule does not say which value is meant"),
        Text("by: {{{dimension}: …}}", "by: {{{dimension}: ...}}"),
        Text("在 by 中写明取值。", "Name the value under by."),
    ),
    "PACK063": (
        Text("要素 {found} 的 of 和 meets 必须同时写或同时不写", "element {found} needs both of and meets, or neither"),
        Text("两者都有（由数据判定）或都没有（由评审员判定）", "both (decided by data) or neither (judged by reviewers)"),
        Text("补上另一项，或两项都删去。", "Add the other one, or remove both."),
    ),
    "PACK064": (
        Text("各档没有按顺序递增", "the steps do not rise"),
        Text("后一档的界限大于前一档；只有第一档可以不写下限", "each bound above the one before; only the first may have none"),
        Text("按由低到高的顺序重排。", "Put them in rising order."),
    ),
    "PACK065": (
        Text("表扬条件没有写明比较", "the condition of a commendation compares with nothing"),
        Text("meets 或 above", "meets or above"),
        Text("补上 meets（与数比较）或 above（与平均比较）。", "Add meets (a number) or above (a mean)."),
    ),
    "PACK066": (
        Text("低于 {found} 的数值不属于任何一档", "values below {found} lie in no band"),
        Text("第一档不写下限", "a first band without a bound"),
        Text("在最前面加一档，不写 from。", "Add a first band without from."),
    ),
    "PACK067": (
        Text("等次没有按由高到低排列", "grades do not stand from best to worst"),
        Text("下限依次降低", "falling lower bounds"),
        Text("按由高到低的顺序重排。", "Put the best grade first."),
    ),
    # procedures
    "PACK070": (
        Text("程序应当有且只有一个起始状态，现有：{found}", "a procedure has exactly one start state; here: {found}"),
        Text("一个 kind: start 的状态", "one state of kind: start"),
        Text("给且只给一个状态写 kind: start。", "Give kind: start to one state only."),
    ),
    "PACK071": (
        Text("从起始状态到不了状态 {found}", "the state {found} cannot be reached from the start"),
        Text("每个状态都能到达", "every state can be reached"),
        Text("加一个到 {found} 的操作，或删去它。", "Add a transition to {found}, or remove the state."),
    ),
    "PACK072": (
        Text("状态 {found} 没有出路", "nothing leads out of the state {found}"),
        Text("至少一个操作，或 kind: final", "a transition, or kind: final"),
        Text("加一个从 {found} 出去的操作；确是终点的写 kind: final。",
             "Add a transition from {found}; where it is an end write kind: final."),
    ),
    "PACK073": (
        Text("状态 {found} 没有写由谁办理", "nobody has to act in the state {found}"),
        Text("actor: [角色]，或 kind: final", "actor: [role], or kind: final"),
        Text("在 actor 中写明下一步由谁办理，否则事情会停在这里。",
             "Name under actor who acts next; otherwise things come to rest here."),
    ),
    "PACK074": (
        Text("终点状态 {found} 写了 {key}，而终点不再有待办", "the final state {found} has a {key}, though nothing is due in it"),
        Text("没有 {key} 的终点", "an end without {key}"),
        Text("删去 {key}，或去掉 kind: final。", "Remove {key}, or kind: final."),
    ),
    "PACK075": (
        Text("状态 {state} 要由 {found} 办理，但没有 {found} 可做的操作",
             "the state {state} waits for {found}, who can do nothing in it"),
        Text("该角色可做的操作", "a transition of that role"),
        Text("在操作的 roles 中加上 {found}，或更正 actor。", "Add {found} to the roles of a transition, or correct actor."),
    ),
    "PACK076": (
        Text("操作 {found} 与 {other} 都从状态 {state} 出发，名称又相同", "{found} and {other} leave the state {state} under the same title"),
        Text("不同的名称", "titles that differ"),
        Text("给其中一个改名，否则分不清两个按钮。", "Change one title; otherwise nobody can tell the buttons apart."),
    ),
    "PACK077": (
        Text("{move} 要求与 {found} 不同的人，但 {found} 不可能在它之前", "{move} needs another person than {found}, which can never come before it"),
        Text("在它之前的操作", "a transition that comes before"),
        Text("更正 different_person_from，否则这一步永远办不成。", "Correct different_person_from; otherwise the step can never be done."),
    ),
    "PACK050": (
        Text("找不到算例数据 {found}", "the data of the worked case, {found}, cannot be read"),
        Text("规则包文件夹内的 csv 文件（UTF-8）", "a csv file in UTF-8 inside the pack's folder"),
        Text("检查文件名；路径从规则包文件夹算起，不能越出它。",
             "Check the file name; paths start at the pack's folder and stay inside it."),
    ),
    "PACK051": (
        Text("{found} 没有列 {column}", "{found} has no column {column}"),
        Text("现有列：{known}", "one of {known}"),
        Text("{near}改正列名。", "{near}Correct the name of the column."),
    ),
    "PACK052": (
        Text("一项期望应写且只写 indicator 和 verdict_id 之一", "an expectation needs exactly one of indicator and verdict_id"),
        Text("indicator 或 verdict_id", "indicator or verdict_id"),
        Text("指标值写 indicator，判定结论写 verdict_id。",
             "Write indicator for a figure and verdict_id for a verdict of the pack."),
    ),
    "PACK053": (
        Text("没有说期望什么", "nothing is expected here"),
        Text("value、verdict 或 reason", "value, verdict or reason"),
        Text("指标写 value（或 reason：无法计算的原因），判定写 met、not_met 或 not_computable。",
             "Give value (or reason when it cannot be computed), or met, not_met, not_computable for a verdict."),
    ),
    "PACK054": (
        Text("允许误差没有写理由", "a tolerance needs its reason"),
        same("reason: {{zh: ..., en: ...}}"),
        Text("写明为什么已发布的数只能近似重算，例如原数据已四舍五入。",
             "Say why the published figure can only be met closely, for instance rounded inputs."),
    ),
    "PACK055": (
        Text("decimals 和 tolerance 只能写一个", "give decimals or tolerance, not both"),
        Text("decimals 或 tolerance", "decimals or tolerance"),
        Text("四舍五入后相等的用 decimals；由舍入数据算得的用 tolerance。",
             "Use decimals when rounding makes them equal, tolerance when the inputs were rounded."),
    ),
    "PACK056": (
        Text("published 与 recomputed 相同", "published and recomputed are the same"),
        Text("两个不同的数", "two figures that differ"),
        Text("数字相符的写在 expect 中；这里只列原文有误的数。",
             "A figure that agrees belongs under expect; only wrong ones stand here."),
    ),
    "PACK057": (
        Text("算例 {found} 没有期望", "the case {found} expects nothing"),
        Text("expect、expect_table 或 published_wrong", "expect, expect_table or published_wrong"),
        Text("写出至少一个应重算得到的数或结论。", "Name at least one figure or judgement that must come out."),
    ),
    "PACK058": (
        Text("第{row}行的 {column} 不是{wanted}", "{column} in row {row} is not {wanted}"),
        Text("{wanted}", "{wanted}"),
        Text("改正数据文件中的这一格。", "Correct this cell of the data file."),
    ),
}  # fmt: skip

CODES: dict[str, Text] = {code: what for code, (what, _, _) in _TABLE.items()}
MOST = 500  # problems told of one file: whoever has more mends these first
_WARNINGS = {"PACK033", "PACK034", "PACK045"}


def tell(code: str, place: Place, found: object = "", **values: object) -> Problem:
    """Return the problem `code` at `place`, the places of its texts filled from `found` and `values`."""
    what, expected, advice = _TABLE[code]
    shown = found if isinstance(found, Text) else _shorten(str(found))
    values = {
        "found": shown,
        "near": "",
        **{k: v if isinstance(v, Text) else _shorten(str(v), 200) for k, v in values.items()},
    }
    severity: Severity = "warning" if code in _WARNINGS else "error"
    return Problem(
        code=code,
        what=_tidy(what.format(**values)),
        place=place,
        found=_shorten(found.say("en") if isinstance(found, Text) else str(found)),
        expected=_tidy(expected.format(**values)),
        advice=_tidy(advice.format(**values)),
        severity=severity,
    )


def suggest(name: str, known: Iterable[str]) -> Text:
    """Return a sentence with the known names most like `name`; empty when none is."""
    folded = {k.casefold(): k for k in sorted(set(known))[:1000]}
    near = [folded[k] for k in difflib.get_close_matches(name[:80].casefold(), folded, n=2, cutoff=0.6)]
    if not near:
        return _NONE
    return Text(f"是否指 {'、'.join(near)}？", f"Did you mean {' or '.join(near)}? ")


def listed(names: Iterable[str], most: int = 12) -> Text:
    """Return names as a list in each language, cut when it is long."""
    shown = list(dict.fromkeys(names))
    rest = len(shown) - most
    zh, en = "、".join(shown[:most]), ", ".join(shown[:most])
    if rest > 0:
        zh, en = f"{zh} 等（另有{rest}个）", f"{en} and {rest} more"
    return Text(zh or "（无）", en or "(none)")


_WHY = (
    ("expected comment or line break", Text("文字以 > 或 | 开头却没有加引号", "unquoted text begins with > or |")),
    ("mapping values are not allowed", Text("未加引号的文字里有冒号", "a colon stands inside unquoted text")),
    ("cannot start any token", Text("文字不能以此符号开头", "text cannot begin with this character")),
    ("found a tab", Text("缩进用了制表符", "a tab is used for indentation")),
    ("found unexpected end", Text("引号没有闭合", "a quote is never closed")),
    ("scanning a simple key", Text("这里缺少冒号", "a colon is missing here")),
    ("could not find expected ':'", Text("这里缺少冒号", "a colon is missing here")),
    ("',' or '}'", Text("花括号没有闭合或缺少逗号", "a brace is not closed or a comma is missing")),
    ("',' or ']'", Text("方括号没有闭合或缺少逗号", "a bracket is not closed or a comma is missing")),
    ("<block end>", Text("缩进不齐", "the indentation does not fit")),
    ("did not find expected key", Text("缩进不齐或引号后有多余文字", "the indentation does not fit, or text follows a quote")),
    ("expected '-' indicator", Text("列表的各项应以 - 开头并对齐", "the items of a list begin with - and are aligned")),
    ("escape", Text("双引号内的反斜线写法不对", "a backslash in double quotes is followed by a wrong character")),
    ("control characters", Text("有不可见的控制字符", "there is an invisible control character")),
    ("not allowed", Text("有不可见的控制字符", "there is an invisible control character")),
)  # fmt: skip


def not_yaml(place: Place, said: str, found: str) -> Problem:
    """Return the problem of text that is no YAML; `said` is what the parser reported."""
    said = "found a tab" if found == "\t" else said
    why = next((text for mark, text in _WHY if mark in said), Text("写法有误", "it is not well formed"))
    return tell("PACK004", place, found.strip(), why=why)


def _tidy(text: Text) -> Text:
    return Text(text.zh.strip(), text.en.strip())


def _shorten(text: str, most: int = 80) -> str:
    return text if len(text) <= most else text[: most - 3] + "..."
