"""Payments follow a merged person, and nothing else of them changes."""

from __future__ import annotations

from uuid import UUID

import pytest

from denghuo.kernel.subject import SubjectRef
from denghuo.ledger.models import PayOrder
from denghuo.ledger.public import order_payments
from denghuo.ledger.queries.payments import pay_order
from denghuo.platform.jobs.queue import publish
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.public import SYSTEM
from denghuo.platform.worker import drain
from tests.ledger.pay_kit import NOW, draft, endow, order

pytestmark = pytest.mark.django_db


def test_orders_follow_once() -> None:
    endow()
    [mine, other] = order(2)
    survivor = UUID(int=99)
    told = {"survivor": str(survivor), "duplicate": str(mine.payee.id)}
    for key in ("once", "again"):
        publish("people.persons_merged", told, key=key)
    drain()
    moved = pay_order(mine.id)
    assert moved.payee == SubjectRef("person", survivor)
    assert (moved.account_name, moved.amount_fen) == (mine.account_name, mine.amount_fen)
    assert pay_order(other.id).payee == other.payee
    assert AuditEntry.objects.filter(action="ledger.move_payee").count() == 1
    assert PayOrder.objects.get(pk=mine.id).account_no

    # The room above tries again, with the person it knew or with the one that stays.
    for payee in (mine.payee, moved.payee):
        again = order_payments(actor=SYSTEM, drafts=[draft(1, payee=payee)], now=NOW)
        assert again[0].id == mine.id


def test_told_of_the_later_merge_first() -> None:
    endow()
    [mine] = order(1)
    between, last = UUID(int=98), UUID(int=99)
    for survivor, duplicate in ((last, between), (between, mine.payee.id)):
        told = {"survivor": str(survivor), "duplicate": str(duplicate)}
        publish("people.persons_merged", told, key=str(duplicate))
        drain()
    assert pay_order(mine.id).payee == SubjectRef("person", last)
