"""Names: Han, Mongolian in Chinese characters, Mongolian script, and what is no name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.people.logic.names import NotNameError, read_name, same_name

pytestmark = pytest.mark.no_postgres


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 张 伟 ", "张伟"),
        ("乌云•其木格", "乌云·其木格"),
        ("乌云.其木格", "乌云·其木格"),
        ("乌云・其木格", "乌云·其木格"),
        ("阿拉坦 · 乌拉", "阿拉坦·乌拉"),
        ("阿拉坦巴根那仁满都拉图嘎日迪格", "阿拉坦巴根那仁满都拉图嘎日迪格"),
        ("ᠰᠤᠭᠠᠷ", "ᠰᠤᠭᠠᠷ"),
        ("O'Brien  Mary-Jane", "O'Brien Mary-Jane"),
        ("J. Smith", "J. Smith"),
    ],
)
def test_one_form_is_kept(typed: str, kept: str) -> None:
    assert read_name(typed) == kept


def test_mongolian_suffix_space_and_variation_selectors_survive() -> None:
    assert read_name("ᠪᠠᠭᠠᠲᠤᠷ\u202fᠤᠨ\u180b") == "ᠪᠠᠭᠠᠲᠤᠷ\u202fᠤᠨ\u180b"


@pytest.mark.parametrize("typed", ["", " ", "·", "张3", "<b>", "a" * 51, "张\x00伟", "张\u202e伟"])
def test_what_is_no_name_is_refused(typed: str) -> None:
    with pytest.raises(NotNameError):
        read_name(typed)


def test_dots_and_blanks_do_not_make_another_name() -> None:
    assert same_name("乌云·其木格", "乌云其木格")
    assert not same_name("乌云其木格", "乌云其其格")


@given(st.text(max_size=60))
def test_reading_twice_changes_nothing(typed: str) -> None:
    try:
        once = read_name(typed)
    except NotNameError:
        return
    assert read_name(once) == once
