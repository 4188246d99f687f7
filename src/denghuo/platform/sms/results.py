"""What a carrier may answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


class CarrierAwayError(Exception):
    """No answer, or one that says "later". The message may or may not have been taken."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier took the message; ``ref`` is its own number for it."""

    ref: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The carrier will never send this message; ``reason`` is a short code."""

    reason: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """One delivery report."""

    client_id: str
    ref: str
    delivered: bool
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Receipts:
    """Reports in order, and the position to ask from next time."""

    items: tuple[Receipt, ...]
    position: str
