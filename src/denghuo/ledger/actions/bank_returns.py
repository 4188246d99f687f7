"""Answers of banks: taken whole or not at all, then believed row by row, in short transactions.

A row settles an order once. Every chunk writes what became of its rows, moves the orders, posts
the entries and counts itself as done, all in one transaction: killed anywhere and begun again,
reading comes to the same result, and so does the same file brought twice.
"""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction

from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.ledger.access import may_pay
from denghuo.ledger.actions.entries import post_many, reverse_entries
from denghuo.ledger.logic.bank_formats import (
    MESSAGE_BYTES_MAX,
    REFERENCE_BYTES_MAX,
    STAND_IN_REMARK,
    BankFormat,
    bank_format,
    format_of,
)
from denghuo.ledger.logic.bank_lines import BankFileError, FileHead, ReadLine, open_file
from denghuo.ledger.logic.entries import Line, NewEntry, NewReversal
from denghuo.ledger.logic.pay_answers import Judgement, OrderFacts, Outcome, judge
from denghuo.ledger.logic.pay_drafts import bank_account, transit_account
from denghuo.ledger.logic.pay_states import (
    REASON_NAMES,
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
    ReturnFilePart,
)
from denghuo.ledger.queries.bank_files import (
    ReturnFileView,
    return_file,
    return_pieces,
)
from denghuo.platform.public import (
    SYSTEM,
    Actor,
    enqueue,
    is_demo_database,
    publish,
    publish_many,
    record_audit,
    take_audit_turn,
)

READ_RETURN = "ledger.read_return_file"
BYTES_MAX = 100 * 1024 * 1024
ROWS_PER_CHUNK = 2_000
CONFLICTS_MAX = 1_000
_PART_BYTES = 256 * 1024
_HEAD_BYTES = 16
_CHUNK = 500


class ReturnFileTooLargeError(RefusalError):
    """More bytes than any answer has."""

    code = "ledger.return_too_large"
    template = "文件太大，最多 100 MB。请银行分成几份。"
    status = 413


class StandInFileError(RefusalError):
    """The demo's made-up bank answers no real payments."""

    code = "ledger.stand_in_file"
    template = "这是演示用的模拟回盘文件，不是银行的答复，没有读。"


class AnswerToNothingError(RefusalError):
    """No file of ours, or one that never left the house."""

    code = "ledger.answer_to_nothing"
    template = "这份文件答复的批次 {batch} 不是我们发出的文件，一笔也没有记账。请向银行核实。"


class AnswerDayError(RefusalError):
    """An answer of tomorrow, or from before the file was sent."""

    code = "ledger.answer_day"
    template = "这份文件写的日期是 {day}，早于发出的那天或晚于今天。没有读，请向银行要一份新的。"


def receive_return_file(
    *, actor: Actor, name: str, pieces: Iterable[bytes], now: datetime
) -> ReturnFileView:
    """Check a bank's answer whole, keep it sealed, and ask for it to be read.

    The same bytes brought again are the same file, and nothing happens. Raises
    ``BankFileError`` with the line, ``UnknownBankFormatError``, ``ReturnFileTooLargeError``,
    ``AnswerToNothingError`` also for a file of another area, ``AnswerDayError``,
    ``StandInFileError``; then nothing is kept.
    """
    content = _receive(pieces)
    sha256 = hashlib.sha256(content).hexdigest()
    form = format_of(content[:_HEAD_BYTES])
    head, lines = open_file(form, ("return",), _parts(content))
    file = _answered(actor, head, form)
    known = ReturnFile.objects.filter(sha256=sha256).values_list("pk", flat=True).first()
    if known is not None:
        return return_file(known)
    _demand_believable(head, file, now)
    conflicting = _conflicting(lines)
    return _keep(
        ReturnFile(
            id=uuid4(),
            answers=file,
            sha256=sha256,
            name=name[-120:],
            form=form.code,
            area=file.area,
            day=head.day,
            rows=head.rows,
            sum_fen=head.sum_fen,
            conflicting=conflicting,
            received_by=actor.label,
            received_name=actor.name[:60],
            created_at=now,
        ),
        content,
        actor=actor,
        now=now,
    )


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
    BankAnswer.objects.bulk_create(
        [_answer(row, line, order, found) for line, order, found in judged], batch_size=_CHUNK
    )
    row.rows_done += len(lines)
    counts = Counter(row.counts) + Counter(found.outcome.value for _, _, found in judged)
    row.counts = dict(counts)
    if row.rows_done == row.rows:
        row.state, row.read_at = "read", now
    row.save(update_fields=["rows_done", "counts", "state", "read_at"])
    _tell(row, judged, now)


_Judged = tuple[ReadLine, PayOrder | None, Judgement]


def _judge_all(row: ReturnFile, lines: Sequence[ReadLine], form: BankFormat) -> list[_Judged]:
    """What each row means, in order: the second word on an order finds the first one spoken."""
    references = sorted({str(line.cells["reference"]) for line in lines if not line.trouble})
    orders: dict[str, PayOrder] = {}
    for start in range(0, len(references), _CHUNK):
        found = PayOrder.objects.select_for_update(of=("self",)).defer("account_no")
        some = found.filter(reference__in=references[start : start + _CHUNK]).order_by("pk")
        orders.update((order.reference, order) for order in some)
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


def _asked(row: ReturnFile, orders: Iterable[PayOrder]) -> set[UUID]:
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
        reverse_entries(actor=SYSTEM, reversals=reversals, now=now)


def _move(orders: Sequence[PayOrder], day: date, now: datetime, *, reason: str) -> None:
    ids = [order.pk for order in orders]
    for start in range(0, len(ids), _CHUNK):
        PayOrder.objects.filter(pk__in=ids[start : start + _CHUNK]).update(
            state=orders[0].state, reason=reason, settled_on=day, changed_at=now
        )


def _paying_entry(order: PayOrder, day: date) -> NewEntry:
    return NewEntry(
        key=f"pay.settled:{order.pk}",
        kind="pay.settled",
        lines=(
            Line(transit_account(order.fund), order.amount_fen),
            Line(bank_account(order.fund), -order.amount_fen),
        ),
        about=order.about,
        on=day,
        memo=order.purpose,
    )


def _answer(
    row: ReturnFile, line: ReadLine, order: PayOrder | None, found: Judgement
) -> BankAnswer:
    cells, amount_fen = line.cells, line.cells.get("amount_fen")
    return BankAnswer(
        return_file=row,
        line_no=line.number,
        order=order,
        reference=str(cells.get("reference", ""))[:REFERENCE_BYTES_MAX],
        amount_fen=amount_fen if isinstance(amount_fen, int) else None,
        code=str(cells.get("code", ""))[:8],
        message=(line.trouble or str(cells.get("message", "")))[:MESSAGE_BYTES_MAX],
        outcome=found.outcome,
        reason=found.reason or "",
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


def _receive(pieces: Iterable[bytes]) -> bytes:
    """All bytes, refused at the limit whatever length was announced."""
    content = bytearray()
    for piece in pieces:
        content += piece
        if len(content) > BYTES_MAX:
            raise ReturnFileTooLargeError(field="file")
    return bytes(content)


def _parts(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), _PART_BYTES):
        yield content[start : start + _PART_BYTES]


def _answered(actor: Actor, head: FileHead, form: BankFormat) -> BankFile:
    file = BankFile.objects.filter(number=head.batch, form=form.code, state="released").first()
    if file is None or not may_pay(actor, file.area):
        raise AnswerToNothingError(batch=head.batch[:16])
    return file


def _demand_believable(head: FileHead, file: BankFile, now: datetime) -> None:
    if head.note == STAND_IN_REMARK and not is_demo_database():
        raise StandInFileError(field="file")
    sent = file.ended_at or file.created_at
    if not day_of(sent) <= head.day <= day_of(now):
        raise AnswerDayError(day=head.day.isoformat(), field="file")


def _conflicting(lines: Iterator[ReadLine]) -> list[str]:
    """References of which the file says different things; reads it to its checked end."""
    said: dict[str, tuple[object, object]] = {}
    different: set[str] = set()
    for line in lines:
        if line.trouble:
            continue
        reference = str(line.cells["reference"])
        word = (line.cells["amount_fen"], line.cells["code"])
        if said.setdefault(reference, word) != word:
            different.add(reference)
            if len(different) > CONFLICTS_MAX:
                raise BankFileError(line=line.number + 1, why="同一笔有不同结果的太多")
    return sorted(different)


@transaction.atomic
def _keep(row: ReturnFile, content: bytes, *, actor: Actor, now: datetime) -> ReturnFileView:
    take_audit_turn()
    # Race: the same file in two tabs. The turn lets one in first; the second finds it.
    known = ReturnFile.objects.filter(sha256=row.sha256).values_list("pk", flat=True).first()
    if known is not None:
        return return_file(known)
    row.save(force_insert=True)
    ReturnFilePart.objects.bulk_create(
        [
            ReturnFilePart(return_file=row, n=n, content=part.decode("latin-1"))
            for n, part in enumerate(_parts(content))
        ],
        batch_size=8,
    )
    record_audit(
        actor=actor,
        action="ledger.receive_return_file",
        entity=f"ledger.ReturnFile:{row.pk}",
        detail={"rows": row.rows, "sha256": row.sha256, "answers": str(row.answers_id)},
        at=now,
    )
    enqueue(READ_RETURN, {"return_file": str(row.pk)}, key=f"{READ_RETURN}:{row.pk}")
    return return_file(row.pk)
