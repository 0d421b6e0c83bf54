"""What only the whole pack can tell of `scoring`: names, sums of points, rising bands, grades that exist."""

from __future__ import annotations

from fractions import Fraction

from duxue.core.text import Text
from duxue.packs import scoring as shape
from duxue.packs.problems import listed
from duxue.packs.review import INDICATOR, LEVEL, Review
from duxue.packs.yamltree import Path

GRADE = Text("等次", "grade")
WINDOW = Text("时间窗口", "window")
CLASS = Text("类别", "class")


def scoring(review: Review) -> None:
    """Check the pack's scoring; nothing where it has none."""
    if review.pack.scoring is not None:
        _Lint(review, review.pack.scoring).run()


class _Lint:
    def __init__(self, review: Review, rules: shape.Scoring) -> None:
        self.review, self.scoring = review, rules
        self.seen: dict[str, Path] = {}

    def run(self) -> None:
        base: Path = ("scoring",)
        self.review.known(LEVEL, self.scoring.level, self.review.levels, (*base, "level"))
        self.review.source(self.scoring.source, (*base, "source"))
        self.review.source(self.scoring.credibility.source, (*base, "credibility", "source"))
        for number, item in enumerate(self.scoring.items):
            self._item(item, (*base, "items", number))
        self._grades((*base, "grades"))
        for number, veto in enumerate(self.scoring.vetoes):
            self._veto(veto, (*base, "vetoes", number))
        for number, commendation in enumerate(self.scoring.commendations):
            path: Path = (*base, "commendations", number)
            self.review.source(commendation.source, (*path, "source"))
            for place, praise in enumerate(commendation.all):
                self._figure(praise, (*path, "all", place))
                if praise.meets is None and praise.above is None:
                    self.review.tell("PACK065", (*path, "all", place))
        for number, explained in enumerate(self.scoring.explained):
            self._figure(explained, (*base, "explained", number), explained.each)
        for number, scope in enumerate(self.scoring.same_scope):
            path = (*base, "same_scope", number)
            self._figure(scope, path, scope.each)
            self._figure(shape.Figure(of=scope.adjustment, by=scope.by), path, scope.each)

        if self.scoring.survey is not None:
            self._survey(self.scoring.survey, (*base, "survey"))

    def _survey(self, survey: shape.Survey, path: Path) -> None:
        known = self.review.indicators
        for key in ("of", "answers"):
            self.review.known(INDICATOR, getattr(survey, key), known, (*path, key))
        counted = known.get(survey.answers)
        for key in ("group", "answer"):
            dimension = getattr(survey, key)
            if counted is not None and dimension not in counted.by:
                self.review.tell(
                    "PACK029", (*path, key), dimension, indicator=survey.answers, known=listed(counted.by)
                )

    def _item(self, item: shape.Item, path: Path) -> None:
        if item.id in self.seen:
            first = self.review.line(self.seen[item.id])
            self.review.tell("PACK017", (*path, "id"), item.id, first=Text(f"第{first}行", f"line {first}"))
        self.seen.setdefault(item.id, (*path, "id"))
        self.review.source(item.source, (*path, "source"))
        if item.points <= 0:
            wanted = Text("大于0的数", "a number above 0")
            self.review.tell("PACK014", (*path, "points"), _say(item.points), key="points", wanted=wanted)
        if item.window is not None:
            windows = [window.id for window in self.scoring.windows]
            self.review.known(WINDOW, item.window, windows, (*path, "window"))
        if item.applies is not None:
            self._figure(item.applies, (*path, "applies"))
        if (item.rule is None) == (not item.items):
            self.review.tell("PACK060", path, item.id)
        if item.items:
            self._sum(item.points, sum((i.points for i in item.items), Fraction(0)), (*path, "points"))
        for number, child in enumerate(item.items):
            self._item(child, (*path, "items", number))
        if item.rule is not None:
            self._rule(item.rule, item.points, (*path, "rule"))

    def _sum(self, stated: Fraction, found: Fraction, path: Path) -> None:
        if stated != found:
            self.review.tell("PACK061", path, _say(stated), sum=_say(found))

    def _rule(self, rule: shape.Rule, full: Fraction, path: Path) -> None:
        if isinstance(rule, shape.Figure):
            level = rule.each if isinstance(rule, shape.Gate | shape.PerUnit) else None
            self._figure(rule, path, level)
        if isinstance(rule, shape.Elements):
            self._sum(full, sum((e.points for e in rule.elements), Fraction(0)), path)
            for number, element in enumerate(rule.elements):
                self._element(element, (*path, "elements", number))
        elif isinstance(rule, shape.Bands):
            self._bands(rule, full, path)
        elif isinstance(rule, shape.Trend):
            for key in ("improved", "held", "worse", "three_years"):
                self._within(getattr(rule, key), full, (*path, key), key)
        elif isinstance(rule, shape.Rank):
            self._places(rule.places, full, (*path, "places"))
        elif isinstance(rule, shape.AgainstMean):
            self._places(rule.below, full, (*path, "below"))
        elif isinstance(rule, shape.Composite):
            self._sum(Fraction(1), sum((p.weight for p in rule.parts), Fraction(0)), path)
            for number, part in enumerate(rule.parts):
                self._rule(part.rule, full, (*path, "parts", number, "rule"))
        elif isinstance(rule, shape.ByClass):
            self._classes(rule, full, path)
        elif isinstance(rule, shape.Shortfall) and rule.step <= 0:
            wanted = Text("大于0的数", "a number above 0")
            self.review.tell("PACK014", (*path, "step"), _say(rule.step), key="step", wanted=wanted)
        for key in ("deduct", "most", "overdue", "reopened"):
            self._within(getattr(rule, key, None), None, (*path, key), key)

    def _within(self, points: Fraction | None, full: Fraction | None, path: Path, key: str) -> None:
        if points is not None and (points < 0 or (full is not None and points > full)):
            wanted = (
                Text(f"0到{_say(full)}", f"0 to {_say(full)}") if full is not None else Text("不小于0的数", "a number not below 0")
            )  # fmt: skip
            self.review.tell("PACK014", path, _say(points), key=key, wanted=wanted)

    def _figure(self, figure: shape.Figure, path: Path, level: str | None = None) -> None:
        review = self.review
        wanted = level or self.scoring.level
        if level is not None and not review.known(LEVEL, level, review.levels, (*path, "each")):
            return
        review.by(figure.by, path)
        known = {**review.indicators, **review.verdicts}
        if not review.known(INDICATOR, figure.of, known, (*path, "of")):
            return
        spec = review.indicators.get(figure.of)
        levels = list(spec.levels) if spec else [review.verdicts[figure.of].level]
        by = spec.by if spec else review.verdicts[figure.of].by
        if wanted not in levels:
            review.tell("PACK029", (*path, "of"), wanted, indicator=figure.of, known=listed(levels))
        for dimension in sorted(set(by) ^ set(figure.by)):
            if dimension in figure.by:
                review.tell(
                    "PACK029", (*path, "by", dimension), dimension, indicator=figure.of, known=listed(by)
                )
            else:
                review.tell("PACK062", (*path, "of"), figure.of, dimension=dimension)

    def _element(self, element: shape.Element, path: Path) -> None:
        if (element.of is None) != (element.meets is None):
            self.review.tell("PACK063", path, element.id)
        elif element.of is not None:
            self._figure(shape.Figure(of=element.of, by=element.by), path)

    def _bands(self, rule: shape.Bands, full: Fraction, path: Path) -> None:
        bounds = [band.from_ for band in rule.bands]
        rising = [b for b in bounds[1:] if b is not None]
        given = [b for b in bounds if b is not None]
        if len(rising) != len(bounds) - 1 or given != sorted(set(given)):
            self.review.tell("PACK064", (*path, "bands"))
        elif bounds[0] is not None:
            self.review.tell("PACK066", (*path, "bands"), _say(bounds[0]))
        for number, band in enumerate(rule.bands):
            self._within(band.points, full, (*path, "bands", number, "points"), "points")

    def _places(self, places: tuple[shape.Place, ...], full: Fraction, path: Path) -> None:
        if [p.to for p in places] != sorted({p.to for p in places}):
            self.review.tell("PACK064", path)
        for number, place in enumerate(places):
            self._within(place.points, full, (*path, number, "points"), "points")

    def _classes(self, rule: shape.ByClass, full: Fraction, path: Path) -> None:
        for number, option in enumerate(rule.rules):
            self.review.known(CLASS, option.class_, rule.classes, (*path, "rules", number, "class"))
            self._rule(option.rule, full, (*path, "rules", number, "rule"))
        for name in rule.classes:
            if name not in {option.class_ for option in rule.rules}:
                self.review.known(CLASS, name, [o.class_ for o in rule.rules], (*path, "classes", name))

    def _grades(self, path: Path) -> None:
        bounds = [grade.from_ for grade in self.scoring.grades]
        if bounds != sorted(set(bounds), reverse=True):
            self.review.tell("PACK067", path)

    def _veto(self, veto: shape.Veto, path: Path) -> None:
        self.review.source(veto.source, (*path, "source"))
        names = [grade.id for grade in self.scoring.grades]
        if veto.kind in ("cap", "force"):
            self.review.known(GRADE, veto.grade or "", names, (*path, "grade"))
        if veto.when is not None:
            self._figure(veto.when, (*path, "when"))


def _say(value: Fraction) -> str:
    return str(float(value)).removesuffix(".0")
