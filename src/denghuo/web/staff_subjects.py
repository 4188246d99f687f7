"""Whom a member of staff may work on: persons and firms of their area, named with a mask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import (
    firms_of,
    may_see_firm,
    may_see_person,
    persons_of,
)
from denghuo.platform.public import Actor, staff_with

checking_staff = staff_with("officer", "reviewer")
checking_staff.__doc__ = "Staff who check what offices say about the people and firms of an area."


class SubjectNotFoundError(RefusalError):
    """No such person or firm, or not one this actor answers for."""

    code = "web.subject_not_found"
    template = "没有找到，或者不在您负责的范围里。"
    status = 404


@dataclass(frozen=True, slots=True)
class SeenSubject:
    """A subject the actor may see. ``name`` is masked for persons; firms' names are public."""

    ref: SubjectRef
    name: str


def seen_subjects(subjects: Iterable[SubjectRef], actor: Actor) -> dict[SubjectRef, SeenSubject]:
    """Those of the subjects that the actor answers for; the others are left out."""
    asked = set(subjects)
    persons = persons_of([ref.id for ref in asked if ref.kind == "person"])
    firms = firms_of([ref.id for ref in asked if ref.kind == "firm"])
    found: dict[SubjectRef, SeenSubject] = {}
    for ref in asked:
        if ref.kind == "person" and (person := persons.get(ref.id)):
            residence = person.residence.code if person.residence else None
            if may_see_person(actor, person_id=person.ref.id, residence=residence):
                found[ref] = SeenSubject(ref, person.name_masked)
        firm = firms.get(ref.id) if ref.kind == "firm" else None
        if firm and may_see_firm(actor, firm_id=ref.id, region=firm.region.code):
            found[ref] = SeenSubject(ref, firm.name)
    return found


def seen_subject(subject: SubjectRef, actor: Actor) -> SeenSubject:
    """One subject. Raises ``SubjectNotFoundError``."""
    found = seen_subjects([subject], actor).get(subject)
    if found is None:
        raise SubjectNotFoundError
    return found
