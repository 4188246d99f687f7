"""Lists from spreadsheets: a preview that touches nothing, a second press that is refused."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

import pytest
from openpyxl import Workbook

from denghuo.kernel.csv_rows import TableTooWideError
from denghuo.places.actions.imports import (
    BYTES_MAX,
    ImportNotFoundError,
    ImportSettledError,
    apply_import,
    drop_import,
    facility_import,
    preview_import,
)
from denghuo.places.logic.facility_rows import HEADINGS, ROWS_MAX, HeadingsMissingError
from denghuo.places.models import Facility, FacilityImport
from denghuo.platform.public import Actor
from denghuo.platform.sheets import SheetEmptyError, SheetNotReadableError, SheetTooLargeError
from tests.places.conftest import NOW, Loaded, staff_of

OPERATOR = staff_of("15", "operator")
HEADING = [known[0] for known in HEADINGS.values()]


def line(key: str = "1", **changes: object) -> list[object]:
    cells: dict[str, object] = {
        "external_key": key,
        "name": f"驿站{key}",
        "kind": "就业服务驿站",
        "services": "招聘登记",
        "hours": "周一至周五 09:00-17:00",
        "address": "测试路",
        "division": "150102",
        "lon": 111.66,
        "lat": 40.86,
        "datum": "WGS-84",
        "accuracy_m": 30,
        "phone": "0471-2345678",
        "source": "名录",
        "owner": "人社局",
        "review_on": "2027-03-31",
    }
    values = {**cells, **changes}
    return [values.get(name) for name in HEADINGS]


def as_csv(*lines: Sequence[object], encoding: str = "utf-8-sig", delimiter: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([HEADING, *lines])
    return text.getvalue().encode(encoding)


def as_xlsx(*lines: Sequence[object]) -> bytes:
    book = Workbook()
    for cells in [HEADING, *lines]:
        book.worksheets[0].append(list(cells))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def preview(content: bytes, actor: Actor = OPERATOR, register: str = "甲") -> UUID:
    return preview_import(
        actor=actor, file=io.BytesIO(content), file_name="名录.csv", register=register, now=NOW
    )


@pytest.mark.parametrize(
    "content",
    [
        as_csv(line("1"), line("2")),
        as_csv(line("1"), line("2"), encoding="gb18030"),
        as_csv(line("1"), line("2"), delimiter="\t"),
        as_xlsx(line("1"), line("2", review_on=date(2027, 3, 31), division=150102)),
    ],
    ids=["utf-8", "gb18030", "tabs", "xlsx"],
)
def test_a_preview_counts_and_touches_nothing_until_it_is_applied(
    region: Loaded, content: bytes
) -> None:
    import_id = preview(content)
    report = facility_import(OPERATOR, import_id).report
    assert (report.good, report.refused, report.added) == (2, 0, 2)
    assert report.warnings == ()
    assert not Facility.objects.exists()
    apply_import(actor=OPERATOR, import_id=import_id, now=NOW)
    assert Facility.objects.count() == 2


def test_the_same_list_again_is_all_unchanged(region: Loaded) -> None:
    content = as_csv(*[line(str(number)) for number in range(20)])
    apply_import(actor=OPERATOR, import_id=preview(content), now=NOW)
    report = facility_import(OPERATOR, preview(content)).report
    assert (report.added, report.changed, report.unchanged) == (0, 0, 20)
    counts = apply_import(actor=OPERATOR, import_id=preview(content), now=NOW)
    assert (counts.added, counts.changed) == (0, 0)


def test_bad_rows_are_told_with_number_and_sentence_and_the_others_go_on(region: Loaded) -> None:
    content = as_csv(
        line("1"), line("2", phone="13812345678"), [None] * len(HEADING), line("4", division="没有")
    )
    report = facility_import(OPERATOR, preview(content)).report
    assert (report.good, report.refused) == (1, 2)
    assert [(one.row, one.heading) for one in report.problems] == [(3, "电话"), (5, "区划代码")]
    assert "个人手机号" in report.problems[0].sentence
    assert "“没有”" in report.problems[1].sentence


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("150421100", "150421100000"),
        ("赤峰市 阿鲁科尔沁旗 天山镇", "150421100000"),
        ("阿鲁科尔沁旗", "150421000000"),
        ("152101", "150702000000"),
    ],
)
def test_a_division_may_be_a_code_a_name_or_an_old_code(
    region: Loaded, written: str, code: str
) -> None:
    import_id = preview(as_csv(line(division=written, lon=None, lat=None)))
    [row] = facility_import(OPERATOR, import_id).sample
    assert row.division == code


def test_a_name_that_fits_several_places_is_refused(region: Loaded) -> None:
    report = facility_import(OPERATOR, preview(as_csv(line(division="胜利镇")))).report
    assert report.refused == 1


def test_a_point_outside_its_division_is_taken_with_a_warning(region: Loaded) -> None:
    report = facility_import(OPERATOR, preview(as_csv(line(lon=119.7, lat=49.2)))).report
    assert report.good == 1
    assert [one.row for one in report.warnings] == [2]


def test_rows_outside_the_operators_area_are_refused(region: Loaded) -> None:
    actor = staff_of("1504", "operator")
    report = facility_import(actor, preview(as_csv(line()), actor)).report
    assert report.good == 0
    assert "不在您负责的地区" in report.problems[0].sentence


def test_the_button_pressed_twice_imports_once(region: Loaded) -> None:
    import_id = preview(as_csv(line()))
    apply_import(actor=OPERATOR, import_id=import_id, now=NOW)
    with pytest.raises(ImportSettledError):
        apply_import(actor=OPERATOR, import_id=import_id, now=NOW)
    with pytest.raises(ImportSettledError):
        drop_import(actor=OPERATOR, import_id=import_id, now=NOW)


def test_dropped_means_nothing_changed(region: Loaded) -> None:
    import_id = preview(as_csv(line()))
    drop_import(actor=OPERATOR, import_id=import_id, now=NOW)
    assert facility_import(OPERATOR, import_id).state == FacilityImport.State.DROPPED
    assert not Facility.objects.exists()


def test_another_ones_upload_is_not_there(region: Loaded) -> None:
    import_id = preview(as_csv(line()))
    other = staff_of("15", "operator")
    for act in (
        lambda: facility_import(other, import_id),
        lambda: apply_import(actor=other, import_id=import_id, now=NOW),
        lambda: drop_import(actor=other, import_id=import_id, now=NOW),
        lambda: facility_import(OPERATOR, uuid4()),
    ):
        with pytest.raises(ImportNotFoundError):
            act()


def zip_bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (90 * 1024 * 1024))
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", SheetEmptyError),
        (",".join(HEADING).encode(), SheetEmptyError),
        (b"\xd0\xcf\x11\xe0 old Excel", SheetNotReadableError),
        (b"PK\x03\x04 broken", SheetNotReadableError),
        (b"\x89PNG\r\n\x1a\n\x00\x00", SheetNotReadableError),
        (b"x" * (BYTES_MAX + 1), SheetTooLargeError),
        (as_csv(*[["1"]] * (ROWS_MAX + 1)), SheetTooLargeError),
        (b"a,b\n1,2\n", HeadingsMissingError),
    ],
)
def test_files_that_are_no_list_are_refused_as_a_whole(
    db: None, content: bytes, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        preview(content)
    assert not FacilityImport.objects.exists()


def test_a_zip_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked(db: None) -> None:
    with pytest.raises(SheetTooLargeError):
        preview(zip_bomb())


def test_a_line_of_commas_is_refused_with_its_place(region: Loaded) -> None:
    with pytest.raises(TableTooWideError, match="第 2 行有 2001 列"):
        preview(as_csv(line())[: as_csv(line()).index(b"\n") + 1] + b"," * 2_000)
