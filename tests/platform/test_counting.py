"""A figure and its rows come from one description, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from denghuo.kernel.counted import NOTHING, CountedRow, count
from denghuo.kernel.period import Period, add_months
from denghuo.kernel.region import Region
from denghuo.people.models import CorrectionRequest, Firm, Mandate, Person
from denghuo.people.public import (
    corrections_asked,
    firms_registered,
    mandates_given,
    persons_registered,
)
from denghuo.platform.counting import CountedRows
from tests.factories import people

pytestmark = pytest.mark.django_db

WHOLE, HOHHOT, CHIFENG = Region.read("15"), Region.read("1501"), Region.read("1504")
YEAR = Period(date(2026, 1, 1), date(2027, 1, 1))
MONTHS = [Period(add_months(YEAR.start, n), add_months(YEAR.start, n + 1)) for n in range(12)]
START = datetime(2025, 12, 31, 12, tzinfo=UTC)
areas = st.sampled_from(["150102000000", "150105001000", "150402000000", "110000000000", None])
instants = st.integers(0, 366 * 24).map(lambda hours: START + timedelta(hours=hours))


def person(area: str | None, at: datetime) -> UUID:
    made = people.make_person(residence=Region(area) if area else None)
    Person.objects.filter(pk=made).update(created_at=at)
    return made


def all_rows(of: CountedRows, span: Period, area: Region) -> list[CountedRow]:
    rows = list(of.stream(span, area))
    paged = [
        row
        for first in range(0, len(rows) + 3, 3)
        for row in of.page(span, area, first=first, many=3)
    ]
    assert paged == rows, "a page is a piece of the stream"
    return rows


def agree(of: CountedRows) -> None:
    """Sums equal rows: for the year, each month, each league, and the whole."""
    for area in (WHOLE, HOHHOT, CHIFENG, Region.read("150102")):
        rows = all_rows(of, YEAR, area)
        assert of.total(YEAR, area) == count(rows)
        parts = of.parts(MONTHS, area)
        for month, figure in zip(MONTHS, parts, strict=True):
            assert figure == count(list(of.stream(month, area)))
        if of.gone is None:
            assert sum(part.rows for part in parts) == len(rows)
        for spans in ([MONTHS[0], MONTHS[3]], [MONTHS[1], Period(MONTHS[2].start, None)]):
            apart = [count(list(of.stream(span, area))) for span in spans]
            assert of.parts(spans, area) == apart, "spans with a gap, or without an end"
    whole = list(of.stream(YEAR, WHOLE))
    by_league = of.by_area(YEAR, WHOLE, digits=4)
    for league, figure in by_league.items():
        assert figure == count([row for row in whole if row.area[:4] == league])
    assert sum(figure.rows for figure in by_league.values()) == len(whole)


@given(st.lists(st.tuples(areas, instants), max_size=12))
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_persons_registered(db: None, drawn: list[tuple[str | None, datetime]]) -> None:
    Person.objects.all().delete()
    for area, at in drawn:
        person(area, at)
    agree(persons_registered)


@given(st.lists(st.tuples(st.integers(0, 2), instants, st.integers(0, 40)), max_size=10))
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_promise_kept_is_counted(db: None, drawn: list[tuple[int, datetime, int]]) -> None:
    CorrectionRequest.objects.all().delete()
    those = [
        people.make_person(residence=Region.read(code)) for code in ("150102", "150402", "1504")
    ]
    for number, (who, at, days) in enumerate(drawn):
        answered = {} if days > 30 else {
            "state": "kept", "answer": "核对过", "answered_at": at + timedelta(days=days),
        }  # fmt: skip
        CorrectionRequest.objects.create(
            person_id=those[who], field=f"f{number}", words="不对", created_at=at, **answered
        )
    agree(corrections_asked)
    rows = list(corrections_asked.stream(YEAR, WHOLE))
    late = list(corrections_asked.stream(YEAR, WHOLE, met="no"))
    kept = list(corrections_asked.stream(YEAR, WHOLE, met="yes"))
    assert sorted(row.key for row in late + kept) == sorted(row.key for row in rows)
    assert all(row.met for row in kept)
    assert not any(row.met for row in late)


def test_a_day_begins_at_midnight_in_shanghai() -> None:
    person("150102000000", datetime(2025, 12, 31, 15, 59, 59, tzinfo=UTC))
    first = person("150102000000", datetime(2025, 12, 31, 16, 0, tzinfo=UTC))
    rows = list(persons_registered.stream(YEAR, WHOLE))
    assert [row.key for row in rows] == [f"people.Person:{first}"]
    assert rows[0].day == date(2026, 1, 1)
    assert rows[0].subject == f"person:{first}"
    assert rows[0].label == "***木格", "a list shows a masked name"


def test_a_merged_duplicate_is_not_a_second_person() -> None:
    stays = person("150102000000", timezone.now())
    gone = person("150102000000", timezone.now())
    Person.objects.filter(pk=gone).update(merged_into=stays)
    this = Period(date(2020, 1, 1), date(2100, 1, 1))
    assert persons_registered.total(this, WHOLE).rows == 1


def test_mandates_of_persons_and_firms_are_told_apart() -> None:
    giver, boss = person("150102000000", people.NOW), person("150402000000", people.NOW)
    firm = people.make_firm(legal_representative=boss)
    for whose in ({"from_person_id": giver}, {"from_firm_id": firm}, {"from_person_id": giver}):
        Mandate.objects.create(
            **whose,
            to_phone_digest=b"1" * 32,
            to_person_id=boss,
            scopes=["read"],
            start_on=date(2026, 11, 1),
            until_on=date(2027, 1, 1),
            how="phone_code",
            accepted_at=people.NOW,
        )
    rows = list(mandates_given.stream(YEAR, WHOLE))
    assert sorted(row.subject for row in rows) == sorted(
        [f"person:{giver}", f"person:{giver}", f"firm:{firm}"]
    ), "the law's own mandate is not given by anybody"
    assert mandates_given.total(YEAR, WHOLE).rows == 3
    assert mandates_given.total(YEAR, WHOLE).subjects == 2
    agree(mandates_given)


def test_rows_without_a_place_count_in_the_whole_only() -> None:
    person(None, people.NOW)
    assert persons_registered.total(YEAR, WHOLE).rows == 1
    assert persons_registered.total(YEAR, HOHHOT) == NOTHING
    assert set(persons_registered.by_area(YEAR, WHOLE, digits=4)) == {""}


def test_a_firms_name_is_public() -> None:
    people.make_firm()
    Firm.objects.update(created_at=people.NOW)
    assert [row.label for row in firms_registered.stream(YEAR, HOHHOT)] == ["草原恒泰乳业"]
    agree(firms_registered)
