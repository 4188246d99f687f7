"""Nearness of kinds."""

from __future__ import annotations

import numpy as np
import pytest

from denghuo.matching.logic.kinds import RelatedKind, kind_table, parts_of
from denghuo.matching.logic.refusals import DoubledError, OutOfRangeError, UnknownWordError

pytestmark = pytest.mark.no_postgres

CODES = (
    "6-00-00-00",
    "6-18-00-00",
    "6-18-01-00",
    "6-18-01-02",
    "6-18-01-03",
    "6-18-02-01",
    "6-19-00-01",
    "1-01-00-00",
)
SHARED = {2: 40, 3: 70, 4: 100}


@pytest.mark.parametrize(
    ("wanted", "offered", "percent"),
    [
        ("6-18-01-02", "6-18-01-02", 100),  # itself
        ("6-18-01-02", "6-18-01-03", 70),  # the same small group
        ("6-18-01-02", "6-18-02-01", 40),  # the same middle group
        ("6-18-01-02", "6-19-00-01", 0),  # only the top is shared
        ("6-18-01-00", "6-18-01-03", 100),  # a wish for a group is met by all inside
        ("6-00-00-00", "6-19-00-01", 100),
        ("6-18-01-02", "6-18-01-00", 70),  # an offer known only as a group
        ("6-18-01-00", "6-18-01-00", 70),  # even to a wish for that group
        ("6-18-01-02", "6-18-00-00", 40),
        ("1-01-00-00", "1-01-00-00", 100),  # no group: nothing lies inside
        ("6-19-00-01", "6-19-00-01", 100),  # zeros inside a code count
    ],
)
def test_nearness_by_shared_levels(wanted: str, offered: str, percent: int) -> None:
    table = kind_table(CODES, SHARED)
    assert table.percent(table.find(wanted), table.find(offered)) == percent


def test_a_related_pair_raises_and_never_lowers() -> None:
    pairs = [
        RelatedKind("6-18-01-02", "1-01-00-00", 30),
        RelatedKind("6-18-01-02", "6-18-01-03", 5),
    ]
    table = kind_table(CODES, SHARED, pairs)
    wanted = table.find("6-18-01-02")
    assert table.percent(wanted, table.find("1-01-00-00")) == 30
    assert table.percent(table.find("1-01-00-00"), wanted) == 0
    assert table.percent(wanted, table.find("6-18-01-03")) == 70


def test_the_turned_table_says_the_same() -> None:
    table = kind_table(CODES, SHARED, [RelatedKind("6-18-01-02", "1-01-00-00", 30)])
    turned = np.zeros((len(CODES), len(CODES)), np.int64)
    for offered in range(len(CODES)):
        part = slice(int(table.from_start[offered]), int(table.from_start[offered + 1]))
        turned[table.from_kind[part], offered] = table.from_percent[part]
    places = range(len(CODES))
    assert [[table.percent(one, two) for two in places] for one in places] == turned.tolist()


def test_what_is_wrong_is_refused() -> None:
    with pytest.raises(DoubledError):
        kind_table(["1-01", "1-01"], SHARED)
    with pytest.raises(UnknownWordError):
        kind_table(CODES, SHARED, [RelatedKind("6-18-01-02", "9-99-99-99", 30)])
    with pytest.raises(OutOfRangeError):
        kind_table(CODES, SHARED, [RelatedKind("6-18-01-02", "1-01-00-00", 0)])
    with pytest.raises(UnknownWordError):
        kind_table(CODES, SHARED).find("9-99-99-99")


def test_parts_of_a_code() -> None:
    assert parts_of("6-18-00-00") == ("6", "18")
    assert parts_of("1-01-00-01") == ("1", "01", "00", "01")
    assert parts_of("0-00-00-00") == ("0",)
