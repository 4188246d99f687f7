"""Two rules over the same records in one pass: who gains, who loses, what it costs, and who it is.

Both rules are asked row by row of one reading of the source, so that the two answers of a record
can never be those of two different records, even where a source names a subject twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from denghuo.policy.engines.results import Shape
from denghuo.policy.engines.sources import Source, open_source
from denghuo.policy.engines.summary import SweepSummary
from denghuo.policy.engines.sweep import Progress, sweep
from denghuo.policy.logic.definition import PolicyDefinition

BEFORE, AFTER = "before", "after"
PAIR_FILE = "pair.parquet"
CHANGED_FILE = "changed.parquet"
KINDS = ("gain", "lose", "more", "less", "open")
"""Newly entitled; no longer; a larger amount; a smaller one; changed, but the sum is still open."""

_MEMORY = "512MB"
_REGION, _SIZE = "region", "size_class"

# No entitlement counts as nothing paid. A sum that lacks a fact on one side is counted apart and
# is in neither sum: to take an unknown amount for nothing would make the change look cheaper.
_TOLD = f"""
WITH told AS (
  SELECT file_row_number AS row, CAST(entity AS VARCHAR) AS entity,
         CAST("{BEFORE}.verdict" AS VARCHAR) AS was, CAST("{AFTER}.verdict" AS VARCHAR) AS is_now,
         "{BEFORE}.amount" AS paid, "{AFTER}.amount" AS owed
  FROM read_parquet($pair, file_row_number = true)
), judged AS (
  SELECT *,
    (was = 'entitled' AND paid IS NULL) OR (is_now = 'entitled' AND owed IS NULL)
      OR (was = 'entitled' AND is_now = 'unknown') AS lacking,
    CASE
      WHEN was = 'entitled' AND is_now = 'entitled' THEN
        CASE WHEN paid < owed THEN 'more' WHEN paid > owed THEN 'less'
             WHEN (paid IS NULL) <> (owed IS NULL) THEN 'open' ELSE 'same' END
      WHEN is_now = 'entitled' THEN 'gain'
      WHEN was = 'entitled' AND is_now = 'unknown' THEN 'open'
      WHEN was = 'entitled' THEN 'lose'
      WHEN was <> is_now THEN 'open'
      ELSE 'same'
    END AS kind
  FROM told
)
SELECT judged.*, coalesce(place.league, '') AS league, coalesce(place.size, '') AS size
FROM judged LEFT JOIN place USING (entity)
"""  # noqa: S608 - our own names
_GROUPS = f"""
SELECT league, size, count(*) AS rows, {
    ", ".join(f"count(*) FILTER (kind = '{kind}') AS {kind}" for kind in KINDS)
},
  count(*) FILTER (lacking) AS lacking,
  coalesce(sum(coalesce(paid, 0)) FILTER (NOT lacking), 0) AS before,
  coalesce(sum(coalesce(owed, 0)) FILTER (NOT lacking), 0) AS after
FROM ({_TOLD}) GROUP BY ALL ORDER BY league, size
"""  # noqa: S608 - our own names
_CHANGED = f"""
SELECT entity, kind, was, paid, is_now, owed,
  CASE WHEN NOT lacking THEN coalesce(owed, 0) - coalesce(paid, 0) END AS change, league, size
FROM ({_TOLD}) WHERE kind <> 'same' ORDER BY row
"""  # noqa: S608 - our own names


@dataclass(frozen=True, slots=True)
class Comparison:
    """Sums of both rules under ``before`` and ``after``; counts and fen by league and size."""

    summary: SweepSummary
    groups: list[dict[str, Any]]


def compare(
    before: PolicyDefinition,
    after: PolicyDefinition,
    *,
    source: Path,
    as_of: date,
    folder: Path,
    bad_rows_out: Path,
    entity_column: str,
    kernel_folder: Path | None = None,
    engine: str = "columns",
    progress: Progress | None = None,
) -> Comparison:
    """Ask both rules of every record. ``folder`` gets ``changed.parquet``: the records whose
    verdict or amount differs, in the order of the source.

    ``groups``: per league (first four digits of ``region``) and size class, where the source has
    those columns: ``rows``, one count per kind, ``lacking`` (an amount cannot be told yet; not in
    the sums), ``before`` and ``after`` in the policy's unit. Raises what ``sweep`` raises.
    """
    opened = open_source(source)
    summary = sweep(
        [replace(before, id=BEFORE), replace(after, id=AFTER)],
        source=opened,
        as_of=as_of,
        engine=engine,
        out=folder / PAIR_FILE,
        shape=Shape.SUBJECTS,
        bad_rows_out=bad_rows_out,
        entity_column=entity_column,
        kernel_folder=kernel_folder,
        progress=progress,
    )
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": _MEMORY,
        "temp_directory": str(folder / "spill"),
    }
    pair = {"pair": str(folder / PAIR_FILE)}
    with duckdb.connect(":memory:", config=settings) as database:
        database.register("given", _places(opened, entity_column))
        database.execute(
            "CREATE TEMP TABLE place AS SELECT entity, any_value(league) AS league, "
            "any_value(size) AS size FROM given GROUP BY entity"
        )
        found = database.execute(_GROUPS, pair)
        names = [column[0] for column in found.description or ()]
        groups = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        database.sql(_CHANGED, params=pair).write_parquet(str(folder / CHANGED_FILE))
    (folder / PAIR_FILE).unlink()
    return Comparison(summary, groups)


def _places(source: Source, entity_column: str) -> pa.RecordBatchReader:
    """Entity, league and size class as text, batch by batch; empty where the source has none.

    Read by our own reader and not by the database, which would not know an office program's
    encoding.
    """
    wanted = [name for name in (_REGION, _SIZE) if name in source.columns]
    schema = pa.schema([(name, pa.string()) for name in ("entity", "league", "size")])

    def batches() -> Iterator[pa.RecordBatch]:
        if not wanted:
            return
        for _, batch in source.batches([entity_column, *wanted]):
            region = _text(batch, _REGION)
            yield pa.RecordBatch.from_arrays(
                [
                    _text(batch, entity_column),
                    pc.utf8_slice_codeunits(region, 0, 4),
                    _text(batch, _SIZE),
                ],
                schema=schema,
            )

    return pa.RecordBatchReader.from_batches(schema, batches())


def _text(batch: pa.RecordBatch, name: str) -> pa.Array:
    index = batch.schema.get_field_index(name)
    if index < 0:
        return pa.nulls(batch.num_rows, pa.string())
    return batch.column(index).cast(pa.string())
