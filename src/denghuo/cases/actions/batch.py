"""One action on many cases: the same rules as for one, a result for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal, Protocol
from uuid import UUID

from django.db import transaction

from denghuo.cases.actions.accepting import accept
from denghuo.cases.actions.closing import close_case, open_audit
from denghuo.cases.actions.desk import assign, release, take_over
from denghuo.cases.actions.paying import make_payable
from denghuo.cases.actions.reviewing import decide, propose, start_review, verify
from denghuo.cases.queries.cases import CaseView
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import Actor, record_audit

BATCH_MAX = 500
Deed = Literal[
    "accept", "start_review", "verify", "propose_approved", "approve", "refuse", "make_payable",
    "close", "open_audit", "take_over", "assign", "release",
]  # fmt: skip


class BatchTooLargeError(RefusalError):
    """More than anybody can answer for at once."""

    code = "cases.batch_too_large"
    template = "一次最多 {most} 件，您选了 {count} 件。请分几次办。"


class UnknownDeedError(RefusalError):
    """Nothing by that name is done to many."""

    code = "cases.unknown_deed"
    template = "没有“{deed}”这种成批操作。"


@dataclass(frozen=True, order=True, slots=True)
class Chosen:
    """One case as it was seen on the list."""

    case_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one: the case, or the refusal's code and sentence."""

    case_id: UUID
    case: CaseView | None
    code: str = ""
    sentence: str = ""

    @property
    def done(self) -> bool:
        """Whether it was done."""
        return self.case is not None


class _Single(Protocol):
    """What every action on one case takes."""

    def __call__(self, *, actor: Actor, case_id: UUID, version: int, now: datetime) -> CaseView: ...


_DEEDS: dict[Deed, _Single] = {
    "accept": accept,
    "start_review": start_review,
    "verify": verify,
    "propose_approved": partial(propose, result="approved"),
    "approve": partial(decide, result="approved"),
    "refuse": partial(decide, result="refused"),
    "make_payable": make_payable,
    "close": close_case,
    "open_audit": open_audit,
    "take_over": take_over,
    "assign": assign,
    "release": release,
}


def act_on_many(
    *, actor: Actor, deed: str, chosen: Sequence[Chosen], now: datetime
) -> tuple[RowResult, ...]:
    """Do one thing to up to 500 cases; every one by the same action as a single one.

    Each in a transaction of its own: what one refuses keeps no other from being done, and the
    result says why. Results stand in the order asked. Raises ``BatchTooLargeError``,
    ``UnknownDeedError``.
    """
    if len(chosen) > BATCH_MAX:
        raise BatchTooLargeError(most=BATCH_MAX, count=len(chosen))
    act = next((one for name, one in _DEEDS.items() if name == deed), None)
    if act is None:
        raise UnknownDeedError(deed=deed[:40])
    # In one order everywhere, so that two batches over the same cases meet one behind the other.
    results = {one: _one(act, one, actor, now) for one in sorted(set(chosen))}
    with transaction.atomic():
        record_audit(
            actor=actor,
            action="cases.act_on_many",
            detail={
                "deed": deed,
                "asked": len(chosen),
                "done": sum(result.done for result in results.values()),
            },
            at=now,
        )
    return tuple(results[one] for one in dict.fromkeys(chosen))


def _one(act: _Single, one: Chosen, actor: Actor, now: datetime) -> RowResult:
    try:
        case = act(actor=actor, case_id=one.case_id, version=one.version, now=now)
    except RefusalError as refused:
        return RowResult(one.case_id, None, refused.code, refused.sentence)
    return RowResult(one.case_id, case)
