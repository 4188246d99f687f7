"""Our ledger: entries by the room's own actions, laws in the database, one audit row a call.

Imported when Django stands on the database that is measured (``worker``).
"""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from typing import Any

from django.core.management import call_command

from benchmarks.ledger_peers.transfers import CODES, FUND, GIVEN_FEN, NOW, ON, Transfer
from denghuo.ledger.public import Line, NewEntry, open_account, post, post_many
from denghuo.ledger.queries.checking import check_books
from denghuo.platform.audit import verify_chain
from denghuo.platform.public import SYSTEM


class Ours:
    """On the embedded engine or on PostgreSQL, as Django was told."""

    def __init__(self) -> None:
        call_command("migrate", verbosity=0, skip_checks=True, stdout=StringIO())
        for code in [*CODES, "bank"]:
            kind = "fund" if code == FUND else "asset" if code == "bank" else "liability"
            floor = 0 if code == FUND else None
            open_account(actor=SYSTEM, code=code, name=code, kind=kind, floor_fen=floor, now=NOW)
        lines = (Line("bank", GIVEN_FEN), Line(FUND, -GIVEN_FEN))
        given = NewEntry("given", "grant", lines, "bench.Bench:1", ON)
        post_many(actor=SYSTEM, entries=[given], now=NOW)

    def one(self, transfer: Transfer) -> None:
        """Booked and on the disk when this returns."""
        post(
            actor=SYSTEM,
            key=transfer.key,
            kind="grant",
            lines=[Line(FUND, transfer.fen), Line(transfer.institution, -transfer.fen)],
            about=transfer.about,
            on=ON,
            now=NOW,
        )

    def many(self, batch: Sequence[Transfer]) -> None:
        """All of them in one transaction."""
        entries = [
            NewEntry(
                one.key,
                "grant",
                (Line(FUND, one.fen), Line(one.institution, -one.fen)),
                one.about,
                ON,
            )
            for one in batch
        ]
        post_many(actor=SYSTEM, entries=entries, now=NOW)

    def report(self) -> dict[str, Any]:
        """How many stand, and what is wrong with the books and the audit chain."""
        found = check_books()
        broken = verify_chain(heads={})
        faults = [*found.faults, *([f"audit row {broken.seq}"] if broken else [])]
        return {"entries": found.entries - 1, "faults": faults}
