"""The form of a key."""

from __future__ import annotations

import pytest

from denghuo.people.logic.api_key import is_key_form, shown_start

KEY = "dh_" + "aB3-_" * 8 + "xyz"


def test_the_form() -> None:
    assert is_key_form(KEY)
    assert shown_start(KEY) == "dh_aB3-_"


@pytest.mark.parametrize(
    "text", ["", "dh_", KEY[:-1], KEY + "a", KEY[3:], "xx_" + KEY[3:], KEY[:-1] + "é", KEY + "\n"]
)
def test_anything_else_is_not_looked_up(text: str) -> None:
    assert not is_key_form(text)
