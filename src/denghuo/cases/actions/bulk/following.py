"""What the bank paid, thousands of orders at once.

Most orders of a season end the same way: the whole sum, to the account, the first time. Those
are written together; whatever is otherwise goes through ``follow_orders``, one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from denghuo.cases.access import CaseNotFoundError
from denghuo.cases.actions.bulk.rows import update_rows
from denghuo.cases.actions.bulk.steps import locked, write_steps
from denghuo.cases.actions.following import follow_orders
from denghuo.cases.actions.paying import ABOUT
from denghuo.cases.logic.states import Move, State
from denghuo.cases.models import Case, CasePayment
from denghuo.cases.queries.cases import subject_of
from denghuo.cases.queries.items import service_item
from denghuo.kernel.money import Money
from denghuo.ledger.public import Outcome, orders_settled
from denghuo.platform.public import SYSTEM, enqueue, publish_many, record_audit, send_message

TELL_PAID = "cases.tell_paid"
PAID = "cases.case_paid"


def follow_settled(*, return_id: UUID, after: int, until: int, now: datetime) -> int:
    """Bring the cases of these rows of a bank's answer into step; returns how many changed.

    Running it again changes nothing: an order whose end is written down is no news.
    """
    ours = [
        (order, UUID(about.removeprefix(ABOUT)), outcome)
        for order, about, outcome in orders_settled(return_id, after=after, until=until)
        if about.startswith(ABOUT)
    ]
    paid = {case: order for order, case, outcome in ours if outcome is Outcome.PAID}
    with transaction.atomic():
        done = _all_paid(paid, now)
        if done:
            enqueue(
                TELL_PAID,
                {"return": str(return_id), "after": after, "until": until},
                key=f"{TELL_PAID}:{return_id}:{after}",
            )
            publish_many(PAID, {f"{PAID}:{case}": {"case": str(case)} for case in done})
            record_audit(
                actor=SYSTEM,
                action="cases.follow_settled",
                entity=f"ledger.ReturnFile:{return_id}",
                detail={"after": after, "until": until, "paid": len(done)},
                at=now,
            )
    changed = len(done)
    for _, case, _ in ours:
        if case not in done:
            changed += _one(case, now)
    return changed


def _one(case_id: UUID, now: datetime) -> bool:
    try:
        return follow_orders(case_id=case_id, now=now) is not None
    except CaseNotFoundError:
        return False


def _all_paid(paid: dict[UUID, UUID], now: datetime) -> set[UUID]:
    """Cases of which this is the only order and the whole sum."""
    rows = locked(
        Case.objects.filter(pk__in=list(paid), state=State.PAYABLE, paid_fen=0).order_by("pk")
    )
    cases = {row.pk: row for row in rows if row.ordered_fen == row.amount_fen}
    orders: dict[UUID, list[CasePayment]] = {}
    for one in CasePayment.objects.filter(case_id__in=list(cases)):
        orders.setdefault(one.case_id, []).append(one)
    plain = [row for row in cases.values() if _is_plain(row, orders.get(row.pk, ()), paid)]
    if not plain:
        return set()
    write_steps(
        SYSTEM,
        Move.PAY,
        (State.PAYABLE, State.PAID),
        [(row.pk, row.version) for row in plain],
        now,
    )
    update_rows(
        "cases_case",
        "state = 'paid', version = version + 1, in_work = %s, paid_fen = amount_fen, "
        "pay_problem = ''",
        [False] * len(plain),
        [row.pk for row in plain],
    )
    CasePayment.objects.filter(case_id__in=[row.pk for row in plain]).update(
        state="paid", changed_at=now
    )
    return {row.pk for row in plain}


def _is_plain(row: Case, orders: Sequence[CasePayment], paid: dict[UUID, UUID]) -> bool:
    return (
        len(orders) == 1
        and orders[0].state == "ordered"
        and orders[0].order == paid[row.pk]
        and orders[0].amount_fen == row.amount_fen
    )


def tell_paid(*, return_id: UUID, after: int, until: int, now: datetime) -> int:
    """A message to each whose money arrived; the key makes a second run harmless."""
    told = 0
    for order, about, outcome in orders_settled(return_id, after=after, until=until):
        if outcome is not Outcome.PAID or not about.startswith(ABOUT):
            continue
        row = Case.objects.filter(pk=about.removeprefix(ABOUT), paid_fen__gt=0).first()
        if row is None:
            continue
        send_message(
            to=subject_of(row),
            kind="cases.paid",
            title="钱到账了",
            body=f"{service_item(row.item).names}（编号 {row.number}）："
            f"{Money(row.paid_fen)} 已付到您确认的账户。",
            key=f"cases.paid:{order}",
            link=f"/me/cases/{row.number}/",
            about=about,
            now=now,
        )
        told += 1
    return told
