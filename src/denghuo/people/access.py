"""Who may see and touch which record of the people room. The reason is the docstring.

Another party's record answers 404: telling "it exists but is not yours" would already tell.
"""

from __future__ import annotations

from uuid import UUID

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.people.logic.mandate import Scope
from denghuo.platform.public import Actor, acts_within

# Roles that meet people at a counter or work on their files.
FILE_ROLES = frozenset({"station", "officer", "reviewer"})


class PersonNotFoundError(RefusalError):
    """No such person, or not one this actor may see."""

    code = "people.person_not_found"
    template = "没有找到这个人，或者不在您负责的范围里。"
    status = 404


class FirmNotFoundError(RefusalError):
    """No such firm, or not one this actor may see."""

    code = "people.firm_not_found"
    template = "没有找到这个单位，或者不在您负责的范围里。"
    status = 404


class RecordNotFoundError(RefusalError):
    """No such mandate, link, request or code of this actor's."""

    code = "people.record_not_found"
    template = "没有找到这一条，或者它不是您的。"
    status = 404


def for_somebody(actor: Actor) -> bool:
    """A resident in their own affairs, or anyone acting for another under a mandate."""
    return actor.acting_for is not None


def is_self(actor: Actor, person_id: UUID) -> bool:
    """Everyone may see what is held about themselves (PIPL art. 45)."""
    return actor.kind == "resident" and actor.person is not None and actor.person.id == person_id


def acts_for(actor: Actor, subject: SubjectRef, scope: Scope) -> bool:
    """The actor works on this subject's affairs: their own, or under a mandate in force that
    covers ``scope``.

    ``Actor.acting_for`` is set only after the mandate was checked for this request.
    """
    return acts_within(actor, subject, scope)


def answers_for(actor: Actor, region: str | None) -> bool:
    """Staff answer for the divisions inside their area, and for people with no known residence.

    Somebody whose residence nobody has written down yet must be able to walk into any station.
    """
    if actor.kind != "staff" or actor.area is None or actor.roles.isdisjoint(FILE_ROLES):
        return False
    return region is None or actor.area.contains(Region.read(region))


def may_see_person(
    actor: Actor, *, person_id: UUID, residence: str | None, scope: Scope = "read"
) -> bool:
    """Self, under a mandate for ``scope``, staff of the area; the house's own jobs see all."""
    return (
        actor.kind == "system"
        or is_self(actor, person_id)
        or acts_for(actor, SubjectRef("person", person_id), scope)
        or answers_for(actor, residence)
    )


def may_change_person(actor: Actor, *, person_id: UUID, residence: str | None) -> bool:
    """Self, staff of the area, the house's own jobs.

    No mandate: whoever holds the phone signs in as the person, and no scope gives that away.
    """
    return actor.kind == "system" or is_self(actor, person_id) or answers_for(actor, residence)


def may_see_firm(actor: Actor, *, firm_id: UUID, region: str, scope: Scope = "read") -> bool:
    """Under a mandate for ``scope``, staff of the area; the house's own jobs see all."""
    return (
        actor.kind == "system"
        or acts_for(actor, SubjectRef("firm", firm_id), scope)
        or answers_for(actor, region)
    )
