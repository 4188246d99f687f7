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
from denghuo.ledger.actions.bank_files import (
    NothingToSendError,
    download_bank_file,
    drop_bank_file,
    make_bank_file,
    make_query_file,
    release_bank_file,
)
from denghuo.ledger.actions.bank_reading import read_return_file
from denghuo.ledger.actions.bank_returns import receive_return_file
from denghuo.ledger.actions.entries import post, post_many, reverse_entries, reverse_entry
from denghuo.ledger.actions.holds import (
    HoldEndedError,
    HoldExceededError,
    HoldsNotPlacedError,
    NewHold,
    place_hold,
    place_many_holds,
    release_hold,
    release_many_holds,
    settle_hold,
)
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
    PaymentEntryError,
    ReversalOfReversalError,
)
from denghuo.ledger.actions.repayments import (
    BankReferenceError,
    BankReferenceUsedError,
    RepaidDayError,
    record_repayment,
    repayment_booked,
)
from denghuo.ledger.logic.bank_formats import bank_format
from denghuo.ledger.logic.bank_stand_in import FaultRates, answer_payments
from denghuo.ledger.logic.entries import Line, NewEntry, NewReversal, UnbalancedEntryError
from denghuo.ledger.logic.pay_answers import Outcome
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
from denghuo.ledger.queries.accounts import AccountView, accounts_of, balance
from denghuo.ledger.queries.bank_files import (
    BankFileView,
    ReturnFileView,
    draw_bank_file,
    list_bank_files,
    orders_settled,
)
from denghuo.ledger.queries.counted import orders_paid
from denghuo.ledger.queries.entries import EntryView, entries_about, entry_of
from denghuo.ledger.queries.holds import HoldView, hold_of, holds_about
from denghuo.ledger.queries.payments import (
    PayOrderNotFoundError,
    PayOrderView,
    ordered_about,
    pay_order,
    pay_orders_about,
    pay_orders_by_key,
)
from denghuo.ledger.queries.repayments import RepaymentView, repayments_about
from denghuo.ledger.queries.statements import Statement, StatementLine, statement
from denghuo.ledger.queries.tracing import EntryPage, EntryTrace, trace, trace_entry
from denghuo.ledger.queries.trial import TrialBalance, TrialRow, trial_balance

__all__ = [
    "AccountClosedError",
    "AccountDiffersError",
    "AccountNameError",
    "AccountNotEmptyError",
    "AccountNotFoundError",
    "AccountNumberError",
    "AccountView",
    "AlreadyReversedError",
    "BankFileView",
    "BankReferenceError",
    "BankReferenceUsedError",
    "BankTextError",
    "BelowFloorError",
    "EntryNotFoundError",
    "EntryPage",
    "EntryTrace",
    "EntryView",
    "FaultRates",
    "FundUnknownError",
    "HoldEndedError",
    "HoldExceededError",
    "HoldView",
    "HoldsNotPlacedError",
    "LedgerKeyReusedError",
    "Line",
    "NewEntry",
    "NewHold",
    "NewReversal",
    "NoSuchAccountError",
    "NothingToSendError",
    "Outcome",
    "PayAmountError",
    "PayKeyReusedError",
    "PayOrderDraft",
    "PayOrderNotFoundError",
    "PayOrderView",
    "PayState",
    "PayStepError",
    "PaymentEntryError",
    "PersonalAccountError",
    "RepaidDayError",
    "RepaymentView",
    "ReturnFileView",
    "ReturnReason",
    "ReversalOfReversalError",
    "Statement",
    "StatementLine",
    "TrialBalance",
    "TrialRow",
    "UnbalancedEntryError",
    "accounts_of",
    "answer_payments",
    "balance",
    "bank_account",
    "bank_format",
    "cancel_order",
    "checked_draft",
    "close_account",
    "download_bank_file",
    "draw_bank_file",
    "drop_bank_file",
    "entries_about",
    "entry_of",
    "give_up_order",
    "hold_of",
    "holds_about",
    "list_bank_files",
    "make_bank_file",
    "make_query_file",
    "open_account",
    "order_payments",
    "ordered_about",
    "orders_paid",
    "orders_settled",
    "pay_order",
    "pay_orders_about",
    "pay_orders_by_key",
    "place_hold",
    "place_many_holds",
    "post",
    "post_many",
    "read_return_file",
    "receive_return_file",
    "record_repayment",
    "reissue",
    "release_bank_file",
    "release_hold",
    "release_many_holds",
    "repayment_booked",
    "repayments_about",
    "reverse_entries",
    "reverse_entry",
    "settle_hold",
    "statement",
    "trace",
    "trace_entry",
    "transit_account",
    "trial_balance",
]
