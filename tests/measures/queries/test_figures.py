"""The tile is the rows: for every stored query, each area and each period of a drawn year."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from denghuo.cases.models import (
    Appeal,
    Case,
    CasePayment,
    CorrectionRound,
    Decision,
    Snapshot,
)
from denghuo.kernel.counted import Counted, count
from denghuo.measures.logic.definition import MeasureDefinition
from denghuo.measures.logic.spans import months_of, year_span
from denghuo.measures.logic.units import figure_of
from denghuo.measures.queries.figures import by_area, tile
from denghuo.measures.queries.library import measure, measures
from denghuo.measures.queries.rows import rows_page
from denghuo.measures.queries.stored import QUERIES, rows_of
from denghuo.people.models import Firm, Mandate
from denghuo.places.models import Division, Facility
from denghuo.platform.models import Message
from denghuo.platform.public import record_look_up
from denghuo.policy.models import FactDispute, FactRecord, SweepRun
from tests.factories import people
from tests.measures.region import (
    CHIFENG,
    HOHHOT,
    SAIHAN,
    WHOLE,
    XINCHENG,
    correction,
    resident,
    staff,
)

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)
START = datetime(2025, 12, 30, tzinfo=UTC)
AREAS = (XINCHENG, SAIHAN, CHIFENG, None)
_numbers = itertools.count(1)


class Maker:
    """Makes rows of every kind at drawn instants, in drawn places."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.people = [resident(area, self.at()) for area in AREAS for _ in range(2)]

    def at(self) -> datetime:
        return START + timedelta(minutes=self.dice.randrange(370 * 24 * 60))

    def one(self) -> UUID:
        return self.dice.choice(self.people)

    def mandate(self) -> None:
        Mandate.objects.create(
            from_person_id=self.one(), to_phone_digest=b"1" * 32, to_staff_id=self.clerk(),
            scopes=["read"], how="phone_code", start_on=ON, until_on=ON + timedelta(days=9),
            accepted_at=self.at(),
        )  # fmt: skip

    def clerk(self) -> UUID:
        return people.make_staff(f"clerk{next(_numbers)}")

    def firm(self) -> None:
        made = people.make_firm()
        Firm.objects.filter(pk=made).update(
            created_at=self.at(),
            region=self.dice.choice(AREAS[:3]).code,
        )

    def correction(self) -> None:
        at = self.at()
        late = self.dice.choice([None, 1, 15, 16])
        answered = at + timedelta(days=late) if late else None
        correction(self.one(), at, answered, f"f{next(_numbers)}")

    def dispute(self) -> None:
        at, person = self.at(), self.one()
        fact = FactRecord.objects.create(
            subject_kind="person", subject_id=person, name=f"f{next(_numbers)}", value=1,
            source="self", observed_on=ON, recorded_by="system", known_at=at,
        )  # fmt: skip
        answered = self.dice.choice([None, at + timedelta(days=3)])
        words = {"state": "upheld", "answered_at": answered, "answer": "核实"} if answered else {}
        FactDispute.objects.create(
            fact=fact, subject_kind="person", subject_id=person, note="不对", raised_by="x",
            created_at=at, **words,
        )  # fmt: skip

    def sweep(self) -> None:
        SweepRun.objects.create(
            engine="kernel", source_name="甲.parquet", source_path="x", as_of=ON, state="done",
            area=self.dice.choice([WHOLE, HOHHOT]).code, requested_by=uuid4(),
            finished_at=self.at(),
        )  # fmt: skip

    def message(self) -> None:
        Message.objects.create(
            to=f"person:{self.one()}", kind="x", title="甲", body="乙", key=str(uuid4()),
            created_at=self.at(), read_at=self.dice.choice([None, START]),
        )  # fmt: skip

    def look(self) -> None:
        from denghuo.kernel.subject import SubjectRef  # noqa: PLC0415

        record_look_up(
            actor=people.as_staff(uuid4()), subject=SubjectRef("person", self.one()),
            what=("name",), purpose="核对", at=self.at(),
        )  # fmt: skip

    def station(self) -> None:
        closed = self.dice.choice([None, ON - timedelta(days=200), ON + timedelta(days=30)])
        Facility.objects.create(
            register="测", external_key=str(next(_numbers)), kind="station", name="驿站",
            division=Division.objects.get(code=XINCHENG.code), lon=111, lat=40, datum="wgs84",
            accuracy_m=1, placed_by="given", source="测", owner="测", review_on=ON,
            updated_at=START, row_digest="x", closed_on=closed, created_at=self.at(),
        )  # fmt: skip

    def case(self) -> None:
        at, area = self.at(), self.dice.choice(AREAS[:3])
        assert area is not None
        row = Case.objects.create(
            number=f"T{next(_numbers)}", subject_kind="person", subject_id=self.one(),
            item=self.dice.choice(["stable-jobs-refund", "skill-up-subsidy"]),
            period=str(next(_numbers)), channel=self.dice.choice(["web", "system", "station"]),
            area=area.code, home=self.dice.choice(["", area.code, CHIFENG.code]),
            state="accepted", opened_by="system", asked_on=ON, submitted_at=at,
        )  # fmt: skip
        if self.dice.random() < 0.3:
            CorrectionRound.objects.create(
                case=row, round=1, asked_at=at, asked_by=uuid4(), answer_by=ON
            )
        if self.dice.random() < 0.7:
            self.decide(row)

    def decide(self, row: Case) -> None:
        at = self.at()
        snapshot = Snapshot.objects.create(
            case=row, at=at, as_of=ON, policy="p", policy_digest="d", verdict="entitled",
            facts="{}", answer="{}", digest="d",
        )  # fmt: skip
        decision = Decision.objects.create(
            case=row, result="approved", amount_fen=5_000, snapshot=snapshot,
            proposed_by="x", signed_by=uuid4(), signed_at=at, digest="d",
        )  # fmt: skip
        paid = self.dice.choice([0, 2_000])
        # A limit on the very day, the day before, or none.
        due = self.dice.choice([None, at.date(), at.date() + timedelta(days=1)])
        Case.objects.filter(pk=row.pk).update(
            decision=decision, decided_at=at, decided_due_on=due, amount_fen=5_000,
            ordered_fen=paid, paid_fen=paid,
        )  # fmt: skip
        if paid:
            CasePayment.objects.create(
                case=row, key=str(uuid4()), decision=decision, amount_fen=paid, order=uuid4(),
                state=self.dice.choice(["paid", "returned"]), changed_at=self.at(),
            )  # fmt: skip
        if self.dice.random() < 0.4:
            Appeal.objects.create(
                case=row, against=decision, kind="reconsider", raised_by="x", raised_at=at,
                words="不服", from_state="approved", due_on=ON, state="upheld", answer="维持",
                decided_by=uuid4(), decided_at=self.at(),
            )  # fmt: skip


MAKERS = (
    Maker.mandate, Maker.firm, Maker.correction, Maker.dispute, Maker.sweep, Maker.message,
    Maker.look, Maker.station, Maker.case, Maker.case,
)  # fmt: skip


def empty() -> None:
    """Hypothesis runs many examples in one test's transaction."""
    for rows in (
        Appeal.objects, CasePayment.objects, CorrectionRound.objects, Mandate.objects,
        FactDispute.objects, SweepRun.objects, Message.objects, Facility.objects,
    ):  # fmt: skip
        rows.all().delete()


def same(figure: Counted, wanted: Counted, definition: MeasureDefinition) -> bool:
    """Different subjects are counted only where they are shown."""
    if definition.unit.basis == "subjects" or definition.unit.other:
        return figure == wanted
    return replace(figure, subjects=0) == replace(wanted, subjects=0)


def agrees(definition: MeasureDefinition, areas: Any = (WHOLE, HOHHOT, CHIFENG, XINCHENG)) -> None:
    """Tile, months, areas and pages of one measure against its rows, one by one."""
    rows = rows_of(definition)
    assert rows is not None
    unit = definition.unit
    for area in areas:
        found = tile(definition, year=2026, area=area, on=ON)
        if not rows.placed and area != WHOLE:
            assert not found.here
            continue
        listed = list(rows.stream(found.span, area))
        assert same(found.figure.counted, count(listed), definition)
        assert found.figure.value == figure_of(count(listed), unit)
        page = rows_page(rows, found.span, area, page=1)
        assert page.shown == len(listed)
        assert list(page.rows) == listed[: len(page.rows)]
        for month, span in zip(found.months, months_of(2026), strict=False):
            assert same(month.figure.counted, count(list(rows.stream(span, area))), definition)
        parts = by_area(definition, year=2026, area=area, on=ON)
        if parts:
            assert sum(one.figure.counted.rows for one in parts) == len(listed)
            for one in parts:
                if one.code:
                    inside = [row for row in listed if row.area.startswith(one.code.rstrip("0"))]
                    assert one.figure.counted == count(inside), one.name


@given(st.integers(0, 2**32))
@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_tile_is_its_rows(divisions: None, seed: int) -> None:
    empty()
    dice = random.Random(seed)
    maker = Maker(dice)
    for _ in range(25):
        dice.choice(MAKERS)(maker)
    for definition in measures().values():
        if definition.query:
            agrees(definition)


def test_every_query_was_asked_of_rows(divisions: None) -> None:
    """The property above says something: each query finds rows when all kinds are made."""
    maker = Maker(random.Random(4))
    for make in MAKERS * 8:
        make(maker)
    found = {
        one.query: rows.total(year_span(2026), WHOLE).rows
        for one in measures().values()
        if (rows := rows_of(one)) is not None
    }
    assert set(found) == set(QUERIES)
    # Orders come from the ledger's own actions; tests/ledger pays them.
    assert {name for name, rows in found.items() if not rows} == {"orders_paid"}


def test_a_decision_on_the_last_day_is_in_time_where_the_people_live(divisions: None) -> None:
    maker = Maker(random.Random(1))
    for hour, due in ((15, date(2026, 5, 6)), (16, date(2026, 5, 6))):  # 23:59 and 00:00 in China
        at = datetime(2026, 5, 6, hour, 0, tzinfo=UTC) - timedelta(minutes=1 if hour == 15 else 0)
        Case.objects.create(
            number=f"D{hour}", subject_kind="person", subject_id=maker.one(), item="startup-grant",
            channel="web", area=XINCHENG.code, state="accepted", opened_by="x", asked_on=ON,
            submitted_at=at, decided_at=at, decided_due_on=due, period=str(hour),
        )  # fmt: skip
    found = tile(measure("cases-in-time"), year=2026, area=WHOLE, on=ON)
    assert (found.figure.counted.rows, found.figure.counted.met) == (2, 1)


def test_a_station_that_closed_is_not_counted_from_its_day_on(divisions: None) -> None:
    maker = Maker(random.Random(1))
    maker.at = lambda: datetime(2026, 1, 5, tzinfo=UTC)  # type: ignore[method-assign]
    maker.station()
    Facility.objects.update(closed_on=date(2026, 6, 30))
    months = tile(measure("doorstep-stations"), year=2026, area=WHOLE, on=ON).months
    assert [month.figure.value for month in months] == [1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0]


def test_another_areas_rows_are_never_counted(divisions: None) -> None:
    resident(CHIFENG)
    assert staff(HOHHOT, "leader").area == HOHHOT
    assert tile(measure("persons-registered"), year=2026, area=HOHHOT, on=ON).figure.value == 0
