"""Staff accounts: opening, two factors, closing."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

import pyotp
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.people.access import RecordNotFoundError
from denghuo.people.logic.names import read_name
from denghuo.people.logic.roles import read_roles
from denghuo.people.logic.totp import matching_step
from denghuo.people.models import RecoveryCode, Staff
from denghuo.platform.public import (
    ANONYMOUS,
    Actor,
    forgive,
    lookup_digest,
    record_audit,
    spend,
)

PASSWORD_LENGTH_MIN = 12
PASSWORD_LENGTH_MAX = 200
RECOVERY_CODES = 10
TRIES_MAX = 5
TRIES_PER = timedelta(minutes=15)
PER_ADDRESS = 100
# No letter or digit that reads like another.
_RECOVERY_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


class LoginTakenError(RefusalError):
    """Every account has a login of its own."""

    code = "people.login_taken"
    template = "这个登录名已经有人用了，请换一个。"
    status = 409


class WrongPasswordError(RefusalError):
    """Login or password is wrong, or the account is closed: one sentence for all three."""

    code = "people.wrong_password"
    template = "登录名或密码不对，还可以再试 {left} 次。忘了密码请找账号管理人员。"


class WrongSecondFactorError(RefusalError):
    """The six digits open nothing, or opened something before."""

    code = "people.wrong_second_factor"
    template = "动态码不对，还可以再试 {left} 次。每个动态码只能用一次，请等手机上换出新的再输。"


class LockedOutError(RefusalError):
    """The fifth wrong guess: wait."""

    code = "people.locked_out"
    template = "已经错了 {tries} 次。为了账号安全，请等 {minutes} 分钟再试，或者找账号管理人员。"
    status = 429


class WeakPasswordError(RefusalError):
    """Too short, too common, or the login itself."""

    code = "people.weak_password"
    template = "这个密码不够安全：{why}。"


class SecondFactorNotSetError(RefusalError):
    """The account has no second factor yet."""

    code = "people.second_factor_not_set"
    template = "还没有绑定动态码，请从登录名那一步重新开始。"
    status = 409


def create_staff(
    *,
    login: str,
    name: str,
    office: str,
    roles: Iterable[str],
    area: Region,
    password: str | None,
    actor: Actor,
    now: datetime,
    password_temporary: bool = True,
) -> UUID:
    """Open an account. Its owner changes the password and binds a phone at first sign-in.
    ``None``: an account that no password opens, until somebody gives it one.

    Raises ``LoginTakenError``, ``WeakPasswordError``, ``UnknownRoleError``.
    """
    clean = read_login(login)
    if password is not None:
        _demand_strong(password, clean)
    row = Staff(
        login=clean,
        name=read_name(name),
        office=office.strip(),
        password=make_password(password),
        password_temporary=password_temporary,
        roles=list(read_roles(roles)),
        area=area.code,
        created_at=now,
    )
    with transaction.atomic():
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            raise LoginTakenError(field="login") from None
        _audit("people.create_staff", row, actor, now)
    return row.pk


@transaction.atomic
def change_staff(
    *,
    staff_id: UUID,
    roles: Iterable[str],
    area: Region,
    active: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """Give other roles, another area, or close the account: in force at the next click."""
    row = _locked(staff_id)
    row.roles, row.area, row.active = list(read_roles(roles)), area.code, active
    row.save(update_fields=["roles", "area", "active"])
    _audit("people.change_staff", row, actor, now)


def check_first_factor(*, login: str, password: str, address: str, now: datetime) -> UUID:
    """Login and password. Returns the account, which is not signed in yet.

    An unknown login costs as much time and gives the same sentence as a wrong password. Five
    tries in fifteen minutes for a login, known or not; then ``TooManyRequestsError``.
    """
    clean = read_login(login)
    key = f"people.staff_password:{clean}"
    spend(f"people.staff_address:{address}", limit=PER_ADDRESS, per=TRIES_PER, now=now)
    left = spend(key, limit=TRIES_MAX, per=TRIES_PER, now=now)
    row = Staff.objects.filter(login=clean, active=True).first()
    if row is None:
        make_password(password)
        raise _wrong(WrongPasswordError, "password", left)
    if not check_password(password, row.password):
        raise _wrong(WrongPasswordError, "password", left)
    forgive(key)
    return row.pk


def check_second_factor(*, staff_id: UUID, typed: str, now: datetime) -> None:
    """The six digits, or one of the recovery codes. Each opens once.

    Race: the same digits sent twice at once. The row is locked while they are judged, so the
    second reads the step the first has used. Raises ``WrongSecondFactorError`` and, after
    five tries in fifteen minutes, ``TooManyRequestsError``.
    """
    key = f"people.staff_second:{staff_id}"
    left = spend(key, limit=TRIES_MAX, per=TRIES_PER, now=now)
    with transaction.atomic():
        row = _locked(staff_id)
        if not row.active or row.totp_secret is None or row.totp_confirmed_at is None:
            raise SecondFactorNotSetError
        step = matching_step(row.totp_secret, typed, now=now, after=row.totp_last_step)
        if step is not None:
            row.totp_last_step = step
            row.save(update_fields=["totp_last_step"])
            how = "totp"
        elif _use_recovery_code(row, typed, now):
            how = "recovery_code"
        else:
            raise _wrong(WrongSecondFactorError, "code", left)
        _audit("people.staff_sign_in", row, _as(row), now, how=how)
    forgive(key)


@transaction.atomic
def begin_second_factor(*, staff_id: UUID, now: datetime) -> str:
    """The secret to show as a QR code until it is confirmed; the same one when asked again.

    Raises ``SecondFactorNotSetError`` where one is confirmed already: it is shown only once.
    """
    row = _locked(staff_id)
    if row.totp_confirmed_at is not None:
        raise SecondFactorNotSetError
    if row.totp_secret is None:
        row.totp_secret = pyotp.random_base32()
        row.save(update_fields=["totp_secret"])
        _audit("people.begin_second_factor", row, _as(row), now)
    return row.totp_secret


def confirm_second_factor(*, staff_id: UUID, typed: str, now: datetime) -> tuple[str, ...]:
    """The first digits from the app prove that it is set up. Returns ten recovery codes.

    They are kept as digests: this is the only time anybody can read them.
    """
    key = f"people.staff_second:{staff_id}"
    left = spend(key, limit=TRIES_MAX, per=TRIES_PER, now=now)
    with transaction.atomic():
        row = _locked(staff_id)
        if row.totp_secret is None or row.totp_confirmed_at is not None:
            raise SecondFactorNotSetError
        step = matching_step(row.totp_secret, typed, now=now, after=row.totp_last_step)
        if step is None:
            raise _wrong(WrongSecondFactorError, "code", left)
        row.totp_last_step, row.totp_confirmed_at = step, now
        row.save(update_fields=["totp_last_step", "totp_confirmed_at"])
        codes = tuple(_new_recovery_code() for _ in range(RECOVERY_CODES))
        RecoveryCode.objects.bulk_create(
            RecoveryCode(staff=row, digest=_recovery_digest(code), created_at=now) for code in codes
        )
        _audit("people.confirm_second_factor", row, _as(row), now)
    forgive(key)
    return codes


@transaction.atomic
def reset_second_factor(*, staff_id: UUID, actor: Actor, now: datetime) -> None:
    """The phone is lost: the next sign-in binds a new one; all open sessions end."""
    row = _locked(staff_id)
    row.totp_secret, row.totp_confirmed_at, row.totp_last_step = None, None, 0
    row.session_version += 1
    row.save(
        update_fields=["totp_secret", "totp_confirmed_at", "totp_last_step", "session_version"]
    )
    RecoveryCode.objects.filter(staff=row).delete()
    _audit("people.reset_second_factor", row, actor, now)


@transaction.atomic
def change_password(*, staff_id: UUID, password: str, actor: Actor, now: datetime) -> int:
    """A new password; sessions opened with the old one end. Returns the new session version."""
    row = _locked(staff_id)
    _demand_strong(password, row.login)
    if check_password(password, row.password):
        raise WeakPasswordError(field="password", why="和原来的一样")
    row.password = make_password(password)
    row.password_temporary = actor.staff_id != row.pk
    row.session_version += 1
    row.save(update_fields=["password", "password_temporary", "session_version"])
    _audit("people.change_password", row, actor, now)
    return row.session_version


def read_login(raw: str) -> str:
    """Logins differ in neither case nor blanks."""
    return raw.strip().casefold()[:40]


def _wrong(error: type[RefusalError], field: str, left: int) -> RefusalError:
    if left > 0:
        return error(field=field, left=left)
    minutes = TRIES_PER // timedelta(minutes=1)
    return LockedOutError(field=field, tries=TRIES_MAX, minutes=minutes)


def _demand_strong(password: str, login: str) -> None:
    if len(password) < PASSWORD_LENGTH_MIN:
        raise WeakPasswordError(field="password", why=f"至少要 {PASSWORD_LENGTH_MIN} 位")
    if len(password) > PASSWORD_LENGTH_MAX:
        raise WeakPasswordError(field="password", why=f"最多 {PASSWORD_LENGTH_MAX} 位")
    if login in password.casefold():
        raise WeakPasswordError(field="password", why="里面有登录名")
    if len(set(password)) < 5:
        raise WeakPasswordError(field="password", why="重复的字太多")
    try:
        _common_passwords().validate(password)
    except ValidationError:
        raise WeakPasswordError(field="password", why="用的人太多，容易被猜到") from None


@cache
def _common_passwords() -> CommonPasswordValidator:
    """Read once: the list has twenty thousand entries and is packed."""
    return CommonPasswordValidator()


def _use_recovery_code(row: Staff, typed: str, now: datetime) -> bool:
    text = "".join(char for char in typed.casefold() if char in _RECOVERY_ALPHABET)
    return bool(
        RecoveryCode.objects.filter(
            staff=row, digest=_recovery_digest(text), used_at__isnull=True
        ).update(used_at=now)
    )


def _new_recovery_code() -> str:
    """``abcd-2345-efgh``: 59 bits, readable aloud."""
    text = "".join(secrets.choice(_RECOVERY_ALPHABET) for _ in range(12))
    return f"{text[:4]}-{text[4:8]}-{text[8:]}"


def _recovery_digest(code: str) -> bytes:
    return lookup_digest(code.replace("-", ""), field="people.recovery_code")


def _locked(staff_id: UUID) -> Staff:
    row = Staff.objects.select_for_update().filter(pk=staff_id).first()
    if row is None:
        raise RecordNotFoundError
    return row


def _as(row: Staff) -> Actor:
    return Actor(kind="staff", staff_id=row.pk, name=row.name)


def _audit(action: str, row: Staff, actor: Actor, now: datetime, **detail: str) -> None:
    record_audit(
        actor=actor if actor is not ANONYMOUS else _as(row),
        action=action,
        entity=f"people.staff:{row.pk}",
        detail=detail,
        at=now,
    )
