"""Steps in the words of a time line."""

from __future__ import annotations

from denghuo.cases.logic.states import MOVE_WORDS
from denghuo.kernel.wording import gettext_noop as _

# Steps that move nothing, in the words of a time line.
STEP_WORDS: dict[str, str] = {
    **{str(move): word for move, word in MOVE_WORDS.items()},
    "assign": _("由经办人接手"),
    "release": _("放回待办"),
    "urgent": _("改变缓急"),
    "extend": _("延长办理期限"),
    "pause": _("期限暂停"),
    "resume": _("期限继续"),
    "account": _("确认收款账户"),
    "order": _("付款已下单"),
    "objection": _("有人提出异议"),
    "objection_answered": _("答复异议"),
    "rated": _("评价"),
    "rating_answered": _("答复评价"),
    "fact": _("核实信息"),
    "recomputed": _("放假安排公布，期限重新计算"),
    "clear": _("材料已按规定清除"),
    "claim_dropped": _("追回的钱不用退了"),
    "repaid": _("退回的钱到账"),
    "unbooked": _("一笔退款登记错了，已冲正"),
    "giving_back": _("多收的钱，下单还给您"),
    "given_back": _("多收的钱还到了您的账户"),
    "give_back_failed": _("还给您的钱被银行退回"),
}
