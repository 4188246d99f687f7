"""The desk's words for a state, a due date and a colour: a sign is never a colour alone."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from denghuo.cases.logic.claims import ClaimSum
from denghuo.cases.logic.clock import Colour
from denghuo.cases.logic.states import STATE_WORDS, Move, State
from denghuo.cases.queries.cases import CaseView
from denghuo.kernel.money import Money
from denghuo.platform.public import Deadline, WorkCalendar, days_left_text

# Elsewhere these words speak to the applicant, whom the desk calls by that name.
_STATES = {State.INCOMPLETE: gettext_lazy("等申请人补材料")}
_STEPS = {str(Move.ASK): gettext_lazy("请申请人补材料")}
TAGS: dict[Colour, str] = {"red": "no", "amber": "wait", "green": "yes", "waiting": "fact"}


def state_words(state: State) -> str:
    """Where a case stands, as staff say it."""
    return str(_STATES.get(state) or _(STATE_WORDS[state]))


def step_words(kind: str, word: str) -> str:
    """What was done, as staff say it; ``word`` is what the time line calls it."""
    return str(_STEPS.get(kind) or _(word))


def due_words(case: CaseView, *, on: date, calendar: WorkCalendar) -> str:
    """``还有 3 个工作日（2026-11-26）``; what waits for the applicant says until when."""
    if not case.in_work:
        return _("已经办完")
    if case.due_on is None:
        if case.answer_by:
            return _("期限暂停，等申请人到 {day}").format(day=case.answer_by.isoformat())
        return _("期限暂停，等别的单位") if case.due_kind else _("没有期限在走")
    deadline = Deadline(case.due_on, case.due_provisional)
    left = days_left_text(deadline, on=on, calendar=calendar)
    day = case.due_on.isoformat()
    return left if day in left else f"{left}（{day}）"


def claim_amounts(money: ClaimSum) -> list[dict[str, str]]:
    """What a claim asks, what came back, what is still to come."""
    pairs = [
        (_("要退"), money.asked_fen),
        (_("已退"), money.repaid_fen),
        (_("还差"), money.left_fen),
    ]
    if money.given_fen:
        pairs[1] = (_("已退"), money.repaid_fen + money.given_fen)
        pairs.insert(2, (_("还给对方的"), money.given_fen))
    if money.over_fen:
        pairs.append((_("多收的，要还给对方"), money.over_fen))
    return [{"name": name, "value": str(Money(fen))} for name, fen in pairs]
