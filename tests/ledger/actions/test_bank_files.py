"""Files to banks: an order in one file, two persons, exactly the bytes that were looked at."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from denghuo.ledger.actions.bank_files import (
    FileChangedError,
    FileMakerError,
    FileStepError,
    NothingToSendError,
    download_bank_file,
    drop_bank_file,
    finish_bank_file,
    make_bank_file,
    make_query_file,
    mark_unanswered,
    release_bank_file,
)
from denghuo.ledger.actions.pay_orders import FundUnknownError, cancel_order
from denghuo.ledger.logic.bank_formats import UnknownBankFormatError, bank_format
from denghuo.ledger.logic.bank_lines import open_file
from denghuo.ledger.logic.pay_states import PayState, PayStepError
from denghuo.ledger.models import BankFile, PayOrder
from denghuo.ledger.queries.bank_files import BankFileNotFoundError, bank_file, unanswered_in
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.public import SYSTEM
from tests.ledger.pay_kit import (
    CSV,
    FIXED,
    FUND,
    LATER,
    NOW,
    answered,
    books,
    card,
    content,
    endow,
    order,
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


@pytest.mark.parametrize("form", [FIXED, CSV])
def test_a_file_holds_every_waiting_order_once(fund: None, form: str) -> None:
    placed = order(3)
    file = make_bank_file(actor=treasurer(), fund=FUND, form=form, now=NOW)
    assert (file.state, file.rows, file.sum_fen) == ("made", 3, sum(o.amount_fen for o in placed))
    assert file.sha256 == hashlib.sha256(content(file)).hexdigest()
    head, lines = open_file(bank_format(form), ("pay",), [content(file)])
    rows = {str(line.cells["reference"]): line.cells for line in lines}
    assert (head.batch, head.note, head.day) == (file.number, FUND, date(2026, 11, 23))
    assert rows.keys() == {one.reference for one in placed}
    first = rows[placed[0].reference]
    assert (first["account_no"], first["account_name"]) == (card(1), "乌云其木格")
    assert states() == ["in_file"] * 3
    with pytest.raises(NothingToSendError):
        make_bank_file(actor=treasurer(), fund=FUND, form=form, now=NOW)


def test_only_the_picked_ones(fund: None) -> None:
    placed = order(4)
    file = make_bank_file(
        actor=treasurer(), fund=FUND, form=CSV, orders=[placed[1].id, placed[2].id], now=NOW
    )
    assert {row[0] for row in rows_of(file)} == {placed[1].reference, placed[2].reference}


def test_a_limit_takes_the_oldest_first(fund: None) -> None:
    order(2)
    file = make_bank_file(actor=treasurer(), fund=FUND, form=CSV, limit=1, now=NOW)
    assert file.rows == 1
    assert states() == ["in_file", "ordered"]


def test_maker_and_checker_are_two_persons(fund: None) -> None:
    order(2)
    wang = treasurer("王会计")
    made = make_bank_file(actor=wang, fund=FUND, form=FIXED, now=NOW)
    with pytest.raises(FileMakerError):
        release_bank_file(actor=wang, file_id=made.id, sha256=made.sha256, now=NOW)
    with pytest.raises(FileMakerError):
        release_bank_file(actor=SYSTEM, file_id=made.id, sha256=made.sha256, now=NOW)
    li = treasurer("李会计")
    released = release_bank_file(actor=li, file_id=made.id, sha256=made.sha256, now=NOW)
    assert (released.state, released.maker, released.ender) == ("released", "王会计", "李会计")
    assert states() == ["sent", "sent"]
    again = release_bank_file(actor=li, file_id=made.id, sha256=made.sha256, now=LATER)
    assert again == released
    with pytest.raises(IntegrityError), transaction.atomic():
        BankFile.objects.filter(pk=made.id).update(ended_by=wang.label)


def test_what_was_not_looked_at_is_not_released(fund: None) -> None:
    order(2)
    made = make_bank_file(actor=treasurer(), fund=FUND, form=FIXED, now=NOW)
    with pytest.raises(FileChangedError):
        release_bank_file(actor=treasurer(), file_id=made.id, sha256="0" * 64, now=NOW)
    assert states() == ["in_file", "in_file"]


def test_a_file_leaves_the_house_only_released_and_leaves_a_trace(fund: None) -> None:
    order(2)
    made = make_bank_file(actor=treasurer(), fund=FUND, form=FIXED, now=NOW)
    with pytest.raises(FileStepError):
        download_bank_file(actor=treasurer(), file_id=made.id, now=NOW)
    release_bank_file(actor=treasurer(), file_id=made.id, sha256=made.sha256, now=NOW)
    li = treasurer("李会计")
    view, lines = download_bank_file(actor=li, file_id=made.id, now=NOW)
    assert hashlib.sha256(b"".join(lines)).hexdigest() == made.sha256
    assert view.download_name == f"{made.number}.txt"
    trace = AuditEntry.objects.get(action="ledger.download_bank_file")
    assert trace.actor == li.label
    assert '"rows":2' in trace.detail.replace(" ", "")


def test_bytes_that_changed_since_release_are_not_handed_out(fund: None) -> None:
    file = sent_file()
    BankFile.objects.filter(pk=file.id).update(day=date(2026, 11, 24))
    with pytest.raises(FileChangedError):
        download_bank_file(actor=treasurer(), file_id=file.id, now=NOW)


def test_a_dropped_file_lets_its_orders_wait_again(fund: None) -> None:
    placed = order(2)
    made = make_bank_file(actor=treasurer(), fund=FUND, form=FIXED, now=NOW)
    with pytest.raises(PayStepError):
        cancel_order(actor=treasurer(), order_id=placed[0].id, reason="晚了", now=NOW)
    assert drop_bank_file(actor=treasurer(), file_id=made.id, now=NOW).state == "dropped"
    assert states() == ["ordered", "ordered"]
    with pytest.raises(FileStepError):
        release_bank_file(actor=treasurer(), file_id=made.id, sha256=made.sha256, now=NOW)
    anew = make_bank_file(actor=treasurer(), fund=FUND, form=FIXED, now=NOW)
    assert anew.rows == 2
    assert anew.number != made.number
    released = release_bank_file(actor=treasurer(), file_id=anew.id, sha256=anew.sha256, now=NOW)
    with pytest.raises(FileStepError):
        drop_bank_file(actor=treasurer(), file_id=released.id, now=NOW)


@pytest.mark.parametrize(
    ("released", "settles", "answered_by"),
    [
        ((2026, 11, 23, 10, 0), date(2026, 11, 23), date(2026, 11, 25)),
        ((2026, 11, 23, 15, 59), date(2026, 11, 23), date(2026, 11, 25)),
        ((2026, 11, 23, 16, 0), date(2026, 11, 24), date(2026, 11, 26)),
        ((2026, 11, 28, 10, 0), date(2026, 11, 30), date(2026, 12, 2)),  # a Saturday
        ((2026, 9, 30, 17, 0), date(2026, 10, 8), date(2026, 10, 10)),  # National Day
    ],
)
def test_after_the_cut_off_and_on_holidays_the_next_working_day_counts(
    fund: None, released: tuple[int, int, int, int, int], settles: date, answered_by: date
) -> None:
    from denghuo.kernel.clock import SHANGHAI  # noqa: PLC0415  beside its only use

    order()
    moment = datetime(*released, tzinfo=SHANGHAI).astimezone(UTC)
    made = make_bank_file(actor=treasurer(), fund=FUND, form=FIXED, now=moment)
    file = release_bank_file(actor=treasurer(), file_id=made.id, sha256=made.sha256, now=moment)
    assert (file.settle_on, file.answer_by) == (settles, answered_by)


def test_no_answer_is_unknown_and_never_a_failure(fund: None) -> None:
    file = sent_file(3)
    answered(file, ["0000"])
    before = books()
    assert mark_unanswered(now=datetime(2026, 11, 25, 15, 0, tzinfo=UTC)) == 0, "still its day"
    late = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
    assert mark_unanswered(now=late) == 2
    assert mark_unanswered(now=late + timedelta(days=30)) == 0
    assert states() == ["paid", "unknown", "unknown"]
    assert books() == before, "time alone books nothing"
    assert unanswered_in(file.id).count() == 2


def test_the_bank_is_asked_after_what_is_unknown(fund: None) -> None:
    file = sent_file(3)
    with pytest.raises(NothingToSendError):
        make_query_file(actor=treasurer(), fund=FUND, form=FIXED, now=LATER)
    late = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
    mark_unanswered(now=late)
    query = make_query_file(actor=treasurer(), fund=FUND, form=FIXED, now=late)
    assert (query.kind, query.state, query.rows) == ("query", "released", 3)
    assert rows_of(query) == rows_of(file)
    answered(query, ["0000", "E102"], now=late, day=date(2026, 11, 27))
    assert states() == ["paid", "returned", "unknown"]
    with pytest.raises(FileStepError):
        release_bank_file(actor=treasurer(), file_id=query.id, sha256=query.sha256, now=late)


def test_a_file_killed_while_it_was_drawn_is_finished_later(fund: None) -> None:
    from denghuo.ledger.actions import bank_files  # noqa: PLC0415  beside its only use

    order(2)
    wang = treasurer()
    file_id = bank_files._claim(wang, FUND, FIXED, orders=(), limit=10, now=NOW)
    with pytest.raises(FileStepError):
        release_bank_file(actor=treasurer(), file_id=file_id, sha256="", now=NOW)
    assert bank_file(file_id).state == "drawing"
    made = finish_bank_file(actor=wang, file_id=file_id, now=NOW)
    assert (made.state, made.rows) == ("made", 2)
    assert finish_bank_file(actor=wang, file_id=file_id, now=LATER) == made


def test_another_areas_files_are_not_there(fund: None) -> None:
    order()
    baotou = treasurer("包头", "150200")
    with pytest.raises(FundUnknownError):
        make_bank_file(actor=baotou, fund=FUND, form=FIXED, now=NOW)
    made = make_bank_file(actor=treasurer(), fund=FUND, form=FIXED, now=NOW)
    for other in (baotou, treasurer("领导", "150100", "leader")):
        with pytest.raises(BankFileNotFoundError):
            release_bank_file(actor=other, file_id=made.id, sha256=made.sha256, now=NOW)
        with pytest.raises(BankFileNotFoundError):
            drop_bank_file(actor=other, file_id=made.id, now=NOW)
        with pytest.raises(BankFileNotFoundError):
            finish_bank_file(actor=other, file_id=made.id, now=NOW)
    with pytest.raises(BankFileNotFoundError):
        drop_bank_file(actor=treasurer(), file_id=uuid4(), now=NOW)


def test_only_known_banks_and_funds(fund: None) -> None:
    order()
    with pytest.raises(UnknownBankFormatError):
        make_bank_file(actor=treasurer(), fund=FUND, form="swift", now=NOW)
    with pytest.raises(FundUnknownError):
        make_bank_file(actor=treasurer(), fund="fund:none", form=FIXED, now=NOW)


def test_a_sum_that_looks_like_a_telephone_number_can_be_audited(fund: None) -> None:
    # 138,123,456.78 yuan are eleven digits of fen, as a mobile number has.
    from denghuo.ledger.public import order_payments  # noqa: PLC0415  beside its only use
    from tests.ledger.pay_kit import draft  # noqa: PLC0415

    order_payments(actor=SYSTEM, drafts=[draft(1, amount_fen=13_812_345_678)], now=NOW)
    made = make_bank_file(actor=treasurer(), fund=FUND, form=FIXED, now=NOW)
    assert made.sum_fen == 13_812_345_678


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_never_put_an_order_in_two_files(
    in_threads: Callable[..., list[object]],
) -> None:
    endow()
    order(30)
    results = in_threads(
        *[
            lambda: make_bank_file(actor=treasurer(), fund=FUND, form=FIXED, now=NOW)
            for _ in range(3)
        ]
    )
    made = [one for one in results if not isinstance(one, Exception)]
    assert len(made) == 1
    assert sum(isinstance(one, NothingToSendError) for one in results) == 2
    assert BankFile.objects.count() == 1, "who came too late leaves no empty file"
    assert PayOrder.objects.filter(file__isnull=False).count() == 30


@pytest.mark.django_db(transaction=True)
def test_release_and_drop_at_once_agree(in_threads: Callable[..., list[object]]) -> None:
    endow()
    order(5)
    made = make_bank_file(actor=treasurer(), fund=FUND, form=FIXED, now=NOW)
    in_threads(
        lambda: release_bank_file(actor=treasurer(), file_id=made.id, sha256=made.sha256, now=NOW),
        lambda: drop_bank_file(actor=treasurer(), file_id=made.id, now=NOW),
    )
    expected = {"released": ["sent"] * 5, "dropped": ["ordered"] * 5}
    assert states() == expected[bank_file(made.id).state]
    assert PayOrder.objects.exclude(state=PayState.ORDERED).exclude(file=made.id).count() == 0
