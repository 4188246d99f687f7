"""Many subjects found at once by their registers' numbers."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import (
    appoint,
    end_office,
    fellow_founders,
    firm_of,
    merge_duplicates,
    person_key,
    registered_firms,
    registered_persons,
)
from denghuo.platform.public import SYSTEM
from tests.factories.people import (
    HOHHOT_XINCHENG,
    NOW,
    id_number,
    make_firm,
    make_person,
    uscc,
)

pytestmark = pytest.mark.django_db


def test_firms_by_code() -> None:
    firms = [make_firm(f"甲{number}") for number in range(3)]
    codes = {firm_of(firm).uscc.text: firm for firm in firms}
    stranger = uscc().text
    found = registered_firms([*codes, stranger, next(iter(codes)), "不是代码'\""])
    assert {code: each.ref.id for code, each in found.items()} == codes
    assert {each.region for each in found.values()} == {HOHHOT_XINCHENG}
    assert registered_firms([]) == {}


def test_more_firms_than_one_statement_takes() -> None:
    firm = make_firm()
    code = firm_of(firm).uscc.text
    many = [f"{number:018}" for number in range(5_000)]
    assert set(registered_firms([*many, code])) == {code}


def test_persons_by_key() -> None:
    number, nobody = id_number(), id_number()
    person = make_person(number=number, residence=None)
    found = registered_persons([person_key(number), person_key(nobody)])
    assert list(found) == [person_key(number)]
    assert found[person_key(number)].ref == SubjectRef("person", person)
    assert found[person_key(number)].region is None
    assert number.text not in person_key(number)


def test_a_merged_duplicate_is_nobody() -> None:
    own, other = id_number(), id_number()
    survivor = make_person(number=own, residence=Region.read("150102"))
    duplicate = make_person(number=other)
    merge_duplicates(survivor_id=survivor, duplicate_id=duplicate, actor=SYSTEM, now=NOW)
    found = registered_persons([person_key(own), person_key(other)])
    assert {each.ref.id for each in found.values()} == {survivor}


def test_fellow_founders_by_the_firm_s_name() -> None:
    firm, on = make_firm("敕勒川手工坊"), NOW.date()

    def enter(role: str) -> tuple[UUID, UUID]:
        person = make_person()
        office = appoint(
            firm_id=firm, person_id=person, role=role, from_on=on, actor=SYSTEM, now=NOW
        )
        return person, office

    (first, _), (second, office), (books, _) = (
        enter(role) for role in ("founder", "legal_representative", "finance")
    )
    assert fellow_founders(first, on=on) == {"敕勒川手工坊": frozenset({second})}
    assert fellow_founders(books, on=on) == {}
    assert fellow_founders(first, on=on - timedelta(days=1)) == {}
    end_office(office_id=office, until_on=on + timedelta(days=1), actor=SYSTEM, now=NOW)
    later = on + timedelta(days=9)
    assert fellow_founders(first, on=later) == {"敕勒川手工坊": frozenset({second})}, "was one"
    duplicate = make_person()
    merge_duplicates(survivor_id=second, duplicate_id=duplicate, actor=SYSTEM, now=NOW)
    assert fellow_founders(first, on=on) == {"敕勒川手工坊": frozenset({second, duplicate})}
