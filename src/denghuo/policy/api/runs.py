"""Sweeps over whole files: started once, however often they are asked for; read page by page."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import File, Form, Header, Query, Router, Status, UploadedFile
from pydantic import Field

from denghuo.kernel.json_shapes import Day, Sent
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import ActorRequest, lookup_digest, opened
from denghuo.policy.access import policy_staff
from denghuo.policy.actions.exports import log_row_opened
from denghuo.policy.actions.sweeps import UPLOAD_MAX_BYTES, cancel_sweep, keep_upload, start_sweep
from denghuo.policy.api.run_shapes import RowsOut, RunOut, SourceOut, rows_out, run_out, source_out
from denghuo.policy.logic.answer_json import answer_json
from denghuo.policy.logic.json_shapes import (
    POLICIES_MAX,
    AnswerOut,
    Language,
    PolicyName,
    VerdictName,
)
from denghuo.policy.queries.library import PolicyNotFoundError
from denghuo.policy.queries.library import policy as policy_of
from denghuo.policy.queries.sweep_rows import answer_rows, explained_row
from denghuo.policy.queries.sweeps import RunView, SweepNotFoundError, run, source, sources
from denghuo.policy.queries.sweeps import runs as latest_runs

runs = Router()

# The form's fields and the parts' own heads, beside the file.
_FORM_BYTES = 64 * 1024
_PAGE_MAX = 1_000_000

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=120,
        pattern=r"^[!-~]+$",
        description="同一个键重发多少次都是同一次筛查；键和内容不一致时拒绝。",
    ),
]


class SourceNotFoundError(RefusalError):
    """No file of that name stands in place in the actor's area."""

    code = "policy.source_not_found"
    template = "没有叫“{name}”的数据文件。现有的请看 /sweeps/runs/sources。"


class RunNotDoneError(RefusalError):
    """The rows of a run can be read when it is done."""

    code = "policy.run_not_done"
    template = "这次筛查还没有算完，或者没有算成，看不到结果。请先看它的状态。"
    status = 409


class RunBody(Sent):
    """Which file in place, which policies, for which day."""

    source: Annotated[str, Field(min_length=1, max_length=120)]
    policies: Annotated[list[PolicyName], Field(min_length=1, max_length=POLICIES_MAX)]
    as_of: Day


@runs.get(
    "/sources",
    auth=opened(policy_staff),
    response=list[SourceOut],
    summary=_("可以筛查的数据文件"),
    description=_("各部门送来的、已经放好的文件。"),
)
def list_sources(request: ActorRequest) -> list[dict[str, Any]]:
    """The files in place, by name."""
    return [source_out(each) for each in sources(request.actor)]


@runs.get(
    "",
    auth=opened(policy_staff),
    response=list[RunOut],
    summary=_("最近的筛查"),
    description=_("新的在前，最多 50 次。"),
)
def list_runs(request: ActorRequest) -> list[dict[str, Any]]:
    """The latest runs, newest first."""
    return [run_out(each) for each in latest_runs(kind="sweep", actor=request.actor)]


@runs.post(
    "",
    auth=opened(policy_staff),
    response={202: RunOut},
    summary=_("筛查一个已经放好的文件"),
    description=_("在后台算；马上回答编号，用编号看进度和结果。"),
    openapi_extra={
        "requestBody": {
            "content": {
                "application/json": {
                    "example": {
                        "source": "firms.parquet",
                        "policies": ["stable-jobs-refund"],
                        "as_of": "2025-09-01",
                    }
                }
            }
        }
    },
)
def start_run(
    request: ActorRequest,
    response: HttpResponse,
    body: RunBody,
    idempotency_key: IdempotencyKey = None,
) -> Status[dict[str, Any]]:
    """A run over a file in place. Raises ``SourceNotFoundError``, ``PolicyNotFoundError``."""
    found = source(body.source, request.actor)
    if found is None:
        raise SourceNotFoundError(field="source", name=body.source)
    run_id = start_sweep(
        actor=request.actor,
        source=found.path,
        source_name=found.name,
        policies=list(dict.fromkeys(body.policies)),
        as_of=body.as_of,
        run_id=_run_id(request, idempotency_key),
        now=timezone.now(),
    )
    return _accepted(response, _sweep(run_id, request))


@runs.post(
    "/upload",
    auth=opened(policy_staff, per_minute=6, body_bytes_max=UPLOAD_MAX_BYTES + _FORM_BYTES),
    response={202: RunOut},
    summary=_("传一个文件来筛查"),
    description=_(
        "Parquet 或 CSV（UTF-8），有一列 entity 写是谁，其余列名用事实的名字。"
        "读不了的文件当场说明原因。"
    ),
)
def upload_run(  # noqa: PLR0917  called by name only, by the framework
    request: ActorRequest,
    response: HttpResponse,
    upload: File[UploadedFile],
    policies: Annotated[list[PolicyName], Form(min_length=1, max_length=POLICIES_MAX)],
    as_of: Annotated[Day, Form()],
    idempotency_key: IdempotencyKey = None,
) -> Status[dict[str, Any]]:
    """A run over an uploaded file, which is read once before it is accepted."""
    for name in policies:
        policy_of(name)  # before the file is kept: a refusal must leave nothing behind
    run_id, path = keep_upload(
        name=upload.name or "",
        chunks=upload.chunks,
        size_bytes=upload.size or 0,
        run_id=_run_id(request, idempotency_key),
    )
    start_sweep(
        actor=request.actor,
        source=path,
        source_name=upload.name or path.name,
        policies=list(dict.fromkeys(policies)),
        as_of=as_of,
        run_id=run_id,
        now=timezone.now(),
    )
    return _accepted(response, _sweep(run_id, request))


@runs.get(
    "/{uuid:run_id}",
    auth=opened(policy_staff),
    response=RunOut,
    summary=_("一次筛查的进度和合计"),
    description=_("算完后有每项政策的人数、金额，以及补上哪个部门的哪一项能判断最多。"),
)
def show_run(request: ActorRequest, run_id: UUID) -> dict[str, Any]:
    """How a run stands, with its sums when it is done."""
    return run_out(_sweep(run_id, request))


@runs.post(
    "/{uuid:run_id}/stop",
    auth=opened(policy_staff),
    response=RunOut,
    summary=_("停下一次筛查"),
    description=_("已经算完的不受影响。停两次和停一次一样。"),
)
def stop_run(request: ActorRequest, run_id: UUID) -> dict[str, Any]:
    """Stop a run that is not over."""
    _sweep(run_id, request)
    cancel_sweep(actor=request.actor, run_id=run_id, now=timezone.now())
    return run_out(_sweep(run_id, request))


@runs.get(
    "/{uuid:run_id}/rows",
    auth=opened(policy_staff),
    response=RowsOut,
    summary=_("一次筛查的每一行"),
    description=_("每页 50 行；可以只看一项政策、一种结果，或只差一条的。"),
)
def show_rows(  # noqa: PLR0917  called by name only, by the framework
    request: ActorRequest,
    run_id: UUID,
    policy: PolicyName = "",
    verdict: VerdictName | None = None,
    near: bool = False,
    page: Annotated[int, Query(ge=1, le=_PAGE_MAX)] = 1,
) -> dict[str, Any]:
    """Answers of a finished run, filtered, a page at a time."""
    _demand_done(_sweep(run_id, request))
    return rows_out(
        answer_rows(run_id, policy_id=policy, verdict=verdict or "", near=near, page=page)
    )


@runs.get(
    "/{uuid:run_id}/answer",
    auth=opened(policy_staff, per_minute=30),
    response=AnswerOut,
    summary=_("其中一行，讲清每一条"),
    description=_("和这个人或单位自己看到的回答一样。"),
)
def show_row(
    request: ActorRequest,
    run_id: UUID,
    entity: Annotated[str, Query(min_length=1, max_length=80)],
    policy: PolicyName,
    language: Language = "zh",
) -> dict[str, Any]:
    """One row of the source, answered with every reason; who opened it is in the audit first."""
    view = _sweep(run_id, request)
    _demand_done(view)
    if policy not in view.policies:
        raise PolicyNotFoundError
    found = explained_row(view, entity, policy, language)
    log_row_opened(
        actor=request.actor,
        run_id=run_id,
        policy_id=policy,
        entity=entity,
        now=timezone.now(),
    )
    return answer_json(found, language)


def _sweep(run_id: UUID, request: ActorRequest) -> RunView:
    """One sweep of the actor's area; a simulation is the desk's own affair."""
    view = run(run_id, request.actor)
    if view.kind != "sweep":
        raise SweepNotFoundError
    return view


def _run_id(request: ActorRequest, idempotency_key: str | None) -> UUID:
    """One number for one key of one actor: the same request again finds the same run."""
    if idempotency_key is None:
        return uuid4()
    text = f"{request.actor.label} {idempotency_key}"
    return UUID(bytes=lookup_digest(text, field="policy.idempotency_key")[:16], version=5)


def _accepted(response: HttpResponse, view: RunView) -> Status[dict[str, Any]]:
    response.headers["Location"] = f"/api/v1/sweeps/runs/{view.id}"
    return Status(202, run_out(view))


def _demand_done(view: RunView) -> None:
    if view.state != "done":
        raise RunNotDoneError
