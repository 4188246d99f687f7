"""Facility lists from spreadsheets: read and checked first, applied when a person agrees."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from django.db import transaction

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import NotRegionCodeError, Region
from denghuo.places.access import may_keep
from denghuo.places.actions.facilities import StoreCounts, store_rows
from denghuo.places.logic.datum import to_wgs84
from denghuo.places.logic.facility_rows import (
    HEADINGS,
    ROWS_MAX,
    FacilityRow,
    RowProblem,
    map_headings,
    read_rows,
)
from denghuo.places.logic.geodesy import Point
from denghuo.places.models import Facility, FacilityImport
from denghuo.places.queries.divisions import DivisionView, resolve_code, search_divisions
from denghuo.places.queries.maps import banner_at
from denghuo.platform.public import (
    Actor,
    SheetLimits,
    record_audit,
    sheet_bytes,
    sheet_rows,
)

BYTES_MAX = 5 * 1024 * 1024
LIMITS = SheetLimits(BYTES_MAX, ROWS_MAX, unpacked_bytes_max=80 * 1024 * 1024)
PROBLEMS_KEPT_MAX = 500


class ImportNotFoundError(RefusalError):
    """No such upload, or somebody else's."""

    code = "places.import_not_found"
    template = "没有找到这次上传。"
    status = 404


class ImportSettledError(RefusalError):
    """The upload was applied or dropped before."""

    code = "places.import_settled"
    template = "这次上传已经处理过了，没有再导入一遍。"
    status = 409


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an upload holds and what it would do, or did. Rows count as the spreadsheet does."""

    good: int
    refused: int
    added: int
    changed: int
    unchanged: int
    unknown_headings: tuple[str, ...]
    problems: tuple[RowProblem, ...]
    problems_total: int
    warnings: tuple[RowProblem, ...]

    @classmethod
    def from_stored(cls, stored: dict[str, Any]) -> ImportReport:
        """Back from JSON."""
        return cls(
            **{
                **stored,
                "unknown_headings": tuple(stored["unknown_headings"]),
                "problems": tuple(RowProblem(**one) for one in stored["problems"]),
                "warnings": tuple(RowProblem(**one) for one in stored["warnings"]),
            }
        )


@dataclass(frozen=True, slots=True)
class ImportView:
    """One upload."""

    id: UUID
    register: str
    file_name: str
    state: str
    created_at: datetime
    applied_at: datetime | None
    report: ImportReport
    sample: tuple[FacilityRow, ...]


class _Divisions:
    """Looks up what a list writes as division: a code, an old code, or a name with its path."""

    def __init__(self) -> None:
        self.known: dict[str, DivisionView | None] = {}

    def find(self, text: str) -> DivisionView | None:
        if text not in self.known:
            self.known[text] = self._look_up(text)
        return self.known[text]

    def _look_up(self, text: str) -> DivisionView | None:
        try:
            successors = resolve_code(Region.read(text).code).successors
        except NotRegionCodeError:
            found = search_divisions(text, limit=3)
            last = text.rsplit(maxsplit=1)[-1]
            exact = [view for view in found if view.name == last or view.full_name == text]
            successors = tuple(exact or found)
        return successors[0] if len(successors) == 1 else None


def _settle_divisions(
    rows: Iterable[tuple[int, FacilityRow]], actor: Actor
) -> tuple[list[FacilityRow], list[RowProblem], list[RowProblem]]:
    """Rows with the code of a division in force and inside the actor's area."""
    divisions = _Divisions()
    good: list[FacilityRow] = []
    problems: list[RowProblem] = []
    warnings: list[RowProblem] = []
    heading = HEADINGS["division"][0]
    for number, row in rows:
        view = divisions.find(row.division)
        values = {"text": row.division[:40]}
        if view is None:
            sentence = "“{text}”对不上唯一的一个区划。请写 6、9 或 12 位代码。"
            problems.append(RowProblem(number, heading, sentence, values))
        elif not may_keep(actor, view.code):
            sentence = "“{text}”不在您负责的地区。"
            problems.append(RowProblem(number, heading, sentence, values))
        else:
            good.append(replace(row, division=view.code))
            if _lies_elsewhere(row, view):
                sentence = "坐标不在“{text}”的范围里，请核对坐标或坐标系。"
                warnings.append(RowProblem(number, HEADINGS["lon"][0], sentence, values))
    return good, problems, warnings


def _lies_elsewhere(row: FacilityRow, view: DivisionView) -> bool:
    if row.lon is None or row.lat is None:
        return False
    banner = banner_at(to_wgs84(Point(row.lon, row.lat), row.datum))
    return banner is None or not (
        view.region.contains(Region(banner)) or Region(banner).contains(view.region)
    )


def _would_do(rows: Sequence[FacilityRow], register: str) -> StoreCounts:
    there = dict(
        Facility.objects.filter(register=register).values_list("external_key", "row_digest")
    )
    added = sum(row.external_key not in there for row in rows)
    unchanged = sum(there.get(row.external_key) == row.digest() for row in rows)
    return StoreCounts(added, len(rows) - added - unchanged, unchanged)


@transaction.atomic
def preview_import(
    *, actor: Actor, file: BinaryIO, file_name: str, register: str, now: datetime
) -> UUID:
    """Read and check a list without touching a facility; keep it for the person to look at.

    ``register`` names the list (for example the office that keeps it): numbers are unique
    within it. Raises a refusal when the file as a whole cannot be read.
    """
    content = sheet_bytes(file, LIMITS)
    lines = sheet_rows(content, LIMITS)
    columns, unknown = map_headings(lines[0])
    rows, problems = read_rows(enumerate(lines[1:], start=2), columns)
    good, more, warnings = _settle_divisions(rows, actor)
    problems = sorted([*problems, *more], key=lambda problem: problem.row)
    counts = _would_do(good, register)
    report = ImportReport(
        good=len(good),
        refused=len({problem.row for problem in problems}),
        added=counts.added,
        changed=counts.changed,
        unchanged=counts.unchanged,
        unknown_headings=tuple(unknown),
        problems=tuple(problems[:PROBLEMS_KEPT_MAX]),
        problems_total=len(problems),
        warnings=tuple(warnings[:PROBLEMS_KEPT_MAX]),
    )
    row = FacilityImport.objects.create(
        register=register,
        file_name=file_name[:120],
        file_digest=hashlib.sha256(content).hexdigest(),
        uploaded_by=actor.label,
        rows=[one.stored() for one in good],
        report=asdict(report),
    )
    record_audit(
        actor=actor,
        action="places.preview_import",
        entity=f"places.facility_import:{row.pk}",
        detail={"good": report.good, "refused": report.refused},
        at=now,
    )
    return row.pk


def _own(actor: Actor, import_id: UUID) -> FacilityImport:
    row = (
        FacilityImport.objects.select_for_update()
        .filter(pk=import_id, uploaded_by=actor.label)
        .first()
    )
    if row is None:
        raise ImportNotFoundError
    return row


@transaction.atomic
def apply_import(*, actor: Actor, import_id: UUID, now: datetime) -> StoreCounts:
    """Store the good rows of an upload. A second press of the button is refused.

    Raises ``ImportNotFoundError`` and ``ImportSettledError``.
    """
    row = _own(actor, import_id)
    if row.state != FacilityImport.State.PREVIEWED:
        raise ImportSettledError
    good = [FacilityRow.from_stored(stored) for stored in row.rows]
    counts = store_rows(good, register=row.register, now=now)
    row.state = FacilityImport.State.APPLIED
    row.applied_at = now
    row.report = {**row.report, **asdict(counts)}
    row.save(update_fields=["state", "applied_at", "report"])
    record_audit(
        actor=actor,
        action="places.apply_import",
        entity=f"places.facility_import:{row.pk}",
        detail={**asdict(counts)},
        at=now,
    )
    return counts


@transaction.atomic
def drop_import(*, actor: Actor, import_id: UUID, now: datetime) -> None:
    """Put an upload away without applying it."""
    row = _own(actor, import_id)
    if row.state != FacilityImport.State.PREVIEWED:
        raise ImportSettledError
    row.state = FacilityImport.State.DROPPED
    row.save(update_fields=["state"])
    record_audit(
        actor=actor,
        action="places.drop_import",
        entity=f"places.facility_import:{row.pk}",
        at=now,
    )


def facility_import(actor: Actor, import_id: UUID) -> ImportView:
    """An upload of the actor's own. Raises ``ImportNotFoundError``."""
    row = FacilityImport.objects.filter(pk=import_id, uploaded_by=actor.label).first()
    if row is None:
        raise ImportNotFoundError
    return ImportView(
        id=row.pk,
        register=row.register,
        file_name=row.file_name,
        state=row.state,
        created_at=row.created_at,
        applied_at=row.applied_at,
        report=ImportReport.from_stored(row.report),
        sample=tuple(FacilityRow.from_stored(stored) for stored in row.rows[:10]),
    )
