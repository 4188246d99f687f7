"""What the bank paid, thousands of orders at once.

Most orders of a season end the same way: the whole sum, to the account, the first time. Those
are written together; whatever is otherwise goes through ``follow_orders``, one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from denghuo.cases.access import CaseNotFoundError
from denghuo.cases.actions.bulk.steps import locked, write_steps
from denghuo.cases.actions.following import follow_orders
from denghuo.cases.actions.paying import ABOUT
from denghuo.cases.logic.states import Move, State
from denghuo.cases.models import Case, CasePayment
from denghuo.cases.queries.cases import subject_of
from denghuo.cases.queries.items import service_item
from denghuo.kernel.money import Money
from denghuo.ledger.public import Outcome, orders_settled
from denghuo.platform.public import (
    SYSTEM,
    enqueue,
    one_of,
    publish_many,
    record_audit,
    send_message,
    update_rows,
)

TELL_PAID = "cases.tell_paid"
# How our own row of an order says what the bank said.
_WRITTEN_AS = {Outcome.PAID: "paid", Outcome.RETURNED: "returned"}
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
    left = [one for one in ours if one[1] not in done]
    news = _without_the_known(left)
    return len(done) + sum(_one(case, now) for _, case, _ in news)


_Settled = tuple[UUID, UUID, Outcome]


def _without_the_known(settled: Sequence[_Settled]) -> list[_Settled]:
    """Those whose end is not written down yet. After a kill thousands may have been followed
    already, and asking each of them alone takes as long as the whole season's bank."""
    if not settled:
        return []
    payments = CasePayment.objects.filter(case_id__in=one_of([case for _, case, _ in settled]))
    known = dict(payments.values_list("order", "state"))
    return [one for one in settled if known.get(one[0]) != _WRITTEN_AS.get(one[2])]


def _one(case_id: UUID, now: datetime) -> bool:
    try:
        return follow_orders(case_id=case_id, now=now) is not None
    except CaseNotFoundError:
        return False


def _all_paid(paid: dict[UUID, UUID], now: datetime) -> set[UUID]:
    """Cases of which this is the only order and the whole sum."""
    rows = locked(
        Case.objects.filter(
            pk__in=one_of(paid), state=State.PAYABLE, paid_fen=0, ordered_fen=F("amount_fen")
        ).order_by("pk")
    )
    cases = list(rows.values_list("pk", "version", "amount_fen"))
    orders: dict[UUID, list[tuple[str, UUID, int]]] = {}
    told = CasePayment.objects.filter(case_id__in=one_of([pk for pk, _, _ in cases]))
    for case, state, order, fen in told.values_list("case_id", "state", "order", "amount_fen"):
        orders.setdefault(case, []).append((state, order, fen))
    plain = [
        (pk, version)
        for pk, version, fen in cases
        if orders.get(pk) == [("ordered", paid[pk], fen)]
    ]
    if not plain:
        return set()
    ids = [pk for pk, _ in plain]
    write_steps(
        SYSTEM,
        Move.PAY,
        (State.PAYABLE, State.PAID),
        plain,
        now,
    )
    update_rows(
        "cases_case",
        "state = 'paid', version = version + 1, in_work = %s, paid_fen = amount_fen, "
        "pay_problem = ''",
        [False] * len(plain),
        ids,
    )
    CasePayment.objects.filter(case_id__in=one_of(ids)).update(state="paid", changed_at=now)
    return set(ids)


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
