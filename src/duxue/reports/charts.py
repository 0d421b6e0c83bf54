"""Charts as SVG text, drawn from their specs: no library, no script, small enough to stand in a page."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction

from duxue.core.text import Lang
from duxue.reports import tiles
from duxue.reports.book import group_digits
from duxue.reports.chart_pieces import (
    PAPER,
    SCALE_STEPS,
    SCREEN,
    SIZE,
    WIDTH,
    Palette,
    cut,
    escape,
    fit,
    text_width,
)
from duxue.reports.chart_rows import RowCharts
from duxue.reports.chartspecs import (
    Bar,
    ChartSpec,
    DistanceBars,
    DotPlot,
    DotRow,
    Dumbbells,
    Intervals,
    Shares,
    Spark,
    Spread,
    SpreadRow,
    TileMap,
)
from duxue.reports.texts import MARKS, t

__all__ = ["PAPER", "SCREEN", "WIDTH", "Palette", "bounds", "cut", "draw", "escape", "text_width"]

_TILE_MARGIN = 12  # left and right together: a reader's font may be wider than `text_width` takes it to be


def draw(spec: ChartSpec, lang: Lang, palette: Palette = SCREEN) -> str:
    """Return the chart as one SVG element with a title in `lang`."""
    return _Drawing(lang, palette).draw(spec)


class _Drawing(RowCharts):
    def draw(self, spec: ChartSpec) -> str:
        if isinstance(spec, TileMap):
            size = self._tile_map(spec)
        elif isinstance(spec, DistanceBars):
            size = self._bars(spec)
        elif isinstance(spec, DotPlot):
            size = self._dots(spec)
        elif isinstance(spec, Spread):
            size = self._spread(spec)
        elif isinstance(spec, Dumbbells):
            size = self._dumbbells(spec)
        elif isinstance(spec, Intervals):
            size = self._intervals(spec)
        elif isinstance(spec, Shares):
            size = self._shares(spec)
        else:
            size = self._spark(spec)
        title = escape(spec.title.say(self.lang))
        font = f' font-family="{self.p.font}"' if self.p.font else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]:g} {size[1]:g}" width="{size[0]:g}" height="{size[1]:g}" '
            f'role="img" aria-label="{title}"{font} font-size="{SIZE}"><title>{title}</title>{"".join(self.out)}</svg>'
        )

    # --- tile map --------------------------------------------------------------------------------------------------
    def _tile_map(self, spec: TileMap) -> tuple[float, float]:
        places = tiles.place([tile.code for tile in spec.tiles])
        columns = max((c for _, c in places.values()), default=0) + 1
        rows = max((r for r, _ in places.values()), default=0) + 1
        step = WIDTH / columns
        height = min(max(step, 50), 62)
        for tile in spec.tiles:
            row, column = places[tile.code]
            x, y = column * step, row * height
            name = tile.name.say(self.lang)
            self.out.append(
                f"<g><title>{escape(name)}: {escape(tile.shown)} {escape(tile.detail.say(self.lang))}</title>"
            )
            if tile.value is None:
                self._rect(
                    x + 1.5,
                    y + 1.5,
                    step - 3,
                    height - 3,
                    self.p.paper,
                    f' stroke="{self.p.na}" stroke-dasharray="3 3" rx="3"',
                )
                ink = self.p.ink
            else:
                at = min(max(bisect_right(spec.bounds, tile.value) - 1, 0), SCALE_STEPS - 1)
                self._rect(
                    x + 1.5,
                    y + 1.5,
                    step - 3,
                    height - 3,
                    self.p.scale[at],
                    f' stroke="{self.p.line}" rx="3"',
                )
                ink = self.p.on_scale[at]
            middle = x + step / 2
            largest, room = 13.0 if step > 48 else 10.5, step - _TILE_MARGIN
            lines = (
                (0.36, name, largest),
                (0.62, tile.shown, largest),
                (0.84, tile.detail.say(self.lang), 9.5),
            )
            for down, text, most in lines:
                size = fit(text, most, room)
                self._text(
                    middle, y + height * down, cut(text, size, room + 1), fill=ink, anchor="middle", size=size
                )
            self.out.append("</g>")
        y = rows * height + 8
        x = 2.0
        label = spec.legend.say(self.lang)
        self._text(x, y + 11, cut(label, 11, WIDTH - 4), fill=self.p.soft, size=11)
        y += 17
        step = (WIDTH - 40) / SCALE_STEPS
        for at, bound in enumerate(spec.bounds):
            left = x + 18 + at * step
            if at < SCALE_STEPS:
                self._rect(left, y, step, 12, self.p.scale[at], f' stroke="{self.p.line}"')
            shown = group_digits(f"{bound:.10g}") + spec.unit
            self._text(left, y + 24, shown, fill=self.p.soft, anchor="middle", size=10)
        return WIDTH, y + 29

    # --- distance to the standard ------------------------------------------------------------------------------------
    def _bars(self, spec: DistanceBars) -> tuple[float, float]:
        known = [b.distance for b in spec.bars if b.distance is not None]
        low, high = max(min([*known, 0.0]), -1.0), min(max([*known, 0.0]), 2.0)
        low, high = (low if low < 0 else 0.0), (high if high > 0 else 0.0)
        span = max(high - low, 0.1)
        left, right = 4.0 + (68 if low < 0 else 0), WIDTH - 66.0
        zero = left + (right - left) * (-low / span)
        y = 0.0
        for bar in spec.bars:
            self._bar(bar, y, zero, left, right, span)
            y += 36
        self._text(
            zero,
            y + 11,
            t("distance_axis").say(self.lang),
            fill=self.p.soft,
            anchor="middle" if low < 0 else "",
            size=10.5,
        )
        return WIDTH, y + 16

    def _bar(self, bar: Bar, y: float, zero: float, left: float, right: float, span: float) -> None:
        self._text(0, y + 12, cut(bar.label.say(self.lang), 12, WIDTH), size=12)
        if bar.distance is None:
            self._text(zero + 6, y + 28, f"– {t('not_computable').say(self.lang)}", fill=self.p.na, size=11.5)
        else:
            end = min(max(zero + bar.distance / span * (right - left), left), right)
            colour = self.p.na if bar.met is None else self.p.met if bar.met else self.p.not_met
            mark = "" if bar.met is None else MARKS["met" if bar.met else "not_met"] + " "
            self._rect(min(zero, end), y + 18, max(abs(end - zero), 1.2), 11, colour)
            ahead = bar.distance >= 0
            self._text(
                end + (4 if ahead else -4),
                y + 28,
                f"{mark}{bar.shown}",
                anchor="" if ahead else "end",
                size=11.5,
            )
        self._line(zero, y + 15, zero, y + 32, self.p.ink, 1.6)

    # --- dots ------------------------------------------------------------------------------------------------------
    def _dots(self, spec: DotPlot) -> tuple[float, float]:
        left, right = 8.0, WIDTH - 8.0
        top = 0.0
        if spec.common_axis:
            values = [d.value for r in spec.rows for d in r.dots] + [
                r.limit for r in spec.rows if r.limit is not None
            ]
            top = _nice(
                min(max(values, default=1.0), 4 * max((r.limit or 0 for r in spec.rows), default=0) or 1e300)
            )
        y = 0.0
        for row in spec.rows:
            self._dot_row(row, y, left, right, top, spec.common_axis)
            y += 38
        if spec.common_axis:
            for i in range(5):
                x = left + (right - left) * i / 4
                anchor = "" if i == 0 else "end" if i == 4 else "middle"
                self._text(x, y + 11, f"{top * i / 4:.3g}", fill=self.p.soft, anchor=anchor, size=10.5)
        return WIDTH, y + (18 if spec.common_axis else 4)

    def _dot_row(self, row: DotRow, y: float, left: float, right: float, top: float, common: bool) -> None:
        note = row.note.say(self.lang) if row.note else ""
        room = right - left - text_width(note, 11) - 8
        self._text(0, y + 12, cut(row.label.say(self.lang), 12, room), size=12)
        if note:
            self._text(right, y + 12, note, fill=self.p.soft, anchor="end", size=11)
        low, high = (
            (0.0, top)
            if common
            else (
                min((d.value for d in row.dots), default=0.0),
                max((d.value for d in row.dots), default=1.0),
            )
        )
        span = (high - low) or 1.0
        self._line(left, y + 25, right, y + 25, self.p.line)
        for met, colour in ((True, self.p.met), (None, self.p.action), (False, self.p.not_met)):
            plain = [d for d in row.dots if d.met is met and not d.emphasis]
            if not plain:
                continue
            radius = 4 if len(row.dots) <= 40 else 3
            opacity = 0.75 if len(row.dots) <= 40 else 0.4
            shapes = []
            for x in sorted(left + min(max((d.value - low) / span, 0), 1) * (right - left) for d in plain):
                # A miss is a square, so that it is told from a dot without its colour.
                if met is False:
                    shapes.append(
                        f"M{x - radius:.1f} {25 + y - radius:.1f}h{2 * radius}v{2 * radius}h-{2 * radius}z"
                    )
                else:
                    shapes.append(
                        f"M{x - radius:.1f} {25 + y:.1f}a{radius} {radius} 0 1 0 {2 * radius} 0a{radius} {radius} 0 1 0 -{2 * radius} 0"
                    )
            if (
                len(row.dots) <= 40
            ):  # few: each on its own, so that overlaps darken; many: one path each is too large
                self.out.append(
                    f'<g fill="{colour}" fill-opacity="{opacity}">'
                    + "".join(f'<path d="{s}"/>' for s in shapes)
                    + "</g>"
                )
            else:
                distinct = list(dict.fromkeys(shapes))
                self.out.append(
                    f'<g fill="{colour}" fill-opacity="{opacity}">'
                    + "".join(f'<path d="{s}"/>' for s in distinct)
                    + "</g>"
                )
        for dot in row.dots:
            if dot.emphasis:
                x = left + min(max((dot.value - low) / span, 0), 1) * (right - left)
                self.out.append(
                    f'<circle cx="{x:.1f}" cy="{y + 25:.1f}" r="6" fill="{self.p.action}" stroke="{self.p.paper}" stroke-width="1.5">'
                    f"<title>{escape(dot.name.say(self.lang))}</title></circle>"
                )
        if row.limit is not None:
            x = left + min(row.limit / span if common else (row.limit - low) / span, 1) * (right - left)
            self._line(x, y + 17, x, y + 33, self.p.ink, 2)

    # --- spread ----------------------------------------------------------------------------------------------------
    def _spread(self, spec: Spread) -> tuple[float, float]:
        left, right = 4.0, WIDTH - 34.0
        y = 0.0
        for row in spec.rows:
            self._spread_row(row, spec, y, left, right)
            y += 50
        if spec.standard:
            x = left + (right - left) * 100 / spec.most
            for i in range(len(spec.rows)):
                self._line(x, i * 50 + 15, x, i * 50 + 48, self.p.ink, 1.4)
        for percent in range(0, spec.most + 1, 50):
            x = left + (right - left) * percent / spec.most
            self._text(
                x, y + 10, f"{percent}%", fill=self.p.soft, anchor="middle" if percent else "", size=10.5
            )
        return WIDTH, y + 16

    def _spread_row(self, row: SpreadRow, spec: Spread, y: float, left: float, right: float) -> None:
        note = row.note.say(self.lang)
        self._text(0, y + 12, cut(row.label.say(self.lang), 12, WIDTH - text_width(note, 11) - 8), size=12)
        self._text(WIDTH, y + 12, note, fill=self.p.soft, anchor="end", size=11)
        width = (right - left) / max(len(row.bins), 1)
        tallest = max(row.bins, default=0) or 1
        base = y + 45
        steps = "".join(
            f"h{width:.2f}" if i else f"V{base - n / tallest * 16:.1f}h{width:.2f}"
            for i, n in enumerate(row.bins[:1])
        )
        for n in row.bins[1:]:
            steps += f"V{base - n / tallest * 16:.1f}h{width:.2f}"
        self.out.append(f'<path d="M{left:.1f} {base:.1f}{steps}V{base:.1f}z" fill="{self.p.scale[2]}"/>')

        def at(value: float) -> float:
            return left + min(max(value, 0), spec.most) / spec.most * (right - left)

        p10, p25, p50, p75, p90 = (at(q) for q in row.quantiles)
        self._line(p10, y + 22, p90, y + 22, self.p.soft, 1.2)
        self._rect(p25, y + 18, p75 - p25, 8, self.p.paper, f' stroke="{self.p.action}" stroke-width="1.4"')
        self._line(p50, y + 17, p50, y + 27, self.p.action, 2.4)
        if row.beyond:
            self._text(WIDTH, base, f"+{row.beyond}", fill=self.p.soft, anchor="end", size=10)

    # --- spark ------------------------------------------------------------------------------------------------------
    def _spark(self, spec: Spark) -> tuple[float, float]:
        known = [v for v in spec.values if v is not None]
        low, high = (min(known), max(known)) if known else (0.0, 1.0)
        span = (high - low) or 1.0
        step = 84 / max(len(spec.values) - 1, 1)
        points = [
            (6 + i * step, 20 - (v - low) / span * 16) for i, v in enumerate(spec.values) if v is not None
        ]
        if len(points) > 1:
            path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
            self.out.append(f'<path d="M{path}" fill="none" stroke="{self.p.action}" stroke-width="1.6"/>')
        if points:
            self.out.append(
                f'<circle cx="{points[-1][0]:.1f}" cy="{points[-1][1]:.1f}" r="2.6" fill="{self.p.action}"/>'
            )
        return 96, 24


def bounds(low: float, high: float, most: float | None = None) -> tuple[float, ...]:
    """Return the bounds of five equal steps at round numbers that hold a range; none lies above `most`."""
    lowest, highest = Fraction(repr(low)), Fraction(repr(high))
    wanted = (highest - lowest) / SCALE_STEPS or abs(highest) / 100 or Fraction(1)
    power = Fraction(1)
    while power > wanted:
        power /= 10
    while power * 10 <= wanted:
        power *= 10
    start = step = power
    for size in (1, Fraction(3, 2), 2, Fraction(5, 2), 3, 4, 5, 6, 8, 10, 15, 20):
        step = power * size
        start = lowest // step * step
        if start + step * SCALE_STEPS >= highest:
            break
    if most is not None and start + step * SCALE_STEPS > Fraction(repr(most)):
        start = Fraction(repr(most)) - step * SCALE_STEPS
    return tuple(float(start + i * step) for i in range(SCALE_STEPS + 1))


def _nice(value: float) -> float:
    """Return the smallest round number (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8 times a power of ten) that is not below `value`."""
    if value <= 0:
        return 1.0
    power = (
        10.0 ** (len(str(int(value))) - 1)
        if value >= 1
        else 10.0 ** -next(i for i in range(1, 30) if value * 10**i >= 1)
    )
    steps: Sequence[float] = (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10)
    return next(s * power for s in steps if s * power >= value * 0.999999)
