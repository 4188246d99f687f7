"""The texts that ship read, add up and say where they come from."""

from __future__ import annotations

from datetime import date

import pytest

from denghuo.matching.logic.refusals import NoTextInForceError, UnknownWordError
from denghuo.matching.logic.text import TOTAL_POINTS
from denghuo.matching.queries import matching_text, matching_texts

pytestmark = pytest.mark.no_postgres


def test_every_text_has_a_version_with_a_source() -> None:
    assert "posts" in matching_texts()
    for text in matching_texts().values():
        for version in text.versions:
            weights = version.weights
            points = weights.kind + weights.tags + weights.pay + weights.distance + weights.years
            assert points == TOTAL_POINTS
            assert version.source


def test_before_the_first_version_a_person_decides() -> None:
    text = matching_text("posts")
    assert text.in_force(date(2026, 1, 1)).weights.kind == 400
    with pytest.raises(NoTextInForceError):
        text.in_force(date(2025, 12, 31))


def test_an_unknown_text_is_refused() -> None:
    with pytest.raises(UnknownWordError):
        matching_text("no such text")
