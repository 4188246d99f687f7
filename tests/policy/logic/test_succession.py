"""Which of two words stands, whatever they say."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.policy.logic.succession import OWN_SOURCES, OWN_WORDS, Fate, Word, fate
from denghuo.policy.queries.sources import SOURCES

pytestmark = pytest.mark.no_postgres

WORDS = st.builds(
    Word,
    st.sampled_from([None, 1, 2, "a"]),
    st.sampled_from(["社会保险登记", "税务征收", *OWN_WORDS]),
    st.sampled_from([None, date(2026, 1, 1), date(2026, 2, 1)]),
    st.booleans(),
)


def test_the_names_of_one_s_own_words_are_said_in_other_tongues() -> None:
    assert set(OWN_SOURCES.values()) <= set(SOURCES)


@given(WORDS)
def test_the_first_word_stands_and_its_repetition_changes_nothing(word: Word) -> None:
    assert fate(word, None) is Fate.CURRENT
    assert fate(word, word._replace(usable=not word.usable)) is Fate.SAME


@given(WORDS, WORDS)
def test_only_an_office_that_has_something_stands_above_one_s_own_word(
    word: Word, held: Word
) -> None:
    own_on_office = word.source in OWN_WORDS and held.source not in OWN_WORDS
    assert (fate(word, held) is Fate.OUTRANKED) is (own_on_office and held.usable)
    # An office is never outranked, so of two words one can always stand.
    if fate(word, held) is Fate.OUTRANKED:
        assert fate(held, word) is Fate.CURRENT


@given(WORDS, WORDS)
def test_of_one_source_the_later_day_stands_whichever_comes_first(word: Word, held: Word) -> None:
    days = (word.observed_on, held.observed_on)
    if word.source != held.source or None in days or days[0] == days[1]:
        assert fate(word, held) is not Fate.OLDER
    else:
        assert {fate(word, held), fate(held, word)} == {Fate.OLDER, Fate.CURRENT}
