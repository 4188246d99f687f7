"""The work of applying an import, and of taking it back, in steps that survive a kill.

The table is kept under the digest of its bytes. Rows go into the subjects' records some hundreds
at a time: the facts, what they replaced and how far the import is are one transaction, so a
worker killed anywhere leaves whole steps, and the next one goes on behind the last.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pyarrow.parquet as pq
from django.db import transaction

from denghuo.benefits.engines import tables
from denghuo.benefits.engines.checking import DIVISION_COLUMN, ENTITY_COLUMN, NAME_COLUMN
from denghuo.benefits.logic.firm_register import firm_kind_of
from denghuo.benefits.logic.row_checks import Effect, is_written
from denghuo.benefits.models import FactImport, ImportedFact
from denghuo.benefits.queries.effects import ToldFact, effect_beside, facts_of_rows, held_for
from denghuo.benefits.queries.imports import (
    TABLE_FILE,
    UNREGISTERED_FILE,
    ImportView,
    import_folder,
    view_of,
)
from denghuo.benefits.queries.tables import subjects_of, table_path, tables_folder
from denghuo.kernel.region import NotRegionCodeError, Region
from denghuo.kernel.uscc import Uscc
from denghuo.people.public import NewFirm, RegisteredSubject, bulk_register_firms
from denghuo.platform.public import SYSTEM, Actor, fresh_ids, record_audit
from denghuo.policy.public import NewFact, record_facts, registry, take_back_facts
from denghuo.policy.public import ToldFact as MistakenFact

CHUNK_ROWS = 500
Progress = Callable[[int, int], None]
_State = FactImport.State


def actor_of(label: str) -> Actor:
    """Who confirmed, as the actor of what the job does in their name."""
    kind, _, identifier = label.partition(":")
    return Actor(kind="staff", staff_id=UUID(identifier)) if kind == "staff" else SYSTEM


def apply_import(import_id: UUID, *, progress: Progress, clock: Callable[[], datetime]) -> None:
    """Do what was confirmed; run again after a kill it goes on where the last step ended."""
    row = FactImport.objects.get(pk=import_id)
    if row.state != _State.APPLYING:
        return
    view = view_of(row)
    actor = actor_of(row.confirmed_by)
    digest = row.table_digest or keep_table(import_id)
    FactImport.objects.filter(pk=import_id).update(
        table_digest=digest, table_rows=view.rows_good, rows_total=view.rows_good
    )
    if row.registers:
        _register_firms(view, actor=actor, clock=clock, progress=progress)
    if row.mode == FactImport.Mode.RECORDS:
        while _write_rows(import_id, digest, actor=actor, now=clock(), progress=progress):
            pass
    _finish(import_id, actor=actor, now=clock())


def keep_table(import_id: UUID) -> str:
    """Put the checked table under its digest; done again it finds itself there."""
    made = import_folder(import_id) / TABLE_FILE
    with made.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    tables_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = table_path(digest)
    if not kept.exists():
        coming = tables_folder() / f"coming-{uuid4()}"
        coming.write_bytes(made.read_bytes())
        with coming.open("rb") as file:
            os.fsync(file.fileno())
        coming.replace(kept)
    return digest


def _write_rows(
    import_id: UUID, digest: str, *, actor: Actor, now: datetime, progress: Progress
) -> bool:
    """One step; False when there was nothing left to write.

    Race: a worker thought dead still breathes. Both take the row's lock in turn, and each writes
    the rows behind the cursor it then finds.
    """
    with transaction.atomic():
        row = FactImport.objects.select_for_update().get(pk=import_id)
        if row.state != _State.APPLYING:
            return False
        rows = tables.rows_from(table_path(digest), row.cursor, CHUNK_ROWS)
        if not rows:
            return False
        view = view_of(row)
        known = _known(view, rows)
        counts = Counter(row.counts)
        counts["subjects"] += len(known)
        counts["unregistered"] += len(rows) - len(known)
        counts.update(_write_facts(row, facts_of_rows(view, rows, known), actor=actor, now=now))
        row.cursor += len(rows)
        row.rows_done, row.counts = row.cursor, dict(counts)
        row.save(update_fields=["cursor", "rows_done", "counts"])
        done, total = row.cursor, row.table_rows
    progress(done, total)
    return True


def _known(view: ImportView, rows: Sequence[Mapping[str, Any]]) -> dict[str, RegisteredSubject]:
    """The registered ones of the area: it may have changed since the check."""
    found = subjects_of(view.subject, [each[ENTITY_COLUMN] for each in rows])
    return {
        entity: each
        for entity, each in found.items()
        if each.region is None or view.area.contains(each.region)
    }


def _write_facts(
    row: FactImport, facts: list[ToldFact], *, actor: Actor, now: datetime
) -> Counter[Effect]:
    """Write what is news, and remember what it replaced."""
    held = held_for(facts)
    effects = [effect_beside(each, held.get((each.subject.id, each.name))) for each in facts]
    fresh = [each for each, effect in zip(facts, effects, strict=True) if is_written(effect)]
    if not fresh:
        return Counter(effects)
    record_facts(
        actor=actor,
        facts=[
            NewFact(each.subject, each.name, each.value, each.source, each.observed_on)
            for each in fresh
        ],
        registry=registry(),
        now=now,
    )
    after = held_for(fresh)
    written = []
    for each in fresh:
        key = (each.subject.id, each.name)
        former = held.get(key)
        current = after.get(key)
        # A word that came between our look and our lock may have won: it is not ours to undo.
        if current is None or (former and current.record_id == former.record_id):
            continue
        if (current.value, current.source, current.observed_on) == (
            each.value, each.source, each.observed_on,
        ):  # fmt: skip
            written.append(
                ImportedFact(
                    told_in=row,
                    fact_id=current.record_id,
                    former_id=former.record_id if former else None,
                )
            )
    # Another import may have written the very same word meanwhile: then it is that import's.
    ImportedFact.objects.bulk_create(written, ignore_conflicts=True)
    return Counter(effects)


def _register_firms(
    view: ImportView, *, actor: Actor, clock: Callable[[], datetime], progress: Progress
) -> None:
    """Enter the firms the register office's file names and the register lacks."""
    path = import_folder(view.id) / UNREGISTERED_FILE
    if not path.exists():
        return
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    for start in range(0, len(rows), CHUNK_ROWS):
        chunk = rows[start : start + CHUNK_ROWS]
        with transaction.atomic():
            row = FactImport.objects.select_for_update().get(pk=view.id)
            # Entered by the attempt before us, or at a counter meanwhile.
            there = subjects_of("firm", [each[ENTITY_COLUMN] for each in chunk])
            fresh = iter(fresh_ids(len(chunk), clock()))
            firms = [
                firm
                for each in chunk
                if each[ENTITY_COLUMN] not in there
                and (firm := _new_firm(each, fresh, view.area)) is not None
            ]
            if firms:
                bulk_register_firms(firms, actor=actor, now=clock())
                counts = Counter(row.counts)
                counts["registered"] += len(firms)
                row.counts = dict(counts)
                row.save(update_fields=["counts"])
        progress(0, view.rows_good)


def _new_firm(row: Mapping[str, Any], ids: Iterator[UUID], area: Region) -> NewFirm | None:
    """None where the file does not say its name, or places it outside the area."""
    name = row.get(NAME_COLUMN)
    kind = firm_kind_of(row[ENTITY_COLUMN])
    if not name or kind is None:
        return None
    try:
        region = Region.read(str(row.get(DIVISION_COLUMN) or area.code))
    except NotRegionCodeError:
        return None
    if not area.contains(region):
        return None
    return NewFirm(next(ids), Uscc(row[ENTITY_COLUMN]), name[:120], kind, region)


def _finish(import_id: UUID, *, actor: Actor, now: datetime) -> None:
    with transaction.atomic():
        row = FactImport.objects.select_for_update().get(pk=import_id)
        if row.state != _State.APPLYING:
            return
        row.state, row.applied_at = _State.APPLIED, now
        row.rows_done = row.table_rows
        row.save(update_fields=["state", "applied_at", "rows_done"])
        record_audit(
            actor=actor,
            action="benefits.apply_import",
            entity=f"benefits.FactImport:{import_id}",
            detail={"mode": row.mode, "rows": row.table_rows, **row.counts},
            at=now,
        )


def take_back_import(import_id: UUID, *, progress: Progress, clock: Callable[[], datetime]) -> None:
    """Undo in steps; each fact once, whichever attempt comes to it."""
    row = FactImport.objects.get(pk=import_id)
    if row.state != _State.TAKING_BACK:
        return
    actor = actor_of(row.taken_back_by)
    total = ImportedFact.objects.filter(told_in=row).count()
    while left := _take_some_back(import_id, actor=actor, now=clock()):
        progress(total - left, total)
    with transaction.atomic():
        row = FactImport.objects.select_for_update().get(pk=import_id)
        if row.state == _State.TAKING_BACK:
            row.state, row.taken_back_at = _State.TAKEN_BACK, clock()
            row.save(update_fields=["state", "taken_back_at"])


def _take_some_back(import_id: UUID, *, actor: Actor, now: datetime) -> int:
    """One step; returns how many there were before it, 0 at the end."""
    with transaction.atomic():
        row = FactImport.objects.select_for_update().get(pk=import_id)
        waiting = ImportedFact.objects.filter(told_in=row, is_taken_back=False)
        left = waiting.count()
        chunk = list(waiting.order_by("id")[:CHUNK_ROWS])
        if not chunk or row.state != _State.TAKING_BACK:
            return 0
        taken = take_back_facts(
            actor=actor,
            facts=[MistakenFact(each.fact_id, each.former_id) for each in chunk],
            reason=str(import_id),
            now=now,
        )
        ImportedFact.objects.filter(id__in=[each.id for each in chunk]).update(is_taken_back=True)
        # An earlier file's word that stands again is still that file's to take back.
        for earlier in ImportedFact.objects.filter(fact_id__in=taken.again, is_taken_back=False):
            earlier.fact_id = taken.again[earlier.fact_id]
            earlier.save(update_fields=["fact"])
        counts = Counter(row.counts)
        counts["restored"] += taken.restored
        counts["ended"] += taken.ended
        counts["kept"] += taken.kept
        row.counts = dict(counts)
        row.save(update_fields=["counts"])
    return left


def fail_import(import_id: UUID, sentence: str) -> None:
    """Say why a step did not come to its end; one that is over stays as it is."""
    moving = (_State.RECEIVED, _State.CHECKING, _State.APPLYING, _State.TAKING_BACK)
    with transaction.atomic():
        row = FactImport.objects.select_for_update().filter(pk=import_id, state__in=moving).first()
        if row is not None:
            row.failed_in, row.state, row.failure = row.state, _State.FAILED, sentence[:500]
            row.save(update_fields=["failed_in", "state", "failure"])
