"""The rows behind a figure, a page at a time, and as a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from denghuo.kernel.counted import Counted, CountedRow
from denghuo.kernel.period import Period
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.measures.logic.definition import MeasureDefinition
from denghuo.measures.queries.stored import rows_of
from denghuo.platform.public import CountedRows, Met

ROWS_PER_PAGE = 50
EXPORT_ROWS_MAX = 1_000_000


class NoRowsBehindError(RefusalError):
    """A published series or a measure without a source has no rows here."""

    code = "measures.no_rows_behind"
    template = "这个指标在这里没有明细。"
    status = 404


class TooManyRowsError(RefusalError):
    """More rows than one file may have."""

    code = "measures.too_many_rows"
    template = "有 {rows} 行，一次最多导出 {most} 行。请按月份或地区分开导出。"
    status = 413


@dataclass(frozen=True, slots=True)
class RowsPage:
    """One page of rows, with the figure they are counted to."""

    rows: tuple[CountedRow, ...]
    counted: Counted
    shown: int
    page: int
    pages: int


def counted_rows(definition: MeasureDefinition, area: Region) -> CountedRows:
    """Where the rows come from. Raises ``NoRowsBehindError``."""
    rows = rows_of(definition)
    if rows is None or not (rows.placed or area.level == "province"):
        raise NoRowsBehindError
    return rows


def rows_page(
    rows: CountedRows, span: Period, area: Region, *, page: int, met: Met = ""
) -> RowsPage:
    """One page. ``counted`` is the whole figure, whatever ``met`` keeps; ``shown`` is how many
    rows it keeps. A page beyond the last is the last."""
    counted = rows.total(span, area)
    shown = rows_shown(counted, met)
    pages = max(1, -(-shown // ROWS_PER_PAGE))
    number = min(max(1, page), pages)
    found = rows.page(span, area, first=(number - 1) * ROWS_PER_PAGE, many=ROWS_PER_PAGE, met=met)
    return RowsPage(found, counted, shown, number, pages)


def rows_shown(counted: Counted, met: Met) -> int:
    """How many rows a filter keeps."""
    return {"": counted.rows, "yes": counted.met, "no": counted.rows - counted.met}[met]


def rows_for_export(
    rows: CountedRows, span: Period, area: Region, *, met: Met = ""
) -> tuple[int, Iterator[CountedRow]]:
    """How many there are, and all of them. Raises ``TooManyRowsError``."""
    shown = rows_shown(rows.total(span, area), met)
    if shown > EXPORT_ROWS_MAX:
        raise TooManyRowsError(rows=f"{shown:,}", most=f"{EXPORT_ROWS_MAX:,}")
    return shown, rows.stream(span, area, met=met)
