"""Opening a season's cases: what the sweep found becomes proposals of the house's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from denghuo.cases.actions.numbering import next_numbers
from denghuo.cases.actions.turns import name_of
from denghuo.cases.logic.items import ServiceItem
from denghuo.cases.logic.routing import office_for
from denghuo.cases.logic.snapshots import Evidence, WrittenEvidence
from denghuo.cases.logic.states import Move, State
from denghuo.cases.models import Case, Snapshot, Step
from denghuo.cases.queries.evidence import names_read
from denghuo.cases.queries.items import service_item
from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import merged_persons, staffed_areas
from denghuo.platform.public import (
    SYSTEM,
    Actor,
    RowWriter,
    fresh_ids,
    publish,
    record_audit,
    record_look_up,
    update_rows,
)

CHUNK = 2_000
_ATTEMPTS = 5
OPENED = "cases.opened_in_bulk"


class BulkTooLargeError(RefusalError):
    """One transaction holds so many and no more."""

    code = "cases.bulk_too_large"
    template = "一批最多 {most} 件。"


class BulkRowError(RefusalError):
    """A row that no case can be made of."""

    code = "cases.bulk_row"
    template = "第 {row} 行不能立案：{why}。"


@dataclass(frozen=True, slots=True)
class NewCase:
    """One subject a sweep found entitled. ``row`` is its place in the season, the same for ever."""

    row: int
    subject: SubjectRef
    home: Region | None
    evidence: Evidence | WrittenEvidence
    period: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """What became of a chunk: new cases by row, rows opened before, rows whose place is taken
    (with the number of the case that holds it)."""

    cases: Mapping[int, UUID] = field(default_factory=dict)
    repeated: Mapping[int, UUID] = field(default_factory=dict)
    taken: Mapping[int, str] = field(default_factory=dict)


def open_cases_in_bulk(
    *, actor: Actor, item: str, key: str, rows: Sequence[NewCase], now: datetime
) -> Opened:
    """Open up to 2,000 cases as proposals, in one transaction with one audit row.

    ``key`` names the season; the same key and row again finds the case that is there. Numbers
    have no gap. The proposal is the house's and nobody's decision: a person signs
    (``approve_in_bulk``). Raises ``BulkTooLargeError``, ``BulkRowError``.

    Race: a subject applies, or another season opens one, at the same instant. The unique
    constraint undoes the chunk, and the next attempt finds the place taken.
    """
    if len(rows) > CHUNK:
        raise BulkTooLargeError(most=CHUNK)
    found = service_item(item)
    _demand_sound(found, rows)
    for attempt in range(_ATTEMPTS):
        try:
            with transaction.atomic():
                return _open(actor, found, key, rows, now)
        except IntegrityError:
            if attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable: the last attempt returns or raises")


def _demand_sound(item: ServiceItem, rows: Sequence[NewCase]) -> None:
    seen: set[int] = set()
    for one in rows:
        if one.subject.kind != item.who:
            raise BulkRowError(row=one.row, why="这项业务不是给这类对象办的")
        if one.evidence.verdict != "entitled" or one.evidence.amount_fen is None:
            raise BulkRowError(row=one.row, why="规则没有说符合，或没有算出金额")
        if one.row in seen:
            raise BulkRowError(row=one.row, why="行号重复")
        seen.add(one.row)


def _open(
    actor: Actor, item: ServiceItem, key: str, rows: Sequence[NewCase], now: datetime
) -> Opened:
    wanted = [one.row for one in rows]
    repeated = dict(
        Case.objects.filter(bulk_key=key, bulk_row__in=wanted).values_list("bulk_row", "pk")
    )
    left = [one for one in rows if one.row not in repeated]
    same = merged_persons([one.subject.id for one in left]) if item.who == "person" else {}
    taken = _taken(item, left, same)
    fresh, doubled = _one_per_place([one for one in left if one.row not in taken], same)
    cases: dict[int, UUID] = {}
    if fresh:
        numbers = next_numbers(item, day_of(now).year, len(fresh))
        cases = _write(item, key, fresh, numbers, now)
        taken |= {row: numbers[at] for row, at in doubled.items()}
        _record(actor, item, key, fresh, now)
    known = {row: pk for row, pk in repeated.items() if row is not None}
    return Opened(cases=cases, repeated=known, taken=taken)


def _taken(item: ServiceItem, rows: Sequence[NewCase], same: Mapping[UUID, UUID]) -> dict[int, str]:
    """Rows whose subject and period a case holds already, with its number. ``same`` leads every
    id of a merged person to the one that survived: the case may stand under another."""
    held = {
        (same.get(subject, subject), period): number
        for subject, period, number in Case.objects.filter(
            subject_id__in={*(one.subject.id for one in rows), *same},
            subject_kind=item.who,
            item=item.code,
            holds_place=True,
        ).values_list("subject_id", "period", "number")
    }
    return {one.row: held[place] for one in rows if (place := _place(one, same)) in held}


def _place(one: NewCase, same: Mapping[UUID, UUID]) -> tuple[UUID, str]:
    return same.get(one.subject.id, one.subject.id), one.period


def _one_per_place(
    rows: Sequence[NewCase], same: Mapping[UUID, UUID]
) -> tuple[list[NewCase], dict[int, int]]:
    """The first row of each subject and period; the others, by the place of the first."""
    first: dict[tuple[UUID, str], int] = {}
    fresh: list[NewCase] = []
    doubled: dict[int, int] = {}
    for one in rows:
        place = _place(one, same)
        if place in first:
            doubled[one.row] = first[place]
            continue
        first[place] = len(fresh)
        fresh.append(one)
    return fresh, doubled


_CASE_COLUMNS = (
    "id", "number", "subject_id", "period", "area", "home", "proposed_fen", "bulk_row",
    "asked_on",
)  # fmt: skip
_SNAPSHOT_COLUMNS = (
    "id", "case_id", "as_of", "policy", "policy_digest", "rule_version", "amount_fen", "facts",
    "answer", "digest",
)  # fmt: skip


def _write(
    item: ServiceItem, key: str, rows: Sequence[NewCase], numbers: Sequence[str], now: datetime
) -> dict[int, UUID]:
    ids = list(zip(fresh_ids(len(rows), now), fresh_ids(len(rows), now), strict=True))
    areas = _areas(item, rows)
    cases = RowWriter(
        Case,
        {
            "created_at": now,
            "item": item.code,
            "subject_kind": item.who,
            "channel": "system",
            "state": State.PROPOSED,
            "version": 1,
            "opened_by": SYSTEM.label,
            "submitted_at": now,
            "proposed_by": SYSTEM.label,
            "proposed_result": "approved",
            "bulk_key": key,
        },
        _CASE_COLUMNS,
    )
    cases.write(
        [case for case, _ in ids],
        numbers,
        [one.subject.id for one in rows],
        [one.period for one in rows],
        [areas[one.home] for one in rows],
        [one.home.code if one.home else "" for one in rows],
        [one.evidence.amount_fen for one in rows],
        [one.row for one in rows],
        [one.evidence.as_of for one in rows],
    )
    _write_snapshots(rows, ids, now)
    # Case and snapshot name each other. Written in one go, SQLite would search every table that
    # points at a snapshot, once per row, for what the pending reference might resolve.
    held = [case for case, _ in ids]
    update_rows("cases_case", "snapshot_id = %s", [snapshot for _, snapshot in ids], held)
    steps = RowWriter(
        Step,
        {
            "seq": 1,
            "kind": Move.SWEEP,
            "by": SYSTEM.label,
            "by_name": name_of(SYSTEM),
            "at": now,
            "from_state": State.DRAFT,
            "to_state": State.PROPOSED,
        },
        ("case_id",),
    )
    steps.write(held)
    return {one.row: case_id for one, (case_id, _) in zip(rows, ids, strict=True)}


def _write_snapshots(
    rows: Sequence[NewCase], ids: Sequence[tuple[UUID, UUID]], now: datetime
) -> None:
    writer = RowWriter(
        Snapshot, {"created_at": now, "at": now, "verdict": "entitled"}, _SNAPSHOT_COLUMNS
    )
    evidence = [one.evidence for one in rows]
    texts = [one.texts for one in evidence]
    writer.write(
        [snapshot for _, snapshot in ids],
        [case for case, _ in ids],
        [one.as_of for one in evidence],
        [one.policy for one in evidence],
        [one.policy_digest for one in evidence],
        [one.rule_version for one in evidence],
        [one.amount_fen for one in evidence],
        *zip(*texts, strict=True),
    )


def _areas(item: ServiceItem, rows: Sequence[NewCase]) -> dict[Region | None, str]:
    """The office of each home, reckoned once per division."""
    staffed = staffed_areas("officer")
    homes = {one.home for one in rows}
    return {home: office_for(home, item.level, staffed=staffed).area.code for home in homes}


def _record(
    actor: Actor, item: ServiceItem, key: str, rows: Sequence[NewCase], now: datetime
) -> None:
    """One audit row for the chunk. A natural person can read each look at their own data, so
    each has a row of their own; a firm's registered facts are no personal information."""
    if item.who == "person":
        for one in rows:
            record_look_up(
                actor=actor,
                subject=one.subject,
                what=names_read(item),
                purpose=f"{item.purpose}（{item.names}，{item.legal_basis.text}）",
                at=now,
            )
    first, last = rows[0].row, rows[-1].row
    publish(OPENED, {"key": key, "first": first, "last": last}, key=f"{OPENED}:{key}:{first}")
    record_audit(
        actor=actor,
        action="cases.open_cases_in_bulk",
        entity=f"cases.season:{key}",
        detail={
            "item": item.code,
            "cases": len(rows),
            "first": first,
            "last": last,
            "basis": item.legal_basis.text,
        },
        at=now,
    )
