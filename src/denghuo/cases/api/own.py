"""One's own cases: the list, the story of one, what is new, and what the applicant may do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import File, Form, Query, Router, Status, UploadedFile
from pydantic import Field

from denghuo.cases.actions.accepting import Supplied, answer_correction, withdraw
from denghuo.cases.actions.appealing import appeal
from denghuo.cases.actions.documents import bring_for_case
from denghuo.cases.actions.drafts import demand_payable_to
from denghuo.cases.actions.paying import confirm_account
from denghuo.cases.actions.rating import rate
from denghuo.cases.api.own_shapes import (
    AccountBody,
    AppealBody,
    CaseChangeOut,
    CasesOut,
    ChangesOut,
    CorrectionBody,
    RatingBody,
    WithdrawBody,
    example,
)
from denghuo.cases.api.shapes import (
    DELIBERATE,
    FILE_BODY_BYTES_MAX,
    CaseOut,
    DocumentOut,
    case_out,
    document_out,
)
from denghuo.cases.api.story_shapes import StoryOut, story_out
from denghuo.cases.logic.answers import Asked, read_answer
from denghuo.cases.logic.forms import ACCOUNT_FIELD
from denghuo.cases.logic.step_words import STEP_WORDS
from denghuo.cases.queries.at_hand import note_look, subject_at_hand
from denghuo.cases.queries.case_story import story_of
from denghuo.cases.queries.cases import CaseView
from denghuo.cases.queries.own_cases import own_case
from denghuo.cases.queries.own_lists import own_changes, own_page
from denghuo.kernel.clock import day_of
from denghuo.people.public import Scope, for_somebody, subject_name
from denghuo.platform.public import (
    MARK_LENGTH_MAX,
    PAGE_LIMIT,
    ActorRequest,
    After,
    IdempotencyKey,
    Limit,
    answer_once,
    answer_once_claimed,
    opened,
    sent_file,
    sent_json,
)

cases = Router()

PURPOSE = _("看办件进度")
Number = Annotated[
    str,
    Field(
        max_length=40,
        json_schema_extra={"example": "CY-150102-2026-00000017"},
    ),
]


@cases.get(
    "",
    auth=opened(for_somebody),
    response=CasesOut,
    summary=_("自己的办件"),
    description=_("新的在前。替谁办就是谁的；密钥是发给谁的就是谁的。"),
)
def list_cases(request: ActorRequest, after: After = "", limit: Limit = PAGE_LIMIT) -> CasesOut:
    """One page of the subject's cases."""
    now = timezone.now()
    subject = subject_at_hand(request.actor, "read", now=now)
    found, following = own_page(subject, after=after, limit=limit)
    if found:
        note_look(request.actor, subject, what="cases", purpose=PURPOSE, now=now)
    return CasesOut(cases=[case_out(one) for one in found], next=following)


@cases.get(
    "/changes",
    auth=opened(for_somebody),
    response=ChangesOut,
    summary=_("上次以后有什么变化"),
    description=_(
        "第一次不写 since，回答全部；以后写上次回答里的 next。"
        "断了就用同一个 since 再问一次，一步也不会漏。"
        "more 是 true 就接着问，是 false 就过几分钟再来。"
    ),
)
def list_changes(
    request: ActorRequest,
    since: Annotated[
        str, Query(max_length=MARK_LENGTH_MAX, description=_("上次回答里的 next；第一次不写"))
    ] = "",
    limit: Limit = PAGE_LIMIT,
) -> ChangesOut:
    """The steps taken since a mark."""
    now = timezone.now()
    subject = subject_at_hand(request.actor, "read", now=now)
    found = own_changes(subject, since=since, limit=limit, now=now)
    if found.changes:  # a program that asks every minute and hears nothing has seen nothing
        note_look(request.actor, subject, what="cases", purpose=PURPOSE, now=now)
    return ChangesOut(
        changes=[
            CaseChangeOut(
                number=one.number,
                item=one.item,
                version=one.seq,
                kind=one.kind,
                text=STEP_WORDS.get(one.kind, one.kind),
                at=one.at,
                state=one.state,
                reason_code=one.reason_code,
            )
            for one in found.changes
        ],
        next=found.next,
        more=found.more,
    )


@cases.get(
    "/{number}",
    auth=opened(for_somebody),
    response=StoryOut,
    summary=_("一件事的经过"),
    description=_("时间线、要补的、决定和理由、付款、公示、复查。"),
)
def show_case(request: ActorRequest, number: Number) -> StoryOut:
    """One case of the subject with its whole story."""
    now = timezone.now()
    case = own_case(request.actor, number, now=now)
    note_look(request.actor, case.subject, what="cases", purpose=PURPOSE, now=now)
    return story_out(story_of(case))


@cases.post(
    "/{number}/documents",
    auth=opened(for_somebody, per_minute=DELIBERATE, body_bytes_max=FILE_BODY_BYTES_MAX),
    response={201: DocumentOut},
    summary=_("为要补的一样传一个文件"),
    description=_("回答材料编号，再用补正交上去。asked 是要补的那一样的编号。"),
)
def bring_for_correction(  # noqa: PLR0917  called by name only, by the framework
    request: ActorRequest,
    response: HttpResponse,
    number: Number,
    asked: Annotated[UUID, Form(description=_("要补的那一样的编号"))],
    upload: File[UploadedFile],
    idempotency_key: IdempotencyKey,
) -> Status[dict[str, Any]]:
    """Keep one file for a point of a correction."""
    now = timezone.now()

    def act() -> dict[str, Any]:
        case = own_case(request.actor, number, scope="documents", now=now)
        document = bring_for_case(
            actor=request.actor,
            subject=case.subject,
            case_id=case.id,
            point=f"correction-{asked}",
            upload=upload,
            now=now,
        )
        return document_out(document).model_dump()

    sent = sent_file(request, upload, asked=asked)
    return Status(
        201,
        answer_once_claimed(request.actor, idempotency_key, sent, act, response=response, now=now),
    )


@cases.post(
    "/{number}/correction",
    auth=opened(for_somebody),
    response=CaseOut,
    summary=_("补正"),
    description=_("可以先补一部分；都补齐了，办理期限接着算。"),
    openapi_extra=example(
        {
            "version": 2,
            "answers": [
                {
                    "asked": "3f0c8a52-6f0e-4c51-9d5e-0d6f3a0b7c11",
                    "words": "执照在第二页",
                    "documents": [],
                }
            ],
        }
    ),
)
def correct(
    request: ActorRequest,
    response: HttpResponse,
    number: Number,
    body: CorrectionBody,
    idempotency_key: IdempotencyKey,
) -> dict[str, Any]:
    """Answer what was asked for, some of it or all."""

    def act(case: CaseView, now: datetime) -> CaseView:
        return answer_correction(
            actor=request.actor,
            case_id=case.id,
            version=body.version,
            answers=[Supplied(one.asked, one.words, tuple(one.documents)) for one in body.answers],
            now=now,
        )

    return _act(request, response, number, idempotency_key, act)


@cases.post(
    "/{number}/withdraw",
    auth=opened(for_somebody),
    response=CaseOut,
    summary=_("撤回"),
    description=_("作出决定以前都可以。两周后清掉填的内容和材料。"),
    openapi_extra=example({"version": 1, "note": "先不办了"}),
)
def take_back(
    request: ActorRequest,
    response: HttpResponse,
    number: Number,
    body: WithdrawBody,
    idempotency_key: IdempotencyKey,
) -> dict[str, Any]:
    """Withdraw the application."""

    def act(case: CaseView, now: datetime) -> CaseView:
        return withdraw(
            actor=request.actor, case_id=case.id, version=body.version, note=body.note, now=now
        )

    return _act(request, response, number, idempotency_key, act)


@cases.post(
    "/{number}/account",
    auth=opened(for_somebody),
    response=CaseOut,
    summary=_("确认收款账户"),
    description=_("户名要和申请人一样。密钥或委托要写明“替我确认收款账户”。"),
    openapi_extra=example(
        {
            "version": 3,
            "bank": "内蒙古银行呼和浩特新城支行",
            "number": "0000000000000018",
            "holder": "乌云其木格",
        }
    ),
)
def say_account(
    request: ActorRequest,
    response: HttpResponse,
    number: Number,
    body: AccountBody,
    idempotency_key: IdempotencyKey,
) -> dict[str, Any]:
    """Where the money goes."""

    def act(case: CaseView, now: datetime) -> CaseView:
        holder = subject_name(case.subject)
        told = {"bank": body.bank, "number": body.number, "holder": body.holder}
        value = read_answer(ACCOUNT_FIELD, told, Asked(case.subject.kind, holder, day_of(now)))
        if not isinstance(value, dict):
            raise TypeError("an account is read in parts")
        demand_payable_to(case.subject, holder, value)
        return confirm_account(
            actor=request.actor,
            case_id=case.id,
            version=body.version,
            account_name=value["holder"],
            account_no=value["number"],
            bank=value["bank"],
            now=now,
        )

    return _act(request, response, number, idempotency_key, act, scope="money")


@cases.post(
    "/{number}/appeal",
    auth=opened(for_somebody),
    response=CaseOut,
    summary=_("提复查"),
    description=_("收到决定 60 天内，一次；由没有参与原决定的人来看。"),
    openapi_extra=example({"version": 7, "words": "参保月数少算了两个月，请再核一次。"}),
)
def object_to_decision(
    request: ActorRequest,
    response: HttpResponse,
    number: Number,
    body: AppealBody,
    idempotency_key: IdempotencyKey,
) -> dict[str, Any]:
    """Ask for a second look at the decision."""

    def act(case: CaseView, now: datetime) -> CaseView:
        return appeal(
            actor=request.actor, case_id=case.id, version=body.version, words=body.words, now=now
        )

    return _act(request, response, number, idempotency_key, act)


@cases.post(
    "/{number}/rating",
    auth=opened(for_somebody),
    response=CaseOut,
    summary=_("评价"),
    description=_("办结以后，一次，1 到 5 档；1、2 档十五个工作日内有人答复。"),
    openapi_extra=example({"level": 5, "words": "一次就办好了"}),
)
def rate_case(
    request: ActorRequest,
    response: HttpResponse,
    number: Number,
    body: RatingBody,
    idempotency_key: IdempotencyKey,
) -> dict[str, Any]:
    """Say how it was."""

    def act(case: CaseView, now: datetime) -> CaseView:
        return rate(
            actor=request.actor, case_id=case.id, level=body.level, words=body.words, now=now
        )

    return _act(request, response, number, idempotency_key, act)


def _act(
    request: ActorRequest,
    response: HttpResponse,
    number: str,
    key: str,
    act: Callable[[CaseView, datetime], CaseView],
    *,
    scope: Scope = "apply",
) -> dict[str, Any]:
    """One act on one's own case, once for each key."""
    now = timezone.now()

    def once() -> dict[str, Any]:
        case = own_case(request.actor, number, scope=scope, now=now)
        return case_out(act(case, now)).model_dump()

    return answer_once(request.actor, key, sent_json(request), once, response=response, now=now)
