"""A register of thousands comes in by the batch."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from denghuo.kernel.region import Region
from denghuo.people.models import Firm, FirmRole, Mandate, Person
from denghuo.people.public import (
    NewFirm,
    NewPerson,
    branches_of,
    bulk_register_firms,
    bulk_register_persons,
    firm_of,
    mandate_in_force,
)
from denghuo.platform.public import SYSTEM
from tests.factories.people import NOW, as_resident, id_number, phone, uscc

pytestmark = pytest.mark.django_db

MANY = 3_000


def people(count: int) -> list[NewPerson]:
    region = Region.read("150102")
    # Numbers with one birthday hold a thousand sequences, so the county segment moves on.
    return [
        NewPerson(
            uuid4(),
            "张伟",
            id_number(area=f"1599{number // 1000:02}", sequence=number),
            phone(number),
            region,
            region,
        )
        for number in range(count)
    ]


def test_persons_come_in_by_the_thousand() -> None:
    rows = people(MANY)
    with CaptureQueriesContext(connection) as asked:
        bulk_register_persons(rows, actor=SYSTEM, now=NOW)
    assert Person.objects.count() == MANY
    # Statements by the batch, not by the person.
    assert len(asked) < MANY / 20


def test_firms_come_in_with_their_branches_and_representatives() -> None:
    (boss,) = people(1)
    bulk_register_persons([boss], actor=SYSTEM, now=NOW)
    region = Region.read("150102")
    parent = NewFirm(
        uuid4(), uscc(), "草原恒泰乳业", "company", region, legal_representative=boss.id
    )
    branches = [
        NewFirm(uuid4(), uscc(), f"草原恒泰乳业第{n}分公司", "branch", region, parent=parent.id)
        for n in range(3)
    ]
    # The branch stands before its parent in the file: registers do that.
    assert bulk_register_firms([*branches, parent], actor=SYSTEM, now=NOW) == 4
    assert {one.ref.id for one in branches_of(parent.id)} == {one.id for one in branches}
    assert firm_of(branches[0].id).parent == firm_of(parent.id).ref
    assert (Firm.objects.count(), FirmRole.objects.count(), Mandate.objects.count()) == (4, 1, 1)
    assert mandate_in_force(
        actor=as_resident(boss.id), subject=firm_of(parent.id).ref, scope="money", now=NOW
    )
