"""Whole numbers that add up: shares of a total by weight, each between its bounds."""

from __future__ import annotations

from collections.abc import Sequence

_STEPS = 60  # halvings: more than a double can tell apart


def settle(
    total: int,
    weights: Sequence[float],
    low: Sequence[int] | int = 0,
    high: Sequence[int] | int | None = None,
) -> list[int]:
    """Return whole shares of `total` in proportion to `weights`, each kept within [low, high], that add up exactly.

    Shares that would pass a bound are set to it and the others take up the difference. Fractions go to the
    largest remainders, ties to the first. When the bounds cannot hold the total they give way, low ones first.
    Without weights there is nobody to share among, and the total is lost: a small scale leaves some county without
    a school of some kind.
    """
    n = len(weights)
    if n == 0:
        return []
    lows = [float(low)] * n if isinstance(low, int) else [float(v) for v in low]
    tops = (
        [float(max(total, 0))] * n
        if high is None
        else [float(high)] * n
        if isinstance(high, int)
        else list(map(float, high))
    )
    if sum(lows) > total:
        lows = [0.0] * n
    tops = [max(a, b) for a, b in zip(tops, lows, strict=True)]
    if (room := sum(tops)) < total:
        tops = [t * total / room + 1 if room else float(total) for t in tops]
    heavy = [max(w, 1e-12) for w in weights]
    bounds = list(zip(heavy, lows, tops, strict=True))
    few, many = 0.0, max((total + 1) / min(heavy), 1.0)
    for _ in range(_STEPS):
        scale = (few + many) / 2
        # This sum is most of the work: a list and one comparison take half of what max and a generator take.
        if sum([a if (v := scale * w) < a else min(v, b) for w, a, b in bounds]) < total:
            few = scale
        else:
            many = scale
    ideal = [min(max(many * w, a), b) for w, a, b in bounds]
    shares = [int(v + 1e-9) for v in ideal]
    rest = total - sum(shares)
    order = sorted(range(n), key=lambda i: (shares[i] - ideal[i], i))
    while rest:
        step = 1 if rest > 0 else -1
        moved = False
        for i in order if step > 0 else reversed(order):
            if not rest:
                break
            if (step > 0 and shares[i] + 1 <= tops[i] + 1e-9) or (
                step < 0 and shares[i] - 1 >= lows[i] - 1e-9
            ):
                shares[i] += step
                rest -= step
                moved = True
        if not moved:  # the bounds are whole numbers apart from the total: the heaviest share takes the rest
            shares[max(range(n), key=lambda i: heavy[i])] += rest
            rest = 0
    return shares
