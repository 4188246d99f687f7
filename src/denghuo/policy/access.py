"""Who may work on policies. The reason is the docstring."""

from __future__ import annotations

from denghuo.platform.public import Actor, staff_with

OFFICER = "policy_officer"
PUBLISHER = "policy_publisher"

policy_staff = staff_with(OFFICER, PUBLISHER)
policy_staff.__doc__ = "Staff who write, simulate or publish policies; sweeps hold firms' data."


def may_write(actor: Actor) -> bool:
    """Drafts are written by officers; publishers only judge them."""
    return OFFICER in actor.roles


def may_publish(actor: Actor) -> bool:
    """A second person publishes; the state machine checks that it is not the author."""
    return PUBLISHER in actor.roles
