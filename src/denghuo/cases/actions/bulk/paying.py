"""A season's payment: what was shown long enough and met no objection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from denghuo.cases.actions.bulk.opening import CHUNK
from denghuo.cases.actions.bulk.steps import (
    Moved,
    PayRow,
    demand_officer,
    next_rows,
    payee_names,
    write_steps,
)
from denghuo.cases.actions.paying import ABOUT, fund_code
from denghuo.cases.logic.pay_problems import NO_ACCOUNT
from denghuo.cases.logic.states import Move, State
from denghuo.cases.models import CasePayment, Objection, PayAccount
from denghuo.cases.queries.cases import scoped
from denghuo.cases.queries.items import service_item
from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.ledger.public import PayOrderDraft, PayOrderView, checked_draft, order_payments
from denghuo.platform.public import (
    SYSTEM,
    Actor,
    RowWriter,
    fresh_ids,
    one_of,
    publish,
    record_audit,
    update_rows,
)

PAYABLE = "cases.payable_in_bulk"


def make_payable_in_bulk(
    *, actor: Actor, key: str, after_row: int = -1, limit: int = CHUNK, now: datetime
) -> Moved:
    """After the notice: the next unopposed cases of a season become payable and are ordered.

    What has no confirmed account waits for it; what has an objection open or upheld stays.
    Called again it goes on. Raises what the ledger's ``order_payments`` raises.
    """
    demand_officer(actor)
    size = min(limit, CHUNK)
    with transaction.atomic():
        rows, last = _payable(actor, key, after_row, size, now)
        if not rows:
            return Moved(0, 0, _opposed(actor, key), done=True, last_row=last)
        drafts = _drafts(rows)
        ordered = {
            order.about: order
            for order in (order_payments(actor=SYSTEM, drafts=drafts, now=now) if drafts else ())
        }
        _pay(actor, rows, ordered, now)
        ids = [row.pk for row in rows]
        publish(
            PAYABLE,
            {"key": key, "cases": len(rows)},
            key=f"{PAYABLE}:{key}:{min(str(pk) for pk in ids)}",
        )
        record_audit(
            actor=actor,
            action="cases.make_payable_in_bulk",
            entity=f"cases.season:{key}",
            detail={"cases": len(rows), "ordered": len(ordered)},
            at=now,
        )
    return Moved(len(rows), len(ordered), 0, done=len(rows) < size, last_row=last)


def _payable(
    actor: Actor, key: str, after_row: int, size: int, now: datetime
) -> tuple[list[PayRow], int]:
    """The next rows, and the last place of them."""
    opposed = Objection.objects.filter(state__in=["open", "upheld"]).values("case_id")
    rows = scoped(actor).filter(
        bulk_key=key, state=State.PUBLIC_NOTICE, notice__last_on__lt=day_of(now)
    )
    found = next_rows(
        rows.exclude(pk__in=opposed), *PayRow._fields, after_row=after_row, limit=size
    )
    last = max([after_row, *(place for place, *_ in found)])
    return [PayRow(*row) for _, *row in found], last


def _opposed(actor: Actor, key: str) -> int:
    return scoped(actor).filter(bulk_key=key, state=State.PUBLIC_NOTICE).count()


def _drafts(rows: Sequence[PayRow]) -> list[PayOrderDraft]:
    accounts = {
        case: said
        for case, *said in PayAccount.objects.filter(
            case_id__in=one_of([row.pk for row in rows]), replaced_at__isnull=True
        ).values_list("case_id", "account_name", "account_no", "bank")
    }
    ready = [row for row in rows if row.pk in accounts]
    names = payee_names(ready)
    funds: dict[tuple[str, str], str] = {}
    drafts: list[PayOrderDraft] = []
    for row in ready:
        (account_name, account_no, bank), item = accounts[row.pk], service_item(row.item)
        office = (item.fund, row.area)
        if office not in funds:
            funds[office] = fund_code(*office)
        draft = PayOrderDraft(
            key=f"case:{row.pk}:1:0",
            about=f"{ABOUT}{row.pk}",
            payee=row.subject,
            payee_name=names[row.subject_id],
            account_name=account_name,
            account_no=account_no,
            bank=bank,
            amount_fen=row.amount_fen,
            fund=funds[office],
            purpose=str(item.names),
        )
        try:
            drafts.append(checked_draft(draft))
        except RefusalError:
            # A firm that changed its name since: it confirms anew, the others are not held up.
            continue
    return drafts


def _pay(
    actor: Actor, rows: Sequence[PayRow], ordered: dict[str, PayOrderView], now: datetime
) -> None:
    write_steps(
        actor,
        Move.MAKE_PAYABLE,
        (State.PUBLIC_NOTICE, State.PAYABLE),
        [(row.pk, row.version) for row in rows],
        now,
    )
    orders = [ordered.get(f"{ABOUT}{row.pk}") for row in rows]
    update_rows(
        "cases_case",
        "state = 'payable', version = version + 1, ordered_fen = %s, pay_problem = %s",
        [row.amount_fen if order else 0 for row, order in zip(rows, orders, strict=True)],
        ["" if order else NO_ACCOUNT for order in orders],
        [row.pk for row in rows],
    )
    writer = RowWriter(
        CasePayment,
        {"created_at": now, "changed_at": now, "state": "ordered"},
        ("case_id", "key", "decision_id", "amount_fen", "order", "id"),
    )
    paid = [(row, order) for row, order in zip(rows, orders, strict=True) if order is not None]
    writer.write(
        [row.pk for row, _ in paid],
        [order.key for _, order in paid],
        [row.decision_id for row, _ in paid],
        [order.amount_fen for _, order in paid],
        [order.id for _, order in paid],
        fresh_ids(len(paid), now),
    )
