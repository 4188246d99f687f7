"""What the bank answers about a season: nearly all of it paid, a few rows given back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import cycle
from uuid import UUID

from denghuo.cases.public import follow_settled, tell_paid
from denghuo.kernel.clock import day_of
from denghuo.ledger.public import (
    FaultRates,
    NothingToSendError,
    answer_payments,
    bank_format,
    draw_bank_file,
    make_bank_file,
    pay_orders_about,
    read_return_file,
    receive_return_file,
    release_bank_file,
)
from denghuo.platform.public import Actor

FORM = "fixed"
_NO_DICE = FaultRates({})
_FAULTS = ("wrong_name", "closed_account")
_EVERY = 50
_BOOKED_AT_ONCE = 2_000


def pay_by_bank(
    funds: Sequence[str],
    treasurers: tuple[Actor, Actor],
    *,
    come_back: Sequence[UUID],
    answered: bool,
    now: datetime,
) -> None:
    """A file for each fund, released by the second treasurer, and the bank's answer booked, if
    there is one by now. ``come_back``: the cases whose money the bank gives back."""
    chosen = dict(_faults(come_back))
    for fund in funds:
        try:
            file = make_bank_file(actor=treasurers[0], fund=fund, form=FORM, now=now)
        except NothingToSendError:
            continue
        at = now + timedelta(days=1)
        sent = release_bank_file(actor=treasurers[1], file_id=file.id, sha256=file.sha256, now=at)
        if not answered:
            continue
        at += timedelta(days=2)
        answer = answer_payments(
            bank_format(FORM),
            partial(draw_bank_file, sent),
            rates=_NO_DICE,
            seed=0,
            day=day_of(at),
            chosen=chosen,
        )
        received = receive_return_file(
            actor=treasurers[0], name=f"{sent.number}.ret", pieces=answer, now=at
        )
        read_return_file(return_id=received.id, now=at)
        for after in range(0, received.rows + 2, _BOOKED_AT_ONCE):
            until = after + _BOOKED_AT_ONCE
            follow_settled(return_id=received.id, after=after, until=until, now=at)
            tell_paid(return_id=received.id, after=after, until=until, now=at)


def first_and_every(cases: Sequence[UUID]) -> list[UUID]:
    """Whose money comes back: the first two of a list, then one in fifty."""
    return [one for place, one in enumerate(cases) if place < len(_FAULTS) or not place % _EVERY]


def _faults(cases: Sequence[UUID]) -> Iterator[tuple[str, str]]:
    for case, fault in zip(cases, cycle(_FAULTS), strict=False):
        for order in pay_orders_about(f"cases.Case:{case}"):
            yield order.reference, fault
