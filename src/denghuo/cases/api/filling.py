"""Filling in a form: begin, answer, bring files, hand in. Each write under its own key, once."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import File, Form, Router, Status, UploadedFile
from pydantic import Field

from denghuo.cases.actions.documents import attach_document, remove_document, reuse_document
from denghuo.cases.actions.drafts import begin_draft, drop_draft, save_answer
from denghuo.cases.actions.handing_in import FormIncompleteError, hand_in
from denghuo.cases.api.form_changes import demand_version
from denghuo.cases.api.own_shapes import example
from denghuo.cases.api.service_items import ItemCode, VersionNumber
from denghuo.cases.api.shapes import (
    DELIBERATE,
    FILE_BODY_BYTES_MAX,
    CaseOut,
    DraftOut,
    FieldName,
    GoneOut,
    case_out,
    draft_out,
)
from denghuo.cases.logic.form_json import raw_of
from denghuo.cases.queries.at_hand import note_look, subject_at_hand
from denghuo.cases.queries.drafts import DraftView, drafts_of
from denghuo.cases.queries.own_lists import own_draft
from denghuo.kernel.clock import day_of
from denghuo.kernel.json_shapes import Sent
from denghuo.people.public import for_somebody
from denghuo.platform.public import (
    ActorRequest,
    IdempotencyKey,
    answer_once,
    answer_once_claimed,
    opened,
    sent_file,
    sent_json,
)

drafts = Router()

PURPOSE = _("填表")
_FIELDS_MAX = 100
_TEXT_MAX = 4_000
Text = Annotated[str, Field(max_length=_TEXT_MAX)]
Value = bool | int | Text | Annotated[dict[FieldName, Text], Field(max_length=3)] | None


class BeginBody(Sent):
    """Which service."""

    item: ItemCode


class AnswersBody(Sent):
    """Answers by field; null empties an optional one. ``form_version`` is the one filled in."""

    form_version: VersionNumber
    answers: Annotated[
        dict[FieldName, Value],
        Field(
            min_length=1,
            max_length=_FIELDS_MAX,
            description=_("每题的答案，按表的 JSON Schema 写；null 是空着"),
        ),
    ]


class SubmitBody(Sent):
    """The declaration, for the version the program knows."""

    form_version: VersionNumber
    declared: Annotated[bool, Field(description=_("申请人看过、都属实，才写 true"))]


class ReuseBody(Sent):
    """A document handed in before, for a question of this draft."""

    field: FieldName
    document: Annotated[UUID, Field(description=_("以前交过的材料的编号"))]


@drafts.get(
    "",
    auth=opened(for_somebody),
    response=list[DraftOut],
    summary=_("填到一半的表"),
    description=_("最近动过的在前。交了的不在这里。"),
)
def list_drafts(request: ActorRequest) -> list[DraftOut]:
    """Everything begun and not handed in."""
    now = timezone.now()
    subject = subject_at_hand(request.actor, "apply", now=now)
    found = drafts_of(subject, on=day_of(now))
    if found:
        note_look(request.actor, subject, what="cases", purpose=PURPOSE, now=now)
    return [draft_out(each, now=now) for each in found]


@drafts.post(
    "",
    auth=opened(for_somebody),
    response={201: DraftOut},
    summary=_("开始填一张表"),
    description=_("同一项服务已经有没交的草稿，就接着那一份。"),
    openapi_extra=example({"item": "startup-grant"}),
)
def begin(
    request: ActorRequest, response: HttpResponse, body: BeginBody, idempotency_key: IdempotencyKey
) -> Status[dict[str, Any]]:
    """The open draft of the item, or a new one."""
    now = timezone.now()

    def act() -> dict[str, Any]:
        return _told(begin_draft(actor=request.actor, item=body.item, now=now), now)

    sent = sent_json(request)
    return Status(
        201,
        answer_once(request.actor, idempotency_key, sent, act, response=response, now=now),
    )


@drafts.get(
    "/{uuid:draft_id}",
    auth=opened(for_somebody),
    response=DraftOut,
    summary=_("一份草稿"),
    description=_("已经知道的、现在要问的、还有哪里不对；表换了新版，也在这里看哪些要重新答。"),
)
def show_draft(request: ActorRequest, draft_id: UUID) -> DraftOut:
    """One draft, under the form in force now."""
    now = timezone.now()
    view = _own(request, draft_id, now)
    note_look(request.actor, view.subject, what="cases", purpose=PURPOSE, now=now)
    return draft_out(view, now=now)


@drafts.post(
    "/{uuid:draft_id}/answers",
    auth=opened(for_somebody),
    response=DraftOut,
    summary=_("填一题或几题"),
    description=_("要么都记下，要么都不记。后面的题要不要答，看前面的答案。"),
    openapi_extra=example({"form_version": 1, "answers": {"venture_is_first": True}}),
)
def answer_fields(
    request: ActorRequest,
    response: HttpResponse,
    draft_id: UUID,
    body: AnswersBody,
    idempotency_key: IdempotencyKey,
) -> dict[str, Any]:
    """Keep the answers, all or none, in the order of the form."""
    now = timezone.now()

    def act() -> dict[str, Any]:
        view = _own(request, draft_id, now)
        demand_version(view.item, view.form, body.form_version)
        for name in _in_order(view, body.answers):
            view = save_answer(
                actor=request.actor,
                draft_id=draft_id,
                field=name,
                raw=_raw(view, name, body.answers[name]),
                now=now,
            )
        return _told(view, now)

    sent = sent_json(request)
    return answer_once(request.actor, idempotency_key, sent, act, response=response, now=now)


@drafts.post(
    "/{uuid:draft_id}/documents",
    auth=opened(for_somebody, per_minute=DELIBERATE, body_bytes_max=FILE_BODY_BYTES_MAX),
    response=DraftOut,
    summary=_("给一题传一个文件"),
    description=_("照片或 PDF，看内容认格式；同样的文件再传还是同一份。"),
)
def bring_document(  # noqa: PLR0917  called by name only, by the framework
    request: ActorRequest,
    response: HttpResponse,
    draft_id: UUID,
    field: Annotated[FieldName, Form()],
    upload: File[UploadedFile],
    idempotency_key: IdempotencyKey,
) -> dict[str, Any]:
    """Check, keep and add one file."""
    now = timezone.now()

    def act() -> dict[str, Any]:
        view = attach_document(
            actor=request.actor, draft_id=draft_id, field=field, upload=upload, now=now
        )
        return _told(view, now)

    sent = sent_file(request, upload, field=field)
    return answer_once_claimed(
        request.actor, idempotency_key, sent, act, response=response, now=now
    )


@drafts.post(
    "/{uuid:draft_id}/documents/reuse",
    auth=opened(for_somebody),
    response=DraftOut,
    summary=_("用以前交过的材料"),
    description=_("以前查过毒、没有删掉的，可以直接用。"),
    openapi_extra=example({"field": "licence", "document": "3f0c8a52-6f0e-4c51-9d5e-0d6f3a0b7c11"}),
)
def reuse(
    request: ActorRequest,
    response: HttpResponse,
    draft_id: UUID,
    body: ReuseBody,
    idempotency_key: IdempotencyKey,
) -> dict[str, Any]:
    """Add a document the subject handed in before."""
    now = timezone.now()

    def act() -> dict[str, Any]:
        view = reuse_document(
            actor=request.actor,
            draft_id=draft_id,
            field=body.field,
            document_id=body.document,
            now=now,
        )
        return _told(view, now)

    sent = sent_json(request)
    return answer_once(request.actor, idempotency_key, sent, act, response=response, now=now)


@drafts.post(
    "/{uuid:draft_id}/documents/{uuid:document_id}/remove",
    auth=opened(for_somebody),
    response=DraftOut,
    summary=_("从草稿里去掉一个文件"),
    description=_("别处没有用到的，文件也删掉。"),
)
def remove(
    request: ActorRequest,
    response: HttpResponse,
    draft_id: UUID,
    document_id: UUID,
    idempotency_key: IdempotencyKey,
) -> dict[str, Any]:
    """Take a file out of the draft."""
    now = timezone.now()

    def act() -> dict[str, Any]:
        view = remove_document(
            actor=request.actor, draft_id=draft_id, document_id=document_id, now=now
        )
        return _told(view, now)

    sent = sent_json(request)
    return answer_once(request.actor, idempotency_key, sent, act, response=response, now=now)


@drafts.post(
    "/{uuid:draft_id}/submit",
    auth=opened(for_somebody),
    response={201: CaseOut},
    summary=_("提交"),
    description=_(
        "回答办件编号。form_version 不是现在的版本就不收，并说明哪些题变了；"
        "还有没填的，field 写第一处。"
    ),
    openapi_extra=example({"form_version": 1, "declared": True}),
)
def submit(
    request: ActorRequest,
    response: HttpResponse,
    draft_id: UUID,
    body: SubmitBody,
    idempotency_key: IdempotencyKey,
) -> Status[dict[str, Any]]:
    """Hand the draft in: weighed once more, numbered, answered with the case."""
    now = timezone.now()

    def act() -> dict[str, Any]:
        view = _own(request, draft_id, now)
        if view.case_id is None:
            demand_version(view.item, view.form, body.form_version)
        try:
            case = hand_in(actor=request.actor, draft_id=draft_id, declared=body.declared, now=now)
        except FormIncompleteError as refused:
            refused.field = next(iter(refused.problems), None)
            raise
        return case_out(case).model_dump()

    sent = sent_json(request)
    return Status(
        201,
        answer_once(request.actor, idempotency_key, sent, act, response=response, now=now),
    )


@drafts.post(
    "/{uuid:draft_id}/drop",
    auth=opened(for_somebody),
    response=GoneOut,
    summary=_("不填了"),
    description=_("草稿和只为它传的文件都删掉。"),
)
def drop(
    request: ActorRequest, response: HttpResponse, draft_id: UUID, idempotency_key: IdempotencyKey
) -> dict[str, Any]:
    """Delete a draft that was not handed in."""
    now = timezone.now()

    def act() -> dict[str, Any]:
        drop_draft(actor=request.actor, draft_id=draft_id, now=now)
        return GoneOut(id=draft_id, gone=True).model_dump()

    sent = sent_json(request)
    return answer_once(request.actor, idempotency_key, sent, act, response=response, now=now)


def _own(request: ActorRequest, draft_id: UUID, now: datetime) -> DraftView:
    subject = subject_at_hand(request.actor, "apply", now=now)
    return own_draft(subject, draft_id, on=day_of(now))


def _told(view: DraftView, now: datetime) -> dict[str, Any]:
    return draft_out(view, now=now).model_dump()


def _in_order(view: DraftView, answers: dict[str, Any]) -> list[str]:
    """As the form asks them: an earlier answer opens or closes a later question."""
    places = {one.name: place for place, one in enumerate(view.form.fields)}
    return sorted(answers, key=lambda name: places.get(name, len(places)))


def _raw(view: DraftView, name: str, value: object) -> dict[str, str]:
    return dict(raw_of(view.form[name], value)) if name in view.form else {}
