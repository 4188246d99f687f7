"""Members of staff as others may see them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import pyotp

from denghuo.kernel.region import Region
from denghuo.people.access import RecordNotFoundError
from denghuo.people.logic.roles import ROLES
from denghuo.people.models import Staff


@dataclass(frozen=True, slots=True)
class StaffView:
    """One account, without what signs it in."""

    id: UUID
    login: str
    name: str
    office: str
    roles: frozenset[str]
    role_words: tuple[str, ...]
    area: Region
    active: bool
    second_factor: bool
    password_temporary: bool


def staff_view(staff_id: UUID) -> StaffView:
    """One account. Raises ``RecordNotFoundError``."""
    row = Staff.objects.filter(pk=staff_id).first()
    if row is None:
        raise RecordNotFoundError
    return view_of(row)


def staff_views(staff_ids: list[UUID]) -> dict[UUID, StaffView]:
    """Many accounts by id; unknown ids are left out."""
    return {row.pk: view_of(row) for row in Staff.objects.filter(pk__in=staff_ids)}


def find_staff(login: str) -> StaffView | None:
    """The account with a login."""
    row = Staff.objects.filter(login=login.strip().casefold()).first()
    return view_of(row) if row else None


def view_of(row: Staff) -> StaffView:
    """The frozen view of a row."""
    return StaffView(
        id=row.pk,
        login=row.login,
        name=row.name,
        office=row.office,
        roles=frozenset(row.roles),
        role_words=tuple(ROLES[role] for role in row.roles if role in ROLES),
        area=Region.read(row.area),
        active=row.active,
        second_factor=row.totp_confirmed_at is not None,
        password_temporary=row.password_temporary,
    )


def session_version(staff_id: UUID) -> int:
    """What a session must carry to be believed."""
    return Staff.objects.values_list("session_version", flat=True).get(pk=staff_id)


def provisioning_uri(staff_id: UUID) -> str:
    """What the QR code says to an authenticator app. Raises ``RecordNotFoundError``."""
    row = Staff.objects.filter(pk=staff_id, totp_confirmed_at__isnull=True).first()
    if row is None or row.totp_secret is None:
        raise RecordNotFoundError
    return pyotp.TOTP(row.totp_secret).provisioning_uri(name=row.login, issuer_name="灯火")


def all_staff() -> tuple[StaffView, ...]:
    """Every account, by login."""
    return tuple(view_of(row) for row in Staff.objects.order_by("login"))


def staff_within(area: Region, roles: Collection[str]) -> tuple[StaffView, ...]:
    """The active staff of a division and those inside it who hold one of the roles, by name."""
    rows = Staff.objects.filter(active=True, area__startswith=area.prefix).order_by("name", "login")
    return tuple(view_of(row) for row in rows if not set(roles).isdisjoint(row.roles))


def staffed_areas(role: str) -> frozenset[str]:
    """The divisions, by code, that have an active member of staff of their own with a role."""
    rows = Staff.objects.filter(active=True).values_list("area", "roles")
    return frozenset(area for area, roles in rows if role in roles)
