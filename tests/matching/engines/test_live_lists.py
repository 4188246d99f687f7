"""Live lists after any story are those of a rebuild, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from denghuo.matching.engines.lists import Lists
from denghuo.matching.engines.live import LiveLists
from denghuo.matching.logic.columns import offer_columns, seeker_columns
from denghuo.matching.logic.refusals import DoubledError, NotHereError
from tests.matching.worlds import WEIGHTS, draw_offers, draw_seekers, words

pytestmark = pytest.mark.no_postgres

WORDS = words()
K = 5


def live_lists(seed: int, offers: int, seekers: int) -> LiveLists:
    return LiveLists(
        offer_columns(draw_offers(seed, offers), WORDS),
        seeker_columns(draw_seekers(seed, seekers), WORDS),
        WORDS,
        WEIGHTS,
        k=K,
        seed="seed",
    )


def check_against_rebuild(live: LiveLists) -> None:
    offers, seekers = live.offers, live.seekers
    rebuilt = Lists(offers, seekers, WORDS, WEIGHTS, seed="seed").for_seekers(K)
    ids, keys = live.all_lists()
    assert (keys == rebuilt.keys).all()
    known = np.append(offers.ids, -1)
    assert (ids == known[rebuilt.slots]).all()


class Story(RuleBasedStateMachine):
    """Offers and seekers come and go in any order and any grouping."""

    @initialize(seed=st.integers(0, 10**6), offers=st.integers(0, 60), seekers=st.integers(1, 25))
    def begin(self, seed: int, offers: int, seekers: int) -> None:
        self.seed, self.next_offer, self.next_seeker = seed, offers, seekers
        self.offers, self.seekers = set(range(offers)), set(range(seekers))
        self.live = live_lists(seed, offers, seekers)

    @rule(count=st.integers(1, 12))
    def offers_arrive(self, count: int) -> None:
        new = draw_offers(self.seed, count, self.next_offer)
        self.live.add_offers(offer_columns(new, WORDS))
        self.offers |= {one.id for one in new}
        self.next_offer += count

    @rule(data=st.data())
    def offers_go(self, data: st.DataObject) -> None:
        if self.offers:
            gone = data.draw(st.sets(st.sampled_from(sorted(self.offers)), min_size=1, max_size=6))
            self.live.withdraw_offers(sorted(gone))
            self.offers -= gone

    @rule(count=st.integers(1, 4))
    def seekers_arrive(self, count: int) -> None:
        new = draw_seekers(self.seed, count, self.next_seeker)
        self.live.add_seekers(seeker_columns(new, WORDS))
        self.seekers |= {one.id for one in new}
        self.next_seeker += count

    @rule(data=st.data())
    def seekers_go(self, data: st.DataObject) -> None:
        if len(self.seekers) > 1:
            gone = data.draw(st.sets(st.sampled_from(sorted(self.seekers)), min_size=1, max_size=3))
            self.live.withdraw_seekers(sorted(gone))
            self.seekers -= gone

    @invariant()
    def as_if_rebuilt(self) -> None:
        if hasattr(self, "live"):
            assert set(self.live.offers.ids.tolist()) == self.offers
            assert set(self.live.seekers.ids.tolist()) == self.seekers
            check_against_rebuild(self.live)


Story.TestCase.settings = settings(max_examples=20, stateful_step_count=20)
TestStory = Story.TestCase


def test_many_arrivals_one_by_one_merge_into_few_segments() -> None:
    live = live_lists(1, 30, 40)
    for number in range(30, 70):
        live.add_offers(offer_columns(draw_offers(1, 1, number), WORDS))
        if number % 3 == 0:
            live.withdraw_offers([number - 5])
    check_against_rebuild(live)


def test_a_withdrawn_offer_is_on_no_list_at_once() -> None:
    live = live_lists(2, 80, 40)
    ids, _ = live.all_lists()
    most_shown = int(np.bincount(ids[ids >= 0]).argmax())
    holders = int((ids == most_shown).any(axis=1).sum())
    assert live.withdraw_offers([most_shown]) == holders > 0
    assert not (live.all_lists()[0] == most_shown).any()


def test_what_is_refused_changes_nothing() -> None:
    live = live_lists(3, 20, 10)
    before = [array.copy() for array in live.all_lists()]
    with pytest.raises(DoubledError):
        live.add_offers(offer_columns(draw_offers(9, 2, 19), WORDS))
    with pytest.raises(NotHereError):
        live.withdraw_offers([3, 4, 999])
    with pytest.raises(DoubledError):
        live.add_seekers(seeker_columns(draw_seekers(9, 2, 9), WORDS))
    with pytest.raises(NotHereError):
        live.withdraw_seekers([1, 999])
    with pytest.raises(NotHereError):
        live.list_of(999)
    after = live.all_lists()
    assert all((one == two).all() for one, two in zip(before, after, strict=True))
    check_against_rebuild(live)
    assert [offer for offer, _ in live.list_of(0)] == [one for one in after[0][0] if one >= 0]
