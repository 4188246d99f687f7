"""A first-come, first-served lock for the threads of one process.

SQLite lets one connection write at a time and makes the others poll (``busy_timeout``), which
is unfair: with four threads the unluckiest writer waits for seconds while others overtake it.
Queuing inside the process first, in order of arrival, keeps the longest wait near the average.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

# How often a waiter looks whether the holder's thread still lives.
_LIVENESS_SECONDS = 0.2


class LockWaitError(Exception):
    """The lock was not free within the time allowed, or never can be."""


@dataclass(eq=False, slots=True)
class Ticket:
    """One place in the queue; kept by the holder until it is given back."""

    thread_id: int
    thread_name: str
    abandon: Callable[[], None]
    granted: threading.Event = field(default_factory=threading.Event)
    granted_at: float = 0.0

    def is_orphan(self) -> bool:
        """Whether the thread that took the ticket has ended without giving it back.

        ``Thread.is_alive`` says True for ever of threads that Python did not start (the web
        server's), so the interpreter's own list of running threads is asked.
        """
        return self.thread_id not in sys._current_frames()  # noqa: SLF001  the only such list


class FairLock:
    """Tickets are served in order of arrival; an orphaned one is taken back."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._mutex = threading.Lock()
        self._queue: deque[Ticket] = deque()
        self._holder: Ticket | None = None

    def take(self, *, timeout_seconds: float, abandon: Callable[[], None] = lambda: None) -> Ticket:
        """Wait for the lock. ``abandon`` undoes the holder's work if its thread dies with it.

        Raises ``LockWaitError`` when the time is over, or at once when the calling thread
        holds the lock already (a second connection of one thread would wait for itself).
        """
        ticket = Ticket(threading.get_ident(), threading.current_thread().name, abandon)
        with self._mutex:
            if self._holder is None and not self._queue:
                self._grant(ticket)
                return ticket
            if self._holder is not None and self._holder.thread_id == ticket.thread_id:
                raise LockWaitError(
                    f"this thread already writes to {self.name} through another connection"
                )
            self._queue.append(ticket)
        deadline = time.monotonic() + timeout_seconds
        while not ticket.granted.wait(
            min(_LIVENESS_SECONDS, max(0.0, deadline - time.monotonic()))
        ):
            self._take_back_orphan()
            if time.monotonic() >= deadline:
                self._give_up(ticket, timeout_seconds)
                break
        return ticket

    def give_back(self, ticket: Ticket) -> None:
        """Release; giving back twice, or after it was taken back, does nothing."""
        with self._mutex:
            if self._holder is ticket:
                self._serve_next()

    def _grant(self, ticket: Ticket) -> None:
        self._holder = ticket
        ticket.granted_at = time.monotonic()
        ticket.granted.set()

    def _serve_next(self) -> None:
        self._holder = None
        if self._queue:
            self._grant(self._queue.popleft())

    def _take_back_orphan(self) -> None:
        with self._mutex:
            holder = self._holder
            if holder is None or not holder.is_orphan():
                return
            holder.abandon()
            self._serve_next()

    def _give_up(self, ticket: Ticket, timeout_seconds: float) -> None:
        with self._mutex:
            if self._holder is ticket:  # granted in the last instant: keep it
                return
            self._queue.remove(ticket)
            holder = self._holder
            held = time.monotonic() - holder.granted_at if holder else 0.0
            by = holder.thread_name if holder else "nobody"
        raise LockWaitError(
            f"database is locked: the write lock of {self.name} was not free within "
            f"{timeout_seconds:g} s; thread {by!r} has held it for {held:.1f} s"
        )


_locks: dict[str, FairLock] = {}
_locks_mutex = threading.Lock()


def lock_of(name: str) -> FairLock:
    """The one lock of this process for a database file."""
    with _locks_mutex:
        return _locks.setdefault(name, FairLock(name))


# A forked child has none of the parent's threads: what they held is nobody's there.
os.register_at_fork(after_in_child=_locks.clear)
