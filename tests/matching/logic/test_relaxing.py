"""A step that is offered opens exactly what it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from denghuo.matching.logic import brute
from denghuo.matching.logic.columns import Offers, offer_columns, seeker_columns
from denghuo.matching.logic.relaxing import Relaxation, relaxations
from denghuo.matching.logic.values import Seeker
from tests.matching.worlds import WEIGHTS, draw_offers, draw_seekers, words

pytestmark = pytest.mark.no_postgres

WORDS = words()


def eligible(seeker: Seeker, offers: Offers) -> set[int]:
    met = brute.limits(seeker_columns([seeker], WORDS), 0, offers, WORDS)
    return set(np.flatnonzero(np.logical_and.reduce(list(met.values()))).tolist())


def after(seeker: Seeker, step: Relaxation) -> Seeker:
    match step:
        case Relaxation(limit="place", metres=int(metres)):
            return replace(seeker, reach_metres=seeker.reach_metres + metres)
        case Relaxation(limit="place", word=str(word)):
            return replace(seeker, districts=(*seeker.districts, word))
        case Relaxation(limit="certificates", word=str(word)):
            return replace(seeker, held=(*seeker.held, word))
        case Relaxation(limit="hours", word=str(word)):
            return replace(seeker, hours=(*seeker.hours, word))
        case Relaxation(limit="pay", pay_least_fen=int(fen)):
            return replace(seeker, pay_least_fen=fen)
    raise AssertionError(step)


@settings(max_examples=60)
@given(st.integers(0, 10**6))
def test_taking_a_step_opens_as_many_as_it_says(seed: int) -> None:
    offers = offer_columns(draw_offers(seed, 120), WORDS)
    (seeker,) = draw_seekers(seed, 1)
    columns = seeker_columns([seeker], WORDS)
    before = eligible(seeker, offers)
    for step in relaxations(columns, 0, offers, WORDS, WEIGHTS):
        opened = eligible(after(seeker, step), offers) - before
        assert step.opens == len(opened) > 0
        assert set(step.examples) <= opened
        assert len(step.examples) == min(3, len(opened))
        assert step.limit not in {"law", "grade", "kind"}


def test_every_sort_of_step_occurs() -> None:
    found = set()
    for seed in range(60):
        offers = offer_columns(draw_offers(seed, 120), WORDS)
        columns = seeker_columns(draw_seekers(seed, 1), WORDS)
        for step in relaxations(columns, 0, offers, WORDS, WEIGHTS):
            found.add((step.limit, step.word is None))
    assert found == {
        ("place", True),
        ("place", False),
        ("certificates", False),
        ("hours", False),
        ("pay", True),
    }
