"""Published values by file: checked before kept, kept once, revised openly, never changed."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction
from openpyxl import Workbook

from denghuo.kernel.csv_rows import TableTooWideError
from denghuo.kernel.region import Region
from denghuo.measures.actions.statistics import (
    BYTES_MAX,
    StatisticImportSettledError,
    apply_statistics,
    drop_statistics,
    preview_statistics,
)
from denghuo.measures.logic.spans import year_span
from denghuo.measures.logic.statistic_rows import ROWS_MAX, HeadingsMissingError
from denghuo.measures.models import StatisticPoint
from denghuo.measures.queries.statistics import (
    StatisticImportNotFoundError,
    points,
    statistic_import,
)
from denghuo.platform.public import Actor
from denghuo.platform.sheets import SheetEmptyError, SheetNotReadableError, SheetTooLargeError
from tests.factories import people
from tests.measures.region import HOHHOT, WHOLE

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
HEADING = "指标,月份,地区,数值,公布日期,来源"
RATE = "城镇调查失业率"


def clerk(area: Region = WHOLE) -> Actor:
    return people.as_staff(uuid4(), roles=["supervisor"], area=area)


def send(actor: Actor, *lines: str, encoding: str = "utf-8-sig") -> UUID:
    content = "\r\n".join([HEADING, *lines]).encode(encoding)
    return preview_statistics(actor=actor, file=io.BytesIO(content), file_name="月报.csv", now=NOW)


def bring(actor: Actor, *lines: str) -> None:
    apply_statistics(actor=actor, import_id=send(actor, *lines), now=NOW)


MARCH = f"{RATE},2026-03,150000,5.4%,2026-04-16,月报"
APRIL = f"{RATE},2026年4月,15,5.35,2026/5/18,月报"


def test_from_preview_to_the_series() -> None:
    actor = clerk()
    upload = send(actor, MARCH, APRIL)
    assert not StatisticPoint.objects.exists(), "a preview keeps nothing"
    view = statistic_import(actor, upload)
    assert (view.report.added, view.report.problems_total) == (2, 0)
    apply_statistics(actor=actor, import_id=upload, now=NOW)
    found = points("surveyed-unemployment-rate", year_span(2026), WHOLE)
    assert [(one.month, one.value) for one in found] == [
        (date(2026, 3, 1), 540),
        (date(2026, 4, 1), 535),
    ]
    assert found[0].source == "月报"
    assert points("surveyed-unemployment-rate", year_span(2026), HOHHOT) == ()


def test_the_same_file_again_changes_nothing() -> None:
    actor = clerk()
    bring(actor, MARCH, APRIL)
    again = statistic_import(actor, send(actor, MARCH, APRIL))
    assert (again.report.added, again.report.unchanged) == (0, 2)
    apply_statistics(actor=actor, import_id=again.id, now=NOW)
    assert StatisticPoint.objects.count() == 2


def test_two_uploads_of_one_file_applied_one_after_the_other() -> None:
    actor = clerk()
    first, second = send(actor, MARCH), send(actor, MARCH)
    apply_statistics(actor=actor, import_id=first, now=NOW)
    report = apply_statistics(actor=actor, import_id=second, now=NOW)
    assert (report.added, report.unchanged) == (0, 1)
    assert StatisticPoint.objects.count() == 1


def test_a_button_pressed_twice_and_a_dropped_file() -> None:
    actor = clerk()
    upload = send(actor, MARCH)
    apply_statistics(actor=actor, import_id=upload, now=NOW)
    with pytest.raises(StatisticImportSettledError):
        apply_statistics(actor=actor, import_id=upload, now=NOW)
    with pytest.raises(StatisticImportSettledError):
        drop_statistics(actor=actor, import_id=upload, now=NOW)
    other = send(actor, APRIL)
    drop_statistics(actor=actor, import_id=other, now=NOW)
    with pytest.raises(StatisticImportSettledError):
        apply_statistics(actor=actor, import_id=other, now=NOW)
    assert StatisticPoint.objects.count() == 1


def test_a_revision_speaks_and_the_first_word_stays() -> None:
    actor = clerk()
    bring(actor, MARCH)
    bring(actor, f"{RATE},2026-03,,5.6%,2026-07-01,修订公报")
    found = points("surveyed-unemployment-rate", year_span(2026), WHOLE)
    assert [(one.value, one.before) for one in found] == [(560, (540,))]
    report = statistic_import(actor, send(actor, f"{RATE},2026-03,,5.7%,2026-08-01,又修订")).report
    assert (report.added, report.revised) == (1, 1)


def test_two_values_of_one_day_cannot_both_be_right() -> None:
    actor = clerk()
    bring(actor, MARCH)
    upload = send(actor, MARCH.replace("5.4%", "5.5%"))
    report = statistic_import(actor, upload).report
    assert (report.added, report.good, report.problems_total) == (0, 0, 1)
    apply_statistics(actor=actor, import_id=upload, now=NOW)
    assert points("surveyed-unemployment-rate", year_span(2026), WHOLE)[0].value == 540
    inside = statistic_import(actor, send(actor, APRIL, APRIL, APRIL.replace("5.35", "5.3")))
    assert (inside.report.added, inside.report.problems_total) == (1, 1)
    assert inside.report.problems[0].row == 4


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("没有的指标,2026-03,15,5%,2026-04-16,月报", "指标"),
        (f"{RATE},2026-13,15,5%,2026-04-16,月报", "月份"),
        (f"{RATE},三月,15,5%,2026-04-16,月报", "月份"),
        (f"{RATE},2026-03,15,5%,2026-02-30,月报", "公布日期"),
        (f"{RATE},2026-03,15,5%,2026-02-16,月报", "公布日期"),
        (f"{RATE},2026-03,15,5%,2026-11-24,月报", "公布日期"),
        (f"{RATE},2026-03,赤峰,5%,2026-04-16,月报", "地区"),
        (f"{RATE},2026-03,11,5%,2026-04-16,月报", "地区"),
        (f"{RATE},2026-03,15,5.555%,2026-04-16,月报", "数值"),
        (f"{RATE},2026-03,15,-5%,2026-04-16,月报", "数值"),
        (f"{RATE},2026-03,15,=1+1,2026-04-16,月报", "数值"),
        (f"{RATE},2026-03,15,5%,2026-04-16,", "来源"),
        (f"{RATE},2026-03,15,5%,2026-04-16,{'长' * 201}", "来源"),
        (f"{RATE}", "月份"),
    ],
)
def test_wrong_rows_say_what_is_wrong_and_are_not_kept(line: str, heading: str) -> None:
    actor = clerk()
    report = statistic_import(actor, send(actor, line, MARCH)).report
    assert (report.added, report.problems_total) == (1, 1)
    assert (report.problems[0].row, report.problems[0].heading) == (2, heading)
    assert "{" not in report.problems[0].template.format(**report.problems[0].values)


def test_a_league_brings_its_own_only() -> None:
    actor = clerk(HOHHOT)
    report = statistic_import(actor, send(actor, MARCH, MARCH.replace("150000", "150100"))).report
    assert (report.added, report.problems_total) == (1, 1)


def test_a_spreadsheet_with_cells_of_their_own_kind() -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(HEADING.split(","))
    sheet.append([RATE, datetime(2026, 3, 9), "150000", 5.4, date(2026, 4, 16), "月报"])  # noqa: DTZ001  a cell has no zone
    sheet.append([RATE, "2026-04", 150000, 0.054, date(2026, 5, 16), "月报"])
    sheet.append([None] * 6)
    content = io.BytesIO()
    book.save(content)
    content.seek(0)
    actor = clerk()
    upload = preview_statistics(actor=actor, file=content, file_name="月报.xlsx", now=NOW)
    report = statistic_import(actor, upload).report
    assert report.added == 1
    assert [problem.heading for problem in report.problems] == ["数值"]
    assert "百分比格式" in report.problems[0].template, "0.054 is asked about, never guessed"


def test_what_excel_in_china_writes_is_read() -> None:
    actor = clerk()
    report = statistic_import(actor, send(actor, MARCH, encoding="gb18030")).report
    assert report.added == 1


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", SheetEmptyError),
        (HEADING.encode(), SheetEmptyError),
        ("甲,乙\n1,2".encode(), HeadingsMissingError),
        (b"\xff\xfe\x00\x01" * 9, SheetNotReadableError),
        (b"PK\x03\x04 not a workbook", SheetNotReadableError),
        (b"a,b\x00\nc,d", SheetNotReadableError),
        (b"x" * (BYTES_MAX + 1), SheetTooLargeError),
        ((HEADING + "\n" + ",,,,,x\n" * (ROWS_MAX + 1)).encode(), SheetTooLargeError),
    ],
)
def test_files_that_cannot_be_read(content: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        preview_statistics(actor=clerk(), file=io.BytesIO(content), file_name="x", now=NOW)


def test_anothers_upload_is_not_there() -> None:
    upload = send(clerk(), MARCH)
    stranger = clerk()
    with pytest.raises(StatisticImportNotFoundError):
        statistic_import(stranger, upload)
    with pytest.raises(StatisticImportNotFoundError):
        apply_statistics(actor=stranger, import_id=upload, now=NOW)


def test_the_database_itself_refuses_to_change_a_value() -> None:
    bring(clerk(), MARCH)
    with pytest.raises(DatabaseError), transaction.atomic():
        StatisticPoint.objects.update(value=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        StatisticPoint.objects.all().delete()


def test_a_line_of_commas_is_refused_with_its_place() -> None:
    with pytest.raises(TableTooWideError, match="第 2 行有 2001 列"):
        send(clerk(), "," * 2_000)
