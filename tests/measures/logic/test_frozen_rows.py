"""Frozen rows come back as they went in, and differences are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from denghuo.kernel.counted import CountedRow, count
from denghuo.measures.logic.frozen_rows import (
    ROWS_PER_BLOCK,
    RowsTally,
    difference,
    pack,
    rows_digest,
    unpack,
)

pytestmark = pytest.mark.no_postgres
rows = st.lists(
    st.builds(
        CountedRow,
        key=st.integers(0, 30).map(lambda n: f"cases.Case:{n}"),
        subject=st.sampled_from(["", "person:1", "firm:2"]),
        area=st.sampled_from(["", "150102000000"]),
        day=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        amount_fen=st.none() | st.integers(-(10**12), 10**12),
        met=st.none() | st.booleans(),
        label=st.sampled_from(["", "*小明"]),
    ),
    max_size=20,
    unique_by=lambda row: row.key,
)

# A machine that is busy elsewhere draws slowly; that says nothing about the rule.
calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(rows)
@calm
def test_what_is_packed_comes_back_without_its_label(drawn: list[CountedRow]) -> None:
    back = [row for block in pack(drawn) for row in unpack(block.packed)]
    assert back == [replace(row, label="") for row in drawn]


@given(rows)
@calm
def test_a_digest_knows_what_rows_say_and_not_their_names(drawn: list[CountedRow]) -> None:
    assert rows_digest([replace(row, label="别的") for row in drawn]) == rows_digest(drawn)
    if drawn:
        first = replace(drawn[0], amount_fen=(drawn[0].amount_fen or 0) + 1)
        assert rows_digest([first, *drawn[1:]]) != rows_digest(drawn)
        assert rows_digest(drawn[1:]) != rows_digest(drawn)


@given(rows)
@calm
def test_rows_are_counted_as_they_pass(drawn: list[CountedRow]) -> None:
    tally = RowsTally()
    assert list(tally.passing(drawn)) == drawn
    assert tally.counted == count(drawn)
    assert tally.digest == rows_digest(drawn)


@given(rows, rows)
@calm
def test_differences_lead_from_then_to_now(then: list[CountedRow], now: list[CountedRow]) -> None:
    found = difference(then, now)
    keys = {row.key for row in then} - {row.key for row in found.went}
    assert keys | {row.key for row in found.came} == {row.key for row in now}
    plain = {row.key: replace(row, label="") for row in then}
    assert bool(found) == (plain != {row.key: replace(row, label="") for row in now})


def test_blocks_are_of_one_size() -> None:
    many = [CountedRow(f"k:{n}", "", "", date(2026, 1, 1)) for n in range(ROWS_PER_BLOCK + 1)]
    assert [block.rows for block in pack(many)] == [ROWS_PER_BLOCK, 1]
