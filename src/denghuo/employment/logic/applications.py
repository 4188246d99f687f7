"""The life of an application for a post: its states, the moves, and whose hand makes each.

    sent → seen → interview → offered → hired
    sent | seen | interview → offered                       (no need to meet twice)
    sent | seen | interview | offered → refused             (with a reason; or the post closed)
    offered → withdrawn                                     (declined, or never answered)
    any live state → withdrawn                              (the applicant's own wish)
    any live state → obsolete                               (hired by another firm)

A hire needs two hands: the firm offers, the applicant accepts. Were the firm's word enough, one
click at firm A would end the same person's talks with firm B (decision 0100). An offer is a
promise: a post never has more offers out than places left, so accepting one cannot come too late.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.wording import gettext_noop as _

Hand = Literal["applicant", "firm", "system"]


class State(StrEnum):
    """Where an application stands."""

    SENT = "sent"
    SEEN = "seen"
    INTERVIEW = "interview"
    OFFERED = "offered"
    HIRED = "hired"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    OBSOLETE = "obsolete"

    @property
    def word(self) -> str:
        """The Chinese word on screen."""
        return STATE_WORDS[self]


STATE_WORDS: dict[State, str] = {
    State.SENT: _("已投递"),
    State.SEEN: _("单位看过了"),
    State.INTERVIEW: _("约了面试"),
    State.OFFERED: _("单位想录用您"),
    State.HIRED: _("已录用"),
    State.REFUSED: _("没有录用"),
    State.WITHDRAWN: _("已撤回"),
    State.OBSOLETE: _("已在别处上岗"),
}
# What the firm reads of the same state.
FIRM_STATE_WORDS: dict[State, str] = {
    State.SENT: _("新投递"),
    State.SEEN: _("已看"),
    State.INTERVIEW: _("已约面试"),
    State.OFFERED: _("等对方答复"),
    State.HIRED: _("已录用"),
    State.REFUSED: _("未录用"),
    State.WITHDRAWN: _("对方已撤回"),
    State.OBSOLETE: _("对方已在别处上岗"),
}


class Move(StrEnum):
    """What somebody does to an application that moves it."""

    SEND = "send"
    LOOK = "look"
    INVITE = "invite"
    OFFER = "offer"
    ACCEPT = "accept"
    DECLINE = "decline"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    SUPERSEDE = "supersede"

    @property
    def word(self) -> str:
        """What was done, as a time line says it."""
        return MOVE_WORDS[self]


MOVE_WORDS: dict[Move, str] = {
    Move.SEND: _("投递"),
    Move.LOOK: _("单位看了"),
    Move.INVITE: _("约面试"),
    Move.OFFER: _("发出录用意向"),
    Move.ACCEPT: _("接受录用"),
    Move.DECLINE: _("谢绝录用"),
    Move.REFUSE: _("不录用"),
    Move.WITHDRAW: _("撤回"),
    Move.LAPSE: _("到期没有答复"),
    Move.SUPERSEDE: _("已在别处上岗"),
}

LIVE = frozenset({State.SENT, State.SEEN, State.INTERVIEW, State.OFFERED})
OVER = frozenset(State) - LIVE
# The firm may read what the applicant shared only here; everywhere else it is erased.
READABLE = LIVE | {State.HIRED}


class ApplicationMovedError(RefusalError):
    """This move does not lead out of the state the application is in."""

    code = "employment.application_moved"
    template = "这份投递现在是“{state}”，不能“{move}”。请刷新看看是不是刚有变化。"
    status = 409


class ApplicationChangedError(RefusalError):
    """Somebody else acted since the page was opened."""

    code = "employment.application_changed"
    template = "刚才有人处理过这份投递，您看到的不是最新的。请刷新后再决定。"
    status = 409


class NotYourMoveError(RefusalError):
    """The move belongs to the other side."""

    code = "employment.not_your_move"
    template = "“{move}”要由{hands}来做。"
    status = 403


class OpeningsTakenError(RefusalError):
    """No place is left that could be promised."""

    code = "employment.openings_taken"
    template = (
        "这个岗位招 {openings} 人：已录用 {hired} 人，还有 {offered} 人在等对方答复。"
        "请先等答复、收回一份，或者把招聘人数改多。"
    )
    status = 409


@dataclass(frozen=True, slots=True)
class Transition:
    """Where a move leads, and whose hands may make it."""

    to: State
    hands: frozenset[Hand]


def _table() -> dict[tuple[State, Move], Transition]:
    s, m = State, Move
    firm, applicant, system = (
        frozenset[Hand]({"firm"}), frozenset[Hand]({"applicant"}), frozenset[Hand]({"system"})
    )  # fmt: skip
    found = {
        (s.SENT, m.LOOK): Transition(s.SEEN, firm),
        (s.OFFERED, m.ACCEPT): Transition(s.HIRED, applicant),
        (s.OFFERED, m.DECLINE): Transition(s.WITHDRAWN, applicant),
        (s.OFFERED, m.LAPSE): Transition(s.WITHDRAWN, system),
    }
    for here in (s.SENT, s.SEEN, s.INTERVIEW):
        # An interview may be moved to another hour.
        found[here, m.INVITE] = Transition(s.INTERVIEW, firm)
        found[here, m.OFFER] = Transition(s.OFFERED, firm)
    for here in sorted(LIVE):
        found[here, m.REFUSE] = Transition(s.REFUSED, firm | system)
        found[here, m.WITHDRAW] = Transition(s.WITHDRAWN, applicant)
        found[here, m.SUPERSEDE] = Transition(s.OBSOLETE, system)
    return found


TRANSITIONS = _table()
_HAND_WORDS: dict[Hand, str] = {"applicant": "求职人", "firm": "用人单位", "system": "灯火"}


def next_state(state: State, move: Move, hand: Hand) -> State:
    """Where the move leads.

    Raises ``ApplicationMovedError`` (from here there is no such way) and ``NotYourMoveError``
    (there is, but for the other side).
    """
    found = TRANSITIONS.get((state, move))
    if found is None:
        raise ApplicationMovedError(state=state.word, move=move.word)
    if hand not in found.hands:
        named = "或".join(_HAND_WORDS[one] for one in _HAND_WORDS if one in found.hands)
        raise NotYourMoveError(move=move.word, hands=named)
    return found.to


def moves_from(state: State, hand: Hand) -> tuple[Move, ...]:
    """What this side may do next, in the table's order: the buttons of a page."""
    return tuple(
        move for (here, move), to in TRANSITIONS.items() if here is state and hand in to.hands
    )


def demand_place(*, openings: int, hired: int, offered: int) -> None:
    """Pass while a place is left that nobody holds or was promised.

    ``offered`` counts the offers out, the one at hand not among them. Raises
    ``OpeningsTakenError``.
    """
    if hired + offered >= openings:
        raise OpeningsTakenError(openings=openings, hired=hired, offered=offered)


def is_full(*, openings: int, hired: int) -> bool:
    """Whether the post has found everybody it looked for."""
    return hired >= openings
