"""The work of taking a confirmed delivery in, in steps that survive a kill.

Rows go in some hundreds at a time: the adverts, their posts, what is asked about them and how far
the delivery is are one transaction. A worker killed anywhere leaves whole steps, and the next one
goes on behind the last; nothing is taken twice, because each row is known by its key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from denghuo.employment.actions.collecting import take_rows, withdraw_adverts
from denghuo.employment.actions.delivery_reading import Told, keep_remarks, told_rows
from denghuo.employment.actions.followers import tell_followers
from denghuo.employment.models import Advert, PostDelivery, Source
from denghuo.employment.queries.deliveries import delivery_view
from denghuo.employment.queries.reading import ReadingDesk, reading_desk
from denghuo.kernel.clock import day_of
from denghuo.kernel.subject import SubjectRef
from denghuo.platform.public import SYSTEM, Actor, record_audit, take_audit_turn

CHUNK_ROWS = 200
Progress = Callable[[int, int], None]
_State = PostDelivery.State


def actor_of(label: str) -> Actor:
    """Who confirmed, as the actor of what the job does in their name."""
    kind, _, identifier = label.partition(":")
    if kind == "resident":
        return Actor(kind="resident", person=SubjectRef("person", UUID(identifier)))
    return Actor(kind="staff", staff_id=UUID(identifier)) if kind == "staff" else SYSTEM


def apply_delivery(delivery_id: UUID, *, progress: Progress, clock: Callable[[], datetime]) -> None:
    """Do what was confirmed; run again after a kill it goes on where the last step ended."""
    row = PostDelivery.objects.select_related("source").get(pk=delivery_id)
    if row.state != _State.APPLYING:
        return
    view, desk = delivery_view(row), reading_desk(day_of(clock()))
    told = (one for one in told_rows(view, today=day_of(clock())) if one[0] > view.cursor)
    cursor = view.cursor
    for chunk in _chunks(told):
        if not _take(delivery_id, chunk, cursor, desk=desk, now=clock()):
            return
        cursor = chunk[-1][0]
        progress(cursor, max(cursor, view.rows_total or 0))
    if view.whole:
        while _withdraw_missing(delivery_id, desk=desk, now=clock()):
            progress(cursor, max(cursor, view.rows_total or 0))
    _finish(delivery_id, now=clock())


def _chunks(told: Iterator[Told]) -> Iterator[list[Told]]:
    while chunk := list(islice(told, CHUNK_ROWS)):
        yield chunk


def _take(
    delivery_id: UUID, chunk: Sequence[Told], cursor: int, *, desk: ReadingDesk, now: datetime
) -> bool:
    """One step; False when another worker is ahead.

    Race: a worker thought dead still breathes. Both take their turn, and whoever finds the cursor
    moved leaves the rest to the other.
    """
    with transaction.atomic():
        take_audit_turn()
        row = PostDelivery.objects.select_for_update().get(pk=delivery_id)
        if (row.state, row.cursor) != (_State.APPLYING, cursor):
            return False
        good = [(line, feed_row) for line, feed_row, _ in chunk if feed_row is not None]
        taken = take_rows(
            source=row.source,
            rows=[one for _, one in good],
            desk=desk,
            delivery=row,
            now=now,
        )
        lines = {one.key: line for line, one in good}
        # A firm has read what its own words bring before it confirmed.
        news = [
            (lines[key], one)
            for key, one in taken.remarks
            if row.source.kind != Source.Kind.FIRM or one.grade == "refused"
        ]
        keep_remarks(delivery_id, news)
        tell_followers(taken.changed)
        counts = Counter({f"taken_{name}": count for name, count in taken.counts.items()})
        row.counts = dict(Counter(row.counts) + counts)
        row.cursor = chunk[-1][0]
        row.save(update_fields=["counts", "cursor"])
        _audit(row, "employment.take_rows", now, until=row.cursor, changed=len(taken.changed))
    return True


def _withdraw_missing(delivery_id: UUID, *, desk: ReadingDesk, now: datetime) -> bool:
    """Some adverts of the source that its whole list no longer holds; False when none is left.

    What came by a newer delivery since this one was sent is not in it and stays all the same.
    """
    with transaction.atomic():
        take_audit_turn()
        row = PostDelivery.objects.select_for_update().get(pk=delivery_id)
        if row.state != _State.APPLYING:
            return False
        older = Q(delivery=None) | Q(delivery__created_at__lt=row.created_at)
        ids = list(
            Advert.objects.filter(older, source_id=row.source_id, withdrawn_on=None)
            .exclude(delivery=row)
            .order_by("pk")
            .values_list("pk", flat=True)[:CHUNK_ROWS]
        )
        if not ids:
            return False
        count, changed = withdraw_adverts(ids, desk=desk, now=now)
        tell_followers(changed)
        row.counts = dict(Counter(row.counts) + Counter({"taken_withdrawn": count}))
        row.save(update_fields=["counts"])
        _audit(row, "employment.withdraw_missing", now, adverts=count)
    return True


def _finish(delivery_id: UUID, *, now: datetime) -> None:
    with transaction.atomic():
        row = PostDelivery.objects.select_for_update().get(pk=delivery_id)
        if row.state != _State.APPLYING:
            return
        row.state, row.applied_at = _State.APPLIED, now
        row.save(update_fields=["state", "applied_at"])
        _audit(row, "employment.apply_delivery", now)


def _audit(row: PostDelivery, action: str, now: datetime, **detail: int) -> None:
    record_audit(
        actor=actor_of(row.confirmed_by),
        action=action,
        entity=f"employment.PostDelivery:{row.pk}",
        detail=detail,
        at=now,
    )
