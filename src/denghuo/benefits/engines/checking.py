"""A whole file by its mapping: good rows to a work file, every wrong cell to a list.

A row with one wrong cell is set aside whole: what is wrong in one place is not to be trusted in
another. Nothing is dropped in silence; every number on the page is counted here.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from denghuo.benefits.engines.converting import column_type, convert, tidy
from denghuo.benefits.engines.files import TextBatch, batches
from denghuo.benefits.logic.conversions import Trouble
from denghuo.benefits.logic.mapping import ColumnMapping, FileMapping
from denghuo.benefits.logic.row_checks import masked_cell
from denghuo.benefits.logic.targets import ENTITY, OBSERVED_ON, SubjectKind, Target
from denghuo.kernel.spreadsheet import safe_cell
from denghuo.kernel.table_text import is_footer
from denghuo.platform.public import FileKind

ERRORS_SHOWN = 50
ENTITY_COLUMN, LINE_COLUMN, DAY_COLUMN = "entity", "source_line", "observed_on"
NAME_COLUMN, DIVISION_COLUMN = "name_told", "division_told"
_SPECIAL_COLUMNS = {
    ENTITY: ENTITY_COLUMN,
    OBSERVED_ON: DAY_COLUMN,
    "@name": NAME_COLUMN,
    "@division": DIVISION_COLUMN,
}
ERROR_HEADINGS = ("行", "列", "写的是", "哪里不对", "怎么改")
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class ReadingPlan:
    """What is read, and how. ``key_of`` turns a person's number into the key that is kept."""

    path: Path
    kind: FileKind
    sheet: str
    heading_row: int
    headings: Sequence[str]
    mapping: FileMapping
    targets: Mapping[str, Target]
    subject: SubjectKind
    today: date
    key_of: Callable[[str], str] = str


@dataclass
class ErrorList:
    """The list for the office, written while it is found; a few of it stay at hand."""

    file: TextIO
    subject: SubjectKind
    shown: list[dict[str, Any]] = field(default_factory=list)
    by_column: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    cells: int = 0
    lines: int = 0

    def __post_init__(self) -> None:
        self.file.write("\ufeff")
        self._writer = csv.writer(self.file)
        self._writer.writerow(ERROR_HEADINGS)

    def add(
        self, line: int, heading: str, text: str | None, trouble: Trouble, *, is_key: bool = False
    ) -> None:
        """One wrong cell."""
        self.cells += 1
        self.by_column[heading][trouble.code] += 1
        sentence, advice = trouble.sentence, trouble.advice
        said = masked_cell(text, is_key=is_key, subject=self.subject)
        cells = (line, heading, said, sentence, advice)
        self._writer.writerow([safe_cell(cell) for cell in cells])
        if len(self.shown) < ERRORS_SHOWN:
            self.shown.append(
                {"line": line, "heading": heading, "said": said, "why": sentence, "next": advice}
            )


@dataclass
class RowCounts:
    """Rows of data, those set aside, and what was no row of data at all."""

    rows: int = 0
    refused: int = 0
    footers: int = 0


def schema_of(plan: ReadingPlan) -> pa.Schema:
    """The columns of the work file: key, line, then what the mapping names."""
    fields = [pa.field(ENTITY_COLUMN, pa.string()), pa.field(LINE_COLUMN, pa.int64())]
    for each in plan.mapping.columns:
        if each.target == ENTITY:
            continue
        name = _SPECIAL_COLUMNS.get(each.target, each.target)
        fields.append(pa.field(name, column_type(each, plan.targets.get(each.target))))
    return pa.schema(fields)


def read_file(plan: ReadingPlan, *, out: Path, errors: ErrorList, tell: Tell) -> RowCounts:
    """Read the whole file; good rows go to ``out``. ``tell`` hears how many rows were read.

    Raises ``FileUnreadableError``, ``FileTooLongError``.
    """
    counts = RowCounts()
    schema = schema_of(plan)
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        for batch in batches(
            plan.path,
            plan.kind,
            plan.sheet,
            heading_row=plan.heading_row,
            width=len(plan.headings),
        ):
            good = _read_batch(plan, batch, schema, errors, counts)
            if good.num_rows:
                writer.write_batch(good)
            tell(counts.rows)
    return counts


def _read_batch(
    plan: ReadingPlan, batch: TextBatch, schema: pa.Schema, errors: ErrorList, counts: RowCounts
) -> pa.RecordBatch:
    texts = {
        each.target: tidy(batch.columns[plan.headings.index(each.heading)])
        for each in plan.mapping.columns
    }
    footers = _footers(batch, texts[ENTITY])
    wrong: dict[int, list[tuple[ColumnMapping, Trouble]]] = defaultdict(list)
    arrays: dict[str, pa.Array] = {}
    for each in plan.mapping.columns:
        array, troubles = convert(
            texts[each.target], each, plan.targets.get(each.target), today=plan.today
        )
        arrays[_SPECIAL_COLUMNS.get(each.target, each.target)] = array
        for at, trouble in troubles.items():
            wrong[at].append((each, trouble))
    _find_missing(plan, texts, wrong)
    for at, extra in batch.extra.items():
        wrong[at].append((_key_column(plan), _too_wide(extra)))
    counts.rows += len(batch.lines) - len(footers)
    counts.footers += len(footers)
    for at in sorted(wrong.keys() - footers):
        counts.refused += 1
        for column, trouble in wrong[at]:
            said = texts[column.target][at].as_py()
            is_key = column.target == ENTITY
            errors.add(int(batch.lines[at]), column.heading, said, trouble, is_key=is_key)
    keep = np.ones(len(batch.lines), np.bool_)
    keep[[*wrong.keys(), *footers]] = False
    return _good_rows(plan, batch.lines, arrays, schema, keep)


def _good_rows(
    plan: ReadingPlan,
    lines: npt.NDArray[np.int64],
    arrays: dict[str, pa.Array],
    schema: pa.Schema,
    keep: npt.NDArray[np.bool_],
) -> pa.RecordBatch:
    mask = pa.array(keep)
    kept = {name: array.filter(mask) for name, array in arrays.items()}
    if plan.subject == "person":
        keys = [plan.key_of(number) for number in kept[ENTITY_COLUMN].to_pylist()]
        kept[ENTITY_COLUMN] = pa.array(keys, pa.string())
    kept[LINE_COLUMN] = pa.array(lines).filter(mask)
    columns = [kept[place.name].cast(place.type) for place in schema]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _footers(batch: TextBatch, keys: pa.Array) -> set[int]:
    """Rows of sums and signatures; only rows without a whole key are looked at."""
    short = pc.fill_null(pc.less(pc.utf8_length(keys), 15), fill_value=True)
    found = set()
    for at in np.flatnonzero(short.to_numpy(zero_copy_only=False)).tolist():
        cells = [column[at].as_py() for column in batch.columns]
        if is_footer(cells, keys[at].as_py()):
            found.add(at)
    return found


def _key_column(plan: ReadingPlan) -> ColumnMapping:
    column = plan.mapping.column_for(ENTITY)
    if column is None:
        raise ValueError("a mapping has a key")
    return column


def _find_missing(
    plan: ReadingPlan,
    texts: Mapping[str, pa.Array],
    wrong: dict[int, list[tuple[ColumnMapping, Trouble]]],
) -> None:
    """A row of nobody, and a row of no day."""
    for target, trouble in ((ENTITY, _NO_KEY), (OBSERVED_ON, _NO_DAY)):
        column = plan.mapping.column_for(target)
        if column is None:
            continue
        blank = pc.is_null(texts[target]).to_numpy(zero_copy_only=False)
        for at in np.flatnonzero(blank).tolist():
            wrong[at].append((column, trouble))


_NO_KEY = Trouble(
    "no_key",
    "这一行没有写是谁。",
    "请补上编号；如果是合并的单元格，先取消合并，每一行都填上。",
)
_NO_DAY = Trouble("no_day", "这一行没有写数据日期。", "请补上日期，例如 2025-06-10。")


def _too_wide(extra: int) -> Trouble:
    return Trouble(
        "too_wide",
        "这一行比表头多出 {extra} 格，后面的数可能错了位。",
        "请检查这一行里是不是有没加引号的逗号。",
        {"extra": extra},
    )
