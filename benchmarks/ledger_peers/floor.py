"""The floor: the same rows by the bare SQLite library, nothing checked and nothing counted.

The tables and their indexes are ours, taken from a database of ours, without its triggers.
Each transfer writes what ours writes: entry, two postings, two balances, and an audit row a
call (its hash is a constant).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.ledger_peers.transfers import CODES, FUND, NOW, ON, Transfer
from denghuo.platform.sqlite_library import use_fixed_sqlite

use_fixed_sqlite()
import sqlite3  # noqa: E402  after the library is chosen

TABLES = (
    "ledger_account",
    "ledger_balance",
    "ledger_entry",
    "ledger_posting",
    "platform_auditentry",
)
ENTRY = (
    "INSERT INTO ledger_entry (id, key, kind, booked_on, posted_at, about, memo, lines,"
    " reverses_id, made_by) VALUES (?, ?, 'grant', ?, ?, ?, '', ?, NULL, 'system')"
)
POSTING = "INSERT INTO ledger_posting VALUES (?, ?, ?, ?, ?, ?)"
BALANCE = (
    "UPDATE ledger_balance SET balance_fen = balance_fen + ?, last_entry = ? WHERE account_id = ?"
)
AUDIT = (
    "INSERT INTO platform_auditentry (seq, at, actor, acting_for, mandate, action, subject, entity,"
    " detail, previous, hash) VALUES (?, ?, 'system', '', '', 'ledger.post', '', ?, '{}', ?, ?)"
)
HASH = "0" * 64


class Floor:
    """Straight to the library."""

    def __init__(self, folder: Path, schema: str) -> None:
        self.database = sqlite3.connect(folder / "floor.sqlite3", isolation_level=None)
        self.database.execute("PRAGMA journal_mode = WAL")
        self.database.execute("PRAGMA synchronous = FULL")
        for sql in schema.split("\0"):
            self.database.execute(sql)
        self.accounts = {code: number for number, code in enumerate(CODES, start=1)}
        for code, number in self.accounts.items():
            self.database.execute(
                "INSERT INTO ledger_account"
                " VALUES (?, ?, ?, 'liability', '', '', '', '', NULL, ?, NULL)",
                (number, code, code, str(NOW)),
            )
            self.database.execute(
                "INSERT INTO ledger_balance VALUES (?, -1, NULL, 0, 0, 0, 0)", (number,)
            )
        self.seq = 0
        self.on, self.now = ON.isoformat(), "2026-07-01 02:00:00"

    def one(self, transfer: Transfer) -> None:
        """Booked and on the disk when this returns."""
        run = self.database.execute
        run("BEGIN IMMEDIATE")
        entry, postings, balances = self._rows(transfer)
        run(ENTRY, entry)
        for posting in postings:
            run(POSTING, posting)
        for balance in balances:
            run(BALANCE, balance)
        self._audit(f"ledger.Entry:{transfer.number}")
        run("COMMIT")

    def many(self, batch: Sequence[Transfer]) -> None:
        """All of them in one transaction."""
        self.database.execute("BEGIN IMMEDIATE")
        rows = [self._rows(transfer) for transfer in batch]
        self.database.executemany(ENTRY, [entry for entry, _, _ in rows])
        self.database.executemany(POSTING, [one for _, postings, _ in rows for one in postings])
        self.database.executemany(BALANCE, [one for _, _, balances in rows for one in balances])
        self._audit("ledger.Entry")
        self.database.execute("COMMIT")

    def _audit(self, entity: str) -> None:
        self.seq += 1
        self.database.execute(AUDIT, (self.seq, self.now, entity, HASH, HASH))

    def _rows(self, one: Transfer) -> tuple[tuple[Any, ...], list[Any], list[Any]]:
        number, fund, other = one.number, self.accounts[FUND], self.accounts[one.institution]
        lines = f'[["{FUND}",{one.fen}],["{one.institution}",{-one.fen}]]'
        return (
            (number, one.key, self.on, self.now, one.about, lines),
            [
                (number * 256, number, 0, fund, self.on, one.fen),
                (number * 256 + 1, number, 1, other, self.on, -one.fen),
            ],
            [(one.fen, number, fund), (-one.fen, number, other)],
        )

    def report(self) -> dict[str, Any]:
        """How many stand, and whether they sum to zero."""
        entries = self.database.execute("SELECT count(*) FROM ledger_entry").fetchone()[0]
        off = self.database.execute("SELECT sum(amount_fen) FROM ledger_posting").fetchone()[0]
        return {"entries": entries, "faults": [f"sum {off}"] if off else []}


def schema_of(file: Path) -> str:
    """Our tables and indexes as statements, without triggers, parted by zero bytes."""
    with sqlite3.connect(file) as database:
        marks = ", ".join("?" * len(TABLES))
        found = database.execute(
            "SELECT sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL"
            f" AND tbl_name IN ({marks}) ORDER BY type DESC",
            TABLES,
        ).fetchall()
    return "\0".join(sql for (sql,) in found)
