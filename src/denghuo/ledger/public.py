"""The door of the ledger room: what other floors may import.

Sums are whole fen. ``about`` is text (``cases.Case:<uuid>``), so the ledger knows no other
room. Whether somebody may spend is decided by who calls; that it balances is decided here.
"""

from __future__ import annotations

from denghuo.ledger.actions.accounts import close_account, open_account
from denghuo.ledger.actions.bank_files import (
    NothingToSendError,
    download_bank_file,
    make_bank_file,
    release_bank_file,
)
from denghuo.ledger.actions.bank_reading import read_return_file
from denghuo.ledger.actions.bank_returns import receive_return_file
from denghuo.ledger.actions.entries import post, post_many, reverse_entry
from denghuo.ledger.actions.holds import (
    HoldsNotPlacedError,
    NewHold,
    place_hold,
    place_many_holds,
    release_hold,
    release_many_holds,
    settle_hold,
)
from denghuo.ledger.actions.pay_orders import cancel_order, give_up_order, order_payments, reissue
from denghuo.ledger.actions.refusals import BelowFloorError, NoSuchAccountError
from denghuo.ledger.actions.repayments import (
    BankReferenceError,
    BankReferenceUsedError,
    RepaidDayError,
    record_repayment,
    repayment_booked,
)
from denghuo.ledger.logic.bank_formats import bank_format
from denghuo.ledger.logic.bank_stand_in import FaultRates, answer_payments
from denghuo.ledger.logic.entries import Line, NewEntry
from denghuo.ledger.logic.pay_answers import Outcome
from denghuo.ledger.logic.pay_drafts import PayOrderDraft, bank_account, checked_draft
from denghuo.ledger.logic.pay_states import PayState, ReturnReason
from denghuo.ledger.logic.payees import AccountNameError
from denghuo.ledger.queries.accounts import AccountView, accounts_of, balance
from denghuo.ledger.queries.bank_files import (
    BankFileView,
    ReturnFileView,
    draw_bank_file,
    list_bank_files,
    orders_settled,
)
from denghuo.ledger.queries.counted import orders_paid
from denghuo.ledger.queries.entries import EntryView, entries_about
from denghuo.ledger.queries.holds import HoldView, hold_of
from denghuo.ledger.queries.payments import PayOrderView, ordered_about, pay_orders_about
from denghuo.ledger.queries.repayments import RepaymentView, repayments_about
from denghuo.ledger.queries.statements import Statement, StatementLine, statement
from denghuo.ledger.queries.trial import TrialBalance, TrialRow, trial_balance

__all__ = [
    "AccountNameError",
    "AccountView",
    "BankFileView",
    "BankReferenceError",
    "BankReferenceUsedError",
    "BelowFloorError",
    "EntryView",
    "FaultRates",
    "HoldView",
    "HoldsNotPlacedError",
    "Line",
    "NewEntry",
    "NewHold",
    "NoSuchAccountError",
    "NothingToSendError",
    "Outcome",
    "PayOrderDraft",
    "PayOrderView",
    "PayState",
    "RepaidDayError",
    "RepaymentView",
    "ReturnFileView",
    "ReturnReason",
    "Statement",
    "StatementLine",
    "TrialBalance",
    "TrialRow",
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
    "entries_about",
    "give_up_order",
    "hold_of",
    "list_bank_files",
    "make_bank_file",
    "open_account",
    "order_payments",
    "ordered_about",
    "orders_paid",
    "orders_settled",
    "pay_orders_about",
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
    "reverse_entry",
    "settle_hold",
    "statement",
    "trial_balance",
]
