"""Deliveries reach a real server, once, and come back with a report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from uuid import uuid4

import pytest
from django.core.mail import EmailMessage
from pytest_django import Settings
from structlog.testing import capture_logs

from denghuo.kernel.subject import SubjectRef
from denghuo.platform.jobs.queue import claim_due
from denghuo.platform.jobs.running import run_job
from denghuo.platform.messages.delivering import deliver, read_receipts
from denghuo.platform.messages.outside import Contact
from denghuo.platform.messages.sending import Channel, send_code_by_sms, send_message
from denghuo.platform.models.jobs import Job
from denghuo.platform.models.messages import Delivery, ReceiptCursor
from denghuo.platform.sms.results import CarrierAwayError
from denghuo.platform.sms.stand_in import StandIn, running_stand_in

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 8, 4, 0, tzinfo=UTC)
NIGHT = datetime(2026, 5, 8, 14, 30, tzinfo=UTC)
PERSON = SubjectRef("person", uuid4())
SMS: tuple[Channel, ...] = ("sms",)
EMAIL: tuple[Channel, ...] = ("email",)


@pytest.fixture
def stand_in(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with running_stand_in() as running:
        settings.SMS_URL = running.url
        settings.SMS_KEY_ID, settings.SMS_SECRET = running.key_id, running.secret
        yield running


def _notice(phone: str | None = None, email: str | None = None) -> Delivery:
    message_id = send_message(
        to=PERSON,
        kind="test.paid",
        title="补贴已发放",
        body="1,500.00 元",
        key=f"test:{uuid4()}",
        channels=SMS if phone else EMAIL,
        contact=Contact(phone=phone, email=email),
        now=NOON,
    )
    return Delivery.objects.exclude(channel="inbox").get(message_id=message_id)


def _code(phone: str = "13900139000") -> Delivery:
    key = f"test:{uuid4()}"
    expires_at = NOON + timedelta(minutes=5)
    send_code_by_sms(
        phone=phone,
        code="654321",
        purpose="sign_in",
        key=key,
        expires_at=expires_at,
        now=NOON,
    )
    return Delivery.objects.get(key=key)


def _deliver(row: Delivery, *, now: datetime = NOON) -> Delivery:
    deliver(row.id, now=now)
    row.refresh_from_db()
    return row


def _run_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the worker does, at noon."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)
    outcomes = {run_job(claimed, clock=lambda: NOON) for claimed in claim_due(now=NOON)}
    assert outcomes == {"done"}


def test_from_the_queue_to_the_phone_and_the_report_back(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = _notice("13800138000")
    _run_jobs(monkeypatch)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("sent", 1)
    assert row.provider_ref == stand_in.taken[0].ref
    assert read_receipts(now=NOON + timedelta(minutes=1)) == 1
    row.refresh_from_db()
    assert (row.state, row.failure) == ("delivered", "")
    assert read_receipts(now=NOON + timedelta(minutes=2)) == 0
    assert ReceiptCursor.objects.get().position == "1"


def test_delivering_again_changes_nothing(stand_in: StandIn) -> None:
    row = _deliver(_notice("13800138000"))
    ended_at = row.ended_at
    again = _deliver(row, now=NOON + timedelta(hours=1))
    assert again.ended_at == ended_at
    assert len(stand_in.taken) == 1


def test_a_worker_that_dies_after_the_call_sends_no_second_message(stand_in: StandIn) -> None:
    row = _deliver(_notice("13800138000"))
    # As if the answer had never been written down:
    Delivery.objects.filter(id=row.id).update(state="queued", provider_ref="")
    row = _deliver(row)
    assert (row.state, row.attempts) == ("sent", 2)
    assert len(stand_in.taken) == 1


def test_a_broken_line_is_tried_again_and_doubles_nothing(stand_in: StandIn) -> None:
    row = _notice("13800130004")
    with pytest.raises(CarrierAwayError):
        deliver(row.id, now=NOON)
    row = _deliver(row)
    assert (row.state, row.attempts) == ("sent", 2)
    assert len(stand_in.taken) == 1


def test_a_report_quicker_than_our_own_note_is_not_overwritten(stand_in: StandIn) -> None:
    row = _notice("13800130004")
    with pytest.raises(CarrierAwayError):
        deliver(row.id, now=NOON)
    assert read_receipts(now=NOON) == 1
    row = _deliver(row)
    assert row.state == "delivered"
    assert row.provider_ref == stand_in.taken[0].ref


@pytest.mark.usefixtures("stand_in")
def test_what_the_carrier_will_never_send_is_failed_with_its_reason() -> None:
    assert _deliver(_notice("13800130002")).failure == "blocked_by_person"
    off = _deliver(_notice("13800130001"))
    assert off.state == "sent"
    read_receipts(now=NOON)
    off.refresh_from_db()
    assert (off.state, off.failure) == ("failed", "phone_off")


def test_a_code_is_forgotten_as_soon_as_it_is_handed_over(stand_in: StandIn) -> None:
    row = _deliver(_code())
    assert row.state == "sent"
    assert row.values is None
    assert "654321" in stand_in.taken[0].text


def test_a_code_nobody_can_use_any_more_is_not_sent(stand_in: StandIn) -> None:
    row = _deliver(_code(), now=NOON + timedelta(minutes=5))
    assert (row.state, row.failure, row.values) == ("failed", "too_late", None)
    assert stand_in.taken == []


def test_at_night_a_late_worker_puts_the_message_off_until_morning(stand_in: StandIn) -> None:
    row = _notice("13800138000")
    deliver(row.id, now=NIGHT)
    assert stand_in.taken == []
    assert Job.objects.latest("id").run_at == datetime(2026, 5, 9, 0, 0, tzinfo=UTC)
    assert _deliver(row, now=datetime(2026, 5, 9, 0, 0, tzinfo=UTC)).state == "sent"


def test_a_demo_number_is_never_called_even_if_it_was_queued(stand_in: StandIn) -> None:
    row = _notice("13800138000")
    row.address = "12800138000"
    row.save()
    assert _deliver(row).failure == "demo_number"
    assert stand_in.requests == 0


def test_an_email_says_the_title_and_where_to_read_and_nothing_more(
    settings: Settings, mailoutbox: list[EmailMessage]
) -> None:
    settings.SITE_URL = "https://denghuo.example"
    row = _deliver(_notice(email="person@example.com"))
    (letter,) = mailoutbox
    assert row.state == "sent"
    assert letter.subject == "补贴已发放"
    assert letter.to == ["person@example.com"]
    assert f"https://denghuo.example/inbox/{row.message_id}/" in letter.body
    assert "1,500" not in letter.body
    assert letter.extra_headers["Message-ID"] == row.provider_ref
    assert str(row.id) in row.provider_ref


@pytest.mark.parametrize(
    ("raised", "state"),
    [
        (SMTPRecipientsRefused({"a@b.cn": (550, b"no such user")}), "failed"),
        (SMTPRecipientsRefused({"a@b.cn": (450, b"later")}), None),
        (SMTPServerDisconnected("gone"), None),
        (TimeoutError(), None),
    ],
)
def test_a_mail_server_that_says_never_is_believed_and_later_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, raised: Exception, state: str | None
) -> None:
    def refuse(_letter: EmailMessage) -> int:
        raise raised

    monkeypatch.setattr(EmailMessage, "send", refuse)
    row = _notice(email="a@b.cn")
    if state is None:
        with pytest.raises(CarrierAwayError):
            deliver(row.id, now=NOON)
        state = "queued"
    else:
        deliver(row.id, now=NOON)
    row.refresh_from_db()
    assert row.state == state


@pytest.mark.usefixtures("stand_in")
def test_no_number_and_no_code_reaches_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    with capture_logs() as lines:
        _code()
        _run_jobs(monkeypatch)
    assert any(line["event"] == "job" for line in lines)
    assert Delivery.objects.get(channel="sms").state == "sent"
    written = json.dumps(lines, default=str)
    assert "654321" not in written
    assert "13900139000" not in written


def test_without_a_carrier_there_are_no_reports() -> None:
    assert read_receipts(now=NOON) == 0
