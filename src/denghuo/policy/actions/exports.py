"""Leaving a trace of what is read from runs: lists that leave the house, rows that are opened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from denghuo.kernel.subject import SubjectRef
from denghuo.platform.public import Actor, lookup_digest, record_audit, record_look_up

SubjectFinder = Callable[[str], SubjectRef | None]
_finders: list[SubjectFinder] = []

PURPOSE = "核对批量核算的结果"


def names_subjects(finder: SubjectFinder) -> SubjectFinder:
    """Let a room above say whom a file's word for a subject stands for (use as a decorator).

    The registers of people and firms lie in a room beside this one, which it may not ask.
    """
    if finder not in _finders:
        _finders.append(finder)
    return finder


def log_export(
    *, actor: Actor, run_id: UUID, rows: int, now: datetime, what: str = "answers"
) -> None:
    """Say who took which rows of a run, and how many there were."""
    with transaction.atomic():
        record_audit(
            actor=actor,
            action="policy.export_rows",
            entity=f"policy.SweepRun:{run_id}",
            detail={"rows": rows, "what": what},
            at=now,
        )


def log_row_opened(
    *, actor: Actor, run_id: UUID, policy_id: str, entity: str, now: datetime
) -> None:
    """Say who opened one subject's row, before it is shown.

    A file's word for its subject may be an identity number or a firm's code; the audit keeps
    its keyed digest, by which a look at a known subject can be found again. Somebody whom the
    registers know finds the look among those at their own data.
    """
    with transaction.atomic():
        subject = _registered(entity)
        if subject is not None:
            record_look_up(
                actor=actor, subject=subject, what=("policy_facts",), purpose=PURPOSE, at=now
            )
        record_audit(
            actor=actor,
            action="policy.open_row",
            entity=f"policy.SweepRun:{run_id}",
            detail={
                "policy": policy_id,
                "row": lookup_digest(entity, field="policy.sweep_entity").hex()[:24],
            },
            at=now,
        )


def _registered(entity: str) -> SubjectRef | None:
    """Whom a file's word stands for, where a register knows."""
    return next((found for finder in _finders if (found := finder(entity)) is not None), None)
