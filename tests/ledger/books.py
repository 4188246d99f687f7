"""Small books for the ledger's tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from denghuo.kernel.region import Region
from denghuo.ledger.public import EntryView, Line, balance, open_account, post
from denghuo.platform.public import SYSTEM, Actor

NOW = datetime(2026, 7, 1, 2, tzinfo=UTC)
ON = date(2026, 7, 1)
ABOUT = "cases.Case:7f1f5a2e"
FUND, BANK, TRANSIT, GRANTS = (
    "fund:unemployment:150100",
    "bank:unemployment:150100",
    "transit:unemployment:150100",
    "expense:stable_jobs:150100",
)


def open_books(*, given_fen: int = 0) -> None:
    """A fund of Hohhot that cannot go below nothing, its bank account, what is on its way, and
    what was spent; ``given_fen`` stands in the fund."""
    for code, name, kind, floor in (
        (FUND, "失业保险基金", "fund", 0),
        (BANK, "基金支出户", "asset", None),
        (TRANSIT, "在途付款", "liability", None),
        (GRANTS, "稳岗返还支出", "expense", None),
    ):
        open_account(
            actor=SYSTEM,
            code=code,
            name=name,
            kind=kind,
            area="150100",
            fund="unemployment",
            floor_fen=floor,
            now=NOW,
        )
    if given_fen:
        give(given_fen)


def give(fen: int, *, key: str = "", on: date = ON) -> EntryView:
    """Money comes into the fund."""
    return move(BANK, FUND, fen, key=key or f"give-{uuid4()}", on=on)


def spend(fen: int, *, key: str = "", about: str = ABOUT, on: date = ON) -> EntryView:
    """Money leaves the fund."""
    return move(FUND, TRANSIT, fen, key=key or f"spend-{uuid4()}", about=about, on=on)


def move(
    debit: str, credit: str, fen: int, *, key: str, about: str = ABOUT, on: date = ON
) -> EntryView:
    """One entry of two lines."""
    return post(
        actor=SYSTEM,
        key=key,
        kind="grant",
        lines=[Line(debit, fen), Line(credit, -fen)],
        about=about,
        on=on,
        now=NOW,
    )


def in_fund() -> int:
    """What is available in the fund."""
    return balance(FUND).available_fen


def treasurer(number: int = 1, *, area: str = "150100", role: str = "treasurer") -> Actor:
    """A member of staff who keeps the books of an area."""
    return Actor(
        kind="staff",
        staff_id=UUID(int=number),
        name=f"财务{number}",
        roles=frozenset({role}),
        area=Region.read(area),
    )
