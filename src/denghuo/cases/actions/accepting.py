"""From submitted to accepted: missing things are asked for once, all together."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.db import transaction

from denghuo.cases.access import SupervisorNeededError
from denghuo.cases.actions.clocks import due_words, run_clock, start_clock, stop_clock
from denghuo.cases.actions.documents import DocumentNotFoundError
from denghuo.cases.actions.opening import ToldFact, tell_facts
from denghuo.cases.actions.turns import (
    NoteNeededError,
    Turn,
    demand_applicant,
    finish,
    move,
    take,
    tell,
)
from denghuo.cases.logic.claims import is_claim
from denghuo.cases.logic.clock import ANSWER_DAYS
from denghuo.cases.logic.retention import clear_withdrawn_on
from denghuo.cases.logic.states import Move, State
from denghuo.cases.models import CorrectionItem, CorrectionRound, Document
from denghuo.cases.queries.calendar import working_days_after
from denghuo.cases.queries.cases import CaseView
from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import SYSTEM, Actor

Lack = Literal["missing", "wrong", "outdated"]
ITEMS_MAX = 20


class SecondRoundError(SupervisorNeededError):
    """The applicant is asked once; a second time is a supervisor's decision."""

    code = "cases.second_round"
    template = "要补的材料已经一次说清过了。再要一次，由科室负责人来提，并说明原因。"


class NothingAskedError(RefusalError):
    """A correction asks for something, and not for more than a person can read."""

    code = "cases.nothing_asked"
    template = "请写清要补什么，最多 20 样，一次说全。"


class AnswerUnknownError(RefusalError):
    """An answer to something that was not asked."""

    code = "cases.answer_unknown"
    template = "没有要求补这一样，或者已经补过了。请刷新再看。"
    status = 409


@dataclass(frozen=True, slots=True)
class Lacking:
    """One thing asked for. ``field`` names the form's field, where it is one."""

    words: str
    kind: Lack = "missing"
    field: str = ""


@dataclass(frozen=True, slots=True)
class Supplied:
    """The answer to one thing asked for."""

    item: UUID
    words: str = ""
    documents: tuple[UUID, ...] = ()


@transaction.atomic
def accept(*, actor: Actor, case_id: UUID, version: int, now: datetime) -> CaseView:
    """The papers are whole (or enough): the legal limit begins today."""
    turn = take(case_id, actor=actor, version=version, now=now, again=Move.ACCEPT)
    if turn.replayed:
        return turn.view
    _accept(turn, Move.ACCEPT)
    return finish(turn, "accept")


@transaction.atomic
def accept_by_silence(*, case_id: UUID, now: datetime) -> bool:
    """Five working days without a request: it counts as accepted. False when it no longer waits.

    Idempotent: the job may run twice, and an officer may be faster.
    """
    turn = take(case_id, actor=SYSTEM, version=None, now=now)
    row = turn.row
    if turn.state is not State.SUBMITTED or row.due_on is None or day_of(now) <= row.due_on:
        return False
    _accept(turn, Move.AUTO_ACCEPT)
    finish(turn, "accept_by_silence")
    return True


def _accept(turn: Turn, kind: Move) -> None:
    row = turn.row
    asked_before = turn.state is State.INCOMPLETE
    move(turn, kind)
    if asked_before:
        _close_round(turn)
    begin_limit(turn)
    claim = is_claim(row.item)
    tell(
        turn,
        "accepted",
        title="要不要退钱，开始审核了" if claim else "您的申请已受理",
        body=f"最迟 {due_words(row)} 给您结果。",
    )


def begin_limit(turn: Turn) -> None:
    """The legal limit runs from the first acceptance; later answers only let it run on."""
    row = turn.row
    row.answer_by = None
    if row.accepted_at is None:
        row.accepted_at = turn.now
        start_clock(row, "decide", turn.item.sla.days, on=day_of(turn.now))
    else:
        run_clock(turn)


@transaction.atomic
def ask_for_correction(
    *,
    actor: Actor,
    case_id: UUID,
    version: int,
    items: Sequence[Lacking],
    note: str = "",
    answer_days: int = ANSWER_DAYS,
    now: datetime,
) -> CaseView:
    """Ask for everything that is missing, at once; the clock stands until the answer.

    Raises ``NothingAskedError``, ``SecondRoundError`` (an officer asks a second time),
    ``NoteNeededError`` (a supervisor does, without saying why).
    """
    asked = [one for one in items if one.words.strip()]
    if not 1 <= len(asked) <= ITEMS_MAX:
        raise NothingAskedError(field="items")
    turn = take(case_id, actor=actor, version=version, now=now)
    rounds = CorrectionRound.objects.filter(case=turn.row).count()
    if rounds and "supervisor" not in turn.hands:
        raise SecondRoundError(what="再次要求补材料")
    if rounds and not note.strip():
        raise NoteNeededError(field="note")
    move(turn, Move.ASK, note=note)
    answer_by = working_days_after(day_of(now), answer_days).day
    assert answer_by is not None  # noqa: S101  no pause was given
    _write_round(turn, rounds + 1, asked, answer_by)
    turn.row.answer_by = answer_by
    stop_clock(turn, "correction")
    tell(
        turn,
        "asked",
        title="有材料要请您补一下",
        body=f"一共 {len(asked)} 样，请在 {answer_by:%Y-%m-%d} 前补齐："
        + "；".join(one.words.strip() for one in asked)
        + "。等您的这段时间不算在办理期限里。",
    )
    return finish(turn, "ask_for_correction", items=len(asked), round=rounds + 1)


def _write_round(turn: Turn, number: int, asked: Sequence[Lacking], answer_by: date) -> None:
    assert turn.actor.staff_id is not None  # noqa: S101  the table let staff alone ask
    opened = CorrectionRound.objects.create(
        case=turn.row,
        round=number,
        asked_at=turn.now,
        asked_by=turn.actor.staff_id,
        answer_by=answer_by,
        created_at=turn.now,
    )
    CorrectionItem.objects.bulk_create(
        CorrectionItem(
            round=opened,
            position=place,
            field=one.field,
            kind=one.kind,
            words=one.words.strip()[:300],
            created_at=turn.now,
        )
        for place, one in enumerate(asked, start=1)
    )


@transaction.atomic
def answer_correction(
    *,
    actor: Actor,
    case_id: UUID,
    version: int,
    answers: Sequence[Supplied],
    fields: Mapping[str, Any] | None = None,
    facts: Sequence[ToldFact] = (),
    now: datetime,
) -> CaseView:
    """The applicant brings some or all of it; with the last one the clock runs again.

    ``fields`` are answers of the form that changed; documents were brought for this case before
    (``bring_for_case``). Raises ``NoMandateError``, ``AnswerUnknownError``,
    ``DocumentNotFoundError``.
    """
    turn = take(case_id, actor=actor, version=version, now=now)
    demand_applicant(turn, "apply")
    _demand_brought(turn, [document for one in answers for document in one.documents])
    opened = CorrectionRound.objects.filter(case=turn.row, answered_at__isnull=True).first()
    if opened is None:
        move(turn, Move.ANSWER_PART)  # refused in the table's words: nothing is asked
        raise AnswerUnknownError
    waiting = {
        one.pk: one for one in CorrectionItem.objects.filter(round=opened, answered_at__isnull=True)
    }
    for one in answers:
        item = waiting.pop(one.item, None)
        if item is None:
            raise AnswerUnknownError
        item.answer, item.answered_at = one.words.strip() or None, now
        item.documents = [str(each) for each in one.documents]
        item.save(update_fields=["answer", "answered_at", "documents"])
    _merge_fields(turn, fields or {}, [document for one in answers for document in one.documents])
    tell_facts(turn, facts)
    if waiting:
        move(turn, Move.ANSWER_PART)
    else:
        move(turn, Move.ANSWER)
        _close_round(turn)
        begin_limit(turn)
        tell(
            turn,
            "answered",
            title="您补的材料收到了",
            body=f"材料齐了，接着办。最迟 {due_words(turn.row)} 给您结果。",
        )
    return finish(turn, "answer_correction", answered=len(answers), left=len(waiting))


def _demand_brought(turn: Turn, documents: Sequence[UUID]) -> None:
    """Whatever is named was brought for this very case. Raises ``DocumentNotFoundError``."""
    wanted = set(documents)
    brought = Document.objects.filter(pk__in=wanted, case=turn.row, removed_at__isnull=True)
    if brought.count() != len(wanted):
        raise DocumentNotFoundError


def _merge_fields(turn: Turn, fields: Mapping[str, Any], documents: Sequence[UUID]) -> None:
    row = turn.row
    if fields:
        told = json.loads(row.answers) if row.answers else {}
        row.answers = json.dumps(told | dict(fields), ensure_ascii=False)
    row.documents = [*row.documents, *(str(one) for one in documents)]


def _close_round(turn: Turn) -> None:
    CorrectionRound.objects.filter(case=turn.row, answered_at__isnull=True).update(
        answered_at=turn.now
    )


@transaction.atomic
def withdraw(
    *, actor: Actor, case_id: UUID, version: int, note: str = "", now: datetime
) -> CaseView:
    """The applicant takes the application back, any time before a decision.

    Its papers go two weeks later; number and steps stay. Raises ``NoMandateError``.
    """
    turn = take(case_id, actor=actor, version=version, now=now, again=Move.WITHDRAW)
    if turn.replayed:
        return turn.view
    demand_applicant(turn, "apply")
    move(turn, Move.WITHDRAW, note=note)
    row = turn.row
    end_of_case(turn)
    row.clear_on = clear_withdrawn_on(day_of(now))
    _close_round(turn)
    tell(
        turn,
        "withdrawn",
        title="申请已撤回",
        body=f"填过的内容和材料在 {row.clear_on:%Y-%m-%d} 清除，之前可以下载。以后随时可以再申请。",
    )
    return finish(turn, "withdraw")


def end_of_case(turn: Turn) -> None:
    """Nothing is due any more, and an open pause ends."""
    row = turn.row
    run_clock(turn)
    row.due_kind, row.due_on, row.amber_on, row.due_provisional = "", None, None, False
    row.answer_by, row.ended_at = None, turn.now
