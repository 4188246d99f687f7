"""The work of reading a delivery: its headings first, then every row, and what would come of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from denghuo.employment.actions.collecting.taking import remarks_of
from denghuo.employment.engines.feed_files import feed_headings, feed_rows, feed_sheets
from denghuo.employment.logic.feeds import (
    COLUMNS,
    Column,
    FeedRow,
    RowTrouble,
    guess_columns,
    read_row,
)
from denghuo.employment.logic.posts import PostReading, RawPost
from denghuo.employment.logic.wages import wage_line
from denghuo.employment.models import Advert, PostDelivery, PostDeliveryRow
from denghuo.employment.queries.deliveries import DeliveryView, delivery_view
from denghuo.employment.queries.reading import ReadingDesk, reading_desk
from denghuo.kernel.clock import day_of
from denghuo.platform.public import TableTooLongError

Progress = Callable[[int, int], None]
SAMPLES = 20
# Read in full for the preview; of the rest only the cells.
READ_MAX = 2_000
FIRM_ROWS_MAX = 5_000
REMARKS_MAX = 10_000
_CHUNK = 500
_State = PostDelivery.State
Told = tuple[int, FeedRow | None, tuple[RowTrouble, ...]]


def look_at_delivery(delivery_id: UUID, *, attempt: int) -> None:
    """Find the headings and guess what each column is; JSON needs no mapping."""
    row = PostDelivery.objects.select_related("source").get(pk=delivery_id)
    if (row.state, row.attempt) != (_State.RECEIVED, attempt):
        return
    view = delivery_view(row)
    sheets = feed_sheets(view.path, view.kind)
    sheet = row.sheet or (sheets[0] if sheets else "")
    found, below = feed_headings(view.path, view.kind, sheet, row.heading_row)
    known = {name: heading for name, heading in row.source.mapping.items()
             if heading in found.names}  # fmt: skip
    if view.kind == "json":
        columns: dict[Any, str] = {name: name for name in COLUMNS}
    else:
        columns = known if set(view.needed) <= set(known) else {**guess_columns(found.names)}
    samples = [dict(zip(found.names, cells, strict=False)) for cells in below[:SAMPLES]]
    PostDelivery.objects.filter(pk=delivery_id, state=_State.RECEIVED, attempt=attempt).update(
        sheets=list(sheets),
        sheet=sheet,
        heading_row=found.row,
        headings=list(found.names),
        mapping=columns,
        samples=[{"cells": {k: (v or "")[:60] for k, v in one.items()}} for one in samples],
        state=_State.MAPPING,
    )


def told_rows(view: DeliveryView, *, today: date) -> Iterator[Told]:
    """Every row read; a key that comes twice counts once if it says the same.

    The same file gives the same rows on the same day, so that work taken up again goes on where
    it stood.
    """
    seen: dict[str, tuple[int, str]] = {}
    rows = feed_rows(
        view.path,
        view.kind,
        view.sheet,
        heading_row=view.heading_row,
        headings=view.headings,
        columns=view.columns,
    )
    for line, cells in rows:
        row, troubles = _read(cells, view, today=today)
        if row is None:
            yield line, None, troubles
            continue
        before = seen.setdefault(row.key, (line, row.digest))
        if before[0] == line:
            yield line, row, troubles
        elif before[1] == row.digest:
            yield line, None, ()  # said twice in the same words
        else:
            again = RowTrouble("key", "refused", "key_again", (("line", str(before[0])),))
            yield line, None, (*troubles, again)


def _read(
    cells: Mapping[Column, str | None], view: DeliveryView, *, today: date
) -> tuple[FeedRow | None, tuple[RowTrouble, ...]]:
    """One row; in a firm's own list the firm is the register's, and no other's post is taken."""
    if view.firm is None:
        return read_row(cells, today=today)
    code = (cells.get("employer_code") or "").strip() or view.firm.uscc
    said = {**cells, "employer": view.firm.name, "employer_code": code}
    row, troubles = read_row(said, today=today)
    if row is not None and row.employer_uscc != view.firm.uscc:
        return None, (*troubles, RowTrouble("employer_code", "refused", "other_firm"))
    return row, troubles


def check_delivery(delivery_id: UUID, *, attempt: int, progress: Progress, now: datetime) -> None:
    """Read every row and say what would come of it: new, changed, the same, refused, held."""
    row = PostDelivery.objects.select_related("source").get(pk=delivery_id)
    if (row.state, row.attempt) != (_State.CHECKING, attempt):
        return
    checking = _Checking(delivery_view(row), reading_desk(day_of(now)))
    for told in told_rows(checking.view, today=day_of(now)):
        checking.add(told)
        if checking.counts["rows"] % _CHUNK == 0:
            progress(checking.counts["rows"], checking.counts["rows"])
    checking.finish()
    with transaction.atomic():
        held = PostDelivery.objects.select_for_update().get(pk=delivery_id)
        if (held.state, held.attempt) != (_State.CHECKING, attempt):
            return
        PostDeliveryRow.objects.filter(delivery_id=delivery_id).delete()
        keep_remarks(delivery_id, checking.remarks)
        held.counts, held.samples = dict(checking.counts), checking.samples
        held.rows_total, held.state = checking.counts["rows"], _State.CHECKED
        held.save()


def keep_remarks(delivery_id: UUID, remarks: Sequence[tuple[int, RowTrouble]]) -> None:
    """Write what is wrong with rows, for the list that goes back to the source."""
    PostDeliveryRow.objects.bulk_create(
        [
            PostDeliveryRow(
                delivery_id=delivery_id,
                row=line,
                column=one.column,
                grade=one.grade,
                code=one.code,
                values=dict(one.values),
            )
            for line, one in remarks[:REMARKS_MAX]
        ],
        batch_size=_CHUNK,
    )


class _Checking:
    """What a check has found so far."""

    def __init__(self, view: DeliveryView, desk: ReadingDesk) -> None:
        self.view, self.desk = view, desk
        self.counts: Counter[str] = Counter()
        self.remarks: list[tuple[int, RowTrouble]] = []
        self.samples: list[dict[str, Any]] = []
        self._keys: set[str] = set()
        self._waiting: list[tuple[int, FeedRow]] = []

    def add(self, told: Told) -> None:
        """One row."""
        line, row, troubles = told
        self.counts["rows"] += 1
        if self.view.firm and self.counts["rows"] > FIRM_ROWS_MAX:
            raise TableTooLongError(why=f"一次最多 {FIRM_ROWS_MAX:,} 行，请分几份传。")
        if len(self.remarks) < REMARKS_MAX:
            self.remarks += [(line, one) for one in troubles]
        if row is None:
            refused = any(one.grade == "refused" for one in troubles)
            self.counts["refused" if refused else "repeated"] += 1
            return
        self.counts["good"] += 1
        self._keys.add(row.key)
        self._waiting.append((line, row))
        if len(self._waiting) >= _CHUNK:
            self._compare()

    def finish(self) -> None:
        """The last rows, and for a whole list what is not in it."""
        self._compare()
        if not self.view.whole:
            return
        standing = Advert.objects.filter(source_id=self.view.source_id, withdrawn_on=None)
        for key in standing.values_list("source_key", flat=True).iterator():
            self.counts["standing"] += 1
            self.counts["missing"] += key not in self._keys

    def _compare(self) -> None:
        rows = [row for _, row in self._waiting]
        known = {
            key: (digest, withdrawn)
            for key, digest, withdrawn in Advert.objects.filter(
                source_id=self.view.source_id, source_key__in=[one.key for one in rows]
            ).values_list("source_key", "digest", "withdrawn_on")
        }
        for row in rows:
            before = known.get(row.key)
            if before is None:
                self.counts["new"] += 1
            else:
                self.counts["same" if before == (row.digest, None) else "changed"] += 1
        most = FIRM_ROWS_MAX if self.view.firm else READ_MAX
        self._read(self._waiting[: max(0, most - self.counts["read"])])
        self._waiting = []

    def _read(self, told: Sequence[tuple[int, FeedRow]]) -> None:
        posts = [RawPost(row.title, row.body, row.wage, row.place, row.employer) for _, row in told]
        for (line, row), reading in zip(told, self.desk.read_all(posts), strict=True):
            self.counts["read"] += 1
            if self.view.firm:  # told before it goes out, while it can still be put right
                self.remarks += [(line, one) for one in (*remarks_of(reading), *_warned(reading))]
            self.counts["held_read"] += reading.held
            self.counts["coded_read"] += reading.coding.code is not None
            self.counts["placed_read"] += reading.place.code is not None
            self.counts["paid_read"] += reading.wage.outcome != "not_understood"
            if len(self.samples) < SAMPLES:
                self.samples.append(_sample(line, row, reading))


def _warned(reading: PostReading) -> tuple[RowTrouble, ...]:
    if reading.wage.outcome != "open":
        return ()
    return (RowTrouble("wage", "noted", "negotiable"),)


def _sample(line: int, row: FeedRow, reading: PostReading) -> dict[str, Any]:
    return {
        "line": line,
        "title": row.title,
        "employer": row.employer,
        "wage": wage_line(reading.wage),
        "wage_words": row.wage,
        "place": reading.place.code or "",
        "place_words": row.place,
        "occupation": reading.coding.code or "",
        "questions": list(reading.questions),
    }
