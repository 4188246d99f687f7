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
