"""Whom a visitor of the demo region may step into."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from denghuo.people.access import RecordNotFoundError
from denghuo.people.models import DemoPersona


@dataclass(frozen=True, slots=True)
class PersonaView:
    """One persona of the chooser."""

    key: str
    group: str
    group_text: str
    title: str
    story: str
    name: str
    person_id: UUID | None
    staff_id: UUID | None
    staff_version: int
    mandate_id: UUID | None


def personas() -> tuple[PersonaView, ...]:
    """All personas in the order of their groups."""
    rows = DemoPersona.objects.select_related("person", "staff")
    order = [group for group, _ in DemoPersona.GROUP]
    return tuple(sorted((_view(row) for row in rows), key=lambda view: order.index(view.group)))


def persona(key: str) -> PersonaView:
    """One persona. Raises ``RecordNotFoundError``."""
    row = DemoPersona.objects.select_related("person", "staff").filter(key=key).first()
    if row is None:
        raise RecordNotFoundError
    return _view(row)


def _view(row: DemoPersona) -> PersonaView:
    name = row.person.name if row.person else row.staff.name if row.staff else ""
    return PersonaView(
        key=row.key,
        group=row.group,
        group_text=dict(DemoPersona.GROUP)[row.group],
        title=row.title,
        story=row.story,
        name=name,
        person_id=row.person_id,
        staff_id=row.staff_id,
        staff_version=row.staff.session_version if row.staff else 0,
        mandate_id=row.mandate_id,
    )
