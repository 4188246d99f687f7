"""A season's sums: what was proposed is what the bank paid, what waits, was declined, ended
without payment, or was taken out."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Sum
from django.db.models.functions import Substr

from denghuo.benefits.models import Proposal, Season
from denghuo.cases.public import State, season_repaid, season_totals

# Nothing more is expected of these; the bank paid, or it never will.
_ENDED = frozenset({State.PAID, State.CLOSED, State.AUDIT, State.CONFIRMED, State.RECOVER})
_DECLINED = frozenset({State.WITHDRAWN, State.REFUSED})


@dataclass(frozen=True, slots=True)
class CountSum:
    """How many, and how much they were proposed."""

    count: int = 0
    fen: int = 0

    def __add__(self, other: CountSum) -> CountSum:
        return CountSum(self.count + other.count, self.fen + other.fen)


@dataclass(frozen=True, slots=True)
class SeasonFigures:
    """``proposed`` is all who are entitled by the rule; ``paid`` those of them the bank paid,
    ``unpaid`` those whose case ended without it (a payment given up, a grant taken away on
    appeal). ``paid_fen`` is what left the funds, ``repaid_fen`` what came back on claims.
    ``agrees``: nobody is counted twice or forgotten between the list, the cases and the money."""

    proposed: CountSum
    paid: CountSum
    pending: CountSum
    declined: CountSum
    unpaid: CountSum
    taken_out: CountSum
    paid_fen: int
    repaid_fen: int

    @property
    def agrees(self) -> bool:
        """The sums of the parts are the sum of the list."""
        parts = (self.paid, self.pending, self.declined, self.unpaid, self.taken_out)
        return self.proposed == sum(parts, CountSum())


def season_key(season_id: UUID) -> str:
    """How the cases room names the season."""
    return f"season:{season_id}"


def figures_of(season: Season) -> SeasonFigures:
    """Counted now, from the rows."""
    listed = Proposal.objects.filter(season=season, kind="entitled")
    by_out = {
        row["out"]: CountSum(row["n"], int(row["fen"] or 0))
        for row in listed.values("out").annotate(n=Count("id"), fen=Sum("amount_fen"))
    }
    proposed = sum(by_out.values(), CountSum())
    taken_out = sum((one for out, one in by_out.items() if out), CountSum())
    totals = season_totals(season_key(season.pk))
    paid, declined, unpaid, on_way = CountSum(), CountSum(), CountSum(), CountSum()
    for state, total in totals.items():
        paid += CountSum(total.paid_cases, total.paid_proposed_fen)
        one = CountSum(total.cases - total.paid_cases, total.proposed_fen - total.paid_proposed_fen)
        if state in _ENDED:
            unpaid += one
        elif state in _DECLINED:
            declined += one
        else:
            on_way += one
    not_opened = Proposal.objects.filter(
        season=season, kind="entitled", out="", case__isnull=True
    ).aggregate(n=Count("id"), fen=Sum("amount_fen"))
    waiting = CountSum(not_opened["n"], int(not_opened["fen"] or 0))
    return SeasonFigures(
        proposed=proposed,
        paid=paid,
        pending=on_way + waiting,
        declined=declined,
        unpaid=unpaid,
        taken_out=taken_out,
        paid_fen=sum((one.paid_fen for one in totals.values()), 0),
        repaid_fen=season_repaid(season_key(season.pk)),
    )


def sums_by_league(season: Season) -> dict[str, CountSum]:
    """Who is on the list and not out, by the first four digits of the division."""
    rows = (
        Proposal.objects.filter(season=season, kind="entitled", out="")
        .annotate(league=Substr("home", 1, 4))
        .values("league")
        .annotate(n=Count("id"), fen=Sum("amount_fen"))
        .order_by("league")
    )
    return {row["league"]: CountSum(row["n"], int(row["fen"] or 0)) for row in rows}


def sums_by_group(season: Season) -> dict[str, CountSum]:
    """The same by size class."""
    rows = (
        Proposal.objects.filter(season=season, kind="entitled", out="")
        .values("group")
        .annotate(n=Count("id"), fen=Sum("amount_fen"))
        .order_by("group")
    )
    return {row["group"]: CountSum(row["n"], int(row["fen"] or 0)) for row in rows}


def kinds_of(season: Season) -> dict[tuple[str, str], CountSum]:
    """How many rows of each kind, and why rows are out."""
    rows = (
        Proposal.objects.filter(season=season)
        .values("kind", "out")
        .annotate(n=Count("id"), fen=Sum("amount_fen"))
    )
    return {(row["kind"], row["out"]): CountSum(row["n"], int(row["fen"] or 0)) for row in rows}
