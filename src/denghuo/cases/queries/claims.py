"""Claims for money back with what came in: for the desk, the treasurer and the season."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from denghuo.cases.access import CaseNotFoundError, keeps_books_of
from denghuo.cases.logic.claims import OVER, PREFIX, ClaimSum, Turn, is_claim, whose_turn
from denghuo.cases.logic.numbers import CaseNumber, NotCaseNumberError
from denghuo.cases.logic.states import State
from denghuo.cases.models import Case, CaseFact
from denghuo.cases.queries.cases import subject_of
from denghuo.cases.queries.list_names import list_names
from denghuo.kernel.subject import SubjectRef
from denghuo.ledger.public import (
    PayOrderView,
    RepaymentView,
    ordered_about,
    pay_orders_about,
    repayments_about,
)
from denghuo.platform.public import Actor, one_of

CLAIMS_PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class ClaimView:
    """One claim. ``origin`` is the number of the case that was paid too much; ``turn`` says who
    must act for the claim to go on. ``given`` are the orders that give back what was too much."""

    id: UUID
    number: str
    origin: str
    subject: SubjectRef
    name_masked: str
    state: State
    money: ClaimSum
    rows: tuple[RepaymentView, ...]
    given: tuple[PayOrderView, ...]
    turn: Turn


def about_case(case_id: UUID) -> str:
    """How the ledger names a case."""
    return f"cases.Case:{case_id}"


def claim_sums(rows: Iterable[Case]) -> dict[UUID, ClaimSum]:
    """What each claim asks and what came back. Until it is decided it asks what the office said."""
    claims = list(rows)
    told: dict[UUID, int] = {}
    facts = CaseFact.objects.filter(
        case_id__in=one_of([one.pk for one in claims]), name="claw_back_fen"
    )
    for case_id, value in facts.order_by("told_at", "pk").values_list("case_id", "value"):
        told[case_id] = int(value or 0)
    back = repayments_about(about_case(one.pk) for one in claims)
    given = ordered_about(about_case(one.pk) for one in claims)
    found: dict[UUID, ClaimSum] = {}
    for one in claims:
        about = about_case(one.pk)
        came = sum(each.amount_fen for each in back.get(about, ()))
        gone = given.get(about, 0)
        found[one.pk] = ClaimSum(_asked(one, told.get(one.pk, 0)), came - gone, gone)
    return found


def _asked(claim: Case, told_fen: int) -> int:
    if claim.state == State.WITHDRAWN:
        return 0
    return claim.amount_fen if claim.decision_id else told_fen


def claim_sum(row: Case) -> ClaimSum:
    """The same for one."""
    return claim_sums([row])[row.pk]


def claims_about(origin: Case) -> QuerySet[Case]:
    """The claims that ask back what this case was paid."""
    return Case.objects.filter(about=origin, item__startswith=PREFIX)


def repaid_of(origin: Case) -> int:
    """What came back of what this case was paid, in fen."""
    return sum(one.repaid_fen for one in claim_sums(claims_about(origin)).values())


def season_repaid(key: str) -> int:
    """What came back of what a season paid, in fen."""
    claims = Case.objects.filter(about__bulk_key=key, item__startswith=PREFIX)
    return sum(one.repaid_fen for one in claim_sums(claims).values())


def claims_for(actor: Actor, *, page: int, on: date, over: bool = False) -> list[ClaimView]:
    """A page of the claims a treasurer keeps the books of, the oldest first; one more row than a
    page holds says that there is another. ``over``: those that ask for nothing any more."""
    if actor.kind != "staff" or actor.area is None or "treasurer" not in actor.roles:
        return []
    rows = Case.objects.filter(item__startswith=PREFIX, area__startswith=actor.area.prefix)
    ended = [str(state) for state in OVER]
    rows = rows.filter(state__in=ended) if over else rows.exclude(state__in=ended)
    start = (page - 1) * CLAIMS_PER_PAGE
    some = rows.select_related("about", "decision").order_by("submitted_at", "number")
    return claim_views(list(some[start : start + CLAIMS_PER_PAGE + 1]), on=on)


def overpaid_claims(actor: Actor, *, on: date) -> list[ClaimView]:
    """Claims in whose books more came in than they ask, whatever their state, oldest first."""
    if actor.kind != "staff" or actor.area is None or "treasurer" not in actor.roles:
        return []
    rows = Case.objects.filter(item__startswith=PREFIX, area__startswith=actor.area.prefix)
    known = list(rows.select_related("about", "decision").order_by("submitted_at", "number"))
    sums = claim_sums(known)
    return claim_views([one for one in known if sums[one.pk].over_fen], on=on)


def claim_seen(actor: Actor, number: str, *, on: date) -> ClaimView:
    """One claim, for the treasurer of its area. Raises ``CaseNotFoundError``."""
    try:
        known = str(CaseNumber.read(number))
    except NotCaseNumberError:
        raise CaseNotFoundError from None
    row = Case.objects.select_related("about", "decision").filter(number=known).first()
    if row is None or not is_claim(row.item) or not keeps_books_of(actor, row.area):
        raise CaseNotFoundError
    return claim_views([row], on=on)[0]


def claim_views(rows: list[Case], *, on: date) -> list[ClaimView]:
    """Rows with their sums, names as lists show them."""
    sums = claim_sums(rows)
    back = repayments_about(about_case(row.pk) for row in rows)
    names = list_names([subject_of(row) for row in rows])
    return [
        ClaimView(
            id=row.pk,
            number=row.number,
            origin=row.about.number if row.about else "",
            subject=subject_of(row),
            name_masked=names.get(subject_of(row), ""),
            state=State(row.state),
            money=sums[row.pk],
            rows=tuple(back.get(about_case(row.pk), ())),
            given=pay_orders_about(about_case(row.pk)) if sums[row.pk].given_fen else (),
            turn=turn_of(row, sums[row.pk], on=on),
        )
        for row in rows
    ]


def turn_of(row: Case, money: ClaimSum, *, on: date) -> Turn:
    """Who must act for a claim to go on."""
    until = row.decision.appeal_until if row.decision else None
    return whose_turn(State(row.state), money, appeal_until=until, on=on)
