"""Words searched for are kept with the session, not in addresses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.test import RequestFactory

from denghuo.platform.sought import KEPT_FOR, keep_sought, sought_is_gone, words_sought

pytestmark = pytest.mark.no_postgres
NOW = datetime(2026, 5, 6, 2, 0, tzinfo=UTC)


def sent(session: SessionBase, **fields: str) -> str:
    request = RequestFactory().post("/desk/x/?sought=old", fields)
    request.session = session
    return keep_sought(request, now=NOW)["Location"]


def at(session: SessionBase, address: str) -> HttpRequest:
    request = RequestFactory().get(address)
    request.session = session
    return request


def test_the_address_holds_the_filters_and_a_token() -> None:
    session = SessionBase()
    address = sent(session, q=" 萨如拉 ", state="paid", item="", csrfmiddlewaretoken="t", page="9")
    assert address.startswith("/desk/x/?state=paid&sought=")
    assert words_sought(at(session, address), now=NOW) == "萨如拉"


def test_without_words_nothing_is_kept() -> None:
    session = SessionBase()
    assert sent(session, q="  ", state="paid") == "/desk/x/?state=paid"
    assert sent(session, q="") == "/desk/x/"
    assert list(session.keys()) == []


def test_words_go_after_a_quarter_of_an_hour_and_say_so() -> None:
    session = SessionBase()
    request = at(session, sent(session, q="萨如拉"))
    assert not sought_is_gone(request, now=NOW + KEPT_FOR)
    late = NOW + KEPT_FOR + timedelta(seconds=1)
    assert words_sought(request, now=late) == ""
    assert sought_is_gone(request, now=late)
    assert not sought_is_gone(at(session, "/desk/x/"), now=late)


def test_two_windows_keep_their_words_apart_and_old_ones_make_room() -> None:
    session = SessionBase()
    addresses = [sent(session, q=f"名字{number}") for number in range(10)]
    found = [words_sought(at(session, one), now=NOW) for one in addresses]
    assert found == ["", "", *(f"名字{number}" for number in range(2, 10))]
