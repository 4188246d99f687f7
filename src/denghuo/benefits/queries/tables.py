"""Fact tables of applied imports: the latest of an office, one subject's row, several as one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from django.conf import settings

from denghuo.benefits.engines import tables as engine
from denghuo.benefits.engines.checking import DAY_COLUMN, LINE_COLUMN
from denghuo.benefits.logic.row_checks import Strict
from denghuo.benefits.logic.targets import SubjectKind
from denghuo.benefits.models import FactImport
from denghuo.benefits.queries.targets import strict_value
from denghuo.kernel.id_number import IdNumber
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.kernel.uscc import Uscc
from denghuo.people.public import (
    RegisteredSubject,
    person_key,
    registered_firms,
    registered_persons,
)
from denghuo.policy.public import registry


class NoTableError(RefusalError):
    """The import has no table, or its file is not on this machine."""

    code = "benefits.no_table"
    template = "这份数据表不在了。请联系运维人员从备份里恢复，或者重新导入。"
    status = 410


@dataclass(frozen=True, slots=True)
class TableView:
    """One office's table, ready for a sweep: ``path`` is Parquet with ``entity`` and facts."""

    import_id: UUID
    office: str
    subject: SubjectKind
    area: Region
    told_on: date
    applied_at: datetime
    digest: str
    path: Path
    rows: int
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableFact:
    """What a table says of one fact of one subject; ``line`` is the row in the office's file."""

    name: str
    value: Strict
    office: str
    observed_on: date | None
    import_id: UUID
    line: int


@dataclass(frozen=True, slots=True)
class JoinedTable:
    """Several tables as one file. ``parts`` say which tables, first believed first;
    ``observed_on`` the day of which each fact speaks (the earliest, where several tell of it), as a
    sweep asks for it."""

    path: Path
    rows: int
    facts: tuple[str, ...]
    parts: tuple[UUID, ...]
    observed_on: Mapping[str, date]


def tables_folder() -> Path:
    """Where tables are kept, each under the digest of its bytes.

    Among the stored files, so that a backup holds them: decisions point to their rows.
    """
    return Path(settings.DATA_DIR) / "files" / "fact-tables"


def table_path(digest: str) -> Path:
    """One table's file."""
    return tables_folder() / f"{digest}.parquet"


def entity_key(subject: SubjectKind, number: str) -> str:
    """What names a subject in tables: a firm's code as it is, a person's number as a keyed digest.

    Raises ``NotUsccError``, ``NotIdNumberError``.
    """
    return Uscc.read(number).text if subject == "firm" else person_key(IdNumber.read(number))


def subjects_of(subject: SubjectKind, entities: Sequence[str]) -> dict[str, RegisteredSubject]:
    """The registered subjects among the keys of a table."""
    return registered_firms(entities) if subject == "firm" else registered_persons(entities)


def table_of(import_id: UUID) -> TableView:
    """The table of an applied import, also of one taken back: decisions made by it still need it.

    Raises ``NoTableError``.
    """
    row = FactImport.objects.filter(pk=import_id).exclude(table_digest="").first()
    if row is None:
        raise NoTableError
    return _view(row)


def latest_tables(
    *, subject: SubjectKind, area: Region, as_of: date, offices: Sequence[str] = ()
) -> list[TableView]:
    """The newest table of each office that speaks of a day not after ``as_of`` and holds all of
    ``area``; the newest day first, which is the order in which they are believed."""
    above: list[str] = []
    place: Region | None = area
    while place is not None:
        above.append(place.code)
        place = place.parent
    rows = FactImport.objects.filter(
        state=FactImport.State.APPLIED,
        subject_kind=subject,
        area__in=above,
        told_on__lte=as_of,
    ).order_by("office", "-told_on", "-applied_at")
    if offices:
        rows = rows.filter(office__in=offices)
    newest: dict[str, FactImport] = {}
    for row in rows:
        newest.setdefault(row.office, row)
    found = [_view(row) for row in newest.values()]
    return sorted(found, key=lambda each: (each.told_on, each.applied_at), reverse=True)


def latest_table(
    *, office: str, subject: SubjectKind, area: Region, as_of: date
) -> TableView | None:
    """The newest table of one office, or None."""
    found = latest_tables(subject=subject, area=area, as_of=as_of, offices=(office,))
    return found[0] if found else None


def facts_in_table(import_id: UUID, entity: str) -> dict[str, TableFact]:
    """What one import's table says of one subject; empty where it does not know it.

    For explaining an answer long after the sweep. Raises ``NoTableError``.
    """
    view = table_of(import_id)
    row = engine.row_of(_present(view.path), entity)
    if row is None:
        return {}
    specs = registry()
    day = row.get(DAY_COLUMN) or view.told_on
    return {
        name: TableFact(
            name=name,
            value=strict_value(specs[name], row[name]),
            office=view.office,
            observed_on=day,
            import_id=import_id,
            line=int(row[LINE_COLUMN]),
        )
        for name in view.facts
        if row[name] is not None and name in specs
    }


def join_tables(
    tables: Sequence[TableView], *, out: Path, constants: Mapping[str, Any] | None = None
) -> JoinedTable:
    """Several offices' tables as one Parquet file by subject, for the sweep engines.

    Where two tables tell of one fact, the earlier in ``tables`` is believed and the later fills
    its gaps (``latest_tables`` gives the right order). ``constants`` are facts that are the same
    for every row, as Python values of the fact's kind. Bounded memory at any size.

    Raises ``NoTableError``; ``ValueError`` for no tables or tables of different kinds of subject.
    """
    if not tables or len({each.subject for each in tables}) != 1:
        raise ValueError("tables of one kind of subject")
    out.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    told = {
        "parts": json.dumps([str(each.import_id) for each in tables]),
        "digests": json.dumps([each.digest for each in tables]),
        "subject": tables[0].subject,
    }
    paths = [_present(each.path) for each in tables]
    rows = engine.join(paths, out=out, constants=constants or {}, told=told)
    fixed = constants or {}
    days: dict[str, date] = {}
    for each in tables:
        for name in each.facts:
            if name not in fixed:
                days[name] = min(each.told_on, days.get(name, each.told_on))
    parts = tuple(each.import_id for each in tables)
    return JoinedTable(out, rows, engine.fact_columns(out), parts, days)


def _present(path: Path) -> Path:
    if not path.exists():
        raise NoTableError
    return path


def _view(row: FactImport) -> TableView:
    if row.told_on is None or row.applied_at is None:
        raise NoTableError
    return TableView(
        import_id=row.pk,
        office=row.office,
        subject=cast("SubjectKind", row.subject_kind),
        area=Region(row.area),
        told_on=row.told_on,
        applied_at=row.applied_at,
        digest=row.table_digest,
        path=table_path(row.table_digest),
        rows=row.table_rows,
        facts=tuple(row.summary.get("facts", ())),
    )
