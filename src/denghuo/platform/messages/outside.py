"""A word outside the inbox: that there is news, and nothing of what it is (decision 0006).

Whoever writes a message says what it is about; who is reached, and how, is known where people
are. About one thing everybody gets one word a day: the inbox then tells all of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from denghuo.kernel.subject import SubjectRef


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a person can be reached outside the inbox; the text form shows neither."""

    phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Reached:
    """A person who wants to be told, and where."""

    person: SubjectRef
    contact: Contact


class ContactFinder(Protocol):
    """Who is told of a subject's news."""

    def __call__(self, subject: SubjectRef, *, now: datetime) -> Sequence[Reached]:
        """Nobody, for a subject it does not know."""


_finders: list[ContactFinder] = []


def finds_contacts(finder: ContactFinder) -> ContactFinder:
    """Let a room say where subjects are reached (use as a decorator)."""
    if finder not in _finders:
        _finders.append(finder)
    return finder


def reached(subject: SubjectRef, *, now: datetime) -> Iterator[Reached]:
    """Everybody who is told of the subject's news."""
    for finder in _finders:
        yield from finder(subject, now=now)
