"""What staff do to a case, one form each: its words, its inputs, the action it calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from denghuo.cases.access import is_chief
from denghuo.cases.actions.accepting import Lack, Lacking, accept, ask_for_correction
from denghuo.cases.actions.appealing import decide_appeal
from denghuo.cases.actions.clocks import extend_limit
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
from denghuo.cases.actions.reviewing import (
    Judged,
    decide,
    propose,
    send_back,
    start_review,
    verify,
)
from denghuo.cases.logic.signing import Result
from denghuo.cases.logic.states import Move, State
from denghuo.cases.models import Recusal
from denghuo.cases.queries.cases import CaseView
from denghuo.kernel.money import Money
from denghuo.kernel.region import Region
from denghuo.platform.public import Actor

InputKind = Literal["text", "words", "lines", "money", "choice", "fields"]
Word = str | Promise


@dataclass(frozen=True, slots=True)
class Input:
    """One thing asked for. ``options`` are values and words, for a choice.

    ``rare``: folded away, for the case no rule answers.
    """

    name: str
    label: Word
    kind: InputKind = "text"
    options: tuple[tuple[str, Word], ...] = ()
    hint: Word = ""
    rare: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """What the form sent, and by whom."""

    actor: Actor
    case: CaseView
    version: int
    typed: Mapping[str, str]
    picked: tuple[str, ...]
    now: datetime

    @property
    def common(self) -> dict[str, Any]:
        """What every action on one case takes."""
        return {
            "actor": self.actor, "case_id": self.case.id, "version": self.version, "now": self.now
        }  # fmt: skip

    def text(self, name: str) -> str:
        """What was typed, without the blanks around it."""
        return self.typed.get(name, "").strip()

    def money(self, name: str) -> int | None:
        """An amount in fen; nothing where nothing was typed. Raises ``NotMoneyError``."""
        return Money.from_yuan_text(self.text(name)).fen if self.text(name) else None


@dataclass(frozen=True, slots=True)
class Deed:
    """A form of the file's page. ``strong``: the usual next step, shown open as a button."""

    name: str
    label: Word
    run: Callable[[Given], object]
    inputs: tuple[Input, ...] = ()
    hint: Word = ""
    strong: bool = False


_NOTE = Input("note", gettext_lazy("说明"), "words")
_RESULT = Input(
    "result",
    gettext_lazy("结果"),
    "choice",
    (("approved", gettext_lazy("批准")), ("refused", gettext_lazy("不批准"))),
)
_AMOUNT = Input(
    "amount",
    gettext_lazy("金额（元）"),
    "money",
    hint=gettext_lazy("规定能算出来的不用填；没有现行规定时由人来定。"),
    rare=True,
)
_JUDGED = (
    Input("condition", gettext_lazy("哪一条不符合（没有现行规定、不批准时填）"), rare=True),
    Input("basis", gettext_lazy("依据"), rare=True),
    Input("fact_label", gettext_lazy("用的是哪条信息"), rare=True),
    Input("fact_shown", gettext_lazy("这条信息怎么说"), rare=True),
    Input("fact_source", gettext_lazy("信息从哪里来"), rare=True),
)
_LACKS: tuple[tuple[Lack, Word], ...] = (
    ("missing", gettext_lazy("没有交")),
    ("wrong", gettext_lazy("交错了")),
    ("outdated", gettext_lazy("过期了")),
)


def _result(given: Given) -> Result:
    return "refused" if given.text("result") == "refused" else "approved"


def _judged(given: Given) -> Judged | None:
    if not given.text("condition"):
        return None
    return Judged(
        condition="judged",
        sentence=given.text("condition"),
        basis=given.text("basis"),
        fact_label=given.text("fact_label"),
        fact_shown=given.text("fact_shown"),
        fact_source=given.text("fact_source"),
    )


def _ask(given: Given) -> object:
    kind: Lack = next((one for one, _word in _LACKS if one == given.text("lack")), "missing")
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
        result=_result(given),
        amount_fen=given.money("amount"),
        judged=_judged(given),
    )


def _publish(given: Given) -> object:
    title = given.text("title") or f"{given.case.item.names.zh}公示"
    return publish_notice(actor=given.actor, case_ids=[given.case.id], title=title, now=given.now)


def _propose(given: Given) -> object:
    return propose(
        **given.common,
        result=_result(given),
        amount_fen=given.money("amount"),
        judged=_judged(given),
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
            Input("lack", gettext_lazy("哪里不对"), "choice", _LACKS),
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
        (_NOTE,),
        strong=True,
    ),
    Move.PROPOSE: Deed(
        "propose",
        gettext_lazy("提出意见"),
        _propose,
        (_RESULT, _AMOUNT, *_JUDGED, _NOTE),
        hint=gettext_lazy("理由由没通过的条件自动带出。只凭一条有异议的信息，不能不批准。"),
        strong=True,
    ),
    Move.APPROVE: Deed(
        "approve",
        gettext_lazy("同意，批准"),
        lambda g: decide(**g.common, result="approved", note=g.text("note")),
        (_NOTE,),
        strong=True,
    ),
    Move.REFUSE: Deed(
        "refuse",
        gettext_lazy("同意，不批准"),
        lambda g: decide(**g.common, result="refused", note=g.text("note")),
        (_NOTE,),
        strong=True,
    ),
    Move.SEND_BACK: Deed(
        "send_back",
        gettext_lazy("不同意，退回重审"),
        lambda g: send_back(**g.common, note=g.text("note")),
        (_NOTE,),
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
        (_NOTE,),
    ),
    Move.CONFIRM: Deed(
        "confirm",
        gettext_lazy("核查无误"),
        lambda g: confirm_audit(**g.common, note=g.text("note")),
        (_NOTE,),
        strong=True,
    ),
    Move.RECOVER: Deed(
        "recover",
        gettext_lazy("要求退回款项"),
        _recover,
        (Input("amount", gettext_lazy("退回多少（元）"), "money"), _NOTE),
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
        (_ANSWER, _RESULT, _AMOUNT, *_JUDGED),
    ),
}


def _extend(given: Given) -> object:
    return extend_limit(**given.common, note=given.text("note"))


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


def offered(case: CaseView, actor: Actor) -> Offer:
    """What this reader may do now; the table of moves decides, not the page."""
    deeds = [BY_MOVE[move] for move in case.moves if move in BY_MOVE]
    if not deeds and not case.in_work:
        return Offer(always=(ALWAYS["note"],))
    always = [ALWAYS["note"], ALWAYS["relate"]]
    if case.in_work:
        mine = case.owner is not None and case.owner == actor.staff_id
        always.insert(0, ALWAYS["release"] if mine else ALWAYS["assign"])
        always.append(ALWAYS["urgent"])
        if is_chief(actor) and case.due_kind == "decide" and case.state is not State.INCOMPLETE:
            always.append(ALWAYS["extend"])
    return Offer(
        next=tuple(one for one in deeds if one.strong),
        others=tuple(one for one in deeds if not one.strong),
        always=tuple(always),
    )


def deed_named(name: str) -> Deed | None:
    """The deed with this name, whatever the state; the action refuses what cannot be done."""
    by_name = {one.name: one for one in BY_MOVE.values()}
    return by_name.get(name) or ALWAYS.get(name)
