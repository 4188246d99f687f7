"""Codes in the database: tries that count, one use, limits, nothing left behind."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from pytest_django import Settings

from denghuo.people.actions.phone_codes import (
    NoCarrierError,
    code_of,
    forget_old_codes,
    send_code,
    use_code,
)
from denghuo.people.logic.phone import Phone
from denghuo.people.logic.phone_code import (
    PRESSED_TWICE_WITHIN,
    CodeExpiredError,
    CodeMissingError,
    CodeReplacedError,
    CodeUsedError,
    SentJustNowError,
    TooManyTriesError,
    WrongCodeError,
)
from denghuo.people.models import PhoneCode
from denghuo.platform.models import AuditEntry
from denghuo.platform.public import TooManyRequestsError
from tests.factories.people import NOW, make_person, phone

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def send(mobile: Phone, *, now: datetime = NOW, address: str = "192.0.2.1") -> UUID:
    return send_code(phone=mobile, purpose="sign_in", address=address, now=now)


def wrong(code: str) -> str:
    return str((int(code) + 1) % 1_000_000).zfill(6)


def test_the_right_code_proves_the_phone_once() -> None:
    mobile = phone()
    code_id = send(mobile)
    code = code_of(code_id)
    assert use_code(code_id=code_id, typed=f" {code} ", purpose="sign_in", now=NOW) == mobile
    with pytest.raises(CodeUsedError):
        use_code(code_id=code_id, typed=code, purpose="sign_in", now=NOW + PRESSED_TWICE_WITHIN)


def test_a_button_pressed_twice_is_one_use() -> None:
    mobile = phone()
    code_id = send(mobile)
    code = code_of(code_id)
    soon = NOW + timedelta(seconds=3)
    assert use_code(code_id=code_id, typed=code, purpose="sign_in", now=NOW) == mobile
    assert use_code(code_id=code_id, typed=code, purpose="sign_in", now=soon) == mobile
    with pytest.raises(CodeUsedError):
        use_code(code_id=code_id, typed=wrong(code), purpose="sign_in", now=soon)
    assert PhoneCode.objects.get(pk=code_id).used_at == NOW
    assert AuditEntry.objects.filter(action="people.use_code").count() == 1


def test_a_code_is_for_its_purpose_only() -> None:
    code_id = send(phone())
    with pytest.raises(CodeMissingError):
        use_code(code_id=code_id, typed=code_of(code_id), purpose="give_mandate", now=NOW)


def test_five_wrong_tries_are_remembered_and_then_the_right_one_does_not_open() -> None:
    mobile = phone()
    code_id = send(mobile)
    code = code_of(code_id)
    for left in (4, 3, 2, 1):
        with pytest.raises(WrongCodeError, match=f"还可以再试 {left} 次"):
            use_code(code_id=code_id, typed=wrong(code), purpose="sign_in", now=NOW)
    for typed in (wrong(code), code):
        with pytest.raises(TooManyTriesError, match="15 分钟"):
            use_code(code_id=code_id, typed=typed, purpose="sign_in", now=NOW)
    with pytest.raises(TooManyTriesError):
        send(mobile, now=NOW + 14 * MINUTE)
    send(mobile, now=NOW + 15 * MINUTE)


def test_an_expired_code_says_so_and_that_nothing_is_lost() -> None:
    code_id = send(phone())
    with pytest.raises(CodeExpiredError, match="您填的内容都还在"):
        use_code(code_id=code_id, typed=code_of(code_id), purpose="sign_in", now=NOW + 5 * MINUTE)


def test_the_newer_code_replaces_the_older() -> None:
    mobile = phone()
    first = send(mobile)
    with pytest.raises(SentJustNowError):
        send(mobile, now=NOW + timedelta(seconds=59))
    second = send(mobile, now=NOW + MINUTE)
    with pytest.raises(CodeReplacedError):
        use_code(code_id=first, typed=code_of(first), purpose="sign_in", now=NOW + MINUTE)
    use_code(code_id=second, typed=code_of(second), purpose="sign_in", now=NOW + MINUTE)


def test_one_phone_gets_five_codes_an_hour() -> None:
    mobile = phone()
    for number in range(5):
        send(mobile, now=NOW + number * MINUTE)
    with pytest.raises(TooManyRequestsError):
        send(mobile, now=NOW + 6 * MINUTE)


def test_one_address_gets_sixty_codes_an_hour() -> None:
    for _number in range(60):
        send(phone())
    with pytest.raises(TooManyRequestsError):
        send(phone())
    send(phone(), address="192.0.2.2")


def test_asking_tells_nothing_about_who_is_registered() -> None:
    known, unknown = phone(), phone()
    make_person(phone=known)
    first, second = send(known), send(unknown)
    rows = PhoneCode.objects.in_bulk([first, second])
    assert rows[first].expires_at == rows[second].expires_at


def test_without_a_carrier_nobody_waits_in_vain(settings: Settings) -> None:
    settings.SMS_URL = ""
    with pytest.raises(NoCarrierError, match="没有连上短信通道"):
        send(phone())


@pytest.mark.parametrize("mobile", [phone(4711), Phone.read("13800138000")])
def test_the_digits_stand_nowhere(mobile: Phone, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        code_id = send(mobile)
        code = code_of(code_id)
        with pytest.raises(WrongCodeError):
            use_code(code_id=code_id, typed=wrong(code), purpose="sign_in", now=NOW)
        use_code(code_id=code_id, typed=code, purpose="sign_in", now=NOW)
    with connection.cursor() as cursor:
        stored = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            stored += [cell for row in cursor.fetchall() for cell in row]
    # Only whole cells and texts: six digits may well occur inside a random hash.
    texts = [cell for cell in stored if isinstance(cell, str) and len(cell) < 64]
    assert code not in texts
    assert not any(mobile.text in text for text in texts)
    assert code not in caplog.text
    assert mobile.text not in caplog.text


def test_old_codes_are_forgotten() -> None:
    send(phone())
    assert forget_old_codes(now=NOW + timedelta(days=6)) == 0
    assert forget_old_codes(now=NOW + timedelta(days=8)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_button_pressed_six_times_at_once_is_one_use(
    in_threads: Callable[..., list[object]],
) -> None:
    mobile = phone()
    code_id = send(mobile)
    code = code_of(code_id)

    def submit() -> Phone:
        return use_code(code_id=code_id, typed=code, purpose="sign_in", now=NOW)

    results = in_threads(*[submit] * 6)
    assert results == [mobile] * 6
    assert AuditEntry.objects.filter(action="people.use_code").count() == 1


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_are_all_counted(in_threads: Callable[..., list[object]]) -> None:
    code_id = send(phone())
    bad = wrong(code_of(code_id))

    def guess() -> Phone:
        return use_code(code_id=code_id, typed=bad, purpose="sign_in", now=NOW)

    results = in_threads(*[guess] * 8)
    assert sum(isinstance(result, WrongCodeError) for result in results) == 4
    assert sum(isinstance(result, TooManyTriesError) for result in results) == 4
    assert PhoneCode.objects.get().tries == 5
