"""Fact tables: one row a subject, typed columns, sorted by subject, with where it all came from.

Sorting and joining are DuckDB's, under a memory limit and with a folder to spill to; what is
written is Parquet that the policy engines read by the names of facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from denghuo.benefits.engines.checking import (
    DAY_COLUMN,
    DIVISION_COLUMN,
    ENTITY_COLUMN,
    LINE_COLUMN,
    NAME_COLUMN,
)

MEMORY_LIMIT = "512MB"
THREADS = 2
# Small enough that one subject's row is found by reading little, large enough to sweep fast.
ROW_GROUP_ROWS = 16_384
_BATCH_ROWS = 65_536
NOT_FACTS = frozenset({ENTITY_COLUMN, LINE_COLUMN, DAY_COLUMN, NAME_COLUMN, DIVISION_COLUMN})
Keep = Callable[[pa.RecordBatch], npt.NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A subject that stands on several lines; ``equal`` ones are one row, others none."""

    entity: str
    lines: tuple[int, ...]
    rows: int
    equal: bool


@contextmanager
def engine(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """An engine in memory that spills to ``folder`` and touches nothing else."""
    connection = duckdb.connect(":memory:")
    try:
        connection.execute(f"SET memory_limit='{MEMORY_LIMIT}'")
        connection.execute(f"SET threads={THREADS}")
        connection.execute(f"SET temp_directory={_quoted(str(folder / 'spill'))}")
        connection.execute("SET autoinstall_known_extensions=false")
        connection.execute("SET autoload_known_extensions=false")
        yield connection
    finally:
        connection.close()


def find_repeats(connection: duckdb.DuckDBPyConnection, rows: Path) -> Iterator[Repeat]:
    """The subjects that stand more than once, by subject; kept for ``settled_rows``."""
    names = [name for name in pq.read_schema(rows).names if name != LINE_COLUMN]
    words = ", ".join(_name(name) for name in names)
    _see(connection, "given", rows)
    connection.execute(
        f"""
        CREATE OR REPLACE TABLE repeats AS
        SELECT entity, count(*) AS n, count(DISTINCT word) = 1 AS equal,
               min(source_line) AS first_line, list(source_line ORDER BY source_line)[1:20] AS lines
        FROM (SELECT entity, source_line, md5(CAST(row({words}) AS VARCHAR)) AS word
              FROM given SEMI JOIN (SELECT entity FROM given GROUP BY entity HAVING count(*) > 1)
              USING (entity))
        GROUP BY entity
        """  # noqa: S608  names of columns, quoted
    )
    found = connection.execute("SELECT entity, lines, n, equal FROM repeats ORDER BY first_line")
    while part := found.fetchmany(1_000):
        for entity, lines, count, equal in part:
            yield Repeat(entity, tuple(lines), count, equal)


def settled_rows(connection: duckdb.DuckDBPyConnection) -> Iterator[pa.RecordBatch]:
    """One row a subject, sorted; call ``find_repeats`` first."""
    result = connection.sql(
        """
        SELECT given.* FROM given LEFT JOIN repeats USING (entity)
        WHERE repeats.entity IS NULL OR (repeats.equal AND source_line = repeats.first_line)
        ORDER BY entity
        """
    )
    yield from _read_in_batches(result)


def write_table(
    batches: Iterator[pa.RecordBatch], *, schema: pa.Schema, out: Path, told: Mapping[str, str]
) -> int:
    """Write a table whole or not at all; ``told`` is where it came from. Returns its rows."""
    part = out.with_name(f"{out.name}.part")
    kept = pa.schema(
        [place for place in schema if place.name not in (NAME_COLUMN, DIVISION_COLUMN)],
        metadata={f"denghuo.{name}": text for name, text in told.items()},
    )
    rows = 0
    codes = [place.name for place in kept if pa.types.is_string(place.type)][1:]
    with pq.ParquetWriter(part, kept, compression="zstd", use_dictionary=codes) as writer:
        for batch in batches:
            columns = [batch.column(place.name).cast(place.type) for place in kept]
            table = pa.Table.from_arrays(columns, schema=kept)
            writer.write_table(table, row_group_size=ROW_GROUP_ROWS)
            rows += table.num_rows
    part.replace(out)
    return rows


def told_by(path: Path) -> dict[str, str]:
    """Where a table came from, as it says itself."""
    metadata = pq.read_schema(path).metadata or {}
    prefix = b"denghuo."
    return {
        name.removeprefix(prefix).decode(): text.decode()
        for name, text in metadata.items()
        if name.startswith(prefix)
    }


def fact_columns(path: Path) -> tuple[str, ...]:
    """The facts a table tells of."""
    return tuple(name for name in pq.read_schema(path).names if name not in NOT_FACTS)


def row_of(path: Path, entity: str) -> dict[str, Any] | None:
    """One subject's row; only the stretch of the table where it can stand is read."""
    found = pq.read_table(path, filters=[(ENTITY_COLUMN, "==", entity)], use_threads=False)
    rows: list[dict[str, Any]] = found.to_pylist()
    return rows[0] if rows else None


def rows_from(path: Path, first: int, count: int) -> list[dict[str, Any]]:
    """``count`` rows from row ``first`` (0 is the first), reading no more than their stretch."""
    found: list[dict[str, Any]] = []
    with pq.ParquetFile(path) as file:
        start = 0
        for group in range(file.metadata.num_row_groups):
            rows = file.metadata.row_group(group).num_rows
            if start + rows > first and len(found) < count:
                table = file.read_row_group(group, use_threads=False)
                offset = max(0, first - start)
                found += table.slice(offset, count - len(found)).to_pylist()
            start += rows
    return found


def join(
    tables: Sequence[Path], *, out: Path, constants: Mapping[str, Any], told: Mapping[str, str]
) -> int:
    """Several offices' tables as one, by subject; where two tell of one fact, the earlier in the
    order given is believed, and the later fills its gaps. Returns the rows.

    ``constants`` are columns that hold the same for every row (a fund's months of reserve).
    """
    schemas = [pq.read_schema(path) for path in tables]
    owners: dict[str, list[int]] = {}
    for place, schema in enumerate(schemas):
        for name in schema.names:
            if name not in NOT_FACTS:
                owners.setdefault(name, []).append(place)
    types = {name: schemas[places[0]].field(name).type for name, places in owners.items()}
    extra = {name: pa.scalar(value) for name, value in constants.items()}
    schema = pa.schema(
        [
            pa.field(ENTITY_COLUMN, pa.string()),
            *(pa.field(name, kind) for name, kind in types.items() if name not in extra),
            *(pa.field(name, value.type) for name, value in extra.items()),
        ]
    )
    with engine(out.parent) as connection:
        for place, path in enumerate(tables):
            _see(connection, f"t{place}", path)
        result = connection.sql(_join_sql(len(tables), owners, skip=extra.keys()))
        whole = _with_constants(_read_in_batches(result), schema, extra)
        return write_table(whole, schema=schema, out=out, told=told)


def _join_sql(count: int, owners: Mapping[str, Sequence[int]], *, skip: Any) -> str:
    """Outer joins one after the other: each subject once, whichever table knows it."""
    columns = [
        f"coalesce({', '.join(f't{place}.{_name(name)}' for place in places)}) AS {_name(name)}"
        for name, places in owners.items()
        if name not in skip
    ]
    joins = "".join(f" FULL JOIN t{place} USING (entity)" for place in range(1, count))
    picked = ", ".join(["entity", *columns])
    return f"SELECT {picked} FROM t0{joins} ORDER BY entity"  # noqa: S608  quoted names


def _with_constants(
    batches: Iterator[pa.RecordBatch], schema: pa.Schema, extra: Mapping[str, pa.Scalar]
) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        arrays = [
            pa.repeat(extra[place.name], batch.num_rows)
            if place.name in extra
            else batch.column(place.name).cast(place.type)
            for place in schema
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _read_in_batches(result: duckdb.DuckDBPyRelation) -> Iterator[pa.RecordBatch]:
    reader: pa.RecordBatchReader = result.to_arrow_reader(_BATCH_ROWS)
    yield from reader


def _see(connection: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    """A file under a name; a view takes no parameters, so its path is quoted."""
    source = f"read_parquet({_quoted(str(path))})"
    connection.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM {source}")  # noqa: S608


def _quoted(text: str) -> str:
    escaped = text.replace("'", "''")
    return f"'{escaped}'"


def _name(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'
