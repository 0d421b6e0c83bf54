"""Charts of one line per unit: claimed against verified, ranks with their intervals, shares of full points."""

from __future__ import annotations

from duxue.reports.chart_pieces import WIDTH, Pieces, cut, text_width
from duxue.reports.chartspecs import Dumbbells, Intervals, Shares

_STEP = 21.0  # from one line to the next
_LEFT = 84.0  # room for names
_RIGHT = 62.0  # room for what is printed behind a line
_NOT_NAMES = 6.0
_WIDEST = 215.0  # most room for the names of bars
_TICKS = 5


class RowCharts(Pieces):
    """Draws the charts of one line per unit."""

    def _name(self, text: str, y: float, left: float = _LEFT) -> None:
        self._text(0, y + 4, cut(text, 12, left - _NOT_NAMES), size=12)

    # --- dumbbells ---------------------------------------------------------------------------------------------------
    def _dumbbells(self, spec: Dumbbells) -> tuple[float, float]:
        values = [v for row in spec.rows for v in (row.before, row.after)]
        low, high = min(values, default=0.0), max(values, default=1.0)
        pad = max((high - low) * 0.06, 0.5)
        low, high = max(low - pad, 0.0), high + pad
        left, right = _LEFT, WIDTH - _RIGHT

        def at(value: float) -> float:
            return left + (value - low) / (high - low) * (right - left)

        y = self._legend(spec)
        for row in spec.rows:
            colour = self.p.not_met if row.strong else self.p.action
            self._name(row.label.say(self.lang), y)
            self._line(left, y, right, y, self.p.line)
            self._line(at(row.before), y, at(row.after), y, colour, 2.2)
            self._dot(at(row.before), y, self.p.paper, colour)
            self._dot(at(row.after), y, colour, colour)
            self._text(
                WIDTH, y + 4, row.note, anchor="end", size=11, fill=colour if row.strong else self.p.soft
            )
            y += _STEP
        for i in range(_TICKS):
            value = low + (high - low) * i / (_TICKS - 1)
            self._text(at(value), y + 4, f"{value:.0f}", fill=self.p.soft, anchor="middle", size=10.5)
        return WIDTH, y + 12

    def _legend(self, spec: Dumbbells) -> float:
        x = _LEFT
        for text, fill in ((spec.before, self.p.paper), (spec.after, self.p.action)):
            self._dot(x + 4, 8, fill, self.p.action)
            self._text(x + 13, 12, text.say(self.lang), size=11, fill=self.p.soft)
            x += 110
        return 30.0

    def _dot(self, x: float, y: float, fill: str, stroke: str) -> None:
        self.out.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{fill}" stroke="{stroke}" stroke-width="1.6"/>'
        )

    # --- intervals ---------------------------------------------------------------------------------------------------
    def _intervals(self, spec: Intervals) -> tuple[float, float]:
        left, right = _LEFT + 6, WIDTH - _RIGHT
        span = max(spec.most - 1, 1)

        def at(rank: float) -> float:
            return left + (rank - 1) / span * (right - left)

        y = 12.0
        for row in spec.rows:
            self._name(row.label.say(self.lang), y)
            self._line(left, y, right, y, self.p.line)
            self._line(at(row.low), y, at(row.high), y, self.p.scale[2], 7)
            self._dot(at(row.value), y, self.p.action, self.p.paper)
            self._text(WIDTH, y + 4, row.note, anchor="end", size=11, fill=self.p.soft)
            y += _STEP
        step = max(1, -(-spec.most // 8))
        for rank in range(1, spec.most + 1, step):
            self._text(at(rank), y + 2, str(rank), fill=self.p.soft, anchor="middle", size=10.5)
        return WIDTH, y + 10

    # --- shares ------------------------------------------------------------------------------------------------------
    def _shares(self, spec: Shares) -> tuple[float, float]:
        widest = max((text_width(bar.label.say(self.lang), 12) for bar in spec.bars), default=0.0)
        left, right = min(widest + 2 * _NOT_NAMES, _WIDEST), WIDTH - _RIGHT
        y = 12.0
        for bar in spec.bars:
            self._name(bar.label.say(self.lang), y, left)
            self._rect(left, y - 6, right - left, 12, self.p.paper, f' stroke="{self.p.line}"')
            self._rect(left, y - 6, max(min(bar.share, 1.0), 0.0) * (right - left), 12, self.p.scale[3])
            if bar.mark is not None:
                x = left + min(max(bar.mark, 0.0), 1.0) * (right - left)
                self._line(x, y - 9, x, y + 9, self.p.ink, 1.6)
            self._text(WIDTH, y + 4, bar.shown, anchor="end", size=11.5)
            y += _STEP
        return WIDTH, y - 4
