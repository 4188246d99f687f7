"""Where a sweep's records come from: Parquet, CSV or Arrow, always in batches of bounded size."""

from __future__ import annotations

import bisect
import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from denghuo.policy.engines.reading import BadRow, SourceUnreadableError, check_names

__all__ = [
    "ArrowSource",
    "CsvSource",
    "ParquetSource",
    "Source",
    "SourceUnreadableError",
    "open_source",
]

BATCH_ROWS = 32_768
_CSV_BLOCK_BYTES = 8 * 1024 * 1024
_SNIFF_BYTES = 1024 * 1024


class Source(Protocol):
    """Records in batches."""

    @property
    def name(self) -> str:
        """For messages."""
        ...

    @property
    def columns(self) -> Sequence[str]:
        """Names of all columns."""
        ...

    @property
    def rows(self) -> int | None:
        """How many records, if known."""
        ...

    def batches(self, columns: Sequence[str]) -> Iterator[tuple[int, pa.RecordBatch]]:
        """The named columns, each batch with the number of its first record (from 1)."""
        ...

    def misshapen_rows(self) -> Sequence[BadRow]:
        """Records met so far that did not even have the right number of fields."""
        ...


@dataclass
class ParquetSource:
    """One Parquet file, or a folder of them in order of name."""

    path: Path
    name: str = ""
    columns: Sequence[str] = ()
    rows: int | None = None

    def __post_init__(self) -> None:
        self.name = self.name or self.path.name
        paths = self._files()
        if not paths:
            raise SourceUnreadableError(name=self.name, reason="里面没有 Parquet 文件。")
        self.rows = 0
        for path in paths:
            file = self._open(path)
            names = tuple(file.schema_arrow.names)
            check_names(path.name, names)
            self.columns = self.columns or names
            # A column that one file lacks would be "unknown" for that file's rows, unnoticed.
            if differing := sorted(set(self.columns) ^ set(names)):
                reason = f"“{differing[0][:40]}”这一列有的文件有，有的文件没有。"
                raise SourceUnreadableError(name=path.name, reason=reason)
            self.rows += file.metadata.num_rows

    def _files(self) -> list[Path]:
        return sorted(self.path.glob("*.parquet")) if self.path.is_dir() else [self.path]

    def _open(self, file: Path) -> pq.ParquetFile:
        try:
            return pq.ParquetFile(file, pre_buffer=False)
        except (pa.ArrowInvalid, OSError) as error:
            raise SourceUnreadableError(
                name=file.name, reason="不是完整的 Parquet 文件。"
            ) from error

    def batches(self, columns: Sequence[str]) -> Iterator[tuple[int, pa.RecordBatch]]:
        first = 1
        for file in self._files():
            opened = self._open(file)
            try:
                for batch in opened.iter_batches(BATCH_ROWS, columns=list(columns)):
                    yield first, batch
                    first += batch.num_rows
            except (pa.ArrowInvalid, OSError) as error:
                reason = f"第 {first} 行以后的数据坏了。"
                raise SourceUnreadableError(name=file.name, reason=reason) from error

    def misshapen_rows(self) -> Sequence[BadRow]:
        return ()


@dataclass
class CsvSource:
    """A CSV file with a header, in UTF-8 or, failing that, GB 18030 (as office programs save it).

    Every field is read as text; empty is "nothing given". Record 1 is the line after the header.
    """

    path: Path
    name: str = ""
    columns: Sequence[str] = ()
    rows: int | None = None
    _misshapen: list[BadRow] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.name = self.name or self.path.name
        self._encoding = self._sniff()
        try:
            with pacsv.open_csv(self.path, *self._options(())[:2]) as reader:
                self.columns = tuple(reader.schema.names)
        except (pa.ArrowInvalid, pa.ArrowKeyError, OSError, UnicodeError) as error:
            raise SourceUnreadableError(name=self.name, reason="没有表头，或不是文本。") from error
        check_names(self.name, self.columns)

    def _sniff(self) -> str:
        with self.path.open("rb") as file:
            head = file.read(_SNIFF_BYTES)
        try:
            codecs.getincrementaldecoder("utf-8")().decode(head, final=False)
        except UnicodeDecodeError:
            return "gb18030"
        return "utf8"

    def _options(
        self, columns: Sequence[str]
    ) -> tuple[pacsv.ReadOptions, pacsv.ParseOptions, pacsv.ConvertOptions]:
        def misshapen(row: pacsv.InvalidRow) -> str:
            reason = f"这一行有 {row.actual_columns} 列，表头有 {row.expected_columns} 列。"
            self._misshapen.append(BadRow((row.number or 1) - 1, "", reason))
            return "skip"

        read = pacsv.ReadOptions(
            block_size=_CSV_BLOCK_BYTES, use_threads=False, encoding=self._encoding
        )
        parse = pacsv.ParseOptions(invalid_row_handler=misshapen, newlines_in_values=True)
        convert = pacsv.ConvertOptions(
            include_columns=list(columns),
            column_types={name: pa.string() for name in columns},
            strings_can_be_null=True,
            null_values=[""],
            quoted_strings_can_be_null=True,
        )
        return read, parse, convert

    def batches(self, columns: Sequence[str]) -> Iterator[tuple[int, pa.RecordBatch]]:
        self._misshapen.clear()
        first = 1
        try:
            with pacsv.open_csv(self.path, *self._options(columns)) as reader:
                for batch in reader:
                    for start in range(0, batch.num_rows, BATCH_ROWS):
                        part = batch.slice(start, BATCH_ROWS)
                        yield first, part
                        first += part.num_rows
        except (pa.ArrowInvalid, OSError, UnicodeError) as error:
            reason = f"第 {first} 行以后的内容不是正常的 CSV 文本。"
            raise SourceUnreadableError(name=self.name, reason=reason) from error

    def misshapen_rows(self) -> Sequence[BadRow]:
        return tuple(self._misshapen)

    def source_row(self, record: int) -> int:
        """The number a person sees, counting the misshapen records left out before it."""
        skipped = sorted(bad.row for bad in self._misshapen)
        row = record
        while (moved := record + bisect.bisect_right(skipped, row)) != row:
            row = moved
        return row


@dataclass
class ArrowSource:
    """A table in memory."""

    table: pa.Table
    name: str = "table"

    def __post_init__(self) -> None:
        check_names(self.name, self.columns)

    @property
    def columns(self) -> Sequence[str]:
        return tuple(self.table.schema.names)

    @property
    def rows(self) -> int | None:
        return int(self.table.num_rows)

    def batches(self, columns: Sequence[str]) -> Iterator[tuple[int, pa.RecordBatch]]:
        first = 1
        for batch in self.table.select(list(columns)).to_batches(max_chunksize=BATCH_ROWS):
            yield first, batch
            first += batch.num_rows

    def misshapen_rows(self) -> Sequence[BadRow]:
        return ()


def open_source(origin: Path | pa.Table) -> Source:
    """A source by the kind of its file: ``.parquet`` or a folder of them, ``.csv``; or a table."""
    if isinstance(origin, pa.Table):
        return ArrowSource(origin)
    if not origin.exists():
        raise SourceUnreadableError(name=origin.name, reason="没有这个文件。")
    if origin.is_dir() or origin.suffix.lower() == ".parquet":
        return ParquetSource(origin)
    if origin.suffix.lower() in (".csv", ".txt"):
        return CsvSource(origin)
    raise SourceUnreadableError(
        name=origin.name, reason="只认 .parquet、.csv 和装着 .parquet 的文件夹。"
    )
