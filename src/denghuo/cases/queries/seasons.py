"""What became of a season's cases: sums for whoever began it, rows for whoever must act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum

from denghuo.cases.logic.snapshots import Evidence
from denghuo.cases.logic.states import State
from denghuo.cases.models import Case, PayAccount, PublicNotice
from denghuo.cases.queries.cases import scoped
from denghuo.cases.queries.snapshots import evidence_of
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectKind, SubjectRef
from denghuo.people.public import merged_persons
from denghuo.platform.public import Actor, one_of

_CHUNK = 2_000
_COLUMNS = (
    *("pk", "bulk_row", "number", "subject_kind", "subject_id", "home"),
    *("state", "version", "amount_fen", "proposed_fen", "pay_problem"),
)
WAITS_FOR_ACCOUNT = frozenset(
    {State.APPROVED, State.PUBLIC_NOTICE, State.PAYABLE, State.UPHELD, State.CHANGED}
)


@dataclass(frozen=True, slots=True)
class StateTotal:
    """The cases of one state: how many, what was proposed, granted, ordered and paid; and how
    many of them the bank paid, with what was proposed for those."""

    cases: int = 0
    proposed_fen: int = 0
    amount_fen: int = 0
    ordered_fen: int = 0
    paid_fen: int = 0
    paid_cases: int = 0
    paid_proposed_fen: int = 0


@dataclass(frozen=True, slots=True)
class SeasonCase:
    """One case of a season as its office needs it. ``problem`` is a code of
    ``PROBLEM_WORDS``; ``has_account`` whether an account was confirmed."""

    id: UUID
    row: int
    number: str
    subject: SubjectRef
    home: Region | None
    state: State
    version: int
    amount_fen: int
    problem: str
    has_account: bool


def places_held(
    *, item: str, period: str, kind: SubjectKind, subjects: Sequence[UUID]
) -> dict[UUID, str]:
    """The subjects for whom a case of this item and period lives or was granted, through
    whatever channel, under whichever of a person's merged records, with its number."""
    found: dict[UUID, str] = {}
    for start in range(0, len(subjects), _CHUNK):
        some = subjects[start : start + _CHUNK]
        same = merged_persons(some) if kind == "person" else {}
        rows = Case.objects.filter(
            subject_id__in={*some, *same},
            subject_kind=kind,
            item=item,
            period=period,
            holds_place=True,
        )
        held = {same.get(pk, pk): number for pk, number in rows.values_list("subject_id", "number")}
        found |= {one: held[who] for one in some if (who := same.get(one, one)) in held}
    return found


def season_totals(key: str) -> Mapping[State, StateTotal]:
    """The sums of a season, by state."""
    rows = (
        Case.objects.filter(bulk_key=key)
        .values("state")
        .annotate(
            n=Count("id"),
            proposed=Sum("proposed_fen"),
            amount=Sum("amount_fen"),
            ordered=Sum("ordered_fen"),
            paid=Sum("paid_fen"),
            paid_n=Count("id", filter=Q(paid_fen__gt=0)),
            paid_proposed=Sum("proposed_fen", filter=Q(paid_fen__gt=0)),
        )
    )
    return {
        State(row["state"]): StateTotal(
            row["n"],
            int(row["proposed"] or 0),
            int(row["amount"] or 0),
            int(row["ordered"] or 0),
            int(row["paid"] or 0),
            row["paid_n"],
            int(row["paid_proposed"] or 0),
        )
        for row in rows
    }


def unreached(
    actor: Actor, *, key: str, area: Region | None = None, after_row: int = -1, limit: int = 100
) -> list[SeasonCase]:
    """Entitled and not reached: granted, but without an account, or given back by the bank.

    For staff of the cases' homes too: a station sees those who live in its own area.
    """
    rows = _in_sight(actor).filter(
        bulk_key=key, state__in=WAITS_FOR_ACCOUNT, bulk_row__gt=after_row
    )
    if area is not None:
        rows = rows.filter(home__startswith=area.prefix)
    confirmed = PayAccount.objects.filter(replaced_at__isnull=True).values("case_id")
    waiting = rows.filter(~Q(pay_problem="") | ~Q(pk__in=confirmed))
    return season_cases(waiting.order_by("bulk_row")[:limit])


def unreached_count(actor: Actor, *, key: str) -> int:
    """How many ``unreached`` there are in sight."""
    rows = _in_sight(actor).filter(bulk_key=key, state__in=WAITS_FOR_ACCOUNT)
    confirmed = PayAccount.objects.filter(replaced_at__isnull=True).values("case_id")
    return rows.filter(~Q(pay_problem="") | ~Q(pk__in=confirmed)).count()


def season_rows(key: str, *, after_row: int, limit: int) -> list[SeasonCase]:
    """The next cases of a season without a confirmed account, for the house's own work."""
    # Asked of each row by index: a list of all confirmed would be made anew for every chunk.
    confirmed = PayAccount.objects.filter(case_id=OuterRef("pk"), replaced_at__isnull=True)
    rows = Case.objects.filter(
        ~Exists(confirmed), bulk_key=key, state__in=WAITS_FOR_ACCOUNT, bulk_row__gt=after_row
    )
    return season_cases(rows.order_by("bulk_row")[:limit])


def season_cases(rows: QuerySet[Case]) -> list[SeasonCase]:
    """Rows as views, read without making a model of each."""
    found = list(rows.values_list(*_COLUMNS))
    confirmed = set(
        PayAccount.objects.filter(
            case_id__in=one_of([one[0] for one in found]), replaced_at__isnull=True
        ).values_list("case_id", flat=True)
    )
    homes = {code: Region.read(code) for code in {one[5] for one in found} if code}
    return [
        SeasonCase(
            id=pk,
            row=row or 0,
            number=number,
            subject=SubjectRef("person" if kind == "person" else "firm", subject),
            home=homes.get(home),
            state=State(state),
            version=version,
            amount_fen=fen or proposed or 0,
            problem=problem,
            has_account=pk in confirmed,
        )
        for pk, row, number, kind, subject, home, state, version, fen, proposed, problem in found
    ]


def _in_sight(actor: Actor) -> QuerySet[Case]:
    if actor.kind == "staff" and actor.area is not None and "station" in actor.roles:
        return Case.objects.filter(home__startswith=actor.area.prefix)
    return scoped(actor)


def notice_until(key: str) -> date | None:
    """The last day of a season's notices; None before any."""
    found: date | None = PublicNotice.objects.filter(bulk_key__startswith=f"{key}:").aggregate(
        last=Max("last_on")
    )["last"]
    return found


def notices_of(key: str) -> tuple[UUID, ...]:
    """The notices of a season, the first first."""
    rows = PublicNotice.objects.filter(bulk_key__startswith=f"{key}:")
    return tuple(rows.order_by("from_on", "area").values_list("pk", flat=True))


def account_tails(case_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The last digits of the account confirmed for each case that has one."""
    rows = PayAccount.objects.filter(case_id__in=case_ids, replaced_at__isnull=True)
    return dict(rows.values_list("case_id", "tail"))


def grounds_of(case_id: UUID) -> Evidence | None:
    """What a case rests on, as it was frozen last. For readers who may see the case."""
    row = Case.objects.filter(pk=case_id).select_related("snapshot").first()
    return evidence_of(row.snapshot) if row is not None and row.snapshot is not None else None
