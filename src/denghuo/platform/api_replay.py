"""A write of a program happens once, however often its request arrives.

A program whose line broke does not know whether its request got through, so it sends it again.
Every write of the API names an ``Idempotency-Key`` of the caller's own; what was done under it
and what was answered are one transaction. The same key again gives the same answer; the same
key with other contents is refused. A refused request leaves nothing, its key included.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Header

from denghuo.kernel.refusal import RefusalError
from denghuo.platform.access import Actor
from denghuo.platform.crypto import lookup_digest
from denghuo.platform.models.api_answer import ApiAnswer

Json = dict[str, Any]
ANSWERS_KEPT = timedelta(days=14)
# Longer than reading the longest file takes; after it, whoever claimed the key was killed.
_CLAIM = timedelta(minutes=10)
_PURGE_CHUNK = 500
_FIELD = "platform.api_answer"

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=120,
        pattern=r"^[!-~]+$",
        description=_("同一个键重发多少次都只办一次，回答也一样；内容变了要换一个键"),
    ),
]


class KeyReusedError(RefusalError):
    """The key stands for another request: carrying out either would lose the other unseen."""

    code = "platform.key_reused"
    template = "这个 Idempotency-Key 已经用在另一次请求上，内容不一样，没有执行。请换一个键。"
    status = 409


class KeyAtWorkError(RefusalError):
    """The first request under this key is still being worked on."""

    code = "platform.key_at_work"
    template = "用这个 Idempotency-Key 的请求正在办。请过一会儿用同一个键再问。"
    status = 409


def sent_json(request: HttpRequest) -> bytes:
    """A digest of what a request asks: the operation, its address, its JSON in any order."""
    try:
        told = json.dumps(json.loads(request.body), sort_keys=True, ensure_ascii=True)
    except (ValueError, RecursionError):  # nothing at all, or what the operation does not read
        told = request.body.hex()
    return _digest(request, told)


def sent_file(request: HttpRequest, upload: UploadedFile[bytes], **fields: object) -> bytes:
    """The same for an upload: its bytes and the fields beside it. The file is rewound."""
    content = hashlib.sha256()
    for piece in upload.chunks():
        content.update(piece)
    upload.seek(0)
    told = json.dumps(fields, sort_keys=True, ensure_ascii=False, cls=DjangoJSONEncoder)
    return _digest(request, told, upload.name or "", content.hexdigest())


def sent_parts(request: HttpRequest, *parts: str) -> bytes:
    """The same for a body that was read by the operation itself."""
    return _digest(request, *parts)


def answer_once(
    actor: Actor,
    key: str,
    sent: bytes,
    act: Callable[[], Json],
    *,
    response: HttpResponse,
    now: datetime,
) -> Json:
    """Do ``act`` and keep its answer, in one transaction; or give the answer that was kept.

    Race: two requests with one key at once. The primary key lets one insert; the other waits
    for its transaction, then finds the answer, or, where the first was refused, acts itself.
    Raises ``KeyReusedError``, and what ``act`` raises.
    """
    with transaction.atomic():
        row = _row(actor, key, sent, now)
        if row.answer is not None:
            return _kept(row, response)
        text = json.dumps(act(), cls=DjangoJSONEncoder, ensure_ascii=False)
        ApiAnswer.objects.filter(pk=row.pk).update(answer=text)
    answer: Json = json.loads(text)
    return answer


def answer_once_claimed(
    actor: Actor,
    key: str,
    sent: bytes,
    act: Callable[[], Json],
    *,
    response: HttpResponse,
    now: datetime,
) -> Json:
    """The same for what writes files: too slow to hold the writers' queue meanwhile.

    The key is claimed first, then ``act`` runs in transactions of its own, then its answer is
    kept. Killed between, the claim ends and a retry acts again; ``act`` must come to the same.
    Raises ``KeyReusedError``, ``KeyAtWorkError``, and what ``act`` raises.
    """
    with transaction.atomic():
        row = _row(actor, key, sent, now)
        if row.answer is not None:
            return _kept(row, response)
        if row.claimed_at is not None and now - row.claimed_at < _CLAIM:
            raise KeyAtWorkError(wait_seconds=5)
        ApiAnswer.objects.filter(pk=row.pk).update(claimed_at=now)
    mine = ApiAnswer.objects.filter(pk=row.pk, claimed_at=now, answer__isnull=True)
    try:
        text = json.dumps(act(), cls=DjangoJSONEncoder, ensure_ascii=False)
    except BaseException:
        mine.delete()
        raise
    mine.update(answer=text)
    answer: Json = json.loads(text)
    return answer


def forget_old_answers(*, now: datetime) -> int:
    """Remove answers whose days are over, in short transactions; how many."""
    removed = 0
    while True:
        old = ApiAnswer.objects.filter(created_at__lt=now - ANSWERS_KEPT)
        ids = list(old.values_list("id", flat=True)[:_PURGE_CHUNK])
        if not ids:
            return removed
        ApiAnswer.objects.filter(id__in=ids).delete()
        removed += len(ids)


def _row(actor: Actor, key: str, sent: bytes, now: datetime) -> ApiAnswer:
    """The locked row of the caller's key. Raises ``KeyReusedError``."""
    caller = f"{actor.label} {actor.key_id or ''} {actor.acting_for or ''}"
    digest = lookup_digest(f"{caller} {key}", field=_FIELD)
    row_id = UUID(bytes=digest[:16], version=5)
    ApiAnswer.objects.bulk_create(
        [ApiAnswer(id=row_id, sent=sent, created_at=now)], ignore_conflicts=True
    )
    row = ApiAnswer.objects.select_for_update().get(pk=row_id)
    if bytes(row.sent) != sent:
        raise KeyReusedError
    return row


def _kept(row: ApiAnswer, response: HttpResponse) -> Json:
    response.headers["Idempotency-Replayed"] = "true"
    answer: Json = json.loads(row.answer or "{}")
    return answer


def _digest(request: HttpRequest, *parts: str) -> bytes:
    whole = "\n".join([request.method or "", request.get_full_path(), *parts])
    return hashlib.sha256(whole.encode()).digest()
