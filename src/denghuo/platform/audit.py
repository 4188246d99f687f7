"""Write and read the audit chain.

Every write of the house calls ``record_audit`` inside its own transaction, so that the row
stands exactly when the write does. Details carry identifiers and names of fields, never the
personal data itself: an audit row can never be deleted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection, transaction
from django.utils import timezone

from denghuo.kernel.subject import SubjectRef
from denghuo.platform.access import Actor
from denghuo.platform.logic.audit_chain import (
    FIRST_PREVIOUS,
    FIRST_SEQ,
    Break,
    ChainRow,
    JsonValue,
    canonical_json,
    first_break,
    hash_of,
)
from denghuo.platform.logic.personal_data import looks_personal
from denghuo.platform.models.audit import AuditEntry

LOOK_UP = "look_up"
LOOK_UPS_PER_PAGE = 50
# Any constant will do, as long as nobody else takes the same advisory lock.
_CHAIN_LOCK = 0x64656E6768756F
_CHUNK = 5000
_LAST_LINK = "SELECT seq, hash FROM platform_auditentry ORDER BY seq DESC LIMIT 1"
_APPEND = (
    "INSERT INTO platform_auditentry (seq, at, actor, acting_for, mandate, action, subject, entity,"
    " detail, previous, hash) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


class AuditOutsideTransactionError(RuntimeError):
    """An audit row must stand or fall with the write it tells of."""


class PersonalDataInAuditError(ValueError):
    """A detail looks like an identity number, a phone or an address."""


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The last link of the chain."""

    seq: int
    hash: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One act on one thing: what was done, by whom, when."""

    seq: int
    at: datetime
    actor: str
    action: str


@dataclass(frozen=True, slots=True)
class LookUp:
    """One look at a subject's personal data: who, when, which fields, why."""

    seq: int
    at: datetime
    actor: str
    acting_for: str
    mandate: str
    what: tuple[str, ...]
    purpose: str


@dataclass(frozen=True, slots=True)
class LookUpPage:
    """One page of look-ups, newest first."""

    entries: tuple[LookUp, ...]
    page: int
    pages: int
    total: int


def record_audit(
    *,
    actor: Actor,
    action: str,
    subject: SubjectRef | None = None,
    entity: str = "",
    detail: Mapping[str, JsonValue] | None = None,
    at: datetime | None = None,
) -> int:
    """Append one row to the chain and return its number.

    ``action`` is ``room.verb`` (``people.give_mandate``); ``subject`` is whose record it was;
    ``entity`` is ``room.model:id``; ``detail`` holds identifiers, names of fields, counts.
    Raises ``AuditOutsideTransactionError`` outside a transaction and
    ``PersonalDataInAuditError`` when a detail looks personal.
    """
    if not connection.in_atomic_block:
        raise AuditOutsideTransactionError(action)
    told = dict(detail or {})
    if actor.key_id is not None:
        told["key"] = str(actor.key_id)  # a program's act is told from its owner's own
    text = canonical_json(told)
    if looks_personal(text) or looks_personal(entity):
        raise PersonalDataInAuditError(action)
    _wait_for_chain()
    last_seq, last_hash = _last_link()
    row = ChainRow(
        seq=last_seq + 1,
        at=at or timezone.now(),
        actor=actor.label,
        acting_for=str(actor.acting_for or ""),
        mandate=str(actor.mandate_id or ""),
        action=action,
        subject=str(subject or ""),
        entity=entity,
        detail=text,
        previous=last_hash,
    )
    _append(row)
    return row.seq


def record_look_up(
    *,
    actor: Actor,
    subject: SubjectRef,
    what: tuple[str, ...],
    purpose: str,
    at: datetime | None = None,
) -> int:
    """Say who looked at which fields of a subject's personal data, and why.

    Call it before showing them: when the row cannot be written, nothing is shown.
    """
    with transaction.atomic():
        return record_audit(
            actor=actor,
            action=LOOK_UP,
            subject=subject,
            detail={"what": list(what), "purpose": purpose},
            at=at,
        )


def look_ups_of(subject: SubjectRef, *, page: int = 1) -> LookUpPage:
    """Who looked at this subject's data, newest first."""
    rows = AuditEntry.objects.filter(subject=str(subject), action=LOOK_UP).order_by("-seq")
    total = rows.count()
    pages = max(1, -(-total // LOOK_UPS_PER_PAGE))
    page = min(max(1, page), pages)
    start = (page - 1) * LOOK_UPS_PER_PAGE
    entries = tuple(_look_up(row) for row in rows[start : start + LOOK_UPS_PER_PAGE])
    return LookUpPage(entries=entries, page=page, pages=pages, total=total)


def audit_of(entity: str, *, most: int = 50) -> tuple[AuditLine, ...]:
    """What was done to one thing (``room.Model:id``), the first act first."""
    rows = AuditEntry.objects.filter(entity=entity).order_by("seq")[:most]
    return tuple(AuditLine(row.seq, row.at, row.actor, row.action) for row in rows)


def chain_head() -> AuditHead:
    """The last link as this transaction sees it; ``seq`` 0 on an empty chain."""
    last = AuditEntry.objects.order_by("-seq").values_list("seq", "hash", "at").first()
    if last is None:
        return AuditHead(FIRST_SEQ - 1, FIRST_PREVIOUS, None)
    return AuditHead(*last)


def _last_link() -> tuple[int, str]:
    """Number and hash of the last row. By hand, for it is read with every write of the house."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST_LINK)
        found = cursor.fetchone()
    return found or (FIRST_SEQ - 1, FIRST_PREVIOUS)


def verify_chain(*, heads: Mapping[int, str]) -> Break | None:
    """Walk the whole chain, row by row, in constant memory."""
    return first_break(_rows(), heads=heads)


def take_audit_turn() -> None:
    """Wait for the chain now, when rows will be locked that others lock under an audit row.

    Every action ends by waiting for the chain. One that locks a shared row (a fund's balance)
    first and another that already has the chain and then wants that row would wait for each
    other for ever; with the chain taken first they queue. Raises
    ``AuditOutsideTransactionError`` outside a transaction.
    """
    if not connection.in_atomic_block:
        raise AuditOutsideTransactionError("take_audit_turn")
    _wait_for_chain()


def _wait_for_chain() -> None:
    """One writer of the chain at a time, until its transaction ends.

    Race: two transactions that both read row n as the last would both write n + 1. On the
    embedded engine ``BEGIN IMMEDIATE`` has already made us the only writer. On PostgreSQL an
    advisory lock is taken before the last row is read: under READ COMMITTED the next
    statement then sees what the previous holder committed.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CHAIN_LOCK])


def _append(row: ChainRow) -> None:
    values = (
        *(row.seq, connection.ops.adapt_datetimefield_value(row.at), row.actor, row.acting_for),
        *(row.mandate, row.action, row.subject, row.entity, row.detail, row.previous),
        hash_of(row),
    )
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, values)


def _rows() -> Iterator[tuple[ChainRow, str]]:
    for entry in AuditEntry.objects.order_by("seq").iterator(chunk_size=_CHUNK):
        yield (
            ChainRow(
                seq=entry.seq,
                at=entry.at,
                actor=entry.actor,
                acting_for=entry.acting_for,
                mandate=entry.mandate,
                action=entry.action,
                subject=entry.subject,
                entity=entry.entity,
                detail=entry.detail,
                previous=entry.previous,
            ),
            entry.hash,
        )


def _look_up(entry: AuditEntry) -> LookUp:
    detail = json.loads(entry.detail)
    return LookUp(
        seq=entry.seq,
        at=entry.at.astimezone(UTC),
        actor=entry.actor,
        acting_for=entry.acting_for,
        mandate=entry.mandate,
        what=tuple(detail.get("what", ())),
        purpose=str(detail.get("purpose", "")),
    )
