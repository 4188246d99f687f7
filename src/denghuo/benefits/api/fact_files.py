"""Files of facts: brought as a form or as bare bytes, mapped by name, looked at, confirmed."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import File, Form, Query, Router, Status, UploadedFile

from denghuo.benefits.access import fact_officers, fact_staff
from denghuo.benefits.actions.imports import (
    UPLOAD_MAX_BYTES,
    log_look,
)
from denghuo.benefits.api.file_acts import acts
from denghuo.benefits.api.receiving import Delivery, received
from denghuo.benefits.api.shapes import (
    AreaCode,
    Basis,
    CellErrorsOut,
    FactFileOut,
    FactFilesOut,
    OfficeName,
    SampleOut,
    SampleRowOut,
    SavedMappingOut,
    StateName,
    error_out,
    file_out,
    mapping_out,
)
from denghuo.benefits.logic.targets import SubjectKind
from denghuo.benefits.queries.import_lists import (
    errors_page,
    imports_page,
    saved_mappings,
)
from denghuo.benefits.queries.imports import ImportView, import_of, sample_rows
from denghuo.kernel.json_shapes import Day
from denghuo.platform.public import (
    PAGE_LIMIT,
    ActorRequest,
    After,
    Brought,
    IdempotencyKey,
    Limit,
    answer_once_claimed,
    opened,
    spooled,
)

facts = Router()
facts.add_router("/files", acts)

_UPLOADS_PER_MINUTE = 6
_FORM_BYTES = 64 * 1024
_FULL, _GONE = [507], [410]
_BARE_BYTES = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    },
    "x-refusals": _FULL,
}


@facts.get(
    "/files",
    auth=opened(fact_staff),
    response=FactFilesOut,
    summary=_("自己地区的数据文件"),
    description=_("新的在前；可以只看一种状态的。"),
)
def list_files(
    request: ActorRequest,
    state: Annotated[StateName | None, Query(description=_("只看哪种状态的"))] = None,
    after: After = "",
    limit: Limit = PAGE_LIMIT,
) -> FactFilesOut:
    """One page of the files of the actor's area."""
    found, following = imports_page(request.actor, state=state or "", after=after, limit=limit)
    return FactFilesOut(files=[file_out(one) for one in found], next=following)


@facts.get(
    "/mappings",
    auth=opened(fact_staff),
    response=list[SavedMappingOut],
    summary=_("存过的对照"),
    description=_("每个名字最新的一版：哪一列对成哪项数据、怎么换算。"),
)
def list_mappings(request: ActorRequest) -> list[SavedMappingOut]:
    """The saved mappings, by name."""
    return [mapping_out(one) for one in saved_mappings()]


@facts.post(
    "/files",
    auth=opened(
        fact_officers,
        per_minute=_UPLOADS_PER_MINUTE,
        body_bytes_max=UPLOAD_MAX_BYTES + _FORM_BYTES,
    ),
    response={200: FactFileOut, 202: FactFileOut},
    summary=_("送一个数据文件（表单）"),
    description=_(
        "CSV、.xlsx 或 Parquet，最多 512 MB。202 收下了，在后台看表头；"
        "200 说明同样的文件已经送过，again 是 true，没有另起一份。"
    ),
    openapi_extra={"x-refusals": _FULL},
)
def bring_file(  # noqa: PLR0917  called by name only, by the framework
    request: ActorRequest,
    response: HttpResponse,
    upload: File[UploadedFile],
    subject: Annotated[SubjectKind, Form(description=_("firm 单位，person 个人"))],
    office: Annotated[OfficeName, Form()],
    legal_basis: Annotated[Basis, Form()],
    area: Annotated[AreaCode, Form()],
    idempotency_key: IdempotencyKey,
    observed_on: Annotated[Day | None, Form()] = None,
) -> Status[dict[str, Any]]:
    """A file as a part of a form."""
    told = Delivery(upload.name or "", subject, office, legal_basis, area, observed_on)
    brought = Brought.of_upload(upload)
    return _bring(request, response, told, brought, idempotency_key)


@facts.post(
    "/files/stream",
    auth=opened(fact_officers, per_minute=_UPLOADS_PER_MINUTE, body_bytes_max=UPLOAD_MAX_BYTES),
    response={200: FactFileOut, 202: FactFileOut},
    summary=_("送一个数据文件（直接发内容）"),
    description=_(
        "请求的内容就是文件本身，其余写在网址里；要写明 Content-Length。"
        "大文件用这个：边收边存，不在内存里攒。回答和表单的一样。"
    ),
    openapi_extra=_BARE_BYTES,
)
def stream_file(  # noqa: PLR0917  called by name only, by the framework
    request: ActorRequest,
    response: HttpResponse,
    name: Annotated[str, Query(min_length=1, max_length=120, description=_("文件名，看格式用"))],
    subject: Annotated[SubjectKind, Query(description=_("firm 单位，person 个人"))],
    office: OfficeName,
    legal_basis: Basis,
    area: AreaCode,
    idempotency_key: IdempotencyKey,
    observed_on: Day | None = None,
) -> Status[dict[str, Any]]:
    """A file as the body itself, written to the disk while it comes."""
    told = Delivery(name, subject, office, legal_basis, area, observed_on)
    with spooled(request) as brought:
        return _bring(request, response, told, brought, idempotency_key)


@facts.get(
    "/files/{uuid:file_id}",
    auth=opened(fact_staff),
    response=FactFileOut,
    summary=_("一个数据文件到哪一步了"),
    description=_("表头、猜的或定的对照、检查结果、导入以后变了什么。"),
)
def show_file(request: ActorRequest, file_id: UUID) -> FactFileOut:
    """One file on its way."""
    return file_out(import_of(request.actor, file_id))


@facts.get(
    "/files/{uuid:file_id}/sample",
    auth=opened(fact_staff),
    response=SampleOut,
    summary=_("文件的头几行"),
    description=_("照原样；谁看过会记下来。"),
    openapi_extra={"x-refusals": _GONE},
)
def show_sample(request: ActorRequest, file_id: UUID) -> SampleOut:
    """The first rows; the look is written down first."""
    view = import_of(request.actor, file_id)
    rows = sample_rows(view)
    _log(request, view, "samples", len(rows))
    return SampleOut(
        headings=list(view.headings),
        rows=[SampleRowOut(line=line, cells=cells) for line, cells in rows],
    )


@facts.get(
    "/files/{uuid:file_id}/errors",
    auth=opened(fact_staff),
    response=CellErrorsOut,
    summary=_("读不了的格子"),
    description=_("第几行、哪一列、写的什么、为什么不收、怎么改；一页一页看。"),
    openapi_extra={"x-refusals": _GONE},
)
def list_errors(
    request: ActorRequest, file_id: UUID, after: After = "", limit: Limit = PAGE_LIMIT
) -> CellErrorsOut:
    """One page of wrong cells; the look is written down first."""
    view = import_of(request.actor, file_id)
    found, following = errors_page(view, after=after, limit=limit)
    _log(request, view, "errors", len(found))
    return CellErrorsOut(
        errors=[error_out(one) for one in found],
        total=int(view.summary.get("errors", 0)),
        next=following,
    )


def _bring(
    request: ActorRequest, response: HttpResponse, told: Delivery, brought: Brought, key: str
) -> Status[dict[str, Any]]:
    now = timezone.now()

    def act() -> dict[str, Any]:
        view, again = received(request.actor, told, brought, now=now)
        return file_out(view, again=again).model_dump()

    sent = told.sent(request, brought.sha256)
    answer = answer_once_claimed(request.actor, key, sent, act, response=response, now=now)
    response.headers["Location"] = f"/api/v1/facts/files/{answer['id']}"
    return Status(200 if answer["again"] else 202, answer)


def _log(request: ActorRequest, view: ImportView, what: str, rows: int) -> None:
    log_look(actor=request.actor, import_id=view.id, what=what, rows=rows, now=timezone.now())
