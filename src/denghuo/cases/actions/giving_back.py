"""Money that came in beyond what a claim asks goes back to the payee, through the ledger.

The sum is nobody's to name: it is what came in and is not asked. One treasurer orders it; the
file it goes out in is made and released by two, as for every payment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from denghuo.cases.access import CaseNotFoundError, keeps_books_of
from denghuo.cases.actions.repaying import fund_of, take_claim
from denghuo.cases.actions.turns import Turn, finish, tell, write_step
from denghuo.cases.logic.claims import NotAClaimError, demand_surplus, is_claim
from denghuo.cases.models import Case, PayAccount, Step
from denghuo.cases.queries.cases import CaseView
from denghuo.cases.queries.claims import about_case, claim_sum
from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.ledger.public import (
    PayOrderDraft,
    PayOrderView,
    PayState,
    order_payments,
    pay_orders_about,
)
from denghuo.people.public import subject_name
from denghuo.platform.public import Actor


class AccountNotKnownError(RefusalError):
    """The account the money went to is not kept any more, or never was."""

    code = "cases.account_not_known"
    template = "没有可用的收款账户。请问清对方，把户名、账号和开户银行都填上。"


@dataclass(frozen=True, slots=True)
class GivenAccount:
    """An account the payee named to the treasurer."""

    account_name: str
    account_no: str
    bank: str


@transaction.atomic
def give_back_surplus(
    *,
    actor: Actor,
    case_id: UUID,
    seen_fen: int,
    account: GivenAccount | None = None,
    now: datetime,
) -> CaseView:
    """Order what came in too much back to its payee; ``seen_fen`` is the sum the page showed.

    Without ``account`` it goes where the money went that was paid too much. What the bank gave
    back is sent again at the payments desk, like any other payment. Raises
    ``CaseNotFoundError``, ``NotAClaimError``, ``NoSurplusError``, ``SurplusChangedError``,
    ``AccountNotKnownError`` and what the ledger's ``order_payments`` raises.

    Race: two treasurers press at once, or one twice. The row lock of the claim puts them in
    order, and the second finds that nothing is left to give back.
    """
    row = Case.objects.filter(pk=case_id).first()
    if row is None or not keeps_books_of(actor, row.area):
        raise CaseNotFoundError
    if not is_claim(row.item) or row.about_id is None:
        raise NotAClaimError
    turn = take_claim(row, now)
    turn.actor = actor
    origin = turn.row.about
    assert origin is not None  # noqa: S101  looked at above, and it never changes
    demand_surplus(claim_sum(turn.row), seen_fen)
    to = account or _account_of(origin)
    if to is None:
        raise AccountNotKnownError(field="account_name")
    about = about_case(turn.row.pk)
    ordered = order_payments(
        actor=actor,
        drafts=[
            PayOrderDraft(
                key=f"surplus:{turn.row.pk}:{len(pay_orders_about(about))}",
                about=about,
                payee=turn.subject,
                payee_name=subject_name(turn.subject),
                account_name=to.account_name,
                account_no=to.account_no,
                bank=to.bank,
                amount_fen=seen_fen,
                fund=fund_of(origin),
                purpose="退还多收款项",
            )
        ],
        now=now,
    )[0]
    write_step(turn, "giving_back", note=f"{Money(seen_fen)}，付到 {ordered.account_masked}")
    tell(
        turn,
        "giving_back",
        title="多收的钱要还给您",
        body=f"多收了 {Money(seen_fen)}，已经下单付到 {ordered.account_masked}。"
        "账户不对，请马上告诉我们。",
    )
    return finish(turn, "give_back_surplus", order=str(ordered.id))


def account_known(claim_id: UUID) -> str:
    """The account it would go to by itself, as a page may show it; empty where none is kept."""
    origin = Case.objects.select_related("about").get(pk=claim_id).about
    found = _kept(origin) if origin is not None else None
    return f"{found.bank} …{found.tail}" if found is not None else ""


def follow_given_back(turn: Turn, orders: Sequence[PayOrderView]) -> CaseView | None:
    """Say on the claim what the bank said of these orders. None where nothing is new."""
    said = 0
    for one in orders:
        if one.state is PayState.PAID:
            kind = "given_back"
        elif one.state is PayState.RETURNED:
            kind = "give_back_failed"
        else:
            continue
        told = Step.objects.filter(case=turn.row, kind=kind, reason_code=str(one.id))
        if told.exists():
            continue
        said += 1
        _say(turn, kind, one)
    return finish(turn, "follow_given_back", changed=said) if said else None


def _say(turn: Turn, kind: str, one: PayOrderView) -> None:
    amount = str(Money(one.amount_fen))
    if kind == "given_back":
        write_step(turn, kind, note=amount, reason_code=str(one.id))
        tell(turn, kind, title="多收的钱还给您了", body=f"{amount} 已付到您的账户。")
        return
    write_step(turn, kind, note=f"{amount}，{one.reason_name}", reason_code=str(one.id))
    tell(
        turn,
        kind,
        title="还给您的钱被银行退回了",
        body=f"原因是{one.reason_name}。钱没有丢。请打 {turn.item.ask_office}，"
        "告诉我们换到哪个账户。",
    )


def _account_of(origin: Case) -> GivenAccount | None:
    kept = _kept(origin)
    return GivenAccount(kept.account_name, kept.account_no, kept.bank) if kept else None


def _kept(origin: Case) -> PayAccount | None:
    return PayAccount.objects.filter(case=origin, replaced_at__isnull=True).first()
