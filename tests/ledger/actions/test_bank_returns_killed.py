"""A real process that reads an answer, killed for real, three times."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from denghuo.ledger.actions.bank_reading import read_return_file
from denghuo.ledger.actions.bank_returns import receive_return_file
from denghuo.ledger.logic.pay_answers import Outcome
from denghuo.ledger.models import BankAnswer, Entry, PayOrder, ReturnFile
from tests.elsewhere import start
from tests.ledger.pay_kit import (
    FIXED,
    LATER,
    books,
    endow,
    return_file,
    rows_of,
    sent_file,
    treasurer,
)

pytestmark = pytest.mark.django_db(transaction=True)
SCRIPT = Path(__file__).with_name("reader_to_kill.py")
PATIENCE_SECONDS = 90
ROWS = 60


def test_no_kill_loses_or_doubles_a_row(tmp_path: Path) -> None:
    endow()
    file = sent_file(ROWS)
    codes = ["0000", "E101", "0000", "0000"] * (ROWS // 4)
    answers = [(*row, code, "") for row, code in zip(rows_of(file), codes, strict=True)]
    bytes_ = return_file(FIXED, answers, batch=file.number)
    received = receive_return_file(actor=treasurer(), name="hp.txt", pieces=[bytes_], now=LATER)
    for reached in (8, 20, 36):
        reader = start(SCRIPT, str(received.id), LATER.isoformat())
        deadline = time.monotonic() + PATIENCE_SECONDS
        while ReturnFile.objects.get(pk=received.id).rows_done < reached:
            assert reader.is_alive(), "it ended by itself"
            assert time.monotonic() < deadline, "waited too long"
            time.sleep(0.02)
        reader.kill()
        reader.join()
        done = ReturnFile.objects.get(pk=received.id).rows_done
        assert reached <= BankAnswer.objects.count() == done < ROWS
        assert PayOrder.objects.exclude(state="sent").count() == done
    view = read_return_file(return_id=received.id, now=LATER)
    assert view.counts == {Outcome.PAID: 45, Outcome.RETURNED: 15}
    assert Entry.objects.filter(kind="pay.settled").count() == 45
    assert Entry.objects.filter(reverses__isnull=False).count() == 15
    paid = PayOrder.objects.filter(state="paid").values_list("amount_fen", flat=True)
    assert books() == (10**12 - sum(paid), 0, 10**12 - sum(paid))
