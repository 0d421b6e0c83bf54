"""One cell of text to one typed value, or the reason why not. Pure functions; `columns` applies them to whole columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from duxue.core.sheet_area import FAULTY, UNCALCULATED
from duxue.core.text import Text, clean
from duxue.microdata.names import name_key
from duxue.packs.schema import Category

MAX_DIGITS = 18
# Marks for "no value" that Chinese and English tables use. 无 is not among them: it may mean none (0) or unknown.
MISSING = frozenset(
    {"", "-", "--", "—", "——", "–", "−", "─", "/", "…", "……", "...", "*", "na", "n/a", "n.a.", "null", "none", "nan",
     "无数据", "無數據", "无资料", "缺", "缺失", "缺报", "未填", "未报", "不详", "不適用", "不适用", "空"}
)  # fmt: skip
ERRORS = frozenset(
    {"#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!"}
)
# No cell can hold a NUL, so readers of workbooks put it before what they found where a formula has no value.
_TRUE = frozenset({"是", "对", "對", "有", "true", "t", "yes", "y", "1", "1.0", "√", "✓", "✔"})
_FALSE = frozenset({"否", "错", "錯", "无", "無", "false", "f", "no", "n", "0", "0.0", "×", "✗", "✘"})
# Marks of footnotes and powers: 12① is no 121 and 1² no 12, so these are not made into plain digits.
_MARK = re.compile(
    "([\u00b2\u00b3\u00b9\u2070-\u2089\u2460-\u249b\u24ea-\u24ff\u3251-\u325f\u32b1-\u32bf\U0001f100-\U0001f10a])"
)
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_SCIENTIFIC = re.compile(r"[+-]?\d+(\.\d*)?[eE][+-]?\d{1,3}")
_CODE_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d+|\d\.\d+[eE]\d+")
_YEAR = re.compile(r"((?:19|20|21)\d\d)(?:\.0+)?(?:学年度?|學年度?|年度?)?")
_SCHOOL_YEAR = re.compile(
    r"((?:19|20|21)\d\d)\s*(?:年)?\s*[-—–~～/至]+\s*((?:19|20|21)?\d\d)\s*(?:学年度?|學年度?|年度?)?"
)
_DAY = re.compile(
    r"((?:19|20|21)\d\d)(?:[-/.]\d{1,2}){1,2}(?: \d\d:\d\d.*)?|((?:19|20|21)\d\d)年\d{1,2}月(?:\d{1,2}日)?"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text is not a value of the type: a problem code, what was expected, how to mend it."""

    code: str
    expected: Text
    advice: Text


_FORMULA = Fault(
    "DATA037",
    Text("数值或空白", "a value or an empty cell"),
    Text("请改好公式，或粘贴为数值。", "Mend the formula, or paste the cell as a value."),
)
_NOT_CALCULATED = Fault(
    "DATA039",
    Text("已计算并保存的数值", "a value that was calculated and stored"),
    Text(
        "请用 Excel 或 WPS 打开这个文件并保存一次，再试。",
        "Open the file in a spreadsheet program, save it, and try again.",
    ),
)
_NONE_WORD = Text("没有请填 0，不清楚请留空。", "Write 0 for none; leave the cell empty if unknown.")
_DIGITS_ONLY = Text("只填数字，单位写在表头。", "Write digits only; the unit belongs in the header.")
_TOO_LARGE = Fault(
    "DATA038",
    Text(f"不超过 {MAX_DIGITS} 位数字", f"at most {MAX_DIGITS} digits"),
    Text("请检查是否多输了数字或两格粘在一起。", "Look for extra digits or two cells run together."),
)
_WHOLE = Text("整数，如 12", "a whole number such as 12")
_NUMBER = Text("数，如 12.5", "a number such as 12.5")


def formula_fault(text: str) -> Fault | None:
    """Return why a cell with a formula has no value: it shows an error, or was never calculated; else None."""
    if text.startswith(UNCALCULATED):
        return _NOT_CALCULATED
    return _FORMULA if text.startswith(FAULTY) or text in ERRORS else None


def is_missing(text: str) -> bool:
    """Whether a cell says that there is no value. '0' is a value."""
    folded = text.strip().casefold()
    return folded in MISSING or unicodedata.normalize("NFKC", clean(folded)).strip() in MISSING


def fold(text: str) -> str:
    """Return a cell with full-width letters and digits made narrow, invisible characters and outer blanks removed."""
    parts = _MARK.split(clean(text))
    parts[::2] = [unicodedata.normalize("NFKC", part) for part in parts[::2]]
    return "".join(parts).strip().replace("−", "-")


def _plain(text: str) -> str | None:
    """Return the number that a text writes in plain ASCII without grouping commas, or None."""
    plain = fold(text).replace("，", ",").replace("\u00a0", "")
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    fits = len(plain) <= 60 and (_PLAIN.fullmatch(plain) or _SCIENTIFIC.fullmatch(plain))
    return plain if fits else None


def parse_number(text: str) -> Decimal | None:
    """Return the number that a text writes, exactly, or None."""
    plain = _plain(text)
    try:
        return None if plain is None else Decimal(plain)
    except InvalidOperation:
        return None


def without_noise(text: str) -> Decimal | None:
    """Return the number that was meant by a printed double such as 0.30000000000000004, or None if it is no such text.

    A double keeps 15 digits; what stands behind them is noise of binary arithmetic.
    """
    plain = _plain(text)
    if plain is None or len(re.sub(r"\D", "", plain)) <= 15 or plain.lstrip("+-").isdigit():
        return None
    double = float(plain)
    if repr(double).lower() not in (plain.lower().lstrip("+"), _trim(plain)):
        return None
    return Decimal(f"{double:.15g}")


def _steps(text: str, value: Decimal, factor: Fraction, per_one: int) -> int | None:
    """Return the number as a whole count of steps, `per_one` to the unit; None when it has finer digits."""
    for number in (value, without_noise(text)):
        if number is None or number.adjusted() < -40:
            continue
        steps = Fraction(number) * factor * per_one
        if steps.denominator == 1:
            return int(steps)
    return None


def _trim(plain: str) -> str:
    return plain.lstrip("+").rstrip("0") if "." in plain else plain.lstrip("+")


def parse_integer(text: str, factor: Fraction = Fraction(1)) -> int | Fault:
    """Return a whole number: 12, 12.0, １２, 1,234; times `factor`, exactly."""
    value = parse_number(text)
    if value is None:
        advice = _NONE_WORD if fold(text) in ("无", "無", "没有", "none") else _DIGITS_ONLY
        return Fault("DATA030", _WHOLE, advice)
    if value.adjusted() >= MAX_DIGITS:
        return _TOO_LARGE
    whole = _steps(text, value, factor, 1)
    if whole is None:
        return Fault(
            "DATA030",
            _WHOLE,
            Text("请核对原始记录；人数、班数不能有小数。", "Check the record; counts have no fractions."),
        )
    return whole if abs(whole) < 10**MAX_DIGITS else _TOO_LARGE


def parse_decimal(text: str, decimals: int, factor: Fraction = Fraction(1)) -> Decimal | Fault:
    """Return an exact number with at most `decimals` places, times `factor`; more places are refused, never cut."""
    value = parse_number(text)
    if value is None:
        advice = _NONE_WORD if fold(text) in ("无", "無", "没有") else _DIGITS_ONLY
        return Fault("DATA031", _NUMBER, advice)
    if value.adjusted() >= MAX_DIGITS:
        return _TOO_LARGE
    scaled = _steps(text, value, factor, 10**decimals)
    if scaled is None:
        after = factor != 1
        return Fault(
            "DATA032",
            Text(
                f"{'换算后' if after else ''}至多 {decimals} 位小数",
                f"at most {decimals} decimal places{' after conversion' if after else ''}",
            ),
            Text("请按要求四舍五入后再填。", "Round it to the places asked for."),
        )
    if abs(scaled) >= 10**MAX_DIGITS:
        return _TOO_LARGE
    return Decimal(scaled).scaleb(-decimals)


def parse_boolean(text: str) -> bool | Fault:
    """Return yes or no."""
    key = fold(text).casefold()
    if key in _TRUE:
        return True
    if key in _FALSE:
        return False
    return Fault("DATA033", Text("是 或 否", "yes or no"), Text("请填“是”或“否”。", "Write yes or no."))


def category_names(values: Sequence[Category]) -> dict[str, str]:
    """Return the key of each id, title and alias with the id it means; an earlier meaning wins."""
    names: dict[str, str] = {}
    for value in values:
        names.setdefault(name_key(value.id), value.id)
    for value in values:
        for title in (value.title.zh, value.title.en, *value.aliases):
            names.setdefault(name_key(title), value.id)
    return names


def parse_category(text: str, values: Sequence[Category], names: dict[str, str]) -> str | Fault:
    """Return the id of the value that a text names."""
    key = name_key(fold(text))
    found = names.get(key)
    if found is None and re.fullmatch(r"\d+0", key) and re.fullmatch(r"\d+\.0", fold(text)):
        found = names.get(key[:-1])  # a code list of numbers, read from a column of doubles
    if found is not None:
        return found
    zh = "、".join(v.title.zh for v in values[:12]) + (" 等" if len(values) > 12 else "")
    en = ", ".join(v.title.en for v in values[:12]) + (" ..." if len(values) > 12 else "")
    return Fault(
        "DATA034", Text(zh, en), Text("请从允许的取值中选一个。", "Choose one of the allowed values.")
    )


def parse_code(text: str) -> str | Fault:
    """Return an identifier as text, leading zeros kept; a code that a spreadsheet turned into a power of ten is refused."""
    folded = fold(text).lstrip("'`").strip()
    if _CODE_SCIENTIFIC.fullmatch(folded):
        return Fault(
            "DATA035",
            Text("完整的代码，如 370102", "the whole code, such as 370102"),
            Text(
                "请把该列设为“文本”格式后重新录入代码。",
                "Format the column as text and enter the codes again.",
            ),
        )
    if re.fullmatch(r"\d+\.0+", folded):
        folded = folded.split(".")[0]
    return folded


def parse_year(text: str) -> int | Fault:
    """Return a year; of a school year its first one."""
    folded = fold(text)
    if match := _YEAR.fullmatch(folded):
        return int(match[1])
    if match := _SCHOOL_YEAR.fullmatch(folded):
        first, second = int(match[1]), match[2]
        last = int(second) if len(second) == 4 else first // 100 * 100 + int(second)
        if 0 <= (last - first) % 100 <= 1:
            return first
    if match := _DAY.fullmatch(folded):
        return int(match[1] or match[2])
    return Fault(
        "DATA036",
        Text("年份，如 2023", "a year such as 2023"),
        Text("请填四位数年份。", "Write the year in four digits."),
    )


def parse_text(text: str) -> str | Fault:
    """Return a text without invisible characters, on one line."""
    return " ".join(clean(text).split())


def say_value(value: object) -> str:
    """Return a typed value as a message prints it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)
