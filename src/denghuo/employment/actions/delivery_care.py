"""Looking after deliveries: lost ones say so, files kept long enough go."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta

from django.db import transaction

from denghuo.employment.actions.deliveries import ask_again, fail_delivery
from denghuo.employment.models import PostDelivery
from denghuo.employment.queries.deliveries import deliveries_folder, delivery_folder
from denghuo.platform.public import SYSTEM, job_view, record_audit

FILES_KEPT = timedelta(days=90)
# An upload whose row was never written was given up by then.
_STRAY_KEPT = timedelta(days=1)
_ENDED_JOBS = frozenset({"dead", "given_up", "done"})
_State = PostDelivery.State
_MOVING = (_State.RECEIVED, _State.CHECKING, _State.APPLYING)
GIVEN_UP = "试了几次都没有办成，已经转给运维人员看。文件还在，可以再试一次。"


def fail_lost_deliveries() -> int:
    """Say "not done" of deliveries whose job has given up; how many."""
    lost = 0
    for row in PostDelivery.objects.filter(state__in=_MOVING):
        if job_view(ask_again(row)).state in _ENDED_JOBS:
            row.refresh_from_db()
            if row.state in _MOVING:
                fail_delivery(row.pk, GIVEN_UP)
                lost += 1
    return lost


def forget_old_files(*, now: datetime) -> int:
    """Remove files of deliveries that ended long ago, and strays; how many deliveries.

    Files first and the mark after them: killed in between, the next time finds none and marks.
    """
    rows = PostDelivery.objects.filter(
        created_at__lt=now - FILES_KEPT, files_removed_at=None, channel=PostDelivery.Channel.FILE
    ).exclude(state__in=_MOVING)
    ids = list(rows.values_list("pk", flat=True))
    for delivery_id in ids:
        shutil.rmtree(delivery_folder(delivery_id), ignore_errors=True)
    _remove_strays(before=now - _STRAY_KEPT)
    if ids:
        with transaction.atomic():
            old = PostDelivery.objects.filter(pk__in=ids)
            # What was never confirmed by now never will be: its file is gone.
            old.filter(state__in=(_State.MAPPING, _State.CHECKED)).update(state=_State.DROPPED)
            old.update(files_removed_at=now)
            record_audit(
                actor=SYSTEM,
                action="employment.forget_old_files",
                detail={"deliveries": len(ids)},
                at=now,
            )
    return len(ids)


def _remove_strays(*, before: datetime) -> None:
    if not deliveries_folder().is_dir():
        return
    known = {str(pk) for pk in PostDelivery.objects.values_list("pk", flat=True)}
    for path in deliveries_folder().iterdir():
        changed = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
        if path.name not in known and changed < before:
            shutil.rmtree(path, ignore_errors=True)
