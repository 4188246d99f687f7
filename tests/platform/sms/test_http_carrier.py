"""The protocol, over a real connection to the stand-in carrier."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from denghuo.platform.sms.http_carrier import HttpCarrier, sign
from denghuo.platform.sms.results import Accepted, CarrierAwayError, Refused
from denghuo.platform.sms.stand_in import StandIn, running_stand_in

pytestmark = pytest.mark.no_postgres
VALUES = {"title": "您的材料已收到"}


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with running_stand_in() as running:
        yield running


@pytest.fixture
def carrier(stand_in: StandIn) -> HttpCarrier:
    return HttpCarrier(url=stand_in.url, key_id=stand_in.key_id, secret=stand_in.secret)


def _send(carrier: HttpCarrier, phone: str, client_id: str | None = None) -> Accepted | Refused:
    return carrier.send(
        client_id=client_id or str(uuid4()), phone=phone, template="notice", values=VALUES
    )


def test_a_message_is_taken_once_however_often_it_is_sent(
    carrier: HttpCarrier, stand_in: StandIn
) -> None:
    client_id = str(uuid4())
    first = _send(carrier, "13800138000", client_id)
    assert isinstance(first, Accepted)
    assert _send(carrier, "13800138000", client_id) == first
    (taken,) = stand_in.taken
    assert taken.text == "【灯火】您的材料已收到。请登录灯火，在“消息”里看全文。"
    assert taken.phone == "13800138000"


def test_a_line_that_breaks_after_taking_does_not_double_the_message(
    carrier: HttpCarrier, stand_in: StandIn
) -> None:
    client_id = str(uuid4())
    with pytest.raises(CarrierAwayError):
        _send(carrier, "13800130004", client_id)
    assert isinstance(_send(carrier, "13800130004", client_id), Accepted)
    assert len(stand_in.taken) == 1


def test_later_is_worth_another_try_and_never_is_not(carrier: HttpCarrier) -> None:
    client_id = str(uuid4())
    with pytest.raises(CarrierAwayError, match="429"):
        _send(carrier, "13800130003", client_id)
    assert isinstance(_send(carrier, "13800130003", client_id), Accepted)
    assert _send(carrier, "13800130002") == Refused("blocked_by_person")
    assert _send(carrier, "12000000001") == Refused("invalid_number")
    unknown = carrier.send(client_id="x", phone="13800138000", template="nowhere", values={})
    assert unknown == Refused("unknown_template")


def test_reports_come_in_order_and_once(carrier: HttpCarrier) -> None:
    good, off = str(uuid4()), str(uuid4())
    _send(carrier, "13800138000", good)
    _send(carrier, "13800130001", off)
    receipts = carrier.receipts(after="")
    assert [(r.client_id, r.delivered, r.reason) for r in receipts.items] == [
        (good, True, ""),
        (off, False, "phone_off"),
    ]
    assert carrier.receipts(after=receipts.position).items == ()
    assert receipts.items[0].at.tzinfo is not None


def test_a_wrong_secret_takes_nothing(carrier: HttpCarrier, stand_in: StandIn) -> None:
    with pytest.raises(CarrierAwayError, match="401"):
        _send(replace(carrier, secret="guessed"), "13800138000")
    assert stand_in.taken == []


def test_the_signature_covers_every_part_of_the_request() -> None:
    signed = {
        sign(secret=secret, method=method, target=target, at=at, body=body)
        for secret in ("s", "t")
        for method in ("POST", "GET")
        for target in ("/v1/messages", "/v1/messages?x")
        for at in ("1", "2")
        for body in (b"{}", b"{ }")
    }
    assert len(signed) == 2**5


def test_nobody_at_the_other_end_is_worth_another_try() -> None:
    with running_stand_in() as gone:
        address = gone.url
    away = HttpCarrier(url=address, key_id="k", secret="s")
    with pytest.raises(CarrierAwayError):
        _send(away, "13800138000")


def test_the_secret_is_not_in_the_text_form(carrier: HttpCarrier, stand_in: StandIn) -> None:
    assert carrier.secret not in repr(carrier)
    assert stand_in.secret not in repr(stand_in)
