"""Time-based one-time codes (RFC 6238): which step a typed code belongs to."""

from __future__ import annotations

import base64
import hashlib
import hmac
import unicodedata
from datetime import datetime

STEP_SECONDS = 30
DIGITS = 6
# One step either side: phones' clocks are off by some seconds, and people type slowly.
STEPS_AROUND = 1


def step_at(now: datetime) -> int:
    """The number of the 30-second step an instant lies in."""
    return int(now.timestamp()) // STEP_SECONDS


def code_at(secret: str, step: int) -> str:
    """The code of one step (HMAC-SHA1 and dynamic truncation, as every app computes it)."""
    key = base64.b32decode(secret, casefold=True)
    digest = hmac.new(key, step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def matching_step(secret: str, typed: str, *, now: datetime, after: int) -> int | None:
    """The step a typed code opens, newer than ``after``; None if it opens nothing.

    A step that was used, or an older one, never opens again: a code read over a shoulder is
    worth nothing. All steps are compared, so the time taken tells nothing.
    """
    text = "".join(unicodedata.normalize("NFKC", typed).split())
    here = step_at(now)
    found: int | None = None
    for step in range(here - STEPS_AROUND, here + STEPS_AROUND + 1):
        right = hmac.compare_digest(code_at(secret, step).encode(), text.encode())
        if right and step > after:
            found = step
    return found
