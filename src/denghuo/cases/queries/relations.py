"""Who keeps away from whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from denghuo.cases.access import CHIEF_ROLES, WORK_ROLES
from denghuo.cases.models import ItemDuty, Recusal
from denghuo.cases.queries.list_names import list_names
from denghuo.kernel.clock import day_of
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import list_firms_for, mandate_in_force, refs_of, staff_within
from denghuo.platform.public import Actor

_MANDATE = "委托"


@dataclass(frozen=True, slots=True)
class RecusalView:
    """One relation that keeps somebody away; the subject's name as a list shows it."""

    id: UUID
    name: str
    relation_text: str
    declared_at: datetime


@dataclass(frozen=True, slots=True)
class Colleague:
    """One who works on cases, the items given to them (none means all), whom they keep from."""

    id: UUID
    name: str
    office: str
    items: frozenset[str]
    recusals: tuple[RecusalView, ...]


def relation_of(actor: Actor, subject: SubjectRef, *, now: datetime) -> str:
    """The relation in words, or nothing.

    Declared to the subject; declared to a person who holds an office in the firm; or a mandate
    of the subject's to this very member of staff.
    """
    if actor.staff_id is None:
        return ""
    words = dict(Recusal.RELATION)
    declared = list(Recusal.objects.filter(staff_id=actor.staff_id, ended_at__isnull=True))
    refs = {ref.id for ref in refs_of(subject)}
    for one in declared:
        if one.subject_kind == subject.kind and one.subject_id in refs:
            return words[one.relation]
    if subject.kind == "firm":
        for one in declared:
            if one.subject_kind == "person" and _holds_office(one, subject, now):
                return words[one.relation]
    # Mandates move to the record a person was merged into.
    who = refs_of(subject)[0]
    if mandate_in_force(actor=actor, subject=who, scope="apply", now=now) is not None:
        return _MANDATE
    return ""


def _holds_office(recusal: Recusal, firm: SubjectRef, now: datetime) -> bool:
    """An office may stand under the record the person was merged into since."""
    return any(
        office.firm.ref == firm
        for person in refs_of(SubjectRef("person", recusal.subject_id))
        for office in list_firms_for(person.id, on=day_of(now))
    )


def colleagues(actor: Actor) -> tuple[Colleague, ...]:
    """Those a chief gives work to: the staff of their own area who work on cases."""
    if actor.area is None or actor.roles.isdisjoint(CHIEF_ROLES):
        return ()
    found = staff_within(actor.area, WORK_ROLES)
    ids = [one.id for one in found]
    duties: dict[UUID, set[str]] = {}
    for staff_id, item in ItemDuty.objects.filter(staff__in=ids).values_list("staff_id", "item"):
        duties.setdefault(staff_id, set()).add(item)
    kept = list(Recusal.objects.filter(staff__in=ids, ended_at__isnull=True).order_by("created_at"))
    names = list_names(_subject(row) for row in kept)
    return tuple(
        Colleague(
            one.id,
            one.name,
            one.office,
            frozenset(duties.get(one.id, ())),
            tuple(
                RecusalView(
                    row.pk,
                    names.get(_subject(row), ""),
                    row.get_relation_display(),
                    row.created_at,
                )
                for row in kept
                if row.staff_id == one.id
            ),
        )
        for one in found
    )


def _subject(row: Recusal) -> SubjectRef:
    return SubjectRef("person" if row.subject_kind == "person" else "firm", row.subject_id)
