"""The life of a policy text: who may move it where.

draft → proposed → published → withdrawn; proposed → draft (returned with a reason);
draft → discarded. Publishing and returning need a second person; nobody publishes their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal
from uuid import UUID

from denghuo.kernel.refusal import RefusalError


class TextState(Enum):
    """Where a text stands."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    DISCARDED = "discarded"


Move = Literal["edit", "propose", "return", "publish", "withdraw", "discard"]
Role = Literal["policy_officer", "policy_publisher"]

_MOVES: dict[tuple[TextState, Move], tuple[TextState, Role]] = {
    (TextState.DRAFT, "edit"): (TextState.DRAFT, "policy_officer"),
    (TextState.DRAFT, "propose"): (TextState.PROPOSED, "policy_officer"),
    (TextState.DRAFT, "discard"): (TextState.DISCARDED, "policy_officer"),
    (TextState.PROPOSED, "return"): (TextState.DRAFT, "policy_publisher"),
    (TextState.PROPOSED, "publish"): (TextState.PUBLISHED, "policy_publisher"),
    (TextState.PUBLISHED, "withdraw"): (TextState.WITHDRAWN, "policy_publisher"),
}
_NEEDS_SECOND_PERSON: frozenset[Move] = frozenset({"publish", "return"})
_NEEDS_AUTHOR: frozenset[Move] = frozenset({"edit", "propose", "discard"})
_NEEDS_REASON: frozenset[Move] = frozenset({"return", "withdraw"})


class MoveNotAllowedError(RefusalError):
    """This text cannot make this move now (someone else may have moved it first)."""

    code = "policy.move_not_allowed"
    template = "这份规则现在是“{state}”，不能这样做。请刷新看看是不是别人刚处理过。"
    status = 409


class SecondPersonNeededError(RefusalError):
    """The author of a text may not publish or return it."""

    code = "policy.second_person_needed"
    template = "自己写的规则要请另一位同事发布。"
    status = 409


class NotYourTextError(RefusalError):
    """Only its author works on a draft."""

    code = "policy.not_your_text"
    template = "这是别人的草稿。您可以另写一份。"
    status = 409


class ReasonNeededError(RefusalError):
    """A move that takes something back says why."""

    code = "policy.reason_needed"
    template = "请写明原因。"


@dataclass(frozen=True, slots=True)
class Hand:
    """Who moves the text."""

    staff_id: UUID
    roles: frozenset[str]


_STATE_WORDS = {
    TextState.DRAFT: "草稿",
    TextState.PROPOSED: "待发布",
    TextState.PUBLISHED: "已发布",
    TextState.WITHDRAWN: "已撤下",
    TextState.DISCARDED: "已放弃",
}


def next_state(
    state: TextState, move: Move, *, author: UUID, hand: Hand, reason: str = ""
) -> TextState:
    """The state after the move. Raises the refusal that names the rule it breaks."""
    found = _MOVES.get((state, move))
    if found is None:
        raise MoveNotAllowedError(state=_STATE_WORDS[state])
    after, role = found
    if role not in hand.roles:
        raise MoveNotAllowedError(state=_STATE_WORDS[state])
    if move in _NEEDS_SECOND_PERSON and hand.staff_id == author:
        raise SecondPersonNeededError
    if move in _NEEDS_AUTHOR and hand.staff_id != author:
        raise NotYourTextError
    if move in _NEEDS_REASON and not reason.strip():
        raise ReasonNeededError(field="reason")
    return after
