"""From a checked list to cases: each with its frozen facts and the rule's explained answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from denghuo.benefits.logic.season_states import SeasonMove
from denghuo.benefits.models import Proposal, Season
from denghuo.benefits.queries.season_facts import (
    FACTS_FILE,
    EvidenceWriter,
    RowReader,
    season_folder,
)
from denghuo.benefits.queries.season_figures import season_key
from denghuo.cases.public import NewCase, open_cases_in_bulk, period_of, service_item
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.platform.public import SYSTEM, update_rows
from denghuo.policy.public import open_disputes, policy

_DISPUTES_MAX = 1_000_000


def open_next(row: Season, chunk: int, now: datetime) -> SeasonMove | None:
    """Open the next cases. The rule is asked again, by the engine that explains: where it does
    not say what the sweep said, the row is taken out and nobody is paid by mistake."""
    waiting = Proposal.objects.filter(season=row, kind="entitled", out="")
    if row.rows_total is None:
        row.rows_total = waiting.count()
    some = list(waiting.filter(row__gt=row.cursor).order_by("row")[:chunk])
    if not some:
        return SeasonMove.OPENED
    disputed = {one.subject.id for one in open_disputes(limit=_DISPUTES_MAX)}
    out: dict[int, str] = {}
    cases: list[NewCase] = []
    item, definition = service_item(row.item), policy(row.policy, row.started_at)
    writer = EvidenceWriter(definition, row.fact_days, item, as_of=row.as_of)
    with RowReader(season_folder(row.pk) / FACTS_FILE) as reader:
        facts = reader.rows([one.row for one in some])
    for one, told in zip(some, facts, strict=True):
        if one.subject_id is None or one.subject_id in disputed:
            out[one.row] = "disputed"
            continue
        found = writer.write(told)
        if found is None or found[0].amount_fen != one.amount_fen:
            out[one.row] = "changed"
            continue
        evidence, values = found
        cases.append(
            NewCase(
                row=one.row,
                subject=SubjectRef("firm" if row.subject_kind == "firm" else "person",
                                   one.subject_id),
                home=Region(one.home) if one.home else None,
                evidence=evidence,
                period=_place(row, item.once_per, values),
            )
        )  # fmt: skip
    opened = open_cases_in_bulk(
        actor=SYSTEM, item=row.item, key=season_key(row.pk), rows=cases, now=now
    )
    ids = {**opened.repeated, **opened.cases}
    out |= dict.fromkeys(opened.taken, "taken")
    for one in some:
        one.case, one.out = ids.get(one.row), out.get(one.row, "")
    _keep(some)
    row.cursor = some[-1].row
    row.rows_done += len(some)
    return None


def _place(row: Season, once_per: str, values: Mapping[str, Any]) -> str:
    """The place the case holds: the season's period, or the certificate the applicant's own form
    would name, so that what was asked for and what arrives by itself meet in one place."""
    if once_per == "year":
        return row.period
    told = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
        if isinstance(value, str | date)
    }
    return period_of(once_per, told, on=row.as_of)


def _keep(rows: Sequence[Proposal]) -> None:
    """Write case and reason: ``bulk_update`` builds one expression of all rows, and costs more
    than opening the cases."""
    update_rows(
        "benefits_proposal",
        '"case" = %s, "out" = %s',
        [one.case for one in rows],
        [one.out for one in rows],
        [one.pk for one in rows],
    )
