"""Starting and stopping sweeps, simulations and looks back."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.platform.public import Actor, NotAllowedError, enqueue, record_audit
from denghuo.policy.engines.sources import SourceUnreadableError, open_source
from denghuo.policy.logic.answer_json import figure_text
from denghuo.policy.logic.figures import Changes, NoSuchFigureError, with_figures
from denghuo.policy.models import SweepRun
from denghuo.policy.queries.library import policy, read_text, speaking_text
from denghuo.policy.queries.sweeps import SweepNotFoundError, area_of, run_folder

RUN_SWEEP = "policy.run_sweep"
ENGINES = ("columns", "duckdb")
UPLOAD_MAX_BYTES = 512 * 1024 * 1024
_UPLOAD_MAX_MEGABYTES = UPLOAD_MAX_BYTES // 1024 // 1024
_SUFFIXES = (".parquet", ".csv")


class NotATableFileError(RefusalError):
    """A sweep reads Parquet and CSV."""

    code = "policy.not_a_table_file"
    template = "“{name}”不是 .parquet 或 .csv 文件。Excel 表请另存为 CSV（UTF-8）再传。"


class TableTooLargeError(RefusalError):
    """The upload is larger than the desk takes."""

    code = "policy.table_too_large"
    template = "文件超过 {limit} MB。请放到数据文件夹里，或用命令行核算。"


class NoRoomError(RefusalError):
    """The disk is full."""

    code = "policy.no_room"
    template = "服务器的磁盘满了，文件没有收下。请联系运维人员腾出空间，再传一次。"
    status = 507


class SameFiguresError(RefusalError):
    """A simulation with nothing changed."""

    code = "policy.same_figures"
    template = "没有改动任何数，算出来会一样。"


class SourceOutsideAreaError(RefusalError):
    """A file of another area; it is answered like a file that is not there."""

    code = "policy.source_outside_area"
    template = "没有这个数据文件。"
    status = 404


class DayNotPastError(RefusalError):
    """What was known can be asked of days that are over."""

    code = "policy.day_not_past"
    template = "“当时”要选今天以前的一天。"


class IdempotencyKeyReusedError(RefusalError):
    """One key stands for one request; another under the same key would be lost unseen."""

    code = "policy.idempotency_key_reused"
    template = "这个 Idempotency-Key 已经用在另一次筛查上，内容不一样。请换一个。"


def keep_upload(
    *, name: str, chunks: Callable[[], Any], size_bytes: int, run_id: UUID | None = None
) -> tuple[UUID, Path]:
    """Keep an uploaded file under a run's number. Raises the refusal that fits.

    The file is read once before it is accepted: a damaged one is refused with its reason.

    Race: the same file sent twice at once under one number. Each is written beside the place
    under a name of its own and linked into it; the second to come finds the first's there and
    must be the same, byte for byte, or is refused (``IdempotencyKeyReusedError``).
    """
    suffix = Path(name).suffix.lower()
    if suffix not in _SUFFIXES:
        raise NotATableFileError(field="upload", name=name[:80])
    if size_bytes > UPLOAD_MAX_BYTES:
        raise TableTooLargeError(field="upload", limit=_UPLOAD_MAX_MEGABYTES)
    run_id = run_id or uuid4()
    folder = run_folder(run_id)
    path, coming = folder / f"source{suffix}", folder.parent / f"coming-{uuid4()}{suffix}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        size = 0
        with coming.open("wb") as file:
            for chunk in chunks():
                size += len(chunk)
                if size > UPLOAD_MAX_BYTES:  # longer than it said
                    raise TableTooLargeError(field="upload", limit=_UPLOAD_MAX_MEGABYTES)
                file.write(chunk)
        _demand_readable(coming, name)
        folder.mkdir(exist_ok=True)
        try:
            os.link(coming, path)
        except FileExistsError:
            if _digest(coming) != _digest(path):
                raise IdempotencyKeyReusedError from None
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise NoRoomError from error
        raise
    finally:
        coming.unlink(missing_ok=True)
    return run_id, path


def _demand_readable(path: Path, name: str) -> None:
    """Refuse a damaged file under the name its sender knows."""
    try:
        open_source(path)
    except SourceUnreadableError as refused:
        values: dict[str, Any] = {**refused.values, "name": name[:80]}
        raise SourceUnreadableError(**values) from None


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def start_sweep(
    *,
    actor: Actor,
    source: Path,
    source_name: str,
    policies: Sequence[str],
    as_of: date,
    engine: str = "columns",
    changes: Changes | None = None,
    known_before: date | None = None,
    run_id: UUID | None = None,
    now: datetime,
) -> UUID:
    """Ask for a sweep; for a simulation when figures of one policy are changed; for a look back
    when the rules known at the end of ``known_before`` are to be set against those of now.

    The source must lie in the actor's area (``area_of``). The job is asked for in the same
    transaction, under the run's number: sent twice with one ``run_id`` it is one run.

    Raises ``PolicyNotFoundError``, the refusals of the figures, and
    ``IdempotencyKeyReusedError`` where the number already stands for another request.
    """
    area, staff_id = _area_for(actor, source)
    if known_before is not None and known_before >= timezone.localdate(now):
        raise DayNotPastError(field="known_before")
    for name in policies:
        policy(name)
    recorded = _checked_changes(policies[0], changes) if changes is not None else []
    with transaction.atomic():
        row, made = SweepRun.objects.get_or_create(
            id=run_id or uuid4(),
            defaults={
                "kind": _kind(changes, known_before),
                "area": area.code,
                "known_before": known_before,
                "engine": engine if engine in ENGINES else ENGINES[0],
                "source_name": source_name[:120],
                "source_path": str(source),
                "policies": list(policies),
                "changes": recorded,
                "as_of": as_of,
                "requested_by": staff_id,
                "created_at": now,
            },
        )
        if (row.source_path, row.policies, row.as_of, row.changes, row.known_before) != (
            str(source), list(policies), as_of, recorded, known_before,
        ):  # fmt: skip
            raise IdempotencyKeyReusedError
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


def _area_for(actor: Actor, source: Path) -> tuple[Region, UUID]:
    """The area whose subjects the run will hold (that of a file in place, else the actor's own),
    and the member of staff who asks."""
    area = area_of(source) or actor.area
    if actor.staff_id is None or actor.area is None or area is None:
        raise NotAllowedError
    if not actor.area.contains(area):
        raise SourceOutsideAreaError(field="source")
    return area, actor.staff_id


def _kind(changes: Changes | None, known_before: date | None) -> str:
    if known_before is not None:
        return "retro"
    return "sweep" if changes is None else "simulation"


def cancel_sweep(*, actor: Actor, run_id: UUID, now: datetime) -> None:
    """Stop a run that is not over; it notices at its next batch and clears its folder away.

    A run that is over stays so. Raises ``SweepNotFoundError``, also outside the actor's area.
    """
    with transaction.atomic():
        row = SweepRun.objects.select_for_update().filter(id=run_id).first()
        if row is None or actor.area is None or not actor.area.contains(Region(row.area)):
            raise SweepNotFoundError
        if row.state in ("queued", "running"):
            row.state, row.finished_at = "cancelled", now
            row.save(update_fields=["state", "finished_at"])
            record_audit(
                actor=actor,
                action="policy.cancel_sweep",
                entity=f"policy.SweepRun:{row.id}",
                at=now,
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
