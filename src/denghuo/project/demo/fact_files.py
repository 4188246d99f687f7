"""Files of facts for the officers' sweeps, and one with three bad rows to try what happens.

Each file: ``entity``, ``region``, then one column per registered fact; empty means unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from denghuo.kernel import uscc
from denghuo.kernel.spreadsheet import table_lines
from denghuo.policy.public import FactKind, FactRegistry, FactSpec, read_value
from denghuo.project.demo.columns import Array, Column, day_number, strict_form, to_arrow
from denghuo.project.demo.firm_facts import make_firms
from denghuo.project.demo.identities import CODE_STEP, CODES
from denghuo.project.demo.person_facts import ADULT_YEARS, draw_ages, make_person_facts
from denghuo.project.demo.spread import Spread

REGION_FIRMS, REGION_PERSONS = "region-firms.parquet", "region-persons.parquet"
DEMO_FIRMS, BAD_ROWS = "demo-firms.parquet", "demo-with-bad-rows.csv"
BLOCK_ROWS = 100_000
SAMPLE_ROWS = 300
# Codes of the region file lie far from those in the database, so the two never meet.
_FIRST_REGION_CODE = 1_000_000
_FIRM_STREAM, _PERSON_STREAM = 11, 12
# Record number (the line after the headings is 1), column, what stands there.
BAD_CELLS = (
    (57, "entity", ""),
    (141, "laid_off_count", "二十来人"),
    (230, "contribution_year_ends_on", "2024-02-30"),
)
Tell = Callable[[int, int], None]


def specs_of(registry: FactRegistry, subject: str) -> list[FactSpec]:
    """The facts of persons or of firms, in the registry's order."""
    return [spec for spec in registry.values() if spec.subject == subject]


def write_region_firms(
    folder: Path,
    registry: FactRegistry,
    spread: Spread,
    rows: int,
    *,
    seed: int,
    today: date,
    tell: Tell,
) -> None:
    """The firms of a whole region, a block at a time."""

    def blocks() -> Iterator[pa.Table]:
        for number, first, count in _blocks(rows):
            draw = np.random.default_rng([seed, _FIRM_STREAM, number])
            block = make_firms(registry, spread, draw, count, today=today)
            entity = firm_code_column(_FIRST_REGION_CODE + first, block.kinds)
            yield _table(
                specs_of(registry, "firm"),
                entity,
                region_column(spread, block.townships),
                block.columns,
            )
            tell(first + count, rows)

    _write(folder / REGION_FIRMS, blocks())


def write_region_persons(
    folder: Path,
    registry: FactRegistry,
    spread: Spread,
    rows: int,
    *,
    seed: int,
    today: date,
    tell: Tell,
) -> None:
    """Grown-up people of a whole region under running numbers: nobody's identity is in a file."""

    def blocks() -> Iterator[pa.Table]:
        for number, first, count in _blocks(rows):
            draw = np.random.default_rng([seed, _PERSON_STREAM, number])
            ages = np.maximum(draw_ages(draw, count), ADULT_YEARS)
            townships = spread.draw(draw, count)
            columns = make_person_facts(registry, draw, ages, today=today)
            entity = pa.array([f"演示人员{order:07d}" for order in range(first, first + count)])
            yield _table(
                specs_of(registry, "person"), entity, region_column(spread, townships), columns
            )
            tell(first + count, rows)

    _write(folder / REGION_PERSONS, blocks())


def write_demo_firms(
    folder: Path,
    registry: FactRegistry,
    entities: Sequence[str],
    regions: Sequence[str],
    parts: Sequence[Mapping[str, Column]],
) -> None:
    """The firms of the database, with names a person can read, parts in the order of entities."""
    specs = specs_of(registry, "firm")
    columns = {
        spec.name: Column(
            np.concatenate([part[spec.name].values for part in parts]),
            np.concatenate([part[spec.name].known for part in parts]),
        )
        for spec in specs
    }
    table = _table(specs, pa.array(list(entities)), pa.array(list(regions)), columns)
    _write(folder / DEMO_FIRMS, iter([table]))


def write_bad_rows(
    folder: Path, registry: FactRegistry, spread: Spread, *, seed: int, today: date
) -> None:
    """A CSV as an office might send it: readable, but for three rows."""
    specs = specs_of(registry, "firm")
    draw = np.random.default_rng([seed, _FIRM_STREAM, 1_000_000])
    block = make_firms(registry, spread, draw, SAMPLE_ROWS, today=today)
    codes = firm_code_column(_FIRST_REGION_CODE * 2, block.kinds).to_pylist()
    headings = ["entity", "region", *(spec.name for spec in specs)]
    lines = []
    for row, code in enumerate(codes):
        cells = [f"演示企业{row + 1:03d} {code}", spread.codes[int(block.townships[row])]]
        lines.append(cells + [_cell(spec, block.columns[spec.name], row) for spec in specs])
    for record, heading, text in BAD_CELLS:
        lines[record - 1][headings.index(heading)] = text
    part = folder / f"{BAD_ROWS}.part"
    with part.open("w", encoding="utf-8", newline="") as opened:
        opened.writelines(table_lines([headings, *lines], end="\n"))
    part.replace(folder / BAD_ROWS)


def held_columns(
    registry: FactRegistry, given: Sequence[Mapping[str, object]]
) -> dict[str, Column]:
    """Facts told one by one as columns; what is not told is unknown."""
    columns: dict[str, Column] = {}
    for spec in specs_of(registry, "firm"):
        read = [read_value(spec, facts.get(spec.name)).value for facts in given]
        known = np.array([value is not None for value in read])
        columns[spec.name] = Column(np.array([_number(spec, value) for value in read]), known)
    return columns


def firm_code_column(first: int, kinds: Sequence[str]) -> pa.Array:
    """``identities.firm_code`` for a run of numbers at once."""
    alphabet = np.frombuffer(uscc.ALPHABET.encode(), np.uint8)
    rows = len(kinds)
    order = np.arange(first, first + rows, dtype=np.int64)
    text = np.zeros((rows, uscc.LENGTH), np.uint8)
    household = np.array([kind == "household" for kind in kinds])
    text[:, 0] = ord("9")
    text[:, 1] = np.where(household, ord("2"), ord("1"))
    text[:, 2:6] = np.frombuffer(b"1599", np.uint8)
    text[:, 6] = ord("0") + order % 100 // 10
    text[:, 7] = ord("0") + order % 10
    text[:, 8:10] = np.frombuffer(b"MA", np.uint8)
    left = order * CODE_STEP % CODES
    for place in range(15, 9, -1):
        text[:, place] = alphabet[left % 31]
        left //= 31
    total = (_values(text[:, 8:16], uscc.ORGANISATION_ALPHABET) * uscc.ORGANISATION_WEIGHTS).sum(1)
    text[:, 16] = np.frombuffer(b"0123456789X0", np.uint8)[11 - total % 11]
    total = (_values(text[:, :17], uscc.ALPHABET) * np.array(uscc.WEIGHTS)).sum(1)
    text[:, 17] = alphabet[-total % 31]
    offsets = np.arange(0, (rows + 1) * uscc.LENGTH, uscc.LENGTH, dtype=np.int32)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(text))]
    return pa.Array.from_buffers(pa.string(), rows, buffers)


def region_column(spread: Spread, townships: Array) -> pa.Array:
    """Division codes of twelve digits, each written once."""
    places = pa.array(townships.astype(np.int32))
    return pa.DictionaryArray.from_arrays(places, pa.array(list(spread.codes)))


def _values(text: Array, alphabet: str) -> Array:
    table = np.zeros(128, np.int64)
    table[np.frombuffer(alphabet.encode(), np.uint8)] = np.arange(len(alphabet))
    return np.asarray(table[text])


def _blocks(rows: int) -> Iterator[tuple[int, int, int]]:
    for number, first in enumerate(range(0, rows, BLOCK_ROWS)):
        yield number, first, min(BLOCK_ROWS, rows - first)


def _table(
    specs: Sequence[FactSpec], entity: pa.Array, region: pa.Array, columns: Mapping[str, Column]
) -> pa.Table:
    arrays = [to_arrow(spec, columns[spec.name]) for spec in specs]
    names = ["entity", "region", *(spec.name for spec in specs)]
    return pa.Table.from_arrays([entity, region, *arrays], names=names)


def _write(path: Path, tables: Iterator[pa.Table]) -> None:
    """Whole or not at all: a file half written is never offered for a sweep."""
    part = path.with_name(f"{path.name}.part")
    writer: pq.ParquetWriter | None = None
    for table in tables:
        writer = writer or pq.ParquetWriter(part, table.schema, compression="zstd")
        writer.write_table(table)
    if writer is not None:
        writer.close()
        part.replace(path)


def _cell(spec: FactSpec, column: Column, row: int) -> str:
    if not column.known[row]:
        return ""
    form = strict_form(spec, column.values[row])
    if isinstance(form, bool):
        return "true" if form else "false"
    return str(form)


def _number(spec: FactSpec, value: object) -> int:
    match value:
        case None:
            return 0
        case bool() | int():
            return int(value)
        case date():
            return day_number(value)
        case _:
            if spec.kind is not FactKind.CODE:
                raise TypeError(f"{spec.name} is held as a number")
            return list(spec.values).index(str(value))
