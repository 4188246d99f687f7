"""The calendar file of an interview."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.employment.logic.appointments import appointment

pytestmark = pytest.mark.no_postgres
AT = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def made(title: str = "面试", place: str = "二楼", words: str = "带身份证") -> str:
    return appointment(uid="a1", sequence=3, title=title, place=place, words=words, at=AT, now=NOW)


def test_the_hour_is_said_in_universal_time() -> None:
    lines = made().split("\r\n")
    assert "DTSTART:20261125T013000Z" in lines
    assert "DTEND:20261125T023000Z" in lines
    assert "SEQUENCE:3" in lines
    assert lines[-1] == ""


def test_signs_of_the_format_are_escaped() -> None:
    text = made(place="门口；东,西;南\\北\n二楼\r\nEND:VCALENDAR")
    assert "LOCATION:门口；东\\,西\\;南\\\\北\\n二楼\\nEND:VCALENDAR" in text.replace("\r\n ", "")
    assert text.count("\r\nEND:VCALENDAR") == 1


@given(st.text(max_size=200))
def test_no_line_is_longer_than_the_format_allows(words: str) -> None:
    text = made(words=words)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert text.replace("\r\n ", "").startswith("BEGIN:VCALENDAR")
