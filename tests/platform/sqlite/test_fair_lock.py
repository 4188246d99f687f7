"""The queue of writers inside one process."""

from __future__ import annotations

import threading
import time

import pytest

from denghuo.platform.sqlite.fair_lock import FairLock, LockWaitError


def test_served_in_order_of_arrival() -> None:
    lock = FairLock("x")
    first = lock.take(timeout_seconds=5)
    served: list[int] = []

    def wait(number: int) -> None:
        ticket = lock.take(timeout_seconds=5)
        served.append(number)
        lock.give_back(ticket)

    waiters = []
    for number in range(20):
        waiter = threading.Thread(target=wait, args=(number,))
        waiter.start()
        waiters.append(waiter)
        while len(lock._queue) <= number:
            time.sleep(0.001)
    lock.give_back(first)
    for waiter in waiters:
        waiter.join()
    assert served == list(range(20))


def test_never_two_holders() -> None:
    lock = FairLock("x")
    inside = 0
    worst = 0

    def write() -> None:
        nonlocal inside, worst
        for _ in range(200):
            ticket = lock.take(timeout_seconds=10)
            inside += 1
            worst = max(worst, inside)
            inside -= 1
            lock.give_back(ticket)

    writers = [threading.Thread(target=write) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert worst == 1


def test_a_thread_that_dies_gives_its_ticket_back() -> None:
    lock = FairLock("x")
    abandoned: list[bool] = []

    def take_and_die() -> None:
        lock.take(timeout_seconds=1, abandon=lambda: abandoned.append(True))

    dying = threading.Thread(target=take_and_die)
    dying.start()
    dying.join()
    ticket = lock.take(timeout_seconds=5)
    assert abandoned == [True]
    lock.give_back(ticket)


def test_timeout_names_the_holder_and_leaves_the_queue() -> None:
    lock = FairLock("the.sqlite3")
    mine = lock.take(timeout_seconds=1)
    said: list[str] = []

    def wait() -> None:
        with pytest.raises(LockWaitError) as refused:
            lock.take(timeout_seconds=0.05)
        said.append(str(refused.value))

    waiter = threading.Thread(target=wait)
    waiter.start()
    waiter.join()
    assert "the.sqlite3" in said[0]
    assert "MainThread" in said[0]
    lock.give_back(mine)
    assert lock.take(timeout_seconds=0.05).granted_at > 0


def test_one_thread_cannot_wait_for_itself() -> None:
    lock = FairLock("x")
    ticket = lock.take(timeout_seconds=1)
    # Refused at once: one that had waited would say how long.
    with pytest.raises(LockWaitError, match=r"already writes .* another connection"):
        lock.take(timeout_seconds=5)
    lock.give_back(ticket)
    lock.give_back(ticket)
