"""A rule of scoring in plain words, with its numbers: what the unit reads before it is scored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from duxue.core.measure import amount as measured
from duxue.core.measure import is_percent
from duxue.core.measure import title as measure_title
from duxue.core.text import Text, same
from duxue.packs import scoring as shape
from duxue.packs.schema import Pack
from duxue.scoring import comparison
from duxue.scoring.rules import plain

_BETTER = {"more": Text("越高越好", "more is better"), "less": Text("越低越好", "less is better")}
_TIES = {
    "best": Text("数值相同的取最好名次", "equal figures share the best rank"),
    "worst": Text("数值相同的取最后名次", "equal figures share the last rank"),
    "mean": Text("数值相同的取各名次得分的平均", "equal figures share the mean of their points"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of a rule, and the sentences of its parts."""

    text: Text
    parts: tuple[Said, ...] = ()


def rule_words(rule: shape.Rule, points: Fraction, pack: Pack) -> Said:
    """Return what a rule says of an item with `points` full points; names and units of measure are those of `pack`."""
    return _Sayer(pack).say(rule, points)


class _Sayer:
    def __init__(self, pack: Pack) -> None:
        self.specs = {spec.id: spec for spec in pack.indicators}
        self.titles = {v.id: v.title.text for v in pack.verdicts} | {
            s.id: s.title.text for s in pack.indicators
        }
        self.levels = {level.id: level.title.text for level in pack.levels}
        self.measures = {unit.id: unit.title.text for unit in pack.units_of_measure if unit.title}
        self.values = {(d.id, v.id): v.title.text for d in pack.dimensions for v in d.values}

    def say(self, rule: shape.Rule, full: Fraction) -> Said:
        """Return the sentence of one rule; `full` is what the item, or this part of it, is worth."""
        match rule:
            case shape.Gate():
                return Said(self.gate(rule, full))
            case shape.Shortfall():
                return Said(self.shortfall(rule, full))
            case shape.PerUnit():
                return Said(self.per_unit(rule, full))
            case shape.Occurrence():
                return Said(self.occurrence(rule, full))
            case shape.Elements():
                return Said(
                    Text("下列各项有则得分，相加：", "Points of what is there are added up:"),
                    tuple(self.element(element) for element in rule.elements),
                )
            case shape.Stepwise():
                return Said(
                    Text(
                        f"由评审员判定：从满分 {plain(full)} 分起逐级扣减，每级 {plain(rule.step)} 分，每级须写明依据。",
                        f"Judged by reviewers: from {_points(full)} down in steps of {plain(rule.step)}, each with a note.",
                    )
                )
            case shape.Judged():
                step = (
                    Text(f"，以 {plain(rule.step)} 分为一级", f" in steps of {plain(rule.step)}")
                    if rule.step
                    else same("")
                )
                return Said(
                    Text(
                        f"由评审员在 0 至 {plain(full)} 分之间评定{step.zh}，须写明理由。",
                        f"Judged by reviewers between 0 and {_points(full)}{step.en}, with a reason.",
                    )
                )
            case shape.Bands():
                return self.bands(rule)
            case shape.Trend():
                return self.trend(rule)
            case shape.Rank():
                head = self.figure(rule)
                return Said(
                    Text(
                        f"按“{head.zh}”在各单位中的名次得分，{_BETTER[rule.better].zh}，{_TIES[rule.ties].zh}：",
                        f"By the rank of “{head.en}” among all units, {_BETTER[rule.better].en}; {_TIES[rule.ties].en}:",
                    ),
                    tuple(_places(rule.places)),
                )
            case shape.AgainstMean():
                return self.mean(rule, full)
            case shape.Composite():
                parts = tuple(self.weighted(part, full) for part in rule.parts)
                return Said(Text("由以下部分合成：", "Made of these parts:"), parts)
            case shape.ByClass():
                return Said(
                    Text("按单位类别分别适用：", "By the class of the unit:"),
                    tuple(self.under(same(one.class_), one.rule, full) for one in rule.rules),
                )
            case shape.Rectified():
                return Said(
                    Text(
                        f"上一轮问题已销号的比例 × {plain(full)} 分；每个逾期扣 {plain(rule.overdue)} 分，每个重新打开扣 {plain(rule.reopened)} 分。",
                        f"The share of last round's problems that are closed × {_points(full)}; {plain(rule.overdue)} off for each overdue, {plain(rule.reopened)} for each reopened.",
                    )
                )

    # --- one sentence ---------------------------------------------------------------------------------------------
    def gate(self, rule: shape.Gate, full: Fraction) -> Text:
        title, limit, each = self.figure(rule), self.limit(rule, rule.meets), self.each(rule.each)
        return Text(
            f"{each.zh}“{title.zh}”{limit.zh}，得满分 {plain(full)} 分，否则不得分。",
            f"Full points ({plain(full)}) when “{title.en}” is {limit.en}{each.en}, otherwise none.",
        )

    def shortfall(self, rule: shape.Shortfall, full: Fraction) -> Text:
        title, limit, step = (
            self.figure(rule),
            self.limit(rule, rule.meets),
            self.amount(rule, rule.step, apart=True),
        )
        part = (
            Text("，不足一级不扣", "; part of a step takes nothing off")
            if rule.whole_steps
            else Text("，不足一级按比例扣", "; part of a step counts in proportion")
        )
        return Text(
            f"“{title.zh}”{limit.zh}，得满分 {plain(full)} 分；每差 {step.zh}扣 {plain(rule.deduct)} 分{part.zh}，扣完为止。",
            f"Full points ({plain(full)}) when “{title.en}” is {limit.en}; {plain(rule.deduct)} off for each {step.en} of distance{part.en}, never below zero.",
        )

    def per_unit(self, rule: shape.PerUnit, full: Fraction) -> Text:
        title, limit, level = self.figure(rule), self.limit(rule, rule.meets), self.level(rule.each)
        most = _most(rule.most, full)
        return Text(
            f"所属每个{level.zh}“{title.zh}”应{limit.zh}；每有一个未达到，扣 {plain(rule.deduct)} 分，{most.zh}。",
            f"“{title.en}” should be {limit.en} in each {level.en} of the unit; {plain(rule.deduct)} off for each that misses it, {most.en}.",
        )

    def occurrence(self, rule: shape.Occurrence, full: Fraction) -> Text:
        title, most = self.figure(rule), _most(rule.most, full)
        return Text(
            f"“{title.zh}”每查实一起扣 {plain(rule.deduct)} 分，{most.zh}；没有的得满分 {plain(full)} 分。",
            f"{plain(rule.deduct)} off for each verified case of “{title.en}”, {most.en}; full points ({plain(full)}) without any.",
        )

    def element(self, element: shape.Element) -> Said:
        title, points = element.title.text, element.points
        if element.of is None or element.meets is None:
            return Said(
                Text(
                    f"{title.zh}：{plain(points)} 分，由评审员看材料判定",
                    f"{title.en}: {_points(points)}, judged on evidence",
                )
            )
        figure = shape.Figure(of=element.of, by=element.by)
        shown, limit = self.figure(figure), self.limit(figure, element.meets)
        return Said(
            Text(
                f"{title.zh}：{plain(points)} 分，“{shown.zh}”{limit.zh}即得",
                f"{title.en}: {_points(points)} when “{shown.en}” is {limit.en}",
            )
        )

    # --- with parts -----------------------------------------------------------------------------------------------
    def bands(self, rule: shape.Bands) -> Said:
        lines = []
        for band, above in zip(rule.bands, (*rule.bands[1:], None), strict=True):
            low = None if band.from_ is None else self.amount(rule, band.from_)
            high = None if above is None or above.from_ is None else self.amount(rule, above.from_)
            zh = "，".join([*([f"{low.zh}及以上"] if low else []), *([f"低于{high.zh}"] if high else [])])
            en = ", ".join([*([f"from {low.en}"] if low else []), *([f"below {high.en}"] if high else [])])
            lines.append(
                Said(
                    Text(
                        f"{zh or '其他'}：{plain(band.points)} 分",
                        f"{en or 'otherwise'}: {_points(band.points)}",
                    )
                )
            )
        title = self.figure(rule)
        return Said(
            Text(f"按“{title.zh}”所在区间得分：", f"By the interval in which “{title.en}” lies:"),
            tuple(lines),
        )

    def trend(self, rule: shape.Trend) -> Said:
        title, least = self.figure(rule), self.amount(rule, rule.least, apart=True)
        better = (
            Text(f"改善至少 {least.zh}", f"better by at least {least.en}")
            if rule.least
            else Text("改善", "better")
        )
        lines = [
            (better, rule.improved),
            (Text("未变差", "not worse"), rule.held),
            (Text("变差", "worse"), rule.worse),
            *(
                [(Text("连续三年变差", "worse three years running"), rule.three_years)]
                if rule.three_years is not None
                else []
            ),
        ]
        return Said(
            Text(
                f"“{title.zh}”与上年相比，{_BETTER[rule.better].zh}：",
                f"“{title.en}” against the year before, {_BETTER[rule.better].en}:",
            ),
            tuple(Said(Text(f"{word.zh}：{plain(n)} 分", f"{word.en}: {_points(n)}")) for word, n in lines),
        )

    def mean(self, rule: shape.AgainstMean, full: Fraction) -> Said:
        title = self.figure(rule)
        whole = (
            Text("全体数值", "the figure of the whole")
            if rule.mean == "whole"
            else Text("各单位平均数", "the mean of all units")
        )
        side = Text("不低于", "at or above") if rule.better == "more" else Text("不高于", "at or below")
        rest = (
            Text("，其余按名次：", "; the others by rank:")
            if rule.below
            else Text("，其余不得分。", "; the others get none.")
        )
        return Said(
            Text(
                f"“{title.zh}”{side.zh}{whole.zh}，得满分 {plain(full)} 分{rest.zh}",
                f"Full points ({plain(full)}) when “{title.en}” is {side.en} {whole.en}{rest.en}",
            ),
            tuple(_places(rule.below)),
        )

    def weighted(self, part: shape.Part, full: Fraction) -> Said:
        weight = plain(part.weight * 100)
        head = Text(
            f"占 {weight}%（先按满分 {plain(full)} 分计）", f"{weight}%, reckoned out of {plain(full)}"
        )
        return self.under(head, part.rule, full)

    def under(self, head: Text, rule: shape.Rule, full: Fraction) -> Said:
        said = self.say(rule, full)
        return Said(Text(f"{head.zh}：{said.text.zh}", f"{head.en}: {said.text.en}"), said.parts)

    # --- names and numbers ----------------------------------------------------------------------------------------
    def figure(self, figure: shape.Figure) -> Text:
        title = self.titles.get(figure.of, same(figure.of))
        by = [self.values.get(pair, same(pair[1])) for pair in figure.by.items()]
        if not by:
            return title
        return Text(
            f"{title.zh}（{'、'.join(v.zh for v in by)}）", f"{title.en} ({', '.join(v.en for v in by)})"
        )

    def limit(self, figure: shape.Figure, meets: str) -> Text:
        word, shown = comparison.words(meets, ""), self.amount(figure, comparison.parts(meets)[1])
        return Text(f"{word.zh.strip()} {shown.zh}", f"{word.en.strip()} {shown.en}")

    def amount(self, figure: shape.Figure, value: Fraction, *, apart: bool = False) -> Text:
        """Return a value with its unit of measure; `apart`: a distance, told in percentage points where it is of percents."""
        number, spec = plain(value, 6), self.specs.get(figure.of)
        unit = spec.unit if spec else "1"
        if apart and is_percent(unit):
            word = "percentage point" if value == 1 else "percentage points"
            return Text(f"{number} 个百分点", f"{number} {word}")
        return measured(number, measure_title(unit, self.measures))

    def level(self, level: str) -> Text:
        name = self.levels.get(level, same(level))
        return Text(name.zh, name.en.lower())

    def each(self, level: str | None) -> Text:
        if level is None:
            return Text("", "")
        name = self.level(level)
        return Text(f"所属每个{name.zh}", f" in each {name.en} of the unit")


def _places(places: tuple[shape.Place, ...]) -> Iterator[Said]:
    first = 1
    for place in places:
        span = f"{first}" if first == place.to else f"{first}–{place.to}"
        yield Said(Text(f"第 {span} 名：{plain(place.points)} 分", f"rank {span}: {_points(place.points)}"))
        first = place.to + 1


def _most(most: Fraction | None, full: Fraction) -> Text:
    if most is None or most >= full:
        return Text("扣完为止", "never below zero")
    return Text(f"至多扣 {plain(most)} 分", f"{_points(most)} at most")


def _points(value: Fraction) -> str:
    shown = plain(value)
    return f"{shown} point" if shown == "1" else f"{shown} points"
