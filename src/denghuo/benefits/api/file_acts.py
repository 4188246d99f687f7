"""What is done to a file of facts: headings, mapping, confirmation, taking back, putting away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Router

from denghuo.benefits.access import fact_officers, fact_staff
from denghuo.benefits.actions.imports import (
    choose_headings,
    confirm_import,
    drop_import,
    set_mapping,
    take_back,
    try_again,
)
from denghuo.benefits.api.shapes import (
    ConfirmBody,
    FactFileOut,
    HeadingsBody,
    MappingBody,
    TakeBackBody,
    file_out,
    mapping_in,
)
from denghuo.benefits.logic.mapping import MappingWrongError
from denghuo.benefits.queries.import_lists import mapping_of_name
from denghuo.benefits.queries.imports import import_of
from denghuo.platform.public import (
    ActorRequest,
    IdempotencyKey,
    answer_once,
    answer_once_claimed,
    opened,
    sent_json,
)

acts = Router()


def _example(value: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"content": {"application/json": {"example": value}}}}


@acts.post(
    "/{uuid:file_id}/headings",
    auth=opened(fact_officers),
    response=FactFileOut,
    summary=_("表头在别处"),
    description=_("写明工作表和行，再看一遍。"),
    openapi_extra=_example({"heading_row": 3}),
)
def say_headings(
    request: ActorRequest,
    response: HttpResponse,
    file_id: UUID,
    body: HeadingsBody,
    idempotency_key: IdempotencyKey,
) -> dict[str, Any]:
    """Where the headings stand, when the guess was wrong."""

    def act(now: datetime) -> None:
        choose_headings(
            actor=request.actor,
            import_id=file_id,
            sheet=body.sheet,
            heading_row=body.heading_row,
            now=now,
        )

    return _act(request, response, file_id, idempotency_key, act)


@acts.post(
    "/{uuid:file_id}/mapping",
    auth=opened(fact_officers),
    response=FactFileOut,
    summary=_("定下每列是什么"),
    description=_("写一套存过的对照的名字，或者逐列写明；然后在后台逐行检查。"),
    openapi_extra=_example({"mapping": "社保月报", "observed_on": "2026-10-31"}),
)
def say_mapping(
    request: ActorRequest,
    response: HttpResponse,
    file_id: UUID,
    body: MappingBody,
    idempotency_key: IdempotencyKey,
) -> dict[str, Any]:
    """What each column is: by the name of a saved mapping, or column by column."""

    def act(now: datetime) -> None:
        view = import_of(request.actor, file_id)
        if bool(body.mapping) == bool(body.columns):
            raise MappingWrongError(field="mapping", why=_("mapping 和 columns 请写一样。"))
        mapping = (
            mapping_of_name(body.mapping, subject=view.subject)
            if body.mapping
            else mapping_in(body.columns)
        )
        set_mapping(
            actor=request.actor,
            import_id=file_id,
            mapping=mapping,
            observed_on=body.observed_on or view.observed_on,
            save_as=body.save_as or body.mapping or "",
            now=now,
        )

    return _act(request, response, file_id, idempotency_key, act)


@acts.post(
    "/{uuid:file_id}/confirm",
    auth=opened(fact_staff),
    response=FactFileOut,
    summary=_("确认导入"),
    description=_("读得了的行变成数据。行数多的，要由送文件以外的人确认。"),
    openapi_extra=_example({"mode": "records", "attempt": 2}),
)
def confirm_file(
    request: ActorRequest,
    response: HttpResponse,
    file_id: UUID,
    body: ConfirmBody,
    idempotency_key: IdempotencyKey,
) -> dict[str, Any]:
    """Agree that the good rows become facts, or a table."""

    def act(now: datetime) -> None:
        confirm_import(
            actor=request.actor,
            import_id=file_id,
            mode=body.mode,
            registers=body.registers,
            attempt=body.attempt,
            now=now,
        )

    return _act(request, response, file_id, idempotency_key, act)


@acts.post(
    "/{uuid:file_id}/retry",
    auth=opened(fact_staff),
    response=FactFileOut,
    summary=_("再试一次没办成的那一步"),
    description=_("因为我们这边的原因没办成的，接着办。"),
)
def retry_file(
    request: ActorRequest, response: HttpResponse, file_id: UUID, idempotency_key: IdempotencyKey
) -> dict[str, Any]:
    """Ask again for the step that failed for a reason of ours."""

    def act(now: datetime) -> None:
        try_again(actor=request.actor, import_id=file_id, now=now)

    return _act(request, response, file_id, idempotency_key, act)


@acts.post(
    "/{uuid:file_id}/take-back",
    auth=opened(fact_staff),
    response=FactFileOut,
    summary=_("撤回一次导入"),
    description=_("三十天以内，由确认以外的人；每项数据恢复成原来的，后来有新数的不动。"),
    openapi_extra=_example({"reason": "月份送错了"}),
)
def take_back_file(
    request: ActorRequest,
    response: HttpResponse,
    file_id: UUID,
    body: TakeBackBody,
    idempotency_key: IdempotencyKey,
) -> dict[str, Any]:
    """Undo an applied import."""

    def act(now: datetime) -> None:
        take_back(actor=request.actor, import_id=file_id, reason=body.reason, now=now)

    return _act(request, response, file_id, idempotency_key, act)


@acts.post(
    "/{uuid:file_id}/drop",
    auth=opened(fact_officers),
    response=FactFileOut,
    summary=_("放弃一个没有导入的文件"),
    description=_("原件马上删掉，数据没有变动。"),
)
def drop_file(
    request: ActorRequest, response: HttpResponse, file_id: UUID, idempotency_key: IdempotencyKey
) -> dict[str, Any]:
    """Put a file away; its bytes go at once, so the key is claimed before."""
    now = timezone.now()

    def act() -> dict[str, Any]:
        drop_import(actor=request.actor, import_id=file_id, now=now)
        return file_out(import_of(request.actor, file_id)).model_dump()

    sent = sent_json(request)
    return answer_once_claimed(
        request.actor, idempotency_key, sent, act, response=response, now=now
    )


def _act(
    request: ActorRequest,
    response: HttpResponse,
    file_id: UUID,
    key: str,
    act: Callable[[datetime], None],
) -> dict[str, Any]:
    """One act on one file, once for each key; answered with the file as it stands then."""
    now = timezone.now()

    def once() -> dict[str, Any]:
        act(now)
        return file_out(import_of(request.actor, file_id)).model_dump()

    return answer_once(request.actor, key, sent_json(request), once, response=response, now=now)
