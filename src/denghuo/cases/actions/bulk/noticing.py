"""A season's public notice, office by office."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from denghuo.cases.actions.bulk.opening import CHUNK
from denghuo.cases.actions.bulk.steps import Moved, demand_officer, next_rows, write_steps
from denghuo.cases.actions.noticing import new_notice
from denghuo.cases.logic.states import Move, State
from denghuo.cases.models import PublicNotice
from denghuo.cases.queries.cases import scoped
from denghuo.cases.queries.items import service_item
from denghuo.kernel.clock import day_of
from denghuo.platform.public import Actor, record_audit, update_rows


def publish_in_bulk(
    *,
    actor: Actor,
    key: str,
    title: str,
    from_on: date | None = None,
    after_row: int = -1,
    limit: int = CHUNK,
    now: datetime,
) -> Moved:
    """Show the next approved cases of a season, one notice per office and day of beginning.

    Called again it goes on; a case is shown once, and for all its days: what is left over
    midnight, or approved later, stands in a notice that begins then. Raises ``NoNoticeError``,
    ``CaseNotFoundError``.
    """
    demand_officer(actor)
    start = max(from_on or day_of(now), day_of(now))
    with transaction.atomic():
        found = next_rows(
            scoped(actor).filter(bulk_key=key, state=State.APPROVED),
            *("pk", "version", "area", "item"),
            after_row=after_row,
            limit=min(limit, CHUNK),
        )
        if not found:
            return Moved(0, 0, 0, done=True, last_row=after_row)
        rows = [row for _, *row in found]
        last = max([after_row, *(place for place, *_ in found)])
        notices = {
            area: _notice(item, area, title, key=key, start=start, now=now)
            for area, item in {(area, item) for _, _, area, item in rows}
        }
        write_steps(
            actor,
            Move.PUBLISH,
            (State.APPROVED, State.PUBLIC_NOTICE),
            [(pk, version) for pk, version, _, _ in rows],
            now,
        )
        update_rows(
            "cases_case",
            "state = 'public_notice', version = version + 1, notice_id = %s",
            [notices[area].pk for _, _, area, _ in rows],
            [pk for pk, _, _, _ in rows],
        )
        record_audit(
            actor=actor,
            action="cases.publish_in_bulk",
            entity=f"cases.season:{key}",
            detail={"cases": len(rows), "notices": len(notices)},
            at=now,
        )
    return Moved(len(rows), 0, 0, done=len(rows) < min(limit, CHUNK), last_row=last)


def _notice(
    item: str, area: str, title: str, *, key: str, start: date, now: datetime
) -> PublicNotice:
    """The office's notice of this season and day, made once.

    Race: two officers of one office begin at once; the unique key gives both the same notice.
    """
    name = f"{key}:{area}:{start:%Y%m%d}"[:80]
    held = PublicNotice.objects.filter(bulk_key=name).first()
    if held is not None:
        return held
    try:
        with transaction.atomic():
            return new_notice(
                service_item(item), area, title, from_on=start, now=now, bulk_key=name
            )
    except IntegrityError:
        return PublicNotice.objects.get(bulk_key=name)
