"""Telling a season's subjects, after the fact and one by one."""

from __future__ import annotations

from datetime import datetime

from denghuo.cases.logic.states import State
from denghuo.cases.models import Case
from denghuo.cases.queries.cases import subject_of
from denghuo.cases.queries.items import service_item
from denghuo.kernel.money import Money
from denghuo.platform.public import send_message


def tell_decided(*, key: str, first: int, last: int, now: datetime) -> int:
    """A message to each subject whose case was decided; the key makes a second run harmless."""
    rows = Case.objects.filter(
        bulk_key=key, bulk_row__gte=first, bulk_row__lte=last, decided_at__isnull=False
    ).select_related("decision")
    told = 0
    for row in rows.order_by("bulk_row").iterator(chunk_size=500):
        if row.decision is None or row.state == State.PROPOSED:
            continue
        item, until = service_item(row.item), row.decision.appeal_until
        after = "接下来公示，没有异议就付款。" if item.notice.days else ""
        door = f"觉得不对，{until:%Y-%m-%d} 前可以提复查。" if until else ""
        send_message(
            to=subject_of(row),
            kind="cases.approved",
            title=f"{item.names}批准了，不用您申请",
            body=f"{item.names}（编号 {row.number}）：金额 {Money(row.decision.amount_fen)}。"
            f"{after}请在这件事的页面上确认收款账户。{door}",
            key=f"cases.approved:{row.pk}:1",
            link=f"/me/cases/{row.number}/",
            about=f"cases.Case:{row.pk}",
            now=now,
        )
        told += 1
    return told
