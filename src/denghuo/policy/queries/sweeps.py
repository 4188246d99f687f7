"""Sweeps: the sources there are, how a run stands, its rows, and one row explained."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings

from denghuo.kernel.refusal import RefusalError
from denghuo.policy.engines.sources import open_source
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.explain import Answer, answer
from denghuo.policy.logic.fact_values import FactValueError, KnownFact, read_value
from denghuo.policy.logic.figures import with_figures
from denghuo.policy.models import SweepRun
from denghuo.policy.queries.library import policy, read_text, speaking_text

ENTITY = "entity"
ROWS_PER_PAGE = 50
ANSWERS_FILE = "answers.parquet"
CHANGED_FILE = "changed.parquet"
BAD_ROWS_FILE = "bad-rows.csv"


class SweepNotFoundError(RefusalError):
    """No such run."""

    code = "policy.sweep_not_found"
    template = "没有找到这次核算。"
    status = 404


class RowNotFoundError(RefusalError):
    """The run's source has no such subject."""

    code = "policy.row_not_found"
    template = "这份文件里没有这一行，文件可能已经换过。"
    status = 404


@dataclass(frozen=True, slots=True)
class SourceView:
    """A file of facts that may be swept: those an office or the demo region put in place."""

    name: str
    path: Path
    rows: int | None
    size_bytes: int


@dataclass(frozen=True, slots=True)
class RunView:
    """One run as the desk shows it."""

    id: UUID
    kind: str
    engine: str
    source_name: str
    policies: tuple[str, ...]
    changes: tuple[tuple[str, str, str, str], ...]
    as_of: date
    state: str
    rows_done: int
    rows_total: int | None
    rows_bad: int
    summary: dict[str, Any]
    failure: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def is_over(self) -> bool:
        """Nothing more will happen to it."""
        return self.state in ("done", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class RowView:
    """One answer of a run: a subject and a policy."""

    entity: str
    policy: str
    verdict: str
    amount: int | None
    fail_mask: int
    unknown_mask: int


@dataclass(frozen=True, slots=True)
class RowPage:
    """One page of answers."""

    rows: tuple[RowView, ...]
    page: int
    pages: int
    total: int


def facts_folder() -> Path:
    """Where files of facts stand that offices deliver (and the demo region writes)."""
    return Path(settings.DATA_DIR) / "facts"


def run_folder(run_id: UUID) -> Path:
    """Where one run keeps its source (if uploaded) and its results."""
    return Path(settings.DATA_DIR) / "sweeps" / str(run_id)


def kernel_folder() -> Path:
    """Where compiled kernels are kept."""
    return Path(settings.KERNEL_DIR)


def sources() -> list[SourceView]:
    """The files of facts in place, by name."""
    folder = facts_folder()
    if not folder.is_dir():
        return []
    found = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in (".parquet", ".csv") or not path.is_file():
            continue
        try:
            rows = open_source(path).rows
        except RefusalError:
            continue  # a file being written, or damaged: not offered
        found.append(SourceView(path.name, path, rows, path.stat().st_size))
    return found


def source(name: str) -> SourceView | None:
    """One of the files in place, by its exact name (never a path from outside)."""
    return next((each for each in sources() if each.name == name), None)


def runs(*, kind: str, limit: int = 50) -> list[RunView]:
    """The latest runs of a kind."""
    return [_view(row) for row in SweepRun.objects.filter(kind=kind)[:limit]]


def run(run_id: UUID) -> RunView:
    """One run. Raises ``SweepNotFoundError``."""
    return _view(_row(run_id))


def changed_definition(view: RunView) -> PolicyDefinition:
    """The simulated policy: the one that speaks, with the run's figures in it."""
    text = speaking_text(view.policies[0])
    changes = {(version, name): after for version, name, _, after in view.changes}
    return read_text(with_figures(text, read_text(text), changes))


def answer_rows(
    run_id: UUID, *, policy_id: str = "", verdict: str = "", near: bool = False, page: int = 1
) -> RowPage:
    """Answers of a finished run, filtered, in the order of the source.

    ``near`` keeps refusals that fail exactly one condition. Reads row group by row group, so a
    run over millions of rows needs the memory of one group.
    """
    file = run_folder(run_id) / ANSWERS_FILE
    if not file.exists():
        raise SweepNotFoundError
    first = (max(1, page) - 1) * ROWS_PER_PAGE
    total = 0
    kept: list[pa.Table] = []
    for table in _filtered_groups(file, policy_id=policy_id, verdict=verdict, near=near):
        inside = max(0, first - total)
        have = sum(each.num_rows for each in kept)
        if inside < table.num_rows and have < ROWS_PER_PAGE:
            kept.append(table.slice(inside, ROWS_PER_PAGE - have))
        total += table.num_rows
    rows = tuple(_row_view(each) for table in kept for each in table.to_pylist())
    return RowPage(rows, max(1, page), max(1, -(-total // ROWS_PER_PAGE)), total)


def export_rows(
    run_id: UUID, *, policy_id: str = "", verdict: str = "", near: bool = False
) -> Iterator[pa.Table]:
    """The same rows, whole, a table at a time."""
    file = run_folder(run_id) / ANSWERS_FILE
    if not file.exists():
        raise SweepNotFoundError
    return _filtered_groups(file, policy_id=policy_id, verdict=verdict, near=near)


def explained_row(view: RunView, entity: str, policy_id: str) -> Answer:
    """One row of the source, answered with every reason. Raises ``RowNotFoundError``."""
    definition = policy(policy_id)
    raw = _source_row(Path(_row(view.id).source_path), entity)
    facts: dict[str, KnownFact] = {}
    for name, spec in definition.specs.items():
        if name not in raw:
            continue
        try:
            reading = read_value(spec, raw[name])
        except FactValueError:
            continue
        facts[name] = KnownFact(reading.value, spec.source, None, reading.why)
    return answer(definition, facts, view.as_of)


def _source_row(path: Path, entity: str) -> dict[str, Any]:
    opened = open_source(path)
    for _, batch in opened.batches(list(opened.columns)):
        names = batch.column(batch.schema.get_field_index(ENTITY)).cast(pa.string())
        found = pc.index(names, entity).as_py()
        if found >= 0:
            return dict(batch.slice(found, 1).to_pylist()[0])
    raise RowNotFoundError


def _filtered_groups(file: Path, *, policy_id: str, verdict: str, near: bool) -> Iterator[pa.Table]:
    opened = pq.ParquetFile(file)
    for number in range(opened.num_row_groups):
        table = opened.read_row_group(number)
        keep = None
        for column, wanted in (("policy", policy_id), ("verdict", verdict)):
            if wanted:
                same = pc.equal(table[column].cast(pa.string()), wanted)
                keep = same if keep is None else pc.and_(keep, same)
        if near:
            mask = table["fail_mask"].cast(pa.int64())
            one = pc.and_(
                pc.greater(mask, 0), pc.equal(pc.bit_wise_and(mask, pc.subtract(mask, 1)), 0)
            )
            keep = one if keep is None else pc.and_(keep, one)
        yield table if keep is None else table.filter(keep)


def _row_view(raw: dict[str, Any]) -> RowView:
    return RowView(
        entity=str(raw[ENTITY]),
        policy=raw["policy"],
        verdict=raw["verdict"],
        amount=raw["amount"],
        fail_mask=raw["fail_mask"],
        unknown_mask=raw["unknown_mask"],
    )


def _row(run_id: UUID) -> SweepRun:
    row = SweepRun.objects.filter(id=run_id).first()
    if row is None:
        raise SweepNotFoundError
    return row


def _view(row: SweepRun) -> RunView:
    return RunView(
        id=row.id,
        kind=row.kind,
        engine=row.engine,
        source_name=row.source_name,
        policies=tuple(row.policies),
        changes=tuple(tuple(each) for each in row.changes),
        as_of=row.as_of,
        state=row.state,
        rows_done=row.rows_done,
        rows_total=row.rows_total,
        rows_bad=row.rows_bad,
        summary=row.summary,
        failure=row.failure,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
