"""What can be wrong with data: stable codes, and functions that say it in the words of the person who must mend it.

`CODES` is public: docs/reference lists it and a code never changes its meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from duxue.core import measure
from duxue.core.errors import Place, Problem, Severity
from duxue.core.text import Text, count_of, same

CODES: dict[str, Text] = {
    "DATA001": Text("文件夹或文件无法读取", "the folder or file cannot be read"),
    "DATA002": Text("文件夹中没有数据文件", "the folder holds no data file"),
    "DATA003": Text("链接指向文件夹之外", "a link leads out of the folder"),
    "DATA004": Text("文件过大", "the file is too large"),
    "DATA005": Text("文件损坏或类型与扩展名不符", "the file is damaged or not what its ending says"),
    "DATA006": Text("文件有密码", "the file is protected by a password"),
    "DATA007": Text("文字编码无法识别", "the text encoding is not recognised"),
    "DATA008": Text("引号不配对", "quotation marks do not pair"),
    "DATA009": Text("该行比表头多出单元格", "the row has more cells than the header"),
    "DATA010": Text("该行比表头少单元格", "the row has fewer cells than the header"),
    "DATA011": Text("列数或单元格过多", "too many columns or cells"),
    "DATA012": Text("不支持的文件类型", "this type of file is not read"),
    "DATA013": Text("隐藏的工作表未读取", "a hidden sheet was not read"),
    "DATA014": Text("文字编码", "the text encoding"),
    "DATA015": Text("文件或工作表没有数据行", "the file or sheet has no rows of data"),
    "DATA016": Text("文件名不是有效的文字", "the file name is no valid text"),
    "DATA017": Text("旧版工作簿中的公式错误看不出来", "formula errors of an old workbook cannot be seen"),
    "DATA018": Text("公式的结果可能没有计算过", "results of formulas may never have been calculated"),
    "DATA020": Text("与任何表单都不对应", "fits no form"),
    "DATA021": Text("同样符合几张表单", "fits several forms equally well"),
    "DATA022": Text("按表头认定表单", "the form was recognised by its headers"),
    "DATA023": Text("缺少必填列", "a required column is missing"),
    "DATA024": Text("多列对应同一字段", "several columns match one field"),
    "DATA025": Text("表头的计量单位不被接受", "the unit of measure in the header is not accepted"),
    "DATA026": Text("已换算计量单位", "the unit of measure was converted"),
    "DATA027": Text("缺少必填表单", "a required form is absent"),
    "DATA028": Text("未识别的列与某字段相近", "an unrecognised column resembles a field"),
    "DATA029": Text("没有的列使指标无法计算", "an absent column stops indicators"),
    "DATA030": Text("不是整数", "not a whole number"),
    "DATA031": Text("不是数", "not a number"),
    "DATA032": Text("小数位过多", "too many decimal places"),
    "DATA033": Text("不是“是/否”", "not yes or no"),
    "DATA034": Text("不在允许的取值之内", "not one of the allowed values"),
    "DATA035": Text("代码被改写成了科学计数法", "a code was turned into scientific notation"),
    "DATA036": Text("不是年份", "not a year"),
    "DATA037": Text("单元格是公式错误值", "the cell holds a formula error"),
    "DATA038": Text("数过大", "the number is too large"),
    "DATA039": Text("公式没有保存计算结果", "a formula without a stored value"),
    "DATA040": Text("必填单元格为空", "a required cell is empty"),
    "DATA041": Text("小于下限", "below the smallest value allowed"),
    "DATA042": Text("大于上限", "above the largest value allowed"),
    "DATA043": Text("重复的行", "the same key twice"),
    "DATA044": Text("单位不在登记表中", "the unit is not in the register"),
    "DATA045": Text("单位层级不对", "the unit is of another level"),
    "DATA046": Text("单位代码重复登记", "the unit code is registered twice"),
    "DATA047": Text("没有上级单位", "the unit above is missing"),
    "DATA048": Text("上级单位的层级不对", "the unit above is at a wrong level"),
    "DATA049": Text("上下级成环", "units are above each other in a circle"),
    "DATA050": Text("登记表没有某一年的行", "a register has no rows of a year"),
    "DATA051": Text("不符合校验规则", "a check of the pack does not hold"),
    "DATA052": Text("同类问题还有", "more of the same"),
    "DATA053": Text("并入关系成环", "units are merged into each other in a circle"),
    "DATA054": Text("并入的单位本身又被并入别处", "the receiving unit is itself merged into another"),
    "DATA055": Text("并入了别的上级的单位", "merged into a unit below another one"),
    "DATA060": Text("目标文件夹已被占用", "the target folder is taken"),
    "DATA061": Text("快照内容被改动", "the snapshot was altered"),
    "DATA062": Text("不是快照或清单损坏", "not a snapshot, or its manifest is damaged"),
    "DATA063": Text("快照由更新的版本写成", "the snapshot was written by a newer version"),
}

NONE = same("")
_STEERING = re.compile("[\0-\x08\x0e-\x1f\x7f-\x9f]")
SHOW_ALL_UP_TO = 200  # problems of one kind in one column
SHOW_FIRST = 50
KEEP_AT_MOST = 5000  # per kind and column; a column that is wrong throughout needs no longer list


@dataclass(frozen=True, slots=True)
class At:
    """A column of a sheet, as the reader of a message finds it again."""

    file: str
    sheet: str = ""
    letter: str = ""
    header: str = ""
    field: str = ""

    def place(self, row: int | None = None) -> Place:
        """Return the place of the cell in `row` (1-based, as the spreadsheet shows it), or of the whole column."""
        column = f"{self.letter} “{self.header}”" if self.header else self.letter
        return Place(file=self.file, sheet=self.sheet, row=row, cell_column=column, field=self.field)


def make(
    code: str,
    place: Place,
    what: Text | None = None,
    *,
    found: str = "",
    expected: Text = NONE,
    advice: Text = NONE,
    severity: Severity = "error",
) -> Problem:
    """Return a problem; `what` defaults to the meaning of the code, `found` is kept short."""
    if not is_text(place.file):
        place = replace(place, file=printable(place.file))
    return Problem(code, what or CODES[code], place, shorten(printable(found)), expected, advice, severity)


def is_text(name: str) -> bool:
    """Whether a file name is text throughout; bytes that are none arrive from the file system as lone surrogates."""
    return not any("\ud800" <= c <= "\udfff" for c in name)


def printable(name: str) -> str:
    """Return a name with bytes that are no text, and characters that steer a terminal, written as \\xNN."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return _STEERING.sub(lambda m: f"\\x{ord(m[0]):02x}", text)


def shorten(text: str, most: int = 80) -> str:
    """Return `text` on one line, cut after `most` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


# --- files ------------------------------------------------------------------------------------------------------------
_SAVE_AGAIN = Text(
    "请用原来的软件打开并另存为 .xlsx 或 .csv，再试。",
    "Open it in the program it came from, save it as .xlsx or .csv, and try again.",
)
# How a problem of a file is mended, where that does not depend on the file.
_MEND: dict[str, Text] = {
    "DATA001": Text("请检查位置和权限。", "Check where it is and that you may read it."),
    "DATA002": Text("请把填好的表格放进这个文件夹。", "Put the filled-in tables into this folder."),
    "DATA003": Text(
        "请把文件复制到文件夹中，不用链接。", "Copy the file into the folder instead of linking to it."
    ),
    "DATA004": Text(
        "请删去图片和多余的工作表，或分成几个文件；同一表单可以有几个文件。",
        "Remove pictures and spare sheets, or split it: several files may feed one form.",
    ),
    "DATA005": _SAVE_AGAIN,
    "DATA006": Text(
        "请在 Excel 或 WPS 中取消密码后另存。", "Remove the password in Excel or WPS and save again."
    ),
    "DATA007": Text(
        "请另存为“CSV UTF-8（逗号分隔）”或 .xlsx。",
        "Save it as “CSV UTF-8 (comma delimited)” or as .xlsx.",
    ),
    "DATA008": Text(
        "请检查这一行附近的引号，或改存为 .xlsx。",
        "Check the quotation marks near this row, or save as .xlsx.",
    ),
    "DATA009": Text(
        "请检查是否多了分隔符；带千分位逗号的数要放在引号内。",
        "Look for a stray separator; a number with a thousands comma needs quotation marks.",
    ),
    "DATA010": Text(
        "缺少的单元格按空白处理；如不对请补齐。",
        "The cells that are missing count as empty; add them if that is wrong.",
    ),
    "DATA011": Text(
        "请删去表格之外的空列、空行后另存。",
        "Delete the empty columns and rows beyond the table and save again.",
    ),
    "DATA012": Text(
        "未读取；如有数据请另存为 .xlsx 或 .csv。",
        "It was not read; if it holds data, save it as .xlsx or .csv.",
    ),
    "DATA013": Text("如其中有要上报的数据，请取消隐藏。", "Unhide it if its rows are meant to count."),
    "DATA014": Text(
        "请看一眼校名是否正确；如有乱码，另存为 CSV UTF-8。",
        "Look whether names are right; if not, save it as CSV UTF-8.",
    ),
    "DATA015": Text(
        "如应有数据，请检查是否保存在别处。",
        "If there should be data, check whether it was saved elsewhere.",
    ),
    "DATA016": Text("请给文件或文件夹改名，再试。", "Rename the file or folder and try again."),
    "DATA017": Text(
        "显示 #REF! 等错误的单元格会当作空白；请另存为 .xlsx，以便逐格检查。",
        "Cells that show #REF! and the like count as empty; save it as .xlsx so that each is checked.",
    ),
    "DATA018": Text(
        "程序导出的公式常存着 0；请用 Excel 或 WPS 打开并保存一次，再试。",
        "A program that exports formulas often stores 0 with them; open the file in a spreadsheet program and save it.",
    ),
}


def _of(
    code: str, place: Place, found: str = "", expected: Text = NONE, severity: Severity = "error"
) -> Problem:
    return make(code, place, found=found, expected=expected, advice=_MEND[code], severity=severity)


def _at_most(limit: str) -> Text:
    return Text(f"不超过 {limit}", f"at most {limit}")


def _cells(number: int) -> Text:
    return Text(f"{number} 个单元格", count_of(number, "cell"))


def no_folder(folder: str, found: str = "") -> Problem:
    """The folder is not there, or a file may not be read."""
    return _of("DATA001", Place(file=folder), found)


def no_files(folder: str, kinds: str) -> Problem:
    """Nothing to read."""
    return _of(
        "DATA002",
        Place(file=folder),
        expected=Text(f"至少一个 {kinds} 文件", f"at least one {kinds} file"),
    )


def outside(file: str) -> Problem:
    """A symbolic link that leaves the folder is not followed."""
    return _of("DATA003", Place(file=file), expected=Text("文件本身", "the file itself"))


def bad_name(file: str) -> Problem:
    """A name whose bytes are no text cannot be printed or kept with the data."""
    return _of("DATA016", Place(file=file), file, Text("UTF-8 编码的文件名", "a name encoded in UTF-8"))


def too_large(file: str, found: str, limit: str) -> Problem:
    """The file, or what it unpacks to, is beyond the limit."""
    return _of("DATA004", Place(file=file), found, _at_most(limit))


def damaged(file: str, found: str, expected: Text, advice: Text = _SAVE_AGAIN, sheet: str = "") -> Problem:
    """The bytes are not what the ending promises."""
    return make("DATA005", Place(file=file, sheet=sheet), found=found, expected=expected, advice=advice)


def encrypted(file: str) -> Problem:
    """A password protects the file."""
    return _of("DATA006", Place(file=file), expected=Text("不加密的文件", "a file without a password"))


def undecodable(file: str, line: int, byte: int, offset: int) -> Problem:
    """A byte fits none of the encodings."""
    expected = Text(
        "UTF-8、GB18030、Big5 或带标记的 UTF-16 文本",
        "text in UTF-8, GB18030, Big5, or UTF-16 with its mark",
    )
    return _of("DATA007", Place(file=file, row=line), f"0x{byte:02X} @ {offset}", expected)


def two_encodings(file: str, row: int, found: str, rows: int, most: str) -> Problem:
    """Some rows are written in another encoding than the rest of the file."""
    return make(
        "DATA007",
        Place(file=file, row=row),
        Text(
            f"文件混用两种文字编码：{rows:,} 行（自此行起）与其余各行不同",
            f"the file mixes two encodings: {count_of(rows, 'row')}, from this one on, unlike the rest",
        ),
        found=found,
        expected=Text(f"{most}，与其余各行相同", f"{most}, as in the rest"),
        advice=Text(
            "请把来源不同的部分分别另存为“CSV UTF-8（逗号分隔）”或 .xlsx，再合并。",
            "Save the parts of different origin as “CSV UTF-8 (comma delimited)” or .xlsx each, then join them.",
        ),
    )


def bad_quotes(file: str, row: int, reason: str) -> Problem:
    """A quotation mark is opened and not closed, or text follows a closing one."""
    expected = Text(
        "成对的双引号；引号本身写两次",
        "double quotation marks in pairs; a mark inside a cell is written twice",
    )
    return _of("DATA008", Place(file=file, row=row), reason, expected)


def extra_cells(file: str, sheet: str, row: int, found: int, expected: int, sample: str) -> Problem:
    """A row is longer than the header, so its cells may stand in wrong columns."""
    place = Place(file=file, sheet=sheet, row=row)
    return _of("DATA009", place, f"{found} ({sample})", _cells(expected))


def short_row(file: str, row: int, found: int, expected: int) -> Problem:
    """A row is shorter than the header."""
    return _of("DATA010", Place(file=file, row=row), str(found), _cells(expected), "warning")


def too_wide(file: str, sheet: str, found: str, limit: str) -> Problem:
    """More columns or cells than any form needs."""
    return _of("DATA011", Place(file=file, sheet=sheet), found, _at_most(limit))


def far_cell(
    file: str, sheet: str, ref: str, row: int | None, letters: str, found: str, limit: str
) -> Problem:
    """A cell far from the table would make the sheet unfold to a huge empty rectangle."""
    return make(
        "DATA011",
        Place(file=file, sheet=sheet, row=row, cell_column=letters),
        Text(f"单元格 {ref} 远在表格之外", f"the cell {ref} stands far from the table"),
        found=found,
        expected=_at_most(limit),
        advice=Text(
            "请删去这个单元格所在的行或列，另存后再试。",
            "Delete the row or column in which it stands, save, and try again.",
        ),
    )


def unsupported(file: str, kinds: str) -> Problem:
    """A file that is left alone."""
    return _of("DATA012", Place(file=file), expected=same(kinds), severity="note")


def hidden_sheet(file: str, sheet: str) -> Problem:
    """A hidden sheet is left alone, for nobody could check what they cannot see."""
    return _of("DATA013", Place(file=file, sheet=sheet), severity="note")


def encoding_used(file: str, encoding: str) -> Problem:
    """Says how a file that is not UTF-8 was read."""
    return _of("DATA014", Place(file=file), encoding, severity="note")


def old_workbook(file: str) -> Problem:
    """Cells of an .xls file that show a formula error arrive as empty cells."""
    expected = Text(".xlsx 工作簿", "an .xlsx workbook")
    return _of("DATA017", Place(file=file), expected=expected, severity="warning")


def not_calculated(file: str, sheet: str, row: int, letters: str) -> Problem:
    """The workbook asks to be calculated when it is opened, and holds formulas; the first one is named."""
    return _of("DATA018", Place(file=file, sheet=sheet, row=row, cell_column=letters), severity="warning")


def no_rows(file: str, sheet: str) -> Problem:
    """Nothing below the header, or nothing at all."""
    return _of("DATA015", Place(file=file, sheet=sheet), severity="warning")


# --- matching ---------------------------------------------------------------------------------------------------------
def no_form(file: str, sheet: str, forms: Sequence[str]) -> Problem:
    """Neither name nor headers fit a form."""
    return make(
        "DATA020",
        Place(file=file, sheet=sheet),
        expected=same(", ".join(forms)),
        advice=Text(
            "未读取；如是数据，请用表单名给文件或工作表命名。",
            "It was not used; if it is data, name the file or sheet after its form.",
        ),
        severity="note",
    )


def many_forms(file: str, sheet: str, forms: Sequence[str]) -> Problem:
    """Headers fit several forms."""
    return make(
        "DATA021",
        Place(file=file, sheet=sheet),
        found=", ".join(forms),
        expected=Text("一张表单", "one form"),
        advice=Text("请用表单名给文件或工作表命名。", "Name the file or sheet after its form."),
    )


def by_header(file: str, sheet: str, form: str, matched: int, total: int) -> Problem:
    """The form was taken from the headers."""
    return make(
        "DATA022",
        Place(file=file, sheet=sheet),
        found=f"{form} ({matched}/{total})",
        advice=Text(
            "如认错了，请用表单名给文件或工作表命名。",
            "If this is wrong, name the file or sheet after its form.",
        ),
        severity="note",
    )


def missing_column(file: str, sheet: str, row: int, field: str, title: Text, nearest: str) -> Problem:
    """A required field has no column."""
    return make(
        "DATA023",
        Place(file=file, sheet=sheet, row=row, field=field),
        Text(f"缺少必填列“{title.zh}”", f"the required column “{title.en}” is missing"),
        found=nearest,
        expected=Text(f"表头 {title.zh} 或 {field}", f"a header {title.en} or {field}"),
        advice=Text(
            f"最接近的表头是“{nearest}”；如就是它，请改名。",
            f"The nearest header is “{nearest}”; rename it if it is the one.",
        )
        if nearest
        else Text("请增加这一列。", "Add the column."),
    )


def column_twice(at: At, row: int, title: Text, others: Sequence[str]) -> Problem:
    """Two or more columns match one field."""
    return make(
        "DATA024",
        at.place(row),
        Text(f"多列都对应“{title.zh}”", f"several columns match “{title.en}”"),
        found=", ".join(others),
        expected=Text("只有一列", "one column"),
        advice=Text("请删去或改名多余的列。", "Delete or rename the columns that are not meant."),
    )


def wrong_measure(at: At, row: int, found: str, stored: str, accepts: Sequence[str]) -> Problem:
    """A header names a unit of measure that the field does not take."""
    units = [stored, *accepts] if stored else []
    in_chinese = "或".join(measure.spelled(unit).zh or unit for unit in units)
    return make(
        "DATA025",
        at.place(row),
        found=found,
        expected=Text(f"计量单位 {in_chinese}", f"the unit {' or '.join(units)}")
        if units
        else Text("表头中不写计量单位", "no unit in the header"),
        advice=Text(
            "请把数换算成要求的单位并改表头；括号里若不是单位，请删去。",
            "Convert the numbers and change the header; if the words in brackets are no unit, delete them.",
        ),
    )


def converted(at: At, row: int, found: str, stored: str, factor: str) -> Problem:
    """Says that numbers were converted, and how."""
    return make(
        "DATA026",
        at.place(row),
        found=found,
        expected=Text(
            f"按{measure.spelled(stored).zh or stored}保存（乘以 {factor}）",
            f"kept in {stored} (times {factor})",
        ),
        advice=Text("请确认表头的单位与数相符。", "Make sure that the unit in the header fits the numbers."),
        severity="note",
    )


def form_absent(form: str, title: Text) -> Problem:
    """A required form has no rows."""
    return make(
        "DATA027",
        Place(field=form),
        Text(f"缺少必填表单“{title.zh}”", f"the required form “{title.en}” is absent"),
        expected=Text(
            f"文件 {form}.xlsx、{form}.csv，或名为“{title.zh}”的工作表",
            f"a file {form}.xlsx or {form}.csv, or a sheet “{title.en}”",
        ),
        advice=Text("请补上这张表。", "Add this table."),
    )


def near_miss(at: At, row: int, field: str, title: Text) -> Problem:
    """An ignored column looks like an optional field that was not found."""
    return make(
        "DATA028",
        at.place(row),
        found=at.header,
        expected=Text(f"{title.zh}（{field}）", f"{title.en} ({field})"),
        advice=Text(
            "不改的话，此列不读取，该字段为空。",
            "If left so, the column is not read and the field stays empty.",
        ),
        severity="warning",
    )


def absent_stops(form: str, fields: str, what: Text, severity: Severity) -> Problem:
    """Columns or a form that hold nothing, and what can then not be computed."""
    return make(
        "DATA029",
        Place(file=form, field=fields),
        what,
        advice=Text(
            "如这些指标要用，请补上；不用则不必理会。",
            "Add it if these figures are wanted; else leave it.",
        ),
        severity=severity,
    )


# --- merged units -----------------------------------------------------------------------------------------------------
def merged_in_circle(place: Place, unit: str, into: str, other: str) -> Problem:
    """Units that are merged into each other would leave every total."""
    return make(
        "DATA053",
        place,
        Text(
            f"单位 {unit} 并入 {into} 后又回到自身", f"unit {unit} is merged into {into} and so into itself"
        ),
        found=f"{into} ({other})",
        expected=Text("一个不再并入别处的单位", "a unit that is not merged itself"),
        advice=Text("请填写真正接收的学校的代码。", "Give the code of the school that really receives it."),
    )


def merged_in_chain(place: Place, unit: str, into: str, other: str) -> Problem:
    """A receiver that is merged itself has no row of its own to add to."""
    return make(
        "DATA054",
        place,
        Text(
            f"单位 {unit} 并入的 {into} 本身又被并入别处",
            f"unit {unit} is merged into {into}, which is itself merged into another",
        ),
        found=f"{into} ({other})",
        expected=Text("一个不再并入别处的单位", "a unit that is not merged itself"),
        advice=Text(
            "请填写最终接收的学校的代码。", "Give the code of the school that receives both in the end."
        ),
    )


def merged_across(
    place: Place, unit: str, into: str, other: str, own: str | None, its: str | None
) -> Problem:
    """The figures of the merged unit count for another unit above than its own."""
    return make(
        "DATA055",
        place,
        Text(
            f"单位 {unit}（上级 {own}）并入了上级为 {its} 的 {into}，其数据将计入 {its}",
            f"unit {unit} of {own} is merged into {into} of {its}, so its figures count for {its}",
        ),
        found=f"{into} ({other})",
        expected=Text(f"同属 {own} 的单位", f"a unit of {own}"),
        advice=Text(
            "请核对两个代码；确属跨界并入的可以保留。",
            "Check both codes; leave them if the merger really crosses the border.",
        ),
        severity="warning",
    )


# --- many of a kind ---------------------------------------------------------------------------------------------------
def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems, errors first, then warnings, then notes; otherwise in the order in which they came."""
    ranks = {"error": 0, "warning": 1, "note": 2}
    return tuple(sorted(problems, key=lambda p: ranks[p.severity]))


def brief(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems as a person should see them: of more than 200 of one kind in one column the first 50 and a count."""
    kinds: dict[tuple[str, str, str, str], list[Problem]] = {}
    for problem in problems:
        place = problem.place
        kinds.setdefault(
            (problem.code, place.file, place.sheet, place.cell_column or place.field), []
        ).append(problem)
    shown: list[Problem] = []
    for group in kinds.values():
        if len(group) <= SHOW_ALL_UP_TO:
            shown.extend(group)
            continue
        shown.extend(group[:SHOW_FIRST])
        shown.append(more(group[0], len(group) - SHOW_FIRST))
    return shown


def more(first: Problem, count: int) -> Problem:
    """Return the line that stands for `count` further problems like `first`."""
    return make(
        "DATA052",
        replace(first.place, row=None),
        Text(f"{first.code} 同类问题还有 {count} 处", f"{count} more of {first.code}"),
        found=str(count),
        advice=Text(
            "多半是同一原因：先改好前几处再查一遍。",
            "They probably have one cause: mend the first ones and check again.",
        ),
        severity=first.severity,
    )
