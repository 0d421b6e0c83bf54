"""The odds of each method, exact, so that they can be published with the rules and compared with what was drawn.

Fractions, by formula where there is one and by going through every outcome where there is none. docs/methods shows them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations, permutations
from math import lcm

from duxue.draws.methods.published import pick_tails, walk_interval, walk_step
from duxue.draws.methods.sized import find_certain

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Odds:
    """Odds of being drawn: of each number 1 to n, and of each two together."""

    single: tuple[Fraction, ...]
    pair: dict[Pair, Fraction]

    @property
    def single_range(self) -> tuple[Fraction, Fraction]:
        """The lowest and the highest odds of one."""
        return min(self.single), max(self.single)

    @property
    def pair_range(self) -> tuple[Fraction, Fraction]:
        """The lowest and the highest odds of two together."""
        return min(self.pair.values()), max(self.pair.values())


def fair(count: int, places: int) -> Odds:
    """Return the odds of keyed order and of one after another: every set of tickets is equally likely."""
    pair = Fraction(places * (places - 1), max(count * (count - 1), 1))
    return Odds((Fraction(places, count),) * count, dict.fromkeys(combinations(range(1, count + 1), 2), pair))


def ring_interval(count: int, places: int) -> Odds:
    """Return the odds of start and interval, each drawn from 1 to n: all n squared outcomes."""
    outcomes = [
        (Fraction(1, count**2), walk_interval(count, places, start, interval))
        for start in range(1, count + 1)
        for interval in range(1, count + 1)
    ]
    return _add_up(count, outcomes)


def start_by_digits(count: int) -> list[Fraction]:
    """Return the odds of each start 1 to n when balls give units, tens, hundreds ... and impossible balls are taken out first.

    The last ball drawn decides among fewer balls for some endings than for others: that is why the starts differ.
    """
    width = len(str(count))
    odds = [Fraction(0)] * count

    def go(tail: str, chance: Fraction) -> None:
        if len(tail) == width:
            odds[int(tail) - 1] = chance
            return
        possible = [d + tail for d in "0123456789" if _is_ending(d + tail, count, width)]
        for longer in possible:
            go(longer, chance / len(possible))

    go("", Fraction(1))
    return odds


def _is_ending(tail: str, count: int, width: int) -> bool:
    step = 10 ** len(tail)
    first = int(tail) or step
    return first <= count and (len(tail) < width or int(tail) > 0)


def ring_step(count: int, places: int, *, by_digits: bool = False) -> Odds:
    """Return the odds of start and step; the start is uniform, or drawn digit by digit."""
    starts = start_by_digits(count) if by_digits else [Fraction(1, count)] * count
    step = -(-count // places)
    return _add_up(count, [(chance, walk_step(count, places, step, s)) for s, chance in enumerate(starts, 1)])


def tail_digits(count: int, places: int) -> Odds:
    """Return the odds of tail digits in one group without shuffling: all orders of the digits that matter."""
    draws = next(n for n in range(1, 11) if n * (count // 10) >= places or n == 10)
    orders = list(permutations("0123456789", draws))
    return _add_up(
        count, [(Fraction(1, len(orders)), pick_tails(count, places, 0, "".join(o))) for o in orders]
    )


def pps(sizes: Sequence[int], places: int) -> list[Fraction]:
    """Return the odds of each unit in proportion to size: 1 for the certain ones, else places left times its share."""
    certain = find_certain(places, sizes)
    total = sum(s for i, s in enumerate(sizes) if i not in certain)
    left = places - len(certain)
    return [Fraction(1) if i in certain else Fraction(left * s, total) for i, s in enumerate(sizes)]


def bundles(counts: dict[int, int], seats: int, overflow: str) -> dict[int, Fraction]:
    """Return the odds of a bundle by its heads; `counts` says how many bundles there are of each number of heads."""
    heads = sorted(counts)

    @cache
    def expect(left: tuple[int, ...], free: int) -> tuple[Fraction, ...]:
        whole = sum(left)
        result = [Fraction(0)] * len(heads)
        if whole and free > 0:
            for i, number in enumerate(left):
                if number:
                    taken = heads[i] <= free or overflow == "exceed"
                    rest = expect((*left[:i], number - 1, *left[i + 1 :]), free - heads[i] if taken else free)
                    for j, value in enumerate(rest):
                        result[j] += Fraction(number, whole) * (value + (1 if taken and i == j else 0))
        return tuple(result)

    found = expect(tuple(counts[h] for h in heads), seats)
    return {h: value / counts[h] for h, value in zip(heads, found, strict=True)}


def _add_up(count: int, outcomes: Sequence[tuple[Fraction, list[int]]]) -> Odds:
    # Parts of one whole add up faster than fractions do.
    whole = lcm(*(chance.denominator for chance, _ in outcomes))
    single = [0] * count
    pair = dict.fromkeys(combinations(range(1, count + 1), 2), 0)
    for chance, drawn in outcomes:
        parts = chance.numerator * (whole // chance.denominator)
        for number in drawn:
            single[number - 1] += parts
        for two in combinations(sorted(drawn), 2):
            pair[two] += parts
    odds = {parts: Fraction(parts, whole) for parts in {*single, *pair.values()}}
    return Odds(tuple(odds[parts] for parts in single), {two: odds[parts] for two, parts in pair.items()})
