"""A small region and people in it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from denghuo.kernel.region import Region
from denghuo.people.models import CorrectionRequest, Person
from denghuo.platform.public import Actor
from tests.factories import people

DIVISIONS = (
    ("150000000000", "内蒙古自治区", ""),
    ("150100000000", "呼和浩特市", "150000000000"),
    ("150400000000", "赤峰市", "150000000000"),
    ("150102000000", "新城区", "150100000000"),
    ("150105000000", "赛罕区", "150100000000"),
)
WHOLE, HOHHOT, CHIFENG = Region.read("15"), Region.read("1501"), Region.read("1504")
XINCHENG, SAIHAN = Region.read("150102"), Region.read("150105")


def resident(
    area: Region | None = XINCHENG, at: datetime = datetime(2026, 3, 5, tzinfo=UTC)
) -> UUID:
    """Somebody registered at an instant."""
    made = people.make_person(residence=area)
    Person.objects.filter(pk=made).update(created_at=at)
    return made


def correction(person: UUID, at: datetime, answered_at: datetime | None, field: str) -> None:
    """A request to correct something, answered or not."""
    given = {"state": "kept", "answer": "核对过", "answered_at": answered_at} if answered_at else {}
    CorrectionRequest.objects.create(
        person_id=person, field=field, words="不对", created_at=at, **given
    )


def staff(area: Region, *roles: str) -> Actor:
    """A member of staff, not signed in."""
    login = f"s{area.code}{'-'.join(roles)}"
    return people.as_staff(people.make_staff(login, roles=roles, area=area), roles=roles, area=area)
