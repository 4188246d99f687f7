"""The ledger's tables. What may never happen to them, ``laws`` makes the database refuse."""

from __future__ import annotations

from denghuo.ledger.models.accounts import Account, Balance
from denghuo.ledger.models.entries import Entry, Posting, ReversalRequest
from denghuo.ledger.models.holds import Hold
from denghuo.ledger.models.payments import (
    BankAnswer,
    BankFile,
    BankQueryRow,
    PayOrder,
    ReturnFile,
    ReturnFilePart,
)

__all__ = [
    "Account",
    "Balance",
    "BankAnswer",
    "BankFile",
    "BankQueryRow",
    "Entry",
    "Hold",
    "PayOrder",
    "Posting",
    "ReturnFile",
    "ReturnFilePart",
    "ReversalRequest",
]
