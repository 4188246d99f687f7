"""The calendar in the database: seeded, imported once, told to who reckoned with it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import chinese_calendar
import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from denghuo.platform.access import SYSTEM
from denghuo.platform.calendar import (
    YEAR_PUBLISHED,
    days_left_text,
    import_calendar_year,
    list_calendar_years,
    seed_published_years,
    work_calendar,
)
from denghuo.platform.jobs import registry
from denghuo.platform.jobs.registry import RunningJob
from denghuo.platform.logic.calendar_rows import CalendarRow
from denghuo.platform.logic.statutory_days import statutory_days_off
from denghuo.platform.logic.workdays import Deadline, PausedClock, add_working_days
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.models.calendar import CalendarDay, CalendarYear
from denghuo.platform.models.jobs import Job

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
ROWS_2027 = [CalendarRow(day, False, name) for day, name in statutory_days_off(2027).items()] + [
    CalendarRow(date(2027, 2, day), False, "春节") for day in (9, 10, 11, 12)
]


@pytest.fixture(autouse=True)
def _seeded(db: None) -> None:
    seed_published_years(now=NOW)


@pytest.fixture
def subscriber(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))
    monkeypatch.setattr(registry, "_subscribers", {})

    @registry.on_event(YEAR_PUBLISHED, kind="test.recompute")
    def recompute(_job: RunningJob) -> None:
        """Only its enqueueing is looked at."""

    return "test.recompute"


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.dates(date(2004, 1, 1), date(2026, 12, 31)))
def test_the_seeded_table_says_what_the_notices_said(day: date) -> None:
    assert work_calendar().is_working(day) == chinese_calendar.is_workday(day)


def test_seeding_fills_an_empty_table_only() -> None:
    assert seed_published_years(now=NOW) == 0
    CalendarYear.objects.all().delete()
    assert seed_published_years(now=NOW) == 23
    assert CalendarDay.objects.get(day=date(2026, 2, 14)).name == "春节"
    years = list_calendar_years()
    assert [years[0].year, years[-1].year] == [2026, 2004]
    assert years[0].published
    assert years[0].days_worked_in_return == 6


def test_publishing_a_year_moves_a_provisional_deadline_and_makes_it_firm(
    subscriber: str,
) -> None:
    before = add_working_days(date(2026, 11, 23), 60, work_calendar())
    import_calendar_year(
        actor=SYSTEM, year=2027, rows=ROWS_2027, source="通知", published=True, now=NOW
    )
    after = add_working_days(date(2026, 11, 23), 60, work_calendar())
    assert before == Deadline(date(2027, 2, 18), provisional=True)
    assert after == Deadline(date(2027, 2, 24), provisional=False)
    assert Job.objects.get(kind=subscriber).payload == {"year": 2027}
    assert AuditEntry.objects.latest("seq").action == "platform.import_calendar_year"


def test_the_same_notice_imported_twice_is_told_once_and_a_changed_one_again(
    subscriber: str,
) -> None:
    for rows in (ROWS_2027, list(reversed(ROWS_2027)), ROWS_2027[:-1]):
        import_calendar_year(
            actor=SYSTEM, year=2027, rows=rows, source="通知", published=True, now=NOW
        )
    assert Job.objects.filter(kind=subscriber).count() == 2
    assert CalendarDay.objects.filter(year_id=2027).count() == len(ROWS_2027) - 1


def test_a_copy_in_memory_is_dropped_when_only_the_days_change() -> None:
    for rows, works in ((ROWS_2027[:-1], True), (ROWS_2027, False)):
        import_calendar_year(
            actor=SYSTEM, year=2027, rows=rows, source="通知", published=True, now=NOW
        )
        assert work_calendar().is_working(ROWS_2027[-1].day) is works


def test_a_guess_entered_by_hand_stays_provisional_and_is_told_to_nobody(subscriber: str) -> None:
    import_calendar_year(
        actor=SYSTEM, year=2027, rows=ROWS_2027, source="估计", published=False, now=NOW
    )
    due = add_working_days(date(2026, 11, 23), 60, work_calendar())
    assert due == Deadline(date(2027, 2, 24), provisional=True)
    assert not Job.objects.filter(kind=subscriber).exists()


@pytest.mark.parametrize(
    ("due", "on", "text"),
    [
        (Deadline(date(2026, 2, 26), False), date(2026, 2, 12), "还有 5 个工作日"),
        (Deadline(date(2026, 2, 26), False), date(2026, 2, 26), "今天到期"),
        (Deadline(date(2026, 2, 26), False), date(2026, 3, 2), "已超 3 个工作日"),
        (Deadline(date(2026, 2, 27), False), date(2026, 3, 1), "已超 1 个工作日"),
        (Deadline(date(2026, 2, 14), False), date(2026, 2, 16), "已过期，2026-02-14 到期"),
        (Deadline(date(2026, 2, 17), False), date(2026, 2, 16), "2026-02-17 到期"),
        (Deadline(date(2027, 2, 18), True), date(2027, 2, 15), "还有 3 个工作日（暂定）"),
        (PausedClock(date(2026, 5, 8), 16), date(2026, 5, 9), "已暂停，还剩 16 个工作日"),
    ],
)
def test_a_due_date_in_words(due: Deadline | PausedClock, on: date, text: str) -> None:
    assert days_left_text(due, on=on, calendar=work_calendar()) == text


def _file(tmp_path: Path, text: str, encoding: str = "utf-8-sig") -> str:
    path = tmp_path / "2027.csv"
    path.write_text(text, encoding=encoding)
    return str(path)


def test_the_command_imports_a_year_and_lists_it(tmp_path: Path) -> None:
    lines = [f"{row.day},{int(row.is_working)},{row.name}" for row in ROWS_2027]
    file = _file(tmp_path, "\n".join(["day,is_working,name", *lines]))
    said = StringIO()
    call_command("calendar", "import", file, "--year=2027", "--source=国办通知", stdout=said)
    call_command("calendar", "list", stdout=said)
    assert f"已导入 2027 年 {len(ROWS_2027)} 天" in said.getvalue()
    assert f"2027 已公布 放假 {len(ROWS_2027)} 天，调休上班 0 天。国办通知" in said.getvalue()


@pytest.mark.parametrize(
    ("text", "encoding", "why"),
    [
        ("day,is_working,name\n2027-01-01,0", "utf-8", "第 2 行"),
        ("day,is_working,name\n2027-01-01,0,元旦", "gb18030", "UTF-8"),
    ],
)
def test_a_bad_file_ends_in_a_sentence_and_changes_nothing(
    tmp_path: Path, text: str, encoding: str, why: str
) -> None:
    with pytest.raises(CommandError, match=why):
        call_command(
            "calendar", "import", _file(tmp_path, text, encoding), "--year=2027", "--source=x"
        )
    assert not CalendarYear.objects.filter(year=2027).exists()
