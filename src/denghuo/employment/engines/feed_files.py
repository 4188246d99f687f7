"""A list of posts in a file: a table of any kind the house reads, or JSON with JobPostings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from denghuo.employment.logic.feeds import (
    COLUMNS,
    Column,
    JobPostingError,
    job_postings,
    known_headings,
)
from denghuo.employment.logic.feeds.rows import BODY_MAX
from denghuo.kernel.table_text import Headings, find_headings, headings_at
from denghuo.platform.public import (
    TableTooLongError,
    TableUnreadableError,
    first_rows,
    kind_of,
    sheets_of,
    table_rows,
)

FeedKind = Literal["csv", "xlsx", "parquet", "json"]
ROWS_MAX = 2_000_000
JSON_BYTES_MAX = 64 * 1024 * 1024
_FIRST_ROWS = 30
_MEGABYTE = 1024 * 1024


def feed_kind(path: Path) -> FeedKind:
    """What the file is, by its first bytes. Raises ``TableUnreadableError``."""
    with path.open("rb") as file:
        head = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith((b"{", b"[")):
        return "json"
    return kind_of(path)


def feed_sheets(path: Path, kind: FeedKind) -> tuple[str, ...]:
    """The names of a workbook's sheets; nothing for other files."""
    return () if kind == "json" else sheets_of(path, kind)


def feed_headings(
    path: Path, kind: FeedKind, sheet: str, row: int
) -> tuple[Headings, list[list[str | None]]]:
    """The headings (of ``row``, or found where it is 0) and the first rows below them.

    Raises ``TableUnreadableError`` where there is neither.
    """
    if kind == "json":
        rows = [[cells.get(name) for name in COLUMNS] for _, cells in _json_rows(path)]
        return Headings(0, tuple(COLUMNS)), rows[:_FIRST_ROWS]
    rows = first_rows(path, kind, sheet, _FIRST_ROWS)
    found = headings_at(rows, row) if row else find_headings(rows, known_headings())
    below = [each for at, each in enumerate(rows, start=1) if at > found.row and any(each)]
    if not found.names or not below:
        raise TableUnreadableError(why="没有表头，或者表头下面没有数据。")
    return found, below


def feed_rows(
    path: Path,
    kind: FeedKind,
    sheet: str,
    *,
    heading_row: int,
    headings: Sequence[str],
    columns: Mapping[Column, str],
) -> Iterator[tuple[int, dict[Column, str | None]]]:
    """Every row below the headings with its number, by column; blank rows are passed over.

    Raises ``TableUnreadableError``, ``TableTooLongError`` where it comes to that.
    """
    if kind == "json":
        yield from _json_rows(path)
        return
    places = {name: headings.index(heading) for name, heading in columns.items()
              if heading in headings}  # fmt: skip
    for line, row in table_rows(path, kind, sheet, cell_chars_max=BODY_MAX + 1):
        if line <= heading_row or not any(row):
            continue
        if line - heading_row > ROWS_MAX:
            raise TableTooLongError(why=f"超过 {ROWS_MAX:,} 行。")
        yield line, {name: row[at] if at < len(row) else None for name, at in places.items()}


def _json_rows(path: Path) -> Iterator[tuple[int, dict[Column, str | None]]]:
    """Postings count from 1, as a person counts them."""
    if path.stat().st_size > JSON_BYTES_MAX:
        raise TableTooLongError(why=f"JSON 最多 {JSON_BYTES_MAX // _MEGABYTE} MB，")
    try:
        text = path.read_text(encoding="utf-8-sig")
        for line, cells in enumerate(job_postings(text), start=1):
            yield line, dict(cells)
    except UnicodeDecodeError:
        raise TableUnreadableError(why="JSON 要用 UTF-8 编码。") from None
    except JobPostingError as wrong:
        raise TableUnreadableError(why=str(wrong)) from None
