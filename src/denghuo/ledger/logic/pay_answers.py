"""What one row of a bank's answer means for one order. Pure: the rows, the orders, the verdict.

Only ``paid`` and ``returned`` change an order. Everything else is listed for a person and
books nothing; nothing pays or books twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from denghuo.kernel.wording import gettext_noop
from denghuo.ledger.logic.bank_formats import BankFormat
from denghuo.ledger.logic.bank_lines import ReadLine
from denghuo.ledger.logic.pay_states import (
    AWAITING_BANK,
    CAME_BACK,
    PayState,
    ReturnReason,
)


class Outcome(StrEnum):
    """What became of one row."""

    PAID = "paid"
    RETURNED = "returned"
    PROCESSING = "processing"
    REPEATED = "repeated"
    CONTRADICTS = "contradicts"
    AMOUNT_DIFFERS = "amount_differs"
    UNKNOWN_ORDER = "unknown_order"
    OTHER_FILE = "other_file"
    NOT_SENT = "not_sent"
    UNKNOWN_CODE = "unknown_code"
    UNREADABLE = "unreadable"


SETTLING = frozenset({Outcome.PAID, Outcome.RETURNED})
# What a person has to look at; a repeated row or one still in work needs nobody.
IN_ERROR = frozenset(Outcome) - SETTLING - {Outcome.PROCESSING, Outcome.REPEATED}

OUTCOME_NAMES: dict[Outcome, str] = {
    Outcome.PAID: gettext_noop("已到账"),
    Outcome.RETURNED: gettext_noop("退回"),
    Outcome.PROCESSING: gettext_noop("银行还在处理"),
    Outcome.REPEATED: gettext_noop("重复行，没有再记账"),
    Outcome.CONTRADICTS: gettext_noop("和银行以前的答复相反"),
    Outcome.AMOUNT_DIFFERS: gettext_noop("金额和我们发的不一样"),
    Outcome.UNKNOWN_ORDER: gettext_noop("没有这个付款单号"),
    Outcome.OTHER_FILE: gettext_noop("这笔不在所答复的文件里"),
    Outcome.NOT_SENT: gettext_noop("这笔还没有发给银行"),
    Outcome.UNKNOWN_CODE: gettext_noop("不认得的结果代码"),
    Outcome.UNREADABLE: gettext_noop("这一行读不出来"),
}
NEXT_STEPS: dict[Outcome, str] = {
    Outcome.RETURNED: "请和收款人核对账户，再重开一笔或停止支付。",
    Outcome.PROCESSING: "等银行下一份文件。",
    Outcome.CONTRADICTS: "先向银行书面核实，弄清以前不要重付。",
    Outcome.AMOUNT_DIFFERS: "没有记账。请向银行核实实付金额。",
    Outcome.UNKNOWN_ORDER: "没有记账。请问银行这笔是谁发的。",
    Outcome.OTHER_FILE: "没有记账。请银行在对应的文件里答复。",
    Outcome.NOT_SENT: "没有记账。请立即向银行核实：我们没有发过这笔。",
    Outcome.UNKNOWN_CODE: "没有记账。请问银行这个代码的意思，登记以后再查询这笔。",
    Outcome.UNREADABLE: "没有记账。请银行重发这一行。",
}


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What must be known of an order. ``asked``: it stands in the file that is answered."""

    state: PayState
    amount_fen: int
    asked: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcome, and the reason where the money came back."""

    outcome: Outcome
    reason: ReturnReason | None = None


def judge(
    line: ReadLine, order: OrderFacts | None, form: BankFormat, *, conflicting: bool
) -> Judgement:
    """What the row means.

    ``conflicting``: the same file says different things of this order, so neither is believed.
    """
    if line.trouble:
        return Judgement(Outcome.UNREADABLE)
    if order is None:
        return Judgement(Outcome.UNKNOWN_ORDER)
    if not order.asked:
        return Judgement(Outcome.OTHER_FILE)
    result = form.results.get(str(line.cells["code"]))
    if result is None:
        return Judgement(Outcome.UNKNOWN_CODE)
    if conflicting:
        return Judgement(Outcome.CONTRADICTS)
    if line.cells["amount_fen"] != order.amount_fen:
        return Judgement(Outcome.AMOUNT_DIFFERS)
    if order.state in AWAITING_BANK:
        if result.answer == "processing":
            return Judgement(Outcome.PROCESSING)
        if result.answer == "settled":
            return Judgement(Outcome.PAID)
        return Judgement(Outcome.RETURNED, result.reason)
    if order.state not in {PayState.PAID, *CAME_BACK}:
        return Judgement(Outcome.NOT_SENT)
    said_before = "settled" if order.state is PayState.PAID else "returned"
    # "Still in work" after a final answer is an old row, not another answer.
    same = result.answer in {said_before, "processing"}
    return Judgement(Outcome.REPEATED if same else Outcome.CONTRADICTS)
