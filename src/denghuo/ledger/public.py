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
from denghuo.ledger.actions.pay_orders import (
    FundUnknownError,
    PayKeyReusedError,
    cancel_order,
    give_up_order,
    order_payments,
    reissue,
)
from denghuo.ledger.actions.refusals import (
    AccountClosedError,
    AlreadyReversedError,
    BelowFloorError,
    LedgerKeyReusedError,
    NoSuchAccountError,
    ReversalOfReversalError,
)
from denghuo.ledger.logic.entries import Line, NewEntry, NewReversal, UnbalancedEntryError
from denghuo.ledger.logic.pay_drafts import (
    PayAmountError,
    PayOrderDraft,
    bank_account,
    checked_draft,
    transit_account,
)
from denghuo.ledger.logic.pay_states import PayState, PayStepError, ReturnReason
from denghuo.ledger.logic.payees import (
    AccountNameError,
    AccountNumberError,
    BankTextError,
    PersonalAccountError,
)
from denghuo.ledger.queries.accounts import AccountView, balance
from denghuo.ledger.queries.entries import EntryView, entries_about, entry_of
from denghuo.ledger.queries.payments import (
    PaymentsSummary,
    PayOrderNotFoundError,
    PayOrderView,
    pay_order,
    pay_orders_about,
    pay_orders_by_key,
    payments_summary,
)

__all__ = [
    "AccountClosedError",
    "AccountDiffersError",
    "AccountNameError",
    "AccountNotEmptyError",
    "AccountNotFoundError",
    "AccountNumberError",
    "AccountView",
    "AlreadyReversedError",
    "BankTextError",
    "BelowFloorError",
    "EntryNotFoundError",
    "EntryView",
    "FundUnknownError",
    "LedgerKeyReusedError",
    "Line",
    "NewEntry",
    "NewReversal",
    "NoSuchAccountError",
    "PayAmountError",
    "PayKeyReusedError",
    "PayOrderDraft",
    "PayOrderNotFoundError",
    "PayOrderView",
    "PayState",
    "PayStepError",
    "PaymentsSummary",
    "PersonalAccountError",
    "ReturnReason",
    "ReversalOfReversalError",
    "UnbalancedEntryError",
    "balance",
    "bank_account",
    "cancel_order",
    "checked_draft",
    "close_account",
    "entries_about",
    "entry_of",
    "give_up_order",
    "open_account",
    "order_payments",
    "pay_order",
    "pay_orders_about",
    "pay_orders_by_key",
    "payments_summary",
    "post",
    "post_many",
    "reissue",
    "reverse_entries",
    "reverse_entry",
    "transit_account",
]
