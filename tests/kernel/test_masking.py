"""What a search in a list of masked names may tell: no more than the list."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from denghuo.kernel.masking import mask_name, reads_like

NAMES = st.text("王张李小明红乌云其木格", min_size=1, max_size=6)


def test_a_masked_name_answers_to_what_is_shown_and_to_its_whole_self() -> None:
    assert reads_like("乌云其木格", "木格")
    assert reads_like("乌云其木格", "乌云其木格")
    assert not reads_like("乌云其木格", "其木格")
    assert not reads_like("乌云其木格", "乌云")
    assert reads_like("王小明", "小明")
    assert not reads_like("王小明", "王")
    assert not reads_like("王小明", "*")
    assert not reads_like("王小明", "")


@given(NAMES, NAMES, st.text("王明*格", max_size=4))
def test_two_names_shown_alike_answer_alike(one: str, other: str, words: str) -> None:
    if mask_name(one) == mask_name(other):
        assert reads_like(one, words) == reads_like(other, words)


@given(NAMES)
def test_one_finds_oneself(name: str) -> None:
    assert reads_like(name, name)
