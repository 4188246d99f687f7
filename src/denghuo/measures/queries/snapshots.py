"""Frozen figures, their rows, and what became of them since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from denghuo.kernel.counted import Counted, CountedRow
from denghuo.kernel.period import Period
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.measures.access import own_area
from denghuo.measures.logic.definition import MeasureDefinition
from denghuo.measures.logic.frozen_rows import (
    ROWS_PER_BLOCK,
    Difference,
    difference,
    query_digest,
    rows_digest,
    unpack,
)
from denghuo.measures.logic.units import figure_of
from denghuo.measures.models import FrozenRows, MeasureSnapshot
from denghuo.measures.queries.library import measure
from denghuo.measures.queries.stored import rows_of
from denghuo.platform.public import Actor

COMPARED_ROWS_MAX = 100_000


class SnapshotNotFoundError(RefusalError):
    """No such snapshot, or of an area the actor does not answer for."""

    code = "measures.snapshot_not_found"
    template = "没有找到这次定的数，或者不在您负责的范围里。"
    status = 404


@dataclass(frozen=True, slots=True)
class SnapshotView:
    """A figure as it was frozen."""

    id: UUID
    definition: MeasureDefinition
    area: Region
    span: Period
    value: int | None
    counted: Counted
    target: int | None
    query_digest: str
    rows_digest: str
    as_of: datetime
    frozen_by_name: str
    note: str


@dataclass(frozen=True, slots=True)
class Since:
    """What is counted today for a frozen period. ``same_query``: today's figure is counted by
    the very query the frozen one was; otherwise the two cannot be held against each other.
    ``difference`` is None where there are too many rows to lay side by side on a page."""

    value: int | None
    counted: Counted
    same_query: bool
    difference: Difference | None


def snapshot(actor: Actor, snapshot_id: UUID) -> SnapshotView:
    """One. Raises ``SnapshotNotFoundError``."""
    row = MeasureSnapshot.objects.filter(pk=snapshot_id).first()
    if row is None or not own_area(actor).contains(Region(row.area)):
        raise SnapshotNotFoundError
    return _view(row)


def snapshots_of(measure_id: str, area: Region, year: int) -> tuple[SnapshotView, ...]:
    """Those of a measure, an area and a year, the latest period first."""
    rows = MeasureSnapshot.objects.filter(
        measure=measure_id, area=area.code, start_on__year=year
    ).order_by("-start_on", "-until_on")
    return tuple(_view(row) for row in rows)


def frozen_rows(view: SnapshotView) -> Iterator[CountedRow]:
    """All rows of a snapshot, in the order they were frozen."""
    blocks = FrozenRows.objects.filter(snapshot_id=view.id).order_by("number")
    for packed in blocks.values_list("packed", flat=True).iterator(chunk_size=4):
        yield from unpack(bytes(packed))


def frozen_page(view: SnapshotView, *, first: int, many: int) -> tuple[CountedRow, ...]:
    """A page of them; only the blocks it lies in are read."""
    start, last = first // ROWS_PER_BLOCK, (first + many - 1) // ROWS_PER_BLOCK
    blocks = FrozenRows.objects.filter(
        snapshot_id=view.id, number__gte=start, number__lte=last
    ).order_by("number")
    rows = [
        row for packed in blocks.values_list("packed", flat=True) for row in unpack(bytes(packed))
    ]
    offset = first - start * ROWS_PER_BLOCK
    return tuple(rows[offset : offset + many])


def is_whole(view: SnapshotView) -> bool:
    """Whether the kept rows are the ones the digest was taken of."""
    return rows_digest(frozen_rows(view)) == view.rows_digest


def since(view: SnapshotView) -> Since:
    """What became of a frozen figure's rows."""
    rows = rows_of(view.definition)
    if rows is None:
        return Since(None, Counted(), False, Difference((), (), ()))
    counted = rows.total(view.span, view.area)
    return Since(
        value=figure_of(counted, view.definition.unit),
        counted=counted,
        same_query=query_digest(view.definition, rows.version) == view.query_digest,
        difference=difference(frozen_rows(view), rows.stream(view.span, view.area))
        if max(counted.rows, view.counted.rows) <= COMPARED_ROWS_MAX
        else None,
    )


def _view(row: MeasureSnapshot) -> SnapshotView:
    return SnapshotView(
        id=row.pk,
        definition=measure(row.measure),
        area=Region(row.area),
        span=Period(row.start_on, row.until_on),
        value=row.value,
        counted=Counted(row.row_count, row.subject_count, row.amount_fen, row.met_count),
        target=row.target,
        query_digest=row.query_digest,
        rows_digest=row.rows_digest,
        as_of=row.as_of,
        frozen_by_name=row.frozen_by_name,
        note=row.note,
    )
