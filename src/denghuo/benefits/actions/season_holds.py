"""What a season sets aside in the funds that will pay it, league by league."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from denghuo.benefits.models import Season
from denghuo.ledger.public import (
    BelowFloorError,
    HoldEndedError,
    NoSuchAccountError,
    accounts_of,
    place_hold,
    release_hold,
)
from denghuo.platform.public import SYSTEM


def place_holds(row: Season, wanted: Mapping[str, int], now: datetime) -> None:
    """Set each fund's sum aside, where it has so much; what it lacks is written down and keeps
    the list from being signed."""
    found: dict[str, dict[str, str | int]] = {}
    for fund, fen in sorted(wanted.items()):
        before = row.holds.get(fund, {})
        serial = int(before.get("serial", 0))
        one: dict[str, str | int] = {"fen": fen, "serial": serial}
        if before.get("hold"):
            found[fund] = dict(before)
            continue
        if fen:
            try:
                placed = place_hold(
                    actor=SYSTEM,
                    key=f"season:{row.pk}:{fund}:{serial}",
                    account=fund,
                    amount_fen=fen,
                    about=f"benefits.Season:{row.pk}",
                    memo=row.title[:80],
                    now=now,
                )
            except (BelowFloorError, NoSuchAccountError) as short:
                one["short"] = short.sentence
            else:
                one["hold"] = str(placed.id)
        found[fund] = one
    row.holds = found


def release_holds(row: Season, now: datetime) -> dict[str, int]:
    """Give free what is set aside; by fund, how much it was."""
    freed: dict[str, int] = {}
    kept: dict[str, dict[str, str | int]] = {}
    for fund, one in row.holds.items():
        serial = int(one.get("serial", 0))
        if one.get("hold"):
            try:
                released = release_hold(actor=SYSTEM, hold_id=UUID(str(one["hold"])), now=now)
            except HoldEndedError:
                freed[fund] = 0
            else:
                freed[fund] = released.amount_fen
        kept[fund] = {"fen": 0, "serial": serial + 1, "released": 1}
    row.holds = kept
    return freed


def balances(funds: Mapping[str, int]) -> dict[str, int]:
    """What stands in each fund now, in fen."""
    known = accounts_of(funds)
    return {fund: known[fund].balance_fen for fund in funds}
