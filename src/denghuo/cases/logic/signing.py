"""Maker, checker and subject are three; above a sum a third signs.

Nobody works on a case of their own, of somebody they declared a relation with, or of somebody
for whom they stand at the counter under a mandate.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from denghuo.kernel.refusal import RefusalError

Result = Literal["approved", "refused"]
RESULT_WORDS: dict[Result, str] = {"approved": "批准", "refused": "不批准"}


class SameHandError(RefusalError):
    """Whoever made the proposal, or looked into it, does not decide on it."""

    code = "cases.same_hand"
    template = "这件事您已经{what}，要请另一位同事来{do}。"
    status = 409


class RelatedHandError(RefusalError):
    """A declared relation, or one's own affair."""

    code = "cases.related_hand"
    template = "您和申请人有{relation}关系，要回避，请同事来办。"
    status = 403


class ThirdSignNeededError(RefusalError):
    """Above the sum, the last signature is a supervisor's."""

    code = "cases.third_sign_needed"
    template = "金额超过 {limit}，要由科室负责人最后签字。"
    status = 403


class ResultDiffersError(RefusalError):
    """A checker agrees with the proposal or sends it back; it does not turn into its opposite."""

    code = "cases.result_differs"
    template = "经办人员提的意见是“{proposed}”。不同意的，请退回重审，写明原因。"
    status = 409


@dataclass(frozen=True, slots=True)
class Hands:
    """Who has touched the case so far."""

    opened_by: UUID | None
    verified_by: UUID | None
    proposed_by: UUID | None
    checked_by: UUID | None


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs now. ``relation`` is the declared relation to the subject, in words, or empty."""

    staff_id: UUID
    supervisor: bool
    relation: str = ""


def demand_unrelated(signer: Signer) -> None:
    """Raises ``RelatedHandError``."""
    if signer.relation:
        raise RelatedHandError(relation=signer.relation)


def demand_maker(signer: Signer, hands: Hands) -> None:
    """Whoever handed the papers in for the applicant does not judge them.

    Raises ``RelatedHandError``, ``SameHandError``.
    """
    demand_unrelated(signer)
    if signer.staff_id == hands.opened_by:
        raise SameHandError(what="代申请人办过", do="审核")


def demand_checker(signer: Signer, hands: Hands) -> None:
    """Raises ``RelatedHandError``, ``SameHandError``."""
    demand_maker(signer, hands)
    if signer.staff_id in {hands.proposed_by, hands.verified_by}:
        raise SameHandError(what="经办过", do="复核")
    if signer.staff_id == hands.checked_by:
        raise SameHandError(what="复核过", do="最后签字")


def needs_third(amount_fen: int, limit_fen: int | None) -> bool:
    """Whether a supervisor signs after the checker: above the sum, not at it."""
    return limit_fen is not None and amount_fen > limit_fen


def is_final(
    signer: Signer, hands: Hands, *, amount_fen: int, limit_fen: int | None, limit_shown: str = ""
) -> bool:
    """Whether this signature decides, or waits for a third.

    Raises what ``demand_checker`` raises, and ``ThirdSignNeededError`` when the third signer is
    no supervisor.
    """
    demand_checker(signer, hands)
    if not needs_third(amount_fen, limit_fen):
        return True
    if hands.checked_by is None:
        return False
    if not signer.supervisor:
        raise ThirdSignNeededError(limit=limit_shown)
    return True


def demand_second_pair(
    signer: Signer, involved: Collection[UUID | None], *, do: str = "复查"
) -> None:
    """For an appeal, an objection or a check after payment: none of those who decided.

    Raises ``RelatedHandError``, ``SameHandError``.
    """
    demand_unrelated(signer)
    if signer.staff_id in set(involved):
        raise SameHandError(what="参与过原来的决定", do=do)
