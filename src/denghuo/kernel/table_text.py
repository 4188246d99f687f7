"""The shape of a table somebody else made: where its headings are, what is no row of data."""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

HEADING_ROWS_MAX = 15
COLUMNS_MAX = 120
CELL_LENGTH_MAX = 400
HEADING_LENGTH_MAX = 60
# How a row begins that adds up or signs, and is nobody's.
_FOOTERS = (
    "合计", "总计", "小计", "共计", "累计", "制表", "填表", "审核人", "经办人", "负责人",
    "备注", "说明", "注:", "注：", "打印时间", "统计时间",
)  # fmt: skip
BLANKS = frozenset({"", "-", "--", "—", "——", "/", "\\", "null", "(null)", "none", "nan"})
_KEY_SIGNS_MIN = 15
_EXACT_MAX = 10**15


def plain(text: str | None) -> str | None:
    """Half width, trimmed; what offices write for "nothing" is nothing."""
    if text is None:
        return None
    tidy = unicodedata.normalize("NFKC", text).strip().strip("\u200b\ufeff").strip()
    if len(tidy) > 3 and tidy.startswith('="') and tidy.endswith('"'):
        tidy = tidy[2:-1]  # the way a program keeps a spreadsheet from eating leading zeros
    return None if tidy.lower() in BLANKS else tidy


def squeezed(text: str) -> str:
    """For comparing words: half width, lower case, without marks, spaces and brackets."""
    return re.sub(
        r"[\s()（）【】\[\]_\-—:：、，,。.*/]", "", unicodedata.normalize("NFKC", text).lower()
    )


def cell_text(cell: object, *, chars_max: int = CELL_LENGTH_MAX) -> str | None:
    """One cell of a spreadsheet or a typed column as text, the same however it was stored.

    A number has at most the fifteen digits a spreadsheet keeps: what lies beyond is its arithmetic,
    not the office's word. A longer whole number has lost its end (an identity number typed as a
    number), and is written so that nobody takes the rest of it for true.
    """
    match cell:
        case None:
            return None
        case str():
            return cell[:chars_max]
        case bool():
            return "是" if cell else "否"
        case int():
            return str(cell) if abs(cell) < _EXACT_MAX else format(Decimal(cell), ".14e")
        case float():
            return _float_text(cell)
        case Decimal():
            return format(cell, "f")
        case datetime():
            midnight = (cell.hour, cell.minute, cell.second) == (0, 0, 0)
            return cell.strftime("%Y-%m-%d" if midnight else "%Y-%m-%d %H:%M:%S")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell)
        case _:
            return f"={type(cell).__name__}"  # an array formula, a data table: never a value


def _float_text(number: float) -> str:
    if not math.isfinite(number):
        return "#NUM!"
    if abs(number) >= _EXACT_MAX:
        return format(number, ".14e")
    return format(Decimal(format(number, ".15g")), "f")


@dataclass(frozen=True, slots=True)
class Headings:
    """Where the headings stand (``row`` counts from 1) and what they are, each one only once."""

    row: int
    names: tuple[str, ...]


def find_headings(rows: Sequence[Sequence[str | None]], known: Collection[str]) -> Headings:
    """The row most like headings among the first: many short words, several of them ``known``.

    ``known`` holds squeezed words. A title above and a blank line between are passed over. Where
    no row has two words, the first row with anything in it is taken, and the officer corrects.
    """
    best, best_score = 0, -1.0
    for at, row in enumerate(rows[:HEADING_ROWS_MAX]):
        words = [text for cell in row if (text := plain(cell)) is not None]
        names = [word for word in words if not _is_number(word) and len(word) <= 40]
        recognised = sum(squeezed(word.split("(")[0]) in known for word in names)
        score = len(set(names)) - 2 * (len(words) - len(names)) + 3 * recognised - at * 0.1
        if names and score > best_score:
            best, best_score = at, score
    return headings_at(rows, best + 1)


def headings_at(rows: Sequence[Sequence[str | None]], row: int) -> Headings:
    """The headings of a row somebody chose (from 1)."""
    cells = rows[row - 1] if 0 < row <= len(rows) else ()
    width = max((len(each) for each in rows), default=0)
    names: list[str] = []
    for at in range(min(width, COLUMNS_MAX)):
        text = plain(cells[at]) if at < len(cells) else None
        name = " ".join((text or f"第 {at + 1} 列").split())[:HEADING_LENGTH_MAX]
        same = sum(each == name or each.startswith(f"{name} #") for each in names)
        names.append(f"{name} #{same + 1}" if same else name)
    while names and _is_unnamed(names[-1], len(names)) and _is_stray(rows, len(names) - 1, row):
        names.pop()
    return Headings(row, tuple(names))


def _is_unnamed(name: str, place: int) -> bool:
    return name == f"第 {place} 列"


def _is_stray(rows: Sequence[Sequence[str | None]], at: int, below: int) -> bool:
    """A column without a heading that most rows do not fill: a comma too many, not a column."""
    filled = sum(len(row) > at and plain(row[at]) is not None for row in rows[below:])
    return 2 * filled < sum(any(row) for row in rows[below:]) or not filled


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace(".", "").replace("-", "").replace("%", "").isdigit()


def is_footer(cells: Sequence[str | None], key: str | None) -> bool:
    """A row of sums, signatures or remarks: no key in it, and a word that says what it is."""
    if key is not None and len(key) >= _KEY_SIGNS_MIN:
        return False
    for cell in cells:
        text = "".join((cell or "").split())
        if text:
            return text.startswith(_FOOTERS)
    return False


def header_digest(names: Sequence[str]) -> str:
    """Equal for tables with the same headings in whatever order: how a mapping is found again."""
    text = "\n".join(sorted(squeezed(name) for name in names))
    return hashlib.sha256(text.encode()).hexdigest()
