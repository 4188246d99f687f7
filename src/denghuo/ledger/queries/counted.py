"""What the ledger's tables count: payments that arrived."""

from __future__ import annotations

from denghuo.ledger.models import PayOrder
from denghuo.platform.public import CountedRows

# By the day the bank says, of whatever fund; an order that came back is not paid.
orders_paid = CountedRows(
    key="ledger.PayOrder",
    rows=lambda: PayOrder.objects.filter(state="paid"),
    at="settled_on",
    instants=False,
    area="area",
    subject="payee",
    amount="amount_fen",
    label="reference",
)
