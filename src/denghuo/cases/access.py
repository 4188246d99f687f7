"""Who may see and touch which case. The reason is the docstring.

Another party's case answers 404: telling "it exists but is not yours" would already tell.
"""

from __future__ import annotations

from collections.abc import Collection

from denghuo.cases.logic.states import Hand, hands_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import Scope
from denghuo.platform.public import Actor, acts_within, staff_with

# Station clerks are not here: they meet a case under the person's mandate, as the person would.
WORK_ROLES = frozenset({"officer", "reviewer", "supervisor", "leader"})
CHIEF_ROLES = frozenset({"supervisor", "leader"})

case_staff = staff_with(*sorted(WORK_ROLES))
case_staff.__doc__ = "Staff who work on cases: officers, reviewers, supervisors, leaders."
case_readers = staff_with("treasurer", *sorted(WORK_ROLES))
case_readers.__doc__ = "Case staff, and whoever keeps the books that pay for cases."
book_keepers = staff_with("treasurer")
book_keepers.__doc__ = "Whoever books what comes back."
chiefs = staff_with(*sorted(CHIEF_ROLES))
chiefs.__doc__ = "Whoever gives work out: supervisors and heads of office."


class CaseNotFoundError(RefusalError):
    """No such case, or not one this actor may see."""

    code = "cases.not_found"
    template = "没有找到这件事，或者它不是您的。"
    status = 404


class SupervisorNeededError(RefusalError):
    """What only a supervisor may do."""

    code = "cases.supervisor_needed"
    template = "“{what}”要由科室负责人来做。"
    status = 403


def works_in(actor: Actor, area: str) -> bool:
    """Staff answer for the cases of the offices inside their area."""
    return (
        actor.kind == "staff"
        and actor.area is not None
        and not actor.roles.isdisjoint(WORK_ROLES)
        and actor.area.contains(Region.read(area))
    )


def keeps_books_of(actor: Actor, area: str) -> bool:
    """A treasurer checks what the payments of their area rest on."""
    return (
        actor.kind == "staff"
        and actor.area is not None
        and "treasurer" in actor.roles
        and actor.area.contains(Region.read(area))
    )


def works_on(actor: Actor, *, area: str, item: str, duties: Collection[str]) -> bool:
    """Of their area, the items they were given; whoever was given none works on all."""
    return works_in(actor, area) and (not duties or item in duties)


def speaks_for(actor: Actor, subjects: Collection[SubjectRef], scope: Scope) -> bool:
    """The subject, or somebody who acts for it under a mandate that covers ``scope``.

    ``subjects`` are the subject and the duplicates merged into it.
    """
    return any(acts_within(actor, subject, scope) for subject in subjects)


def hands_on(
    actor: Actor,
    subjects: Collection[SubjectRef],
    *,
    area: str,
    item: str,
    duties: Collection[str],
) -> frozenset[Hand]:
    """Whose hands the actor has on a case.

    Whoever acts for the subject is the applicant's hand and nothing else: the clerk who stands
    at the counter for a person does not at the same time decide for the office.
    """
    if speaks_for(actor, subjects, "apply"):
        return hands_of(roles=(), applicant=True, system=False)
    at_work = works_on(actor, area=area, item=item, duties=duties)
    return hands_of(
        roles=actor.roles if at_work else (), applicant=False, system=actor.kind == "system"
    )


def is_chief(actor: Actor) -> bool:
    """A supervisor or the head of the office."""
    return actor.kind == "staff" and not actor.roles.isdisjoint(CHIEF_ROLES)


def demand_chief(actor: Actor, what: str) -> None:
    """Raises ``SupervisorNeededError``."""
    if not is_chief(actor):
        raise SupervisorNeededError(what=what)
