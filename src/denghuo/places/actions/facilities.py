"""Facilities: entered by list, changed one by one, closed; never deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from denghuo.places.access import may_keep
from denghuo.places.logic.datum import UNKNOWN_DATUM_ERROR_M, to_wgs84
from denghuo.places.logic.facility_rows import FacilityRow
from denghuo.places.logic.geodesy import Point
from denghuo.places.logic.hours import Hours
from denghuo.places.models import Division, Facility
from denghuo.places.queries.facilities import FacilityNotFoundError, FacilityView, facility
from denghuo.platform.public import Actor, record_audit

# A surveyed or picked point without a stated accuracy: a building and its yard.
GIVEN_ACCURACY_M = 50
_BATCH = 500
# The fields a list speaks of.
_LISTED = [
    "kind",
    "name",
    "services",
    "hours",
    "address",
    "division",
    "phone",
    "source",
    "owner",
    "review_on",
    "lon",
    "lat",
    "accuracy_m",
    "placed_by",
    "datum",
    "row_digest",
    "updated_at",
]


@dataclass(frozen=True, slots=True)
class StoreCounts:
    """What a list did to the table."""

    added: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class FacilityEdit:
    """What a keeper may change about one facility."""

    name: str
    services: tuple[str, ...]
    hours: Hours
    address: str
    phone: str
    owner: str
    review_on: date


def _placed(row: FacilityRow, division: Division) -> dict[str, Any]:
    """The point in WGS-84 with its accuracy; the division's own point where none is given."""
    if row.lon is not None and row.lat is not None:
        point = to_wgs84(Point(row.lon, row.lat), row.datum)
        accuracy = GIVEN_ACCURACY_M if row.accuracy_m is None else row.accuracy_m
        if row.datum == "unknown":
            accuracy += UNKNOWN_DATUM_ERROR_M
        return {
            "lon": point.lon,
            "lat": point.lat,
            "accuracy_m": accuracy,
            "placed_by": Facility.PlacedBy.GIVEN,
            "datum": row.datum,
        }
    town = division.level == "township" and division.point_kind == Division.PointKind.TOWN
    return {
        "lon": division.lon,
        "lat": division.lat,
        "accuracy_m": division.point_accuracy_m,
        "placed_by": Facility.PlacedBy.TOWNSHIP if town else Facility.PlacedBy.BANNER,
        "datum": "cgcs2000",
    }


def _values(row: FacilityRow, division: Division) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "name": row.name,
        "services": list(row.services),
        "hours": row.hours.stored(),
        "address": row.address,
        "division_id": division.pk,
        "phone": row.phone,
        "source": row.source,
        "owner": row.owner,
        "review_on": row.review_on,
        **_placed(row, division),
    }


def store_rows(
    rows: Iterable[FacilityRow], *, register: str, now: datetime, batch: int = _BATCH
) -> StoreCounts:
    """Add what is new and change what differs, by register and number. In a transaction.

    A row that the list gives as it did last time is left alone, so that what a keeper has
    since corrected by hand stays; once the list itself changes, the list speaks.
    ``division`` of each row must be the code of a division in force.
    """
    wanted = list(rows)
    codes = {row.division for row in wanted}
    divisions = {one.code: one for one in Division.objects.filter(valid_until=None, code__in=codes)}
    there = {one.external_key: one for one in Facility.objects.filter(register=register)}
    new: list[Facility] = []
    differing: list[Facility] = []
    for row in wanted:
        digest = row.digest()
        known = there.get(row.external_key)
        if known is not None and known.row_digest == digest:
            continue
        values = {
            **_values(row, divisions[row.division]),
            "row_digest": digest,
            "updated_at": now,
        }
        if known is None:
            new.append(Facility(register=register, external_key=row.external_key, **values))
        else:
            for name, value in values.items():
                setattr(known, name, value)
            differing.append(known)
    if new:
        # The race: two imports of one register at once both think a row is new. The later
        # one then updates it instead of failing.
        Facility.objects.bulk_create(
            new,
            batch_size=batch,
            update_conflicts=True,
            unique_fields=["register", "external_key"],
            update_fields=_LISTED,
        )
    if differing:
        Facility.objects.bulk_update(differing, _LISTED, batch_size=batch)
    return StoreCounts(len(new), len(differing), len(wanted) - len(new) - len(differing))


@transaction.atomic
def seed_facilities(
    rows: Sequence[FacilityRow],
    *,
    register: str,
    actor: Actor,
    now: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> StoreCounts:
    """Store facilities made by a program, as a list import would, without the preview.

    Run again with equal rows it changes nothing. Each ``division`` must be the 12-digit code
    of a division in force, else ``KeyError``.
    """
    added = changed = unchanged = 0
    for start in range(0, len(rows), 2_000):
        part = store_rows(rows[start : start + 2_000], register=register, now=now)
        added, changed = added + part.added, changed + part.changed
        unchanged += part.unchanged
        if progress:
            progress(min(start + 2_000, len(rows)), len(rows))
    counts = StoreCounts(added, changed, unchanged)
    if added or changed:
        record_audit(
            actor=actor,
            action="places.seed_facilities",
            detail={"register": register, **asdict(counts)},
            at=now,
        )
    return counts


def _kept_by(actor: Actor, facility_id: UUID) -> Facility:
    """The row, locked for writing, if the actor keeps it; others do not learn it exists."""
    row = (
        Facility.objects.select_for_update(of=("self",))
        .select_related("division")
        .filter(pk=facility_id)
        .first()
    )
    if row is None or not may_keep(actor, row.division.code):
        raise FacilityNotFoundError
    return row


@transaction.atomic
def change_facility(
    *, actor: Actor, facility_id: UUID, edit: FacilityEdit, now: datetime
) -> FacilityView:
    """Change what a keeper knows better; the audit row names the fields that changed.

    Raises ``FacilityNotFoundError`` for a facility outside the actor's area.
    """
    row = _kept_by(actor, facility_id)
    values = {
        "name": edit.name,
        "services": list(edit.services),
        "hours": edit.hours.stored(),
        "address": edit.address,
        "phone": edit.phone,
        "owner": edit.owner,
        "review_on": edit.review_on,
    }
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    if changed:
        for name in changed:
            setattr(row, name, values[name])
        row.updated_at = now
        row.save(update_fields=[*changed, "updated_at"])
        record_audit(
            actor=actor,
            action="places.change_facility",
            entity=f"places.facility:{row.pk}",
            detail={"fields": [*changed]},
            at=now,
        )
    return facility(row.pk)


@transaction.atomic
def close_facility(*, actor: Actor, facility_id: UUID, on: date, now: datetime) -> None:
    """The facility is gone from ``on``; it stays in the table for those who look back."""
    row = _kept_by(actor, facility_id)
    if row.closed_on == on:
        return
    row.closed_on = on
    row.updated_at = now
    row.save(update_fields=["closed_on", "updated_at"])
    record_audit(
        actor=actor,
        action="places.close_facility",
        entity=f"places.facility:{row.pk}",
        detail={"on": on.isoformat()},
        at=now,
    )
