"""The life of a season: what may follow what, and by whose hand.

A step that works through thousands of rows is a state of its own (``SWEEPING``), so that a
killed worker's step is known and gone on with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Literal

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.wording import gettext_noop

Hand = Literal["officer", "reviewer", "supervisor", "system"]


class SeasonState(StrEnum):
    """Where a season stands."""

    DRAFT = "draft"
    SWEEPING = "sweeping"
    NO_RULE = "no_rule"
    PROPOSED = "proposed"
    SAMPLING = "sampling"
    OPENING = "opening"
    OPENED = "opened"
    SIGNING = "signing"
    SIGNED = "signed"
    ANNOUNCING = "announcing"
    ANNOUNCED = "announced"
    PAYING = "paying"
    PAID_OUT = "paid_out"
    CLOSED = "closed"
    STOPPED = "stopped"


# Why a case is left by the first signature, as the season's page counts it.
WAITS_FOR_SECOND = "等科室负责人签字"


class SeasonMove(StrEnum):
    """What moves it."""

    START = "start"
    SWEPT = "swept"
    FIND_NO_RULE = "find_no_rule"
    ASK_AGAIN = "ask_again"
    DRAW = "draw"
    ACCEPT_SAMPLE = "accept_sample"
    OPENED = "opened"
    SIGN = "sign"
    SIGNED = "signed"
    ANNOUNCE = "announce"
    ANNOUNCED = "announced"
    PAY = "pay"
    ORDERED = "ordered"
    CLOSE = "close"
    STOP = "stop"


STATE_WORDS: Mapping[SeasonState, str] = {
    SeasonState.DRAFT: gettext_noop("待开始"),
    SeasonState.SWEEPING: gettext_noop("正在比对"),
    SeasonState.NO_RULE: gettext_noop("没有现行规定，等人判断"),
    SeasonState.PROPOSED: gettext_noop("名单已出，等抽查"),
    SeasonState.SAMPLING: gettext_noop("正在抽查"),
    SeasonState.OPENING: gettext_noop("正在立案"),
    SeasonState.OPENED: gettext_noop("等签字"),
    SeasonState.SIGNING: gettext_noop("正在签批"),
    SeasonState.SIGNED: gettext_noop("已签批，等公示"),
    SeasonState.ANNOUNCING: gettext_noop("正在上公示"),
    SeasonState.ANNOUNCED: gettext_noop("公示和确认账户中"),
    SeasonState.PAYING: gettext_noop("正在下付款单"),
    SeasonState.PAID_OUT: gettext_noop("已下单，等银行和账户"),
    SeasonState.CLOSED: gettext_noop("已结束"),
    SeasonState.STOPPED: gettext_noop("已停止"),
}

_S, _M = SeasonState, SeasonMove
_OFFICER: frozenset[Hand] = frozenset({"officer", "supervisor"})
_CHECKER: frozenset[Hand] = frozenset({"reviewer", "supervisor"})
_SYSTEM: frozenset[Hand] = frozenset({"system"})
_ANYBODY: frozenset[Hand] = frozenset({"officer", "reviewer", "supervisor", "system"})

_TABLE: Mapping[tuple[SeasonState, SeasonMove], tuple[SeasonState, frozenset[Hand]]] = {
    (_S.DRAFT, _M.START): (_S.SWEEPING, _OFFICER),
    (_S.SWEEPING, _M.SWEPT): (_S.PROPOSED, _SYSTEM),
    (_S.SWEEPING, _M.FIND_NO_RULE): (_S.NO_RULE, _SYSTEM),
    (_S.NO_RULE, _M.ASK_AGAIN): (_S.SWEEPING, _OFFICER),
    (_S.PROPOSED, _M.DRAW): (_S.SAMPLING, _CHECKER),
    (_S.SAMPLING, _M.ACCEPT_SAMPLE): (_S.OPENING, _CHECKER),
    (_S.OPENING, _M.OPENED): (_S.OPENED, _SYSTEM),
    (_S.OPENED, _M.SIGN): (_S.SIGNING, _CHECKER),
    (_S.SIGNING, _M.SIGNED): (_S.SIGNED, _SYSTEM),
    # Above the item's sum a second person signs what the first has signed.
    (_S.SIGNED, _M.SIGN): (_S.SIGNING, _CHECKER),
    (_S.SIGNED, _M.ANNOUNCE): (_S.ANNOUNCING, _OFFICER),
    (_S.ANNOUNCING, _M.ANNOUNCED): (_S.ANNOUNCED, _SYSTEM),
    (_S.ANNOUNCED, _M.PAY): (_S.PAYING, _OFFICER),
    (_S.PAYING, _M.ORDERED): (_S.PAID_OUT, _SYSTEM),
    # Cases whose objection was answered meanwhile are ordered by paying again.
    (_S.PAID_OUT, _M.PAY): (_S.PAYING, _OFFICER),
    (_S.PAID_OUT, _M.CLOSE): (_S.CLOSED, _OFFICER),
    **{
        # Once money was ordered there is nothing left to stop here: orders are cancelled singly.
        (state, _M.STOP): (_S.STOPPED, _ANYBODY)
        for state in SeasonState
        if state not in {_S.PAYING, _S.PAID_OUT, _S.CLOSED, _S.STOPPED}
    },
}

WORKING: frozenset[SeasonState] = frozenset(
    {_S.SWEEPING, _S.OPENING, _S.SIGNING, _S.ANNOUNCING, _S.PAYING}
)


class SeasonStepError(RefusalError):
    """The season does not stand where this step begins."""

    code = "benefits.season_step"
    template = "这一批现在是“{state}”，这一步办不了。没有改动，请刷新看看。"
    status = 409


class SeasonHandError(RefusalError):
    """Another role's step."""

    code = "benefits.season_hand"
    template = "这一步要由{hands}办。"
    status = 403


_HAND_WORDS = {
    "officer": gettext_noop("经办人员"),
    "reviewer": gettext_noop("复核人员"),
    "supervisor": gettext_noop("科室负责人"),
}


def hand_names(hands: Iterable[str]) -> list[str]:
    """What the desk calls these hands, in the words of the source language."""
    return [_HAND_WORDS[one] for one in sorted(hands) if one in _HAND_WORDS]


def next_season_state(state: SeasonState, move: SeasonMove, hands: frozenset[str]) -> SeasonState:
    """Where a move leads. Raises ``SeasonStepError``, ``SeasonHandError``."""
    found = _TABLE.get((state, move))
    if found is None:
        raise SeasonStepError(state=STATE_WORDS[state])
    after, allowed = found
    if hands.isdisjoint(allowed):
        raise SeasonHandError(hands="或".join(hand_names(allowed)))
    return after


def turn_of(state: SeasonState) -> frozenset[Hand]:
    """Whose turn it is: the hands that may take the next step, none while the work runs by
    itself or nothing is left to do. Stopping is nobody's turn."""
    found: set[Hand] = set()
    for (at, move), (_, allowed) in _TABLE.items():
        if at is state and move is not SeasonMove.STOP:
            found |= allowed
    return frozenset(found - {"system"})


def moves_of(state: SeasonState, hands: frozenset[str]) -> tuple[SeasonMove, ...]:
    """What these hands may do now."""
    return tuple(
        move
        for (at, move), (_, allowed) in _TABLE.items()
        if at is state and not hands.isdisjoint(allowed)
    )
