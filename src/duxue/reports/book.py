"""The results of one year, found by place and indicator, and the register in which each printed figure is entered."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from duxue.core.quantity import Number, exact, round_half_up, show, to_decimal
from duxue.core.text import Text, same
from duxue.core.units import UnitTree
from duxue.packs.schema import IndicatorSpec, Pack, Source, SourceRef, Standard, Verdict
from duxue.packs.scope import measure_title
from duxue.reports.document import Cell, Entry, Figure, Tone
from duxue.reports.texts import reason, t
from duxue.results.model import Result, Run

By = tuple[tuple[str, str], ...]
_CV = re.compile(r"^\s*cv\s*\(")
_MOST_DIGITS = 15


class Book:
    """One run, one year: look-ups, words and the growing number register."""

    def __init__(self, run: Run, pack: Pack, tree: UnitTree, year: int) -> None:
        """Index the results of `year`, and those of the other years for comparison."""
        self.run, self.pack, self.tree, self.year = run, pack, tree, year
        self.specs: dict[str, IndicatorSpec] = {i.id: i for i in pack.indicators}
        self.verdicts: dict[str, Verdict] = {v.id: v for v in pack.verdicts}
        self.results: list[Result] = []
        self.at: dict[tuple[str, str, By], Result] = {}
        self.of_unit: dict[str, list[Result]] = defaultdict(list)
        self.of_level: dict[tuple[str, str], list[Result]] = defaultdict(list)
        self.other_years: dict[tuple[str, str, By], dict[int, Result]] = defaultdict(dict)
        for result in run.results:
            key = (result.unit, result.indicator, result.by)
            if result.year is None or result.year == year:
                self.results.append(result)
                self.at[key] = result
                self.of_unit[result.unit].append(result)
                self.of_level[result.level, result.indicator].append(result)
            else:
                self.other_years[key][result.year] = result
        self.entries: dict[int, Entry] = {}
        self._numbers: dict[object, Figure] = {}
        self._levels = {level.id: level.title.text for level in pack.levels}
        self._dims = {d.id: {v.id: v.title.text for v in d.values} for d in pack.dimensions}
        self._order = {d.id: {v.id: i for i, v in enumerate(d.values)} for d in pack.dimensions}
        self._checks = {c.id: c.title.text for c in pack.checks}
        self._standards: dict[str, list[Standard]] = defaultdict(list)
        for standard in pack.standards:
            self._standards[standard.indicator].append(standard)

    # --- words ---------------------------------------------------------------------------------------------------
    def level(self, level: str) -> Text:
        """Return the printed name of a level."""
        return self._levels.get(level) or same(level)

    def titled(self, level: str, title: Text) -> Text:
        """Return a title with the name of its level before it, unless it begins with that name itself."""
        name = self.level(level)
        return Text(
            title.zh if title.zh.startswith(name.zh) else f"{name.zh}：{title.zh}",
            title.en if title.en.startswith(name.en) else f"{name.en}: {title.en}",
        )

    def by(self, by: By) -> Text:
        """Return a breakdown in words; empty for none."""
        words = [self._dims.get(d, {}).get(v) or same(v) for d, v in by]
        return Text("、".join(w.zh for w in words), ", ".join(w.en for w in words))

    def by_suffix(self, by: By) -> Text:
        """Return a breakdown in brackets, to follow a title."""
        return t("by_dash").format(by=self.by(by)) if by else same("")

    def by_order(self, by: By) -> tuple[int | str, ...]:
        """Return the key by which breakdowns stand in the pack's order."""
        return tuple(str(self._order.get(d, {}).get(v, 999)).zfill(4) + v for d, v in by)

    def measure(self, unit: str) -> Text:
        """Return a unit of measure in words, the pack's own units included."""
        return measure_title(self.pack, unit)

    def title(self, indicator: str) -> Text:
        """Return the printed name of an indicator or verdict."""
        spec = self.specs.get(indicator) or self.verdicts.get(indicator)
        return spec.title.text if spec else same(indicator)

    def name(self, code: str) -> Text:
        """Return the printed name of a unit."""
        unit = self.tree.units.get(code)
        return unit.name if unit else same(code)

    def is_dispersion(self, indicator: str) -> bool:
        """Whether an indicator is a coefficient of variation of the level below."""
        spec = self.specs.get(indicator)
        return bool(spec and _CV.match(spec.formula))

    def source(self, ref: SourceRef | None) -> Source | None:
        """Return the source that a rule names."""
        if ref is None or isinstance(ref, Source):
            return ref
        return self.pack.sources.get(ref) or Source(
            name=None, number=ref, clause=None, dated=None, status="background", note=None
        )

    def cite(self, ref: SourceRef | None) -> Text:
        """Return a source as printed beside a rule, with how sure it is."""
        source = self.source(ref)
        if source is None:
            return t("no_source")
        zh = (source.number or (source.name.zh if source.name else "")) + (source.clause or "")
        en = source.number or (source.name.en if source.name else "")
        en += f", {source.clause}" if source.clause and en else source.clause or ""
        status = t(source.status)
        return Text(f"{zh}（{status.zh}）", f"{en} ({status.en})")

    def standard_of(self, result: Result) -> Standard | None:
        """Return the dated standard by which a result was judged: the one that fits it and reads the same."""
        wanted = result.standard.replace(" ", "")
        day = self.day(result.year or self.year)
        chain = set(self.tree.ancestors(result.unit).values())
        by = dict(result.by)
        fits = [
            s
            for s in self._standards.get(result.indicator, ())
            if s.meets.replace(" ", "") == wanted
            and s.level in (None, result.level)
            and all(by.get(d) == v for d, v in s.by.items())
            and (s.region is None or s.region in chain)
            and (s.from_ is None or s.from_ <= day)
            and (s.to is None or day <= s.to)
        ]
        return max(fits, key=lambda s: (s.region is not None, s.from_ or date.min)) if fits else None

    def day(self, year: int) -> date:
        """Return the day on which the data of a year stand."""
        month, day = self.pack.as_of.split("-")
        return date(year, int(month), min(int(day), 28) if month == "02" else int(day))

    def clause(self, result: Result) -> Text:
        """Return the clause behind a result: of its standard, else of its formula or rule."""
        if result.kind == "verdict":
            verdict = self.verdicts.get(result.indicator)
            return self.cite((verdict.source if verdict else None) or self.pack.source)
        standard = self.standard_of(result) if result.standard else None
        if standard is not None and standard.source is not None:
            return self.cite(standard.source)
        spec = self.specs.get(result.indicator)
        return self.cite((spec.source if spec else None) or self.pack.source)

    # --- printed numbers --------------------------------------------------------------------------------------------
    def shown(self, result: Result) -> str:
        """Return a value as printed: rounded half up, with more digits where it would look like its standard."""
        assert result.value is not None
        spec = self.specs.get(result.indicator)
        return group_digits(show(result.value, spec.decimals if spec else 2, result.threshold))

    def margin(self, result: Result) -> str:
        """Return the distance to the standard with its sign; a small miss never reads 0."""
        if result.margin is None:
            return ""
        spec = self.specs.get(result.indicator)
        text = group_digits(show(result.margin, spec.decimals if spec else 2, Fraction(0)))
        return (
            text.replace("-", "−") if text.startswith("-") else f"+{text}" if exact(result.margin) else text
        )

    def figure(self, result: Result) -> Figure:
        """Return the printed value of a result and enter it in the register (once)."""
        key = (result.unit, result.indicator, result.by, result.year)
        known = self._numbers.get(key)
        if known is not None:
            return known
        shown = self.shown(result) if result.value is not None and result.kind == "indicator" else "–"
        return self._enter(key, result, shown)

    def _enter(self, key: object, result: Result, shown: str) -> Figure:
        figure = Figure(len(self.entries) + 1, shown)
        self._numbers[key] = figure
        failed = result.status == "not_computable"
        self.entries[figure.number] = Entry(
            number=figure.number,
            unit=result.unit,
            unit_name=result.unit_name,
            what=self.title(result.indicator),
            indicator=result.indicator,
            by=self.by(result.by),
            year=result.year,
            shown=shown,
            unrounded="" if result.value is None else unrounded(result.value),
            numerator="" if result.numerator is None else unrounded(result.numerator),
            denominator="" if result.denominator is None else unrounded(result.denominator),
            rows=result.rows,
            left_out=result.left_out,
            standard=result.standard,
            clause=self.clause(result),
            status=tone_of(result),
            reason=reason(result.reason, result.reason_text) if failed else same(""),
            flags=result.flags,
            how=same(""),
            flag_words=self.flag_words(result.flags),
            parts=result.by,
            ask_year=len(self.run.years) > 1,
        )
        return figure

    def count(
        self,
        shown: str,
        what: Text,
        how: Text,
        *,
        unit: str = "",
        part: int | None = None,
        whole: int | None = None,
    ) -> Figure:
        """Return a number that the report counted itself and enter what was counted in the register (once)."""
        key = ("count", shown, what, how, unit, part, whole)
        known = self._numbers.get(key)
        if known is not None:
            return known
        figure = Figure(len(self.entries) + 1, shown)
        self._numbers[key] = figure
        self.entries[figure.number] = Entry(
            number=figure.number,
            unit=unit,
            unit_name=self.name(unit) if unit else same(""),
            what=what,
            indicator="",
            by=same(""),
            year=self.year,
            shown=shown,
            unrounded=unrounded(Fraction(part, whole)) if part is not None and whole else shown,
            numerator="" if part is None else str(part),
            denominator="" if whole is None else str(whole),
            rows=whole or part or 0,
            left_out=0,
            standard="",
            clause=same(""),
            status="",
            reason=same(""),
            flags=(),
            how=how,
        )
        return figure

    def share(self, part: int, whole: int, what: Text, *, unit: str = "") -> Figure:
        """Return `part` of `whole` as a percentage that reads 100% or 0% only when it is."""
        return self.count(percent(part, whole), what, t("how_share"), unit=unit, part=part, whole=whole)

    def flag_words(self, flags: Sequence[str]) -> Text:
        """Return quality flags in words: the engine's own, else the titles of the pack's checks."""
        words = [self.flag(flag) for flag in flags]
        return Text("；".join(w.say("zh") for w in words), "; ".join(w.say("en") for w in words))

    def flag(self, flag: str) -> Text:
        """Return one quality flag in words."""
        if flag in ("left_out", "partial"):
            return t(flag)
        title = self._checks.get(flag)
        return t("flag_check").format(title=title) if title else same(flag)

    # --- cells ------------------------------------------------------------------------------------------------------
    def value_cell(self, result: Result | None, *, toned: bool = True) -> Cell:
        """Return the cell of a value: the figure with its mark, or the reason why there is none."""
        if result is None:
            return Cell(same(""))
        if result.value is None or result.status == "not_computable":
            why = reason(result.reason, result.reason_text)
            return Cell(same("–"), self.figure(result).number, "not_computable", note=why)
        figure = self.figure(result)
        tone = tone_of(result)
        flag = self.flag_words(result.flags) if result.flags else None
        return Cell(
            same(figure.shown), figure.number, tone if toned else "", mark=toned and bool(tone), flag=flag
        )

    def verdict_cell(self, result: Result | None) -> Cell:
        """Return the cell of a judgement: mark and word, with the reason when it could not be made."""
        if result is None:
            return Cell(same(""))
        tone = tone_of(result)
        if result.status == "not_computable" or tone == "not_computable":
            why = reason(result.reason, result.reason_text)
            return Cell(t("not_computable"), self._register(result), "not_computable", mark=True, note=why)
        if not tone:
            return Cell(same(""))
        return Cell(t(tone), self._register(result), tone, mark=True)

    def _register(self, result: Result) -> int:
        if result.kind == "indicator":
            return self.figure(result).number
        key = (result.unit, result.indicator, result.by, result.year)
        known = self._numbers.get(key)
        return (known or self._enter(key, result, t(tone_of(result) or "none").zh)).number

    def count_cell(self, figure: Figure, tone: Tone = "") -> Cell:
        """Return the cell of a counted number."""
        return Cell(same(figure.shown), figure.number, tone)


def tone_of(result: Result) -> Tone:
    """Return how a result is coloured and marked."""
    return "not_computable" if result.status == "not_computable" else result.verdict


def attained(result: Result) -> Fraction | None:
    """Return how much of its standard a result reaches (1: just met), from the engine or from the margin."""
    if result.attainment is not None:
        return exact(result.attainment)
    if result.margin is None or not result.threshold:
        return None
    return 1 + exact(result.margin) / abs(result.threshold)


def percent(part: int, whole: int) -> str:
    """Return a share with one decimal; more where it would read 0% or 100% and is not."""
    if not whole:
        return "–"
    return percent_of(Fraction(part, whole))


def percent_of(share: Number, bounds: Sequence[Fraction] = ()) -> str:
    """Return a number as a percentage that reads 0%, 100% or one of the `bounds` only when it is."""
    value = exact(share) * 100
    shown = (show(value, 1, bound * 100) for bound in (Fraction(0), Fraction(1), *bounds))
    # More digits never bring it to the wrong side of another bound.
    return f"{max(shown, key=lambda text: len(text.partition('.')[2]))}%"


def unrounded(value: Number) -> str:
    """Return a number without rounding for print: up to fifteen digits, an ellipsis where more follow."""
    decimal = to_decimal(value)
    digits = max(_MOST_DIGITS - max(decimal.adjusted() + 1, 1), 0)
    cut = round_half_up(value, digits)
    text = f"{cut:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text if exact(cut) == (value if isinstance(value, Fraction) else exact(decimal)) else text + "…"


def group_digits(text: str) -> str:
    """Return a printed number with a comma after each three digits from 10000 on."""
    sign, body = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, dot, rest = body.partition(".")
    return f"{sign}{int(whole):,}{dot}{rest}" if len(whole) > 4 else text
