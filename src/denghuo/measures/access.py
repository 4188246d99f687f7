"""Who may read figures, open the rows behind them, freeze them, and bring statistics."""

from __future__ import annotations

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import NotRegionCodeError, Region
from denghuo.platform.public import Actor, NotAllowedError, staff_with

# Who works on files sees masked names in lists; who leads needs no names to lead.
_NAME_ROLES = frozenset({"officer", "reviewer", "station"})
_FREEZE_ROLES = ("leader", "supervisor")
_IMPORT_ROLES = ("supervisor", "policy_officer")

readers = staff_with("leader", "supervisor", "officer", "policy_officer")
readers.__doc__ = "Those who answer for results: leaders, heads of section, officers, policy staff."
freezers = staff_with(*_FREEZE_ROLES)
freezers.__doc__ = "A figure that goes out in the office's name is frozen by who leads it."
importers = staff_with(*_IMPORT_ROLES)
importers.__doc__ = "Published series are brought by those who answer for figures, as files."


class MeasureAreaNotFoundError(RefusalError):
    """No such division, or not one the actor answers for."""

    code = "measures.area_not_found"
    template = "没有这个地区，或者不在您负责的范围里。"
    status = 404


def own_area(actor: Actor) -> Region:
    """The area a member of staff answers for. Staff without an area read nothing."""
    if actor.area is None:
        raise NotAllowedError
    return actor.area


def read_area(actor: Actor, text: str) -> Region:
    """The area an address names, the actor's own where it names none.

    Raises ``MeasureAreaNotFoundError`` for another's area as for one that is nowhere.
    """
    own = own_area(actor)
    if not text:
        return own
    try:
        asked = Region.read(text)
    except NotRegionCodeError:
        raise MeasureAreaNotFoundError from None
    if not own.contains(asked):
        raise MeasureAreaNotFoundError
    return asked


def may_see_names(actor: Actor) -> bool:
    """Masked names stand in a list only for those who work on the files."""
    return not actor.roles.isdisjoint(_NAME_ROLES)


def may_freeze(actor: Actor, area: Region) -> bool:
    """Leaders and heads of section, for what they answer for."""
    return freezers(actor) and own_area(actor).contains(area)
