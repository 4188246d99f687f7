"""What arrives without being asked for: a subject's cases that the house itself opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from denghuo.benefits.models import KnownAccount
from denghuo.cases.public import (
    CaseView,
    Evidence,
    FrozenFact,
    State,
    account_tails,
    cases_of,
    grounds_of,
)
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import refs_of

_OVER = frozenset({State.WITHDRAWN, State.REFUSED, State.CLOSED, State.RECOVER})
_BEFORE_MONEY = frozenset(
    {State.PROPOSED, State.APPROVED, State.PUBLIC_NOTICE, State.PAYABLE}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class KnownAccountView:
    """An account an office told us, by its last digits."""

    account_name: str
    tail: str
    bank: str
    source: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """One sum that comes by itself, why, and whether it waits for an account."""

    case: CaseView
    amount_fen: int
    grounds: Evidence | None
    tail: str
    known: KnownAccountView | None

    @property
    def waits_for_account(self) -> bool:
        """Nobody has said yet where the money goes, or the bank gave it back."""
        before = self.case.state in _BEFORE_MONEY
        return before and (not self.tail or bool(self.case.pay_problem))

    @property
    def conditions(self) -> list[dict[str, Any]]:
        """The rule's sentences with the facts they used."""
        return list(self.grounds.answer.get("conditions", ())) if self.grounds else []

    @property
    def arithmetic(self) -> list[str]:
        """How the sum was worked out, line by line."""
        return list(self.grounds.answer.get("arithmetic", ())) if self.grounds else []

    @property
    def facts_of_sum(self) -> list[FrozenFact]:
        """The facts behind the sum that no condition shows, with who told each and of when."""
        return _facts_of_sum(self.grounds)


def _facts_of_sum(grounds: Evidence | None) -> list[FrozenFact]:
    """What the sum was worked out from and no condition asked for: shown beside it, so that
    nothing it rests on is hidden from whom it is about."""
    if grounds is None:
        return []
    asked = {
        fact["name"] for each in grounds.answer.get("conditions", ()) for fact in each["facts"]
    }
    return [one for one in grounds.facts if one.name not in asked and one.value is not None]


def known_account(subject: SubjectRef) -> KnownAccount | None:
    """The newest word of an office, under whichever of a person's merged records."""
    ids = [ref.id for ref in refs_of(subject)]
    rows = KnownAccount.objects.filter(subject_id__in=ids, subject_kind=subject.kind)
    return rows.order_by("-told_on", "-created_at", "pk").first()


def arrivals_of(subject: SubjectRef) -> list[Arrival]:
    """For a reader who acts for the subject: what waits for an account first."""
    cases = [one for one in cases_of(subject) if one.channel == "system" and one.state not in _OVER]
    tails = account_tails([one.id for one in cases])
    row = known_account(subject)
    known = KnownAccountView(row.account_name, row.tail, row.bank, row.source) if row else None
    found = []
    for one in cases:
        grounds = grounds_of(one.id)
        amount = one.amount_fen or (grounds.amount_fen if grounds else 0) or 0
        found.append(Arrival(one, amount, grounds, tails.get(one.id, ""), known))
    return sorted(found, key=lambda each: not each.waits_for_account)
