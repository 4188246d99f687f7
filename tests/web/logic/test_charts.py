"""Bars and lines stand where their numbers say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.web.logic.charts import LINE_HEIGHT, WIDTH, bar_chart, line_chart

PAIRS = st.lists(
    st.tuples(st.text(max_size=8), st.integers(min_value=0, max_value=10**12)), max_size=20
)


@given(PAIRS, st.integers(min_value=0, max_value=10**12))
def test_bars_keep_order_and_stay_inside(pairs: list[tuple[str, int]], target: int) -> None:
    chart = bar_chart("t", "家", pairs, target)
    lengths = [row.length for row in chart.rows]
    assert all(0 <= length <= WIDTH for length in [*lengths, chart.target_x])
    for (_, a), first in zip(pairs, lengths, strict=True):
        for (_, b), second in zip(pairs, lengths, strict=True):
            assert not (a < b and first > second)
    if any(value for _, value in pairs) or target:
        assert max([*lengths, chart.target_x]) == WIDTH


def test_half_the_value_is_half_the_bar() -> None:
    chart = bar_chart("t", "家", [("a", 412), ("b", 206)])
    assert [row.length for row in chart.rows] == [1000, 500]
    assert chart.target_x == 0


@given(PAIRS)
def test_a_line_has_one_point_a_value(pairs: list[tuple[str, int]]) -> None:
    chart = line_chart("t", "家", pairs)
    points = [tuple(map(int, point.split(","))) for point in chart.points.split()]
    assert len(points) == len(pairs)
    assert all(0 <= x <= WIDTH and 0 <= y <= LINE_HEIGHT for x, y in points)


def test_the_line_spans_the_drawing() -> None:
    chart = line_chart("每月", "家", [("1 月", 0), ("2 月", 5), ("3 月", 10)])
    assert chart.points == "0,400 500,200 1000,0"
    assert chart.spoken == "每月（家）：1 月 0；2 月 5；3 月 10"


@pytest.mark.parametrize("draw", [bar_chart, line_chart])
def test_below_zero_is_refused(draw: object) -> None:
    assert callable(draw)
    with pytest.raises(ValueError, match="start at zero"):
        draw("t", "元", [("a", -1)])


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([0, 1234567], ["0", "1,234,567"]),
        ([41003.5, 8843.43, 56160], ["41,003.50", "8,843.43", "56,160.00"]),
        ([0.5], ["0.50"]),
        ([3.14159, 2.999], ["3.14", "3.00"]),
    ],
)
def test_a_column_has_one_number_of_decimals(values: list[float], words: list[str]) -> None:
    chart = bar_chart("t", "元", [("a", value) for value in values])
    assert [row.shown for row in chart.rows] == words
