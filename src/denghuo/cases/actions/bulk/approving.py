"""Signing a season: a person's signature on every case of a list, by the rules of a single one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from denghuo.cases.access import CaseNotFoundError
from denghuo.cases.actions.bulk.opening import CHUNK
from denghuo.cases.actions.bulk.steps import locked, write_steps
from denghuo.cases.logic.appeals import last_day
from denghuo.cases.logic.signing import needs_third
from denghuo.cases.logic.snapshots import decision_digest
from denghuo.cases.logic.states import HAND_ROLES, Move, State
from denghuo.cases.models import Decision, Recusal
from denghuo.cases.queries.cases import scoped
from denghuo.cases.queries.items import service_item
from denghuo.kernel.clock import day_of
from denghuo.people.public import list_firms_for, merged_persons
from denghuo.platform.public import (
    SYSTEM,
    Actor,
    RowWriter,
    fresh_ids,
    publish,
    record_audit,
    update_rows,
)
from denghuo.policy.public import open_disputes

DECIDED = "cases.decided_in_bulk"
_DISPUTES_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class Signed:
    """What one chunk came to: rows approved, rows that wait for a third signature, rows left to
    others (with why), and the last row looked at. ``done``: nothing is left after it."""

    approved: int
    waiting: int
    left: tuple[tuple[int, str], ...]
    last_row: int
    done: bool


@dataclass(frozen=True, slots=True)
class _Row:
    id: UUID
    row: int
    version: int
    subject_id: UUID
    fen: int
    checked_by: UUID | None
    snapshot_id: UUID
    digest: str


def approve_in_bulk(
    *,
    actor: Actor,
    key: str,
    after_row: int = -1,
    limit: int = CHUNK,
    now: datetime,
) -> Signed:
    """Sign the next proposals of a season, in row order, in one transaction with one audit row.

    The signer is a reviewer or supervisor of the area who did not make the proposals; a subject
    they are related to, and one with an open dispute, are left to be decided singly. Above the
    item's sum the first signature waits for a supervisor's. What was signed before is not seen
    again, so the same call again goes on, and a call after the last changes nothing.

    The facts were frozen by the sweep that proposed; unlike a single decision this does not ask
    the rule again (decision 0058): ``left`` names what has changed since by a dispute.
    """
    if actor.kind != "staff" or actor.staff_id is None:
        raise CaseNotFoundError
    if actor.roles.isdisjoint(HAND_ROLES["reviewer"] | HAND_ROLES["supervisor"]):
        raise CaseNotFoundError
    with transaction.atomic():
        return _sign(
            actor, actor.staff_id, key, after_row=after_row, limit=min(limit, CHUNK), now=now
        )


def _sign(
    actor: Actor, staff_id: UUID, key: str, *, after_row: int, limit: int, now: datetime
) -> Signed:
    found = _next(actor, key, after_row, limit)
    if not found:
        return Signed(0, 0, (), after_row, done=True)
    item = service_item(found[0][1])
    rows = [row for row, _ in found]
    avoided = _related(staff_id, now, item.who)
    disputed = _every_record({one.subject.id for one in open_disputes(limit=_DISPUTES_MAX)})
    supervisor = not actor.roles.isdisjoint(HAND_ROLES["supervisor"])
    final: list[_Row] = []
    first: list[_Row] = []
    left: list[tuple[int, str]] = []
    for row in rows:
        third = needs_third(row.fen, item.third_sign_over_fen)
        if row.subject_id in avoided:
            left.append((row.row, "回避"))
        elif row.subject_id in disputed:
            left.append((row.row, "信息有异议"))
        elif third and row.checked_by == staff_id:
            left.append((row.row, "等另一位签字"))
        elif third and row.checked_by is not None and not supervisor:
            left.append((row.row, "等科室负责人签字"))
        elif third and row.checked_by is None:
            first.append(row)
        else:
            final.append(row)
    _approve(actor, staff_id, final, now)
    _check(actor, staff_id, first, now)
    last = rows[-1].row
    _record(actor, key, rows, final=len(final), first=len(first), now=now)
    return Signed(len(final), len(first), tuple(left), last, done=len(rows) < limit)


def _next(actor: Actor, key: str, after_row: int, limit: int) -> list[tuple[_Row, str]]:
    """The next proposals, locked in row order: two signers meet one behind the other."""
    query = locked(
        scoped(actor)
        .filter(
            bulk_key=key,
            bulk_row__gt=after_row,
            state=State.PROPOSED,
            # What was sent back and proposed anew by a person is decided singly, by another.
            proposed_by=SYSTEM.label,
            proposed_result="approved",
        )
        .order_by("bulk_row")
    )
    return [
        (_Row(pk, row, version, subject, fen or 0, checked, snapshot, digest), item)
        for pk, row, version, subject, fen, checked, snapshot, digest, item in query.values_list(
            "pk",
            "bulk_row",
            "version",
            "subject_id",
            "proposed_fen",
            "checked_by",
            "snapshot_id",
            "snapshot__digest",
            "item",
        )[:limit]
        if row is not None and snapshot is not None
    ]


def _related(staff_id: UUID, now: datetime, who: str) -> frozenset[UUID]:
    """Subjects the signer keeps away from; for firms also those in which a related person holds
    an office."""
    declared = Recusal.objects.filter(staff_id=staff_id, ended_at__isnull=True)
    found = set(declared.filter(subject_kind=who).values_list("subject_id", flat=True))
    if who == "person":
        return frozenset(_every_record(found))
    persons = set(declared.filter(subject_kind="person").values_list("subject_id", flat=True))
    for person in _every_record(persons):
        found |= {one.firm.ref.id for one in list_firms_for(person, on=day_of(now))}
    return frozenset(found)


def _every_record(subjects: set[UUID]) -> set[UUID]:
    """These, and every record merged with one of them: a case stays under the one it was opened
    with."""
    same = merged_persons(subjects)
    survivors = {same.get(one, one) for one in subjects}
    return subjects | survivors | {one for one, to in same.items() if to in survivors}


_DECISION_COLUMNS = (
    "id", "case_id", "amount_fen", "snapshot_id", "signed_by", "second_by", "digest",
)  # fmt: skip


def _approve(actor: Actor, staff_id: UUID, rows: Sequence[_Row], now: datetime) -> None:
    """Decision, step and new state of each: three statements for all of them."""
    if not rows:
        return
    ids = fresh_ids(len(rows), now)
    writer = RowWriter(
        Decision,
        {
            "created_at": now,
            "round": 1,
            "kind": "first",
            "result": "approved",
            "proposed_by": SYSTEM.label,
            "signed_at": now,
            "appeal_until": last_day(day_of(now)),
        },
        _DECISION_COLUMNS,
    )
    writer.write(ids, *zip(*_decisions(rows, staff_id, now), strict=True))
    write_steps(
        actor,
        Move.APPROVE,
        (State.PROPOSED, State.APPROVED),
        [(row.id, row.version) for row in rows],
        now,
    )
    update_rows(
        "cases_case",
        "state = 'approved', version = version + 1, decision_id = %s, amount_fen = %s, "
        "decided_at = %s, decided_due_on = due_on",
        ids,
        [row.fen for row in rows],
        [_moment(now)] * len(rows),
        [row.id for row in rows],
    )


def _decisions(rows: Sequence[_Row], staff_id: UUID, now: datetime) -> Iterable[tuple[object, ...]]:
    for row in rows:
        signed, second = (row.checked_by, staff_id) if row.checked_by else (staff_id, None)
        digest = decision_digest(
            snapshot=row.digest,
            result="approved",
            amount_fen=row.fen,
            signers=[SYSTEM.label, str(signed), str(second or "")],
            signed_at=now,
        )
        yield row.id, row.fen, row.snapshot_id, signed, second, digest


def _check(actor: Actor, staff_id: UUID, rows: Sequence[_Row], now: datetime) -> None:
    """The first of two signatures."""
    if not rows:
        return
    write_steps(
        actor,
        Move.SIGN,
        (State.PROPOSED, State.PROPOSED),
        [(row.id, row.version) for row in rows],
        now,
    )
    update_rows(
        "cases_case",
        "version = version + 1, checked_by = %s",
        [staff_id] * len(rows),
        [row.id for row in rows],
    )


def _record(
    actor: Actor, key: str, rows: Sequence[_Row], *, final: int, first: int, now: datetime
) -> None:
    low, high = rows[0].row, rows[-1].row
    if final:
        # Telling a thousand firms takes longer than signing for them: a job does it.
        name = f"{DECIDED}:{key}:{low}:{actor.staff_id}"
        publish(DECIDED, {"key": key, "first": low, "last": high}, key=name)
    record_audit(
        actor=actor,
        action="cases.approve_in_bulk",
        entity=f"cases.season:{key}",
        detail={"first": low, "last": high, "approved": final, "checked": first},
        at=now,
    )


def _moment(now: datetime) -> object:
    return connection.ops.adapt_datetimefield_value(now)
