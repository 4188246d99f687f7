"""Answers of banks: believed once, refused whole, read on after any interruption."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from denghuo.ledger.actions import bank_reading, bank_returns
from denghuo.ledger.actions.bank_reading import read_return_file
from denghuo.ledger.actions.bank_returns import (
    AnswerDayError,
    AnswerToNothingError,
    ReturnFileTooLargeError,
    StandInFileError,
    receive_return_file,
)
from denghuo.ledger.logic.bank_formats import STAND_IN_REMARK, UnknownBankFormatError, bank_format
from denghuo.ledger.logic.bank_lines import BankFileError
from denghuo.ledger.logic.bank_stand_in import FAULTS, FaultRates, answer_payments
from denghuo.ledger.logic.pay_answers import IN_ERROR, Outcome
from denghuo.ledger.models import BankAnswer, Entry, PayOrder, ReturnFile
from denghuo.ledger.public import entries_about, pay_orders_about
from denghuo.ledger.queries.bank_files import (
    ReturnFileView,
    answers_of_order,
    list_answers,
    orders_settled,
    return_pieces,
)
from denghuo.platform.jobs import registry
from denghuo.platform.models.jobs import Job
from denghuo.platform.public import on_event
from denghuo.platform.worker import drain
from tests.ledger.pay_kit import (
    CSV,
    DAY,
    FIXED,
    LATER,
    answered,
    books,
    content,
    endow,
    order,
    return_file,
    rows_of,
    sent_file,
    treasurer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def fund() -> None:
    endow()


def states() -> list[str]:
    return sorted(PayOrder.objects.values_list("state", flat=True))


def receive(bytes_: bytes, now: datetime = LATER, **given: Any) -> ReturnFileView:
    return receive_return_file(
        **{"actor": treasurer(), "name": "hp.txt", "pieces": [bytes_], "now": now, **given}
    )


@pytest.mark.parametrize("form", [FIXED, CSV])
def test_paid_and_returned_are_booked(fund: None, form: str) -> None:
    before = books()
    file = sent_file(3, form)
    view = answered(file, ["0000", "E101", "E102"])
    assert view.counts == {Outcome.PAID: 1, Outcome.RETURNED: 2}
    assert view.is_read
    assert view.in_error == 0
    [(reference, fen), *_] = rows_of(file)
    paid = PayOrder.objects.get(reference=reference)
    assert (paid.state, paid.settled_on) == ("paid", DAY)
    assert books() == (before[0] - fen, 0, before[2] - fen)
    kinds = [entry.kind for entry in entries_about(paid.about)]
    assert kinds == ["pay.ordered", "pay.settled"]
    back = PayOrder.objects.get(state="returned", reason="wrong_name")
    mirror = entries_about(back.about)[1]
    assert (mirror.reverses, mirror.memo) == (back.entry_id, "银行退回：户名不符")


def test_the_same_file_again_changes_nothing(fund: None) -> None:
    file = sent_file(2)
    first = answered(file, ["0000", "E103"])
    after, entries = books(), Entry.objects.count()
    again = answered(file, ["0000", "E103"])
    assert again == first
    assert (books(), Entry.objects.count()) == (after, entries)
    assert ReturnFile.objects.count() == 1


def test_a_repeated_row_is_booked_once(fund: None) -> None:
    file = sent_file(2)
    [(reference, fen), _] = rows_of(file)
    view = answered(file, ["0000", "0000"], extra=[(reference, fen, "0000", "")])
    assert view.counts == {Outcome.PAID: 2, Outcome.REPEATED: 1}
    assert books()[1] == 0
    another = answered(file, ["0000"], extra=[(reference, fen, "P001", "")][:0])
    assert another.counts == {Outcome.REPEATED: 1}, "across files as well"
    assert Entry.objects.filter(kind="pay.settled").count() == 2


def test_a_file_that_contradicts_itself_is_not_believed(fund: None) -> None:
    file = sent_file(2)
    [(reference, fen), _] = rows_of(file)
    view = answered(file, ["0000", "0000"], extra=[(reference, fen, "E101", "")])
    assert view.counts == {Outcome.CONTRADICTS: 2, Outcome.PAID: 1}
    assert states() == ["paid", "sent"]
    assert PayOrder.objects.get(reference=reference).state == "sent"


def test_a_later_file_that_contradicts_books_nothing(fund: None) -> None:
    file = sent_file(2)
    answered(file, ["0000", "E101"])
    after = books()
    view = answered(file, ["E102", "0000"])
    assert view.counts == {Outcome.CONTRADICTS: 2}
    assert states() == ["paid", "returned"]
    assert books() == after


def test_rows_in_error_are_listed_with_a_next_step(fund: None) -> None:
    file = sent_file(5)
    rows = rows_of(file)
    [other] = order(1, first=90)
    answers = [
        (rows[0][0], rows[0][1] + 1, "0000", ""),
        (rows[1][0], -rows[1][1], "0000", ""),
        (rows[2][0], rows[2][1], "Z999", "不明"),
        (rows[3][0], rows[3][1], "P001", ""),
        ("PNOBODY", 100, "0000", ""),
        (other.reference, other.amount_fen, "0000", ""),
    ]
    received = receive(return_file(FIXED, answers, batch=file.number))
    view = read_return_file(return_id=received.id, now=LATER)
    assert view.counts == {
        Outcome.AMOUNT_DIFFERS: 2,
        Outcome.UNKNOWN_CODE: 1,
        Outcome.PROCESSING: 1,
        Outcome.UNKNOWN_ORDER: 1,
        Outcome.OTHER_FILE: 1,
    }
    assert view.in_error == 5
    assert states() == ["ordered"] + ["sent"] * 5
    shown = list_answers(view.id, outcomes=IN_ERROR).entries
    assert [one.line_no for one in shown] == [1, 2, 3, 5, 6]
    assert all(one.next_step and one.outcome_name for one in shown)
    assert shown[2].message == "不明"


def test_an_unreadable_row_is_listed_and_the_others_are_booked(fund: None) -> None:
    file = sent_file(2)
    [(reference, fen), _] = rows_of(file)
    answers = [(reference, fen, "0000", ""), ("X", 0, "0000", "")]
    received = receive(return_file(FIXED, answers, batch=file.number, spoil=1))
    view = read_return_file(return_id=received.id, now=LATER)
    assert view.counts == {Outcome.PAID: 1, Outcome.UNREADABLE: 1}


def test_rows_that_are_missing_stay_with_the_bank(fund: None) -> None:
    answered(sent_file(3), ["0000"])
    assert states() == ["paid", "sent", "sent"]


def test_a_broken_file_books_nothing(fund: None) -> None:
    file = sent_file(2)
    after = books()
    good = return_file(FIXED, [(*row, "0000", "") for row in rows_of(file)], batch=file.number)
    for broken in (good[:-3], good[:200], good.replace(b"0000", b"0001", 1), good + b"x", b""):
        with pytest.raises((BankFileError, UnknownBankFormatError)):
            receive(broken)
    assert ReturnFile.objects.count() == 0
    assert books() == after
    assert states() == ["sent", "sent"]


def test_an_answer_to_no_file_of_ours_is_refused(fund: None) -> None:
    file = sent_file(1)
    rows = [(*row, "0000", "") for row in rows_of(file)]
    with pytest.raises(AnswerToNothingError):
        receive(return_file(FIXED, rows, batch="F0"))
    with pytest.raises(AnswerToNothingError, match=file.number):
        receive(return_file(CSV, rows, batch=file.number))
    with pytest.raises(AnswerToNothingError):
        receive(return_file(FIXED, rows, batch=file.number), actor=treasurer("包头", "150200"))


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(2026, 11, 25)])
def test_an_answer_of_an_impossible_day_is_refused(fund: None, day: date) -> None:
    file = sent_file(1)
    rows = [(*row, "0000", "") for row in rows_of(file)]
    with pytest.raises(AnswerDayError):
        receive(return_file(FIXED, rows, batch=file.number, day=day))


def test_the_made_up_bank_answers_no_real_payment(fund: None) -> None:
    file = sent_file(1)
    rows = [(*row, "0000", "") for row in rows_of(file)]
    made_up = return_file(FIXED, rows, batch=file.number, remark=STAND_IN_REMARK)
    with pytest.raises(StandInFileError):
        receive(made_up)
    assert states() == ["sent"]


def test_an_endless_file_is_stopped(fund: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bank_returns, "BYTES_MAX", 1000)
    taken = []

    def endless() -> Any:
        while True:
            taken.append(1)
            yield b"x" * 400

    with pytest.raises(ReturnFileTooLargeError):
        receive(b"", pieces=endless())
    assert len(taken) == 3


def test_the_banks_own_bytes_are_kept_sealed(fund: None) -> None:
    file = sent_file(1)
    rows = [(*row, "0000", "") for row in rows_of(file)]
    sent = return_file(FIXED, rows, batch=file.number)
    received = receive(sent)
    assert b"".join(return_pieces(received.id)) == sent
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM ledger_returnfilepart")
        assert rows[0][0].encode() not in bytes(cursor.fetchone()[0])


def test_an_answer_is_never_changed(fund: None) -> None:
    answered(sent_file(1), ["0000"])
    with pytest.raises(DatabaseError), transaction.atomic():
        BankAnswer.objects.update(outcome="repeated")


def test_the_database_settles_an_order_once(fund: None) -> None:
    view = answered(sent_file(1), ["0000"])
    row = BankAnswer.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        BankAnswer.objects.create(
            return_file_id=view.id, line_no=2, order_id=row.order_id, outcome="returned"
        )


def test_everything_a_bank_said_of_an_order(fund: None) -> None:
    file = sent_file(1)
    answered(file, ["P001"])
    answered(file, ["E101"])
    [placed] = PayOrder.objects.all()
    said = answers_of_order(placed.pk)
    assert [one.outcome for one, _ in said] == [Outcome.PROCESSING, Outcome.RETURNED]
    [view] = pay_orders_about(placed.about)
    assert view.reason_name == "户名不符"


@pytest.fixture
def own_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))
    monkeypatch.setattr(registry, "_subscribers", {})


def test_rooms_above_are_told_once_of_each_order(fund: None, own_kinds: None) -> None:
    for event in ("ledger.order_paid", "ledger.order_returned", "ledger.rows_read"):
        on_event(event, kind=f"test.{event}")(lambda _running: None)
    file = sent_file(4)
    view = answered(file, ["0000", "E101", "0000"])
    answered(file, ["0000", "E101", "0000"])
    told = {
        event: [job.payload for job in Job.objects.filter(kind=f"test.ledger.{event}")]
        for event in ("order_paid", "order_returned", "rows_read")
    }
    paid = {str(row.pk): row.about for row in PayOrder.objects.filter(state="paid")}
    assert {one["order"]: one["about"] for one in told["order_paid"]} == paid
    assert len(told["order_paid"]) == 2
    assert len(told["order_returned"]) == 1
    [chunk] = told["rows_read"]
    settled = orders_settled(UUID(chunk["return_file"]), after=chunk["after"], until=chunk["until"])
    assert (chunk["return_file"], chunk["until"]) == (str(view.id), 3)
    assert [outcome for _, _, outcome in settled] == [
        Outcome.PAID,
        Outcome.RETURNED,
        Outcome.PAID,
    ]


def test_the_worker_reads_what_was_received(fund: None) -> None:
    file = sent_file(2)
    rows = [(*row, "0000", "") for row in rows_of(file)]
    received = receive(return_file(FIXED, rows, batch=file.number))
    assert states() == ["sent", "sent"], "receiving books nothing"
    drain(now=datetime(2099, 1, 1, tzinfo=LATER.tzinfo))
    assert ReturnFile.objects.get(pk=received.id).state == "read"
    assert states() == ["paid", "paid"]


class PulledPlugError(Exception):
    """The process is gone."""


def failing_after(times: int, step: Callable[..., Any]) -> Callable[..., Any]:
    """The step, which works so often and then never again."""
    calls: list[int] = []

    def failing(*given: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) > times:
            raise PulledPlugError
        return step(*given, **named)

    return failing


@pytest.mark.django_db(transaction=True)
def test_killed_anywhere_and_read_again_it_comes_to_the_same(
    monkeypatch: pytest.MonkeyPatch, in_threads: Callable[..., list[object]]
) -> None:
    endow()
    monkeypatch.setattr(bank_reading, "ROWS_PER_CHUNK", 3)
    file = sent_file(20)
    codes = ["0000", "E101", "0000", "P001"] * 5
    rows = [(*row, code, "") for row, code in zip(rows_of(file), codes, strict=True)]
    received = receive(return_file(FIXED, rows, batch=file.number))
    steps = ["_settle", "_answer", "_tell", "record_audit", "publish_many"]
    for number, step in enumerate(steps * 2):
        failing = failing_after(1 + number % 2, getattr(bank_reading, step))
        with monkeypatch.context() as broken:
            broken.setattr(bank_reading, step, failing)
            with pytest.raises(PulledPlugError):
                read_return_file(return_id=received.id, now=LATER)
        row = ReturnFile.objects.get(pk=received.id)
        assert row.rows_done == BankAnswer.objects.count() < 20
        settled = PayOrder.objects.exclude(state="sent").count()
        assert settled == BankAnswer.objects.filter(outcome__in=["paid", "returned"]).count()
        if row.rows_done >= 15:
            break
    view = read_return_file(return_id=received.id, now=LATER)
    assert view.counts == {Outcome.PAID: 10, Outcome.RETURNED: 5, Outcome.PROCESSING: 5}
    assert [row.line_no for row in BankAnswer.objects.order_by("line_no")] == list(range(1, 21))
    assert Entry.objects.filter(kind="pay.settled").count() == 10
    assert Entry.objects.filter(reverses__isnull=False).count() == 5
    waiting = PayOrder.objects.filter(state="sent").values_list("amount_fen", flat=True)
    assert books()[1] == sum(waiting)


@pytest.mark.django_db(transaction=True)
def test_two_workers_and_two_files_at_once_pay_once(
    monkeypatch: pytest.MonkeyPatch, in_threads: Callable[..., list[object]]
) -> None:
    endow()
    monkeypatch.setattr(bank_reading, "ROWS_PER_CHUNK", 4)
    file = sent_file(20)
    rows = [(*row, "0000", "") for row in rows_of(file)]
    one = receive(return_file(FIXED, rows, batch=file.number))
    other = receive(return_file(FIXED, rows[::-1], batch=file.number))
    results = in_threads(
        *[
            lambda file_id=file_id: read_return_file(return_id=file_id, now=LATER)
            for file_id in (one.id, one.id, other.id, other.id)
        ]
    )
    assert not [result for result in results if isinstance(result, Exception)]
    assert states() == ["paid"] * 20
    assert Entry.objects.filter(kind="pay.settled").count() == 20
    assert BankAnswer.objects.filter(outcome="repeated").count() == 20
    assert books()[1] == 0


@pytest.mark.django_db(transaction=True)
def test_the_same_file_in_two_tabs_is_received_once(
    in_threads: Callable[..., list[object]],
) -> None:
    endow()
    file = sent_file(3)
    bytes_ = return_file(FIXED, [(*row, "0000", "") for row in rows_of(file)], batch=file.number)
    results = in_threads(lambda: receive(bytes_), lambda: receive(bytes_))
    assert results[0] == results[1]
    assert ReturnFile.objects.count() == 1


@pytest.mark.parametrize("seed", range(3))
def test_every_fault_of_the_made_up_bank_leaves_the_books_right(
    fund: None, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bank_returns, "is_demo_database", lambda: True)
    file = sent_file(120, CSV)
    rates = FaultRates(dict.fromkeys(FAULTS, 60_000))
    answer = b"".join(
        answer_payments(bank_format(CSV), lambda: [content(file)], rates=rates, seed=seed, day=DAY)
    )
    read_return_file(return_id=receive(answer).id, now=LATER)
    by_state: dict[str, int] = {}
    for state, fen in PayOrder.objects.values_list("state", "amount_fen"):
        by_state[state] = by_state.get(state, 0) + fen
    assert by_state.keys() == {"paid", "returned", "sent"}
    fund_fen, transit, bank = books()
    assert transit == by_state["sent"]
    assert bank == 10**12 - by_state["paid"]
    assert fund_fen == 10**12 - by_state["paid"] - by_state["sent"]
