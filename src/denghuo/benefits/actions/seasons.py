"""A season's steps as people take them: begun, sampled, signed, shown, paid, stopped.

Each is one short transaction with its audit row. What takes long is asked of a job
(``season_work``), by a key that names the step, so that asking twice is asking once.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from denghuo.benefits.access import answers_for_season, hands_of
from denghuo.benefits.actions.season_holds import place_holds, release_holds
from denghuo.benefits.logic.sampling import draw, sample_size, too_many_wrong
from denghuo.benefits.logic.season_refusals import (
    BudgetShortError,
    NoProposalsError,
    NoticeStillOpenError,
    SamePersonInSeasonError,
    SampleNotDoneError,
    SampleReasonError,
    SampleRowError,
    SeasonExistsError,
    SeasonItemError,
    SeasonNotFoundError,
    SeasonPendingError,
    SeasonPeriodError,
    StopReasonError,
)
from denghuo.benefits.logic.season_states import (
    STATE_WORDS,
    WORKING,
    SeasonMove,
    SeasonState,
    SeasonStepError,
    next_season_state,
)
from denghuo.benefits.models import Proposal, SampleCheck, Season
from denghuo.benefits.queries.season_figures import figures_of, season_key
from denghuo.benefits.queries.tables import NoTableError, latest_tables
from denghuo.cases.public import ServiceItem, notice_until, service_item
from denghuo.kernel.clock import day_of
from denghuo.kernel.region import Region
from denghuo.platform.public import Actor, NotAllowedError, enqueue, record_audit
from denghuo.policy.public import policy

WORK_SEASON = "benefits.work_season"
COMPARE_SEASON = "benefits.compare_season"
REASON_MAX = 300
_YEAR = re.compile(r"20[0-9]{2}")
# The anchor of a yearly refund is the end of the year paid for, the same for every row.
# What a row of a table names by itself; a founder's next step depends on what was paid before.
_ONCE_PER = frozenset({"year", "certificate"})
_YEAR_END = "contribution_year_ends_on"


def create_season(
    *,
    actor: Actor,
    item: str,
    period: str,
    area: Region,
    as_of: date,
    constants: Mapping[str, str | int | bool] | None = None,
    now: datetime,
) -> UUID:
    """A season of one item, year and area. ``constants`` are facts that are the same for all
    (the fund's months of reserve), in their strict form.

    Raises ``SeasonItemError``, ``SeasonPeriodError``, ``SeasonExistsError``, ``NotAllowedError``.
    """
    if not answers_for_season(actor, area) or not hands_of(actor) & {"officer", "supervisor"}:
        raise NotAllowedError
    found = service_item(item)
    in_season = found.once_per in _ONCE_PER
    if not (in_season and found.policy and found.pays and found.notice.days):
        raise SeasonItemError(field="item")
    if not _YEAR.fullmatch(period):
        raise SeasonPeriodError(field="period")
    try:
        with transaction.atomic():
            row = Season.objects.create(
                title=f"{period} 年{found.names}"[:120],
                item=found.code,
                policy=found.policy,
                subject_kind=found.who,
                period=period,
                area=area.code,
                as_of=as_of,
                constants={**_year_end(found, period), **(constants or {})},
                made_by=actor.label,
                changed_at=now,
                created_at=now,
            )
            _audit(actor, "create_season", row, now, item=found.code, period=period)
    except IntegrityError:
        raise SeasonExistsError from None
    return row.pk


def _year_end(item: ServiceItem, period: str) -> dict[str, str]:
    needed = item.once_per == "year" and policy(item.policy).anchor_fact == _YEAR_END
    return {_YEAR_END: f"{period}-12-31"} if needed else {}


def start_season(*, actor: Actor, season_id: UUID, now: datetime) -> None:
    """Take the newest tables of every office and ask for the sweep; also after a missing rule was
    published. Raises ``NoTableError``, ``SeasonStepError``."""
    with transaction.atomic():
        row = held(actor, season_id)
        again = row.state == SeasonState.NO_RULE
        _move(row, SeasonMove.ASK_AGAIN if again else SeasonMove.START, actor, now)
        tables = latest_tables(
            subject="firm" if row.subject_kind == "firm" else "person",
            area=Region(row.area),
            as_of=row.as_of,
        )
        if not tables:
            raise NoTableError
        if again:
            Proposal.objects.filter(season=row).delete()
        row.tables = [str(each.import_id) for each in tables]
        row.counts, row.started_by, row.started_at = {}, actor.label, now
        row.save()
        _audit(actor, "start_season", row, now, tables=len(tables))


def draw_sample(*, actor: Actor, season_id: UUID, now: datetime) -> int:
    """Draw the rows another officer looks at; the seed is published with them.

    Raises ``SamePersonInSeasonError``, ``NoProposalsError``.
    """
    with transaction.atomic():
        row = held(actor, season_id)
        _demand_other(actor, row.started_by)
        _move(row, SeasonMove.DRAW, actor, now)
        rows = list(
            Proposal.objects.filter(season=row, kind="entitled", out="").values_list("row", "pk")
        )
        if not rows:
            raise NoProposalsError
        ids = dict(rows)
        row.seed, row.sample_size = secrets.token_hex(16), sample_size(len(rows))
        row.sampled_by = actor.label
        row.save()
        drawn = draw(ids, seed=row.seed, size=row.sample_size)
        SampleCheck.objects.bulk_create(
            [
                SampleCheck(season=row, proposal_id=ids[one], place=place, created_at=now)
                for place, one in enumerate(drawn, start=1)
            ]
        )
        _audit(actor, "draw_sample", row, now, rows=row.sample_size, seed=row.seed)
        return row.sample_size


def judge_row(
    *, actor: Actor, season_id: UUID, place: int, wrong: bool, reason: str = "", now: datetime
) -> None:
    """What the officer found of one row; said again it takes the former word's place.

    Raises ``SamePersonInSeasonError``, ``SampleRowError``, ``SampleReasonError``.
    """
    words = reason.strip()
    if wrong and not 0 < len(words) <= REASON_MAX:
        raise SampleReasonError(field="reason")
    with transaction.atomic():
        row = held(actor, season_id)
        _demand_other(actor, row.started_by)
        # Nothing moves, but only whoever may end the checking may check.
        next_season_state(SeasonState(row.state), SeasonMove.ACCEPT_SAMPLE, hands_of(actor))
        changed = SampleCheck.objects.filter(season=row, place=place).update(
            verdict="wrong" if wrong else "ok",
            reason=words[:REASON_MAX] if wrong else "",
            checked_by=actor.label,
            checked_at=now,
        )
        if not changed:
            raise SampleRowError
        _audit(actor, "judge_sample_row", row, now, place=place, wrong=wrong)


def finish_sample(*, actor: Actor, season_id: UUID, now: datetime) -> SeasonState:
    """End the checking: wrong rows are taken out and the cases opened; with too many wrong ones
    the season stops. Raises ``SampleNotDoneError``, ``SamePersonInSeasonError``."""
    with transaction.atomic():
        row = held(actor, season_id)
        _demand_other(actor, row.started_by)
        checks = SampleCheck.objects.filter(season=row)
        left = checks.filter(verdict="").count()
        if left:
            raise SampleNotDoneError(left=left)
        wrong = checks.filter(verdict="wrong")
        count = wrong.count()
        if too_many_wrong(wrong=count, size=row.sample_size):
            _move(row, SeasonMove.STOP, actor, now)
            row.stopped_by = actor.label
            row.stopped_why = f"抽查 {row.sample_size} 条，{count} 条不对，超过限度"
            release_holds(row, now)
        else:
            _move(row, SeasonMove.ACCEPT_SAMPLE, actor, now)
            Proposal.objects.filter(pk__in=wrong.values("proposal_id")).update(out="wrong")
        row.save()
        _audit(actor, "finish_sample", row, now, wrong=count, state=row.state)
        return SeasonState(row.state)


def sign_season(*, actor: Actor, season_id: UUID, now: datetime) -> None:
    """Sign the list: every case of it is approved in the signer's name, by the rules of one.

    By somebody who neither started nor checked it. Signed again by a supervisor it is the second
    signature on sums above the item's line. Raises ``SamePersonInSeasonError``,
    ``BudgetShortError``.
    """
    with transaction.atomic():
        row = held(actor, season_id)
        checkers = SampleCheck.objects.filter(season=row).values_list("checked_by", flat=True)
        _demand_other(actor, row.started_by, row.sampled_by, *checkers.distinct())
        second = row.state == SeasonState.SIGNED
        if second:
            _demand_other(actor, row.signed_by)
        _move(row, SeasonMove.SIGN, actor, now)
        short = [fund for fund, one in row.holds.items() if not one.get("hold")]
        if short:
            raise BudgetShortError(funds="、".join(sorted(short)))
        row.signed_by = row.signed_by or actor.label
        row.signer = {
            "staff": str(actor.staff_id),
            "name": actor.name,
            "roles": sorted(actor.roles),
            "area": actor.area.code if actor.area else row.area,
        }
        row.save()
        _audit(actor, "sign_season", row, now, second=second)


def hold_budget(*, actor: Actor, season_id: UUID, now: datetime) -> bool:
    """Try again to set the sum aside, after the fund got money. True when all of it is."""
    with transaction.atomic():
        row = held(actor, season_id)
        if row.state not in {SeasonState.PROPOSED, SeasonState.SAMPLING, SeasonState.OPENED}:
            raise SeasonPendingError(left=0)
        place_holds(row, {fund: int(one["fen"]) for fund, one in row.holds.items()}, now)
        row.save()
        _audit(actor, "hold_budget", row, now)
        return all(one.get("hold") for one in row.holds.values())


def announce_season(*, actor: Actor, season_id: UUID, now: datetime) -> None:
    """Show the signed list to everybody, from today on."""
    with transaction.atomic():
        row = held(actor, season_id)
        _move(row, SeasonMove.ANNOUNCE, actor, now)
        row.notice_from = day_of(now)
        row.save()
        _audit(actor, "announce_season", row, now)


def pay_season(*, actor: Actor, season_id: UUID, now: datetime) -> None:
    """After the notice: order what met no objection. Again later for what was answered since.

    Raises ``NoticeStillOpenError``.
    """
    with transaction.atomic():
        row = held(actor, season_id)
        _move(row, SeasonMove.PAY, actor, now)
        last = notice_until(season_key(row.pk))
        if last is not None and day_of(now) <= last:
            raise NoticeStillOpenError(last=last.isoformat())
        row.save()
        _audit(actor, "pay_season", row, now)


def close_season(*, actor: Actor, season_id: UUID, now: datetime) -> None:
    """Nothing more is expected. Raises ``SeasonPendingError``."""
    with transaction.atomic():
        row = held(actor, season_id)
        _move(row, SeasonMove.CLOSE, actor, now)
        left = figures_of(row).pending.count
        if left:
            raise SeasonPendingError(left=left)
        row.save()
        _audit(actor, "close_season", row, now)


def stop_season(*, actor: Actor, season_id: UUID, reason: str, now: datetime) -> None:
    """End a season before money was ordered; what is set aside is free again. Cases that were
    opened stay with their office and are decided one by one. Raises ``StopReasonError``."""
    words = reason.strip()
    if not 0 < len(words) <= REASON_MAX:
        raise StopReasonError(field="reason")
    with transaction.atomic():
        row = held(actor, season_id)
        _move(row, SeasonMove.STOP, actor, now)
        row.stopped_by, row.stopped_why = actor.label, words
        release_holds(row, now)
        row.save()
        _audit(actor, "stop_season", row, now)


def held(actor: Actor, season_id: UUID) -> Season:
    """The season, locked. Race: two officers press at once; the second sees what the first did."""
    row = Season.objects.select_for_update().filter(pk=season_id).first()
    if row is None or not answers_for_season(actor, Region(row.area)):
        raise SeasonNotFoundError
    return row


def ask_for_work(row: Season) -> None:
    """The job of the present step, under a key that names it: lost and asked again it is one."""
    key = f"{WORK_SEASON}:{row.pk}:{row.attempt}"
    enqueue(WORK_SEASON, {"season": str(row.pk), "attempt": row.attempt}, key=key)


def _move(row: Season, move: SeasonMove, actor: Actor, now: datetime) -> None:
    after = next_season_state(SeasonState(row.state), move, hands_of(actor))
    enter(row, after, now)


def enter(row: Season, state: SeasonState, now: datetime) -> None:
    """The season in its next state; a working one begins from its first row."""
    row.state, row.changed_at, row.failure = state, now, ""
    if state in WORKING:
        row.attempt, row.cursor, row.rows_done, row.rows_total = row.attempt + 1, -1, 0, None
        ask_for_work(row)


def _demand_other(actor: Actor, *labels: str) -> None:
    if actor.label in labels:
        raise SamePersonInSeasonError


def _audit(
    actor: Actor, action: str, row: Season, now: datetime, **detail: str | int | bool
) -> None:
    record_audit(
        actor=actor,
        action=f"benefits.{action}",
        entity=f"benefits.Season:{row.pk}",
        detail=detail,
        at=now,
    )


def try_season_again(*, actor: Actor, season_id: UUID, now: datetime) -> None:
    """Ask again for a step that could not go on, after what kept it was put right. It goes on
    behind what it had done."""
    with transaction.atomic():
        row = held(actor, season_id)
        if SeasonState(row.state) not in WORKING or not row.failure:
            raise SeasonStepError(state=STATE_WORDS[SeasonState(row.state)])
        row.failure, row.attempt, row.changed_at = "", row.attempt + 1, now
        ask_for_work(row)
        row.save()
        _audit(actor, "try_season_again", row, now)
