"""Staff accounts: two factors, one use each, one sentence for every wrong guess."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pyotp
import pytest

from denghuo.kernel.refusal import RefusalError
from denghuo.people.actions.staff import (
    LockedOutError,
    LoginTakenError,
    SecondFactorNotSetError,
    WeakPasswordError,
    WrongPasswordError,
    WrongSecondFactorError,
    begin_second_factor,
    change_password,
    change_staff,
    check_first_factor,
    check_second_factor,
    confirm_second_factor,
    create_staff,
    reset_second_factor,
)
from denghuo.people.logic.roles import UnknownRoleError
from denghuo.people.models import RecoveryCode, Staff
from denghuo.platform.public import SYSTEM, TooManyRequestsError
from tests.factories.people import CHIFENG, HOHHOT, NOW, PASSWORD, as_staff, make_staff

pytestmark = pytest.mark.django_db

STEP = timedelta(seconds=30)


def bound(login: str = "clerk") -> tuple[UUID, pyotp.TOTP, tuple[str, ...]]:
    staff_id = make_staff(login)
    totp = pyotp.TOTP(begin_second_factor(staff_id=staff_id, now=NOW))
    codes = confirm_second_factor(staff_id=staff_id, typed=totp.at(NOW), now=NOW)
    return staff_id, totp, codes


def first(login: str = "clerk", password: str = PASSWORD) -> UUID:
    return check_first_factor(login=login, password=password, address="192.0.2.1", now=NOW)


def test_login_is_read_without_case_and_blanks() -> None:
    staff_id = make_staff("Clerk")
    assert first(" clerk ") == staff_id
    with pytest.raises(LoginTakenError):
        make_staff("CLERK ")


def test_an_account_without_a_password_is_opened_by_none() -> None:
    create_staff(
        login="colleague",
        name="演示人员",
        office="演示单位",
        roles=["station"],
        area=HOHHOT,
        password=None,
        actor=SYSTEM,
        now=NOW,
    )
    for typed in ("", "None", PASSWORD, Staff.objects.get(login="colleague").password):
        with pytest.raises(WrongPasswordError):
            first("colleague", typed)


def test_unknown_login_wrong_password_and_closed_account_say_the_same() -> None:
    make_staff()
    closed = make_staff("closed")
    change_staff(
        staff_id=closed, roles=["station"], area=HOHHOT, active=False, actor=SYSTEM, now=NOW
    )
    said = set()
    for login, password in (("nobody", PASSWORD), ("clerk", "wrong"), ("closed", PASSWORD)):
        with pytest.raises(WrongPasswordError) as refusal:
            first(login, password)
        said.add(refusal.value.sentence)
    assert len(said) == 1


@pytest.mark.parametrize("login", ["clerk", "nobody"])
def test_five_wrong_passwords_mean_waiting_for_known_and_unknown_logins(login: str) -> None:
    make_staff()
    for _number in range(4):
        with pytest.raises(WrongPasswordError):
            first(login, "wrong")
    with pytest.raises(LockedOutError, match="15 分钟"):
        first(login, "wrong")
    with pytest.raises(TooManyRequestsError, match="分钟后再试"):
        first(login)


def test_a_right_password_forgives_the_wrong_ones() -> None:
    make_staff()
    for _round in range(3):
        for _number in range(4):
            with pytest.raises(WrongPasswordError):
                first(password="wrong")
        first()


@pytest.mark.parametrize(
    "password", ["short", "clerk-clerk-clerk", "aaaaaaaaaaaaaaa", "password1234", "x" * 201]
)
def test_weak_passwords_are_refused_in_words(password: str) -> None:
    with pytest.raises(WeakPasswordError):
        create_staff(
            login="clerk",
            name="娜仁",
            office="中心",
            roles=["station"],
            area=HOHHOT,
            password=password,
            actor=SYSTEM,
            now=NOW,
        )
    assert not Staff.objects.exists()


def test_roles_are_known_ones() -> None:
    with pytest.raises(UnknownRoleError, match="king"):
        make_staff(roles=["station", "king"])


def test_the_second_factor_opens_once_per_step() -> None:
    staff_id, totp, _codes = bound()
    now = NOW + STEP
    check_second_factor(staff_id=staff_id, typed=totp.at(now), now=now)
    with pytest.raises(WrongSecondFactorError):
        check_second_factor(staff_id=staff_id, typed=totp.at(now), now=now)
    later = now + STEP
    check_second_factor(staff_id=staff_id, typed=totp.at(later), now=later)


def test_the_code_that_bound_the_phone_does_not_sign_in_as_well() -> None:
    staff_id, totp, _codes = bound()
    with pytest.raises(WrongSecondFactorError):
        check_second_factor(staff_id=staff_id, typed=totp.at(NOW), now=NOW)


def test_a_clock_half_a_minute_off_is_forgiven_and_two_minutes_are_not() -> None:
    staff_id, totp, _codes = bound()
    now = NOW + 10 * STEP
    check_second_factor(staff_id=staff_id, typed=totp.at(now - STEP), now=now)
    with pytest.raises(WrongSecondFactorError):
        check_second_factor(staff_id=staff_id, typed=totp.at(now + 4 * STEP), now=now)


def test_five_wrong_codes_mean_waiting() -> None:
    staff_id, totp, _codes = bound()
    for _number in range(4):
        with pytest.raises(WrongSecondFactorError):
            check_second_factor(staff_id=staff_id, typed="abc", now=NOW)
    with pytest.raises(LockedOutError):
        check_second_factor(staff_id=staff_id, typed="abc", now=NOW)
    later = NOW + STEP
    with pytest.raises(TooManyRequestsError):
        check_second_factor(staff_id=staff_id, typed=totp.at(later), now=later)


def test_recovery_codes_open_once_and_are_kept_as_digests() -> None:
    staff_id, _totp, codes = bound()
    assert len(set(codes)) == 10
    check_second_factor(staff_id=staff_id, typed=codes[0].upper(), now=NOW)
    with pytest.raises(WrongSecondFactorError):
        check_second_factor(staff_id=staff_id, typed=codes[0], now=NOW)
    check_second_factor(staff_id=staff_id, typed=codes[1].replace("-", " "), now=NOW)
    digests = b"".join(bytes(row.digest) for row in RecoveryCode.objects.all())
    assert not any(code.replace("-", "").encode() in digests for code in codes)


def test_recovery_codes_of_one_account_do_not_open_another() -> None:
    _first_id, _totp, codes = bound()
    second_id, _totp2, _codes2 = bound("second")
    with pytest.raises(WrongSecondFactorError):
        check_second_factor(staff_id=second_id, typed=codes[0], now=NOW)


def test_a_bound_secret_is_never_shown_again_until_it_is_reset() -> None:
    staff_id, totp, codes = bound()
    with pytest.raises(SecondFactorNotSetError):
        begin_second_factor(staff_id=staff_id, now=NOW)
    reset_second_factor(staff_id=staff_id, actor=SYSTEM, now=NOW)
    assert begin_second_factor(staff_id=staff_id, now=NOW) != totp.secret
    with pytest.raises(SecondFactorNotSetError):
        check_second_factor(staff_id=staff_id, typed=codes[2], now=NOW)


def test_changing_the_password_ends_other_sessions() -> None:
    staff_id = make_staff()
    me = as_staff(staff_id)
    with pytest.raises(WeakPasswordError, match="和原来的一样"):
        change_password(staff_id=staff_id, password=PASSWORD, actor=me, now=NOW)
    version = change_password(staff_id=staff_id, password="另一个 long enough", actor=me, now=NOW)
    assert version == 1
    row = Staff.objects.get()
    assert not row.password_temporary
    change_password(staff_id=staff_id, password="given by the admin", actor=SYSTEM, now=NOW)
    row.refresh_from_db()
    assert row.password_temporary


def test_area_and_roles_change_at_once() -> None:
    staff_id = make_staff()
    change_staff(
        staff_id=staff_id, roles=["officer"], area=CHIFENG, active=True, actor=SYSTEM, now=NOW
    )
    row = Staff.objects.get()
    assert (row.roles, row.area) == (["officer"], CHIFENG.code)


@pytest.mark.django_db(transaction=True)
def test_the_same_digits_twice_at_once(in_threads: Callable[..., list[object]]) -> None:
    staff_id, totp, _codes = bound()
    now = NOW + STEP

    def enter() -> str:
        check_second_factor(staff_id=staff_id, typed=totp.at(now), now=now)
        return "in"

    results = in_threads(enter, enter, enter)
    assert results.count("in") == 1
    assert sum(isinstance(result, RefusalError) for result in results) == 2
