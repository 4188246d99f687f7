"""The arithmetic that the kernels rest on, at its edges."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.matching.engines.kernels import scoring
from denghuo.matching.engines.lists import Lists
from denghuo.matching.logic import brute
from denghuo.matching.logic.columns import offer_columns, seeker_columns, take
from denghuo.matching.logic.values import GRADE_MAX, METRES_MAX
from tests.matching.worlds import WEIGHTS, draw_offers, draw_seekers, words

pytestmark = pytest.mark.no_postgres

LARGEST = 2**53 - 1


@given(st.integers(0, LARGEST), st.integers(1, LARGEST))
def test_a_quotient_in_double_precision_is_exact(numerator: int, divisor: int) -> None:
    assert int(np.float64(numerator) / np.float64(divisor)) == numerator // divisor


@given(st.integers(1, 2**26), st.integers(1, 2**26), st.integers(-1, 1))
def test_a_quotient_beside_a_whole_number_is_exact(one: int, two: int, aside: int) -> None:
    numerator = one * two + aside
    assert int(np.float64(numerator) / np.float64(two)) == numerator // two
    assert scoring.quotient(numerator, two) == numerator // two


@given(st.integers(0, 1_000), st.integers(1, 2**31), st.integers(-1, 1))
def test_a_product_with_the_inverse_is_the_quotient(points: int, divisor: int, aside: int) -> None:
    """As the vector loops take it: most points a thousand, divisors below 2**31."""
    numerator = max(points * divisor + aside, 0)
    assert int((numerator + 0.5) * (1.0 / divisor)) == numerator // divisor


@pytest.mark.parametrize("asked", [0, 1, 8, GRADE_MAX - 1, GRADE_MAX])
@pytest.mark.parametrize("had", [0, 7, 8, GRADE_MAX - 1, GRADE_MAX])
def test_schooling_asked_for_decides_at_every_grade(asked: int, had: int) -> None:
    vocabulary = words()
    (offer,), (seeker,) = draw_offers(1, 1), draw_seekers(1, 1)
    offer = replace(
        offer, kind=seeker.wants[0], east_metres=seeker.east_metres, grade_least=asked,
        north_metres=seeker.north_metres, hours=seeker.hours, required=(), bars=(),
        pay_fen=None, pay_top_fen=None,
    )  # fmt: skip
    lists = Lists(
        offer_columns([offer], vocabulary),
        seeker_columns([replace(seeker, grade=had)], vocabulary),
        vocabulary,
        WEIGHTS,
    )
    assert (lists.for_seekers(1).slots[0, 0] == 0) == (had >= asked)
    assert (lists.for_offers(1).slots[0, 0] == 0) == (had >= asked)


@given(st.integers(0, 2 * METRES_MAX), st.integers(-1, 1))
def test_a_root_beside_a_square_is_exact(root: int, aside: int) -> None:
    square = max(root * root + aside, 0)
    assert int(math.sqrt(np.float64(square))) == math.isqrt(square)


@pytest.mark.parametrize("away", [-1, 0, 1])
@pytest.mark.parametrize("reach", [1, 4_097, 16_777, 299_993, 5_999_999])
def test_a_metre_at_the_reach_decides(away: int, reach: int) -> None:
    """The filter measures coarsely; what counts is the exact test after it."""
    vocabulary = words()
    (offer,), (seeker,) = draw_offers(1, 1), draw_seekers(1, 1)
    values = {name: getattr(offer, name) for name in type(offer).__slots__}
    west = -(reach + away) // 2
    values |= {
        "kind": seeker.wants[0], "east_metres": west, "north_metres": 0, "district": "d1",
        "hours": seeker.hours, "required": (), "bars": (), "grade_least": 0, "pay_fen": None,
        "pay_top_fen": None,
    }  # fmt: skip
    wish = {name: getattr(seeker, name) for name in type(seeker).__slots__}
    wish |= {
        "east_metres": west + reach + away, "north_metres": 0, "reach_metres": reach,
        "districts": (), "wants": ("1-01-01-01",),
    }  # fmt: skip
    values["kind"] = "1-01-01-01"
    lists = Lists(
        offer_columns([type(offer)(**values)], vocabulary),
        seeker_columns([type(seeker)(**wish)], vocabulary),
        vocabulary,
        WEIGHTS,
    )
    assert (lists.for_seekers(1).slots[0, 0] == 0) == (away <= 0)
    assert (lists.for_offers(1).slots[0, 0] == 0) == (away <= 0)


def test_long_stretches_are_gone_over_whole() -> None:
    """More offers of one kind in one cell than one stretch holds, in reach and by district."""
    vocabulary = words()
    few = offer_columns(draw_offers(6, 50), vocabulary)
    many = take(few, np.repeat(np.arange(50), 200))
    many = many._replace(
        ids=np.random.default_rng(6).permutation(10_000),
        kind=np.zeros(10_000, np.int32) + vocabulary.kinds.find("1-01-01-01"),
        hours=np.full(10_000, 7, np.uint8),
    )
    seekers = seeker_columns(draw_seekers(6, 30), vocabulary)
    seekers.wants[:, 0] = vocabulary.kinds.find("1-01-01-02")
    lists = Lists(many, seekers, vocabulary, WEIGHTS, seed="long")
    found = lists.for_seekers(20)
    assert (found.keys[:, -1] >= 0).any()
    for row in range(30):
        keys = brute.best(seekers, row, many, vocabulary, WEIGHTS, k=20, seed="long")
        assert found.keys[row][: len(keys)].tolist() == keys.tolist()
