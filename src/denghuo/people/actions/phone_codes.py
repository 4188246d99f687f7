"""Codes sent to phones: asking for one, using one."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from denghuo.kernel.refusal import RefusalError
from denghuo.people.logic import phone_code as rules
from denghuo.people.logic.phone import Phone
from denghuo.people.logic.phone_code import CodeRecord, Purpose, Verdict
from denghuo.people.models import PhoneCode, Staff
from denghuo.people.queries.digests import phone_digest
from denghuo.platform.public import ANONYMOUS, Actor, record_audit, send_code_by_sms, spend


class NoCarrierError(RefusalError):
    """No carrier of short messages is connected: waiting for a code would be in vain."""

    code = "people.no_carrier"
    template = "没有连上短信通道，验证码发不出去。请带身份证到就近的服务站，工作人员帮您办。"
    status = 503


# Our choice: a person who mistypes needs three or four; a guesser gets 40 tries in 10⁶ a day.
PER_PHONE_AN_HOUR = 5
PER_PHONE_A_DAY = 8
# A station or a dormitory shares one address; a robot needs thousands.
PER_ADDRESS_AN_HOUR = 60
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def send_code(
    *,
    phone: Phone,
    purpose: Purpose,
    address: str,
    now: datetime,
    actor: Actor = ANONYMOUS,
) -> UUID:
    """Send a fresh code and make the older ones useless. Returns the id of the code's row.

    Nothing here depends on whether somebody is registered with the phone. Limits are spent
    before the transaction, so that a refusal does not give them back. Raises
    ``SentJustNowError``, ``TooManyTriesError``, ``TooManyRequestsError``, ``NoCarrierError``.
    """
    if not (settings.SMS_URL or settings.DEMO):
        raise NoCarrierError(field="phone")
    _demand_waited(phone, now)
    spend(f"people.code.address:{address}", limit=PER_ADDRESS_AN_HOUR, per=HOUR, now=now)
    spend(f"people.code.hour:{phone.text}", limit=PER_PHONE_AN_HOUR, per=HOUR, now=now)
    spend(f"people.code.day:{phone.text}", limit=PER_PHONE_A_DAY, per=DAY, now=now)
    with transaction.atomic():
        digest = phone_digest(phone)
        PhoneCode.objects.filter(
            phone_digest=digest, used_at__isnull=True, replaced_at__isnull=True
        ).update(replaced_at=now)
        row = PhoneCode.objects.create(
            phone=phone.text,
            phone_digest=digest,
            purpose=purpose,
            expires_at=now + rules.VALID_FOR,
            created_at=now,
        )
        send_code_by_sms(
            phone=phone.text,
            code=code_of(row.pk),
            purpose=purpose,
            office=_office(actor),
            key=f"people.code:{row.pk}",
            expires_at=row.expires_at,
            now=now,
        )
        record_audit(
            actor=actor,
            action="people.send_code",
            entity=f"people.phone_code:{row.pk}",
            detail={"purpose": purpose},
            at=now,
        )
    return row.pk


def use_code(*, code_id: UUID, typed: str, purpose: Purpose, now: datetime) -> Phone:
    """Try the digits somebody typed; the right ones open once. Returns the proven phone.

    Race: the button is pressed twice, the browser drops the answer to the first press and
    shows the second. The same right digits within seconds prove the same phone again.

    The try is committed before the refusal is raised: raised inside the transaction, the
    refusal would roll the counter back and a guesser would have tries without end.
    """
    with transaction.atomic():
        verdict, record, phone = try_code(code_id=code_id, typed=typed, purpose=purpose, now=now)
    if verdict == "used" and rules.pressed_twice(
        record, typed=rules.read_code(typed), expected=code_of(code_id), now=now
    ):
        return phone
    rules.refuse(verdict, record, now=now)
    return phone


def try_code(
    *, code_id: UUID, typed: str, purpose: Purpose, now: datetime
) -> tuple[Verdict, CodeRecord, Phone]:
    """Judge one try and write it down, inside the caller's transaction; raise nothing of it.

    Race: two tabs send the same right code at the same instant. Both would read "not used".
    The lock on the row (on the embedded engine: the write transaction itself) makes the
    second wait and then read what the first wrote: one is ``right``, the other ``used``.
    Raises ``CodeMissingError`` when there is no such code.
    """
    row = PhoneCode.objects.select_for_update().filter(pk=code_id, purpose=purpose).first()
    if row is None:
        raise rules.CodeMissingError(field="code")
    verdict = rules.judge(
        record_of(row), typed=rules.read_code(typed), expected=code_of(row.pk), now=now
    )
    if verdict == "right":
        row.used_at = now
        row.save(update_fields=["used_at"])
        record_audit(
            actor=ANONYMOUS,
            action="people.use_code",
            entity=f"people.phone_code:{row.pk}",
            detail={"purpose": purpose},
            at=now,
        )
    elif verdict == "wrong":
        row.tries += 1
        row.last_try_at = now
        row.save(update_fields=["tries", "last_try_at"])
    return verdict, record_of(row), Phone(row.phone)


def forget_old_codes(*, now: datetime) -> int:
    """Remove codes a week after they were sent: long after the last wait has passed."""
    return PhoneCode.objects.filter(created_at__lt=now - timedelta(days=7)).delete()[0]


def code_of(code_id: UUID) -> str:
    """The digits of a code, derived anew (decision 0020)."""
    return rules.derive_code(settings.SECRET_KEY.encode() + b"people.phone_code", code_id)


def record_of(row: PhoneCode) -> CodeRecord:
    """The row as the pure rules read it."""
    return CodeRecord(
        expires_at=row.expires_at,
        tries=row.tries,
        used_at=row.used_at,
        replaced_at=row.replaced_at,
        last_try_at=row.last_try_at,
    )


def _office(actor: Actor) -> str:
    """Who asks for a code at a counter; the short message names them."""
    if actor.staff_id is None:
        return ""
    return Staff.objects.values_list("office", flat=True).get(pk=actor.staff_id)


def _demand_waited(phone: Phone, now: datetime) -> None:
    last = (
        PhoneCode.objects.filter(phone_digest=phone_digest(phone)).order_by("-created_at").first()
    )
    if last is not None:
        rules.wait_before_next(record_of(last), sent_at=last.created_at, now=now)
