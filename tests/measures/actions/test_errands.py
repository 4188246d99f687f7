"""Errands are counted from steps and audit rows: once, again when a case moves, never twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from denghuo.measures.actions import errands as actions
from denghuo.measures.actions.errands import count_new_errands
from denghuo.measures.logic.errands import Errands
from denghuo.measures.logic.spans import year_span
from denghuo.measures.models import ErrandCount
from denghuo.measures.queries.errands import (
    all_errand_rows,
    errand_rows,
    errand_sums,
    errands_by_area,
    errands_by_item,
)
from denghuo.platform.models import AuditEntry
from tests.measures.case_rows import (
    clerk_actor,
    decided_case,
    filled_form,
    resident_actor,
    step,
)
from tests.measures.region import CHIFENG, HOHHOT, SAIHAN, WHOLE, XINCHENG

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 4, 2, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
YEAR = year_span(2026)


def counted(number: str) -> Errands:
    row = ErrandCount.objects.get(number=number)
    return Errands(row.trips, row.forms, row.fields, row.sittings, row.seconds)


def test_an_application_from_home() -> None:
    row, actor = decided_case(XINCHENG, AT + timedelta(days=9)), resident_actor()
    filled_form(row, AT, actor, [("trade", 2), ("account", 4), ("trade", 5), ("shop", 30)])
    step(row, "submit", AT + timedelta(minutes=33), actor.label)
    step(row, "accept", AT + timedelta(days=1), "staff:1")
    step(row, "approve", AT + timedelta(days=9), "staff:2")
    assert count_new_errands(now=NOW) == 1
    found = counted(row.number)
    assert found == Errands(trips=0, forms=1, fields=3, sittings=2, seconds=5 * 60 + 3 * 60)
    kept = ErrandCount.objects.get()
    assert (kept.old_trips, kept.old_forms, kept.old_minutes) == (3, 4, 150), "as the item says"
    assert kept.decided_on == date(2026, 5, 13)


def test_an_elder_at_the_counter_on_two_days() -> None:
    row, clerk = decided_case(XINCHENG, AT + timedelta(days=9), channel="station"), clerk_actor()
    filled_form(row, AT, clerk, [("trade", 2)])
    step(row, "submit", AT + timedelta(minutes=3), clerk.label)
    step(row, "answer", AT + timedelta(days=2), clerk.label)
    step(row, "approve", AT + timedelta(days=9), "staff:2")
    count_new_errands(now=NOW)
    assert counted(row.number) == Errands(trips=2, forms=1, fields=1, sittings=2, seconds=180)


def test_what_arrives_by_itself_costs_nothing() -> None:
    row = decided_case(CHIFENG, AT, item="stable-jobs-refund", channel="system")
    step(row, "sweep", AT, "system")
    step(row, "approve", AT, "staff:2")
    count_new_errands(now=NOW)
    assert counted(row.number) == Errands()
    assert errand_sums(YEAR, CHIFENG).trips_saved == ErrandCount.objects.get().old_trips == 2


def test_undecided_cases_wait_and_moved_ones_are_counted_again() -> None:
    waiting, moved = decided_case(XINCHENG, None), decided_case(XINCHENG, AT)
    step(waiting, "submit", AT, "resident:1")
    step(moved, "submit", AT, "resident:1")
    assert count_new_errands(now=NOW) == 1
    assert count_new_errands(now=NOW) == 0, "nothing moved"
    step(moved, "account", AT + timedelta(minutes=4), "resident:1")
    assert count_new_errands(now=NOW) == 1
    assert counted(moved.number) == Errands(sittings=1, seconds=240)
    type(waiting).objects.filter(pk=waiting.pk).update(decided_at=AT)
    step(waiting, "approve", AT, "staff:2")
    assert count_new_errands(now=NOW) == 1
    assert ErrandCount.objects.count() == 2


def test_steps_younger_than_an_hour_are_left_for_the_next_time() -> None:
    row = decided_case(XINCHENG, NOW)
    step(row, "submit", NOW - timedelta(minutes=59), "resident:1")
    assert count_new_errands(now=NOW) == 0
    assert count_new_errands(now=NOW + timedelta(minutes=1)) == 1


def test_chunks_are_counted_once_each_and_a_stop_between_them_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(actions, "STEPS_AT_ONCE", 3)
    rows = [decided_case(XINCHENG, AT) for _ in range(5)]
    for row in rows:
        step(row, "submit", AT, "resident:1")
        step(row, "approve", AT, "staff:2")
    keep, kept = actions._keep, 0

    def stop_at_second(*args: object, **more: object) -> None:
        nonlocal kept
        kept += 1
        if kept == 2:
            raise KeyboardInterrupt
        keep(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(actions, "_keep", stop_at_second)
    with pytest.raises(KeyboardInterrupt):
        count_new_errands(now=NOW)
    monkeypatch.setattr(actions, "_keep", keep)
    before = ErrandCount.objects.count()
    assert 0 < before < 5
    count_new_errands(now=NOW)
    assert ErrandCount.objects.count() == 5
    assert errand_sums(YEAR, WHOLE).cases == 5
    assert AuditEntry.objects.filter(action="measures.count_errands").exists()


def test_sums_are_their_rows(divisions: None) -> None:
    for number, area in enumerate((XINCHENG, XINCHENG, SAIHAN, CHIFENG)):
        row = decided_case(area, AT, item="startup-rent" if number % 2 else "startup-grant")
        filled_form(row, AT, resident_actor(), [("a", 1), ("b", 2 + number)])
        step(row, "submit", AT + timedelta(minutes=9), "resident:1")
    count_new_errands(now=NOW)
    for area in (WHOLE, HOHHOT, XINCHENG, CHIFENG):
        for item in ("", "startup-rent", "startup-grant"):
            rows = list(all_errand_rows(YEAR, area, item))
            sums = errand_sums(YEAR, area, item)
            assert sums.cases == len(rows)
            assert sums.now.seconds == sum(row.sums.now.seconds for row in rows)
            assert sums.trips_saved == sum(row.sums.trips_saved for row in rows)
            assert sums.now.fields == sum(row.sums.now.fields for row in rows)
            assert list(errand_rows(YEAR, area, item, page=1).rows) == rows
        by_item = errands_by_item(YEAR, area)
        assert sum(one.sums.cases for one in by_item) == errand_sums(YEAR, area).cases
        parts = errands_by_area(YEAR, area)
        assert sum(part.cases for part in parts.values()) == errand_sums(YEAR, area).cases
