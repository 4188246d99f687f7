"""Bring published values as a file: read and checked first, kept when a person agrees."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from django.db import transaction

from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.wording import gettext_noop
from denghuo.measures.access import own_area
from denghuo.measures.logic.statistic_rows import (
    HEADINGS,
    ROWS_MAX,
    RowProblem,
    StatisticRow,
    columns_of,
    read_rows,
)
from denghuo.measures.models import StatisticImport, StatisticPoint
from denghuo.measures.queries.library import all_series
from denghuo.measures.queries.statistics import StatisticImportNotFoundError, StatisticReport
from denghuo.platform.public import (
    Actor,
    SheetLimits,
    record_audit,
    sheet_bytes,
    sheet_rows,
)

BYTES_MAX = 2 * 1024 * 1024
LIMITS = SheetLimits(BYTES_MAX, ROWS_MAX, unpacked_bytes_max=40 * 1024 * 1024)
PROBLEMS_KEPT_MAX = 200
_CLASH = gettext_noop("同一天公布的同一个数，这里已经有了，值是别的。请核对来源。")


class StatisticImportSettledError(RefusalError):
    """The upload was applied or dropped before."""

    code = "measures.import_settled"
    template = "这次上传已经处理过了，没有再导入一遍。"
    status = 409


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Rows beside what is kept: new ones, the same again, ones that say otherwise."""

    new: list[StatisticRow]
    same: int
    revised: int
    clashing: list[StatisticRow]


@transaction.atomic
def preview_statistics(*, actor: Actor, file: BinaryIO, file_name: str, now: datetime) -> UUID:
    """Read and check a file; keep what it holds for the person to look at.

    Raises a refusal when the file as a whole cannot be read.
    """
    content = sheet_bytes(file, LIMITS)
    lines = sheet_rows(content, LIMITS)
    good, problems = read_rows(
        enumerate(lines[1:], start=2),
        columns_of(lines[0]),
        series=all_series(),
        within=own_area(actor),
        on=day_of(now),
    )
    sorted_rows = _beside_kept(good)
    problems += [RowProblem(0, HEADINGS["value"], _CLASH, {}) for _ in sorted_rows.clashing]
    report = StatisticReport(
        good=len(good) - len(sorted_rows.clashing),
        added=len(sorted_rows.new),
        unchanged=sorted_rows.same,
        revised=sorted_rows.revised,
        problems=tuple(problems[:PROBLEMS_KEPT_MAX]),
        problems_total=len(problems),
    )
    row = StatisticImport.objects.create(
        file_name=file_name[:120],
        file_digest=hashlib.sha256(content).hexdigest(),
        uploaded_by=actor.label,
        rows=[each.stored() for each in sorted_rows.new],
        report=asdict(report),
        created_at=now,
    )
    record_audit(
        actor=actor,
        action="measures.preview_statistics",
        entity=f"measures.StatisticImport:{row.pk}",
        detail={"good": report.good, "problems": report.problems_total},
        at=now,
    )
    return row.pk


@transaction.atomic
def apply_statistics(*, actor: Actor, import_id: UUID, now: datetime) -> StatisticReport:
    """Keep the values of an upload. A second press of the button is refused.

    Rows that came by another file since the preview are left as they are. Raises
    ``StatisticImportNotFoundError`` and ``StatisticImportSettledError``.
    """
    row = _own(actor, import_id)
    kept = _beside_kept([StatisticRow.from_stored(one) for one in row.rows])
    StatisticPoint.objects.bulk_create(
        [StatisticPoint(**asdict(one), brought_by=row, created_at=now) for one in kept.new]
    )
    before = StatisticReport.from_stored(row.report)
    report = replace(
        before, added=len(kept.new), revised=kept.revised, unchanged=before.unchanged + kept.same
    )
    row.state, row.applied_at, row.report = "applied", now, asdict(report)
    row.save(update_fields=["state", "applied_at", "report"])
    record_audit(
        actor=actor,
        action="measures.apply_statistics",
        entity=f"measures.StatisticImport:{row.pk}",
        detail={"added": report.added, "revised": report.revised},
        at=now,
    )
    return report


@transaction.atomic
def drop_statistics(*, actor: Actor, import_id: UUID, now: datetime) -> None:
    """Put an upload away without applying it."""
    row = _own(actor, import_id)
    row.state = "dropped"
    row.save(update_fields=["state"])
    record_audit(
        actor=actor,
        action="measures.drop_statistics",
        entity=f"measures.StatisticImport:{row.pk}",
        at=now,
    )


def _own(actor: Actor, import_id: UUID) -> StatisticImport:
    row = (
        StatisticImport.objects.select_for_update()
        .filter(pk=import_id, uploaded_by=actor.label)
        .first()
    )
    if row is None:
        raise StatisticImportNotFoundError
    if row.state != "previewed":
        raise StatisticImportSettledError
    return row


def _beside_kept(rows: list[StatisticRow]) -> _Sorted:
    """One look at what is kept of the months at hand, whatever the file's length."""
    months = {row.month for row in rows}
    kept = {
        (series, month, area, published_on): value
        for series, month, area, published_on, value in StatisticPoint.objects.filter(
            series__in={row.series for row in rows}, month__in=months
        ).values_list("series", "month", "area", "published_on", "value")
    }
    known = {place[:3] for place in kept}
    new = [row for row in rows if row.place not in kept]
    return _Sorted(
        new=new,
        same=sum(1 for row in rows if kept.get(row.place) == row.value),
        revised=sum(1 for row in new if row.place[:3] in known),
        clashing=[row for row in rows if row.place in kept and kept[row.place] != row.value],
    )
