"""From offices' tables to a list: joined, swept, and the rows worth keeping written down."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import transaction

from denghuo.benefits.actions.season_holds import place_holds
from denghuo.benefits.logic.proposing import kind_of
from denghuo.benefits.logic.season_states import SeasonMove
from denghuo.benefits.models import Proposal, Season
from denghuo.benefits.queries.season_facts import ANSWERS_FILE, FACTS_FILE, season_folder
from denghuo.benefits.queries.season_figures import kinds_of, sums_by_group, sums_by_league
from denghuo.benefits.queries.tables import (
    JoinedTable,
    TableView,
    join_tables,
    subjects_of,
    table_of,
)
from denghuo.cases.public import places_held, service_item
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectKind
from denghuo.people.public import RegisteredSubject
from denghuo.platform.public import RowWriter
from denghuo.policy.public import open_disputes, read_value, registry, sweep_table

ROWS_PER_CHUNK = 16_384
_DISPUTES_MAX = 1_000_000
_GROUP = "size_class"


def sweep_season(
    season_id: UUID,
    *,
    attempt: int,
    progress: Callable[[int, int], None],
    clock: Callable[[], datetime],
) -> None:
    """Join the tables and ask the rule about every row; done once for an attempt."""
    row = Season.objects.get(pk=season_id)
    if row.counts.get("swept"):
        return
    tables = [table_of(UUID(one)) for one in row.tables]
    folder = season_folder(season_id)
    with own_folder(folder) as own:
        joined = join_tables(tables, out=own / FACTS_FILE, constants=constants_of(row))
        days = {name: joined.observed_on[name] for name in joined.observed_on}
        swept = sweep_table(
            policy_id=row.policy,
            source=joined.path,
            as_of=row.as_of,
            known_at=row.started_at or clock(),
            observed_on=days,
            out=own / ANSWERS_FILE,
            progress=lambda done, total: progress(done, total or done),
        )
        told = told_of(row, tables, joined)
        for name in (FACTS_FILE, ANSWERS_FILE):
            _keep(own / name, folder / name)
    with transaction.atomic():
        row = Season.objects.select_for_update().get(pk=season_id)
        if row.attempt != attempt or row.counts.get("swept"):
            return  # Race: another worker swept the same rows to the same answers.
        row.fact_days = told
        row.counts = {
            "swept": True,
            "rows": swept.rows_read,
            "bad_rows": swept.bad_rows,
            "repeated": swept.repeated,
            "verdicts": dict(swept.by_verdict),
            "amount": swept.amount,
            "amount_unknown": swept.amount_unknown,
            "absent": list(swept.absent),
            "policy_digest": swept.definition.digest,
        }
        row.rows_total = swept.rows_read - swept.bad_rows
        row.save(update_fields=["fact_days", "counts", "rows_total"])


def propose_next(row: Season, _chunk: int, now: datetime) -> SeasonMove | None:
    """Write down the next answers worth keeping; at the end sum them up and set money aside."""
    first = row.cursor + 1
    answers = _rows_between(season_folder(row.pk) / ANSWERS_FILE, first, ROWS_PER_CHUNK)
    if answers.num_rows:
        places = _places(row, answers, first)
        listed = _proposals(row, answers, places)
        if listed:
            columns = zip(*listed, strict=True)
            RowWriter(Proposal, {"season_id": row.pk}, _COLUMNS).write(*map(list, columns))
        row.cursor += answers.num_rows
        row.rows_done = row.cursor + 1
        return None
    return _sum_up(row, now)


def _sum_up(row: Season, now: datetime) -> SeasonMove:
    kinds = {f"{kind}:{out}": one.count for (kind, out), one in kinds_of(row).items()}
    leagues = {home: (one.count, one.fen) for home, one in sums_by_league(row).items()}
    groups = {group: (one.count, one.fen) for group, one in sums_by_group(row).items()}
    row.counts = {**row.counts, "kinds": kinds, "leagues": leagues, "groups": groups}
    if not leagues and kinds.get("no_rule:"):
        return SeasonMove.FIND_NO_RULE
    fund = service_item(row.item).fund
    place_holds(row, {f"fund:{fund}:{one}00": fen for one, (_, fen) in leagues.items()}, now)
    return SeasonMove.SWEPT


_COLUMNS = (
    *("row", "entity", "subject_id", "home", "group", "kind", "amount_fen", "fail_mask"),
    *("unknown_mask", "version", "out"),
)


def _proposals(row: Season, answers: pa.Table, places: list[int]) -> list[tuple[object, ...]]:
    """Rows of the list, column by column; whoever cannot be paid by it stands there with the
    reason."""
    kept = [
        (place, one, kind)
        for place, one in zip(places, answers.to_pylist(), strict=True)
        if (
            kind := kind_of(
                one["verdict"], fail_mask=one["fail_mask"], unknown_mask=one["unknown_mask"]
            )
        )
    ]
    subject_kind: SubjectKind = "firm" if row.subject_kind == "firm" else "person"
    known = subjects_of(subject_kind, [one["entity"] for _, one, _ in kept])
    entitled = [
        known[one["entity"]].ref.id
        for _, one, kind in kept
        if kind == "entitled" and one["entity"] in known
    ]
    held = places_held(item=row.item, period=row.period, kind=subject_kind, subjects=entitled)
    disputed = {one.subject.id for one in open_disputes(limit=_DISPUTES_MAX)}
    area, groups = Region(row.area), _groups(row, places)
    found: list[tuple[object, ...]] = []
    for place, one, kind in kept:
        who = known.get(one["entity"])
        out = _out(who, one["amount"], area, held, disputed) if kind == "entitled" else ""
        found.append(
            (
                *(place, one["entity"], who.ref.id if who else None),
                *(who.region.code if who and who.region else "", groups.get(place, ""), kind),
                *(one["amount"] or 0, one["fail_mask"], one["unknown_mask"]),
                *(one["version"] or "", out),
            )
        )
    return found


def _out(
    who: RegisteredSubject | None,
    amount: int | None,
    area: Region,
    held: Mapping[UUID, str],
    disputed: set[UUID],
) -> str:
    if who is None:
        return "unregistered"
    if who.region is None or not area.contains(who.region):
        return "outside"
    if who.ref.id in held:
        return "taken"
    if who.ref.id in disputed:
        return "disputed"
    return "" if amount else "no_amount"


def _groups(row: Season, places: list[int]) -> dict[int, str]:
    """The size class of each row, where a table tells it."""
    path = season_folder(row.pk) / FACTS_FILE
    if not places or _GROUP not in pq.read_schema(path).names:
        return {}
    first, last = places[0], places[-1]
    table = _rows_between(path, first, last - first + 1, columns=[_GROUP])
    words = table.column(_GROUP).to_pylist()
    return {place: words[place - first] or "" for place in places}


def _places(row: Season, answers: pa.Table, first: int) -> list[int]:
    """Where the answered rows stand in the joined table. Rows that could not be read have no
    answer; then the places are looked up by the subject's key."""
    if not row.counts.get("bad_rows"):
        return list(range(first, first + answers.num_rows))
    facts = pq.read_table(season_folder(row.pk) / FACTS_FILE, columns=["entity"])
    found = pc.index_in(
        answers.column("entity").combine_chunks(), facts.column("entity").combine_chunks()
    )
    return cast("list[int]", found.to_pylist())


def _rows_between(path: Path, first: int, count: int, columns: list[str] | None = None) -> pa.Table:
    """``count`` rows from ``first``, reading no more than the stretches they stand in."""
    found: list[pa.Table] = []
    with pq.ParquetFile(path) as file:
        start = 0
        for group in range(file.metadata.num_row_groups):
            rows = file.metadata.row_group(group).num_rows
            low, high = max(first, start), min(first + count, start + rows)
            if low < high:
                table = file.read_row_group(group, columns=columns, use_threads=False)
                found.append(table.slice(low - start, high - low))
            start += rows
        if not found:
            return file.schema_arrow.empty_table()
    return pa.concat_tables(found)


def constants_of(row: Season) -> dict[str, Any]:
    """Facts that are the same for every row, as values of their kind."""
    specs = registry()
    return {name: read_value(specs[name], raw).value for name, raw in row.constants.items()}


def told_of(
    row: Season, tables: Sequence[TableView], joined: JoinedTable
) -> dict[str, dict[str, str]]:
    """Who told each fact, and of which day: what an answer names long after the sweep."""
    specs = registry()
    told: dict[str, dict[str, str]] = {}
    for name in joined.facts:
        if name in row.constants:
            told[name] = {"office": specs[name].source, "on": row.as_of.isoformat()}
            continue
        office = next((each.office for each in tables if name in each.facts), "")
        day: date | None = joined.observed_on.get(name)
        told[name] = {"office": office, "on": day.isoformat() if day else ""}
    return told


@contextmanager
def own_folder(folder: Path) -> Iterator[Path]:
    """A folder of this worker alone: one thought dead may still be writing to its own."""
    own = folder / f"work-{uuid4().hex}"
    own.mkdir(mode=0o700, parents=True)
    try:
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)


def _keep(made: Path, path: Path) -> None:
    """The file under its name, on the disk before anything says that it is there."""
    with made.open("rb") as file:
        os.fsync(file.fileno())
    made.replace(path)
