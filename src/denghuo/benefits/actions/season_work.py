"""A season's long steps, done by a job, chunk after chunk.

Each chunk is one transaction that does its rows and moves the cursor. Killed anywhere and begun
again, a step goes on behind the last chunk that was kept; what the cases room and the ledger are
asked twice they answer as they did the first time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from denghuo.benefits.actions.season_holds import balances, place_holds, release_holds
from denghuo.benefits.actions.season_opening import open_next
from denghuo.benefits.actions.season_sweeping import propose_next, sweep_season
from denghuo.benefits.actions.seasons import ask_for_work, enter
from denghuo.benefits.logic.season_states import (
    WAITS_FOR_SECOND,
    SeasonMove,
    SeasonState,
    next_season_state,
)
from denghuo.benefits.models import Season
from denghuo.benefits.queries.season_figures import season_key
from denghuo.cases.public import (
    BULK_MAX,
    approve_in_bulk,
    make_payable_in_bulk,
    publish_in_bulk,
)
from denghuo.kernel.region import Region
from denghuo.platform.public import SYSTEM, Actor, record_audit

Progress = Callable[[int, int], None]
Clock = Callable[[], datetime]
_SYSTEM = frozenset({"system"})


def work_season(
    season_id: UUID, *, attempt: int, progress: Progress, clock: Clock, chunk: int = BULK_MAX
) -> None:
    """Do the step that ``attempt`` names, from where it stands to its end.

    A late or second worker finds the step done, or the cursor moved, and does nothing twice.
    """
    row = Season.objects.get(pk=season_id)
    if row.attempt != attempt:
        return
    match row.state:
        case SeasonState.SWEEPING:
            sweep_season(season_id, attempt=attempt, progress=progress, clock=clock)
            _repeat(season_id, attempt, propose_next, chunk=chunk, progress=progress, clock=clock)
        case SeasonState.OPENING:
            _repeat(season_id, attempt, open_next, chunk=chunk, progress=progress, clock=clock)
        case SeasonState.SIGNING:
            _repeat(season_id, attempt, _sign_next, chunk=chunk, progress=progress, clock=clock)
        case SeasonState.ANNOUNCING:
            _repeat(season_id, attempt, _show_next, chunk=chunk, progress=progress, clock=clock)
        case SeasonState.PAYING:
            _repeat(season_id, attempt, _order_next, chunk=chunk, progress=progress, clock=clock)


Step = Callable[[Season, int, datetime], SeasonMove | None]


def _repeat(
    season_id: UUID, attempt: int, step: Step, *, chunk: int, progress: Progress, clock: Clock
) -> None:
    """Chunks until the step says what comes after it."""
    while True:
        with transaction.atomic():
            row = Season.objects.select_for_update().get(pk=season_id)
            if row.attempt != attempt or SeasonState(row.state) not in _WORKS:
                return  # Race: somebody stopped it, or another worker finished it.
            now = clock()
            after = step(row, chunk, now)
            if after is not None:
                enter(row, next_season_state(SeasonState(row.state), after, _SYSTEM), now)
                record_audit(
                    actor=SYSTEM,
                    action=f"benefits.season_{after}",
                    entity=f"benefits.Season:{row.pk}",
                    detail={"rows": row.rows_done, "state": row.state},
                    at=now,
                )
            row.save()
            done, total = row.rows_done, row.rows_total
        if after is not None:
            return
        progress(done, total or done)


_WORKS = frozenset(
    {
        SeasonState.SWEEPING,
        SeasonState.OPENING,
        SeasonState.SIGNING,
        SeasonState.ANNOUNCING,
        SeasonState.PAYING,
    }
)


def _sign_next(row: Season, chunk: int, now: datetime) -> SeasonMove | None:
    """The signer's name under the next cases. What they may not sign is left and counted."""
    if row.cursor == -1:
        row.counts = {**row.counts, "approved": row.counts.get("approved", 0), "left": {}}
    signed = approve_in_bulk(
        actor=_signer(row),
        key=season_key(row.pk),
        after_row=row.cursor,
        limit=chunk,
        now=now,
    )
    left = dict(row.counts.get("left", {}))
    for _, why in signed.left:
        left[why] = left.get(why, 0) + 1
    if signed.waiting:
        left[WAITS_FOR_SECOND] = left.get(WAITS_FOR_SECOND, 0) + signed.waiting
    approved = int(row.counts.get("approved", 0)) + signed.approved
    row.counts = {**row.counts, "approved": approved, "left": left}
    row.cursor = max(row.cursor, signed.last_row)
    row.rows_done += signed.approved + signed.waiting + len(signed.left)
    return SeasonMove.SIGNED if signed.done else None


def _signer(row: Season) -> Actor:
    """The person who signed, as they were when they did."""
    told = row.signer
    return Actor(
        kind="staff",
        staff_id=UUID(told["staff"]),
        name=told["name"],
        roles=frozenset(told["roles"]),
        area=Region.read(told["area"]),
    )


def _show_next(row: Season, chunk: int, now: datetime) -> SeasonMove | None:
    moved = publish_in_bulk(
        actor=SYSTEM,
        key=season_key(row.pk),
        title=f"{row.title}名单公示",
        from_on=row.notice_from,
        after_row=row.cursor,
        limit=chunk,
        now=now,
    )
    row.rows_done += moved.moved
    row.cursor = moved.last_row
    return SeasonMove.ANNOUNCED if moved.done else None


def _order_next(row: Season, chunk: int, now: datetime) -> SeasonMove | None:
    """Order the next payments. What was set aside for them is given free, spent and the rest set
    aside again in this one transaction, so that nobody else can spend it in between."""
    freed = release_holds(row, now)
    before = balances(freed)
    moved = make_payable_in_bulk(
        actor=SYSTEM, key=season_key(row.pk), after_row=row.cursor, limit=chunk, now=now
    )
    after = balances(freed)
    row.cursor = moved.last_row
    row.rows_done += moved.moved
    row.counts = {**row.counts, "ordered": int(row.counts.get("ordered", 0)) + moved.ordered}
    if moved.done:
        # What was not ordered waits for an account or for a person; its order will be asked alone.
        return SeasonMove.ORDERED
    rest = {fund: fen - (before[fund] - after[fund]) for fund, fen in freed.items()}
    place_holds(row, {fund: max(0, fen) for fund, fen in rest.items()}, now)
    return None


def note_failure(season_id: UUID, why: str) -> None:
    """Say on the season's page why its step does not go on."""
    Season.objects.filter(pk=season_id).update(failure=why[:300])


def ask_lost_seasons() -> int:
    """Ask for the job of every season in a working state; one that is there stays one."""
    rows = Season.objects.filter(state__in=_WORKS, failure="")
    for row in rows:
        with transaction.atomic():
            ask_for_work(row)
    return len(rows)
