"""The life of a payment order, as one table.

An answer that has not come is ``unknown``, never a failure: time alone moves an order from
``sent`` to ``unknown`` and no further. Only the bank's word makes it ``paid`` or ``returned``,
and a returned order is never sent again by itself: a person reissues it, as a new order.
"""

from __future__ import annotations

from enum import StrEnum

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.wording import gettext_noop

# Kinds of the entries that orders post; only what happens to the order reverses them.
ORDERED_ENTRY, SETTLED_ENTRY = "pay.ordered", "pay.settled"
PAYMENT_KINDS = frozenset({ORDERED_ENTRY, SETTLED_ENTRY})
# What a payee gave back. No order stands behind it, so two treasurers may reverse it.
REPAID_ENTRY = "pay.repaid"


class PayState(StrEnum):
    """Where an order stands."""

    ORDERED = "ordered"
    IN_FILE = "in_file"
    SENT = "sent"
    UNKNOWN = "unknown"
    PAID = "paid"
    RETURNED = "returned"
    REISSUED = "reissued"
    GIVEN_UP = "given_up"
    CANCELLED = "cancelled"


class PayEvent(StrEnum):
    """What may happen to an order."""

    PUT_IN_FILE = "put_in_file"
    TAKE_OUT = "take_out"
    RELEASE = "release"
    LOSE_SIGHT = "lose_sight"
    SETTLE = "settle"
    RETURN = "return"
    REISSUE = "reissue"
    GIVE_UP = "give_up"
    CANCEL = "cancel"


class ReturnReason(StrEnum):
    """Why a bank gave the money back."""

    WRONG_NAME = "wrong_name"
    CLOSED_ACCOUNT = "closed_account"
    FROZEN_ACCOUNT = "frozen_account"
    NO_SUCH_ACCOUNT = "no_such_account"
    BANK_REFUSED = "bank_refused"


_S, _E = PayState, PayEvent
TRANSITIONS: dict[PayState, dict[PayEvent, PayState]] = {
    _S.ORDERED: {_E.PUT_IN_FILE: _S.IN_FILE, _E.CANCEL: _S.CANCELLED},
    _S.IN_FILE: {_E.RELEASE: _S.SENT, _E.TAKE_OUT: _S.ORDERED},
    _S.SENT: {_E.SETTLE: _S.PAID, _E.RETURN: _S.RETURNED, _E.LOSE_SIGHT: _S.UNKNOWN},
    _S.UNKNOWN: {_E.SETTLE: _S.PAID, _E.RETURN: _S.RETURNED},
    _S.RETURNED: {_E.REISSUE: _S.REISSUED, _E.GIVE_UP: _S.GIVEN_UP},
    _S.PAID: {},
    _S.REISSUED: {},
    _S.GIVEN_UP: {},
    _S.CANCELLED: {},
}
TERMINAL = frozenset(state for state, events in TRANSITIONS.items() if not events)
# The bank has the order and has not said yet what became of it.
AWAITING_BANK = frozenset({_S.SENT, _S.UNKNOWN})
# The bank has said that the money came back.
CAME_BACK = frozenset({_S.RETURNED, _S.REISSUED, _S.GIVEN_UP})
# The same account would come back the same way: only these may be tried again unchanged.
SAME_ACCOUNT_MAY_WORK = frozenset({ReturnReason.FROZEN_ACCOUNT, ReturnReason.BANK_REFUSED})

STATE_NAMES: dict[PayState, str] = {
    _S.ORDERED: gettext_noop("待发"),
    _S.IN_FILE: gettext_noop("已进文件，待放行"),
    _S.SENT: gettext_noop("已发银行"),
    _S.UNKNOWN: gettext_noop("银行没有答复"),
    _S.PAID: gettext_noop("已到账"),
    _S.RETURNED: gettext_noop("被退回"),
    _S.REISSUED: gettext_noop("退回后已重开"),
    _S.GIVEN_UP: gettext_noop("退回后不再付"),
    _S.CANCELLED: gettext_noop("已撤销"),
}
REASON_NAMES: dict[ReturnReason, str] = {
    ReturnReason.WRONG_NAME: gettext_noop("户名不符"),
    ReturnReason.CLOSED_ACCOUNT: gettext_noop("账户已销户"),
    ReturnReason.FROZEN_ACCOUNT: gettext_noop("账户被冻结"),
    ReturnReason.NO_SUCH_ACCOUNT: gettext_noop("账号不存在"),
    ReturnReason.BANK_REFUSED: gettext_noop("银行拒收"),
}


class PayStepError(RefusalError):
    """The order does not stand where this step begins."""

    code = "ledger.pay_step"
    template = "这笔付款现在是“{state}”，这一步办不了。没有改动。"
    status = 409


def next_state(state: PayState, event: PayEvent) -> PayState:
    """Where the event leads. Raises ``PayStepError`` where it leads nowhere."""
    found = TRANSITIONS[state].get(event)
    if found is None:
        raise PayStepError(state=STATE_NAMES[state])
    return found
