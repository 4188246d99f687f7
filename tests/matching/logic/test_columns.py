"""Columns hold what was handed over, refuse what does not fit, and have no place for a person."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from denghuo.matching.logic.columns import (
    OFFER_COLUMNS,
    SEEKER_COLUMNS,
    digest,
    join,
    offer_columns,
    seeker_columns,
    take,
)
from denghuo.matching.logic.fairness import PROTECTED, protected_columns
from denghuo.matching.logic.refusals import (
    DoubledError,
    NothingWantedError,
    OutOfRangeError,
    TooManyError,
    UnknownWordError,
)
from denghuo.matching.logic.ties import ID_MAX
from denghuo.matching.logic.values import Offer, Seeker
from denghuo.matching.logic.vocabulary import rarity_weights, vocabulary
from tests.matching.worlds import CODES, draw_offers, draw_seekers, words

pytestmark = pytest.mark.no_postgres

WORDS = words()


def test_taking_apart_and_joining_gives_the_same_bytes() -> None:
    offers, seekers = draw_offers(1, 40), draw_seekers(1, 40)
    whole = offer_columns(offers, WORDS)
    parts = [offer_columns(offers[:13], WORDS), offer_columns(offers[13:], WORDS)]
    assert digest(join(parts)) == digest(whole)
    order = np.random.default_rng(1).permutation(40)
    mixed = offer_columns([offers[at] for at in order], WORDS)
    assert digest(take(whole, order)) == digest(mixed)
    assert digest(take(mixed, np.argsort(order))) == digest(whole)
    columns = seeker_columns(seekers, WORDS)
    assert digest(join([columns, take(columns, np.empty(0, np.int64))])) == digest(columns)


def test_a_digest_sees_every_column() -> None:
    whole = seeker_columns(draw_seekers(2, 20), WORDS)
    for name in SEEKER_COLUMNS:
        changed = getattr(whole, name).copy()
        changed.flat[-1] += np.asarray(1, changed.dtype)
        assert digest(whole._replace(**{name: changed})) != digest(whole), name


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"kind": "9-99-99-99"}, UnknownWordError),
        ({"district": "nowhere"}, UnknownWordError),
        ({"required": ("no such certificate",)}, UnknownWordError),
        ({"tags": ("no such tag",)}, UnknownWordError),
        ({"hours": ("afternoon",)}, UnknownWordError),
        ({"bars": ("women",)}, UnknownWordError),
        ({"east_metres": 3_000_001}, OutOfRangeError),
        ({"pay_fen": -1}, OutOfRangeError),
        ({"pay_fen": 500, "pay_top_fen": 499}, OutOfRangeError),
        ({"years_wanted": 61}, OutOfRangeError),
        ({"grade_least": -1}, OutOfRangeError),
        ({"id": -1}, OutOfRangeError),
        ({"id": ID_MAX + 1}, OutOfRangeError),
        ({"id": 1}, DoubledError),
    ],
)
def test_an_offer_that_does_not_fit_is_refused(change: dict[str, Any], refusal: type) -> None:
    first, second = draw_offers(3, 2)
    with pytest.raises(refusal):
        offer_columns([replace(first, id=1), replace(second, **{"id": 2, **change})], WORDS)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"wants": ()}, NothingWantedError),
        ({"wants": CODES[:4]}, TooManyError),
        ({"wants": ("9-99-99-99",)}, UnknownWordError),
        ({"barred": ("women",)}, UnknownWordError),
        ({"reach_metres": 0}, OutOfRangeError),
        ({"pay_least_fen": 2_000_000_001}, OutOfRangeError),
        ({"years": -1}, OutOfRangeError),
        ({"id": 1}, DoubledError),
    ],
)
def test_a_seeker_that_does_not_fit_is_refused(change: dict[str, Any], refusal: type) -> None:
    first, second = draw_seekers(3, 2)
    with pytest.raises(refusal):
        seeker_columns([replace(first, id=1), replace(second, **{"id": 2, **change})], WORDS)


def test_words_have_limits() -> None:
    with pytest.raises(TooManyError):
        vocabulary(WORDS.kinds, hours=[str(number) for number in range(9)])
    with pytest.raises(DoubledError):
        vocabulary(WORDS.kinds, districts=["d", "d"])
    with pytest.raises(OutOfRangeError):
        vocabulary(WORDS.kinds, tags=["a"], tag_weights=[0])
    with pytest.raises(OutOfRangeError):
        vocabulary(WORDS.kinds, tags=["a", "b"], tag_weights=[1])


def test_rare_tags_weigh_more_by_halvings() -> None:
    assert rarity_weights([1000, 500, 250, 125], 1000) == [256, 512, 768, 1024]
    weights = rarity_weights(range(1, 1001), 1000)
    assert weights == sorted(weights, reverse=True)
    # eight bits of the logarithm, rounded down twice
    exact = [256 + 256 * np.log2(1000 / count) for count in range(1, 1001)]
    assert max(abs(np.array(weights) - exact)) < 2


def test_nothing_protected_has_a_column_or_a_field() -> None:
    assert protected_columns() == ()
    named = {field.name for value in (Offer, Seeker) for field in fields(value)}
    assert not {part for name in named for part in name.split("_")} & set(PROTECTED)
    assert len(OFFER_COLUMNS) + len(SEEKER_COLUMNS) == 31
