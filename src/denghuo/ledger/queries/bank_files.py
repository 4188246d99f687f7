"""Files to banks and their answers: what the desk sees, and the bytes drawn from sealed orders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from denghuo.kernel.refusal import RefusalError
from denghuo.ledger.access import payments_in_sight
from denghuo.ledger.logic.bank_formats import bank_format
from denghuo.ledger.logic.bank_lines import FileHead, Record, draw_file
from denghuo.ledger.logic.pay_answers import IN_ERROR, NEXT_STEPS, OUTCOME_NAMES, Outcome
from denghuo.ledger.logic.pay_states import AWAITING_BANK, REASON_NAMES, ReturnReason
from denghuo.ledger.models import (
    BankAnswer,
    BankFile,
    BankQueryRow,
    PayOrder,
    ReturnFile,
    ReturnFilePart,
)
from denghuo.platform.public import Actor

FILES_PER_PAGE = 50
ANSWERS_PER_PAGE = 100
_CHUNK = 2_000


class BankFileNotFoundError(RefusalError):
    """No such file, or not one this actor may see."""

    code = "ledger.bank_file_not_found"
    template = "没有找到这份银行文件，或者它不在您负责的地区。"
    status = 404


@dataclass(frozen=True, slots=True)
class BankFileView:
    """One file to a bank. ``maker`` and ``ender`` are names; ``ender`` released or dropped it.

    ``settle_on`` is the bank's working day, ``answer_by`` the day after which what it has not
    answered counts as unknown.
    """

    id: UUID
    number: str
    kind: str
    form: str
    fund: str
    area: str
    day: date
    state: str
    rows: int
    sum_fen: int
    sha256: str
    made_by: str
    maker: str
    made_at: datetime
    ender: str
    ended_at: datetime | None
    settle_on: date | None
    answer_by: date | None

    @property
    def state_name(self) -> str:
        """In the words of the desk."""
        return (
            "已发出"
            if self.kind == "query" and self.state == "released"
            else (BankFile.STATES[self.state])
        )

    @property
    def kind_name(self) -> str:
        """In the words of the desk."""
        return _(BankFile.KINDS[self.kind])

    @property
    def download_name(self) -> str:
        """What the file is called when it leaves the house."""
        return f"{self.number}.{bank_format(self.form).ending}"


@dataclass(frozen=True, slots=True)
class ReturnFileView:
    """One answer of a bank and how far it has been read."""

    id: UUID
    answers: UUID
    answers_number: str
    name: str
    sha256: str
    day: date
    rows: int
    rows_done: int
    sum_fen: int
    state: str
    counts: dict[Outcome, int]
    received_by: str
    received_at: datetime
    read_at: datetime | None

    @property
    def is_read(self) -> bool:
        """Every row has been dealt with."""
        return self.state == "read"

    @property
    def in_error(self) -> int:
        """How many rows a person has to look at."""
        return sum(count for outcome, count in self.counts.items() if outcome in IN_ERROR)


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One row of an answer, what became of it and what to do next."""

    line_no: int
    reference: str
    order: UUID | None
    amount_fen: int | None
    code: str
    message: str
    outcome: Outcome
    reason: str

    @property
    def outcome_name(self) -> str:
        """In the words of the desk."""
        return _(OUTCOME_NAMES[self.outcome])

    @property
    def reason_name(self) -> str:
        """Why the money came back."""
        return _(REASON_NAMES[ReturnReason(self.reason)]) if self.reason else ""

    @property
    def next_step(self) -> str:
        """What the treasurer does about it; empty where nothing is to be done."""
        return _(NEXT_STEPS[self.outcome]) if self.outcome in NEXT_STEPS else ""


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """One page of the rows of an answer, by line."""

    entries: tuple[AnswerView, ...]
    page: int
    pages: int
    total: int


def bank_file(file_id: UUID) -> BankFileView:
    """For the house's own use, without a reader. Raises ``BankFileNotFoundError``."""
    row = BankFile.objects.filter(pk=file_id).first()
    if row is None:
        raise BankFileNotFoundError
    return file_view(row)


def bank_file_seen(actor: Actor, file_id: UUID) -> BankFileView:
    """Raises ``BankFileNotFoundError`` also where it is not the actor's to see."""
    row = BankFile.objects.filter(payments_in_sight(actor), pk=file_id).first()
    if row is None:
        raise BankFileNotFoundError
    return file_view(row)


def list_bank_files(
    actor: Actor, *, state: str = "", page: int = 1
) -> tuple[list[BankFileView], int]:
    """One page of files in sight, newest first, and how many pages there are."""
    rows = BankFile.objects.filter(payments_in_sight(actor)).order_by("-created_at", "number")
    if state:
        rows = rows.filter(state=state)
    pages = max(1, -(-rows.count() // FILES_PER_PAGE))
    start = (min(max(1, page), pages) - 1) * FILES_PER_PAGE
    return [file_view(row) for row in rows[start : start + FILES_PER_PAGE]], pages


def unanswered_in(file_id: UUID) -> QuerySet[PayOrder]:
    """Orders of a released file of which the bank has not said what became of them."""
    return PayOrder.objects.filter(file_id=file_id, state__in=sorted(AWAITING_BANK))


def unanswered_by_file(files: Iterable[UUID]) -> dict[UUID, int]:
    """How many orders of each file the bank still owes a word on; files that wait for none are
    left out."""
    waiting = PayOrder.objects.filter(file_id__in=list(files), state__in=sorted(AWAITING_BANK))
    return dict(waiting.order_by().values_list("file_id").annotate(count=Count("pk")))


def orders_of_file(file: BankFileView) -> QuerySet[PayOrder]:
    """The orders whose rows the file has, in the order of its lines."""
    if file.kind == "pay":
        rows = PayOrder.objects.filter(file_id=file.id)
    else:
        asked = BankQueryRow.objects.filter(file_id=file.id).values("order_id")
        rows = PayOrder.objects.filter(pk__in=asked)
    return rows.order_by("reference")


def draw_bank_file(file: BankFileView) -> Iterator[bytes]:
    """The bytes of the file, line by line, drawn from the sealed orders.

    The same orders give the same bytes: compare with ``sha256`` before handing them out.
    """
    head = FileHead(
        kind="pay" if file.kind == "pay" else "query",
        batch=file.number,
        day=file.day,
        rows=file.rows,
        sum_fen=file.sum_fen,
        note=file.fund,
    )
    rows = _pay_rows(file) if file.kind == "pay" else _query_rows(file)
    return draw_file(bank_format(file.form), head, rows)


def _pay_rows(file: BankFileView) -> Iterator[Record]:
    columns = ("reference", "account_no", "account_name", "bank", "amount_fen", "purpose")
    rows = orders_of_file(file).values_list(*columns).iterator(chunk_size=_CHUNK)
    for row in rows:
        yield dict(zip(columns, row, strict=True))


def _query_rows(file: BankFileView) -> Iterator[Record]:
    columns = ("reference", "file__number", "amount_fen")
    rows = orders_of_file(file).values_list(*columns).iterator(chunk_size=_CHUNK)
    for reference, batch, amount_fen in rows:
        yield {"reference": reference, "batch": batch, "amount_fen": amount_fen}


def return_file(return_id: UUID) -> ReturnFileView:
    """For the house's own use, without a reader. Raises ``BankFileNotFoundError``."""
    row = ReturnFile.objects.select_related("answers").filter(pk=return_id).first()
    if row is None:
        raise BankFileNotFoundError
    return return_view(row)


def return_file_seen(actor: Actor, return_id: UUID) -> ReturnFileView:
    """Raises ``BankFileNotFoundError`` also where it is not the actor's to see."""
    rows = ReturnFile.objects.filter(payments_in_sight(actor), pk=return_id)
    row = rows.select_related("answers").first()
    if row is None:
        raise BankFileNotFoundError
    return return_view(row)


def list_return_files(
    actor: Actor, *, file_id: UUID | None = None, limit: int = FILES_PER_PAGE
) -> list[ReturnFileView]:
    """The newest answers in sight, or those to one file."""
    rows = ReturnFile.objects.filter(payments_in_sight(actor)).select_related("answers")
    if file_id is not None:
        rows = rows.filter(answers=file_id)
    return [return_view(row) for row in rows.order_by("-created_at", "sha256")[:limit]]


def return_pieces(return_id: UUID) -> Iterator[bytes]:
    """The answer as the bank sent it, opened piece by piece."""
    parts = ReturnFilePart.objects.filter(return_file=return_id).order_by("n")
    for content in parts.values_list("content", flat=True).iterator(chunk_size=8):
        yield content.encode("latin-1")


def list_answers(return_id: UUID, *, outcomes: Iterable[Outcome] = (), page: int = 1) -> AnswerPage:
    """One page of rows; only those of ``outcomes`` where any are named."""
    rows = BankAnswer.objects.filter(return_file=return_id).order_by("line_no")
    wanted = sorted(outcomes)
    if wanted:
        rows = rows.filter(outcome__in=wanted)
    total = rows.count()
    pages = max(1, -(-total // ANSWERS_PER_PAGE))
    page = min(max(1, page), pages)
    start = (page - 1) * ANSWERS_PER_PAGE
    found = tuple(answer_view(row) for row in rows[start : start + ANSWERS_PER_PAGE])
    return AnswerPage(found, page, pages, total)


def orders_settled(return_id: UUID, *, after: int, until: int) -> list[tuple[UUID, str, Outcome]]:
    """Orders that rows after ``after`` up to ``until`` settled: order, what it is about, how.

    For whoever follows ``ledger.rows_read``: thousands at once instead of one job each.
    """
    rows = BankAnswer.objects.filter(
        return_file=return_id,
        line_no__gt=after,
        line_no__lte=until,
        outcome__in=[Outcome.PAID, Outcome.RETURNED],
    )
    found = rows.order_by("line_no").values_list("order_id", "order__about", "outcome")
    return [(order, about, Outcome(outcome)) for order, about, outcome in found]


def answers_of_order(order_id: UUID) -> list[tuple[AnswerView, ReturnFileView]]:
    """Everything banks have said of one order, oldest first."""
    rows = BankAnswer.objects.filter(order=order_id).select_related("return_file__answers")
    return [(answer_view(row), return_view(row.return_file)) for row in rows.order_by("pk")]


def file_view(row: BankFile) -> BankFileView:
    """The frozen view of a row."""
    return BankFileView(
        id=row.pk,
        number=row.number,
        kind=row.kind,
        form=row.form,
        fund=row.fund,
        area=row.area,
        day=row.day,
        state=row.state,
        rows=row.rows,
        sum_fen=row.sum_fen,
        sha256=row.sha256,
        made_by=row.made_by,
        maker=row.made_name,
        made_at=row.created_at,
        ender=row.ended_name,
        ended_at=row.ended_at,
        settle_on=row.settle_on,
        answer_by=row.answer_by,
    )


def return_view(row: ReturnFile) -> ReturnFileView:
    """The frozen view of a row, with the file it answers."""
    return ReturnFileView(
        id=row.pk,
        answers=row.answers_id,
        answers_number=row.answers.number,
        name=row.name,
        sha256=row.sha256,
        day=row.day,
        rows=row.rows,
        rows_done=row.rows_done,
        sum_fen=row.sum_fen,
        state=row.state,
        counts={Outcome(name): count for name, count in row.counts.items()},
        received_by=row.received_name,
        received_at=row.created_at,
        read_at=row.read_at,
    )


def answer_view(row: BankAnswer) -> AnswerView:
    """The frozen view of a row."""
    return AnswerView(
        line_no=row.line_no,
        reference=row.reference,
        order=row.order_id,
        amount_fen=row.amount_fen,
        code=row.code,
        message=row.message,
        outcome=Outcome(row.outcome),
        reason=row.reason,
    )
