"""Others who founded the same firm and ask for the same thing.

Who gets a grant for founders is read "once per founder"; whether two founders of one firm may
both have it, no rule says (services, open questions). So a person decides, with reasons.
"""

from __future__ import annotations

from dataclasses import dataclass

from denghuo.cases.logic.states import State
from denghuo.cases.models import Case
from denghuo.cases.queries.cases import CaseView
from denghuo.people.public import fellow_founders

_FOUNDER = "founder"


@dataclass(frozen=True, slots=True)
class SharedFirm:
    """A firm of which another founder holds a case of the same item."""

    firm: str
    number: str
    state: State


def shared_firms(case: CaseView) -> tuple[SharedFirm, ...]:
    """By firm and number; nothing for what is not granted to founders."""
    if case.item.once_per != _FOUNDER or case.subject.kind != "person":
        return ()
    found: list[SharedFirm] = []
    for firm, people in fellow_founders(case.subject.id, on=case.asked_on).items():
        rows = Case.objects.filter(
            subject_kind="person", subject_id__in=people, item=case.item.code, holds_place=True
        )
        for number, state in rows.order_by("number").values_list("number", "state"):
            found.append(SharedFirm(firm, number, State(state)))
    return tuple(found)
