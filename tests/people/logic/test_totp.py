"""Our one-time codes against the vectors of RFC 6238 and a library everybody uses."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.people.logic.totp import code_at, matching_step, step_at

pytestmark = pytest.mark.no_postgres

SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_vectors_of_the_standard(seconds: int, code: str) -> None:
    # RFC 6238, appendix B, SHA-1; eight digits there, the last six are ours.
    step = step_at(datetime.fromtimestamp(seconds, UTC))
    assert code_at(SECRET, step) == code[-6:]


@given(st.binary(min_size=20, max_size=20), st.integers(0, 2**40))
def test_same_as_the_library(key: bytes, step: int) -> None:
    secret = base64.b32encode(key).decode()
    assert code_at(secret, step) == pyotp.TOTP(secret).generate_otp(step)


def test_only_steps_newer_than_the_last_open() -> None:
    now = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
    here = step_at(now)
    for step in (here - 1, here, here + 1):
        assert matching_step(SECRET, code_at(SECRET, step), now=now, after=0) == step
        assert matching_step(SECRET, code_at(SECRET, step), now=now, after=step) is None
    assert matching_step(SECRET, code_at(SECRET, here + 2), now=now, after=0) is None
    full_width = code_at(SECRET, here).translate(
        {ord("0") + digit: ord("０") + digit for digit in range(10)}
    )
    assert matching_step(SECRET, full_width, now=now, after=0) == here
    assert matching_step(SECRET, "", now=now, after=0) is None
