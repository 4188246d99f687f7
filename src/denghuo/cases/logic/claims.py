"""A claim for money back: what is asked, what came back, and whose turn it is.

A claim is a case of its own (``claw-back-firm``, ``claw-back-person``). Nothing is ever debited:
it ends when the money came back, when a later decision grants it again, or when it is refused.
What came in beyond it goes back to the payee. An entry that was reversed says that its money did
not come: a claim it had ended is open again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from denghuo.cases.logic.states import State
from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.wording import gettext_noop as _

PREFIX = "claw-back-"
# It asks for nothing any more.
OVER = frozenset({State.WITHDRAWN, State.REFUSED, State.CLOSED})
_STANDS = frozenset({State.APPROVED, State.UPHELD, State.CHANGED})

Turn = Literal[
    "subject_speaks", "officer", "reviewer", "supervisor", "takes_over", "subject_pays",
    "treasurer", "miscounted", "late", "over",
]  # fmt: skip

# Who acts now, as the desk reads it.
TURN_WORDS: dict[Turn, str] = {
    "subject_speaks": _("等对方说明情况。到期没有说的，自动受理，由经办人员接着审核。"),
    "officer": _("经办人员：看对方的说明和原来的办件，提出退还是不退。"),
    "reviewer": _("复核人员：同意，或者退回再看。"),
    "supervisor": _("科室负责人：答复复查。"),
    "takes_over": _("接收单位：接手。"),
    "subject_pays": _("等对方退钱。收到以后，财务照银行流水登记，退清了自动办结。"),
    "late": _("复查期限过了，钱还没有退清。科室负责人：决定怎么催。不会自动扣款。"),
    "treasurer": _("财务：多收的钱要还给对方。"),
    "miscounted": _("财务：还给对方的比收到的多，因为有一笔登记冲正了。请对方把多出的退回来。"),
    "over": _("不用再办。"),
}


class NotAClaimError(RefusalError):
    """Money is recorded as given back only where it was asked back."""

    code = "cases.not_a_claim"
    template = "这件事没有要求退钱。请先开付款后核查，由办件决定退不退。"
    status = 409


class RepaidTooMuchError(RefusalError):
    """More than is asked for is booked only by somebody who says that it came."""

    code = "cases.repaid_too_much"
    template = "还差 {left}，这一笔是 {given}，超过了。请核对流水；确实多收了，在下面打勾再登记。"
    status = 409


class RepaidAmountError(RefusalError):
    """At least a fen."""

    code = "cases.repaid_amount"
    template = "退回金额要大于 0。"


class ClaimOpenError(RefusalError):
    """A claim that stands ends with the money, not with a press."""

    code = "cases.claim_open"
    template = "还差 {left} 没有退，不能办结。退清了会自动办结。"
    status = 409


class NoSurplusError(RefusalError):
    """Nothing came in too much, or it is on its way back already."""

    code = "cases.no_surplus"
    template = "没有多收的钱要还。"
    status = 409


class SurplusChangedError(RefusalError):
    """What is to go back is not what the page showed."""

    code = "cases.surplus_changed"
    template = "要还给对方的钱变了，现在是 {over}。请看一遍再点。"
    status = 409


@dataclass(frozen=True, slots=True)
class ClaimSum:
    """What a claim asks and what came back, in fen. ``repaid_fen`` is what came in without
    ``given_fen``, which was ordered back to the payee; a reversed entry can make it negative."""

    asked_fen: int
    repaid_fen: int
    given_fen: int = 0

    @property
    def left_fen(self) -> int:
        """What is still to come."""
        return max(0, self.asked_fen - self.repaid_fen)

    @property
    def over_fen(self) -> int:
        """What came in beyond what is asked: by a later decision, or because more was sent."""
        return max(0, self.repaid_fen - self.asked_fen)

    @property
    def whole(self) -> bool:
        """All that is asked came back."""
        return self.asked_fen > 0 and not self.left_fen


def is_claim(item: str) -> bool:
    """Whether a service item asks money back."""
    return item.startswith(PREFIX)


def demand_fits(known: ClaimSum, amount_fen: int, *, surplus: bool = False) -> None:
    """Whether so much may be booked now; with ``surplus`` also more than is asked.

    Raises ``RepaidAmountError``, ``RepaidTooMuchError``.
    """
    if amount_fen <= 0:
        raise RepaidAmountError(field="amount")
    if amount_fen > known.left_fen and not surplus:
        raise RepaidTooMuchError(
            field="amount", left=str(Money(known.left_fen)), given=str(Money(amount_fen))
        )


def demand_surplus(known: ClaimSum, seen_fen: int) -> None:
    """Whether this is what is to go back. Raises ``NoSurplusError``, ``SurplusChangedError``."""
    if not known.over_fen:
        raise NoSurplusError
    if known.over_fen != seen_fen:
        raise SurplusChangedError(over=str(Money(known.over_fen)))


def whose_turn(state: State, known: ClaimSum, *, appeal_until: date | None, on: date) -> Turn:
    """Who must act for the claim to go on."""
    if known.over_fen:
        return "treasurer"
    if known.repaid_fen < 0:
        return "miscounted"
    if state in OVER:
        return "over"
    if state in _STANDS:
        return "late" if appeal_until is not None and on > appeal_until else "subject_pays"
    waits: dict[State, Turn] = {
        State.SUBMITTED: "subject_speaks",
        State.INCOMPLETE: "subject_speaks",
        State.PROPOSED: "reviewer",
        State.APPEALED: "supervisor",
        State.TRANSFERRED: "takes_over",
    }
    return waits.get(state, "officer")
