"""What must never reach a log or an audit row."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.platform.logic.personal_data import MASKED, looks_personal, mask_text, mask_value

pytestmark = pytest.mark.no_postgres

PERSONAL = [
    "150102199001011234",
    "15010219900101123X",
    "15010219900101123x",
    "１５０１０２１９９００１０１１２３４",
    "150102900101123",
    "13812345678",
    "+86 13812345678",
    "86-138-1234-5678",
    "138 1234 5678",
    "12012345678",
    "a.b+c@example.com",
]


@pytest.mark.parametrize("text", PERSONAL)
def test_is_masked_wherever_it_stands(text: str) -> None:
    assert mask_text(text) == MASKED
    assert mask_text(f"号码{text}，请核对") == f"号码{MASKED}，请核对"


@pytest.mark.parametrize(
    "text", ["2026-11-23 08:00:00", "1234567", "91150100MA0000000X", "第 12 页"]
)
def test_other_text_is_untouched(text: str) -> None:
    assert mask_text(text) == text


@given(st.uuids())
def test_identifiers_are_kept(identifier: object) -> None:
    assert not looks_personal(str(identifier))


@given(st.text(), st.sampled_from(PERSONAL), st.text())
def test_nothing_personal_is_left_behind(before: str, text: str, after: str) -> None:
    assert not looks_personal(mask_text(f"{before} {text} {after}"))


def test_values_are_masked_to_any_depth() -> None:
    identifier = uuid4()
    assert mask_value(
        {
            "phone": 13812345678,
            "person_name": "张三",
            "n": 150102199001011234,
            "rows": [{"note": "打 13812345678", "id": str(identifier), "count": 3}],
            "status": 200,
        }
    ) == {
        "phone": MASKED,
        "person_name": MASKED,
        "n": MASKED,
        "rows": [{"note": f"打 {MASKED}", "id": str(identifier), "count": 3}],
        "status": 200,
    }
