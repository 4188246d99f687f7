"""What stands in the way of a payment: a code in the row, a sentence for whoever reads it."""

from __future__ import annotations

from denghuo.kernel.wording import gettext_noop as _

NO_ACCOUNT = "no_account"
CORRECTED = "account_corrected"
GIVEN_UP = "given_up"
# The bank gave it back, and only another account helps.
_RETURNED = {
    "wrong_name": _("户名不符，被银行退回"),
    "closed_account": _("账户已销户，被银行退回"),
    "frozen_account": _("账户被冻结，被银行退回"),
    "no_such_account": _("账号不存在，被银行退回"),
    "bank_refused": _("银行拒收"),
}
# The confirmed account would be refused: it is asked for again before anything is sent.
_UNFIT = {
    "ledger.account_name": _("名称和账户户名不一样了，请重新确认收款账户"),
    "ledger.account_number": _("账号不对，请重新确认收款账户"),
    "ledger.personal_account": _("给单位的钱不能付到个人卡，请换一个账户"),
    "ledger.bank_text": _("账户的写法银行读不了，请照银行的写法重填"),
}
# What the nightly payment met; the office or the treasury sees to it.
_OFFICE = {
    "cases.notice_needed": _("还没有公示，公示以后才付款"),
    "cases.notice_open": _("公示还没有结束，结束后付款"),
    "cases.objection_open": _("有人提出异议，答复以后才付款"),
    "cases.objection_upheld": _("公示异议属实，要先复查原决定"),
    "cases.nothing_to_pay": _("没有要付的钱，请看批准金额和付款记录"),
    "ledger.below_floor": _("基金的钱不够，等财务补足后自动付款"),
    "ledger.fund_unknown": _("这个地区的基金还没有开户，请财务开户"),
    "ledger.no_such_account": _("账本里缺一个账户，请财务开户"),
    "ledger.account_closed": _("基金的账户已经销户，请财务处理"),
    "ledger.pay_amount": _("付款金额不对，请核对决定"),
    "ledger.pay_key": _("付款单缺编号，请联系管理员"),
    "ledger.pay_key_reused": _("这笔付款和以前的一笔重号，请财务核对"),
    "ledger.key_reused": _("这笔账和以前的一笔重号，请财务核对"),
}
PROBLEM_WORDS: dict[str, str] = {
    NO_ACCOUNT: _("等申请人确认收款账户"),
    CORRECTED: _("账户已改，等财务重新付款"),
    **_RETURNED,
    **_UNFIT,
    **_OFFICE,
    "cancelled": _("付款单已撤销，等财务处理"),
    GIVEN_UP: _("退回后不再付款"),
}
_OTHER = _("付款没有办成，请财务和管理员一起看")
# Trouble that only the applicant can put right; the rest is the office's.
ACCOUNT_WANTED = frozenset({NO_ACCOUNT, *_RETURNED, *_UNFIT})
# After one of these a treasurer sends again: nothing is ordered by itself.
SENT_BACK = frozenset({CORRECTED, *_RETURNED, "cancelled", GIVEN_UP})


def problem_words(code: str) -> str:
    """A sentence for every code, also for one nobody thought of; nothing for none."""
    return PROBLEM_WORDS.get(code, _OTHER) if code else ""
