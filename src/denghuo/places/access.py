"""Who may keep the facilities, and where."""

from __future__ import annotations

from denghuo.kernel.region import Region
from denghuo.platform.public import Actor, staff_with

# Station staff keep the entries of their own area; operators import lists.
keepers = staff_with("station", "operator")
importers = staff_with("operator")


def may_keep(actor: Actor, division_code: str) -> bool:
    """Staff answer for the facilities of their own area and for no others."""
    return keepers(actor) and actor.area is not None and actor.area.contains(Region(division_code))
