"""Posts that a source's own program brings and takes back, a batch at a time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import transaction

from denghuo.employment.actions.collecting import take_rows, withdraw_adverts
from denghuo.employment.actions.delivery_refusals import SourcePausedError
from denghuo.employment.actions.followers import tell_followers
from denghuo.employment.logic.feeds import Column, FeedRow, RowTrouble
from denghuo.employment.logic.feeds.rows import read_row
from denghuo.employment.models import Advert, PostDelivery, Source
from denghuo.employment.queries.deliveries import own_firm, written_source
from denghuo.employment.queries.reading import ReadingDesk
from denghuo.kernel.clock import day_of
from denghuo.platform.public import Actor, record_audit, take_audit_turn

BATCH_MAX = 500
Outcome = Literal["new", "changed", "same", "back", "refused"]
Withdrawal = Literal["withdrawn", "again", "unknown"]


@dataclass(frozen=True, slots=True)
class FedPost:
    """What became of one post of a batch, in the batch's order. ``post_id`` where it is in one."""

    key: str
    outcome: Outcome
    post_id: int | None
    troubles: tuple[RowTrouble, ...]


def feed_posts(
    *,
    actor: Actor,
    source_id: UUID,
    posts: Sequence[Mapping[Column, str]],
    digest: str,
    desk: ReadingDesk,
    now: datetime,
) -> tuple[FedPost, ...]:
    """Take a batch in: each post alone, so that a wrong one keeps no other out.

    ``digest`` is the request's own, kept with the delivery. Race: two batches of one source at
    once follow one another by the audit's turn and the source's lock, and the second finds what
    the first wrote. Raises ``SourceNotFoundError``, ``SourcePausedError``.
    """
    with transaction.atomic():
        take_audit_turn()
        source = written_source(actor, source_id)
        if source.state == Source.State.PAUSED:
            raise SourcePausedError
        read = _read(posts, source, now=now)
        rows = [row for row, _ in read if row is not None]
        before = _standing(source, rows)
        delivery = _delivery(source, actor, digest=digest, rows=len(posts), now=now)
        taken = take_rows(source=source, rows=rows, desk=desk, delivery=delivery, now=now)
        said: defaultdict[str, list[RowTrouble]] = defaultdict(list)
        for key, trouble in taken.remarks:
            said[key].append(trouble)
        fed = tuple(
            _fed(told, row, (*troubles, *(said[row.key] if row else ())), before, taken.posts)
            for told, (row, troubles) in zip(posts, read, strict=True)
        )
        delivery.counts = dict(Counter(f"taken_{one.outcome}" for one in fed)) | {
            "rows": len(fed),
            "good": sum(one.outcome != "refused" for one in fed),
        }
        delivery.save(update_fields=["counts"])
        tell_followers(taken.changed)
        record_audit(
            actor=actor,
            action="employment.feed_posts",
            entity=f"employment.PostDelivery:{delivery.pk}",
            detail={"rows": len(fed), "changed": len(taken.changed)},
            at=now,
        )
    return fed


def withdraw_fed(
    *, actor: Actor, source_id: UUID, keys: Sequence[str], desk: ReadingDesk, now: datetime
) -> dict[str, Withdrawal]:
    """Take back what the source told under these keys; what became of each.

    A post that another source still tells stays, in that source's words. A paused source may take
    back: what is over should not stand. Raises ``SourceNotFoundError``.
    """
    with transaction.atomic():
        take_audit_turn()
        source = written_source(actor, source_id)
        adverts = {
            one.source_key: one
            for one in Advert.objects.filter(source=source, source_key__in=list(keys))
        }
        standing = [one.pk for one in adverts.values() if one.withdrawn_on is None]
        outcomes: dict[str, Withdrawal] = {}
        for key in keys:
            advert = adverts.get(key)
            known: Withdrawal = "again" if advert and advert.withdrawn_on else "withdrawn"
            outcomes[key] = known if advert else "unknown"
        if standing:
            count, changed = withdraw_adverts(standing, desk=desk, now=now)
            tell_followers(changed)
            record_audit(
                actor=actor,
                action="employment.withdraw_fed",
                entity=f"employment.Source:{source.pk}",
                detail={"adverts": count},
                at=now,
            )
    return outcomes


def _read(
    posts: Sequence[Mapping[Column, str]], source: Source, *, now: datetime
) -> list[tuple[FeedRow | None, tuple[RowTrouble, ...]]]:
    """Each post read; a key that comes twice counts the first time. A firm's own list is of its
    own posts."""
    firm = own_firm(source)
    seen: dict[str, int] = {}
    read: list[tuple[FeedRow | None, tuple[RowTrouble, ...]]] = []
    for place, cells in enumerate(posts, start=1):
        told = dict(cells)
        if firm is not None:
            code = told.get("employer_code", "").strip() or firm.uscc
            told |= {"employer": firm.name, "employer_code": code}
        row, troubles = read_row(told, today=day_of(now))
        if row is not None and firm is not None and row.employer_uscc != firm.uscc:
            row, troubles = None, (*troubles, RowTrouble("employer_code", "refused", "other_firm"))
        if row is not None and (first := seen.setdefault(row.key, place)) != place:
            again = RowTrouble("key", "refused", "key_again", (("line", str(first)),))
            row, troubles = None, (*troubles, again)
        read.append((row, troubles))
    return read


def _standing(source: Source, rows: Sequence[FeedRow]) -> dict[str, Outcome]:
    """What taking these rows comes to, for those that are known."""
    known = Advert.objects.filter(source=source, source_key__in=[one.key for one in rows])
    stands = {
        key: (digest, withdrawn)
        for key, digest, withdrawn in known.values_list("source_key", "digest", "withdrawn_on")
    }
    outcomes: dict[str, Outcome] = {}
    for row in rows:
        if row.key in stands:
            digest, withdrawn = stands[row.key]
            same: Outcome = "same" if withdrawn is None else "back"
            outcomes[row.key] = same if digest == row.digest else "changed"
    return outcomes


def _delivery(
    source: Source, actor: Actor, *, digest: str, rows: int, now: datetime
) -> PostDelivery:
    return PostDelivery.objects.create(
        source=source,
        channel=PostDelivery.Channel.API,
        digest=digest,
        kind="json",
        state=PostDelivery.State.APPLIED,
        rows_total=rows,
        cursor=rows,
        uploaded_by=actor.label,
        confirmed_by=actor.label,
        created_at=now,
        applied_at=now,
    )


def _fed(
    told: Mapping[Column, str],
    row: FeedRow | None,
    troubles: tuple[RowTrouble, ...],
    before: Mapping[str, Outcome],
    posts: Mapping[str, int],
) -> FedPost:
    if row is None or any(one.grade == "refused" for one in troubles):
        return FedPost(told.get("key", ""), "refused", None, troubles)
    return FedPost(row.key, before.get(row.key, "new"), posts.get(row.key), troubles)
