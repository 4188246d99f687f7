"""A season's payment: what was shown long enough and met no objection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from denghuo.cases.actions.bulk.opening import CHUNK
from denghuo.cases.actions.bulk.rows import RowWriter, update_rows
from denghuo.cases.actions.bulk.steps import Moved, demand_officer, locked, write_steps
from denghuo.cases.actions.paying import NO_ACCOUNT, about_text, fund_code
from denghuo.cases.logic.states import Move, State
from denghuo.cases.models import Case, CasePayment, Objection, PayAccount
from denghuo.cases.queries.cases import scoped, subject_of
from denghuo.cases.queries.items import service_item
from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.ledger.public import PayOrderDraft, PayOrderView, checked_draft, order_payments
from denghuo.people.public import firms_of, subject_name
from denghuo.platform.public import SYSTEM, Actor, publish, record_audit

PAYABLE = "cases.payable_in_bulk"


def make_payable_in_bulk(*, actor: Actor, key: str, limit: int = CHUNK, now: datetime) -> Moved:
    """After the notice: the next unopposed cases of a season become payable and are ordered.

    What has no confirmed account waits for it; what has an objection open or upheld stays.
    Called again it goes on. Raises what the ledger's ``order_payments`` raises.
    """
    demand_officer(actor)
    size = min(limit, CHUNK)
    with transaction.atomic():
        rows = _payable(actor, key, size, now)
        if not rows:
            return Moved(0, 0, _opposed(actor, key), done=True)
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
    return Moved(len(rows), len(ordered), 0, done=len(rows) < size)


def _payable(actor: Actor, key: str, size: int, now: datetime) -> list[Case]:
    opposed = Objection.objects.filter(state__in=["open", "upheld"]).values("case_id")
    rows = scoped(actor).filter(
        bulk_key=key, state=State.PUBLIC_NOTICE, notice__last_on__lt=day_of(now)
    )
    return list(locked(rows.exclude(pk__in=opposed)).order_by("bulk_row")[:size])


def _opposed(actor: Actor, key: str) -> int:
    return scoped(actor).filter(bulk_key=key, state=State.PUBLIC_NOTICE).count()


def _drafts(rows: Sequence[Case]) -> list[PayOrderDraft]:
    accounts = {
        one.case_id: one
        for one in PayAccount.objects.filter(
            case_id__in=[row.pk for row in rows], replaced_at__isnull=True
        )
    }
    ready = [row for row in rows if row.pk in accounts]
    names = _names(ready)
    drafts = []
    for row in ready:
        account, item = accounts[row.pk], service_item(row.item)
        draft = PayOrderDraft(
            key=f"case:{row.pk}:1:0",
            about=about_text(row),
            payee=subject_of(row),
            payee_name=names[row.subject_id],
            account_name=account.account_name,
            account_no=account.account_no,
            bank=account.bank,
            amount_fen=row.amount_fen,
            fund=fund_code(item.fund, row.area),
            purpose=str(item.names),
        )
        try:
            drafts.append(checked_draft(draft))
        except RefusalError:
            # A firm that changed its name since: it confirms anew, the others are not held up.
            continue
    return drafts


def _names(rows: Sequence[Case]) -> dict[UUID, str]:
    firms = firms_of([row.subject_id for row in rows if row.subject_kind == "firm"])
    names = {pk: view.name for pk, view in firms.items()}
    for row in rows:
        if row.subject_kind == "person":
            names[row.subject_id] = subject_name(subject_of(row))
    return names


def _pay(
    actor: Actor, rows: Sequence[Case], ordered: dict[str, PayOrderView], now: datetime
) -> None:
    write_steps(
        actor,
        Move.MAKE_PAYABLE,
        (State.PUBLIC_NOTICE, State.PAYABLE),
        [(row.pk, row.version) for row in rows],
        now,
    )
    fits = [about_text(row) in ordered for row in rows]
    update_rows(
        "cases_case",
        "state = 'payable', version = version + 1, ordered_fen = %s, pay_problem = %s",
        [row.amount_fen if fit else 0 for row, fit in zip(rows, fits, strict=True)],
        ["" if fit else NO_ACCOUNT for fit in fits],
        [row.pk for row in rows],
    )
    writer = RowWriter(
        CasePayment,
        {"created_at": now, "changed_at": now, "state": "ordered"},
        ("case_id", "key", "decision_id", "amount_fen", "order", "id"),
    )
    paid = [(row, order) for row in rows if (order := ordered.get(about_text(row))) is not None]
    writer.write(
        [row.pk for row, _ in paid],
        [order.key for _, order in paid],
        [row.decision_id for row, _ in paid],
        [order.amount_fen for _, order in paid],
        [order.id for _, order in paid],
        [uuid4() for _ in paid],
    )
