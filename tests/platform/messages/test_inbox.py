"""Each reader sees their own letters, and reading is noted once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings as django_settings
from django.http import HttpRequest
from django.test import Client
from pytest_django import Settings

from denghuo.kernel.subject import SubjectRef
from denghuo.platform.access import ANONYMOUS, Actor, NotAllowedError
from denghuo.platform.messages.inbox import (
    NoSuchMessageError,
    demo_sms_box,
    inbox_page,
    read_message,
    unread_messages,
)
from denghuo.platform.messages.sending import send_code_by_sms, send_message
from denghuo.platform.models.audit import AuditEntry

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 8, 4, 0, tzinfo=UTC)


def _person() -> Actor:
    ref = SubjectRef("person", uuid4())
    return Actor(kind="resident", person=ref, acting_for=ref)


ME, SOMEBODY_ELSE = _person(), _person()


def _send(to: SubjectRef | None, title: str = "材料已收到", at: datetime = NOON) -> UUID:
    assert to is not None
    return send_message(
        to=to, kind="test.kind", title=title, body="全文在这里。", key=str(uuid4()), now=at
    )


@pytest.fixture
def signed_in(monkeypatch: pytest.MonkeyPatch, client: Client) -> Client:
    """A browser whose requests are mine, whatever the session says."""
    middleware = "denghuo.people.middleware.ActorMiddleware"
    assert middleware in django_settings.MIDDLEWARE

    def as_me(self: object, request: HttpRequest) -> object:
        request.actor = ME  # type: ignore[attr-defined]
        return self.get_response(request)  # type: ignore[attr-defined]

    monkeypatch.setattr(f"{middleware}.__call__", as_me)
    return client


def test_newest_first_page_by_page_and_only_mine() -> None:
    for minute in range(25):
        _send(ME.person, f"第 {minute} 条", NOON + timedelta(minutes=minute))
    _send(SOMEBODY_ELSE.person)
    first, last = inbox_page(ME, page=1), inbox_page(ME, page=99)
    assert [first.page, first.pages, first.total, first.unread] == [1, 2, 25, 25]
    assert first.messages[0].title == "第 24 条"
    assert [message.title for message in last.messages] == [f"第 {n} 条" for n in (4, 3, 2, 1, 0)]


def test_reading_is_noted_once_with_its_instant() -> None:
    message = _send(ME.person)
    assert unread_messages(ME) == 1
    assert read_message(actor=ME, message_id=message, now=NOON).read_at == NOON
    later = read_message(actor=ME, message_id=message, now=NOON + timedelta(hours=1))
    assert later.read_at == NOON
    assert unread_messages(ME) == 0
    assert AuditEntry.objects.filter(action="platform.read_message").count() == 1


def test_two_open_tabs_note_one_reading(in_threads: Callable[..., list[object]]) -> None:
    message = _send(ME.person)
    in_threads(*[lambda: read_message(actor=ME, message_id=message, now=NOON)] * 4)
    assert AuditEntry.objects.filter(action="platform.read_message").count() == 1


def test_another_partys_letter_is_not_there() -> None:
    message = _send(SOMEBODY_ELSE.person)
    for actor in (ME, ANONYMOUS):
        with pytest.raises(NoSuchMessageError):
            read_message(actor=actor, message_id=message, now=NOON)
    assert inbox_page(ANONYMOUS, page=1).total == 0


def test_acting_for_a_firm_opens_its_letters_and_for_a_relative_does_not() -> None:
    firm, relative = SubjectRef("firm", uuid4()), SubjectRef("person", uuid4())
    _send(firm, "单位的")
    _send(relative, "亲属的")
    _send(ME.person, "我的")

    def titles(acting_for: SubjectRef, *scopes: str) -> list[str]:
        actor = Actor(
            kind="resident", person=ME.person, acting_for=acting_for, scopes=frozenset(scopes)
        )
        return [message.title for message in inbox_page(actor, page=1).messages]

    assert titles(firm, "read") == ["单位的"]
    assert titles(firm, "apply", "documents") == []
    assert titles(relative, "read") == ["我的"]


def test_the_pages(signed_in: Client) -> None:
    empty = signed_in.get("/inbox/").content.decode()
    assert "还没有消息" in empty
    message = _send(ME.person, "材料已收到")
    listed = signed_in.get("/inbox/?page=x").content.decode()
    assert f"/inbox/{message}/" in listed
    assert "未读" in listed
    assert "全文在这里" in signed_in.get(f"/inbox/{message}/").content.decode()
    after = signed_in.get("/inbox/").content.decode()
    assert "未读" not in after
    assert "都看过了" in after
    assert signed_in.get(f"/inbox/{_send(SOMEBODY_ELSE.person)}/").status_code == 404


def test_nobody_signed_in_is_led_to_sign_in(client: Client) -> None:
    assert client.get("/inbox/").headers["Location"].startswith("/sign-in/")


def test_the_demo_box_shows_what_stayed_in_the_house(settings: Settings) -> None:
    settings.DEMO = True
    send_code_by_sms(
        phone="12000000001",
        code="654321",
        purpose="sign_in",
        key="test:demo",
        expires_at=NOON + timedelta(minutes=5),
        now=NOON,
    )
    (short,) = demo_sms_box()
    assert short.phone == "12000000001"
    assert short.text.startswith("【灯火】登录验证码 654321")
    assert short.failure == "demo_number"


def test_there_is_no_demo_box_outside_the_demo(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(NotAllowedError):
        demo_sms_box()
