"""The audit chain: whole under concurrent writers, and honest about every kind of damage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from denghuo.kernel.subject import SubjectRef
from denghuo.platform.access import SYSTEM, Actor
from denghuo.platform.append_only import allow_changes
from denghuo.platform.audit import (
    AuditOutsideTransactionError,
    PersonalDataInAuditError,
    chain_head,
    look_ups_of,
    record_audit,
    record_look_up,
    verify_chain,
)
from denghuo.platform.logic.audit_chain import Break
from denghuo.platform.models.audit import AuditEntry

SOMEONE = SubjectRef("person", UUID(int=7))
CLERK = Actor(kind="staff", staff_id=UUID(int=1), mandate_id=UUID(int=9), acting_for=SOMEONE)


def write(count: int) -> None:
    for number in range(count):
        with transaction.atomic():
            record_audit(actor=SYSTEM, action="test.write", detail={"number": number})


@pytest.mark.django_db
def test_a_row_says_who_for_whom_and_under_what_mandate() -> None:
    at = datetime(2026, 11, 23, 8, 30, 0, 123456, tzinfo=UTC)
    seq = record_audit(
        actor=CLERK,
        action="people.correct",
        subject=SOMEONE,
        entity="people.person:7",
        detail={"fields": ["address"], "中文": 1},
        at=at,
    )
    row = AuditEntry.objects.get(seq=seq)
    assert (row.seq, row.at, row.subject) == (1, at, str(SOMEONE))
    assert (row.actor, row.acting_for) == (CLERK.label, str(SOMEONE))
    assert row.mandate == str(UUID(int=9))
    assert row.detail == '{"fields":["address"],"中文":1}'
    assert verify_chain(heads={}) is None


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_refuses() -> None:
    with pytest.raises(AuditOutsideTransactionError):
        record_audit(actor=SYSTEM, action="test.write")


@pytest.mark.django_db(transaction=True)
def test_the_row_falls_with_the_write() -> None:
    class PowerCutError(Exception):
        pass

    @transaction.atomic
    def write_and_fail() -> None:
        record_audit(actor=SYSTEM, action="test.write")
        raise PowerCutError

    with pytest.raises(PowerCutError):
        write_and_fail()
    write(1)
    assert chain_head().seq == 1
    assert verify_chain(heads={}) is None


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["150102199001011234", "13812345678", "１３８１２３４５６７８"])
def test_personal_data_never_gets_in(value: str) -> None:
    with pytest.raises(PersonalDataInAuditError):
        record_audit(actor=SYSTEM, action="test.write", detail={"note": f"给 {value} 办"})
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_who_looked_at_my_data() -> None:
    other = SubjectRef("person", uuid4())
    for number in range(120):
        record_look_up(actor=CLERK, subject=SOMEONE, what=("id_number",), purpose=f"办件 {number}")
    record_look_up(actor=CLERK, subject=other, what=("phone",), purpose="核对")
    first = look_ups_of(SOMEONE)
    assert (first.page, first.pages, first.total, len(first.entries)) == (1, 3, 120, 50)
    assert first.entries[0].purpose == "办件 119"
    assert first.entries[0].what == ("id_number",)
    assert first.entries[0].actor == CLERK.label
    last = look_ups_of(SOMEONE, page=99)
    assert (last.page, last.entries[-1].purpose) == (3, "办件 0")
    assert [look.what for look in look_ups_of(other).entries] == [("phone",)]


def test_writers_at_once_leave_one_chain_without_a_gap(
    in_threads: Callable[..., list[object]],
) -> None:
    results = in_threads(*[lambda: write(15)] * 8)
    assert results == [None] * 8
    assert list(AuditEntry.objects.order_by("seq").values_list("seq", flat=True)) == list(
        range(1, 121)
    )
    assert verify_chain(heads={}) is None


def damage(sql: str) -> None:
    allow_changes(connection, "platform_auditentry")
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("UPDATE platform_auditentry SET actor = 'nobody' WHERE seq = 4", Break(4, "edited")),
        ("UPDATE platform_auditentry SET hash = 'x' WHERE seq = 4", Break(4, "edited")),
        ("UPDATE platform_auditentry SET previous = hash WHERE seq = 4", Break(4, "relinked")),
        ("DELETE FROM platform_auditentry WHERE seq = 4", Break(4, "missing")),
        ("DELETE FROM platform_auditentry WHERE seq = 1", Break(1, "missing")),
        ("UPDATE platform_auditentry SET seq = seq + 1000 WHERE seq = 4", Break(4, "missing")),
        ("DELETE FROM platform_auditentry WHERE seq > 6", Break(7, "truncated")),
        ("DELETE FROM platform_auditentry", Break(1, "truncated")),
    ],
)
def test_damage_is_named_at_its_first_row(sql: str, expected: Break) -> None:
    write(10)
    heads = {chain_head().seq: chain_head().hash}
    assert verify_chain(heads=heads) is None
    damage(sql)
    assert verify_chain(heads=heads) == expected


@pytest.mark.django_db
def test_two_rows_that_changed_places_are_found() -> None:
    write(6)
    damage("UPDATE platform_auditentry SET seq = -3 WHERE seq = 3")
    damage("UPDATE platform_auditentry SET seq = 3 WHERE seq = 4")
    damage("UPDATE platform_auditentry SET seq = 4 WHERE seq = -3")
    assert verify_chain(heads={}) == Break(3, "relinked")


@pytest.mark.django_db
def test_a_chain_rewritten_whole_differs_from_a_head_kept_outside() -> None:
    write(5)
    kept = {3: AuditEntry.objects.get(seq=3).hash}
    damage("DELETE FROM platform_auditentry")
    write(5)
    assert verify_chain(heads={}) is None
    assert verify_chain(heads=kept) == Break(3, "head_differs")
