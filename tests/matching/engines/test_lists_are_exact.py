"""The kernels, the NumPy oracle and the definition in plain Python say the same of every pair."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from denghuo.matching.engines.lists import Lists
from denghuo.matching.logic import brute
from denghuo.matching.logic.columns import offer_columns, seeker_columns
from denghuo.matching.logic.pairs import judge
from denghuo.matching.logic.ties import ID_MAX, TIE_BITS, tie_places
from tests.matching.worlds import WEIGHTS, draw_offers, draw_seekers, words

pytestmark = pytest.mark.no_postgres

WORDS = words()


def lists_of(seed: int, offers: int, seekers: int, lot: str | None = None) -> Lists:
    return Lists(
        offer_columns(draw_offers(seed, offers), WORDS),
        seeker_columns(draw_seekers(seed, seekers), WORDS),
        WORDS,
        WEIGHTS,
        seed=lot,
    )


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.integers(1, 60), st.integers(1, 25))
def test_numpy_agrees_with_the_definition(seed: int, offers: int, seekers: int) -> None:
    lists = lists_of(seed, offers, seekers)
    values, people = draw_offers(seed, offers), draw_seekers(seed, seekers)
    for row, seeker in enumerate(people):
        met = brute.limits(lists.seekers, row, lists.offers, WORDS)
        points = brute.scores(lists.seekers, row, lists.offers, WORDS, WEIGHTS)
        for at, offer in enumerate(values):
            found = judge(seeker, offer, WORDS, WEIGHTS)
            assert {one.name: one.met for one in found.limits} == {
                name: bool(flags[at]) for name, flags in met.items()
            }
            assert found.score == int(points[at])


@settings(max_examples=60)
@given(
    st.integers(0, 10**6),
    st.integers(0, 150),
    st.integers(1, 60),
    st.integers(1, 30),
    st.sampled_from([None, "2026-11 夜市招聘会"]),
)
def test_seekers_lists_are_those_of_the_oracle(
    seed: int, offers: int, seekers: int, k: int, lot: str | None
) -> None:
    lists = lists_of(seed, offers, seekers, lot)
    found = lists.for_seekers(k)
    for row in range(seekers):
        keys = brute.best(lists.seekers, row, lists.offers, WORDS, WEIGHTS, k=k, seed=lot)
        assert found.keys[row][: len(keys)].tolist() == keys.tolist()
        assert (found.keys[row][len(keys) :] == -1).all()
        slots = found.slots[row][: len(keys)]
        ties = tie_places(lists.offers.ids[slots], lot)
        assert (keys & ID_MAX).tolist() == (ID_MAX - ties).tolist()


@settings(max_examples=60)
@given(
    st.integers(0, 10**6),
    st.integers(1, 60),
    st.integers(0, 150),
    st.integers(1, 30),
    st.sampled_from([None, "2026-11 夜市招聘会"]),
)
def test_offers_lists_are_those_of_the_oracle(
    seed: int, offers: int, seekers: int, k: int, lot: str | None
) -> None:
    lists = lists_of(seed, offers, seekers, lot)
    found = lists.for_offers(k)
    pairs: list[list[int]] = [[] for _ in range(offers)]
    ties = tie_places(lists.seekers.ids, lot)
    for row in range(seekers):
        met = brute.limits(lists.seekers, row, lists.offers, WORDS)
        points = brute.scores(lists.seekers, row, lists.offers, WORDS, WEIGHTS)
        for at in np.flatnonzero(np.logical_and.reduce(list(met.values()))).tolist():
            pairs[at].append(int(points[at]) << TIE_BITS | (ID_MAX - int(ties[row])))
    for at, keys in enumerate(pairs):
        best = sorted(keys, reverse=True)[:k]
        assert found.keys[at].tolist() == best + [-1] * (k - len(best))
        by_tie = {ID_MAX - int(tie): row for row, tie in enumerate(ties)}
        slots = [by_tie[key & ID_MAX] for key in best]
        assert found.slots[at].tolist() == slots + [-1] * (k - len(best))


def test_threads_change_nothing() -> None:
    one, two = lists_of(3, 400, 300), lists_of(3, 400, 300)
    object.__setattr__(two, "threads", 2)
    for first, second in (
        (one.for_seekers(20), two.for_seekers(20)),
        (one.for_offers(20), two.for_offers(20)),
    ):
        assert (first.keys == second.keys).all()
        assert (first.slots == second.slots).all()
    assert (one.for_seekers(20).keys[:, 0] >= 0).any()


def test_some_rows_are_as_in_the_whole() -> None:
    lists = lists_of(5, 200, 100)
    rows = np.array([50, 3, 99, 3])
    whole, part = lists.for_seekers(10), lists.for_seekers(10, rows)
    assert (part.keys == whole.keys[rows]).all()
    assert (part.slots == whole.slots[rows]).all()
    whole, part = lists.for_offers(10), lists.for_offers(10, rows)
    assert (part.keys == whole.keys[rows]).all()
    assert (part.slots == whole.slots[rows]).all()
    assert list(part.row(0)) == [
        (slot, key >> TIE_BITS)
        for slot, key in zip(part.slots[0].tolist(), part.keys[0].tolist(), strict=True)
        if slot >= 0
    ]


def test_a_person_who_is_not_in_the_lists_gets_one() -> None:
    lists, others = lists_of(5, 200, 100), seeker_columns(draw_seekers(77, 5, 1000), WORDS)
    found = lists.for_others(others, 10)
    for row in range(5):
        keys = brute.best(others, row, lists.offers, WORDS, WEIGHTS, k=10, seed=None)
        assert found.keys[row][: len(keys)].tolist() == keys.tolist()
