"""The life of a case: its states, the typed moves between them, and whose hand makes each.

    draft → submitted → accepted → in_review → verified → proposed → approved | refused
    submitted | accepted | in_review → incomplete → accepted        (missing items, all at once)
    approved → public_notice → payable → paid → closed
    anything decided → appealed → upheld | changed                  (once, within 60 days)
    paid | closed → audit → confirmed | recover (too much) | changed (too little)
    any state in work → transferred → the state it had
    submitted … proposed → withdrawn
    a claim that is still asked for → closed                        (all of it came back)
    a claim closed by money that did not come → what it was         (its entry was reversed)
    approved | public_notice | payable → withdrawn                  (declined, before any order)

``closed`` says that nothing more is expected. Two doors the law keeps open still lead out of
it: the appeal, while its days last, and the check after payment; and one that truth demands: a
claim whose money turns out not to have come. ``withdrawn`` is never left.

A draft is a form half filled in (``FormDraft``); it becomes a case, with a number, when it is
submitted, so ``draft`` is where the first step comes from and no row stands in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.wording import gettext_noop as _


class State(StrEnum):
    """Where a case stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    INCOMPLETE = "incomplete"
    ACCEPTED = "accepted"
    IN_REVIEW = "in_review"
    VERIFIED = "verified"
    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    PUBLIC_NOTICE = "public_notice"
    PAYABLE = "payable"
    PAID = "paid"
    CLOSED = "closed"
    TRANSFERRED = "transferred"
    APPEALED = "appealed"
    UPHELD = "upheld"
    CHANGED = "changed"
    AUDIT = "audit"
    CONFIRMED = "confirmed"
    RECOVER = "recover"

    @property
    def word(self) -> str:
        """The Chinese word on screen."""
        return STATE_WORDS[self]


STATE_WORDS: dict[State, str] = {
    State.DRAFT: _("还没提交"),
    State.SUBMITTED: _("已提交，等受理"),
    State.INCOMPLETE: _("等您补材料"),
    State.ACCEPTED: _("已受理"),
    State.IN_REVIEW: _("正在审核"),
    State.VERIFIED: _("已核实"),
    State.PROPOSED: _("已提出意见，等复核"),
    State.APPROVED: _("已批准"),
    State.REFUSED: _("未批准"),
    State.WITHDRAWN: _("已撤回"),
    State.PUBLIC_NOTICE: _("正在公示"),
    State.PAYABLE: _("等待付款"),
    State.PAID: _("已付款"),
    State.CLOSED: _("已办结"),
    State.TRANSFERRED: _("已转到别的单位"),
    State.APPEALED: _("正在复查"),
    State.UPHELD: _("复查后维持原决定"),
    State.CHANGED: _("复查后已改决定"),
    State.AUDIT: _("付款后核查中"),
    State.CONFIRMED: _("核查无误"),
    State.RECOVER: _("需要退回款项"),
}


class Move(StrEnum):
    """What somebody does to a case that moves it."""

    SUBMIT = "submit"
    SWEEP = "sweep"
    ACCEPT = "accept"
    AUTO_ACCEPT = "auto_accept"
    ASK = "ask"
    ANSWER_PART = "answer_part"
    ANSWER = "answer"
    START_REVIEW = "start_review"
    VERIFY = "verify"
    PROPOSE = "propose"
    SIGN = "sign"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    PUBLISH = "publish"
    MAKE_PAYABLE = "make_payable"
    PAY = "pay"
    PAY_RETURNED = "pay_returned"
    CLOSE = "close"
    TRANSFER = "transfer"
    TAKE_OVER = "take_over"
    APPEAL = "appeal"
    UPHOLD = "uphold"
    CHANGE = "change"
    OPEN_AUDIT = "open_audit"
    CONFIRM = "confirm"
    RECOVER = "recover"
    SIGN_CHANGE = "sign_change"
    PROPOSE_MORE = "propose_more"
    SIGN_MORE = "sign_more"
    GRANT_MORE = "grant_more"
    RETURN_CHANGE = "return_change"
    DROP_CLAIM = "drop_claim"
    DECLINE = "decline"
    REPAY = "repay"
    REOPEN = "reopen"

    @property
    def word(self) -> str:
        """What was done, as a time line says it."""
        return MOVE_WORDS[self]


MOVE_WORDS: dict[Move, str] = {
    Move.SUBMIT: _("提交"),
    Move.SWEEP: _("自动比对，符合条件"),
    Move.ACCEPT: _("受理"),
    Move.AUTO_ACCEPT: _("5 个工作日没有要求补材料，按规定视为受理"),
    Move.ASK: _("请您补材料"),
    Move.ANSWER_PART: _("补了一部分"),
    Move.ANSWER: _("材料补齐"),
    Move.START_REVIEW: _("开始审核"),
    Move.VERIFY: _("核实完毕"),
    Move.PROPOSE: _("提出意见"),
    Move.SIGN: _("复核同意，等第三人签字"),
    Move.SEND_BACK: _("复核退回重审"),
    Move.APPROVE: _("批准"),
    Move.REFUSE: _("不批准"),
    Move.WITHDRAW: _("撤回"),
    Move.PUBLISH: _("开始公示"),
    Move.MAKE_PAYABLE: _("进入付款"),
    Move.PAY: _("付款到账"),
    Move.PAY_RETURNED: _("款项被银行退回"),
    Move.CLOSE: _("办结"),
    Move.TRANSFER: _("转到别的单位"),
    Move.TAKE_OVER: _("接收单位接手"),
    Move.APPEAL: _("提出复查"),
    Move.UPHOLD: _("维持原决定"),
    Move.CHANGE: _("改变原决定"),
    Move.OPEN_AUDIT: _("付款后核查"),
    Move.CONFIRM: _("核查无误"),
    Move.RECOVER: _("需要退回款项"),
    Move.SIGN_CHANGE: _("复查提出改变决定，等第二人签字"),
    Move.PROPOSE_MORE: _("核查提出补发"),
    Move.SIGN_MORE: _("复核同意补发，等第三人签字"),
    Move.GRANT_MORE: _("决定补发"),
    Move.RETURN_CHANGE: _("没有同意，退回再看"),
    Move.DROP_CLAIM: _("原决定改了，不用退了"),
    Move.DECLINE: _("不要这笔钱"),
    Move.REPAY: _("钱退清了，办结"),
    Move.REOPEN: _("有一笔退款没有到账，接着办"),
}

# Whose hand: the applicant's side (the subject, or who acts for it under a mandate), an officer
# who works on the file, a reviewer who checks another's work, a supervisor, or the house's jobs.
Hand = Literal["applicant", "officer", "reviewer", "supervisor", "system"]
HAND_ROLES: dict[Hand, frozenset[str]] = {
    "applicant": frozenset(),
    "officer": frozenset({"officer"}),
    "reviewer": frozenset({"reviewer"}),
    "supervisor": frozenset({"supervisor", "leader"}),
    "system": frozenset(),
}

BEFORE_DECISION = frozenset(
    {State.SUBMITTED, State.INCOMPLETE, State.ACCEPTED, State.IN_REVIEW, State.VERIFIED,
     State.PROPOSED}
)  # fmt: skip
# In somebody's hands: can be handed to another office.
IN_WORK = BEFORE_DECISION | {
    State.APPROVED, State.PUBLIC_NOTICE, State.PAYABLE, State.APPEALED, State.AUDIT
}  # fmt: skip
DECIDED = frozenset(
    {State.APPROVED, State.REFUSED, State.PUBLIC_NOTICE, State.PAYABLE, State.PAID, State.CLOSED}
)
# Granted, and perhaps nothing ordered yet: what was not ordered may be declined.
UNPAID = frozenset(
    {State.APPROVED, State.PUBLIC_NOTICE, State.PAYABLE, State.UPHELD, State.CHANGED}
)
TERMINAL = frozenset({State.WITHDRAWN})


class MoveNotPossibleError(RefusalError):
    """This move does not lead out of the state the case is in."""

    code = "cases.move_not_possible"
    template = "这件事现在是“{state}”，不能“{move}”。请刷新看看是不是刚有人处理过。"
    status = 409


class HandNotAllowedError(RefusalError):
    """The move belongs to another hand."""

    code = "cases.hand_not_allowed"
    template = "“{move}”要由{hands}来做。"
    status = 403


@dataclass(frozen=True, slots=True)
class Transition:
    """Where a move leads, and whose hands may make it. ``to`` None: back to the state kept, or
    for a case that is opened again to the state it was closed from."""

    to: State | None
    hands: frozenset[Hand]


def _by(to: State | None, *hands: Hand) -> Transition:
    return Transition(to, frozenset(hands))


def _table() -> dict[tuple[State, Move], Transition]:
    return _until_decided() | _after_decision()


def _until_decided() -> dict[tuple[State, Move], Transition]:
    s, m = State, Move
    accept = _by(s.ACCEPTED, "officer")
    ask = _by(s.INCOMPLETE, "officer", "supervisor")
    found = {
        (s.DRAFT, m.SUBMIT): _by(s.SUBMITTED, "applicant", "officer", "system"),
        (s.DRAFT, m.SWEEP): _by(s.PROPOSED, "system"),
        (s.SUBMITTED, m.ACCEPT): accept,
        (s.SUBMITTED, m.AUTO_ACCEPT): _by(s.ACCEPTED, "system"),
        # What there is may be enough after all; only ever in the citizen's favour.
        (s.INCOMPLETE, m.ACCEPT): accept,
        (s.SUBMITTED, m.ASK): ask,
        (s.ACCEPTED, m.ASK): ask,
        (s.IN_REVIEW, m.ASK): ask,
        (s.INCOMPLETE, m.ANSWER_PART): _by(s.INCOMPLETE, "applicant"),
        (s.INCOMPLETE, m.ANSWER): _by(s.ACCEPTED, "applicant"),
        (s.ACCEPTED, m.START_REVIEW): _by(s.IN_REVIEW, "officer"),
        (s.IN_REVIEW, m.VERIFY): _by(s.VERIFIED, "officer"),
        (s.VERIFIED, m.PROPOSE): _by(s.PROPOSED, "officer"),
        (s.PROPOSED, m.SIGN): _by(s.PROPOSED, "reviewer"),
        (s.PROPOSED, m.SEND_BACK): _by(s.IN_REVIEW, "reviewer", "supervisor"),
        (s.PROPOSED, m.APPROVE): _by(s.APPROVED, "reviewer", "supervisor"),
        (s.PROPOSED, m.REFUSE): _by(s.REFUSED, "reviewer", "supervisor"),
        (s.TRANSFERRED, m.TAKE_OVER): _by(None, "officer", "reviewer", "supervisor"),
        (s.TRANSFERRED, m.WITHDRAW): _by(s.WITHDRAWN, "applicant"),
        (s.TRANSFERRED, m.DROP_CLAIM): _by(s.WITHDRAWN, "system"),
    }
    found |= {(one, m.WITHDRAW): _by(s.WITHDRAWN, "applicant") for one in BEFORE_DECISION}
    found |= {
        (one, m.TRANSFER): _by(s.TRANSFERRED, "officer", "supervisor", "system") for one in IN_WORK
    }
    return found


def _after_decision() -> dict[tuple[State, Move], Transition]:
    s, m = State, Move
    close = _by(s.CLOSED, "officer", "system")
    payable = _by(s.PAYABLE, "officer", "system")
    publish = _by(s.PUBLIC_NOTICE, "officer", "system")
    paid = _by(s.PAID, "system")
    appeal = _by(s.APPEALED, "applicant", "officer", "supervisor")
    audit = _by(s.AUDIT, "officer", "reviewer", "system")
    found = {
        (s.APPROVED, m.PUBLISH): publish,
        (s.UPHELD, m.PUBLISH): publish,
        (s.CHANGED, m.PUBLISH): publish,
        (s.APPROVED, m.MAKE_PAYABLE): payable,
        (s.PUBLIC_NOTICE, m.MAKE_PAYABLE): payable,
        (s.UPHELD, m.MAKE_PAYABLE): payable,
        (s.CHANGED, m.MAKE_PAYABLE): payable,
        (s.PAYABLE, m.PAY): paid,
        # Ordered before the appeal, paid after it.
        (s.UPHELD, m.PAY): paid,
        (s.CHANGED, m.PAY): paid,
        (s.PAYABLE, m.PAY_RETURNED): _by(s.PAYABLE, "system"),
        (s.APPROVED, m.CLOSE): close,
        (s.PUBLIC_NOTICE, m.CLOSE): close,
        (s.REFUSED, m.CLOSE): close,
        (s.PAID, m.CLOSE): close,
        (s.UPHELD, m.CLOSE): close,
        (s.CHANGED, m.CLOSE): close,
        (s.CONFIRMED, m.CLOSE): close,
        (s.RECOVER, m.CLOSE): close,
        (s.APPEALED, m.UPHOLD): _by(s.UPHELD, "supervisor"),
        (s.APPEALED, m.CHANGE): _by(s.CHANGED, "supervisor"),
        (s.PAID, m.OPEN_AUDIT): audit,
        (s.CLOSED, m.OPEN_AUDIT): audit,
        (s.AUDIT, m.CONFIRM): _by(s.CONFIRMED, "reviewer"),
        (s.AUDIT, m.RECOVER): _by(s.RECOVER, "supervisor"),
        (s.CHANGED, m.RECOVER): _by(s.RECOVER, "supervisor"),
        # Above the third-sign sum an answer that changes the decision takes two signatures.
        (s.APPEALED, m.SIGN_CHANGE): _by(s.APPEALED, "reviewer", "supervisor"),
        (s.APPEALED, m.RETURN_CHANGE): _by(s.APPEALED, "reviewer", "supervisor"),
        # Too little was paid: the same hands as for a first decision.
        (s.AUDIT, m.PROPOSE_MORE): _by(s.AUDIT, "officer"),
        (s.AUDIT, m.SIGN_MORE): _by(s.AUDIT, "reviewer", "supervisor"),
        (s.AUDIT, m.RETURN_CHANGE): _by(s.AUDIT, "reviewer", "supervisor"),
        (s.AUDIT, m.GRANT_MORE): _by(s.CHANGED, "reviewer", "supervisor"),
        (s.APPROVED, m.DROP_CLAIM): _by(s.WITHDRAWN, "system"),
        (s.CLOSED, m.REOPEN): _by(None, "system"),
    }
    found |= {(one, m.DECLINE): _by(s.WITHDRAWN, "applicant") for one in UNPAID}
    found |= {(one, m.DROP_CLAIM): _by(s.WITHDRAWN, "system") for one in BEFORE_DECISION}
    found |= {(one, m.APPEAL): appeal for one in DECIDED}
    # Whoever gives all of it back need not wait to be told so again.
    found |= {
        (one, m.REPAY): _by(s.CLOSED, "system")
        for one in (*BEFORE_DECISION, s.APPROVED, s.UPHELD, s.CHANGED)
    }
    return found


TRANSITIONS = _table()
_HAND_WORDS: dict[Hand, str] = {
    "applicant": "申请人",
    "officer": "经办人员",
    "reviewer": "复核人员",
    "supervisor": "科室负责人",
    "system": "灯火",
}


def hands_of(*, roles: Iterable[str], applicant: bool, system: bool) -> frozenset[Hand]:
    """The hands somebody has on a case."""
    held = set(roles)
    found: set[Hand] = {hand for hand, needed in HAND_ROLES.items() if needed & held}
    if applicant:
        found.add("applicant")
    if system:
        found.add("system")
    return frozenset(found)


def next_state(state: State, move: Move, hands: frozenset[Hand], *, kept: State | None) -> State:
    """Where the move leads. ``kept`` is the state a transferred case had, or a closed one.

    Raises ``MoveNotPossibleError`` (from here there is no such way) and ``HandNotAllowedError``
    (there is, but for other hands).
    """
    found = TRANSITIONS.get((state, move))
    if found is None or (found.to is None and kept is None):
        raise MoveNotPossibleError(state=state.word, move=move.word)
    if kept is not None and _takes_back_granted(move, kept):
        raise MoveNotPossibleError(state=kept.word, move=move.word)
    if not found.hands & hands:
        named = "或".join(_HAND_WORDS[hand] for hand in _HAND_WORDS if hand in found.hands)
        raise HandNotAllowedError(move=move.word, hands=named)
    if found.to is not None:
        return found.to
    assert kept is not None  # noqa: S101  refused above
    return kept


def moves_from(
    state: State, hands: frozenset[Hand], *, kept: State | None = None
) -> tuple[Move, ...]:
    """What these hands may do next, in the table's order: the buttons of a page."""
    return tuple(
        move
        for (here, move), to in TRANSITIONS.items()
        if here is state and to.hands & hands and not _takes_back_granted(move, kept)
    )


def _takes_back_granted(move: Move, kept: State | None) -> bool:
    """On its way to another office a case is as far as it was: once decided, not withdrawn."""
    return move is Move.WITHDRAW and kept is not None and kept not in BEFORE_DECISION


def holds_place(state: State, *, granted: bool) -> bool:
    """Whether the case keeps a second one for the same subject, item and period out.

    While it is in work, and for good once something was granted by it: the same thing is never
    granted twice. A refused or withdrawn one leaves the place free; so does one whose
    grant was taken back.
    """
    if state in TERMINAL:
        return False
    if state in {State.REFUSED, State.UPHELD, State.CHANGED, State.CLOSED, State.RECOVER}:
        return granted
    return True
