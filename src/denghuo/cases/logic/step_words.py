"""Steps in the words of a time line."""

from __future__ import annotations

from denghuo.cases.logic.states import MOVE_WORDS

# Steps that move nothing, in the words of a time line.
STEP_WORDS: dict[str, str] = {
    **{str(move): word for move, word in MOVE_WORDS.items()},
    "assign": "由经办人接手",
    "release": "放回待办",
    "urgent": "改变缓急",
    "extend": "延长办理期限",
    "pause": "期限暂停",
    "resume": "期限继续",
    "account": "确认收款账户",
    "order": "付款已下单",
    "objection": "有人提出异议",
    "objection_answered": "答复异议",
    "rated": "评价",
    "rating_answered": "答复评价",
    "fact": "核实信息",
    "recomputed": "放假安排公布，期限重新计算",
    "clear": "材料已按规定清除",
}
