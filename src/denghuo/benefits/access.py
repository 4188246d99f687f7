"""Who may work on files of facts. The reason is the docstring."""

from __future__ import annotations

from denghuo.kernel.region import Region
from denghuo.platform.public import Actor, staff_with

OFFICER, REVIEWER = "officer", "reviewer"

fact_staff = staff_with(OFFICER, REVIEWER)
fact_staff.__doc__ = "Staff who bring other offices' files in, and those who check them."

fact_officers = staff_with(OFFICER)
fact_officers.__doc__ = "Only those who work on cases bring files in and say what columns mean."


def answers_for_area(actor: Actor, area: Region) -> bool:
    """A file holds the subjects of its area: only who answers for all of it may see it."""
    if actor.kind == "system":
        return True
    return fact_staff(actor) and actor.area is not None and actor.area.contains(area)


SUPERVISOR = "supervisor"

season_staff = staff_with(OFFICER, REVIEWER, SUPERVISOR, "leader")
season_staff.__doc__ = "Those who begin a season, check its sample, sign it, and who answer for it."

reach_staff = staff_with("station", OFFICER, REVIEWER, SUPERVISOR, "leader")
reach_staff.__doc__ = "Stations go to those who are entitled and were not reached."


def hands_of(actor: Actor) -> frozenset[str]:
    """Whose steps of a season the actor may take."""
    if actor.kind == "system":
        return frozenset({"system"})
    found = {role for role in (OFFICER, REVIEWER, SUPERVISOR) if role in actor.roles}
    return frozenset(found | ({SUPERVISOR} if "leader" in actor.roles else set()))


def answers_for_season(actor: Actor, area: Region) -> bool:
    """A season pays in the whole of its area: only who answers for all of it sees and moves it."""
    if actor.kind == "system":
        return True
    return season_staff(actor) and actor.area is not None and actor.area.contains(area)
