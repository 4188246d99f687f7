"""Text that a spreadsheet would run is only shown."""

from __future__ import annotations

import pytest

from denghuo.kernel.spreadsheet import safe_cell

pytestmark = pytest.mark.no_postgres


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1"]
)
def test_a_formula_becomes_text(text: str) -> None:
    assert safe_cell(text) == "'" + text


@pytest.mark.parametrize("value", ["草原恒泰乳业", "a=b", "", -5, 3, None])
def test_everything_else_stays(value: object) -> None:
    assert safe_cell(value) == value
