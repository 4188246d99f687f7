"""Answers of banks, believed row by row, in short transactions.

A row settles an order once. Every chunk writes what became of its rows, moves the orders, posts
the entries and counts itself as done, all in one transaction: killed anywhere and begun again,
reading comes to the same result, and so does the same file brought twice.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from denghuo.ledger.actions.entries import post_many, reverse_orders
from denghuo.ledger.logic.bank_formats import (
    MESSAGE_BYTES_MAX,
    REFERENCE_BYTES_MAX,
    BankFormat,
    bank_format,
)
from denghuo.ledger.logic.bank_lines import ReadLine, open_file
from denghuo.ledger.logic.entries import Line, NewEntry, NewReversal
from denghuo.ledger.logic.pay_answers import Judgement, OrderFacts, Outcome, judge
from denghuo.ledger.logic.pay_drafts import bank_account, transit_account
from denghuo.ledger.logic.pay_states import (
    REASON_NAMES,
    SETTLED_ENTRY,
    PayEvent,
    PayState,
    ReturnReason,
    next_state,
)
from denghuo.ledger.models import (
    BankAnswer,
    BankFile,
    BankQueryRow,
    PayOrder,
    ReturnFile,
)
from denghuo.ledger.queries.bank_files import (
    ReturnFileView,
    return_file,
    return_pieces,
)
from denghuo.platform.public import (
    SYSTEM,
    RowWriter,
    one_of,
    publish,
    publish_many,
    record_audit,
    take_audit_turn,
)

ROWS_PER_CHUNK = 2_000
_CHUNK = 500


def read_return_file(
    *,
    return_id: UUID,
    now: datetime,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> ReturnFileView:
    """Book a received answer, from the row where it was left to the last.

    Raises ``BankFileNotFoundError``.
    """
    view = return_file(return_id)
    form = bank_format(ReturnFile.objects.values_list("form", flat=True).get(pk=return_id))
    lines: Iterator[ReadLine] = iter(())
    done = -1
    while not view.is_read:
        progress(view.rows_done, view.rows)
        if view.rows_done != done:  # the first time, or somebody else read on meanwhile
            lines = _lines_after(view, form)
        some = list(itertools.islice(lines, ROWS_PER_CHUNK))
        _read_chunk(view, some, form, now)
        done = view.rows_done + len(some)
        view = return_file(return_id)
    return view


def _lines_after(view: ReturnFileView, form: BankFormat) -> Iterator[ReadLine]:
    _, lines = open_file(form, ("return",), return_pieces(view.id))
    return itertools.islice(lines, view.rows_done, None)


@transaction.atomic
def _read_chunk(
    view: ReturnFileView, lines: Sequence[ReadLine], form: BankFormat, now: datetime
) -> None:
    take_audit_turn()
    row = ReturnFile.objects.select_for_update().get(pk=view.id)
    if row.rows_done != view.rows_done:
        return  # Race: another worker read these rows meanwhile.
    judged = _judge_all(row, lines, form)
    _settle(row, judged, now)
    _write_answers(row, judged)
    row.rows_done += len(lines)
    counts = Counter(row.counts) + Counter(found.outcome.value for _, _, found in judged)
    row.counts = dict(counts)
    if row.rows_done == row.rows:
        row.state, row.read_at = "read", now
    row.save(update_fields=["rows_done", "counts", "state", "read_at"])
    _tell(row, judged, now)


@dataclass(slots=True)
class _Order:
    """What of an order its answer touches; the sealed number stays shut."""

    pk: UUID
    reference: str
    state: str
    reason: str
    amount_fen: int
    fund: str
    about: str
    purpose: str
    entry_id: int
    file_id: UUID | None


_ORDER_COLUMNS = tuple(one.name for one in fields(_Order))
_Judged = tuple[ReadLine, _Order | None, Judgement]


def _judge_all(row: ReturnFile, lines: Sequence[ReadLine], form: BankFormat) -> list[_Judged]:
    """What each row means, in order: the second word on an order finds the first one spoken."""
    references = sorted({str(line.cells["reference"]) for line in lines if not line.trouble})
    orders: dict[str, _Order] = {}
    found = PayOrder.objects.select_for_update(of=("self",)).order_by("pk")
    told = found.filter(reference__in=one_of(references, text=True)).values_list(*_ORDER_COLUMNS)
    for one in (_Order(*each) for each in told):
        orders[one.reference] = one
    asked = _asked(row, orders.values())
    conflicting = set(row.conflicting)
    judged: list[_Judged] = []
    for line in lines:
        order = orders.get(str(line.cells.get("reference", "")))
        facts = (
            OrderFacts(PayState(order.state), order.amount_fen, order.pk in asked)
            if order
            else None
        )
        reference = order.reference if order else ""
        verdict = judge(line, facts, form, conflicting=reference in conflicting)
        if order is not None and verdict.outcome is Outcome.PAID:
            order.state = next_state(PayState(order.state), PayEvent.SETTLE)
        elif order is not None and verdict.outcome is Outcome.RETURNED and verdict.reason:
            order.state = next_state(PayState(order.state), PayEvent.RETURN)
            order.reason = verdict.reason
        judged.append((line, order, verdict))
    return judged


def _asked(row: ReturnFile, orders: Iterable[_Order]) -> set[UUID]:
    """Which of the orders stand in the file that is answered."""
    file = BankFile.objects.get(pk=row.answers_id)
    if file.kind == "pay":
        return {order.pk for order in orders if order.file_id == file.pk}
    wanted = [order.pk for order in orders]
    found: set[UUID] = set()
    for start in range(0, len(wanted), _CHUNK):
        some = BankQueryRow.objects.filter(file=file, order__in=wanted[start : start + _CHUNK])
        found.update(some.values_list("order_id", flat=True))
    return found


def _settle(row: ReturnFile, judged: Sequence[_Judged], now: datetime) -> None:
    """Move the orders and post their entries: the bank pays, or the fund has its money again."""
    paid = [order for _, order, one in judged if order and one.outcome is Outcome.PAID]
    back = [order for _, order, one in judged if order and one.outcome is Outcome.RETURNED]
    if paid:
        _move(paid, row.day, now, reason="")
        entries = [_paying_entry(order, row.day) for order in paid]
        post_many(actor=SYSTEM, entries=entries, now=now)
    if back:
        for reason in sorted({order.reason for order in back}):
            _move([order for order in back if order.reason == reason], row.day, now, reason=reason)
        reversals = [
            NewReversal(
                entry_id=order.entry_id,
                key=f"pay.returned:{order.pk}",
                reason=f"银行退回：{REASON_NAMES[ReturnReason(order.reason)]}",
                on=row.day,
            )
            for order in back
        ]
        reverse_orders(actor=SYSTEM, reversals=reversals, now=now)


def _move(orders: Sequence[_Order], day: date, now: datetime, *, reason: str) -> None:
    PayOrder.objects.filter(pk__in=one_of([order.pk for order in orders])).update(
        state=orders[0].state, reason=reason, settled_on=day, changed_at=now
    )


def _paying_entry(order: _Order, day: date) -> NewEntry:
    return NewEntry(
        key=f"pay.settled:{order.pk}",
        kind=SETTLED_ENTRY,
        lines=(
            Line(transit_account(order.fund), order.amount_fen),
            Line(bank_account(order.fund), -order.amount_fen),
        ),
        about=order.about,
        on=day,
        memo=order.purpose,
    )


_ANSWER_COLUMNS = (
    *("line_no", "order_id", "reference", "amount_fen", "code", "message", "outcome", "reason"),
)


def _write_answers(row: ReturnFile, judged: Sequence[_Judged]) -> None:
    """Each row as it came and what became of it."""
    if not judged:
        return
    columns = zip(*(_answer(*one) for one in judged), strict=True)
    RowWriter(BankAnswer, {"return_file_id": row.pk}, _ANSWER_COLUMNS).write(*map(list, columns))


def _answer(line: ReadLine, order: _Order | None, found: Judgement) -> tuple[object, ...]:
    cells, amount_fen = line.cells, line.cells.get("amount_fen")
    return (
        line.number,
        order.pk if order else None,
        str(cells.get("reference", ""))[:REFERENCE_BYTES_MAX],
        amount_fen if isinstance(amount_fen, int) else None,
        str(cells.get("code", ""))[:8],
        (line.trouble or str(cells.get("message", "")))[:MESSAGE_BYTES_MAX],
        found.outcome,
        found.reason or "",
    )


def _tell(row: ReturnFile, judged: Sequence[_Judged], now: datetime) -> None:
    """One audit row for the chunk; one event for each order, and one for the chunk."""
    counts = Counter(found.outcome.value for _, _, found in judged)
    record_audit(
        actor=SYSTEM,
        action="ledger.read_return_file",
        entity=f"ledger.ReturnFile:{row.pk}",
        detail={"until": row.rows_done, **counts},
        at=now,
    )
    for outcome, event in (
        (Outcome.PAID, "ledger.order_paid"),
        (Outcome.RETURNED, "ledger.order_returned"),
    ):
        told = [order for _, order, one in judged if order and one.outcome is outcome]
        publish_many(
            event,
            {
                f"{event}:{order.pk}": {"order": str(order.pk), "about": order.about}
                for order in told
            },
        )
    first = row.rows_done - len(judged)
    publish(
        "ledger.rows_read",
        {"return_file": str(row.pk), "after": first, "until": row.rows_done},
        key=f"ledger.rows_read:{row.pk}:{first}",
    )
