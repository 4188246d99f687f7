"""Assignments against slow ways that are easy to believe, and against what they promise."""

from __future__ import annotations

import random
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from denghuo.matching.engines.assignment import (
    Assignment,
    assign_best_total,
    assign_largest,
    assign_stable,
    choices_of,
    compare,
    spread,
)
from denghuo.matching.engines.lists import Lists, Ranked
from denghuo.matching.logic.assignment import Choices, blocking_pairs, exposure, figures
from denghuo.matching.logic.columns import offer_columns, seeker_columns
from denghuo.matching.logic.refusals import OutOfRangeError
from denghuo.matching.logic.ties import TIE_BITS, tie_places
from tests.matching.worlds import WEIGHTS, draw_offers, draw_seekers, words

pytestmark = pytest.mark.no_postgres


def draw_choices(seed: int, seekers: int, offers: int, k: int, most_places: int = 2) -> Choices:
    """Lists with equal scores among them, most first, and offers without a place."""
    rng = random.Random(seed)
    slots = np.full((seekers, k), -1, np.int32)
    scores = np.full((seekers, k), -1, np.int32)
    for row in range(seekers):
        found = rng.sample(range(offers), rng.randint(0, min(k, offers)))
        points = sorted((rng.choice([0, 1, 5, 300, 301, 1000]) for _ in found), reverse=True)
        slots[row, : len(found)] = found
        scores[row, : len(found)] = points
    capacity = np.array([rng.randint(0, most_places) for _ in range(offers)], np.int32)
    return Choices(slots, scores, capacity, tie_places(np.arange(seekers), f"{seed}"))


def every_assignment(choices: Choices) -> list[np.ndarray]:
    ways = [[-1, *np.flatnonzero(row >= 0).tolist()] for row in choices.slots]
    found = []
    for way in product(*ways):
        chosen = np.array(way, np.int32)
        rows = np.flatnonzero(chosen >= 0)
        taken = np.bincount(choices.slots[rows, chosen[rows]], minlength=len(choices.capacity))
        if (taken <= choices.capacity).all():
            found.append(chosen)
    return found


def total(choices: Choices, chosen: np.ndarray) -> int:
    rows = np.flatnonzero(chosen >= 0)
    return int(choices.scores[rows, chosen[rows]].sum())


small = given(st.integers(0, 10**6), st.integers(1, 5), st.integers(1, 4), st.integers(1, 3))


@settings(max_examples=60)
@small
def test_stable_is_the_stable_one_that_seekers_like_best(
    seed: int, seekers: int, offers: int, k: int
) -> None:
    choices = draw_choices(seed, seekers, offers, k)
    found = assign_stable(choices)
    stable = [one for one in every_assignment(choices) if blocking_pairs(choices, one) == 0]
    assert any((one == found.chosen).all() for one in stable)
    for other in stable:
        worst = np.where(other < 0, k, other)
        assert (np.where(found.chosen < 0, k, found.chosen) <= worst).all()


@settings(max_examples=60)
@small
def test_best_total_and_largest_are_the_best_of_all(
    seed: int, seekers: int, offers: int, k: int
) -> None:
    choices = draw_choices(seed, seekers, offers, k)
    everything = every_assignment(choices)
    best = max(total(choices, one) for one in everything)
    exact = assign_best_total(choices, precision=seekers + 1)
    assert exact.figures.total_score == best == exact.figures.at_most_total
    quick = assign_best_total(choices, precision=1)
    assert best - seekers <= quick.figures.total_score <= best <= bound_of(quick)
    most = max(int((one >= 0).sum()) for one in everything)
    largest = assign_largest(choices)
    assert largest.figures.placed == most == largest.figures.at_most_placed
    as_many = [one for one in everything if (one >= 0).sum() == most]
    assert max(total(choices, one) for one in as_many) <= bound_of(largest)


def bound_of(found: Assignment) -> int:
    assert found.figures.at_most_total is not None
    return found.figures.at_most_total


def best_total_by_paths(choices: Choices) -> int:
    """The best total by cheapest ways through a network, one seeker at a time (Bellman–Ford)."""
    count, offers = len(choices.slots), len(choices.capacity)
    end = count + offers
    arcs: list[list[int]] = []  # from, to, room, cost, twin

    def arc(a: int, b: int, room: int, cost: int) -> None:
        arcs.append([a, b, room, cost])
        arcs.append([b, a, 0, -cost])

    for row in range(count):
        arc(end + 1, row, 1, 0)
        for at, slot in enumerate(choices.slots[row].tolist()):
            if slot >= 0:
                arc(row, count + slot, 1, -int(choices.scores[row, at]))
    for slot, room in enumerate(choices.capacity.tolist()):
        arc(count + slot, end, room, 0)
    best = 0
    while True:
        far = {end + 1: 0}
        last: dict[int, int] = {}
        changed = True
        while changed:
            changed = False
            for number, (a, b, room, cost) in enumerate(arcs):
                if room > 0 and a in far and far[a] + cost < far.get(b, 10**9):
                    far[b], last[b], changed = far[a] + cost, number, True
        if far.get(end, 0) >= 0:
            return best
        best -= far[end]
        node = end
        while node != end + 1:
            arcs[last[node]][2] -= 1
            arcs[last[node] ^ 1][2] += 1
            node = arcs[last[node]][0]


@pytest.mark.parametrize("seed", range(4))
def test_best_total_of_a_larger_case_is_that_of_cheapest_paths(seed: int) -> None:
    choices = draw_choices(seed, 40, 15, 6, most_places=4)
    found = assign_best_total(choices, precision=41)
    assert found.figures.total_score == best_total_by_paths(choices)


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.integers(1, 60), st.integers(1, 30), st.integers(1, 8))
def test_each_way_keeps_its_promise_and_shows_its_price(
    seed: int, seekers: int, offers: int, k: int
) -> None:
    choices = draw_choices(seed, seekers, offers, k, most_places=3)
    stable, best, largest = compare(choices)
    assert stable.figures.blocking == 0
    assert largest.figures.placed >= max(stable.figures.placed, best.figures.placed)
    assert best.figures.total_score <= bound_of(best)
    assert bound_of(best) - best.figures.total_score <= best.figures.placed
    assert stable.figures.total_score <= bound_of(best)
    for one in (stable, best, largest):
        counted = figures(choices, one.chosen)
        assert counted.placed == one.figures.placed <= counted.places
        assert (one.slots >= 0).sum() == counted.placed


def test_places_that_were_given_twice_are_not_counted() -> None:
    choices = Choices(
        np.zeros((2, 1), np.int32),
        np.full((2, 1), 500, np.int32),
        np.array([1], np.int32),
        np.arange(2),
    )
    with pytest.raises(ValueError, match="more are placed"):
        figures(choices, np.zeros(2, np.int32))


def test_among_equals_the_published_lot_decides() -> None:
    seekers = np.arange(8)
    lists = Ranked(np.full((8, 1), 700 << TIE_BITS, np.int64), np.zeros((8, 1), np.int32))
    capacity = np.array([3], np.int32)
    winners = set()
    for seed in ("一", "二", "三"):
        choices = choices_of(lists, capacity, seekers, seed)
        got = np.flatnonzero(assign_stable(choices).chosen >= 0)
        drawn = np.argsort(tie_places(seekers, seed))[:3]
        assert set(got.tolist()) == set(drawn.tolist())
        winners.add(frozenset(got.tolist()))
    assert len(winners) > 1


def test_places_below_nought_are_refused() -> None:
    nobody = np.empty((0, 1), np.int32)
    with pytest.raises(OutOfRangeError):
        Choices(nobody, nobody, np.array([-1], np.int32), np.empty(0, np.int64))


def crowded_lists() -> Lists:
    vocabulary = words()
    offers = offer_columns(draw_offers(4, 300), vocabulary)
    seekers = seeker_columns(draw_seekers(4, 400), vocabulary)
    return Lists(offers, seekers, vocabulary, WEIGHTS, seed="spread")


def test_spreading_leaves_fewer_offers_without_a_list_and_no_list_shorter() -> None:
    lists = crowded_lists()
    long, short = lists.for_seekers(40), lists.for_seekers(5)
    lot = tie_places(lists.seekers.ids, "spread")
    shown = np.full(300, 6, np.int32)
    spread_out = spread(long, k=5, shown_at_most=shown, lot=lot)
    assert ((spread_out.slots >= 0).sum(axis=1) == (short.slots >= 0).sum(axis=1)).all()
    before, after = exposure(short.slots, 300), exposure(spread_out.slots, 300)
    assert after.on_no_list < before.on_no_list
    assert after.most < before.most
    assert after.tenth_percent < before.tenth_percent
    assert (np.diff(spread_out.keys, axis=1) <= 0).all()
    for row in range(400):
        mine = set(long.slots[row].tolist())
        assert set(spread_out.slots[row].tolist()) <= mine | {-1}


def test_spreading_without_crowds_changes_nothing() -> None:
    lists = crowded_lists()
    long, short = lists.for_seekers(40), lists.for_seekers(5)
    lot = tie_places(lists.seekers.ids, None)
    plenty = np.full(300, 1000, np.int32)
    spread_out = spread(long, k=5, shown_at_most=plenty, lot=lot)
    assert (spread_out.keys == short.keys).all()
    assert (spread_out.slots == short.slots).all()
