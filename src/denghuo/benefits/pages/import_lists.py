"""Lists of an import as files: wrong cells for the office, firms the register lacks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pyarrow.parquet as pq
from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from denghuo.benefits.access import fact_staff
from denghuo.benefits.actions.imports import log_look
from denghuo.benefits.engines.checking import ENTITY_COLUMN, LINE_COLUMN, NAME_COLUMN
from denghuo.benefits.queries.imports import (
    ERRORS_FILE,
    UNREGISTERED_FILE,
    ImportView,
    import_of,
)
from denghuo.kernel.spreadsheet import table_lines
from denghuo.platform.public import ActorRequest, allowed

_PIECE_BYTES = 64 * 1024


@require_safe
@allowed(fact_staff)
def errors(request: ActorRequest, import_id: UUID) -> HttpResponseBase:
    """Every wrong cell with its line, what it says, why it cannot be taken and what to do."""
    view = import_of(request.actor, import_id)
    path = view.file(ERRORS_FILE)
    _log(request, view, "errors", int(view.summary.get("errors", 0)))
    return _table(_pieces(path), "errors.csv")


@require_safe
@allowed(fact_staff)
def unregistered(request: ActorRequest, import_id: UUID) -> HttpResponseBase:
    """The lines whose subject is in no register; a person is named by the line alone."""
    view = import_of(request.actor, import_id)
    path = view.file(UNREGISTERED_FILE)
    _log(request, view, "unregistered", int(view.summary.get("unregistered", 0)))
    return _table(_unregistered_lines(view, path), "unregistered.csv")


def _unregistered_lines(view: ImportView, path: Path) -> Iterator[bytes]:
    is_firm = view.subject == "firm"
    header: list[object] = [_("行"), *([_("统一社会信用代码"), _("单位名称")] if is_firm else [])]

    def rows() -> Iterator[list[object]]:
        yield header
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches():
                for row in batch.to_pylist():
                    told = [row[ENTITY_COLUMN], row.get(NAME_COLUMN) or ""] if is_firm else []
                    yield [row[LINE_COLUMN], *told]

    yield "\ufeff".encode()
    for line in table_lines(rows()):
        yield line.encode()


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            yield piece


def _log(request: ActorRequest, view: ImportView, what: str, rows: int) -> None:
    log_look(actor=request.actor, import_id=view.id, what=what, rows=rows, now=timezone.now())


def _table(pieces: Iterator[bytes], name: str) -> HttpResponseBase:
    answer = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
