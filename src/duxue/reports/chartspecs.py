"""What a chart shows, before it is drawn: plain values in the order in which they are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from duxue.core.text import Text


@dataclass(frozen=True, slots=True)
class Tile:
    """One unit on the tile map; its value colours it, None leaves it hatched."""

    code: str
    name: Text
    value: float | None
    shown: str
    detail: Text
    link: str = ""


@dataclass(frozen=True)
class TileMap:
    """Units as equal tiles, placed roughly as on a map when a layout is known."""

    title: Text
    tiles: Sequence[Tile]
    legend: Text
    bounds: Sequence[float]  # of the colours, from the lowest to the highest: one more than there are colours
    unit: str = ""  # printed behind each bound


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar that starts at the standard; `distance` is attainment minus one."""

    label: Text
    distance: float | None
    shown: str
    met: bool | None


@dataclass(frozen=True)
class DistanceBars:
    """How far each value lies from its standard, in percent of the standard."""

    title: Text
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Dot:
    """One unit on a line; the emphasised one is drawn last and larger."""

    value: float
    met: bool | None
    name: Text
    emphasis: bool = False


@dataclass(frozen=True)
class DotRow:
    """One line of dots with its own limit."""

    label: Text
    dots: Sequence[Dot]
    limit: float | None = None
    limit_shown: str = ""
    note: Text | None = None


@dataclass(frozen=True)
class DotPlot:
    """Lines of dots: on one common axis from 0, or each line from its lowest to its highest."""

    title: Text
    rows: Sequence[DotRow]
    common_axis: bool = True


@dataclass(frozen=True)
class SpreadRow:
    """The spread of many values in percent of their standard: counts in equal bins, quantiles, what lies beyond."""

    label: Text
    bins: Sequence[int]
    quantiles: tuple[float, float, float, float, float]  # 10, 25, 50, 75, 90 %
    beyond: int
    note: Text


@dataclass(frozen=True)
class Spread:
    """Spread of many units around their standards; the axis runs from 0 to `most` percent of the standard."""

    title: Text
    rows: Sequence[SpreadRow]
    most: int
    standard: bool = True


@dataclass(frozen=True)
class Spark:
    """A short series of years."""

    title: Text
    values: Sequence[float | None]
    labels: Sequence[str]


@dataclass(frozen=True, slots=True)
class Pair:
    """One unit's two values: a hollow dot before, a full one after, joined by a line."""

    label: Text
    before: float
    after: float
    note: str = ""
    strong: bool = False  # drawn in the colour of what falls short


@dataclass(frozen=True)
class Dumbbells:
    """Two values for each unit on one axis, for instance what was claimed and what was verified."""

    title: Text
    before: Text
    after: Text
    rows: Sequence[Pair]


@dataclass(frozen=True, slots=True)
class Interval:
    """One unit's value with the interval in which it lies."""

    label: Text
    value: float
    low: float
    high: float
    note: str = ""


@dataclass(frozen=True)
class Intervals:
    """Ranks (1 on the left) with the interval of each."""

    title: Text
    rows: Sequence[Interval]
    most: int


@dataclass(frozen=True, slots=True)
class Share:
    """One bar from 0 to 1 with what is printed behind it, and a mark such as the mean."""

    label: Text
    share: float
    shown: str
    mark: float | None = None


@dataclass(frozen=True)
class Shares:
    """Shares of full points, each as a bar in a frame."""

    title: Text
    bars: Sequence[Share]


ChartSpec = TileMap | DistanceBars | DotPlot | Spread | Spark | Dumbbells | Intervals | Shares
