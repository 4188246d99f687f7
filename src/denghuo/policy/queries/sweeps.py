"""Sweeps: the sources there are, and how a run stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import NotRegionCodeError, Region
from denghuo.platform.public import Actor
from denghuo.policy.access import WHOLE_REGION
from denghuo.policy.engines.sources import open_source
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.figures import with_figures
from denghuo.policy.models import SweepRun
from denghuo.policy.queries.library import read_text, speaking_text

ENTITY = "entity"
ANSWERS_FILE = "answers.parquet"
BAD_ROWS_FILE = "bad-rows.csv"
_SUFFIXES = (".parquet", ".csv")


class SweepNotFoundError(RefusalError):
    """No such run, or not one this actor may see."""

    code = "policy.sweep_not_found"
    template = "没有找到这次核算，或者它不在您负责的范围里。"
    status = 404


class FilesGoneError(RefusalError):
    """The rows were kept long enough."""

    code = "policy.files_gone"
    template = "这次核算的明细已经按期清理，只留下合计。要看明细，请再算一次。"
    status = 410


@dataclass(frozen=True, slots=True)
class SourceView:
    """A file of facts that may be swept: those an office or the demo region put in place."""

    name: str
    path: Path
    rows: int | None
    size_bytes: int


@dataclass(frozen=True, slots=True)
class RunView:
    """One run as the desk shows it. ``area``: the division whose subjects it holds."""

    id: UUID
    kind: str
    engine: str
    source_name: str
    policies: tuple[str, ...]
    changes: tuple[tuple[str, str, str, str], ...]
    as_of: date
    known_before: date | None
    area: Region
    state: str
    rows_done: int
    rows_total: int | None
    rows_bad: int
    summary: dict[str, Any]
    failure: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    files_removed_at: datetime | None

    @property
    def is_over(self) -> bool:
        """Nothing more will happen to it."""
        return self.state in ("done", "failed", "cancelled")

    def file(self, name: str) -> Path:
        """One of its result files. Raises ``FilesGoneError``, ``SweepNotFoundError``."""
        path = run_folder(self.id) / name
        if path.exists():
            return path
        if self.files_removed_at is not None:
            raise FilesGoneError
        raise SweepNotFoundError


def facts_folder() -> Path:
    """Where files of facts stand that offices deliver (and the demo region writes).

    Files at its top hold the whole region; a folder named by a division code holds the files of
    that division.
    """
    return Path(settings.DATA_DIR) / "facts"


def runs_folder() -> Path:
    """Where all runs keep their files."""
    return Path(settings.DATA_DIR) / "sweeps"


def run_folder(run_id: UUID) -> Path:
    """Where one run keeps its source (if uploaded) and its results."""
    return runs_folder() / str(run_id)


def kernel_folder() -> Path:
    """Where compiled kernels are kept."""
    return Path(settings.KERNEL_DIR)


def area_of(path: Path) -> Region | None:
    """The division whose subjects a file in place holds; None for any other file."""
    try:
        inside = path.resolve().relative_to(facts_folder().resolve())
    except ValueError:
        return None
    return _area_named(inside.parts[0]) if len(inside.parts) > 1 else WHOLE_REGION


def _area_named(text: str) -> Region:
    """A folder that is not named by a division is the whole region's."""
    try:
        return Region.read(text)
    except NotRegionCodeError:
        return WHOLE_REGION


def sources(actor: Actor) -> list[SourceView]:
    """The files of facts in place that lie in the actor's area, by name."""
    folder = facts_folder()
    if not folder.is_dir() or actor.area is None:
        return []
    found = []
    places = [folder, *sorted(each for each in folder.iterdir() if each.is_dir())]
    for place in places:
        if not actor.area.contains(WHOLE_REGION if place == folder else _area_named(place.name)):
            continue
        for path in sorted(place.iterdir()):
            if path.suffix.lower() not in _SUFFIXES or not path.is_file():
                continue
            try:
                rows = open_source(path).rows
            except RefusalError:
                continue  # a file being written, or damaged: not offered
            name = path.relative_to(folder).as_posix()
            found.append(SourceView(name, path, rows, path.stat().st_size))
    return found


def source(name: str, actor: Actor) -> SourceView | None:
    """One of the files in place, by its exact name (never a path from outside)."""
    return next((each for each in sources(actor) if each.name == name), None)


def runs(*, kind: str, actor: Actor, limit: int = 50) -> list[RunView]:
    """The latest runs of a kind in the actor's area."""
    if actor.area is None:
        return []
    inside = SweepRun.objects.filter(kind=kind, area__startswith=actor.area.prefix)
    return [_view(row) for row in inside[:limit]]


def run(run_id: UUID, actor: Actor | None = None) -> RunView:
    """One run; with an actor, only if it lies in their area. Raises ``SweepNotFoundError``."""
    row = SweepRun.objects.filter(id=run_id).first()
    if row is None:
        raise SweepNotFoundError
    view = _view(row)
    if actor is not None and (actor.area is None or not actor.area.contains(view.area)):
        raise SweepNotFoundError
    return view


def source_of(run_id: UUID) -> Path:
    """The file a run reads."""
    return Path(SweepRun.objects.values_list("source_path", flat=True).get(id=run_id))


def changed_definition(view: RunView) -> PolicyDefinition:
    """The simulated policy: the one that spoke when the run was asked for, with its figures."""
    text = speaking_text(view.policies[0], view.created_at)
    changes = {(version, name): after for version, name, _, after in view.changes}
    return read_text(with_figures(text, read_text(text), changes))


def _view(row: SweepRun) -> RunView:
    return RunView(
        id=row.id,
        kind=row.kind,
        engine=row.engine,
        source_name=row.source_name,
        policies=tuple(row.policies),
        changes=tuple(tuple(each) for each in row.changes),
        as_of=row.as_of,
        known_before=row.known_before,
        area=Region(row.area),
        state=row.state,
        rows_done=row.rows_done,
        rows_total=row.rows_total,
        rows_bad=row.rows_bad,
        summary=row.summary,
        failure=row.failure,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        files_removed_at=row.files_removed_at,
    )
