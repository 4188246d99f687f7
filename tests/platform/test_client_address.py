"""The address limits are counted by, as a server hands a request over."""

from __future__ import annotations

import pytest
from django.core import checks
from django.test import RequestFactory
from pytest_django import Settings

from denghuo.platform.client_address import client_address

pytestmark = pytest.mark.no_postgres


def address(forwarded: str | None, peer: str = "10.0.0.1") -> str:
    request = RequestFactory().get("/")
    request.META["REMOTE_ADDR"] = peer
    if forwarded is not None:
        request.META["HTTP_X_FORWARDED_FOR"] = forwarded
    return client_address(request)


def test_without_proxies_the_header_is_not_read() -> None:
    assert address("203.0.113.7", "198.51.100.9") == "198.51.100.9"


def test_behind_a_proxy_each_visitor_counts_alone(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = "1"
    assert address("203.0.113.7") == "203.0.113.7"
    assert address("192.0.2.66, 203.0.113.8") == "203.0.113.8"
    assert address(None) == "10.0.0.1"


def test_a_very_long_header_is_read_from_its_right_end(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = "10.0.0.0/8"
    assert address("1.1.1.1," * 100_000 + "203.0.113.7, 10.0.0.2") == "203.0.113.7"


def found(settings: Settings, proxies: str, *, https: bool) -> set[str | None]:
    settings.TRUSTED_PROXIES = proxies
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if https else None
    return {
        message.id for message in checks.run_checks() if message.id and "platform" in message.id
    }


def test_an_unreadable_setting_stops_the_server_and_a_forgotten_one_is_told(
    settings: Settings,
) -> None:
    assert found(settings, "everybody", https=True) == {"platform.E004"}
    assert found(settings, "", https=True) == {"platform.W001"}
    assert found(settings, "1", https=True) == set()
    assert found(settings, "", https=False) == set()
