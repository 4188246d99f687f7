"""What the subject reads of a first decision."""

from __future__ import annotations

from denghuo.cases.actions.turns import Turn, tell
from denghuo.cases.logic.claims import is_claim
from denghuo.cases.logic.signing import Result
from denghuo.cases.queries.claims import claim_sum
from denghuo.kernel.money import Money


def tell_decision(turn: Turn, result: Result) -> None:
    """The result, the sum, why not, and the door to object with its last day."""
    row = turn.row
    assert row.decision is not None  # noqa: S101  just written
    until = row.decision.appeal_until
    assert until is not None  # noqa: S101  the first decision names the day
    door = (
        f"觉得不对，{until:%Y-%m-%d} 前可以在这件事的页面上提复查，"
        f"也可以打 {turn.item.ask_office}。"
    )
    claim = is_claim(row.item)
    if result == "approved" and claim:
        tell(turn, "approved", title="请退回多领的款项", body=f"{_asked_back(turn)}{door}")
    elif result == "approved":
        money = f"金额 {Money(row.amount_fen)}。" if row.amount_fen else ""
        after = "接下来公示。" if turn.item.notice.days and row.amount_fen else ""
        tell(turn, "approved", title="您的申请批准了", body=f"{money}{after}{door}")
    else:
        why = "".join(str(one["sentence"]) for one in row.proposed_reasons)
        title = "这笔钱不用退了" if claim else "您的申请有结果了"
        said = "不用退。" if claim else "没有批准。"
        tell(turn, "refused", title=title, body=f"{said}{why}{door}")


def _asked_back(turn: Turn) -> str:
    """What is still to come; what came back before the decision counts."""
    left = claim_sum(turn.row).left_fen
    if not left:
        return "钱已经退清了，不用再退。"
    return f"请退回 {Money(left)}。退到哪个账户、怎么退，打 {turn.item.ask_office} 问。"
