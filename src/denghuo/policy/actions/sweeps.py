"""Starting, running and stopping sweeps and simulations."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import duckdb
from django.db import transaction
from django.utils import timezone

from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import Actor, NotAllowedError, enqueue, record_audit
from denghuo.policy.engines.results import Shape
from denghuo.policy.engines.sources import open_source
from denghuo.policy.engines.summary import SweepSummary
from denghuo.policy.engines.sweep import sweep
from denghuo.policy.logic.answer_json import figure_text
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.figures import Changes, NoSuchFigureError, with_figures
from denghuo.policy.logic.verdict import Verdict
from denghuo.policy.models import SweepRun
from denghuo.policy.queries.library import policy, read_text, speaking_text
from denghuo.policy.queries.sweeps import (
    ANSWERS_FILE,
    BAD_ROWS_FILE,
    CHANGED_FILE,
    ENTITY,
    RunView,
    SweepNotFoundError,
    changed_definition,
    kernel_folder,
    run,
    run_folder,
)

RUN_SWEEP = "policy.run_sweep"
ENGINES = ("columns", "duckdb")
UPLOAD_MAX_BYTES = 512 * 1024 * 1024
_SAVE_SECONDS = 0.5
_SUFFIXES = (".parquet", ".csv")


class NotATableFileError(RefusalError):
    """A sweep reads Parquet and CSV."""

    code = "policy.not_a_table_file"
    template = "“{name}”不是 .parquet 或 .csv 文件。Excel 表请另存为 CSV（UTF-8）再传。"


class TableTooLargeError(RefusalError):
    """The upload is larger than the desk takes."""

    code = "policy.table_too_large"
    template = "文件超过 {limit} MB。请放到数据文件夹里，或用命令行核算。"


class SameFiguresError(RefusalError):
    """A simulation with nothing changed."""

    code = "policy.same_figures"
    template = "没有改动任何数，算出来会一样。"


class RunStoppedError(Exception):
    """The officer stopped the run while it ran."""


def keep_upload(*, name: str, chunks: Callable[[], Any], size_bytes: int) -> tuple[UUID, Path]:
    """Keep an uploaded file under a new run's number. Raises the refusal that fits.

    The file is read once before it is accepted: a damaged one is refused with its reason.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in _SUFFIXES:
        raise NotATableFileError(field="upload", name=name[:80])
    if size_bytes > UPLOAD_MAX_BYTES:
        raise TableTooLargeError(field="upload", limit=UPLOAD_MAX_BYTES // 1024 // 1024)
    run_id = uuid4()
    folder = run_folder(run_id)
    folder.mkdir(parents=True)
    path = folder / f"source{suffix}"
    try:
        with path.open("wb") as file:
            for chunk in chunks():
                file.write(chunk)
        open_source(path)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return run_id, path


def start_sweep(
    *,
    actor: Actor,
    source: Path,
    source_name: str,
    policies: Sequence[str],
    as_of: date,
    engine: str = "columns",
    changes: Changes | None = None,
    run_id: UUID | None = None,
    now: datetime,
) -> UUID:
    """Ask for a sweep, or for a simulation when figures of one policy are changed.

    The job is asked for in the same transaction, under the run's number: sent twice with one
    ``run_id`` it is one run. Raises ``PolicyNotFoundError`` and the refusals of the figures.
    """
    if actor.staff_id is None:
        raise NotAllowedError
    for name in policies:
        policy(name)
    recorded = _checked_changes(policies[0], changes) if changes is not None else []
    with transaction.atomic():
        row, made = SweepRun.objects.get_or_create(
            id=run_id or uuid4(),
            defaults={
                "kind": "simulation" if changes is not None else "sweep",
                "engine": engine if engine in ENGINES else ENGINES[0],
                "source_name": source_name[:120],
                "source_path": str(source),
                "policies": list(policies),
                "changes": recorded,
                "as_of": as_of,
                "requested_by": actor.staff_id,
                "created_at": now,
            },
        )
        enqueue(RUN_SWEEP, {"run": str(row.id)}, key=f"{RUN_SWEEP}:{row.id}")
        if made:
            record_audit(
                actor=actor,
                action="policy.start_sweep",
                entity=f"policy.SweepRun:{row.id}",
                detail={"policies": list(policies), "kind": row.kind},
                at=now,
            )
    return row.id


def cancel_sweep(*, actor: Actor, run_id: UUID, now: datetime) -> None:
    """Stop a run that is not over; it notices at its next batch. A run that is over stays so."""
    with transaction.atomic():
        row = SweepRun.objects.select_for_update().filter(id=run_id).first()
        if row is None:
            raise SweepNotFoundError
        if row.state in ("queued", "running"):
            row.state, row.finished_at = "cancelled", now
            row.save()
            record_audit(
                actor=actor,
                action="policy.cancel_sweep",
                entity=f"policy.SweepRun:{row.id}",
                at=now,
            )


def run_sweep(run_id: UUID, *, progress: Callable[[int, int], None]) -> None:
    """Do the work of a run; safe to do again after being killed at any point.

    Result files take their names only when complete, and the row says done only after them:
    a second run writes the same bytes over them.
    """
    view = run(run_id)
    if view.is_over:
        return
    SweepRun.objects.filter(id=run_id, state="queued").update(
        state="running", started_at=timezone.now()
    )
    try:
        summary = _work(view, _Progress(run_id, progress))
    except RunStoppedError:
        return
    except RefusalError as refused:
        SweepRun.objects.filter(id=run_id).exclude(state="cancelled").update(
            state="failed", failure=refused.sentence[:500], finished_at=timezone.now()
        )
        return
    SweepRun.objects.filter(id=run_id).exclude(state="cancelled").update(
        state="done",
        summary=summary,
        rows_done=summary["rows_read"],
        rows_total=summary["rows_read"],
        rows_bad=summary["bad_rows"],
        finished_at=timezone.now(),
    )


def _checked_changes(policy_id: str, changes: Changes) -> list[list[str]]:
    """What is changed, as version, figure, before, after; the changed text must load."""
    text = speaking_text(policy_id)
    definition = read_text(text)
    recorded = []
    for (version_key, name), after in changes.items():
        version = next((each for each in definition.versions if each.key == version_key), None)
        if version is None or name not in version.params:
            raise NoSuchFigureError(version=version_key, name=name)
        before = figure_text(version.params[name].held)
        if before != after.strip():
            recorded.append([version_key, name, before, after.strip()])
    if not recorded:
        raise SameFiguresError
    read_text(with_figures(text, definition, {(v, n): after for v, n, _, after in recorded}))
    return recorded


class _Progress:
    """Writes how far a run is, twice a second at the most, and notices that it was stopped."""

    def __init__(self, run_id: UUID, tell_job: Callable[[int, int], None]) -> None:
        self._run_id = run_id
        self._tell_job = tell_job
        self._saved = 0.0

    def __call__(self, done: int, total: int | None) -> None:
        if time.monotonic() - self._saved < _SAVE_SECONDS:
            return
        self._saved = time.monotonic()
        living = SweepRun.objects.filter(id=self._run_id, state="running")
        if not living.update(rows_done=done, rows_total=total):
            raise RunStoppedError
        self._tell_job(done, total or done)


def _work(view: RunView, progress: _Progress) -> dict[str, Any]:
    folder = run_folder(view.id)
    folder.mkdir(parents=True, exist_ok=True)
    path = Path(SweepRun.objects.get(id=view.id).source_path)
    definitions = [policy(name) for name in view.policies]

    def asked(definitions: list[PolicyDefinition], out: str) -> SweepSummary:
        return sweep(
            definitions,
            source=path,
            as_of=view.as_of,
            engine=view.engine,
            out=folder / out,
            shape=Shape.PAIRS,
            bad_rows_out=folder / BAD_ROWS_FILE,
            entity_column=ENTITY,
            kernel_folder=kernel_folder(),
            progress=progress,
        )

    summary = summary_json(asked(definitions, ANSWERS_FILE))
    if view.kind == "simulation":
        asked([changed_definition(view)], CHANGED_FILE)
        summary["difference"] = _difference(folder, path)
    return summary


def summary_json(summary: SweepSummary) -> dict[str, Any]:
    """A sweep's sums as the run keeps them."""
    return {
        "rows_read": summary.rows_read,
        "rows_answered": summary.rows_answered,
        "bad_rows": summary.bad_row_count,
        "seconds": round(summary.seconds, 3),
        "compile_seconds": round(summary.compile_cost.seconds, 3),
        "absent_columns": list(summary.absent_columns),
        "unused_columns": list(summary.unused_columns),
        "doubtful": [
            {"fact": fact, "why": why.value, "rows": rows}
            for (fact, why), rows in summary.doubtful.most_common(20)
        ],
        "first_bad_rows": [
            {"row": bad.row, "column": bad.column, "reason": bad.reason}
            for bad in summary.bad_rows[:20]
        ],
        "policies": {
            name: {
                "by_verdict": {
                    verdict.name.lower(): each.by_verdict[verdict] for verdict in Verdict
                },
                "amount": each.amount,
                "amount_unknown": each.amount_unknown,
                "near": each.near_misses,
                "failed": list(each.failed_by_condition),
                "unknown": list(each.unknown_by_condition),
                "near_by_condition": list(each.near_by_condition),
            }
            for name, each in summary.policies.items()
        },
        "worth": [
            {"office": each.office, "fact": each.fact, "policy": each.policy, "pairs": each.pairs}
            for each in summary.worth[:30]
        ],
    }


_COMPARE = """
WITH joined AS (
  SELECT {league} AS league, {size} AS size,
         CAST(a.verdict AS VARCHAR) = 'entitled' AS was,
         CAST(b.verdict AS VARCHAR) = 'entitled' AS now,
         coalesce(a.amount, 0) AS paid_before, coalesce(b.amount, 0) AS paid_after
  FROM read_parquet($before) a JOIN read_parquet($after) b USING (entity)
  LEFT JOIN {source} s ON CAST(s.entity AS VARCHAR) = CAST(a.entity AS VARCHAR)
)
SELECT league, size, count(*), count(*) FILTER (now AND NOT was), count(*) FILTER (was AND NOT now),
       count(*) FILTER (was AND now AND paid_after > paid_before),
       count(*) FILTER (was AND now AND paid_after < paid_before),
       sum(paid_before)::BIGINT, sum(paid_after)::BIGINT
FROM joined GROUP BY ALL ORDER BY league, size
"""
_COLUMNS = ("league", "size", "rows", "gain", "lose", "more", "less", "before", "after")


def _difference(folder: Path, source: Path) -> list[dict[str, Any]]:
    """Who gains, who loses, what it costs, by league and size class, from the two answers."""
    columns = set(open_source(source).columns)
    reader = "read_csv($source, all_varchar = true)"
    if source.suffix.lower() == ".parquet":
        reader = "read_parquet($source)"
    query = _COMPARE.format(  # column and reader names are our own constants
        league="left(CAST(s.region AS VARCHAR), 4)" if "region" in columns else "''",
        size="CAST(s.size_class AS VARCHAR)" if "size_class" in columns else "''",
        source=reader,
    )
    values = {
        "before": str(folder / ANSWERS_FILE),
        "after": str(folder / CHANGED_FILE),
        "source": str(source),
    }
    with duckdb.connect() as database:
        rows = database.execute(query, values).fetchall()
    return [dict(zip(_COLUMNS, row, strict=True)) for row in rows]
