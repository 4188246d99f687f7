"""Which code does which kind of job, how long it may take, how often it may fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from denghuo.platform.logic.schedule import DailyAt, Every, Schedule

DEFAULT_LEASE = timedelta(minutes=5)
DEFAULT_ATTEMPTS_MAX = 8


class UnknownJobKindError(LookupError):
    """No handler is registered for the kind."""


class JobFailedError(Exception):
    """Raised by a handler that wants its sentence shown to the operators.

    The message of any other exception is dropped, because it may quote personal data.
    """


class LeaseLostError(Exception):
    """Another worker has taken the job over; stop and leave no trace."""


@dataclass(frozen=True, slots=True)
class RunningJob:
    """What a handler is given. ``attempt`` starts at 1; ``key`` is the idempotency key."""

    id: int
    kind: str
    key: str | None
    payload: Mapping[str, Any]
    attempt: int
    keep: Callable[[int, int], bool]

    def progress(self, done: int, total: int) -> None:
        """Say how far the work is, and keep the lease for as long again.

        For jobs that are not atomic: inside a transaction nobody would see it. Raises
        ``LeaseLostError`` when another worker has taken the job over.
        """
        if not self.keep(done, total):
            raise LeaseLostError


Handler = Callable[[RunningJob], None]


@dataclass(frozen=True, slots=True)
class JobKind:
    """How one kind of job is run.

    ``lease`` is the longest a run may take without ``progress``; after it the job counts as
    lost. ``atomic`` jobs run inside one transaction together with the mark that they are
    done; the others (network calls, long chunked work) manage their own.
    """

    kind: str
    handler: Handler
    attempts_max: int
    lease: timedelta
    atomic: bool
    schedule: Schedule | None = None


_kinds: dict[str, JobKind] = {}
_subscribers: dict[str, list[str]] = {}


def _register(kind: JobKind) -> None:
    known = _kinds.get(kind.kind)
    if known is not None and known.handler.__qualname__ != kind.handler.__qualname__:
        raise ValueError(f"two handlers for the job kind {kind.kind!r}")
    _kinds[kind.kind] = kind


def job(
    kind: str,
    *,
    max_attempts: int = DEFAULT_ATTEMPTS_MAX,
    lease: timedelta = DEFAULT_LEASE,
    atomic: bool = True,
) -> Callable[[Handler], Handler]:
    """Register the handler of a kind (``room.verb``). It must bear being run twice."""

    def decorate(handler: Handler) -> Handler:
        _register(JobKind(kind, handler, max_attempts, lease, atomic))
        return handler

    return decorate


def scheduled(
    kind: str,
    *,
    every: timedelta | None = None,
    daily_at: time | None = None,
    max_attempts: int = 3,
    lease: timedelta = DEFAULT_LEASE,
    atomic: bool = True,
) -> Callable[[Handler], Handler]:
    """Register a job that runs by the clock: ``every`` interval or ``daily_at`` local time.

    The schedule is one row that is armed again after each run, so its lease also keeps two
    workers from running it at once. A run that fails for good is armed for the next time.
    """
    if (every is None) == (daily_at is None):
        raise ValueError("give either every= or daily_at=")
    schedule: Schedule = Every(every) if every is not None else DailyAt(daily_at or time())

    def decorate(handler: Handler) -> Handler:
        _register(JobKind(kind, handler, max_attempts, lease, atomic, schedule))
        return handler

    return decorate


def on_event(
    event: str,
    *,
    kind: str,
    max_attempts: int = DEFAULT_ATTEMPTS_MAX,
    lease: timedelta = DEFAULT_LEASE,
    atomic: bool = True,
) -> Callable[[Handler], Handler]:
    """Register a job of ``kind`` that is enqueued whenever ``event`` is published."""

    def decorate(handler: Handler) -> Handler:
        _register(JobKind(kind, handler, max_attempts, lease, atomic))
        subscribers = _subscribers.setdefault(event, [])
        if kind not in subscribers:
            subscribers.append(kind)
        return handler

    return decorate


def kind_of(kind: str) -> JobKind:
    """Raises ``UnknownJobKindError``."""
    try:
        return _kinds[kind]
    except KeyError:
        raise UnknownJobKindError(kind) from None


def all_kinds() -> tuple[JobKind, ...]:
    """Every registered kind, by name."""
    return tuple(_kinds[name] for name in sorted(_kinds))


def subscribers_of(event: str) -> tuple[str, ...]:
    """The kinds enqueued when the event is published."""
    return tuple(_subscribers.get(event, ()))
