"""The way to the bank and back: released files fetched, answers handed in, each booked once."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import File, Query, Router, Status, UploadedFile

from denghuo.kernel.json_shapes import Told
from denghuo.ledger.access import keepers, pay_readers
from denghuo.ledger.actions.bank_files import download_bank_file
from denghuo.ledger.actions.bank_returns import BYTES_MAX, receive_return_file
from denghuo.ledger.logic.pay_answers import Outcome
from denghuo.ledger.queries.bank_files import (
    AnswerView,
    BankFileView,
    ReturnFileView,
    bank_file_seen,
    return_file_seen,
)
from denghuo.ledger.queries.paging import (
    answers_page,
    bank_files_page,
    return_files_page,
    return_is_known,
)
from denghuo.platform.public import (
    PAGE_LIMIT,
    ActorRequest,
    After,
    Brought,
    IdempotencyKey,
    Limit,
    answer_once_claimed,
    opened,
    sent_parts,
    spooled,
)

bank = Router()

_UPLOADS_PER_MINUTE = 12
_FORM_BYTES = 64 * 1024
_BARE_BYTES = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    },
    "x-refusals": [507],
}
_FILE_ANSWER: dict[str, Any] = {
    "responses": {
        200: {
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
            }
        }
    }
}
FileState = Literal["drawing", "made", "released", "dropped"]


class BankFileOut(Told):
    """A file to a bank. ``settle_on`` is the bank's working day; after ``answer_by`` what it has
    not answered counts as unknown. ``sha256`` is over the bytes that were released."""

    id: UUID
    number: str
    kind: Literal["pay", "query"]
    form: str
    fund: str
    area: str
    day: date
    state: FileState
    rows: int
    sum_fen: int
    sha256: str
    name: str
    made_at: datetime
    settle_on: date | None
    answer_by: date | None


class BankFilesOut(Told):
    """One page of files; ``next`` is null on the last."""

    files: list[BankFileOut]
    next: str | None


class ReturnOut(Told):
    """An answer of a bank and how far it is read. ``again``: these very bytes were handed in
    before, and nothing happened."""

    id: UUID
    again: bool
    answers: UUID
    answers_number: str
    name: str
    sha256: str
    day: date
    rows: int
    rows_done: int
    sum_fen: int
    state: str
    counts: dict[str, int]
    in_error: int
    received_at: datetime
    read_at: datetime | None


class ReturnsOut(Told):
    """One page of answers; ``next`` is null on the last."""

    returns: list[ReturnOut]
    next: str | None


class ReturnRowOut(Told):
    """One row of an answer: what the bank said, what became of it, what to do next."""

    line: int
    reference: str
    order: UUID | None
    amount_fen: int | None
    code: str
    message: str
    outcome: Outcome
    outcome_text: str
    reason: str
    next_step: str


class ReturnRowsOut(Told):
    """One page of rows, by line."""

    rows: list[ReturnRowOut]
    next: str | None


@bank.get(
    "/files",
    auth=opened(pay_readers),
    response=BankFilesOut,
    summary=_("付款文件"),
    description=_("自己地区的，新的在前。写 state=released 就只看可以取走的。"),
)
def list_bank_files(
    request: ActorRequest,
    state: Annotated[FileState | None, Query(description=_("只看哪种状态的"))] = None,
    after: After = "",
    limit: Limit = PAGE_LIMIT,
) -> BankFilesOut:
    """One page of the files in sight."""
    found, following = bank_files_page(request.actor, state=state or "", after=after, limit=limit)
    return BankFilesOut(files=[_file_out(one) for one in found], next=following)


@bank.get(
    "/files/{uuid:file_id}",
    auth=opened(pay_readers),
    response=BankFileOut,
    summary=_("一份付款文件"),
    description=_("笔数、合计、校验码、到账日、最迟哪天应有回盘。"),
)
def show_bank_file(request: ActorRequest, file_id: UUID) -> BankFileOut:
    """One file."""
    return _file_out(bank_file_seen(request.actor, file_id))


@bank.get(
    "/files/{uuid:file_id}/content",
    auth=opened(keepers, per_minute=_UPLOADS_PER_MINUTE),
    summary=_("取走一份放行了的付款文件"),
    description=_("内容就是发给银行的文件；X-Content-SHA256 是校验码。取走会记下来。"),
    openapi_extra=_FILE_ANSWER,
)
def fetch_bank_file(request: ActorRequest, file_id: UUID) -> HttpResponseBase:
    """The released bytes, the same each time; who took them is written down first."""
    view, lines = download_bank_file(actor=request.actor, file_id=file_id, now=timezone.now())
    answer = StreamingHttpResponse(lines, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{view.download_name}"'
    answer.headers["X-Content-SHA256"] = view.sha256
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bank.get(
    "/returns",
    auth=opened(pay_readers),
    response=ReturnsOut,
    summary=_("收到的回盘文件"),
    description=_("新的在前：读到哪了、各有多少笔、有几笔要人处理。"),
)
def list_returns(request: ActorRequest, after: After = "", limit: Limit = PAGE_LIMIT) -> ReturnsOut:
    """One page of the answers in sight."""
    found, following = return_files_page(request.actor, after=after, limit=limit)
    return ReturnsOut(returns=[_return_out(one) for one in found], next=following)


@bank.post(
    "/returns",
    auth=opened(keepers, per_minute=_UPLOADS_PER_MINUTE, body_bytes_max=BYTES_MAX + _FORM_BYTES),
    response={200: ReturnOut, 202: ReturnOut},
    summary=_("交一份回盘文件（表单）"),
    description=_(
        "整份核对过才收；202 收下了，在后台逐笔入账，每笔只入一次。"
        "200 说明同样的文件已经交过，什么也没有发生。"
    ),
    openapi_extra={"x-refusals": [507]},
)
def hand_in_return(
    request: ActorRequest,
    response: HttpResponse,
    upload: File[UploadedFile],
    idempotency_key: IdempotencyKey,
) -> Status[dict[str, Any]]:
    """A bank's answer as a part of a form."""
    brought = Brought.of_upload(upload)
    return _hand_in(request, response, upload.name or "", brought, idempotency_key)


@bank.post(
    "/returns/stream",
    auth=opened(keepers, per_minute=_UPLOADS_PER_MINUTE, body_bytes_max=BYTES_MAX),
    response={200: ReturnOut, 202: ReturnOut},
    summary=_("交一份回盘文件（直接发内容）"),
    description=_("请求的内容就是文件本身，要写明 Content-Length。回答和表单的一样。"),
    openapi_extra=_BARE_BYTES,
)
def stream_return(
    request: ActorRequest,
    response: HttpResponse,
    name: Annotated[str, Query(min_length=1, max_length=120, description=_("文件名"))],
    idempotency_key: IdempotencyKey,
) -> Status[dict[str, Any]]:
    """A bank's answer as the body itself."""
    with spooled(request) as brought:
        return _hand_in(request, response, name, brought, idempotency_key)


@bank.get(
    "/returns/{uuid:return_id}",
    auth=opened(pay_readers),
    response=ReturnOut,
    summary=_("一份回盘文件读到哪了"),
    description=_("每种结果各有多少笔；in_error 是要人处理的笔数。"),
)
def show_return(request: ActorRequest, return_id: UUID) -> ReturnOut:
    """One answer and how far it is read."""
    return _return_out(return_file_seen(request.actor, return_id))


@bank.get(
    "/returns/{uuid:return_id}/rows",
    auth=opened(pay_readers),
    response=ReturnRowsOut,
    summary=_("回盘文件的每一笔"),
    description=_("按行；可以只看一种结果的。"),
)
def list_return_rows(
    request: ActorRequest,
    return_id: UUID,
    outcome: Annotated[Outcome | None, Query(description=_("只看哪种结果的"))] = None,
    after: After = "",
    limit: Limit = PAGE_LIMIT,
) -> ReturnRowsOut:
    """One page of the rows of an answer."""
    view = return_file_seen(request.actor, return_id)
    found, following = answers_page(view, outcome=outcome, after=after, limit=limit)
    return ReturnRowsOut(rows=[_row_out(one) for one in found], next=following)


def _hand_in(
    request: ActorRequest, response: HttpResponse, name: str, brought: Brought, key: str
) -> Status[dict[str, Any]]:
    now = timezone.now()

    def act() -> dict[str, Any]:
        again = return_is_known(request.actor, brought.sha256)
        view = receive_return_file(actor=request.actor, name=name, pieces=brought.chunks(), now=now)
        return _return_out(view, again=again).model_dump()

    sent = sent_parts(request, name, brought.sha256)
    answer = answer_once_claimed(request.actor, key, sent, act, response=response, now=now)
    response.headers["Location"] = f"/api/v1/bank/returns/{answer['id']}"
    return Status(200 if answer["again"] else 202, answer)


def _file_out(view: BankFileView) -> BankFileOut:
    return BankFileOut(
        id=view.id,
        number=view.number,
        kind="query" if view.kind == "query" else "pay",
        form=view.form,
        fund=view.fund,
        area=view.area,
        day=view.day,
        state=view.state,
        rows=view.rows,
        sum_fen=view.sum_fen,
        sha256=view.sha256,
        name=view.download_name,
        made_at=view.made_at,
        settle_on=view.settle_on,
        answer_by=view.answer_by,
    )


def _return_out(view: ReturnFileView, *, again: bool = False) -> ReturnOut:
    return ReturnOut(
        id=view.id,
        again=again,
        answers=view.answers,
        answers_number=view.answers_number,
        name=view.name,
        sha256=view.sha256,
        day=view.day,
        rows=view.rows,
        rows_done=view.rows_done,
        sum_fen=view.sum_fen,
        state=view.state,
        counts={outcome.value: count for outcome, count in view.counts.items()},
        in_error=view.in_error,
        received_at=view.received_at,
        read_at=view.read_at,
    )


def _row_out(view: AnswerView) -> ReturnRowOut:
    return ReturnRowOut(
        line=view.line_no,
        reference=view.reference,
        order=view.order,
        amount_fen=view.amount_fen,
        code=view.code,
        message=view.message,
        outcome=view.outcome,
        outcome_text=view.outcome_name,
        reason=view.reason,
        next_step=view.next_step,
    )
