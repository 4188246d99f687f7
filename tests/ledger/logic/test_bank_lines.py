"""Bank files as bytes: what is drawn is read again, and no bytes whatever break the reader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from denghuo.ledger.logic.bank_formats import (
    FORMATS,
    ROWS_MAX,
    FileKind,
    UnknownBankFormatError,
    bank_format,
    first_bank_day,
    format_of,
)
from denghuo.ledger.logic.bank_lines import (
    BankFileError,
    CellError,
    FileHead,
    Record,
    cut_text,
    draw_file,
    open_file,
)
from denghuo.ledger.logic.payees import read_bank_text
from tests.ledger.pay_kit import CSV, FIXED, pay_row, return_file

pytestmark = pytest.mark.no_postgres

DAY = date(2026, 11, 23)
KINDS: tuple[FileKind, ...] = ("pay", "query", "return")


def whole(form: str, rows: Sequence[Record], kind: FileKind = "pay") -> bytes:
    sums = sum(int(str(row["amount_fen"])) for row in rows)
    head = FileHead(kind, "F0123456789AB", DAY, len(rows), sums, "fund:unemployment:150100")
    return b"".join(draw_file(bank_format(form), head, rows))


def read_whole(form: str, content: bytes, kinds: Sequence[FileKind] = KINDS) -> list[Record]:
    _, lines = open_file(bank_format(form), kinds, [content])
    return [line.cells if not line.trouble else {"trouble": line.trouble} for line in lines]


# Han within and beyond GBK, Latin, Mongolian script, emoji, and what CSV must quote.
LETTERS = "乌云其木格草原䶮𠀀龥ABCz09·（）()\",;'-｜|\\㐀éᠮᠣᠩ\u180b\u202f🏦"


def bank_words(characters: int) -> st.SearchStrategy[str]:
    """Text a bank file takes: four bytes a character at most."""
    return st.text(LETTERS, min_size=1, max_size=characters).map(lambda text: f"字{text}号")


ROW = st.fixed_dictionaries(
    {
        "reference": st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=1, max_size=32),
        "account_no": st.text("0123456789", min_size=8, max_size=32),
        "account_name": bank_words(20),
        "bank": bank_words(15),
        "amount_fen": st.integers(1, 10**15),
        "purpose": bank_words(10),
    }
)


def test_these_are_words_that_may_be_ordered() -> None:
    assert read_bank_text(f"字{LETTERS}号", what="户名", bytes_max=500) == f"字{LETTERS}号"


@settings(max_examples=60)
@given(st.sampled_from(sorted(FORMATS)), st.lists(ROW, max_size=6), st.data())
def test_what_is_drawn_is_read_again(form: str, rows: list[Record], data: st.DataObject) -> None:
    content = whole(form, rows)
    assert format_of(content[:16]).code == form
    cut = data.draw(st.integers(0, len(content)))
    head, lines = open_file(bank_format(form), ("pay",), [content[:cut], b"", content[cut:]])
    assert [line.cells for line in lines] == rows
    assert (head.rows, head.sum_fen) == (len(rows), sum(int(str(r["amount_fen"])) for r in rows))
    assert (head.day, head.note) == (DAY, "fund:unemployment:150100")


@settings(max_examples=300)
@given(st.sampled_from(sorted(FORMATS)), st.binary(max_size=600))
def test_any_bytes_are_refused_in_words(form: str, content: bytes) -> None:
    with pytest.raises(BankFileError) as refused:
        read_whole(form, content)
    assert "没有读" in refused.value.sentence


@settings(max_examples=200)
@given(st.sampled_from(sorted(FORMATS)), st.data())
def test_a_damaged_file_is_refused_before_its_end(form: str, data: st.DataObject) -> None:
    content = bytearray(whole(form, [pay_row(n) for n in range(4)]))
    place = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != content[place]))
    content[place] = byte
    try:
        rows = read_whole(form, bytes(content), ("pay",))
    except BankFileError:
        return
    # Only the last line end may differ unnoticed: no row is touched by it.
    assert place >= len(content) - 2
    assert rows == [pay_row(n) for n in range(4)]


@settings(max_examples=100)
@given(st.sampled_from(sorted(FORMATS)), st.data())
def test_a_file_cut_short_is_refused(form: str, data: st.DataObject) -> None:
    content = whole(form, [pay_row(n) for n in range(3)])
    cut = data.draw(st.integers(0, len(content) - 3))
    with pytest.raises(BankFileError):
        read_whole(form, content[:cut])


def lines_of(content: bytes) -> list[bytes]:
    return content.splitlines(keepends=True)


@pytest.mark.parametrize("form", [FIXED, CSV])
def test_each_thing_that_can_be_wrong_is_named(form: str) -> None:
    content = whole(form, [pay_row(n) for n in range(3)])
    head, *rows, end = lines_of(content)
    wrong = {
        "文件是空的": b"",
        "开头不是": b"".join([*rows, end]),
        "没有结尾": b"".join([head, *rows]),
        "笔多": b"".join([head, *rows, rows[0], end]),
        "笔，和写的笔数不一样": b"".join([head, *rows[:2], end]),
        "合计": b"".join([head, rows[0], rows[1], rows[1], end]),
        "结尾以后": content + b"more",
        "既不是明细也不是结尾": b"".join([head, rows[0], b"Q" + rows[1][1:], rows[2], end]),
        "太长": head + b"D" * 2100,
    }
    for why, damaged in wrong.items():
        with pytest.raises(BankFileError) as refused:
            read_whole(form, damaged)
        assert why in refused.value.sentence, why
    swapped = b"".join([head, rows[1], rows[0], rows[2], end])
    with pytest.raises(BankFileError, match="校验码"):
        read_whole(form, swapped)


@pytest.mark.parametrize("form", [FIXED, CSV])
def test_an_unreadable_row_is_told_apart_from_the_others(form: str) -> None:
    content = return_file(form, [("A1", 100, "0000", ""), ("A2", 0, "0000", "")], spoil=1)
    first, second = read_whole(form, content)
    assert "trouble" not in first
    assert "金额" in str(second["trouble"])


def test_a_negative_amount_is_read_as_such() -> None:
    for form in (FIXED, CSV):
        rows = read_whole(form, return_file(form, [("A1", -100, "0000", "")]))
        assert rows[0]["amount_fen"] == -100


@pytest.mark.parametrize("form", [FIXED, CSV])
def test_wrong_totals_never_leave_the_house(form: str) -> None:
    head = FileHead("pay", "F1", DAY, 2, 300, "fund:x")
    with pytest.raises(CellError):
        list(draw_file(bank_format(form), head, [pay_row(1)]))


def test_text_that_does_not_fit_is_not_cut() -> None:
    row = {**pay_row(1), "account_name": "字" * 61}
    with pytest.raises(CellError):
        whole(FIXED, [row])
    for form in (FIXED, CSV):
        with pytest.raises(CellError):
            whole(form, [{**pay_row(1), "bank": "某行\n某支行"}])


def test_more_rows_than_a_file_may_have() -> None:
    head = FileHead("pay", "F1", DAY, ROWS_MAX + 1, 300, "fund:x")
    first = next(draw_file(bank_format(FIXED), head, []))
    with pytest.raises(BankFileError, match="请分开"):
        read_whole(FIXED, first)


def test_a_remark_is_cut_between_characters() -> None:
    assert cut_text("稳岗返还款", bytes_max=5, encoding="gb18030") == "稳岗"
    assert cut_text("稳岗", bytes_max=5, encoding="gb18030") == "稳岗"


def test_only_known_formats() -> None:
    with pytest.raises(UnknownBankFormatError):
        bank_format("swift")
    with pytest.raises(UnknownBankFormatError):
        format_of(b"%PDF-1.7")


def test_after_the_cut_off_hour_the_next_day_counts() -> None:
    from datetime import datetime, time  # noqa: PLC0415  beside their only use

    from denghuo.kernel.clock import SHANGHAI  # noqa: PLC0415

    hour = time(16, 0)
    assert first_bank_day(datetime(2026, 11, 23, 15, 59, tzinfo=SHANGHAI), hour) == DAY
    assert first_bank_day(datetime(2026, 11, 23, 16, 0, tzinfo=SHANGHAI), hour).day == 24
