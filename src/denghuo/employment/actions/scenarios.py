"""Asking what would come of giving places out, and working it out. Nothing is done to anybody."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction

from denghuo.employment.access import answers_for_source
from denghuo.employment.models import Scenario
from denghuo.employment.queries.scenarios import groups, work_out
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.platform.public import SYSTEM, Actor, NotAllowedError, enqueue, record_audit

WORK_OUT = "employment.work_out_scenario"


class GroupNotKnownError(RefusalError):
    """One of the great groups, or all."""

    code = "employment.group_not_known"
    template = "请选一个职业大类，或者选“全部”。"


@transaction.atomic
def ask_scenario(*, actor: Actor, asked_key: UUID, area: Region, group: str, now: datetime) -> UUID:
    """Draw the lot, keep the question, ask for the work.

    Race: two presses of one form. The unique key lets one in, and both get the one row. Raises
    ``NotAllowedError``, ``GroupNotKnownError``.
    """
    if not answers_for_source(actor, area):
        raise NotAllowedError
    if group and group not in {code for code, _ in groups()}:
        raise GroupNotKnownError(field="group")
    row = Scenario(
        asked_key=asked_key,
        area=area.code,
        group=group,
        lot_seed=secrets.token_hex(8),
        asked_by=actor.label,
        created_at=now,
    )
    Scenario.objects.bulk_create([row], ignore_conflicts=True)
    held = Scenario.objects.get(asked_key=asked_key)
    if held.asked_by != actor.label:
        raise NotAllowedError
    if held.pk == row.pk:
        enqueue(WORK_OUT, {"scenario": str(row.pk)}, key=f"{WORK_OUT}:{row.pk}")
        record_audit(
            actor=actor,
            action="employment.ask_scenario",
            entity=f"employment.Scenario:{row.pk}",
            detail={"area": area.code, "group": group, "seed": row.lot_seed},
            at=now,
        )
    return held.pk


def work_out_scenario(scenario_id: UUID, *, now: datetime) -> bool:
    """Do what was asked; whether this call wrote it.

    Race: a worker thought dead still computes. Whoever finds it asked writes; from one seed and
    the same rows both have the same.
    """
    row = Scenario.objects.get(pk=scenario_id)
    if row.state != Scenario.State.ASKED:
        return False
    failure, outcome = "", None
    try:
        outcome = work_out(row.area, row.group, row.lot_seed, now)
    except RefusalError as refused:
        failure = refused.sentence
    with transaction.atomic():
        held = Scenario.objects.select_for_update().get(pk=scenario_id)
        if held.state != Scenario.State.ASKED:
            return False
        if outcome is None:
            held.state, held.failure = Scenario.State.FAILED, failure[:500]
        else:
            held.state, held.done_at = Scenario.State.DONE, now
            held.posts, held.seekers, held.ways = outcome.posts, outcome.seekers, outcome.ways
        held.save()
        record_audit(
            actor=SYSTEM,
            action="employment.work_out_scenario",
            entity=f"employment.Scenario:{held.pk}",
            detail={"state": held.state, "posts": held.posts, "seekers": held.seekers},
            at=now,
        )
    return True


def log_scenario_exported(*, actor: Actor, scenario_id: UUID, now: datetime) -> None:
    """A table of a scenario left the house."""
    record_audit(
        actor=actor,
        action="employment.export_scenario",
        entity=f"employment.Scenario:{scenario_id}",
        detail={},
        at=now,
    )
