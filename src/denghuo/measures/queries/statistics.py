"""Published values: the latest word on each month, and how it was revised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from denghuo.kernel.period import Period
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.measures.logic.statistic_rows import RowProblem, StatisticRow
from denghuo.measures.models import StatisticImport, StatisticPoint
from denghuo.platform.public import Actor

SAMPLE_ROWS = 20
IMPORTS_SHOWN = 50


class StatisticImportNotFoundError(RefusalError):
    """No such upload, or somebody else's."""

    code = "measures.import_not_found"
    template = "没有找到这次上传。"
    status = 404


@dataclass(frozen=True, slots=True)
class PointView:
    """One month's value as it stands; ``before`` are the values it took the place of."""

    month: date
    area: str
    value: int
    published_on: date
    source: str
    before: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class StatisticReport:
    """What a file holds and what it would do, or did."""

    good: int
    added: int
    unchanged: int
    revised: int
    problems: tuple[RowProblem, ...]
    problems_total: int

    @classmethod
    def from_stored(cls, stored: dict[str, Any]) -> StatisticReport:
        """Back from JSON."""
        problems = tuple(RowProblem(**one) for one in stored["problems"])
        return cls(**{**stored, "problems": problems})


@dataclass(frozen=True, slots=True)
class StatisticImportView:
    """One upload."""

    id: UUID
    file_name: str
    state: str
    created_at: datetime
    report: StatisticReport
    sample: tuple[StatisticRow, ...]


def points(series: str, span: Period, area: Region) -> tuple[PointView, ...]:
    """The values of the months of a period for exactly one area, in order."""
    rows = StatisticPoint.objects.filter(
        series=series, area=area.code, month__gte=span.start
    ).order_by("month", "published_on", "created_at")
    if span.until is not None:
        rows = rows.filter(month__lt=span.until)
    latest: dict[date, list[StatisticPoint]] = {}
    for row in rows:
        latest.setdefault(row.month, []).append(row)
    return tuple(_view(one) for one in latest.values())


def _view(rows: Sequence[StatisticPoint]) -> PointView:
    last = rows[-1]
    before = tuple(row.value for row in rows[:-1])
    return PointView(last.month, last.area, last.value, last.published_on, last.source, before)


def statistic_import(actor: Actor, import_id: UUID) -> StatisticImportView:
    """An upload of the actor's own. Raises ``StatisticImportNotFoundError``."""
    row = StatisticImport.objects.filter(pk=import_id, uploaded_by=actor.label).first()
    if row is None:
        raise StatisticImportNotFoundError
    return import_view(row)


def statistic_imports(actor: Actor) -> tuple[StatisticImportView, ...]:
    """The actor's latest uploads."""
    rows = StatisticImport.objects.filter(uploaded_by=actor.label).order_by("-created_at")
    return tuple(import_view(row) for row in rows[:IMPORTS_SHOWN])


def import_view(row: StatisticImport) -> StatisticImportView:
    """The frozen view."""
    return StatisticImportView(
        id=row.pk,
        file_name=row.file_name,
        state=row.state,
        created_at=row.created_at,
        report=StatisticReport.from_stored(row.report),
        sample=tuple(StatisticRow.from_stored(one) for one in row.rows[:SAMPLE_ROWS]),
    )
