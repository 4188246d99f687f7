"""Files of facts as programs read them: by pages, with their wrong cells, known by their bytes."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from denghuo.benefits.logic.mapping import FileMapping
from denghuo.benefits.models import FactImport, FactMapping
from denghuo.benefits.queries.imports import ERRORS_FILE, ImportView, in_area, view_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.platform.public import (
    Actor,
    NotMarkError,
    newest_first,
    read_number_mark,
    write_mark,
)

_State = FactImport.State
# What may still become facts, or has; what was put away or taken back may come anew.
_STANDING = (_State.RECEIVED, _State.MAPPING, _State.CHECKING, _State.CHECKED, _State.APPLYING,
             _State.APPLIED)  # fmt: skip
_MAPPINGS_MAX = 200
_ERROR_CELLS = 5


class MappingNotFoundError(RefusalError):
    """No mapping of that name was ever saved."""

    code = "benefits.mapping_not_found"
    template = "没有叫“{name}”的对照。现有的请看 /facts/mappings。"


@dataclass(frozen=True, slots=True)
class MappingView:
    """The newest version of a saved mapping."""

    name: str
    version: int
    subject: str
    office: str
    mapping: FileMapping


@dataclass(frozen=True, slots=True)
class ErrorView:
    """One wrong cell, as its office reads it; who it is about is masked."""

    line: int
    heading: str
    said: str
    why: str
    next_step: str


def imports_page(
    actor: Actor, *, state: str, after: str, limit: int
) -> tuple[list[ImportView], str | None]:
    """One page of the imports of the actor's area, the newest first. Raises ``NotMarkError``."""
    rows = in_area(actor)
    if state:
        rows = rows.filter(state=state)
    found, following = newest_first(rows, after=after, limit=limit)
    return [view_of(row) for row in found], following


def same_bytes(
    actor: Actor, *, digest: str, subject: str, office: str, area: Region, observed_on: date | None
) -> ImportView | None:
    """The import that these bytes already are, of the same office, area and day."""
    rows = in_area(actor).filter(
        file_digest=digest,
        subject_kind=subject,
        office=office,
        area=area.code,
        observed_on=observed_on,
        state__in=_STANDING,
    )
    row = rows.order_by("-created_at").first()
    return view_of(row) if row else None


def saved_mappings() -> list[MappingView]:
    """The newest version of each mapping, by name."""
    newest: dict[str, FactMapping] = {}
    for row in FactMapping.objects.order_by("name", "-version"):
        newest.setdefault(row.name, row)
    return [
        MappingView(
            name=row.name,
            version=row.version,
            subject=row.subject_kind,
            office=row.office,
            mapping=FileMapping.from_stored(row.columns),
        )
        for row in list(newest.values())[:_MAPPINGS_MAX]
    ]


def mapping_of_name(name: str, *, subject: str) -> FileMapping:
    """The newest version of a mapping for this kind of subject. Raises
    ``MappingNotFoundError``."""
    rows = FactMapping.objects.filter(name=name, subject_kind=subject).order_by("-version")
    row = rows.first()
    if row is None:
        raise MappingNotFoundError(field="mapping", name=name)
    return FileMapping.from_stored(row.columns)


def errors_page(view: ImportView, *, after: str, limit: int) -> tuple[list[ErrorView], str | None]:
    """One page of wrong cells, in the order of the list; the mark is a place in it.

    Raises ``NotMarkError``, ``ImportFilesGoneError``.
    """
    start = read_number_mark(after)
    with view.file(ERRORS_FILE).open("rb") as file:
        _go_to(file, start)
        found: list[ErrorView] = []
        reader = csv.reader(_lines(file))
        try:
            if not start:
                next(reader)  # the headings
            for cells in reader:
                found.append(_error(cells))
                if len(found) == limit:
                    break
        except (UnicodeDecodeError, ValueError, csv.Error):
            raise NotMarkError(field="after") from None
        more = bool(file.read(1))
        file.seek(-1 if more else 0, 1)
        return found, write_mark(file.tell()) if more else None


def _go_to(file: BinaryIO, start: int) -> None:
    """A place where a line begins. Raises ``NotMarkError``."""
    if not start:
        return
    file.seek(start - 1)
    if file.read(1) != b"\n":
        raise NotMarkError(field="after")


def _lines(file: BinaryIO) -> Iterator[str]:
    """Line by line, without reading ahead: the place in the file is where the next page begins."""
    while line := file.readline():
        yield line.decode("utf-8-sig")


def _error(cells: list[str]) -> ErrorView:
    if len(cells) != _ERROR_CELLS:
        raise ValueError("not a line of the list")
    line, heading, said, why, next_step = cells
    return ErrorView(int(line), heading, said, why, next_step)
