"""Draw and read the lines of bank files, as streams: nothing is held whole.

``draw_file`` and ``open_file`` are each other's inverse. Whatever bytes come, reading answers
with rows or with ``BankFileError``, which names the line.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import accumulate

from denghuo.kernel.refusal import RefusalError
from denghuo.ledger.logic.bank_formats import (
    FILE_MARKS,
    HEADERS,
    ROWS,
    ROWS_MAX,
    TRAILER,
    BankFormat,
    Column,
    FileKind,
)

Cell = str | int | date
Record = Mapping[str, Cell]
LINE_BYTES_MAX = 2_000
LINE_END = b"\r\n"
_WHOLE = re.compile(r"[0-9]{1,8}")
_FIXED_FEN = re.compile(r"(?:-[0-9]{1,17}|[0-9]{1,18})")
_YUAN = re.compile(r"(-?)([0-9]{1,15})\.([0-9]{2})")
_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_QUOTED = re.compile(r'[",\r\n]')


class BankFileError(RefusalError):
    """A bank file that is not whole, not itself, or not of this bank."""

    code = "ledger.bank_file"
    template = "这份文件没有读，一笔也没有记账。第 {line} 行：{why}。请向银行要一份新的。"


class CellError(ValueError):
    """One cell cannot be read or drawn; the message says why, without its text."""


@dataclass(frozen=True, slots=True)
class FileHead:
    """What a file says of itself before its rows. ``note``: the fund, or the bank's remark."""

    kind: FileKind
    batch: str
    day: date
    rows: int
    sum_fen: int
    note: str


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One row as read: its cells, or why it has none."""

    number: int
    cells: Record
    trouble: str = ""


def draw_file(form: BankFormat, head: FileHead, rows: Iterable[Record]) -> Iterator[bytes]:
    """The lines of a file, header and trailer included.

    Raises ``CellError`` for text that does not fit, and when the rows are not what the header
    announces: a wrong total must not leave the house.
    """
    digest, count, total = hashlib.sha256(), 0, 0
    note = HEADERS[head.kind][-1].name
    first: Record = {
        "file_kind": FILE_MARKS[head.kind],
        "batch": head.batch,
        "day": head.day,
        "rows": head.rows,
        "sum_fen": head.sum_fen,
        note: head.note,
    }
    line = _draw(form, "H", HEADERS[head.kind], first)
    digest.update(line)
    yield line
    columns = ROWS[head.kind]
    for row in rows:
        line = _draw(form, "D", columns, row)
        digest.update(line)
        count += 1
        total += _whole(row["amount_fen"])
        yield line
    if (count, total) != (head.rows, head.sum_fen):
        raise CellError("the rows are not what the header announces")
    last: Record = {"rows": count, "sum_fen": total, "digest": digest.hexdigest()}
    yield _draw(form, "T", TRAILER, last)


def open_file(
    form: BankFormat, kinds: Sequence[FileKind], pieces: Iterable[bytes]
) -> tuple[FileHead, Iterator[ReadLine]]:
    """The header, then the rows; after the last one count, sum and digest were checked.

    Raises ``BankFileError`` at the header, or while the rows are read: do nothing with the rows
    before a first pass came to its end.
    """
    lines = _lines(pieces)
    first = next(lines, None)
    if first is None:
        raise BankFileError(line=1, why="文件是空的")
    for kind in kinds:
        head = _read_head(form, kind, first)
        if head is not None:
            return head, _rows(form, head, first, lines)
    raise BankFileError(line=1, why="开头不是这种银行文件")


def _read_head(form: BankFormat, kind: FileKind, line: bytes) -> FileHead | None:
    try:
        cells = _read(form, "H", HEADERS[kind], line.rstrip(LINE_END))
    except CellError:
        return None
    rows, sum_fen, day = cells["rows"], cells["sum_fen"], cells["day"]
    if cells["file_kind"] != FILE_MARKS[kind] or not isinstance(day, date):
        return None
    if _whole(rows) > ROWS_MAX:
        raise BankFileError(line=1, why=f"最多 {ROWS_MAX} 笔一份，请分开")
    return FileHead(
        kind=kind,
        batch=str(cells["batch"]),
        day=day,
        rows=_whole(rows),
        sum_fen=_whole(sum_fen),
        note=str(cells[HEADERS[kind][-1].name]),
    )


def _rows(
    form: BankFormat, head: FileHead, first: bytes, lines: Iterator[bytes]
) -> Iterator[ReadLine]:
    columns, digest = ROWS[head.kind], hashlib.sha256(first)
    count, total, tag = 0, 0, _tag(form, "D")
    for line in lines:
        if not line.startswith(tag):
            _check_end(form, head, line, (count, total, digest.hexdigest()), at=count + 2)
            if next(lines, None) is not None:
                raise BankFileError(line=count + 3, why="结尾以后还有内容")
            return
        digest.update(line)
        count += 1
        if count > head.rows:
            raise BankFileError(line=count + 1, why=f"比文件头写的 {head.rows} 笔多")
        try:
            cells = _read(form, "D", columns, line.rstrip(LINE_END))
        except CellError as trouble:
            yield ReadLine(count, {}, str(trouble))
            continue
        total += _whole(cells["amount_fen"])
        yield ReadLine(count, cells)
    raise BankFileError(line=count + 2, why="没有结尾，文件不完整")


def _check_end(
    form: BankFormat, head: FileHead, line: bytes, found: tuple[int, int, str], *, at: int
) -> None:
    try:
        cells = _read(form, "T", TRAILER, line.rstrip(LINE_END))
    except CellError:
        raise BankFileError(line=at, why="这一行既不是明细也不是结尾") from None
    count, total, digest = found
    if count != head.rows or count != cells["rows"]:
        raise BankFileError(line=at, why=f"明细有 {count} 笔，和写的笔数不一样")
    if total != head.sum_fen or total != cells["sum_fen"]:
        raise BankFileError(line=at, why="明细合计和写的总金额不一样")
    if digest != cells["digest"]:
        raise BankFileError(line=at, why="校验码对不上，内容被改动过或没有传完整")


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Whole lines with their ends, so that a digest covers them; also the last one without."""
    rest, number = b"", 0
    for piece in pieces:
        lines = (rest + piece).split(b"\n")
        rest = lines.pop()
        for line in lines:
            number += 1
            if len(line) > LINE_BYTES_MAX:
                break
            yield line + b"\n"
        else:
            if len(rest) <= LINE_BYTES_MAX:
                continue
            number += 1
        raise BankFileError(line=number, why="这一行太长")
    if rest:
        yield rest


def _tag(form: BankFormat, tag: str) -> bytes:
    return tag.encode() + (b"," if form.layout == "csv" else b"")


def _draw(form: BankFormat, tag: str, columns: tuple[Column, ...], cells: Record) -> bytes:
    if form.layout == "csv":
        texts = [tag, *(_csv_cell(column, cells[column.name]) for column in columns)]
        return ",".join(texts).encode(form.encoding) + LINE_END
    parts = [_fixed_cell(form, column, cells[column.name]) for column in columns]
    return b"".join((tag.encode(), *parts, LINE_END))


def _read(form: BankFormat, tag: str, columns: tuple[Column, ...], line: bytes) -> Record:
    """The cells of a line. Raises ``CellError`` in the words a person reads."""
    texts = _csv_texts(form, line) if form.layout == "csv" else _fixed_texts(form, columns, line)
    if len(texts) != len(columns) + 1 or texts[0] != tag:
        raise CellError("列数不对")
    found: dict[str, Cell] = {}
    for column, text in zip(columns, texts[1:], strict=True):
        found[column.name] = _cell(form, column, text)
    return found


def _csv_texts(form: BankFormat, line: bytes) -> list[str]:
    try:
        return next(csv.reader([line.decode(form.encoding)], strict=True), [])
    except UnicodeDecodeError:
        raise CellError("有读不出的字") from None
    except csv.Error:
        raise CellError("引号不成对") from None


def _fixed_texts(form: BankFormat, columns: tuple[Column, ...], line: bytes) -> list[str]:
    places = _places(columns)
    if len(line) != places[-1][1]:
        raise CellError("长度不对")
    if line.isascii():  # a byte is a letter, as in nearly every line of an answer
        whole = line.decode("ascii")
        cut = [whole[start:until] for start, until, _ in places]
    else:
        try:
            cut = [line[start:until].decode(form.encoding) for start, until, _ in places]
        except UnicodeDecodeError:
            raise CellError("有读不出的字") from None
    texts = [
        text.rstrip(" ") if padded else text
        for text, (_, _, padded) in zip(cut, places, strict=True)
    ]
    return [line[:1].decode("latin-1"), *texts]


@lru_cache(maxsize=64)
def _places(columns: tuple[Column, ...]) -> tuple[tuple[int, int, bool], ...]:
    """Where each column begins and ends in a line, and whether blanks fill it up."""
    ends = list(accumulate((column.width for column in columns), initial=1))
    kinds = [column.kind == "text" for column in columns]
    return tuple(zip(ends, ends[1:], kinds, strict=False))


def _cell(form: BankFormat, column: Column, text: str) -> Cell:
    if column.kind == "text":
        return text
    if column.kind == "count":
        if not _WHOLE.fullmatch(text):
            raise CellError("笔数不是数字")
        return int(text)
    if column.kind == "day":
        found = _DAY.fullmatch(text)
        try:
            return date(*map(int, found.groups())) if found else _refuse("日期不对")
        except ValueError:
            raise CellError("日期不对") from None
    if form.layout == "fixed":
        return int(text) if _FIXED_FEN.fullmatch(text.lstrip(" ")) else _refuse("金额不是数字")
    yuan = _YUAN.fullmatch(text)
    if not yuan:
        raise CellError("金额不是两位小数的元")
    fen = int(yuan[2]) * 100 + int(yuan[3])
    return -fen if yuan[1] else fen


def _refuse(why: str) -> Cell:
    raise CellError(why)


def _csv_cell(column: Column, value: Cell) -> str:
    if column.kind == "fen":
        yuan, fen = divmod(abs(_whole(value)), 100)
        return f"{'-' if _whole(value) < 0 else ''}{yuan}.{fen:02d}"
    if isinstance(value, date):
        return _day_text(value)
    text = str(value)
    if "\r" in text or "\n" in text:
        raise CellError(f"{column.name} holds a line end")
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def _fixed_cell(form: BankFormat, column: Column, value: Cell) -> bytes:
    width = column.width
    if isinstance(value, str):
        if "\r" in value or "\n" in value:
            raise CellError(f"{column.name} holds a line end")
        drawn = value.encode("ascii" if value.isascii() else form.encoding).ljust(width)
    elif isinstance(value, int):
        drawn = b"%0*d" % (width, value)
    else:
        return _day_text(value).encode()
    if len(drawn) > width:
        raise CellError(f"{column.name} does not fit")
    return drawn


def _day_text(day: date) -> str:
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"


def _whole(value: Cell) -> int:
    assert isinstance(value, int)  # noqa: S101  the column's kind says so
    return value


def cut_text(text: str, *, bytes_max: int, encoding: str) -> str:
    """As much of the text as fits, no character cut in two: for remarks, never for names."""
    while len(text.encode(encoding)) > bytes_max:
        text = text[:-1]
    return text
