"""Accounts a season's subjects confirmed elsewhere, brought in by the thousand.

A firm may say yes in its bank's or its tax program; such answers come as a list. Each is kept
like one said on our own page: checked, in the subject's own name, once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from denghuo.cases.actions.bulk.opening import CHUNK, BulkTooLargeError
from denghuo.cases.actions.bulk.steps import PayRow, locked, pay_rows, payee_names
from denghuo.cases.actions.paying import fund_code
from denghuo.cases.actions.turns import name_of
from denghuo.cases.logic.states import State
from denghuo.cases.models import Case, PayAccount, Step
from denghuo.cases.queries.items import service_item
from denghuo.kernel.refusal import RefusalError
from denghuo.ledger.public import PayOrderDraft, checked_draft
from denghuo.platform.public import (
    Actor,
    NotAllowedError,
    RowWriter,
    fresh_ids,
    one_of,
    record_audit,
    update_rows,
)

_BEFORE_MONEY = frozenset({State.PROPOSED, State.APPROVED, State.PUBLIC_NOTICE})


@dataclass(frozen=True, slots=True)
class SaidAccount:
    """One subject's yes: which case, which account."""

    case_id: UUID
    account_name: str
    account_no: str
    bank: str


@dataclass(frozen=True, slots=True)
class AccountsKept:
    """How many were kept; those refused, with the sentence; those that have one already, or
    whose money is past this step."""

    kept: int
    refused: tuple[tuple[UUID, str], ...]
    left: int


def confirm_accounts_in_bulk(
    *, actor: Actor, key: str, accounts: Sequence[SaidAccount], said_in: str, now: datetime
) -> AccountsKept:
    """Keep up to 2,000 confirmations of a season in one transaction with one audit row.

    ``said_in`` names where the subjects said so. Only our own jobs bring them; asked again it
    keeps nothing twice. Raises ``BulkTooLargeError``.
    """
    if actor.kind != "system":
        raise NotAllowedError
    if len(accounts) > CHUNK:
        raise BulkTooLargeError(most=CHUNK)
    with transaction.atomic():
        return _keep(actor, key, accounts, said_in, now)


def _keep(
    actor: Actor, key: str, accounts: Sequence[SaidAccount], said_in: str, now: datetime
) -> AccountsKept:
    said = {one.case_id: one for one in accounts}
    rows = pay_rows(
        locked(
            Case.objects.filter(
                pk__in=one_of(said), bulk_key=key, state__in=_BEFORE_MONEY
            ).order_by("pk")
        )
    )
    held = set(
        PayAccount.objects.filter(
            case_id__in=one_of([row.pk for row in rows]), replaced_at__isnull=True
        ).values_list("case_id", flat=True)
    )
    fresh = [row for row in rows if row.pk not in held]
    names = payee_names(fresh)
    kept: list[tuple[PayRow, PayOrderDraft]] = []
    refused: list[tuple[UUID, str]] = []
    for row in fresh:
        try:
            kept.append((row, checked_draft(_draft(row, said[row.pk], names[row.subject_id]))))
        except RefusalError as refusal:
            refused.append((row.pk, refusal.sentence))
    _write(actor, kept, said_in, now)
    if kept:
        record_audit(
            actor=actor,
            action="cases.confirm_accounts_in_bulk",
            entity=f"cases.season:{key}",
            detail={"cases": len(kept), "refused": len(refused), "said_in": said_in},
            at=now,
        )
    return AccountsKept(len(kept), tuple(refused), len(said) - len(kept) - len(refused))


def _draft(row: PayRow, said: SaidAccount, name: str) -> PayOrderDraft:
    item = service_item(row.item)
    return PayOrderDraft(
        key=f"case:{row.pk}",
        about=f"cases.Case:{row.pk}",
        payee=row.subject,
        payee_name=name,
        account_name=said.account_name,
        account_no=said.account_no,
        bank=said.bank,
        amount_fen=max(1, row.amount_fen),
        fund=fund_code(item.fund, row.area),
        purpose=str(item.names),
    )


def _write(
    actor: Actor, kept: Sequence[tuple[PayRow, PayOrderDraft]], said_in: str, now: datetime
) -> None:
    if not kept:
        return
    writer = RowWriter(
        PayAccount,
        {"created_at": now, "confirmed_at": now, "confirmed_by": said_in[:60]},
        ("id", "case_id", "account_name", "account_no", "tail", "bank"),
    )
    writer.write(
        fresh_ids(len(kept), now),
        [row.pk for row, _ in kept],
        [draft.account_name for _, draft in kept],
        [draft.account_no for _, draft in kept],
        [draft.account_no[-4:] for _, draft in kept],
        [draft.bank for _, draft in kept],
    )
    steps = RowWriter(
        Step,
        {"kind": "account", "by": actor.label, "by_name": name_of(actor), "at": now},
        ("case_id", "seq", "from_state", "to_state"),
    )
    steps.write(
        [row.pk for row, _ in kept],
        [row.version + 1 for row, _ in kept],
        [row.state for row, _ in kept],
        [row.state for row, _ in kept],
    )
    update_rows("cases_case", "version = version + 1", [row.pk for row, _ in kept])
