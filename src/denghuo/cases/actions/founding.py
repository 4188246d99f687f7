"""A grant for a founder whose firm has another one."""

from __future__ import annotations

from denghuo.cases.actions.turns import Turn
from denghuo.cases.queries.founders import shared_firms
from denghuo.kernel.refusal import RefusalError


class SharedFirmError(RefusalError):
    """Another founder of the firm has a case of the same item: who grants it says why."""

    code = "cases.shared_firm"
    template = (
        "“{firm}”的另一位创办人也有一件（{number}）。"
        "一家单位给几位，还没有查到规定：要批准，请在说明里写清为什么。"
    )
    status = 409


def demand_reason_for_shared(turn: Turn, note: str) -> None:
    """Said before the proposal, so that the checker and the file have it."""
    if note.strip():
        return
    for one in shared_firms(turn.view):
        raise SharedFirmError(field="note", firm=one.firm, number=one.number)
