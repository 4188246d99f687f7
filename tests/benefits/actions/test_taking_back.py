"""An applied import undone: former words stand again, newer ones stay, a second person does it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from denghuo.benefits.actions.import_refusals import (
    ImportMovedOnError,
    ReasonNeededError,
    SecondPersonNeededError,
    TooLateToTakeBackError,
)
from denghuo.benefits.actions.imports import take_back
from denghuo.benefits.models import ImportedFact
from denghuo.benefits.queries.tables import latest_tables
from denghuo.kernel.subject import SubjectRef
from denghuo.kernel.uscc import Uscc
from denghuo.people.public import find_firm_by_uscc
from denghuo.platform.public import Actor
from denghuo.policy.public import NewFact, dispute_fact, facts_of, record_facts, registry
from tests.benefits import offices
from tests.benefits.offices import DAY, INSURANCE, csv_bytes
from tests.factories.people import HOHHOT, NOW

LATER = NOW + timedelta(days=2)
NAMES = ("统一社会信用代码", "裁员人数", "缴费月数")


@pytest.fixture
def second(officer: Actor) -> Actor:
    return offices.officer("second")


def ref(code: str) -> SubjectRef:
    found = find_firm_by_uscc(Uscc(code))
    assert found is not None
    return found.ref


def value(code: str, name: str = "laid_off_count") -> object:
    fact = facts_of(ref(code), registry=registry()).get(name)
    return fact.known.value if fact else "nothing"


def tell(actor: Actor, code: str, number: int, on: date = DAY, source: str = INSURANCE) -> None:
    fact = NewFact(ref(code), "laid_off_count", number, source, on)
    record_facts(actor=actor, facts=[fact], registry=registry(), now=NOW)


def test_former_words_stand_again_and_newer_ones_stay(officer: Actor, second: Actor) -> None:
    had, new, newer = (offices.firm(number) for number in (1, 2, 3))
    tell(officer, had, 1, date(2026, 1, 31))
    rows = [NAMES, (had, 5, 12), (new, 6, 12), (newer, 7, 12)]
    import_id = offices.applied(officer, csv_bytes(rows))
    tell(officer, newer, 8, date(2026, 11, 20))
    take_back(actor=second, import_id=import_id, reason="单位发错了月份", now=LATER)
    offices.undone(import_id, now=LATER)
    assert (value(had), value(new), value(newer)) == (1, "nothing", 8)
    assert value(had, "unemployment_months_paid") == "nothing"
    counts = offices.view(import_id).counts
    assert (counts["restored"], counts["ended"], counts["kept"]) == (1, 4, 1)
    # What was known on the day between is still known to have been so.
    then = facts_of(ref(had), registry=registry(), known_on=NOW + timedelta(days=1))
    assert then["laid_off_count"].known.value == 5


def test_the_table_is_no_longer_offered_but_can_still_be_read(
    officer: Actor, second: Actor
) -> None:
    code = offices.firm(1)
    import_id = offices.applied(officer, csv_bytes([NAMES, (code, 5, 12)]))
    asked = {"subject": "firm", "area": HOHHOT, "as_of": NOW.date()}
    [table] = latest_tables(**asked)  # type: ignore[arg-type]
    assert table.import_id == import_id
    take_back(actor=second, import_id=import_id, reason="错了", now=LATER)
    assert latest_tables(**asked) == []  # type: ignore[arg-type]
    offices.undone(import_id, now=LATER)
    assert table.path.exists()


def test_who_may_and_when(officer: Actor, second: Actor) -> None:
    import_id = offices.applied(officer, csv_bytes([NAMES, (offices.firm(1), 5, 12)]))
    with pytest.raises(SecondPersonNeededError):
        take_back(actor=officer, import_id=import_id, reason="错了", now=LATER)
    with pytest.raises(ReasonNeededError):
        take_back(actor=second, import_id=import_id, reason=" ", now=LATER)
    with pytest.raises(TooLateToTakeBackError):
        take_back(actor=second, import_id=import_id, reason="错了", now=NOW + timedelta(days=31))
    take_back(actor=second, import_id=import_id, reason="错了", now=LATER)
    with pytest.raises(ImportMovedOnError):
        take_back(actor=second, import_id=import_id, reason="错了", now=LATER)


def test_two_imports_taken_back_one_after_the_other(officer: Actor, second: Actor) -> None:
    code = offices.firm(1)
    tell(officer, code, 1, date(2026, 1, 31))
    first = offices.applied(officer, csv_bytes([NAMES, (code, 5, 12)]))
    correction = csv_bytes([NAMES, (code, 6, 12)])
    other = offices.applied(officer, correction, now=NOW + timedelta(hours=1))
    assert value(code) == 6
    for import_id, left in ((other, 5), (first, 1)):
        take_back(actor=second, import_id=import_id, reason="错了", now=LATER)
        offices.undone(import_id, now=LATER)
        assert value(code) == left
    assert not ImportedFact.objects.filter(is_taken_back=False).exists()


def test_what_is_being_disputed_is_left_to_the_dispute(officer: Actor, second: Actor) -> None:
    code = offices.firm(1)
    import_id = offices.applied(officer, csv_bytes([NAMES, (code, 5, 12)]))
    dispute_fact(
        actor=officer, subject=ref(code), name="laid_off_count", claimed_value="2",
        note="只裁了两人", now=NOW,
    )  # fmt: skip
    take_back(actor=second, import_id=import_id, reason="错了", now=LATER)
    offices.undone(import_id, now=LATER)
    assert value(code) == 5
    assert offices.view(import_id).counts["kept"] == 1
