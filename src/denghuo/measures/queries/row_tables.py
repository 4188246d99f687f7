"""Rows of a measure as a table that may leave the house."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from django.utils.translation import gettext as _

from denghuo.kernel.counted import CountedRow
from denghuo.kernel.money import Money
from denghuo.kernel.spreadsheet import table_lines
from denghuo.platform.public import lookup_digest

_MARK = "\ufeff"  # tells Excel that it is UTF-8


def subject_mark(row: CountedRow) -> str:
    """A short mark by which different subjects can be told and counted, and nobody looked up."""
    return lookup_digest(row.subject, field="measures.subject").hex()[:16] if row.subject else ""


def csv_of_rows(rows: Iterable[CountedRow], *, named: bool) -> Iterator[bytes]:
    """The rows as lines, with their headings."""
    heading = [_("记录"), _("编号或名称"), _("对象"), _("地区代码"), _("日期")]
    heading += [_("金额（元）"), _("做到了吗")]
    table: Iterator[list[object]] = chain([[*heading]], (_cells(r, named=named) for r in rows))
    yield _MARK.encode()
    for line in table_lines(table):
        yield line.encode()


def _cells(row: CountedRow, *, named: bool) -> list[object]:
    answer = "" if row.met is None else _("做到了") if row.met else _("没有")
    amount = "" if row.amount_fen is None else Money(row.amount_fen).yuan_text.replace(",", "")
    label = row.label if named else ""
    return [row.key, label, subject_mark(row), row.area, row.day, amount, answer]
