"""Made-up people, firms and staff with numbers that pass every check and belong to nobody."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import UTC, date, datetime
from uuid import UUID

from denghuo.kernel.id_number import IdNumber, check_character
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.kernel.uscc import Uscc, organisation_check_character
from denghuo.kernel.uscc import check_character as uscc_check_character
from denghuo.people.logic.phone import Phone
from denghuo.people.public import create_staff, register_firm, register_person
from denghuo.platform.public import SYSTEM, Actor

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
PASSWORD = "correct horse 电池 staple"
HOHHOT_XINCHENG = Region.read("150102")
HOHHOT = Region.read("1501")
CHIFENG = Region.read("1504")
_sequence = itertools.count(1)


def id_number(
    born_on: date = date(1990, 1, 1), *, area: str = "159901", sequence: int | None = None
) -> IdNumber:
    """A number of the unassigned county segment with a true check digit."""
    number = (next(_sequence) if sequence is None else sequence) % 1000
    body = f"{area}{born_on:%Y%m%d}{number:03}"
    return IdNumber.read(body + check_character(body))


def uscc(sequence: int | None = None) -> Uscc:
    """A code of the unassigned county segment with both check digits true."""
    number = next(_sequence) if sequence is None else sequence
    eight = f"{number:08}"
    body = f"91159901{eight}{organisation_check_character(eight)}"
    return Uscc.read(body + uscc_check_character(body))


def phone(sequence: int | None = None) -> Phone:
    """A number of the unallocated 12x range."""
    number = next(_sequence) if sequence is None else sequence
    return Phone.read(f"120{number:08}", demo=True)


def make_person(
    name: str = "乌云其木格",
    *,
    number: IdNumber | None = None,
    phone: Phone | None = None,
    residence: Region | None = HOHHOT_XINCHENG,
    now: datetime = NOW,
) -> UUID:
    """A registered person."""
    return register_person(
        name=name,
        id_number=number or id_number(),
        phone=phone,
        residence=residence,
        proofing="register",
        actor=SYSTEM,
        now=now,
    )


def make_firm(
    name: str = "草原恒泰乳业", *, legal_representative: UUID | None = None, now: datetime = NOW
) -> UUID:
    """A registered firm."""
    return register_firm(
        uscc=uscc(),
        name=name,
        kind="company",
        region=HOHHOT_XINCHENG,
        size_class="small",
        industry="C14",
        registered_on=date(2020, 5, 1),
        legal_representative=legal_representative,
        actor=SYSTEM,
        now=now,
    )


def make_staff(
    login: str = "clerk",
    *,
    roles: Iterable[str] = ("station",),
    area: Region = HOHHOT_XINCHENG,
    now: datetime = NOW,
) -> UUID:
    """A staff account that has not bound a phone yet."""
    return create_staff(
        login=login,
        name="娜仁",
        office="新城区就业服务中心",
        roles=roles,
        area=area,
        password=PASSWORD,
        password_temporary=False,
        actor=SYSTEM,
        now=now,
    )


def as_resident(person_id: UUID, *, name: str = "乌云其木格") -> Actor:
    """The person in their own affairs."""
    ref = SubjectRef("person", person_id)
    return Actor(kind="resident", person=ref, name=name, acting_for=ref)


def as_staff(
    staff_id: UUID, *, roles: Iterable[str] = ("station",), area: Region = HOHHOT_XINCHENG
) -> Actor:
    """The member of staff, acting for nobody."""
    return Actor(kind="staff", staff_id=staff_id, name="娜仁", roles=frozenset(roles), area=area)
