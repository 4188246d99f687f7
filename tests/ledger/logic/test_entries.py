"""Lines that are an entry, and those that are none."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.kernel.refusal import RefusalError
from denghuo.ledger.logic.accounts import NotAccountCodeError, own_side, read_code
from denghuo.ledger.logic.entries import (
    AMOUNT_FEN_MAX,
    AccountTwiceError,
    EntryWordsError,
    Line,
    LineAmountError,
    TooFewLinesError,
    UnbalancedEntryError,
    demand_words,
    mirrored,
    read_lines,
    write_lines,
)

pytestmark = pytest.mark.no_postgres

CODES = st.from_regex(r"[a-z][a-z0-9_]{0,8}(:[A-Za-z0-9_]{1,8}){0,3}", fullmatch=True)
AMOUNTS = st.integers(-(10**12), 10**12).filter(bool)


@st.composite
def entries(draw: st.DrawFn) -> list[Line]:
    """Lines that sum to zero."""
    codes = draw(st.lists(CODES, min_size=2, max_size=8, unique=True))
    amounts = draw(
        st.lists(AMOUNTS, min_size=len(codes) - 1, max_size=len(codes) - 1).filter(
            lambda found: sum(found) != 0
        )
    )
    return [Line(code, fen) for code, fen in zip(codes, [*amounts, -sum(amounts)], strict=True)]


@given(entries())
def test_what_is_written_is_read_back(lines: list[Line]) -> None:
    text = write_lines(lines)
    assert json.loads(text) == sorted([line.account, line.amount_fen] for line in lines)
    assert sorted(read_lines(text), key=lambda line: line.account) == sorted(
        lines, key=lambda line: line.account
    )
    assert write_lines(list(reversed(lines))) == text, "order says nothing"


@given(entries())
def test_the_mirror_of_the_mirror_is_the_entry(lines: list[Line]) -> None:
    assert write_lines(mirrored(lines)) != write_lines(lines)
    assert write_lines(mirrored(mirrored(lines))) == write_lines(lines)


@given(entries(), st.integers(0, 7), st.integers(1, 10**6))
def test_one_fen_off_is_refused(lines: list[Line], place: int, fen: int) -> None:
    place %= len(lines)
    line = lines[place]
    if line.amount_fen + fen == 0:
        fen += 1
    lines[place] = Line(line.account, line.amount_fen + fen)
    with pytest.raises(UnbalancedEntryError):
        write_lines(lines)


def test_debits_come_first_where_a_person_reads() -> None:
    text = write_lines([Line("a", -5), Line("b", 3), Line("c", 2)])
    assert [line.account for line in read_lines(text)] == ["b", "c", "a"]


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        ([], TooFewLinesError),
        ([Line("a", 5)], TooFewLinesError),
        ([Line(f"a{n}", 1) for n in range(201)], TooFewLinesError),
        ([Line("a", 0), Line("b", 0)], LineAmountError),
        ([Line("a", True), Line("b", -1)], LineAmountError),
        ([Line("a", AMOUNT_FEN_MAX + 1), Line("b", -AMOUNT_FEN_MAX - 1)], LineAmountError),
        ([Line("a", 5), Line("a", -5)], AccountTwiceError),
        ([Line("a", 5), Line('b"', -5)], NotAccountCodeError),
        ([Line("a", 5), Line("", -5)], NotAccountCodeError),
        ([Line("a", 5), Line("b", -4)], UnbalancedEntryError),
    ],
)
def test_no_entry(lines: list[Line], error: type[RefusalError]) -> None:
    with pytest.raises(error):
        write_lines(lines)


def test_a_part_of_a_fen_is_no_amount() -> None:
    with pytest.raises(LineAmountError):
        write_lines([Line("a", 1.0), Line("b", -1)])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "words",
    [
        {"key": ""},
        {"key": "x" * 121},
        {"key": "有汉字"},
        {"key": "with space"},
        {"kind": ""},
        {"kind": "Grant"},
        {"about": "no colon"},
        {"about": "cases.Case:"},
        {"about": "cases.Case:" + "x" * 120},
        {"memo": "x" * 201},
        {"memo": "two\nlines"},
    ],
)
def test_words_that_cannot_be_kept(words: dict[str, str]) -> None:
    sound = {"key": "k:1", "kind": "grant", "about": "cases.Case:1", "memo": "稳岗返还，第 1 批"}
    demand_words(**sound)
    with pytest.raises(EntryWordsError):
        demand_words(**{**sound, **words})


@pytest.mark.parametrize("code", ["fund:unemployment:150100", "bank-1", "a.b:C_d"])
def test_codes(code: str) -> None:
    assert read_code(code) == code


@pytest.mark.parametrize("code", ["", "Fund", "1a", "a:", ":a", "a b", "基金", "a" * 81, 'a"'])
def test_no_codes(code: str) -> None:
    with pytest.raises(NotAccountCodeError):
        read_code(code)


def test_a_balance_is_told_from_the_accounts_own_side() -> None:
    assert [own_side(kind, -500) for kind in ("fund", "liability", "income")] == [500] * 3
    assert [own_side(kind, -500) for kind in ("asset", "expense")] == [-500] * 2
