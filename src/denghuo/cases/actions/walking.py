"""Daily jobs over many cases: each in its own transaction, and none waits behind another.

A job that takes the first so many every day never comes to the others when those cannot move
(an empty fund, an objection nobody answers). So it remembers where it stopped, goes on behind
it the next day and begins again at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from denghuo.cases.models import Case, JobMark
from denghuo.kernel.refusal import RefusalError


def walk(
    job: str,
    rows: QuerySet[Case],
    act: Callable[[UUID], bool],
    *,
    refused: Callable[[UUID, RefusalError], None] | None = None,
    limit: int,
    now: datetime,
) -> int:
    """Act on up to ``limit`` of the rows behind the place where the last run stopped, and from
    the first again where fewer are left. Returns how many moved.

    Two runs at once, or one broken off, meet the same rows twice; ``act`` finds out by itself.
    """
    mark = JobMark.objects.filter(pk=job).values_list("after", flat=True).first()
    queue = rows.order_by("pk").values_list("pk", flat=True)
    found = list(queue.filter(pk__gt=mark)[:limit]) if mark else list(queue[:limit])
    if mark and len(found) < limit:
        found += list(queue.filter(pk__lte=mark)[: limit - len(found)])
    moved = 0
    for one in found:
        try:
            moved += act(one)
        except RefusalError as refusal:
            if refused is not None:
                refused(one, refusal)
    last = found[-1] if len(found) == limit else None
    JobMark.objects.update_or_create(pk=job, defaults={"after": last, "changed_at": now})
    return moved
