"""Tables of applied imports: the latest of each office, one subject's row, joined for a sweep."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.conf import settings as django_settings

from denghuo.benefits.actions.imports import pieces_of
from denghuo.benefits.public import entity_key, join_tables, latest_tables
from denghuo.benefits.queries.tables import NoTableError, facts_in_table, latest_table, table_of
from denghuo.kernel.region import Region
from denghuo.platform.public import Actor
from denghuo.policy.engines.sweep import sweep
from denghuo.policy.queries.library import policy
from tests.benefits import offices
from tests.benefits.offices import INSURANCE, REGISTER, TAX, csv_bytes
from tests.factories.people import HOHHOT, id_number, uscc

KEY = "统一社会信用代码"
END = date(2024, 12, 31)
AS_OF = date(2025, 9, 1)
WHOLE = Region.read("15")


def table(actor: Actor, rows: Sequence[tuple[object, ...]], office: str, day: date = END) -> None:
    offices.applied(actor, csv_bytes(rows), office=office, observed_on=day, mode="table")


def three_offices(actor: Actor) -> list[str]:
    """Three firms as three offices know them: entitled, too many laid off, one thing unknown."""
    codes = [offices.firm(number) for number in (1, 2, 3)]
    one, two, three = codes
    insurance = [
        (KEY, "裁员人数", "月平均参保人数", "缴费月数", "缴费年度末"),
        (one, 2, "41.5", 12, "2024-12-31"),
        (two, 30, "41.5", 12, "2024-12-31"),
        (three, "", "41.5", 12, "2024-12-31"),
    ]
    tax = [(KEY, "实缴失业保险费", "企业划型"), (one, "186400", "小型"), (two, 9300, "微型"),
           (three, 9300, "微型")]  # fmt: skip
    register = [(KEY, "单位类型"), *[(code, "企业") for code in codes]]
    table(actor, insurance, INSURANCE)
    table(actor, tax, TAX)
    table(actor, register, REGISTER)
    return codes


def test_three_offices_become_one_source_of_a_sweep(officer: Actor, tmp_path: Path) -> None:
    codes = three_offices(officer)
    tables = latest_tables(subject="firm", area=HOHHOT, as_of=AS_OF)
    assert {each.office for each in tables} == {INSURANCE, TAX, REGISTER}
    out = tmp_path / "season" / "source.parquet"
    constants = {"pool_reserve_months": 6, "dishonest": False, "zombie": False}
    joined = join_tables(tables, out=out, constants=constants)
    assert joined.rows == 3
    assert joined.observed_on["laid_off_count"] == END
    assert "pool_reserve_months" not in joined.observed_on
    assert pq.read_table(out).column("entity").to_pylist() == sorted(codes)
    summary = sweep(
        [policy("stable-jobs-refund")],
        source=out,
        as_of=AS_OF,
        observed_on=joined.observed_on,
        kernel_folder=Path(django_settings.KERNEL_DIR),
    )
    verdicts = summary.policies["stable-jobs-refund"].by_verdict
    counted = {verdict.name.lower(): count for verdict, count in verdicts.items() if count}
    assert counted == {"entitled": 1, "not": 1, "unknown": 1}
    assert summary.policies["stable-jobs-refund"].amount == 11_184_000  # 60 % of 186,400.00
    assert summary.bad_row_count == 0


def test_one_firm_is_told_what_its_row_said_and_where_it_stood(officer: Actor) -> None:
    codes = three_offices(officer)
    found = latest_table(office=INSURANCE, subject="firm", area=HOHHOT, as_of=AS_OF)
    assert found is not None
    facts = facts_in_table(found.import_id, codes[1])
    laid_off = facts["laid_off_count"]
    assert (laid_off.value, laid_off.office, laid_off.observed_on, laid_off.line) == (
        30, INSURANCE, END, 3,
    )  # fmt: skip
    assert facts["insured_average"].value == "41.50"
    assert "laid_off_count" not in facts_in_table(found.import_id, codes[2])
    assert facts_in_table(found.import_id, uscc(999).text) == {}


def test_the_newest_table_of_the_day_and_of_the_area(officer: Actor) -> None:
    code = offices.firm(1)
    early, late = date(2025, 3, 31), date(2025, 6, 30)
    for day, number in ((early, 1), (late, 2)):
        table(officer, [(KEY, "裁员人数"), (code, number)], INSURANCE, day)

    def told_on(as_of: date, area: Region = HOHHOT) -> date | None:
        found = latest_table(office=INSURANCE, subject="firm", area=area, as_of=as_of)
        return found.told_on if found else None

    assert told_on(date(2025, 4, 1)) == early
    assert told_on(date(2025, 7, 1)) == late
    assert told_on(date(2025, 1, 1)) is None
    assert told_on(late, Region.read("150102")) == late  # a league's table holds its banners
    assert told_on(late, WHOLE) is None  # and not the whole region
    assert told_on(late, Region.read("1504")) is None


def test_where_two_tell_the_newer_is_believed(officer: Actor, tmp_path: Path) -> None:
    one, two = offices.firm(1), offices.firm(2)
    table(officer, [(KEY, "裁员人数"), (one, 1), (two, 1)], INSURANCE, date(2025, 3, 31))
    table(officer, [(KEY, "裁员人数"), (one, 9), (two, "")], TAX, date(2025, 6, 30))
    tables = latest_tables(subject="firm", area=HOHHOT, as_of=AS_OF)
    joined = join_tables(tables, out=tmp_path / "joined.parquet")
    found = {row["entity"]: row["laid_off_count"] for row in pq.read_table(joined.path).to_pylist()}
    assert found == {one: 9, two: 1}
    assert joined.observed_on == {"laid_off_count": date(2025, 3, 31)}


def test_a_table_says_itself_where_it_came_from(officer: Actor) -> None:
    three_offices(officer)
    found = latest_table(office=TAX, subject="firm", area=HOHHOT, as_of=AS_OF)
    assert found is not None
    told = {
        name.decode(): text.decode()
        for name, text in (pq.read_schema(found.path).metadata or {}).items()
    }
    assert told["denghuo.office"] == TAX
    assert told["denghuo.import"] == str(found.import_id)
    assert told["denghuo.legal_basis"] == offices.BASIS
    assert found.path.stem == found.digest


def test_a_table_that_is_gone_is_said(officer: Actor) -> None:
    three_offices(officer)
    found = latest_tables(subject="firm", area=HOHHOT, as_of=AS_OF)[0]
    found.path.unlink()
    with pytest.raises(NoTableError):
        facts_in_table(found.import_id, "x")
    waiting = offices.checked(officer, csv_bytes([(KEY, "裁员人数"), (offices.firm(9), 1)]))
    with pytest.raises(NoTableError):
        table_of(waiting)


def test_persons_are_found_by_the_key_of_their_number(officer: Actor) -> None:
    number = id_number()
    rows = [("身份证号", "参保月数"), (number.text, 36)]
    import_id = offices.applied(officer, csv_bytes(rows), subject="person", mode="table")
    key = entity_key("person", number.text)
    assert number.text not in key
    assert facts_in_table(import_id, key)["person_insured_months"].value == 36


def test_no_tables_and_mixed_tables_are_refused(officer: Actor, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="one kind"):
        join_tables([], out=tmp_path / "x.parquet")


def test_a_file_in_pieces_is_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * 3_000_000)
    assert b"".join(pieces_of(path)) == path.read_bytes()
