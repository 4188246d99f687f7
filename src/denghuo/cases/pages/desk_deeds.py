"""What staff do to a case, one form each: its words, its inputs, the action it calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy

from denghuo.cases.access import is_chief
from denghuo.cases.actions.accepting import Lack, Lacking, accept, ask_for_correction
from denghuo.cases.actions.appealing import decide_appeal
from denghuo.cases.actions.clocks import extend_limit, pause_clock, resume_clock
from denghuo.cases.actions.closing import close_case, confirm_audit, open_audit, recover
from denghuo.cases.actions.desk import (
    add_note,
    assign,
    declare_relation,
    release,
    set_urgent,
    take_over,
    transfer,
)
from denghuo.cases.actions.noticing import answer_objection, publish_notice
from denghuo.cases.actions.paying import make_payable
from denghuo.cases.actions.pending import return_change
from denghuo.cases.actions.rating import answer_rating
from denghuo.cases.actions.reviewing import (
    decide,
    propose,
    send_back,
    start_review,
    verify,
)
from denghuo.cases.actions.supplementing import grant_more, propose_more
from denghuo.cases.logic.claims import is_claim
from denghuo.cases.logic.clock import PauseReason
from denghuo.cases.logic.signing import needs_third
from denghuo.cases.logic.states import Move, State
from denghuo.cases.models import ClockPause, Recusal
from denghuo.cases.pages.deed import (
    AMOUNT,
    JUDGED,
    LACKS,
    NOTE,
    RESULT,
    Deed,
    Given,
    Input,
    judged_of,
    result_of,
)
from denghuo.cases.queries.cases import CaseView
from denghuo.cases.queries.pending import pending_change
from denghuo.kernel.region import Region
from denghuo.platform.public import Actor


def _ask(given: Given) -> object:
    kind: Lack = next((one for one, _word in LACKS if one == given.text("lack")), "missing")
    form = given.case.item.form_on(given.case.asked_on)
    titles = {one.name: one.title.zh for one in form.fields} if form else {}
    items = [Lacking(titles[name], kind, name) for name in given.picked if name in titles]
    items += [Lacking(line.strip(), kind) for line in given.text("lines").splitlines()]
    return ask_for_correction(**given.common, items=items, note=given.text("note"))


def _recover(given: Given) -> object:
    return recover(**given.common, amount_fen=given.money("amount") or 0, note=given.text("note"))


def _appeal(given: Given, *, changed: bool) -> object:
    return decide_appeal(
        **given.common,
        changed=changed,
        answer=given.text("answer"),
        result=result_of(given),
        amount_fen=given.money("amount"),
        judged=judged_of(given),
    )


def _publish(given: Given) -> object:
    title = given.text("title") or f"{given.case.item.names.zh}公示"
    return publish_notice(actor=given.actor, case_ids=[given.case.id], title=title, now=given.now)


def _propose(given: Given) -> object:
    return propose(
        **given.common,
        result=result_of(given),
        amount_fen=given.money("amount"),
        judged=judged_of(given),
        note=given.text("note"),
    )


_ANSWER = Input("answer", gettext_lazy("答复，申请人会看到"), "words")

BY_MOVE: dict[Move, Deed] = {
    Move.ACCEPT: Deed(
        "accept", gettext_lazy("材料齐了，受理"), lambda g: accept(**g.common), strong=True
    ),
    Move.ASK: Deed(
        "ask",
        gettext_lazy("请申请人补材料"),
        _ask,
        (
            Input("fields", gettext_lazy("表里要补的"), "fields"),
            Input("lines", gettext_lazy("别的，一行一样"), "lines"),
            Input("lack", gettext_lazy("哪里不对"), "choice", LACKS),
            Input("note", gettext_lazy("说明（第二次由科室负责人提，要写原因）"), "words"),
        ),
        hint=gettext_lazy("一次说全。等申请人的这段时间不算在期限里。"),
    ),
    Move.START_REVIEW: Deed(
        "start_review", gettext_lazy("开始审核"), lambda g: start_review(**g.common), strong=True
    ),
    Move.VERIFY: Deed(
        "verify",
        gettext_lazy("每条信息都看过了，核实完毕"),
        lambda g: verify(**g.common, note=g.text("note")),
        (NOTE,),
        strong=True,
    ),
    Move.PROPOSE: Deed(
        "propose",
        gettext_lazy("提出意见"),
        _propose,
        (RESULT, AMOUNT, *JUDGED, NOTE),
        hint=gettext_lazy("理由由没通过的条件自动带出。只凭一条有异议的信息，不能不批准。"),
        strong=True,
    ),
    Move.APPROVE: Deed(
        "approve",
        gettext_lazy("同意，批准"),
        lambda g: decide(**g.common, result="approved", note=g.text("note")),
        (NOTE,),
        strong=True,
    ),
    Move.REFUSE: Deed(
        "refuse",
        gettext_lazy("同意，不批准"),
        lambda g: decide(**g.common, result="refused", note=g.text("note")),
        (NOTE,),
        strong=True,
    ),
    Move.SEND_BACK: Deed(
        "send_back",
        gettext_lazy("不同意，退回重审"),
        lambda g: send_back(**g.common, note=g.text("note")),
        (NOTE,),
    ),
    Move.TRANSFER: Deed(
        "transfer",
        gettext_lazy("转到别的单位"),
        lambda g: transfer(**g.common, area=Region.read(g.text("area")), note=g.text("note")),
        (
            Input("area", gettext_lazy("区划代码，如 150102")),
            Input("note", gettext_lazy("原因，申请人会看到"), "words"),
        ),
        hint=gettext_lazy("期限照旧往下走，申请人会收到消息。"),
    ),
    Move.TAKE_OVER: Deed(
        "take_over", gettext_lazy("接手"), lambda g: take_over(**g.common), strong=True
    ),
    Move.PUBLISH: Deed(
        "publish",
        gettext_lazy("开始公示"),
        _publish,
        (Input("title", gettext_lazy("公示标题（可以不填）")),),
        strong=True,
    ),
    Move.MAKE_PAYABLE: Deed(
        "make_payable", gettext_lazy("进入付款"), lambda g: make_payable(**g.common), strong=True
    ),
    Move.CLOSE: Deed("close", gettext_lazy("办结"), lambda g: close_case(**g.common)),
    Move.OPEN_AUDIT: Deed(
        "open_audit",
        gettext_lazy("付款后核查"),
        lambda g: open_audit(**g.common, note=g.text("note")),
        (NOTE,),
    ),
    Move.CONFIRM: Deed(
        "confirm",
        gettext_lazy("核查无误"),
        lambda g: confirm_audit(**g.common, note=g.text("note")),
        (NOTE,),
        strong=True,
    ),
    Move.RECOVER: Deed(
        "recover",
        gettext_lazy("要求退回款项"),
        _recover,
        (Input("amount", gettext_lazy("退回多少（元）"), "money"), NOTE),
        hint=gettext_lazy("只开一件追回的事，不会自动扣款。"),
    ),
    Move.UPHOLD: Deed(
        "uphold",
        gettext_lazy("维持原决定"),
        lambda g: _appeal(g, changed=False),
        (_ANSWER,),
    ),
    Move.CHANGE: Deed(
        "change",
        gettext_lazy("改变原决定"),
        lambda g: _appeal(g, changed=True),
        (_ANSWER, RESULT, AMOUNT, *JUDGED),
        hint=gettext_lazy("金额超过规定的，要两人签字，最后一个是科室负责人。"),
    ),
    Move.SIGN_CHANGE: Deed(
        "sign_change",
        gettext_lazy("提出改变原决定，等科室负责人签字"),
        lambda g: _appeal(g, changed=True),
        (_ANSWER, RESULT, AMOUNT, *JUDGED),
        hint=gettext_lazy("只用在金额超过规定、要两人签字的事。"),
    ),
    Move.PROPOSE_MORE: Deed(
        "propose_more",
        gettext_lazy("发少了，提出补发"),
        lambda g: propose_more(**g.common, amount_fen=g.money("amount"), note=g.text("note")),
        (AMOUNT, NOTE),
        hint=gettext_lazy("金额按规定重新算。由另一位同事签字后，差额直接付款。"),
    ),
    Move.GRANT_MORE: Deed(
        "grant_more",
        gettext_lazy("同意补发"),
        lambda g: grant_more(**g.common, note=g.text("note")),
        (NOTE,),
        hint=gettext_lazy("签字后差额马上下单。提意见的人和原来签字的人不能签。"),
    ),
    Move.RETURN_CHANGE: Deed(
        "return_change",
        gettext_lazy("不同意改，退回"),
        lambda g: return_change(**g.common, note=g.text("note")),
        (NOTE,),
    ),
}
# Whom an office outside the house may be waited for; asking the applicant is a move of its own.
OUTSIDE: tuple[PauseReason, ...] = ("expert", "bank", "notice")
# Only where somebody has proposed what can be signed or sent back.
_ON_PENDING = frozenset({Move.GRANT_MORE, Move.RETURN_CHANGE})


def _extend(given: Given) -> object:
    return extend_limit(**given.common, note=given.text("note"))


def _pause(given: Given) -> object:
    why: PauseReason = next((one for one in OUTSIDE if one == given.text("why")), "correction")
    return pause_clock(**given.common, why=why, note=given.text("note"))


def _relate(given: Given) -> object:
    chosen = given.text("relation")
    relation: Any = chosen if chosen in dict(Recusal.RELATION) else "other"
    return declare_relation(
        actor=given.actor, subject=given.case.subject, relation=relation, now=given.now
    )


def _assign(given: Given) -> object:
    to = given.text("to")
    return assign(**given.common, to=UUID(to) if to else None)


ALWAYS: dict[str, Deed] = {
    "assign": Deed("assign", gettext_lazy("由我来办"), _assign),
    "release": Deed("release", gettext_lazy("放回待办"), lambda g: release(**g.common)),
    "urgent": Deed(
        "urgent",
        gettext_lazy("标为急件，或取消"),
        lambda g: set_urgent(**g.common, urgent=not g.case.urgent),
    ),
    "note": Deed(
        "note",
        gettext_lazy("写备注"),
        lambda g: add_note(actor=g.actor, case_id=g.case.id, words=g.text("words"), now=g.now),
        (Input("words", gettext_lazy("备注，只有工作人员看得到"), "words"),),
    ),
    "relate": Deed(
        "relate",
        gettext_lazy("我要回避"),
        _relate,
        (Input("relation", gettext_lazy("什么关系"), "choice", tuple(Recusal.RELATION)),),
        hint=gettext_lazy("登记以后，这个人的事您都不能再办；解除要由科室负责人。"),
    ),
    "extend": Deed(
        "extend",
        gettext_lazy("延长办理期限"),
        _extend,
        (Input("note", gettext_lazy("原因，申请人会看到"), "words"),),
    ),
    "pause": Deed(
        "pause",
        gettext_lazy("等别的单位，暂停计时"),
        _pause,
        (
            Input(
                "why",
                gettext_lazy("等什么"),
                "choice",
                tuple(one for one in ClockPause.WHY if one[0] in OUTSIDE),
            ),
            Input("note", gettext_lazy("原因，申请人会看到"), "words"),
        ),
    ),
    "resume": Deed(
        "resume", gettext_lazy("答复到了，继续计时"), lambda g: resume_clock(**g.common)
    ),
    "rating": Deed(
        "rating",
        gettext_lazy("答复评价"),
        lambda g: answer_rating(
            actor=g.actor, case_id=g.case.id, answer=g.text("answer"), now=g.now
        ),
        (_ANSWER,),
    ),
    "objection": Deed(
        "objection",
        gettext_lazy("答复异议"),
        lambda g: answer_objection(
            actor=g.actor,
            objection_id=UUID(g.text("objection")),
            upheld=g.text("upheld") == "yes",
            answer=g.text("answer"),
            now=g.now,
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """The deeds a page offers: usual next steps, the others, and what one can always do."""

    next: tuple[Deed, ...] = ()
    others: tuple[Deed, ...] = ()
    always: tuple[Deed, ...] = field(default_factory=tuple)


def offered(case: CaseView, actor: Actor, *, sum_fen: int | None = None) -> Offer:
    """What this reader may do now; the table of moves decides, not the page.

    ``sum_fen`` is the largest sum that a changed decision would rest on; None where a person
    judges and nobody knows yet.
    """
    waits = pending_change(case.id) is not None if _ON_PENDING & set(case.moves) else False
    deeds = [
        BY_MOVE[move]
        for move in case.moves
        if move in BY_MOVE
        and (waits or move not in _ON_PENDING)
        and not _leads_nowhere(move, case, sum_fen)
    ]
    if not deeds and not case.in_work:
        return Offer(always=(ALWAYS["note"],))
    always = [ALWAYS["note"], ALWAYS["relate"]]
    if case.in_work:
        mine = case.owner is not None and case.owner == actor.staff_id
        always.insert(0, ALWAYS["release"] if mine else ALWAYS["assign"])
        always.append(ALWAYS["urgent"])
        if case.due_kind == "decide" and case.state is not State.INCOMPLETE:
            always += _clock_deeds(case, actor)
    return Offer(
        next=tuple(one for one in deeds if one.strong),
        others=tuple(one for one in deeds if not one.strong),
        always=tuple(always),
    )


def _clock_deeds(case: CaseView, actor: Actor) -> list[Deed]:
    """An item whose rule takes no time out has no button for it."""
    found = [ALWAYS["extend"]] if is_chief(actor) else []
    if case.due_on is None:
        found.append(ALWAYS["resume"])
    elif case.item.pauses:
        found.append(ALWAYS["pause"])
    return found


def _leads_nowhere(move: Move, case: CaseView, sum_fen: int | None) -> bool:
    """A form that only refuses: whoever may change a decision proposes nothing to themselves; a
    change of a sum that one hand decides waits for no second; a claim ends with its money."""
    if move is Move.SIGN_CHANGE:
        limit = case.item.third_sign_over_fen
        small = limit is None or (sum_fen is not None and not needs_third(sum_fen, limit))
        return small or Move.CHANGE in case.moves
    return move is Move.CLOSE and is_claim(case.item.code) and case.state is not State.REFUSED


def deed_named(name: str) -> Deed | None:
    """The deed with this name, whatever the state; the action refuses what cannot be done."""
    by_name = {one.name: one for one in BY_MOVE.values()}
    return by_name.get(name) or ALWAYS.get(name)
