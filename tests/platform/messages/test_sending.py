"""A message stands with its event, once, and only those it may reach are tried."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from denghuo.kernel.subject import SubjectRef
from denghuo.platform.messages.outside import Contact
from denghuo.platform.messages.sending import Channel, send_code_by_sms, send_message
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.models.jobs import Job
from denghuo.platform.models.messages import Delivery, Message

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 8, 4, 0, tzinfo=UTC)
NIGHT = datetime(2026, 5, 8, 14, 30, tzinfo=UTC)  # 22:30 in China
PERSON = SubjectRef("person", uuid4())
BODY = "乌云其木格，您的补贴 1,500.00 元已发放。"


@pytest.fixture(autouse=True)
def _carrier(settings: Settings) -> None:
    settings.SMS_URL = "http://127.0.0.1:9"  # never called here


def _send(
    *,
    title: str = "补贴已发放",
    channels: tuple[Channel, ...] = ("inbox",),
    contact: Contact | None = None,
    link: str = "",
    now: datetime = NOON,
) -> UUID:
    return send_message(
        to=PERSON,
        kind="test.paid",
        title=title,
        body=BODY,
        key="test:1",
        channels=channels,
        contact=contact,
        link=link,
        now=now,
    )


def _states() -> dict[str, tuple[str, str]]:
    return {row.channel: (row.state, row.failure) for row in Delivery.objects.all()}


def test_every_channel_gets_its_row_and_the_outside_ones_a_job() -> None:
    contact = Contact(phone="13800138000", email="person@example.com")
    message = _send(channels=("email", "sms"), contact=contact)
    assert _states() == {
        "inbox": ("delivered", ""),
        "email": ("queued", ""),
        "sms": ("queued", ""),
    }
    assert Job.objects.filter(kind="platform.deliver").count() == 2
    entry = AuditEntry.objects.latest("seq")
    assert entry.action == "platform.send_message"
    assert entry.entity == f"platform.message:{message}"
    assert "补贴" not in entry.detail


@pytest.mark.parametrize(
    ("contact", "email", "sms"),
    [
        (None, "no_address", "no_address"),
        (Contact("12345678901", "a@demo.invalid"), "demo_address", "demo_number"),
        (Contact("0471-1234567", "a@b.cn"), "", "bad_number"),
    ],
)
def test_who_must_not_be_reached_is_refused_before_anything_is_tried(
    contact: Contact | None, email: str, sms: str
) -> None:
    _send(channels=("email", "sms"), contact=contact)
    states = _states()
    assert states["sms"] == ("refused", sms)
    assert states["email"] == (("refused", email) if email else ("queued", ""))
    assert Job.objects.filter(kind="platform.deliver").count() == (0 if email else 1)


def test_without_carriers_nothing_is_tried(settings: Settings) -> None:
    settings.SMS_URL = settings.EMAIL_HOST = ""
    _send(channels=("email", "sms"), contact=Contact("13800138000", "a@b.cn"))
    assert _states()["sms"] == _states()["email"] == ("refused", "no_carrier")


def test_the_same_key_sends_once_and_answers_with_the_first() -> None:
    first = _send()
    assert _send(title="别的") == first
    assert Message.objects.get().title == "补贴已发放"
    assert Delivery.objects.count() == 1
    assert AuditEntry.objects.filter(action="platform.send_message").count() == 1


def test_two_tellers_at_once_send_one_message(in_threads: Callable[..., list[object]]) -> None:
    contact = Contact(phone="13800138000")
    ids = in_threads(*[lambda: _send(channels=("sms",), contact=contact)] * 6)
    assert len(set(ids)) == 1, ids
    assert Delivery.objects.filter(channel="sms").count() == 1
    assert Job.objects.filter(kind="platform.deliver").count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_event_that_is_rolled_back_tells_nobody() -> None:
    with transaction.atomic():
        _send(channels=("sms",), contact=Contact(phone="13800138000"))
        transaction.set_rollback(True)
    assert not Message.objects.exists()
    assert not Delivery.objects.exists()
    assert not Job.objects.exists()


def test_short_messages_wait_for_the_morning_and_codes_do_not() -> None:
    _send(channels=("sms",), contact=Contact(phone="13800138000"), now=NIGHT)
    send_code_by_sms(
        phone="13900139000",
        code="654321",
        purpose="sign_in",
        key="test:code",
        expires_at=NIGHT + timedelta(minutes=5),
        now=NIGHT,
    )
    notice, code = Job.objects.filter(kind="platform.deliver").order_by("id")
    assert notice.run_at == datetime(2026, 5, 9, 0, 0, tzinfo=UTC)
    assert code.run_at == NIGHT


def test_a_code_is_sent_once_per_key() -> None:
    ids = {
        send_code_by_sms(
            phone="13900139000",
            code=code,
            purpose="sign_in",
            key="test:code",
            expires_at=NOON + timedelta(minutes=5),
            now=NOON,
        )
        for code in ("111111", "222222")
    }
    assert len(ids) == 1
    assert '"111111"' in (Delivery.objects.get().values or "")
    assert '"minutes": "5"' in (Delivery.objects.get().values or "")


def test_nothing_personal_lies_open_in_the_tables() -> None:
    _send(channels=("sms", "email"), contact=Contact("13800138000", "person@example.com"))
    send_code_by_sms(
        phone="13900139000",
        code="654321",
        purpose="sign_in",
        key="test:code",
        expires_at=NOON + timedelta(minutes=5),
        now=NOON,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM platform_message")
        stored = repr([[_plain(v) for v in row] for row in cursor.fetchall()])
        cursor.execute("SELECT * FROM platform_delivery")
        stored += repr([[_plain(v) for v in row] for row in cursor.fetchall()])
        cursor.execute("SELECT payload FROM platform_job")
        stored += repr(cursor.fetchall())
    for secret in ("13800138000", "13900139000", "person@example.com", "654321", "乌云", "1,500"):
        assert secret not in stored
    assert Message.objects.get().body == BODY


def _plain(value: object) -> object:
    return (
        bytes(value).decode("utf-8", "replace") if isinstance(value, memoryview | bytes) else value
    )


def test_a_demo_code_stays_readable_in_the_demo_and_nowhere_else(settings: Settings) -> None:
    for demo, key in ((True, "test:demo"), (False, "test:real")):
        settings.DEMO = demo
        send_code_by_sms(
            phone="12000000001",
            code="654321",
            purpose="sign_in",
            key=key,
            expires_at=NOON + timedelta(minutes=5),
            now=NOON,
        )
        row = Delivery.objects.get(key=key)
        assert (row.state, row.failure) == ("refused", "demo_number")
        assert (row.values is not None) is demo


@pytest.mark.parametrize("link", ["https://evil.example/", "//evil.example/", "inbox/"])
def test_a_message_leads_to_our_own_pages_only(link: str) -> None:
    with pytest.raises(ValueError, match="path of this site"):
        _send(link=link)


def test_the_address_is_not_in_the_text_form() -> None:
    assert "138" not in repr(Contact("13800138000", "person@example.com"))
