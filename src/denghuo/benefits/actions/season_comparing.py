"""After payment: newer facts beside what was granted, and an audit where they differ."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pyarrow.parquet as pq
from django.db import transaction

from denghuo.benefits.actions.season_sweeping import constants_of, own_folder
from denghuo.benefits.actions.seasons import COMPARE_SEASON, held
from denghuo.benefits.logic.season_refusals import SeasonNotFoundError, SeasonPendingError
from denghuo.benefits.logic.season_states import SeasonState
from denghuo.benefits.models import Proposal, Season, SeasonDifference
from denghuo.benefits.queries.season_facts import ANSWERS_FILE, FACTS_FILE, season_folder
from denghuo.benefits.queries.tables import TableView, join_tables, latest_tables
from denghuo.cases.public import CaseView, open_audit
from denghuo.kernel.region import Region
from denghuo.platform.public import SYSTEM, Actor, enqueue, record_audit
from denghuo.policy.public import sweep_table

_PIECE = 500
_PAID_STATES = {SeasonState.PAID_OUT, SeasonState.CLOSED}


def ask_to_compare(*, actor: Actor, season_id: UUID, now: datetime) -> str:
    """Ask for the comparison with the newest tables; asked twice for the same tables it is done
    once. Raises ``SeasonPendingError`` before anything was ordered, ``NoTableError``."""
    with transaction.atomic():
        row = held(actor, season_id)
        if row.state not in _PAID_STATES:
            raise SeasonPendingError(left=1)
        tables = _newest(row)
        key = hashlib.sha256(",".join(sorted(each.digest for each in tables)).encode()).hexdigest()
        enqueue(COMPARE_SEASON, {"season": str(row.pk)}, key=f"{COMPARE_SEASON}:{row.pk}:{key}")
        record_audit(
            actor=actor,
            action="benefits.ask_to_compare",
            entity=f"benefits.Season:{row.pk}",
            detail={"tables": len(tables)},
            at=now,
        )
        return key


def compare_season(
    season_id: UUID, *, progress: Callable[[int, int], None], clock: Callable[[], datetime]
) -> int:
    """Sweep the newest tables by the same rule of the same day and write down each granted row of
    which they say otherwise. Done again it writes nothing twice. Returns how many differ."""
    row = Season.objects.get(pk=season_id)
    tables = _newest(row)
    key = hashlib.sha256(",".join(sorted(each.digest for each in tables)).encode()).hexdigest()
    found = 0
    with own_folder(season_folder(season_id)) as own:
        joined = join_tables(tables, out=own / FACTS_FILE, constants=constants_of(row))
        sweep_table(
            policy_id=row.policy,
            source=joined.path,
            as_of=row.as_of,
            known_at=row.started_at or clock(),
            observed_on=dict(joined.observed_on),
            out=own / ANSWERS_FILE,
        )
        with pq.ParquetFile(own / ANSWERS_FILE) as file:
            for batch in file.iter_batches(batch_size=_PIECE):
                some = batch.to_pylist()
                answers = {one["entity"]: (one["verdict"], one["amount"]) for one in some}
                found += _write(row, key, answers, clock())
                progress(found, max(found, 1))
    return found


def _write(row: Season, key: str, answers: dict[str, tuple[str, int | None]], now: datetime) -> int:
    granted = Proposal.objects.filter(
        season=row, kind="entitled", out="", case__isnull=False, entity__in=list(answers)
    )
    differing = [
        SeasonDifference(
            season=row,
            proposal=one,
            tables=key,
            granted_fen=one.amount_fen,
            now_fen=answers[one.entity][1] if answers[one.entity][0] == "entitled" else 0,
            verdict=answers[one.entity][0],
            created_at=now,
        )
        for one in granted
        # What is not known any more is no reason to ask money back.
        if answers[one.entity] != ("entitled", one.amount_fen)
        and answers[one.entity][0] in {"entitled", "not"}
        and (answers[one.entity][0] == "not" or answers[one.entity][1] is not None)
    ]
    if not differing:
        return 0
    with transaction.atomic():
        SeasonDifference.objects.bulk_create(differing, ignore_conflicts=True)
        record_audit(
            actor=SYSTEM,
            action="benefits.compare_season",
            entity=f"benefits.Season:{row.pk}",
            detail={"differences": len(differing)},
            at=now,
        )
    return len(differing)


def open_difference(*, actor: Actor, difference_id: UUID, now: datetime) -> CaseView:
    """Open the audit of a row that was paid too much; the firm is told and may explain. Nothing
    is debited. Once for a difference. Raises what ``open_audit`` raises."""
    with transaction.atomic():
        found = (
            SeasonDifference.objects.select_for_update(of=("self",))
            .select_related("proposal")
            .filter(pk=difference_id)
            .first()
        )
        if found is None or found.proposal.case is None:
            raise SeasonNotFoundError
        held(actor, found.season_id)
        view = open_audit(actor=actor, case_id=found.proposal.case, version=None, now=now)
        found.audited_by, found.audited_at = actor.label, now
        found.save(update_fields=["audited_by", "audited_at"])
        return view


def _newest(row: Season) -> list[TableView]:
    return latest_tables(
        subject="firm" if row.subject_kind == "firm" else "person",
        area=Region(row.area),
        as_of=row.as_of,
    )
