"""Public notice: what is about to be paid is shown, and anybody may object."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from denghuo.cases.access import CaseNotFoundError
from denghuo.cases.actions.reviewing import involved
from denghuo.cases.actions.turns import (
    NoteNeededError,
    Turn,
    announce,
    finish,
    hands_so_far,
    move,
    signer,
    take,
    tell,
    write_step,
)
from denghuo.cases.logic.items import ServiceItem
from denghuo.cases.logic.signing import demand_checker, demand_second_pair
from denghuo.cases.logic.states import HandNotAllowedError, Move, State
from denghuo.cases.models import Case, Objection, PublicNotice
from denghuo.cases.queries.calendar import working_days_after
from denghuo.cases.queries.cases import subjects_of
from denghuo.cases.queries.items import service_item
from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import Actor, SignInNeededError, record_audit

NOTICE_CASES_MAX = 500


class NoNoticeError(RefusalError):
    """The item's list is not shown."""

    code = "cases.no_notice"
    template = "这项业务不用公示。"
    status = 409


class NoticePastError(RefusalError):
    """Nobody could read it on a day that is over."""

    code = "cases.notice_past"
    template = "公示最早从今天开始。"


class MixedNoticeError(RefusalError):
    """One notice is one item of one office."""

    code = "cases.mixed_notice"
    template = "一次公示只能放同一个单位、同一项业务的办件，最多 500 件。"


class NoticeOverError(RefusalError):
    """Objections are in time while the notice lasts."""

    code = "cases.notice_over"
    template = "公示已经结束。发现问题，仍可以打 {phone} 反映。"
    status = 409


class OwnObjectionError(RefusalError):
    """Against one's own decision there is another door."""

    code = "cases.own_objection"
    template = "这是您自己的事。觉得决定不对，请提复查。"
    status = 409


class ObjectionAnsweredError(RefusalError):
    """Somebody has answered it."""

    code = "cases.objection_answered"
    template = "这条异议已经有人答复过了。"
    status = 409


class ObjectionTwiceError(RefusalError):
    """One open objection per person and case."""

    code = "cases.objection_twice"
    template = "您提的异议正在核对，结果会告诉您。"
    status = 409


@transaction.atomic
def publish_notice(
    *,
    actor: Actor,
    case_ids: Sequence[UUID],
    title: str,
    from_on: date | None = None,
    now: datetime,
) -> UUID:
    """Show approved cases of one office and item for as many working days as the item says.

    Raises ``MixedNoticeError``, ``NoNoticeError``, ``NoticePastError``,
    ``MoveNotPossibleError``.
    """
    if not 1 <= len(case_ids) <= NOTICE_CASES_MAX:
        raise MixedNoticeError
    # In one order everywhere: two officers with overlapping lists must not wait for each other.
    turns = [take(one, actor=actor, version=None, now=now) for one in sorted(set(case_ids))]
    item, area = turns[0].item, turns[0].row.area
    if any(one.item != item or one.row.area != area for one in turns):
        raise MixedNoticeError
    notice = new_notice(item, area, title, from_on=from_on or day_of(now), now=now)
    for turn in turns:
        move(turn, Move.PUBLISH, note=f"公示到 {notice.last_on:%Y-%m-%d}")
        turn.row.notice = notice
        turn.row.save()
        announce(turn, "case_published")
    for turn in turns:
        tell(
            turn,
            "published",
            title="开始公示",
            body=f"公示到 {notice.last_on:%Y-%m-%d}，没有异议就付款。名单上姓名不写全。",
        )
    record_audit(
        actor=actor,
        action="cases.publish_notice",
        entity=f"cases.PublicNotice:{notice.pk}",
        detail={"cases": len(turns), "item": item.code},
        at=now,
    )
    return notice.pk


def new_notice(
    item: ServiceItem,
    area: str,
    title: str,
    *,
    from_on: date,
    now: datetime,
    bulk_key: str | None = None,
) -> PublicNotice:
    """The notice's row. Raises ``NoNoticeError``, ``NoticePastError``."""
    if not item.notice.days:
        raise NoNoticeError
    if from_on < day_of(now):
        raise NoticePastError(field="from_on")
    due = working_days_after(from_on, item.notice.days)
    assert due.day is not None  # noqa: S101  nothing pauses it
    return PublicNotice.objects.create(
        item=item.code,
        area=area,
        title=title.strip()[:120] or f"{item.names}名单公示",
        from_on=from_on,
        last_on=due.day,
        provisional=due.provisional,
        bulk_key=bulk_key,
        created_at=now,
    )


@transaction.atomic
def object_to_notice(*, actor: Actor, case_id: UUID, words: str, now: datetime) -> UUID:
    """Anybody signed in may say, while the notice lasts, that one line of it is wrong.

    Who said it is not shown to the applicant. Raises ``CaseNotFoundError`` (no notice of it is
    open), ``NoticeOverError``, ``OwnObjectionError``, ``NoteNeededError``, ``ObjectionTwiceError``.
    """
    if actor.kind not in {"resident", "staff"}:
        raise SignInNeededError
    if not words.strip():
        raise NoteNeededError(field="words")
    row = Case.objects.select_for_update(of=("self",)).filter(pk=case_id).first()
    if row is None or row.notice is None:
        raise CaseNotFoundError
    item = service_item(row.item)
    if day_of(now) > row.notice.last_on or row.state != State.PUBLIC_NOTICE:
        raise NoticeOverError(phone=item.ask_office)
    if actor.person is not None and actor.person in subjects_of(row):
        raise OwnObjectionError
    try:
        with transaction.atomic():
            raised = Objection.objects.create(
                case=row,
                notice=row.notice,
                raised_by=actor.label,
                words=words.strip()[:2000],
                created_at=now,
            )
    except IntegrityError:
        raise ObjectionTwiceError from None
    record_audit(
        actor=actor,
        action="cases.object_to_notice",
        entity=f"cases.Objection:{raised.pk}",
        detail={"case": str(row.pk)},
        at=now,
    )
    return raised.pk


@transaction.atomic
def answer_objection(
    *, actor: Actor, objection_id: UUID, upheld: bool, answer: str, now: datetime
) -> UUID:
    """Say whether it was right. An upheld one stops the payment until the office has looked
    again (``appeal`` of the kind ``review``). By somebody without a hand in the decision.

    Raises ``NoteNeededError``, ``ObjectionAnsweredError``, ``SameHandError``.
    """
    if not answer.strip():
        raise NoteNeededError(field="answer")
    found = Objection.objects.filter(pk=objection_id).values_list("case_id", flat=True).first()
    if found is None:
        raise CaseNotFoundError
    turn = take(found, actor=actor, version=None, now=now)
    if not turn.hands & {"officer", "reviewer", "supervisor"}:
        raise HandNotAllowedError(move="答复异议", hands="经办或复核人员")
    who = signer(turn)
    demand_checker(who, hands_so_far(turn.row))
    # Whoever signed would be judging their own signature.
    demand_second_pair(who, involved(turn), do="答复异议")
    raised = Objection.objects.select_for_update().get(pk=objection_id)
    if raised.state != "open":
        raise ObjectionAnsweredError
    raised.state = "upheld" if upheld else "dismissed"
    raised.answer, raised.answered_by, raised.answered_at = (
        answer.strip()[:500],
        actor.staff_id,
        now,
    )
    raised.save()
    write_step(turn, "objection_answered", reason_code=raised.state)
    _tell_objection(turn, upheld=upheld)
    finish(turn, "answer_objection", state=raised.state, objection=str(raised.pk))
    return raised.pk


def _tell_objection(turn: Turn, *, upheld: bool) -> None:
    if upheld:
        tell(
            turn,
            "objection",
            title="公示期间有人提出异议",
            body="核对后属实，要先复查原决定，付款先停一下。您可以在这件事的页面上说明情况。",
        )
