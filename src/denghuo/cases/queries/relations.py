"""Who keeps away from whom."""

from __future__ import annotations

from datetime import datetime

from denghuo.cases.models import Recusal
from denghuo.kernel.clock import day_of
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import list_firms_for, mandate_in_force, refs_of
from denghuo.platform.public import Actor

_MANDATE = "委托"


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
    if mandate_in_force(actor=actor, subject=subject, scope="apply", now=now) is not None:
        return _MANDATE
    return ""


def _holds_office(recusal: Recusal, firm: SubjectRef, now: datetime) -> bool:
    """An office may stand under the record the person was merged into since."""
    return any(
        office.firm.ref == firm
        for person in refs_of(SubjectRef("person", recusal.subject_id))
        for office in list_firms_for(person.id, on=day_of(now))
    )
