"""Looking after imports: lost ones say so, what was kept long enough goes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Q

from denghuo.benefits.actions.import_applying import fail_import
from denghuo.benefits.actions.imports import ask_again
from denghuo.benefits.models import FactImport
from denghuo.benefits.queries.imports import import_folder, imports_folder
from denghuo.platform.public import SYSTEM, job_view, record_audit

# Long enough for a season's objections; the table itself stays, decisions point to it.
FILES_KEPT = timedelta(days=180)
# An upload whose row was never written was given up by then.
_STRAY_KEPT = timedelta(days=1)
_ENDED_JOBS = frozenset({"dead", "given_up", "done"})
_State = FactImport.State
GIVEN_UP = "试了几次都没有办成，已经转给运维人员看。文件还在，可以再试一次。"


def fail_lost_imports() -> int:
    """Say "not done" of imports whose job has given up; returns how many.

    A worker that is killed at every attempt never reaches a line of ours that could say so. One
    whose job was never kept (restored from a backup) gets one again.
    """
    lost = 0
    moving = (_State.RECEIVED, _State.CHECKING, _State.APPLYING, _State.TAKING_BACK)
    for row in FactImport.objects.filter(state__in=moving):
        if job_view(ask_again(row)).state in _ENDED_JOBS:
            row.refresh_from_db()
            if row.state in moving:
                fail_import(row.pk, GIVEN_UP)
                lost += 1
    return lost


def forget_old_files(*, now: datetime) -> int:
    """Remove the originals and lists of imports that ended long ago, and strays; how many.

    Files first and the mark after them: killed in between, the next time finds no file and only
    marks.
    """
    ended = (_State.APPLIED, _State.TAKEN_BACK, _State.FAILED, _State.MAPPING, _State.CHECKED)
    old = FactImport.objects.filter(
        Q(applied_at__lt=now - FILES_KEPT)
        | Q(applied_at__isnull=True, created_at__lt=now - FILES_KEPT),
        state__in=ended,
        files_removed_at__isnull=True,
    )
    ids = list(old.values_list("id", flat=True))
    for import_id in ids:
        shutil.rmtree(import_folder(import_id), ignore_errors=True)
    for stray in _strays(before=now - _STRAY_KEPT):
        shutil.rmtree(stray, ignore_errors=True)
    if ids:
        with transaction.atomic():
            rows = FactImport.objects.filter(id__in=ids)
            rows.update(files_removed_at=now)
            # What was never confirmed by now never will be: its file is gone.
            rows.filter(state__in=(_State.MAPPING, _State.CHECKED)).update(state=_State.DROPPED)
            record_audit(
                actor=SYSTEM,
                action="benefits.forget_old_files",
                detail={"imports": len(ids)},
                at=now,
            )
    return len(ids)


def _strays(*, before: datetime) -> Iterator[Path]:
    if not imports_folder().is_dir():
        return
    known = {str(pk) for pk in FactImport.objects.values_list("id", flat=True)}
    for path in imports_folder().iterdir():
        changed = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
        if path.name not in known and changed < before:
            yield path
