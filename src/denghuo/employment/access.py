"""Who may work on posts and applications. The reason is the docstring."""

from __future__ import annotations

from uuid import UUID

from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.platform.public import Actor, acts_within, staff_with

OFFICER, REVIEWER = "officer", "reviewer"

post_staff = staff_with(OFFICER, REVIEWER, "supervisor", "leader")
post_staff.__doc__ = "Staff who look after the list of posts, and those who answer for it."

post_officers = staff_with(OFFICER, REVIEWER)
post_officers.__doc__ = "Those who bring lists in and answer questions about posts."


def for_firm(actor: Actor) -> bool:
    """Somebody with a firm's affairs at hand: its office-holders, or under its mandate."""
    return _has_at_hand(actor, "firm")


def for_person(actor: Actor) -> bool:
    """A resident in their own affairs, or anyone acting for a person under a mandate."""
    return _has_at_hand(actor, "person")


def _has_at_hand(actor: Actor, kind: str) -> bool:
    """To read or to act; which of them a page needs, its query asks."""
    subject = actor.acting_for
    if subject is None or subject.kind != kind:
        return False
    return acts_within(actor, subject, "read") or acts_within(actor, subject, "apply")


def answers_for_source(actor: Actor, area: Region) -> bool:
    """A source speaks for its area: only who answers for all of it sees and moves it."""
    if actor.kind == "system":
        return True
    return post_staff(actor) and actor.area is not None and actor.area.contains(area)


def brings_for_firm(actor: Actor, firm_id: UUID | None) -> bool:
    """A firm brings lists of its own posts in: whoever may act for it, for it alone."""
    return firm_id is not None and acts_within(actor, SubjectRef("firm", firm_id), "apply")


def feeds(actor: Actor) -> bool:
    """Programs of a source: a key of its keeper, or of the firm behind it.

    Which source, ``writes_for_source`` says.
    """
    if actor.key_id is None:
        return False
    return actor.kind in {"staff", "program"}


def writes_for_source(actor: Actor, *, keeper_id: UUID | None, firm_id: UUID | None) -> bool:
    """A key writes the adverts of its own source only."""
    if not feeds(actor):
        return False
    if actor.kind == "staff":
        return keeper_id is not None and actor.staff_id == keeper_id
    return firm_id is not None and acts_within(actor, SubjectRef("firm", firm_id), "apply")
