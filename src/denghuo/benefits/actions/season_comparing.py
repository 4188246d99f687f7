"""After payment: newer facts beside what was granted, and an audit where they differ."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import transaction
from django.db.models import F

from denghuo.benefits.actions.season_sweeping import constants_of, own_folder, told_of
from denghuo.benefits.actions.seasons import COMPARE_SEASON, held
from denghuo.benefits.logic.season_refusals import (
    NotUnderpaidError,
    SeasonNotFoundError,
    SeasonPendingError,
)
from denghuo.benefits.logic.season_states import SeasonState
from denghuo.benefits.models import Proposal, Season, SeasonDifference
from denghuo.benefits.queries.season_facts import (
    ANSWERS_FILE,
    FACTS_FILE,
    RowReader,
    answer_row,
    evidence_of,
    season_folder,
)
from denghuo.benefits.queries.tables import TableView, join_tables, latest_tables
from denghuo.cases.public import CaseView, open_audit, propose_more, service_item
from denghuo.kernel.region import Region
from denghuo.platform.public import SYSTEM, Actor, enqueue, record_audit
from denghuo.policy.public import policy, sweep_table

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
                found += _write(row, _differing(row, key, answers, clock()), clock())
                progress(found, max(found, 1))
        _keep_grounds(row, key, own / FACTS_FILE, told_of(row, tables, joined))
    return found


def _differing(
    row: Season, key: str, answers: dict[str, tuple[str, int | None]], now: datetime
) -> list[SeasonDifference]:
    granted = Proposal.objects.filter(
        season=row, kind="entitled", out="", case__isnull=False, entity__in=list(answers)
    )
    return [
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


def _keep_grounds(
    row: Season, key: str, facts: Path, told: Mapping[str, Mapping[str, str]]
) -> None:
    """Where more is due, the facts that say so: the joined table goes when this job ends.

    Killed before it is done, the next run finds those that have none yet.
    """
    more = SeasonDifference.objects.filter(
        season=row, tables=key, now_fen__gt=F("granted_fen"), facts={}
    )
    wanted = list(more.values_list("pk", "proposal__entity"))
    if not wanted:
        return
    entities = pq.read_table(facts, columns=["entity"]).column("entity").combine_chunks()
    found = pc.index_in(pa.array([entity for _, entity in wanted], entities.type), entities)
    rows = sorted(zip(found.to_pylist(), (pk for pk, _ in wanted), strict=True))
    with RowReader(facts) as reader:
        for start in range(0, len(rows), _PIECE):
            some = rows[start : start + _PIECE]
            told_rows = reader.rows([place for place, _ in some])
            SeasonDifference.objects.bulk_update(
                [
                    SeasonDifference(pk=pk, facts=known, told=_tellers(known, told))
                    for (_, pk), one in zip(some, told_rows, strict=True)
                    if (known := _known(one))
                ],
                ["facts", "told"],
            )


def _known(row: Mapping[str, object]) -> dict[str, object]:
    return {
        name: _plain(value) for name, value in row.items() if value is not None and name != "entity"
    }


def _tellers(
    known: Mapping[str, object], told: Mapping[str, Mapping[str, str]]
) -> dict[str, Mapping[str, str]]:
    return {name: told[name] for name in known if name in told}


def _plain(value: object) -> object:
    return value if isinstance(value, bool | int) else str(value)


def _write(row: Season, differing: list[SeasonDifference], now: datetime) -> int:
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
        found = _locked(actor, difference_id)
        assert found.proposal.case is not None  # noqa: S101  ``_locked`` looked
        view = open_audit(actor=actor, case_id=found.proposal.case, version=None, now=now)
        _mark(found, actor, now)
        return view


def propose_difference(*, actor: Actor, difference_id: UUID, now: datetime) -> CaseView:
    """Propose that the rest be paid to a row that got too little: the case's audit is opened and
    what is due stands in it, with the newer tables' facts frozen. Another hand signs in the case
    (``cases.public.grant_more``), and only then is money ordered. Once for a difference.

    Raises ``NotUnderpaidError`` and what ``open_audit`` and ``propose_more`` raise.
    """
    with transaction.atomic():
        found = _locked(actor, difference_id)
        season = found.season
        if (found.now_fen or 0) <= found.granted_fen or not found.facts:
            raise NotUnderpaidError
        item = service_item(season.item)
        evidence = evidence_of(
            answer_row(
                policy(season.policy, season.started_at or now),
                found.facts,
                found.told,
                as_of=season.as_of,
            ),
            item,
        )
        case_id = found.proposal.case
        assert case_id is not None  # noqa: S101  ``_locked`` looked
        view = open_audit(actor=actor, case_id=case_id, version=None, now=now)
        view = propose_more(
            actor=actor,
            case_id=case_id,
            version=view.version,
            swept=evidence,
            note="新的数据算出来应发的更多",
            now=now,
        )
        _mark(found, actor, now)
        return view


def _locked(actor: Actor, difference_id: UUID) -> SeasonDifference:
    """A difference nobody has acted on, of a season in the actor's area. Raises
    ``SeasonNotFoundError``."""
    found = (
        SeasonDifference.objects.select_for_update(of=("self",))
        .select_related("proposal", "season")
        .filter(pk=difference_id)
        .first()
    )
    if found is None or found.proposal.case is None:
        raise SeasonNotFoundError
    held(actor, found.season_id)
    return found


def _mark(found: SeasonDifference, actor: Actor, now: datetime) -> None:
    found.audited_by, found.audited_at = actor.label, now
    found.save(update_fields=["audited_by", "audited_at"])


def _newest(row: Season) -> list[TableView]:
    return latest_tables(
        subject="firm" if row.subject_kind == "firm" else "person",
        area=Region(row.area),
        as_of=row.as_of,
    )
