"""What can be wrong with a formula: stable codes, and how to say it in the author's words."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from duxue.core.errors import Place, Problem
from duxue.core.text import Text, same

if TYPE_CHECKING:
    from duxue.formula.nodes import Span

# code -> (what, advice); places in braces are filled in by `tell`.
_TABLE: dict[str, tuple[Text, Text]] = {
    # writing
    "FML001": (
        Text("公式为空", "the formula is empty"),
        Text(
            "写出要计算的内容，例如 sum(pupils)。", "Write what is to be computed, for instance sum(pupils)."
        ),
    ),
    "FML002": (
        Text(
            "公式有{found}个字符，最多{limit}个",
            "the formula has {found} characters; at most {limit} are allowed",
        ),
        Text(
            "把它拆成几个指标或派生字段，再按名称引用。",
            "Split it into several indicators or derived fields and refer to them by name.",
        ),
    ),
    "FML003": (
        Text(
            "公式嵌套太深或连写太长：最多{limit}层",
            "the formula is nested too deeply or chained too long: at most {limit} levels",
        ),
        Text(
            "把内层部分写成派生字段或另一个指标。",
            "Make the inner part a derived field or another indicator.",
        ),
    ),
    "FML004": (
        Text("公式的组成部分太多：最多{limit}个", "the formula has too many parts: at most {limit}"),
        Text(
            "把它拆成几个指标或派生字段，再按名称引用。",
            "Split it into several indicators or derived fields and refer to them by name.",
        ),
    ),
    "FML005": (
        Text("公式中不能使用字符{found}", "the character {found} has no meaning in a formula"),
        Text(
            "删去它；文字请放在单引号内，例如 '城区'。",
            "Remove it; put text between single quotes, for instance 'urban'.",
        ),
    ),
    "FML006": (
        Text("引号之外用了全角字符{found}", "the full-width character {found} stands outside quotes"),
        Text("改用半角 {half}。", "Write the half-width form {half}."),
    ),
    "FML007": (
        Text("数字{found}的写法不对", "{found} is not a number that a formula can hold"),
        Text(
            "只用数字、小数点和下划线分组，整数和小数各不超过30位，例如 1_500 或 0.85；不用科学记数法。",
            "Use digits, one point and _ for groups, at most 30 digits on each side, for instance 1_500 or 0.85; exponents are not used.",
        ),
    ),
    "FML008": (
        Text("文字缺少结尾的引号", "the text has no closing quote"),
        Text(
            "在同一行用相同的引号{found}结束文字。",
            "Close the text on the same line with the same quote {found}.",
        ),
    ),
    "FML009": (
        Text("此处应为{wanted}，实际为{found}", "{wanted} is expected here, not {found}"),
        Text(
            "检查此处前后是否多写或漏写了运算符、逗号或括号。",
            "Look for an operator, comma or parenthesis too many or too few around this place.",
        ),
    ),
    "FML010": (
        Text("不能连写比较：前面已有 {first}", "comparisons cannot be chained: {first} stands before it"),
        Text(
            "用 and 连接两个比较，例如 a < b and b < c。",
            "Join two comparisons with and, for instance a < b and b < c.",
        ),
    ),
    "FML011": (
        Text("括号没有闭合", "the parenthesis is never closed"),
        Text("在应结束的位置补上 )。", "Add ) where it should end."),
    ),
    "FML012": (
        Text("公式中不用 {found}", "{found} is not used in formulas"),
        Text("改写为 {instead}。", "Write {instead} instead."),
    ),
    "FML013": (
        Text("参数 {found} 写了两次", "the argument {found} is given twice"),
        Text("只保留一个。", "Keep one of them."),
    ),
    "FML014": (
        Text("数后面不能直接写 {unit}", "{unit} cannot stand right after a number"),
        Text(
            "数随旁边的量取单位；要写明单位时写 to({number}, {unit})。",
            "A number takes the unit of what it stands beside; to name a unit write to({number}, {unit}).",
        ),
    ),
    # names
    "FML020": (
        Text("没有名为 {found} 的{what}", "there is no {what} called {found}"),
        Text("{near}检查拼写，或在规则包中声明它。", "{near}Check the spelling, or declare it in the pack."),
    ),
    "FML021": (
        Text("没有名为 {found} 的表或范围", "there is no form or population called {found}"),
        Text("{near}现有：{all}。", "{near}There are: {all}."),
    ),
    "FML022": (
        Text("表 {form} 没有字段 {found}", "the form {form} has no field {found}"),
        Text(
            "{near}检查拼写，或在表中声明该字段。",
            "{near}Check the spelling, or declare the field in the form.",
        ),
    ),
    "FML023": (
        Text("名称 {found} 有歧义：它同时是{meanings}", "the name {found} is ambiguous: it is {meanings}"),
        Text(
            "字段可写成 表名.{found}；否则给其中一个改名。",
            "Write form.{found} for the field; otherwise rename one of them.",
        ),
    ),
    "FML024": (
        Text("{found} 不是允许的取值", "{found} is not one of the allowed values"),
        Text("{near}允许的取值：{all}。", "{near}Allowed are: {all}."),
    ),
    "FML025": (
        Text(
            "{home} 的一行不能确定 {form} 的唯一一行", "a row of {home} does not point to one row of {form}"
        ),
        Text(
            "在 {home} 中加入 {form} 的全部主键字段（{key}），或用 total({form}.…) 求和。",
            "Give {home} all key fields of {form} ({key}), or add its rows up with total({form}....).",
        ),
    ),
    "FML026": (
        Text(
            "{found} 每行一个值，而这里每个单位只要一个值",
            "{found} has one value per row, but here one value per unit is needed",
        ),
        Text("把它放进汇总函数，例如 sum({found})。", "Wrap it in an aggregate, for instance sum({found})."),
    ),
    "FML027": (
        Text(
            "指标 {found} 每个单位一个值，不能用于逐行计算",
            "the indicator {found} has one value per unit and cannot stand where a value per row is needed",
        ),
        Text("把它移到汇总函数之外，或改用字段。", "Move it outside the aggregate, or use a field."),
    ),
    "FML028": (
        Text(
            "常数 {found} 按 {dimension} 取值，而这里没有 {dimension}",
            "the constant {found} differs by {dimension}, which is not known here",
        ),
        Text(
            "在指标的 by 中加入 {dimension}，或在表中加入同名字段。",
            "Add {dimension} to the indicator's `by`, or a field of that name to the form.",
        ),
    ),
    "FML029": (
        Text("{found} 是一项判定，不能直接当作值", "{found} is a verdict and not a value by itself"),
        Text(
            "写成 every({found})、any({found})、share_met({found}) 或 count_met({found})。",
            "Write every({found}), any({found}), share_met({found}) or count_met({found}).",
        ),
    ),
    "FML030": (
        Text("区间 {found} 不能用在这里", "the range {found} cannot stand here"),
        Text(
            "区间只能用在 met、all_met、lowest_attainment 中。",
            "Ranges stand in met, all_met and lowest_attainment only.",
        ),
    ),
    "FML031": (
        Text("区间 {found} 的两端次序相反", "the range {found} runs backwards"),
        Text("先写规则包中靠前的指标。", "Write the indicator that comes first in the pack first."),
    ),
    "FML032": (
        Text("不知道 {found} 汇总哪张表", "it is not known which form {found} is about"),
        Text(
            "给指标写明 form 或 population，或写成 表名.字段。",
            "Give the indicator a form or population, or write form.field.",
        ),
    ),
    "FML033": (
        Text("{found} 是表或范围，不是值", "{found} is a form or population, not a value"),
        Text(
            "写出其中的字段，例如 {found}.{field}。", "Name one of its fields, for instance {found}.{field}."
        ),
    ),
    # functions
    "FML040": (
        Text("没有名为 {found} 的函数", "there is no function called {found}"),
        Text("{near}全部函数见参考手册。", "{near}The reference lists all functions."),
    ),
    "FML041": (
        Text("函数 {found} 不能用在{here}", "the function {found} cannot be used {here}"),
        Text("它可用于{there}。{more}", "It can be used {there}. {more}"),
    ),
    "FML042": (
        Text("{found} 的参数个数不对", "{found} is given the wrong number of arguments"),
        Text("写法：{signature}", "It is written {signature}"),
    ),
    "FML043": (
        Text("{fn} 没有名为 {found} 的参数", "{fn} has no argument called {found}"),
        Text("写法：{signature}", "It is written {signature}"),
    ),
    "FML044": (
        Text("{found} 不能放在另一个汇总之内", "{found} cannot stand inside another aggregate"),
        Text(
            "把内层写成派生字段，或分别汇总后再运算。",
            "Make the inner part a derived field, or aggregate each and combine the results.",
        ),
    ),
    "FML045": (
        Text("{found} 的这个参数必须是{wanted}", "this argument of {found} must be {wanted}"),
        Text("例如 {example}。", "Write it so: {example}."),
    ),
    "FML046": (
        Text(
            "表 {form} 没有时期字段，因此没有上一期",
            "the form {form} has no period, so there is no earlier one",
        ),
        Text("给表声明 period 字段。", "Declare the form's period field."),
    ),
    "FML047": (
        Text(
            "total 无法把 {form} 的行对应到 {home} 的行",
            "total cannot match rows of {form} to rows of {home}",
        ),
        Text(
            "只用一张其他表的字段，写成 表名.字段，且该表须含 {home} 的全部主键（{key}）。",
            "Use fields of one other form, written form.field; that form must carry the whole key of {home} ({key}).",
        ),
    ),
    "FML048": (
        Text("within 必须是 {form} 的一个字段", "within must be a field of {form}"),
        Text(
            "写出字段名，例如 portion(pupils, within: school)。",
            "Name the field, for instance portion(pupils, within: school).",
        ),
    ),
    "FML049": (
        Text(
            "{found} 同时用了不能对应的几张表：{forms}",
            "{found} uses forms that do not belong to one row: {forms}",
        ),
        Text("分别汇总每张表，再对结果运算。", "Aggregate each form by itself and combine the results."),
    ),
    # kinds
    "FML050": (
        Text("{where}需要{wanted}，{found}是{got}", "{where} needs {wanted}; {found} is {got}"),
        Text("{how}", "{how}"),
    ),
    "FML051": (
        Text("{a}不能与{b}比较", "{a} cannot be compared with {b}"),
        Text(
            "两边须为同一类值；文字和类别用引号或类别名。",
            "Both sides must be of one kind; quote text, or name a category.",
        ),
    ),
    "FML052": (
        Text("{found} 不能排大小", "{found} has no order"),
        Text("只用 ==、!= 或 in。", "Use ==, != or in only."),
    ),
    "FML053": (
        Text("{fn} 需要数，这里是条件", "{fn} needs a number; this is a condition"),
        Text(
            "统计满足条件的行数用 count_if({found})，占比用 share({found})。",
            "Count the rows that fulfil it with count_if({found}), or their part with share({found}).",
        ),
    ),
    "FML054": (
        Text("各分支的值种类不同：{kinds}", "the alternatives are of different kinds: {kinds}"),
        Text(
            "让每个分支都是数、都是条件或都是文字。", "Make all of them numbers, all conditions or all text."
        ),
    ),
    "FML055": (
        Text("公式的结果应为{wanted}，实际为{got}", "the formula should give {wanted}, but gives {got}"),
        Text("{how}", "{how}"),
    ),
    "FML056": (
        Text("in 后面的值必须直接写出", "the values after in must be written out"),
        Text(
            "列出数、文字或类别名；其他情况用 == 和 or。",
            "List numbers, texts or categories; otherwise use == and or.",
        ),
    ),
    "FML057": (
        Text("除以 0", "division by zero"),
        Text("换一个不为 0 的除数。", "Divide by something that is not 0."),
    ),
    # units of measure
    "FML060": (
        Text("计量单位不同：{a} 与 {b}", "the units of measure differ: {a} and {b}"),
        Text(
            "只有同类的量才能相加、相减或比较；检查两边的字段{more}。",
            "Only quantities of one kind can be added, subtracted or compared; check the fields on both sides{more}.",
        ),
    ),
    "FML061": (
        Text("计量单位的大小不同：{a} 与 {b}", "the units of measure have different sizes: {a} and {b}"),
        Text("把一边换算过来：{mend}", "Convert one side: {mend}"),
    ),
    "FML062": (
        Text("不认识的计量单位 {found}", "the unit of measure {found} is not known"),
        Text(
            "{near}含空格或斜线的单位加引号，例如 to(x, 'yuan / pupil')。",
            "{near}Quote a unit with blanks or slashes, for instance to(x, 'yuan / pupil').",
        ),
    ),
    "FML063": (
        Text(
            "因数 {found} 看来是在换算单位；声明的计量单位会自动换算",
            "the factor {found} looks like a unit conversion; the declared unit does it",
        ),
        Text(
            "删去它，并在 unit 中写明单位，例如 teacher / 100 pupil、% 或 yuan；在公式内换算用 to(x, 单位)。",
            "Remove it and declare the unit, for instance teacher / 100 pupil, % or yuan; inside a formula convert with to(x, unit).",
        ),
    ),
    "FML064": (
        Text(
            "公式得出的单位是 {got}，声明的是 {declared}",
            "the formula gives {got}, but {declared} is declared",
        ),
        Text("{how}", "{how}"),
    ),
    "FML065": (
        Text(
            "公式得出的单位是 {got}，声明的是 {declared}：分子与分母似乎颠倒了",
            "the formula gives {got}, but {declared} is declared: numerator and denominator look exchanged",
        ),
        Text("交换分子与分母，或改正 unit。", "Exchange numerator and denominator, or correct the unit."),
    ),
    "FML066": (
        Text("{got} 不能当作 {wanted}", "{got} cannot be taken as {wanted}"),
        Text(
            "as 只把学生、教师、教职工、幼儿当作人，例如 as(pupils, person)。",
            "`as` only takes pupils, teachers, staff and children as persons, for instance as(pupils, person).",
        ),
    ),
    "FML067": (
        Text("{got} 不能换算成 {wanted}", "{got} cannot be converted to {wanted}"),
        Text(
            "to 只在同类单位间换算；不同人群相加用 as(x, person)。",
            "`to` converts between units of one kind; to add up different people use as(x, person).",
        ),
    ),
    # cost
    "FML070": (
        Text(
            "公式展开后太大：最多{limit}个部分",
            "the formula becomes too large when written out: at most {limit} parts",
        ),
        Text(
            "把 growth、change、trend 的内层写成另一个指标。",
            "Make what stands inside growth, change or trend an indicator of its own.",
        ),
    ),
    "FML071": (
        Text("回看{found}年太远：最多{limit}年", "{found} years back is too far: at most {limit}"),
        Text("减少年数或减少 previous 的嵌套。", "Use fewer years, or nest previous less."),
    ),
}

CODES: dict[str, Text] = {code: what for code, (what, _) in _TABLE.items()}

KINDS = {
    "number": Text("数", "a number"),
    "boolean": Text("条件", "a condition"),
    "text": Text("文字", "text"),
}


def tell(code: str, source: str, span: Span, **values: object) -> Problem:
    """Return the problem `code` at `span` of `source`, the places of its message filled from `values`."""
    what, advice = _TABLE[code]
    found = values.get("found", "")
    return Problem(
        code=code,
        what=_tidy(what.format(**values)),
        advice=_tidy(advice.format(**values)),
        found=_shorten(found.say("en") if isinstance(found, Text) else str(found)),
        place=locate(source, span),
    )


def locate(source: str, span: Span) -> Place:
    """Return the place of `span`: 1-based column in its line, the line itself and the length of the caret."""
    start, end = span
    if not source or len(source) > 4000:  # the tree alone is known, or the line is too long to be shown
        return Place(column=start + 1, length=max(end - start, 1))
    begin = source.rfind("\n", 0, start) + 1
    stop = source.find("\n", start)
    line = source[begin : len(source) if stop < 0 else stop]
    length = min(end, begin + len(line)) - start
    return Place(column=start - begin + 1, length=max(length, 1), snippet=line)


def suggest(name: str, known: Iterable[str]) -> Text:
    """Return a sentence that names the known names most like `name`; empty when none is."""
    folded = {k.casefold(): k for k in sorted(set(known))}
    near = [folded[k] for k in difflib.get_close_matches(name[:80].casefold(), folded, n=3, cutoff=0.6)]
    if not near:
        return same("")
    return Text(f"是否指 {'、'.join(near)}？", f"Did you mean {', '.join(near)}? ")


def listed(names: Iterable[str], most: int = 40) -> Text:
    """Return names as a list in each language, cut when it is very long."""
    shown = list(names)
    rest = len(shown) - most
    zh = "、".join(shown[:most]) + (f" 等（另有{rest}个）" if rest > 0 else "")
    en = ", ".join(shown[:most]) + (f" and {rest} more" if rest > 0 else "")
    return Text(zh or "无", en or "none")


def _tidy(text: Text) -> Text:
    # An empty place at the end of an advice must not leave a blank behind.
    return Text(text.zh.strip(), text.en.strip())


def _shorten(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "..."
