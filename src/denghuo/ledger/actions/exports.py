"""Looks and tables that leave the house are written down before the first row goes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from denghuo.kernel.subject import NotSubjectError, SubjectRef
from denghuo.ledger.queries.accounts import AccountView
from denghuo.platform.public import Actor, record_audit, record_look_up

# Written down for the person to read; said in their language when they do.
LOOK_PURPOSE = "核对账户"


@transaction.atomic
def log_books_export(*, actor: Actor, what: str, entity: str, rows: int, now: datetime) -> None:
    """Who took which table, and how many rows. ``what`` is ``statement`` or ``trial_balance``."""
    record_audit(
        actor=actor, action=f"ledger.export_{what}", entity=entity, detail={"rows": rows}, at=now
    )


def log_account_look(*, actor: Actor, account: AccountView) -> None:
    """One person's account is that person's data: who looks is written down first."""
    if not account.person:
        return
    try:
        subject = SubjectRef.read(account.person)
    except NotSubjectError:
        return
    record_look_up(actor=actor, subject=subject, what=("account",), purpose=LOOK_PURPOSE)
