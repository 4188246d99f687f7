"""Whole columns read what single cells read, whatever is in them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from denghuo.benefits.engines.converting import convert, tidy
from denghuo.benefits.logic.conversions import Trouble, read_cell
from denghuo.benefits.logic.mapping import ColumnMapping
from denghuo.benefits.logic.targets import HOWS, Target
from tests.benefits.logic.test_conversions import (
    AVERAGE,
    COUNT,
    DAY,
    FLAG,
    MONEY,
    RATE,
    SIZE,
    TODAY,
)
from tests.factories.people import uscc

pytestmark = pytest.mark.no_postgres
_CODES = [uscc(number).text for number in range(1, 40)]


def damaged(code: str, place: int, sign: str) -> str:
    return code[:place] + sign + code[place + 1 :]


CELLS = st.one_of(
    st.none(),
    st.sampled_from(["", " ", "-", "是", "否", "小型", "中", "#N/A", "=A1", "20250610", "45818"]),
    st.integers(-(10**16), 10**16).map(str),
    st.decimals(-(10**9), 10**12, places=3).map(str),
    st.decimals(0, 10**9, places=2).map(str),
    st.decimals(0, 10**11, places=2).map(lambda number: f"{number:,}"),
    st.decimals(0, 10**6, places=1).map(lambda number: f" {number:,} 元"),
    st.dates(date(1990, 1, 1), date(2030, 1, 1)).map(str),
    st.sampled_from(_CODES),
    st.builds(
        damaged, st.sampled_from(_CODES), st.integers(0, 17), st.sampled_from("0123456789AXIZs")
    ),
    st.text(max_size=10),
)
WAYS: list[tuple[ColumnMapping, Target | None]] = [
    (ColumnMapping("c", "@entity", "uscc"), None),
    (ColumnMapping("c", "@entity", "id_number"), None),
    (ColumnMapping("c", "@observed_on", "date"), None),
    *(
        (ColumnMapping("c", target.name, how, {"甲": "是", "乙": "小型"}), target)
        for target in (MONEY, COUNT, AVERAGE, RATE, DAY, FLAG, SIZE)
        for how in HOWS[target.kind]
    ),
]


@pytest.mark.parametrize(("column", "target"), WAYS, ids=lambda each: getattr(each, "how", ""))
@settings(deadline=None)
@given(cells=st.lists(CELLS, max_size=30))
def test_a_column_reads_as_its_cells_do(
    column: ColumnMapping, target: Target | None, cells: list[str | None]
) -> None:
    texts = tidy(pa.array(cells, pa.string()))
    values, troubles = convert(texts, column, target, today=TODAY)
    for at, (cell, value) in enumerate(zip(cells, values.to_pylist(), strict=True)):
        alone = read_cell(column.how, cell, target=target, words=column.words, today=TODAY)
        if isinstance(alone, Trouble):
            assert troubles[at].code == alone.code
            assert value is None
            continue
        assert at not in troubles
        if target is not None and target.kind == "decimal" and alone is not None:
            assert isinstance(value, Decimal)
            assert value == Decimal(int(alone)).scaleb(-target.scale)  # type: ignore[arg-type]
        else:
            assert value == alone


def test_true_codes_take_the_short_way() -> None:
    values, troubles = convert(
        pa.array(_CODES), ColumnMapping("c", "@entity", "uscc"), None, today=TODAY
    )
    assert values.to_pylist() == _CODES
    assert troubles == {}
