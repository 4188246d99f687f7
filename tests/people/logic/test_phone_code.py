"""The sent code: derived, compared, expired, locked."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from denghuo.people.logic.phone_code import (
    PRESSED_TWICE_WITHIN,
    TRIES_MAX,
    CodeExpiredError,
    CodeRecord,
    CodeReplacedError,
    CodeUsedError,
    SentJustNowError,
    TooManyTriesError,
    WrongCodeError,
    derive_code,
    judge,
    pressed_twice,
    read_code,
    refuse,
    wait_before_next,
)

pytestmark = pytest.mark.no_postgres

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
FRESH = CodeRecord(expires_at=NOW + timedelta(minutes=5))


def test_the_code_depends_on_key_and_row_and_has_six_digits() -> None:
    row = UUID(int=7)
    code = derive_code(b"k" * 32, row)
    assert len(code) == 6
    assert code.isdigit()
    assert code == derive_code(b"k" * 32, row)
    assert code != derive_code(b"l" * 32, row)


def test_codes_are_spread_evenly() -> None:
    first_digits = Counter(derive_code(b"k" * 32, UUID(int=n))[0] for n in range(20_000))
    assert set(first_digits) == set("0123456789")
    assert all(1_700 < count < 2_300 for count in first_digits.values())


def test_full_width_digits_and_blanks_are_forgiven() -> None:
    assert read_code(" １２３ ４５６\n") == "123456"


@pytest.mark.parametrize(
    ("record", "typed", "at", "verdict"),
    [
        (FRESH, "123456", NOW, "right"),
        (FRESH, "123457", NOW, "wrong"),
        (FRESH, "", NOW, "wrong"),
        (FRESH, "一二三四五六", NOW, "wrong"),
        (FRESH, "123456", NOW + timedelta(minutes=4, seconds=59), "right"),
        (FRESH, "123456", NOW + timedelta(minutes=5), "expired"),
        (CodeRecord(FRESH.expires_at, used_at=NOW), "123456", NOW, "used"),
        (CodeRecord(FRESH.expires_at, replaced_at=NOW), "123456", NOW, "replaced"),
        (CodeRecord(FRESH.expires_at, tries=TRIES_MAX), "123456", NOW, "locked"),
    ],
)
def test_what_a_try_is_worth(record: CodeRecord, typed: str, at: datetime, verdict: str) -> None:
    assert judge(record, typed=typed, expected="123456", now=at) == verdict


@pytest.mark.parametrize(
    ("used_at", "typed", "twice"),
    [
        (NOW, "123456", True),
        (NOW - PRESSED_TWICE_WITHIN + timedelta(seconds=1), "123456", True),
        (NOW - PRESSED_TWICE_WITHIN, "123456", False),
        (NOW + timedelta(seconds=1), "123456", False),
        (NOW, "123457", False),
        (None, "123456", False),
    ],
)
def test_a_second_press_comes_at_once(used_at: datetime | None, typed: str, twice: bool) -> None:
    record = CodeRecord(FRESH.expires_at, used_at=used_at)
    assert pressed_twice(record, typed=typed, expected="123456", now=NOW) is twice


def test_each_verdict_has_its_sentence() -> None:
    with pytest.raises(WrongCodeError, match="还可以再试 4 次"):
        refuse("wrong", CodeRecord(FRESH.expires_at, tries=1), now=NOW)
    with pytest.raises(TooManyTriesError, match="请等 15 分钟"):
        refuse("wrong", CodeRecord(FRESH.expires_at, tries=5), now=NOW)
    locked = CodeRecord(FRESH.expires_at, tries=5, last_try_at=NOW - timedelta(minutes=10))
    with pytest.raises(TooManyTriesError, match="请等 5 分钟"):
        refuse("locked", locked, now=NOW)
    with pytest.raises(CodeExpiredError, match="过了 5 分钟"):
        refuse("expired", FRESH, now=NOW)
    with pytest.raises(CodeUsedError, match="已经用过"):
        refuse("used", FRESH, now=NOW)
    with pytest.raises(CodeReplacedError, match="最新收到"):
        refuse("replaced", FRESH, now=NOW)
    refuse("right", FRESH, now=NOW)


def test_a_new_code_waits_a_minute_and_longer_after_five_wrong_tries() -> None:
    wait_before_next(None, sent_at=None, now=NOW)
    with pytest.raises(SentJustNowError, match="请等 20 秒"):
        wait_before_next(FRESH, sent_at=NOW - timedelta(seconds=40), now=NOW)
    wait_before_next(FRESH, sent_at=NOW - timedelta(seconds=60), now=NOW)
    burnt = CodeRecord(FRESH.expires_at, tries=5, last_try_at=NOW - timedelta(minutes=14))
    with pytest.raises(TooManyTriesError, match="请等 1 分钟"):
        wait_before_next(burnt, sent_at=NOW - timedelta(minutes=16), now=NOW)
    wait_before_next(
        burnt, sent_at=NOW - timedelta(minutes=16), now=NOW + timedelta(minutes=1, seconds=1)
    )


def test_a_used_code_does_not_make_the_next_sign_in_wait() -> None:
    used = CodeRecord(FRESH.expires_at, used_at=NOW)
    wait_before_next(used, sent_at=NOW - timedelta(seconds=5), now=NOW)


def test_two_rows_hardly_ever_share_a_code() -> None:
    codes = {derive_code(b"k" * 32, uuid4()) for _ in range(1_000)}
    assert len(codes) > 990
