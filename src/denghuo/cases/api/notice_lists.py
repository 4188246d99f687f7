"""Public notices: anybody reads them, whoever is signed in may object to a line."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Router, Status
from pydantic import Field

from denghuo.cases.actions.noticing import object_to_notice
from denghuo.cases.api.own_shapes import example
from denghuo.cases.queries.notices import NoticeView, line_of, lines, lines_of, notice_of
from denghuo.cases.queries.notices import open_notices as notices_on
from denghuo.kernel.clock import day_of
from denghuo.kernel.json_shapes import Sent, Told
from denghuo.platform.public import (
    PAGE_LIMIT,
    ActorRequest,
    After,
    IdempotencyKey,
    Limit,
    NotMarkError,
    answer_once,
    anyone,
    opened,
    read_mark,
    sent_json,
    signed_in,
    write_mark,
)

notices = Router()


class NoticeOut(Told):
    """One list that is shown today; ``last_on`` is its last day."""

    id: UUID
    title: str
    item: str
    area: str
    from_on: date
    last_on: date
    provisional: bool


class NoticeLineOut(Told):
    """One line: a person's name is not written out."""

    case: UUID
    number: str
    name: str
    amount_fen: int


class NoticeLinesOut(Told):
    """One list and one page of its lines, by number."""

    notice: NoticeOut
    lines: list[NoticeLineOut]
    next: str | None


class ObjectionBody(Sent):
    """What is wrong with a line. The other side is not told who said it."""

    case: Annotated[UUID, Field(description=_("名单上那一行的 case"))]
    words: Annotated[
        str, Field(min_length=1, max_length=2_000, description=_("哪里不对，怎么能查到"))
    ]


class ObjectionOut(Told):
    """The objection that was taken down."""

    id: UUID


@notices.get(
    "",
    auth=opened(anyone),
    response=list[NoticeOut],
    summary=_("正在公示的名单"),
    description=_("快到期的在前，最多 50 份。"),
)
def list_notices(request: ActorRequest) -> list[NoticeOut]:
    """The lists shown today."""
    return [_notice_out(one) for one in notices_on(day_of(timezone.now()))]


@notices.get(
    "/{uuid:notice_id}",
    auth=opened(anyone),
    response=NoticeLinesOut,
    summary=_("一份公示名单"),
    description=_("按编号排。个人的姓名不写全。公示结束就看不到了。"),
)
def show_notice(
    request: ActorRequest, notice_id: UUID, after: After = "", limit: Limit = PAGE_LIMIT
) -> NoticeLinesOut:
    """One list, a page at a time."""
    notice = notice_of(notice_id, on=day_of(timezone.now()))
    last = read_mark(after) if after else ""
    if not isinstance(last, str) or len(last) > 40:
        raise NotMarkError(field="after")
    rows = list(lines_of(notice).filter(number__gt=last)[: limit + 1])
    shown = lines(rows[:limit])
    return NoticeLinesOut(
        notice=_notice_out(notice),
        lines=[
            NoticeLineOut(
                case=one.case_id, number=one.number, name=one.name, amount_fen=one.amount_fen
            )
            for one in shown
        ],
        next=write_mark(shown[-1].number) if len(rows) > limit else None,
    )


@notices.post(
    "/{uuid:notice_id}/objections",
    auth=opened(signed_in),
    response={201: ObjectionOut},
    summary=_("对公示的一行提异议"),
    description=_("要本人登录，或者工作人员。对方看不到是谁提的；答复以前这一笔不付款。"),
    openapi_extra=example(
        {
            "case": "3f0c8a52-6f0e-4c51-9d5e-0d6f3a0b7c11",
            "words": "这家店去年就关了，可以到街道核实。",
        }
    ),
)
def object_to_line(
    request: ActorRequest,
    response: HttpResponse,
    notice_id: UUID,
    body: ObjectionBody,
    idempotency_key: IdempotencyKey,
) -> Status[dict[str, Any]]:
    """Say that a line of the list is wrong."""
    now = timezone.now()

    def act() -> dict[str, Any]:
        line = line_of(notice_of(notice_id, on=day_of(now)), body.case)
        raised = object_to_notice(
            actor=request.actor, case_id=line.case_id, words=body.words, now=now
        )
        return ObjectionOut(id=raised).model_dump()

    sent = sent_json(request)
    return Status(
        201,
        answer_once(request.actor, idempotency_key, sent, act, response=response, now=now),
    )


def _notice_out(view: NoticeView) -> NoticeOut:
    return NoticeOut(
        id=view.id,
        title=view.title,
        item=view.item.code,
        area=view.area_name,
        from_on=view.from_on,
        last_on=view.last_on,
        provisional=view.provisional,
    )
