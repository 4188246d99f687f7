"""Coding titles: right where it is sure, broader where it is not, taught by reviews."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.employment.logic.occupations import (
    Coder,
    Example,
    Review,
    examples_of_reviews,
    examples_of_table,
    remembered,
    train,
)
from denghuo.employment.logic.occupations.coder import group_numbers, group_sums
from denghuo.employment.logic.occupations.table import UnknownOccupationError, path_of
from tests.employment.logic.occupations.world import PAIRS, examples, table
from tests.employment.logic.occupations.world import coder as make_coder

pytestmark = pytest.mark.no_postgres

NOON = datetime(2026, 11, 1, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def coder() -> Coder:
    return make_coder()


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("诚聘Java软件工程师 15k", "2-02-10-03"),
        ("土建造价", "2-02-30-10"),
        ("大货车司机，包吃住", "4-02-02-02"),
        ("咖啡馆招聘咖啡师2名", "4-03-02-10"),
        ("中餐厨师", "4-03-02-01"),
    ],
)
def test_new_titles(coder: Coder, title: str, code: str) -> None:
    assert coder.code(title).leaf == code


def test_the_coded_titles_themselves(coder: Coder) -> None:
    said = coder.code_all([title for title, _ in PAIRS])
    right = sum(one.leaf == code for one, (_, code) in zip(said, PAIRS, strict=True))
    assert right >= len(PAIRS) - 1


def test_a_doubtful_title_gets_a_broader_group_or_nobody(coder: Coder) -> None:
    driver = coder.code_all(["货车司机客车司机"], margin_least=0.5)[0]
    assert driver.margins[2] > driver.margins[3]
    assert driver.code == "4-02-02-00"
    unknown = coder.code("zzz")
    assert unknown.code is None
    assert unknown.depth is None


@given(st.text(max_size=20), st.floats(min_value=0, max_value=1))
def test_the_gate(title: str, gate: float) -> None:
    coded = CODER.code_all([title], margin_least=gate)[0]
    for at in range(3):  # a broader group never has a lower share, so never a lower sum
        assert path_of(coded.leaf)[at] in {path_of(code)[at] for code in CODER.codes}
    if coded.code is None:
        assert max(coded.margins) < gate
    else:
        assert coded.depth is not None
        assert path_of(coded.leaf)[coded.depth - 1] == coded.code
        assert max(coded.margins) >= gate
    stricter = CODER.code_all([title], margin_least=min(1.0, gate + 0.2))[0]
    assert (stricter.depth or 0) <= (coded.depth or 0)


CODER = make_coder()


def test_probabilities_are_shares(coder: Coder) -> None:
    found = coder.probabilities(["厨师", "zzz", ""])
    assert np.allclose(found.sum(axis=1), 1)
    assert coder.likely("厨师", 3)[0][0] == "4-03-02-01"
    assert len(coder.likely("厨师", 3)) == 3


def test_group_sums_are_plain_sums() -> None:
    codes = ("2-02-10-03", "2-02-30-10", "4-02-02-01", "4-03-02-01")
    found = np.array([[0.1, 0.2, 0.3, 0.4]], np.float32)
    groups = group_numbers(codes)
    assert np.allclose(group_sums(found, groups[0]), [[0.3, 0.7]])
    assert np.allclose(group_sums(found, groups[1]), [[0.3, 0.3, 0.4]])
    assert np.allclose(group_sums(found, groups[3]), found)


def test_the_same_examples_give_the_same_model(coder: Coder) -> None:
    again = train(examples())
    assert again.codes == coder.codes
    assert np.array_equal(again.weights, coder.weights)


def test_nothing_to_learn_from() -> None:
    with pytest.raises(ValueError, match="nothing"):
        train([])


def test_names_count_less_than_coded_titles() -> None:
    assert {one.weight for one in examples_of_table(table())} == {0.3}


def test_a_review_holds_at_once_and_teaches(coder: Coder) -> None:
    title, code = "蒙古包迎宾", "4-03-02-05"
    assert coder.code(title).code != code
    reviews = [Review(title, code, NOON)]
    at_once = coder.code("草原牧家乐招聘蒙古包迎宾", reviewed=remembered(reviews))
    assert (at_once.code, at_once.origin, at_once.depth) == (code, "review", 4)
    taught = train([*examples(), *examples_of_reviews(reviews, table())])
    assert taught.code("蒙古包迎宾员").leaf == code


def test_a_later_review_takes_the_place_of_an_earlier() -> None:
    reviews = [
        Review("迎宾", "4-03-02-10", NOON),
        Review("迎宾", "4-03-02-05", NOON + timedelta(days=1)),
    ]
    assert remembered(reversed(reviews)) == {"迎宾": "4-03-02-05"}
    assert examples_of_reviews(reviews, table()) == [Example("迎宾", "4-03-02-05", 2.0)]


def test_reviews_that_differ_are_not_remembered() -> None:
    reviews = [Review("迎宾", "4-03-02-05", NOON), Review("迎宾（双休）", "4-03-02-10", NOON)]
    assert remembered(reviews) == {}


def test_a_review_needs_a_code_of_the_table() -> None:
    with pytest.raises(UnknownOccupationError):
        examples_of_reviews([Review("迎宾", "1-01-01-01", NOON)], table())
