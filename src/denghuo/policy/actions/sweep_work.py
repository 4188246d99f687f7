"""The work of a run: asking the rules of every record, and keeping what came out.

Every attempt works in a folder of its own and moves whole files to their names at the end, so
that a run killed anywhere, or taken over while its first worker still breathes, leaves either
nothing or everything.
"""

from __future__ import annotations

import errno
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from denghuo.kernel.refusal import RefusalError
from denghuo.policy.engines.compare import AFTER, BEFORE, compare
from denghuo.policy.engines.rates import condition_counts
from denghuo.policy.engines.results import Shape
from denghuo.policy.engines.summary import PolicySummary, SweepSummary
from denghuo.policy.engines.sweep import sweep
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.verdict import Verdict
from denghuo.policy.logic.versions import as_known
from denghuo.policy.models import ConditionRate, SweepRun
from denghuo.policy.queries.answers import end_of
from denghuo.policy.queries.library import policy
from denghuo.policy.queries.sweeps import (
    ANSWERS_FILE,
    BAD_ROWS_FILE,
    ENTITY,
    RunView,
    changed_definition,
    kernel_folder,
    run,
    run_folder,
)

_SAVE_SECONDS = 0.5
_ATTEMPT = "attempt-"
# A file of a few rows says little about how often a condition fails in the region.
RATE_ROWS_MIN = 200

DISK_FULL = "服务器的磁盘满了，没有算成。已有的数据都在。请联系运维人员腾出空间，再算一次。"
GIVEN_UP = "试了几次都没有算成，已经转给运维人员看。文件和以前的结果都还在。"


class RunStoppedError(Exception):
    """The officer stopped the run while it ran."""


def run_sweep(run_id: UUID, *, progress: Callable[[int, int], None]) -> None:
    """Do the work of a run; safe to do again after being killed at any point.

    The row says done only after the result files have their names: a second attempt puts the
    same answers in their place.
    """
    _revive(run_id)
    view = run(run_id)
    if view.is_over:
        _clear(view)
        return
    SweepRun.objects.filter(id=run_id, state="queued").update(
        state="running", started_at=timezone.now()
    )
    try:
        summary = _in_own_folder(view, _Progress(run_id, progress))
    except RunStoppedError:
        _clear(run(run_id))
        return
    except RefusalError as refused:
        fail_run(run_id, refused.sentence)
        return
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        fail_run(run_id, DISK_FULL)
        return
    with transaction.atomic():
        done = SweepRun.objects.filter(id=run_id, state="running").update(
            state="done",
            summary=summary,
            rows_done=summary["rows_read"],
            rows_total=summary["rows_read"],
            rows_bad=summary["bad_rows"],
            finished_at=timezone.now(),
        )
        if done:
            _learn_rates(run_id, summary.get("rates", {}))
    if not done:  # stopped in the last moment
        _clear(run(run_id))


def fail_run(run_id: UUID, sentence: str) -> None:
    """Say why a run did not come to its end; one that is over stays as it is."""
    SweepRun.objects.filter(id=run_id, state__in=["queued", "running"]).update(
        state="failed", failure=sentence[:500], finished_at=timezone.now()
    )
    _drop_attempts(run_folder(run_id))


def _revive(run_id: UUID) -> None:
    """An operator who tries the job again wants the run, which had been given up, to go on."""
    SweepRun.objects.filter(id=run_id, state="failed", failure=GIVEN_UP).update(
        state="queued", failure="", finished_at=None
    )


def _clear(view: RunView) -> None:
    """A stopped run leaves nothing behind, its upload included."""
    if view.state == "cancelled":
        shutil.rmtree(run_folder(view.id), ignore_errors=True)


def _drop_attempts(folder: Path) -> None:
    for left in folder.glob(f"{_ATTEMPT}*"):
        shutil.rmtree(left, ignore_errors=True)


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


def _in_own_folder(view: RunView, progress: _Progress) -> dict[str, Any]:
    folder = run_folder(view.id)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Whoever held the lease before us has lost it: what it still writes must not be taken.
    _drop_attempts(folder)
    attempt = folder / f"{_ATTEMPT}{uuid4().hex[:12]}"
    attempt.mkdir(mode=0o700)
    try:
        summary = _work(view, attempt, progress)
        for file in attempt.iterdir():
            if file.is_file():
                file.replace(folder / file.name)
    finally:
        shutil.rmtree(attempt, ignore_errors=True)
    return summary


def _work(view: RunView, folder: Path, progress: _Progress) -> dict[str, Any]:
    source = Path(SweepRun.objects.values_list("source_path", flat=True).get(id=view.id))
    # The rules as they spoke when the run was asked for: a text published meanwhile does not
    # change what the officer looks at.
    definitions = [policy(name, view.created_at) for name in view.policies]
    if view.kind == "sweep":
        swept = sweep(
            definitions,
            source=source,
            as_of=view.as_of,
            engine=view.engine,
            out=folder / ANSWERS_FILE,
            shape=Shape.PAIRS,
            bad_rows_out=folder / BAD_ROWS_FILE,
            entity_column=ENTITY,
            kernel_folder=kernel_folder(),
            progress=progress,
        )
        summary = run_summary(swept)
        summary["rates"] = condition_counts(folder / ANSWERS_FILE, definitions)
        return summary
    before, after = _pair(view, definitions[0])
    found = compare(
        before,
        after,
        source=source,
        as_of=view.as_of,
        folder=folder,
        bad_rows_out=folder / BAD_ROWS_FILE,
        entity_column=ENTITY,
        kernel_folder=kernel_folder(),
        engine=view.engine,
        progress=progress,
    )
    summary = run_summary(found.summary)
    sums = summary.pop("policies")
    summary["policies"] = {view.policies[0]: sums[BEFORE]}
    summary["after"] = sums[AFTER]
    summary["worth"] = []
    summary["difference"] = found.groups
    return summary


def _pair(view: RunView, now: PolicyDefinition) -> tuple[PolicyDefinition, PolicyDefinition]:
    """The two rules of a simulation (as they are, and changed) or of a look back."""
    if view.known_before is None:
        return now, changed_definition(view)
    asked_on = timezone.localdate(view.created_at)
    then = policy(view.policies[0], end_of(view.known_before))
    return as_known(then, view.known_before), as_known(now, asked_on)


def run_summary(summary: SweepSummary) -> dict[str, Any]:
    """A sweep's sums as the run keeps them. ``seconds`` holds ``compile_seconds``."""
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
        "repeats": {
            "entities": summary.repeats.entities,
            "rows": [list(rows) for rows in summary.repeats.rows],
            "rows_compared": summary.repeats.rows_compared,
            "complete": summary.repeats.complete,
        },
        "policies": {name: _sums(each) for name, each in summary.policies.items()},
        "worth": [
            {"office": each.office, "fact": each.fact, "policy": each.policy, "pairs": each.pairs}
            for each in summary.worth[:30]
        ],
    }


def _sums(each: PolicySummary) -> dict[str, Any]:
    return {
        "by_verdict": {verdict.name.lower(): each.by_verdict[verdict] for verdict in Verdict},
        "amount": each.amount,
        "amount_unknown": each.amount_unknown,
        "near": each.near_misses,
        "failed": list(each.failed_by_condition),
        "unknown": list(each.unknown_by_condition),
        "near_by_condition": list(each.near_by_condition),
    }


def _learn_rates(run_id: UUID, rates: dict[str, dict[str, tuple[int, int]]]) -> None:
    """Keep how often each condition failed, for the order of the residents' questions.

    Race: two sweeps end at once. Each row is written whole, and the later word stands.
    """
    rows = [
        ConditionRate(policy=name, condition=condition, failed=failed, known=known, run_id=run_id)
        for name, counts in rates.items()
        for condition, (failed, known) in counts.items()
        if known >= RATE_ROWS_MIN
    ]
    ConditionRate.objects.bulk_create(
        sorted(rows, key=lambda row: (row.policy, row.condition)),
        update_conflicts=True,
        unique_fields=["policy", "condition"],
        update_fields=["failed", "known", "run", "created_at"],
    )
