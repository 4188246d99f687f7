"""What a season sets aside in the funds that will pay it, league by league."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from denghuo.benefits.models import Season
from denghuo.ledger.public import (
    BelowFloorError,
    HoldsNotPlacedError,
    NewHold,
    NoSuchAccountError,
    accounts_of,
    place_hold,
    place_many_holds,
    release_many_holds,
)
from denghuo.platform.public import SYSTEM


def place_holds(row: Season, wanted: Mapping[str, int], now: datetime) -> None:
    """Set each fund's sum aside, where it has so much; what it lacks is written down and keeps
    the list from being signed."""
    found: dict[str, dict[str, str | int]] = {}
    new: dict[str, NewHold] = {}
    for fund, fen in sorted(wanted.items()):
        before = row.holds.get(fund, {})
        if before.get("hold"):
            found[fund] = dict(before)
            continue
        serial = int(before.get("serial", 0))
        found[fund] = {"fen": fen, "serial": serial}
        if fen:
            new[fund] = NewHold(f"season:{row.pk}:{fund}:{serial}", fund, fen)
    try:
        # A chunk sets the rest aside in every fund: one by one that cost more than its payments.
        placed = place_many_holds(
            actor=SYSTEM, holds=list(new.values()), about=_about(row), memo=row.title[:80], now=now
        )
    except HoldsNotPlacedError:
        for fund, one in new.items():
            found[fund] |= _placed_alone(row, one, now)
    else:
        for fund, one in new.items():
            found[fund]["hold"] = str(placed[one.key])
    row.holds = found


def _placed_alone(row: Season, one: NewHold, now: datetime) -> dict[str, str | int]:
    """Where one of them has too little, each says for itself whether it has."""
    try:
        placed = place_hold(
            actor=SYSTEM,
            key=one.key,
            account=one.account,
            amount_fen=one.amount_fen,
            about=_about(row),
            memo=row.title[:80],
            now=now,
        )
    except (BelowFloorError, NoSuchAccountError) as short:
        return {"short": short.sentence}
    return {"hold": str(placed.id)}


def release_holds(row: Season, now: datetime) -> dict[str, int]:
    """Give free what is set aside; by fund, how much it was: nothing where it had ended."""
    held = {fund: UUID(str(one["hold"])) for fund, one in row.holds.items() if one.get("hold")}
    freed = release_many_holds(actor=SYSTEM, hold_ids=held.values(), about=_about(row), now=now)
    row.holds = {
        fund: {"fen": 0, "serial": int(one.get("serial", 0)) + 1, "released": 1}
        for fund, one in row.holds.items()
    }
    return {fund: freed.get(hold, 0) for fund, hold in held.items()}


def _about(row: Season) -> str:
    return f"benefits.Season:{row.pk}"


def balances(funds: Mapping[str, int]) -> dict[str, int]:
    """What stands in each fund now, in fen."""
    known = accounts_of(funds)
    return {fund: known[fund].balance_fen for fund in funds}
