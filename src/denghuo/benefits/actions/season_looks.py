"""Who took a list of a season and who looked at a sampled row, written before it is shown."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from denghuo.benefits.logic.season_refusals import SampleRowError
from denghuo.benefits.models import SampleCheck, Season
from denghuo.kernel.subject import SubjectRef
from denghuo.platform.public import Actor, record_audit, record_look_up


@transaction.atomic
def log_season_export(
    *, actor: Actor, season_id: UUID, what: str, rows: int, now: datetime
) -> None:
    """Say who takes a list of a season, and how long it is."""
    _audit(actor, "export_season", season_id, now, what=what, rows=rows)


@transaction.atomic
def log_sample_look(
    *, actor: Actor, season_id: UUID, place: int, facts: Collection[str], now: datetime
) -> None:
    """Say who looks at a sampled row. A natural person can read each look at their own data; a
    firm's registered facts are no personal information.

    Raises ``SampleRowError``.
    """
    season = Season.objects.get(pk=season_id)
    sampled = SampleCheck.objects.filter(season=season, place=place)
    subject = sampled.values_list("proposal__subject_id", flat=True).first()
    if subject is None:
        raise SampleRowError
    if season.subject_kind == "person":
        record_look_up(
            actor=actor,
            subject=SubjectRef("person", subject),
            what=tuple(facts),
            purpose=f"抽查（{season.title}）",
            at=now,
        )
    _audit(actor, "look_at_sample", season_id, now, place=place)


def _audit(actor: Actor, action: str, season_id: UUID, now: datetime, **detail: str | int) -> None:
    record_audit(
        actor=actor,
        action=f"benefits.{action}",
        entity=f"benefits.Season:{season_id}",
        detail=dict(detail),
        at=now,
    )
