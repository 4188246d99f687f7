"""The door of the ledger room: what other floors may import.

Sums are whole fen. ``about`` is text (``cases.Case:<uuid>``), so the ledger knows no other
room. Whether somebody may spend is decided by who calls; that it balances is decided here.
"""

from __future__ import annotations

from denghuo.ledger.access import AccountNotFoundError, EntryNotFoundError
from denghuo.ledger.actions.accounts import (
    AccountDiffersError,
    AccountNotEmptyError,
    close_account,
    open_account,
)
from denghuo.ledger.actions.entries import post, post_many, reverse_entries, reverse_entry
from denghuo.ledger.actions.refusals import (
    AccountClosedError,
    AlreadyReversedError,
    BelowFloorError,
    LedgerKeyReusedError,
    NoSuchAccountError,
    ReversalOfReversalError,
)
from denghuo.ledger.logic.entries import Line, NewEntry, NewReversal, UnbalancedEntryError
from denghuo.ledger.queries.accounts import AccountView, balance
from denghuo.ledger.queries.entries import EntryView, entries_about, entry_of

__all__ = [
    "AccountClosedError",
    "AccountDiffersError",
    "AccountNotEmptyError",
    "AccountNotFoundError",
    "AccountView",
    "AlreadyReversedError",
    "BelowFloorError",
    "EntryNotFoundError",
    "EntryView",
    "LedgerKeyReusedError",
    "Line",
    "NewEntry",
    "NewReversal",
    "NoSuchAccountError",
    "ReversalOfReversalError",
    "UnbalancedEntryError",
    "balance",
    "close_account",
    "entries_about",
    "entry_of",
    "open_account",
    "post",
    "post_many",
    "reverse_entries",
    "reverse_entry",
]
