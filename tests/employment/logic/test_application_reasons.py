"""Reasons: enough of them, in plain words, none that the law forbids."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from denghuo.employment.logic.application_reasons import (
    FIRM_REASONS,
    REASONS,
    ReasonNeededError,
    TimePastError,
    demand_ahead,
    read_reason,
)
from denghuo.employment.public import check_wording, wording

pytestmark = pytest.mark.no_postgres
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def test_there_are_enough_and_no_other() -> None:
    assert len(FIRM_REASONS) >= 12
    assert {"post_filled", "duplicate", "certificate_missing"} <= set(REASONS)
    assert "other" not in REASONS
    assert {one.code for one in REASONS.values() if one.by_system} == {"post_filled", "post_closed"}


def test_no_reason_names_what_the_law_protects() -> None:
    rules = wording(date(2026, 11, 23))
    for one in REASONS.values():
        for words in (one.label, one.said, one.advice):
            assert check_wording("", words, rules) == (), words


def test_every_reason_is_said_to_the_applicant_and_helps() -> None:
    for one in REASONS.values():
        assert one.said.endswith("。")
        assert one.advice.endswith("。")
        assert len(one.label) <= 16


@pytest.mark.parametrize("code", ["", "other", "post_filled", "女"])
def test_a_firm_gives_one_of_its_reasons(code: str) -> None:
    with pytest.raises(ReasonNeededError):
        read_reason(code)


def test_the_house_may_say_that_a_post_is_filled() -> None:
    assert read_reason("post_filled", by_system=True).by_system
    assert read_reason("duplicate").code == "duplicate"


def test_an_appointment_lies_ahead() -> None:
    soon = NOW + timedelta(hours=2)
    assert demand_ahead(soon, now=NOW, days_max=60) == soon
    assert demand_ahead(NOW + timedelta(days=60), now=NOW, days_max=60) > soon
    for bad in (None, NOW, NOW - timedelta(seconds=1), NOW + timedelta(days=60, seconds=1)):
        with pytest.raises(TimePastError):
            demand_ahead(bad, now=NOW, days_max=60)
