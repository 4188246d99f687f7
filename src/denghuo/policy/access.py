"""Who may work on policies. The reason is the docstring."""

from __future__ import annotations

from denghuo.kernel.region import Region
from denghuo.platform.public import Actor, staff_with

OFFICER = "policy_officer"
PUBLISHER = "policy_publisher"
WHOLE_REGION = Region.read("15")

policy_staff = staff_with(OFFICER, PUBLISHER)
policy_staff.__doc__ = "Staff who write, simulate or publish policies; sweeps hold firms' data."


def answers_for_region(actor: Actor) -> bool:
    """A rule speaks for the whole region, so only those who answer for all of it touch it."""
    return actor.area is not None and actor.area.contains(WHOLE_REGION)


def may_write(actor: Actor) -> bool:
    """Drafts are written by officers; publishers only judge them."""
    return OFFICER in actor.roles and answers_for_region(actor)


def may_publish(actor: Actor) -> bool:
    """A second person publishes; the state machine checks that it is not the author."""
    return PUBLISHER in actor.roles and answers_for_region(actor)
