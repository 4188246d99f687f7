"""Seasons as those may see them who may; their samples with the facts a checker needs."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from denghuo.benefits.access import answers_for_season, season_staff
from denghuo.benefits.logic.season_refusals import SampleRowError, SeasonNotFoundError
from denghuo.benefits.logic.season_states import WAITS_FOR_SECOND, SeasonState
from denghuo.benefits.models import Proposal, SampleCheck, Season
from denghuo.benefits.queries.season_facts import (
    FACTS_FILE,
    RowReader,
    answer_row,
    season_folder,
)
from denghuo.benefits.queries.season_figures import season_key
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectKind, SubjectRef
from denghuo.people.public import subject_name
from denghuo.platform.public import Actor
from denghuo.policy.public import Answer, policy


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One row of a sample: who, the sum, the rule's explained answer, the word on it so far."""

    place: int
    name: str
    entity: str
    amount_fen: int
    answer: Answer
    verdict: str
    reason: str


@dataclass(frozen=True, slots=True)
class SampleProgress:
    """How far the checking is; ``next_place`` the first row nobody has judged."""

    size: int
    done: int
    wrong: int
    next_place: int | None


@dataclass(frozen=True, slots=True)
class SeasonStanding:
    """Where a season stands, for a program that drives it. ``attempt`` names the present step;
    ``waits_for_second``: cases above the line, signed once; ``unjudged``: places of the sample
    that nobody has judged."""

    id: UUID
    key: str
    state: SeasonState
    attempt: int
    waits_for_second: int
    unjudged: tuple[int, ...]


def season_standing(season_id: UUID) -> SeasonStanding:
    """Raises ``SeasonNotFoundError``."""
    row = Season.objects.filter(pk=season_id).first()
    if row is None:
        raise SeasonNotFoundError
    open_places = SampleCheck.objects.filter(season=row, verdict="").order_by("place")
    return SeasonStanding(
        id=row.pk,
        key=season_key(row.pk),
        state=SeasonState(row.state),
        attempt=row.attempt,
        waits_for_second=int(row.counts.get("left", {}).get(WAITS_FOR_SECOND, 0)),
        unjudged=tuple(open_places.values_list("place", flat=True)),
    )


def seasons_for(actor: Actor) -> QuerySet[Season]:
    """The seasons of areas the actor answers for, the newest first."""
    rows = Season.objects.order_by("-created_at")
    if actor.kind == "system":
        return rows
    if actor.kind != "staff" or actor.area is None:
        return rows.none()
    if not season_staff(actor):
        above: list[str] = []
        place: Region | None = actor.area
        while place is not None:
            above.append(place.code)
            place = place.parent
        return rows.filter(area__in=above).exclude(signed_by="")
    return rows.filter(area__startswith=actor.area.prefix)


def season_of(actor: Actor, season_id: UUID) -> Season:
    """One season. Raises ``SeasonNotFoundError``."""
    row = Season.objects.filter(pk=season_id).first()
    if row is None or not answers_for_season(actor, Region(row.area)):
        raise SeasonNotFoundError
    return row


def season_for_reach(actor: Actor, season_id: UUID) -> Season:
    """One season for those who go to the unreached: a station inside its area sees its own part.

    Raises ``SeasonNotFoundError``.
    """
    row = Season.objects.filter(pk=season_id).first()
    area = Region(row.area) if row else None
    inside = (
        area is not None
        and actor.area is not None
        and (area.contains(actor.area) or actor.area.contains(area))
    )
    if row is None or actor.kind != "staff" or not inside:
        raise SeasonNotFoundError
    return row


def barred_from_next(row: Season) -> frozenset[str]:
    """Labels of those whose own earlier step keeps them from the next: who began the season
    neither checks nor signs, who checked does not sign, nobody signs twice. The action asks
    again under its lock; here it decides what is offered."""
    if row.state in {SeasonState.PROPOSED, SeasonState.SAMPLING}:
        return frozenset({row.started_by})
    if row.state in {SeasonState.OPENED, SeasonState.SIGNED}:
        checkers = SampleCheck.objects.filter(season=row).values_list("checked_by", flat=True)
        return frozenset({row.started_by, row.sampled_by, row.signed_by, *checkers.distinct()})
    return frozenset()


def sample_progress(season: Season) -> SampleProgress:
    """Counted from the rows."""
    checks = SampleCheck.objects.filter(season=season)
    left = checks.filter(verdict="").order_by("place").values_list("place", flat=True).first()
    return SampleProgress(
        size=season.sample_size,
        done=checks.exclude(verdict="").count(),
        wrong=checks.filter(verdict="wrong").count(),
        next_place=left,
    )


def sample_row(season: Season, place: int) -> SampleRow:
    """One row with everything it rests on, read from the tables anew. Raises ``SampleRowError``."""
    check = SampleCheck.objects.filter(season=season, place=place).first()
    if check is None:
        raise SampleRowError
    one = Proposal.objects.get(pk=check.proposal_id)
    with RowReader(season_folder(season.pk) / FACTS_FILE) as reader:
        facts = reader.rows([one.row])[0]
    found = answer_row(
        policy(season.policy, season.started_at), facts, season.fact_days, as_of=season.as_of
    )
    kind: SubjectKind = "firm" if season.subject_kind == "firm" else "person"
    assert one.subject_id is not None  # noqa: S101  a drawn row is a registered subject's
    return SampleRow(
        place=place,
        name=subject_name(SubjectRef(kind, one.subject_id)),
        entity=one.entity if kind == "firm" else "",
        amount_fen=one.amount_fen,
        answer=found,
        verdict=check.verdict,
        reason=check.reason,
    )
