"""Freeze a figure when its period is over, with every row it was counted from."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from denghuo.kernel.clock import day_of
from denghuo.kernel.period import Period
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.measures.access import MeasureAreaNotFoundError, may_freeze
from denghuo.measures.logic.definition import MeasureDefinition
from denghuo.measures.logic.frozen_rows import RowsTally, pack, query_digest
from denghuo.measures.logic.spans import is_over
from denghuo.measures.logic.units import figure_of
from denghuo.measures.models import FrozenRows, MeasureSnapshot
from denghuo.measures.queries.library import measure
from denghuo.measures.queries.stored import rows_of
from denghuo.platform.public import Actor, CountedRows, record_audit

NOTE_MAX = 300


class PeriodNotOverError(RefusalError):
    """A period that still runs has no final figure."""

    code = "measures.period_not_over"
    template = "这一段时间还没过完，{until} 起才能定数。"
    status = 409


class AlreadyFrozenError(RefusalError):
    """The figure of this period and area was frozen before."""

    code = "measures.already_frozen"
    template = "这个数已经定过了。以后的变化会列在旁边，定过的不改。"
    status = 409

    def __init__(self, *, snapshot_id: UUID) -> None:
        self.snapshot_id = snapshot_id
        super().__init__()


class NotFreezableError(RefusalError):
    """A published series is others' figure; a measure without rows has none."""

    code = "measures.not_freezable"
    template = "这个指标没有自己的明细，不用定数。"
    status = 409


def freeze_measure(
    *, actor: Actor, measure_id: str, area: Region, span: Period, note: str = "", now: datetime
) -> UUID:
    """Keep a figure and its rows as they are now.

    Raises ``MeasureNotFoundError``, ``MeasureAreaNotFoundError``, ``NotFreezableError``,
    ``PeriodNotOverError`` and ``AlreadyFrozenError``.
    """
    definition = measure(measure_id)
    if not may_freeze(actor, area):
        raise MeasureAreaNotFoundError
    rows = rows_of(definition)
    if rows is None or not (rows.placed or area.level == "province"):
        raise NotFreezableError
    if span.until is None or not is_over(span, day_of(now)):
        raise PeriodNotOverError(until=span.until)
    wanted = {
        "measure": definition.id,
        "area": area.code,
        "start_on": span.start,
        "until_on": span.until,
    }
    try:
        with transaction.atomic():
            _refuse_second(wanted)
            return _keep(definition, rows, area, span, span.until, actor=actor, note=note, now=now)
    except IntegrityError:
        # Two leaders at once: the unique row let the first one in.
        _refuse_second(wanted)
        raise


def _refuse_second(wanted: dict[str, object]) -> None:
    before = MeasureSnapshot.objects.filter(**wanted).values_list("pk", flat=True).first()
    if before:
        raise AlreadyFrozenError(snapshot_id=before)


def _keep(
    definition: MeasureDefinition,
    rows: CountedRows,
    area: Region,
    span: Period,
    until: date,
    *,
    actor: Actor,
    note: str,
    now: datetime,
) -> UUID:
    # Read once, in one pass: figure, digest and kept rows are of the same instant on either
    # engine. The pieces come before the row they belong to; their key is checked at commit.
    tally, snapshot_id = RowsTally(), uuid4()
    for block in pack(tally.passing(rows.stream(span, area))):
        FrozenRows.objects.create(
            snapshot_id=snapshot_id,
            number=block.number,
            row_count=block.rows,
            packed=block.packed,
            created_at=now,
        )
    counted = tally.counted
    target = definition.target(span.start.year, area.code)
    MeasureSnapshot.objects.create(
        id=snapshot_id,
        measure=definition.id,
        area=area.code,
        start_on=span.start,
        until_on=until,
        unit=definition.unit.code,
        value=figure_of(counted, definition.unit),
        row_count=counted.rows,
        subject_count=counted.subjects,
        amount_fen=counted.amount_fen,
        met_count=counted.met,
        target=target.value if target and target.span == span else None,
        query=definition.query,
        query_digest=query_digest(definition, rows.version),
        rows_digest=tally.digest,
        as_of=now,
        frozen_by=actor.label,
        frozen_by_name=actor.name,
        note=note.strip()[:NOTE_MAX],
        created_at=now,
    )
    record_audit(
        actor=actor,
        action="measures.freeze",
        entity=f"measures.MeasureSnapshot:{snapshot_id}",
        detail={"measure": definition.id, "area": area.code, "rows": counted.rows},
        at=now,
    )
    return snapshot_id
