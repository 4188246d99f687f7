"""A wage as one line of Chinese, and why one was not understood."""

from __future__ import annotations

from denghuo.employment.logic.wages.values import Wage, Why
from denghuo.kernel.money import FEN_PER_YUAN
from denghuo.kernel.wording import gettext_noop

_WHY: dict[Why, str] = {
    "": "",
    "empty": gettext_noop("没有写工资。"),
    "no_amount": gettext_noop("没有找到金额。请写成“5000-8000元/月”这样。"),
    "period_not_stated": gettext_noop("没有写是按月、按天还是按小时。请写明。"),
    "high_below_low": gettext_noop("最高工资低于最低工资。请核对。"),
    "out_of_range": gettext_noop("金额太大或太小，可能少写了单位。请核对。"),
    "other_currency": gettext_noop("不是人民币。请按人民币写。"),
    "too_long": gettext_noop("工资一栏的字太多。请只写工资。"),
}


def why_sentence(wage: Wage) -> str:
    """Why a wage was not understood: the sentence and translation key, empty where it was."""
    return _WHY[wage.why]


def _yuan(fen: int) -> str:
    yuan, rest = divmod(fen, FEN_PER_YUAN)
    return f"{yuan:,}.{rest:02d}" if rest else f"{yuan:,}"


def wage_line(wage: Wage) -> str:
    """5,000–8,000 元/月·13薪. Read back it gives the same sums (tests prove it)."""
    if wage.outcome != "understood":
        rate = f"{_yuan(wage.piece_fen)} 元/件" if wage.piece_fen else "计件"
        return {"open": "面议", "by_piece": rate}.get(wage.outcome, "")
    pays = f"·{wage.pays_a_year}薪" if wage.pays_a_year != 12 else ""
    if wage.low_fen is None:
        return f"{_yuan(wage.high_fen or 0)} 元/月以下{pays}"
    if wage.high_fen is None:
        if wage.commission and wage.base_fen == wage.low_fen:
            return f"底薪 {_yuan(wage.low_fen)} 元/月+提成{pays}"
        return f"{_yuan(wage.low_fen)} 元/月以上{pays}"
    if wage.low_fen == wage.high_fen:
        return f"{_yuan(wage.low_fen)} 元/月{pays}"
    return f"{_yuan(wage.low_fen)}–{_yuan(wage.high_fen)} 元/月{pays}"
