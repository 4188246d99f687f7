"""Arrow tables as CSV that a spreadsheet program opens and runs nothing of.

Every column of text is guarded; amounts are numbers, so that a negative one can be added up.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from denghuo.kernel.spreadsheet import FORMULA_STARTS, GUARD

_FORMULA = f"^([{''.join(re.escape(start) for start in FORMULA_STARTS)}])"


def csv_lines(table: pa.Table) -> bytes:
    """The lines of a table without its header."""
    out = io.BytesIO()
    pacsv.write_csv(safe_table(table), out, pacsv.WriteOptions(include_header=False))
    return out.getvalue()


class CsvFile:
    """A CSV file with its header, written a table at a time; words are written out."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._schema = pa.schema([pa.field(each.name, _plain(each.type)) for each in schema])
        self._writer: Any = pacsv.CSVWriter(path, self._schema)

    def write_table(self, table: pa.Table) -> None:
        """Add the rows of a table of the schema."""
        self._writer.write_table(safe_table(table.cast(self._schema)))

    def close(self) -> None:
        """Write what is left."""
        self._writer.close()


def safe_table(table: pa.Table) -> pa.Table:
    """The table with every text that would run as a formula made plain."""
    columns = [_guarded(column) if _is_text(column.type) else column for column in table.columns]
    return pa.Table.from_arrays(columns, schema=table.schema)


def _guarded(text: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.replace_substring_regex(text, _FORMULA, f"{GUARD}\\1")


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind
