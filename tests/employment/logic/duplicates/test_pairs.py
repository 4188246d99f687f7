"""Overlap, sketches and pairs, each beside the slow way."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from denghuo.employment.logic.duplicates import (
    advert_text,
    band_keys,
    jaccard,
    near_pairs,
    near_pairs_plainly,
    shingles,
    sketch,
)
from denghuo.employment.logic.duplicates.shingles import Shingles
from denghuo.employment.logic.duplicates.sketches import PLACES, estimated

pytestmark = pytest.mark.no_postgres

# 招聘餐厅服务员, first place.
FIRST_PLACE = 1362801335410901466
texts = st.text(alphabet="招聘普工服务员司机电焊仓库月薪包吃住", max_size=60)


def components(count: int, pairs: list[tuple[int, int]]) -> set[frozenset[int]]:
    groups = {at: {at} for at in range(count)}
    for one, other in pairs:
        if groups[one] is not groups[other]:
            groups[one] |= groups[other]
            for at in groups[other]:
                groups[at] = groups[one]
    return {frozenset(group) for group in groups.values()}


def advert(dice: random.Random, length: int) -> str:
    return "".join(chr(dice.randrange(0x4E00, 0x5E00)) for _ in range(length))


def reworded(dice: random.Random, text: str, changes: int) -> str:
    signs = list(text)
    for _ in range(changes):
        signs[dice.randrange(len(signs))] = chr(dice.randrange(0x4E00, 0x5E00))
    return "".join(signs)


@given(texts, texts)
def test_overlap_is_what_sets_say(one: str, other: str) -> None:
    share = jaccard(shingles(one), shingles(other))
    assert share == jaccard(shingles(other), shingles(one))
    assert 0 <= share <= 1
    runs = [{text[at : at + 3] for at in range(max(1, len(text) - 2))} for text in (one, other)]
    if one and other:
        assert share == pytest.approx(len(runs[0] & runs[1]) / len(runs[0] | runs[1]))
    if one:
        assert jaccard(shingles(one), shingles(one)) == 1


def test_stops_numbers_and_width_do_not_count() -> None:
    one = advert_text("普工", "1、包吃住；\n2、月薪５０００")
    other = advert_text("普工", "（一）包吃住。\n（二）月薪5000！")
    assert one == other == "普工包吃住月薪5000"


def test_a_sketch_never_changes() -> None:
    """Stored sketches are compared with new ones, so this number is part of the format."""
    assert int(sketch(shingles("招聘餐厅服务员"))[0]) == FIRST_PLACE
    assert len(set(band_keys(sketch(shingles("招聘餐厅服务员"))))) == 16


@settings(deadline=None, max_examples=40)
@given(st.integers(min_value=0, max_value=60), st.integers(min_value=0, max_value=2**32))
def test_sketches_estimate_the_overlap(changes: int, seed: int) -> None:
    dice = random.Random(seed)
    text = advert(dice, 300)
    one, other = shingles(text), shingles(reworded(dice, text, changes))
    # Five standard errors of a share of 64 places.
    error = 5 * (0.25 / PLACES) ** 0.5
    assert abs(estimated(sketch(one), sketch(other)) - jaccard(one, other)) <= error


def test_an_empty_text_is_like_nothing() -> None:
    assert near_pairs([shingles("")] * 40) == []
    assert np.array_equal(sketch(frozenset()), sketch(frozenset()))


def families(seed: int, count: int) -> list[Shingles]:
    """Adverts with rewordings of each: far apart, near, and the very same."""
    dice = random.Random(seed)
    made = []
    for _ in range(count):
        text = advert(dice, 200)
        made += [text, reworded(dice, text, 2), reworded(dice, text, 40), text]
    dice.shuffle(made)
    return [shingles(text) for text in made]


@pytest.mark.parametrize("seed", range(5))
def test_bands_find_what_comparing_all_finds(seed: int) -> None:
    held = families(seed, 20)
    fast = near_pairs(held, 0.8)
    slow = near_pairs_plainly(held, 0.8)
    assert set(fast) <= set(slow)
    assert components(len(held), [(pair.one, pair.other) for pair in fast]) == components(
        len(held), [(pair.one, pair.other) for pair in slow]
    )
    assert len(slow) >= 20


@given(st.lists(texts, max_size=10))
def test_few_texts_are_all_compared(found: list[str]) -> None:
    held = [shingles(text) for text in found]
    assert near_pairs(held) == near_pairs_plainly(held)
