"""Who may read the books, and who may ask that an entry be reversed.

Another area's account answers 404: that it exists is nobody else's to know.
"""

from __future__ import annotations

from django.db.models import Q

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.platform.public import Actor, staff_with

# Treasurers keep the books; leaders answer for them; operators look when something is wrong.
readers = staff_with("treasurer", "leader", "operator")
keepers = staff_with("treasurer")


class AccountNotFoundError(RefusalError):
    """No such account, or not one this actor may see."""

    code = "ledger.account_not_found"
    template = "没有找到这个账户，或者它不在您负责的地区。"
    status = 404


class EntryNotFoundError(RefusalError):
    """No such entry, or not one this actor may see."""

    code = "ledger.entry_not_found"
    template = "没有找到这笔分录，或者它不在您负责的地区。"
    status = 404


def whole_region(actor: Actor) -> bool:
    """Staff of the whole region also answer for accounts that belong to no single area."""
    return actor.area is not None and actor.area.level == "province"


def may_see_area(actor: Actor, area: str) -> bool:
    """The house's own jobs see all; readers see the accounts of their area and below."""
    if actor.kind == "system":
        return True
    if not readers(actor) or actor.area is None:
        return False
    return whole_region(actor) if area == "" else actor.area.contains(Region(area))


def accounts_in_sight(actor: Actor, *, prefix: str = "") -> Q:
    """The same as a condition on a table that has the account's ``area`` (under ``prefix``)."""
    if actor.kind == "system":
        return Q()
    if not readers(actor) or actor.area is None:
        return Q(pk__in=[])
    within = Q(**{f"{prefix}area__startswith": actor.area.prefix})
    return within | Q(**{f"{prefix}area": ""}) if whole_region(actor) else within


# Orders name people: operators, who look after machines, do not read them.
pay_readers = staff_with("treasurer", "leader")


def may_pay(actor: Actor, area: str) -> bool:
    """Treasurers pay, release and reissue in their own area; the house's own jobs everywhere."""
    return actor.kind == "system" or (keepers(actor) and may_see_area(actor, area))


def payments_in_sight(actor: Actor) -> Q:
    """Orders and files of banks, by their ``area``, that the actor may see."""
    if actor.kind != "system" and not pay_readers(actor):
        return Q(pk__in=[])
    return accounts_in_sight(actor)
