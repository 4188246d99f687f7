"""Where people are reached outside the inbox when an errand moves."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from denghuo.kernel.subject import SubjectRef
from denghuo.people.access import PersonNotFoundError
from denghuo.people.models import Person
from denghuo.people.queries.mandates import readers_of_firm, readers_of_firms
from denghuo.people.queries.persons import person_row
from denghuo.platform.public import Contact, Reached


def contacts_of(subject: SubjectRef, *, now: datetime) -> tuple[Reached, ...]:
    """The person, or whoever may read a firm's letters, with their phone if it is known.

    Those who want no short messages are left out, and one phone of several is named once. A
    relative with a mandate is not told: it opens the errands, not the letters.
    """
    if subject.kind == "firm":
        readers = Person.objects.filter(pk__in=readers_of_firm(subject.id, now=now))
        rows = list(readers.filter(merged_into=None).order_by("created_at", "pk"))
    else:
        try:
            rows = [person_row(subject.id)]
        except PersonNotFoundError:
            return ()
    found: dict[str, Reached] = {}
    for row in rows:
        if row.wants_texts:
            one = Reached(SubjectRef("person", row.pk), Contact(phone=row.phone))
            found.setdefault(row.phone or str(row.pk), one)
    return tuple(found.values())


def wants_texts(person_id: UUID) -> bool:
    """Whether the person lets us write short messages about their errands."""
    return person_row(person_id).wants_texts


def without_phone(subjects: Collection[SubjectRef], *, now: datetime) -> frozenset[SubjectRef]:
    """Whom nobody can call: a person without a phone on record; a firm for which nobody reads, or
    nobody with a phone. For lists, in one go."""
    readers = readers_of_firms([one.id for one in subjects if one.kind == "firm"], now=now)
    asked = {one.id for one in subjects if one.kind == "person"}.union(*readers.values())
    rows = Person.objects.filter(pk__in=asked).values_list(
        "pk", "phone_digest", "merged_into__phone_digest"
    )
    called = {pk for pk, own, survivors in rows if own is not None or survivors is not None}
    return frozenset(
        one
        for one in subjects
        if not called & (readers.get(one.id, set()) if one.kind == "firm" else {one.id})
    )
