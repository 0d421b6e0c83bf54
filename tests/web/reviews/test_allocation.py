"""Spreading units over reviewers: never a recused pair, as even as possible, the same for the same seed."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from duxue.web.reviews.allocation import allocate, seconds


@st.composite
def cases(draw):
    units = draw(st.integers(1, 6))
    reviewers = [100 + n for n in range(draw(st.integers(1, 4)))]
    needs = {u: draw(st.integers(1, min(2, len(reviewers)))) for u in range(units)}
    barred = {r: draw(st.sets(st.sampled_from(range(units)), max_size=units)) for r in reviewers}
    return needs, reviewers, barred, draw(st.text(max_size=5))


def _best_spread(needs, reviewers, barred):
    """Return the least sum of squared loads of all complete allocations, by trying every one; None when there is none."""
    choices = []
    for unit, n in needs.items():
        may = [r for r in reviewers if unit not in barred[r]]
        sets = {frozenset(c) for c in product(may, repeat=n) if len(set(c)) == n}
        if not sets:
            return None
        choices.append(sets)
    best = None
    for pick in product(*choices):
        loads = [sum(r in chosen for chosen in pick) for r in reviewers]
        square = sum(x * x for x in loads)
        best = square if best is None else min(best, square)
    return best


@settings(max_examples=150, deadline=None)
@given(cases())
def test_allocation_is_fair_and_never_recused(case):
    needs, reviewers, barred, seed = case
    done = allocate(needs, reviewers, barred, seed=seed)
    for unit, people in done.given.items():
        assert len(set(people)) == len(people)
        assert all(unit not in barred[r] for r in people)
    best = _best_spread(needs, reviewers, barred)
    if best is None:
        assert done.blocked
    else:
        assert not done.blocked
        assert all(len(done.given[u]) == n for u, n in needs.items())
        assert sum(x * x for x in done.loads.values()) == best
    assert allocate(needs, reviewers, barred, seed=seed) == done


@given(st.integers(1, 40), st.integers(1, 9), st.text(max_size=4))
def test_loads_differ_by_one_at_most_without_recusals(units, reviewers, seed):
    done = allocate(dict.fromkeys(range(units), 1), range(reviewers), {}, seed=seed)
    assert max(done.loads.values()) - min(done.loads.values()) <= 1


def test_exchange_makes_room():
    """Only reviewer 1 may judge unit 0; the units that took 1 first move to 2."""
    done = allocate({0: 1, 1: 1, 2: 1}, [1, 2], {2: {0}}, seed="x", limits={1: 1, 2: 2})
    assert done.given[0] == (1,)
    assert done.given[1] == done.given[2] == (2,)


def test_what_blocks_is_named():
    done = allocate({0: 1, 1: 1, 2: 1}, [1, 2], {2: {0, 1}}, seed="x", limits={1: 1, 2: 5})
    (blocked,) = done.blocked
    assert set(blocked.units) == {0, 1}
    assert blocked.reviewers == (1,)
    assert (blocked.needed, blocked.room) == (2, 1)
    assert allocate({7: 1}, [1], {1: {7}}, seed="").blocked[0].reviewers == ()


def test_standing_loads_count():
    done = allocate({0: 1, 1: 1}, [1, 2], {}, seed="x", loads={1: 2, 2: 0}, standing={0: (1,)})
    assert done.loads == {1: 2, 2: 2}


def test_share_of_second_reviews_is_rounded():
    assert len(seconds(range(16), 0.2, "s")) == 3
    assert seconds(range(16), 0.2, "s") == seconds(range(16), 0.2, "s")
    assert seconds(range(4), 0, "s") == frozenset()
    assert len(seconds(range(4), 1, "s")) == 4
