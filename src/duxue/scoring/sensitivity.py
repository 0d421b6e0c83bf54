"""How firm a ranking is: ranks over many draws of what reviewers might have given and of slightly other weights.

In each draw every verified item takes a score drawn evenly between the lowest and the highest that reviewers gave, and
the first-level blocks take weights drawn evenly within `wobble` of their points (a common factor that would bring their
sum back to the same does not change ranks). The credibility stays as it was. Printed is the interval that holds 95 of 100 ranks. A proposal: docs/methods/sensitivity.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_CHUNK = 256  # draws at a time: bounds the memory, whatever the number of draws
_TAIL = 0.025

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One unit's points as the draws need them: for each item the block, the lowest and the highest final score."""

    unit: str
    blocks: Sequence[int]
    low: Sequence[float]
    high: Sequence[float]


@dataclass(frozen=True, slots=True)
class RankInterval:
    """Best and worst rank in 95 of 100 draws, and the share of draws in which each rank was taken."""

    unit: str
    best: int
    worst: int
    shares: Mapping[int, float]


def draw_ranks(
    sheets: Sequence[Sheet], blocks: int, *, draws: int, seed: int, wobble: float = 0.1
) -> list[RankInterval]:
    """Return the rank interval of each unit, in the order given.

    Args:
        sheets: units; all name blocks 0 to `blocks` - 1. Final points are on the scale of the whole.
        blocks: number of first-level blocks.
        draws: how many draws.
        seed: the only source of randomness; the same seed gives the same ranks on every machine.
        wobble: largest relative change of a block's weight.
    """
    bits = np.random.PCG64(seed)
    units = len(sheets)
    counts = np.zeros((units, units + 1), dtype=np.int64)
    done = 0
    while done < draws:
        n = min(_CHUNK, draws - done)
        weights = 1 + wobble * (2 * _even(bits, (n, blocks)) - 1)
        points = np.empty((units, n))
        for row, sheet in enumerate(sheets):
            points[row] = _points(sheet, blocks, weights, bits)
        _count(points, counts)
        done += n
    return [_interval(sheet.unit, counts[row, 1:], draws) for row, sheet in enumerate(sheets)]


def _even(bits: np.random.PCG64, size: tuple[int, ...]) -> Array:
    # Raw bits are the part of numpy's generators that never changes; 53 of them make an even double in [0, 1).
    raw = bits.random_raw(int(np.prod(size))) >> np.uint64(11)
    return raw.reshape(size).astype(np.float64) * 2.0**-53


def _points(sheet: Sheet, blocks: int, weights: Array, bits: np.random.PCG64) -> Array:
    low, span = np.asarray(sheet.low), np.asarray(sheet.high) - np.asarray(sheet.low)
    index = np.asarray(sheet.blocks)
    sums = np.bincount(index, weights=low, minlength=blocks)
    by_block = np.broadcast_to(sums, weights.shape).copy()
    open_items = np.flatnonzero(span > 0)
    if open_items.size:
        drawn = _even(bits, (weights.shape[0], open_items.size)) * span[open_items]
        for block in range(blocks):
            mine = index[open_items] == block
            if mine.any():
                by_block[:, block] += drawn[:, mine].sum(axis=1)
    points: Array = (by_block * weights).sum(axis=1)
    return points


def _count(points: Array, counts: NDArray[np.int64]) -> None:
    units = points.shape[0]
    order = np.argsort(-points, axis=0, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, units + 1)[:, None], axis=0)
    for row in range(units):
        counts[row] += np.bincount(ranks[row], minlength=units + 1)


def _interval(unit: str, counts: NDArray[np.int64], draws: int) -> RankInterval:
    share = counts / draws
    below = np.cumsum(share)
    best = int(np.searchsorted(below, _TAIL, side="right")) + 1
    worst = int(np.searchsorted(below, 1 - _TAIL, side="left")) + 1
    return RankInterval(unit, best, worst, {r + 1: float(s) for r, s in enumerate(share) if s > 0})
