"""Files with faults do what their notes promise."""

from __future__ import annotations

import csv
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from denghuo.benefits.public import (
    check_file,
    import_of,
    look_at_file,
    receive_file,
    set_mapping,
)
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.ledger.models import BankAnswer, PayOrder
from denghuo.ledger.public import (
    BankFileView,
    PayOrderDraft,
    make_bank_file,
    order_payments,
    read_return_file,
    receive_return_file,
    release_bank_file,
)
from denghuo.platform.public import SYSTEM, TableUnreadableError
from denghuo.project.demo import trial_files as trial
from denghuo.project.demo.case_offices import staff_actor
from denghuo.project.demo.identities import bank_card, demo_id
from denghuo.project.demo.season_files import INSURANCE
from denghuo.project.demo.season_runs import BANK
from tests.project.demo.conftest import NOW, TODAY, Seeded


def brought(name: str, area: str = "15") -> dict[str, Any]:
    """The file on the page of facts, its guessed columns agreed to: what the page sums up."""
    officer = staff_actor("demo-season")
    content = trial.fact_trials(TODAY)[name]
    import_id = receive_file(
        actor=officer, name=name, chunks=lambda: [content], subject="firm", office=INSURANCE,
        legal_basis="《社会保险法》第七十四条", area=Region.read(area), observed_on=None, now=NOW,
    )  # fmt: skip
    look_at_file(import_id, attempt=0, now=NOW)
    held = import_of(officer, import_id)
    set_mapping(
        actor=officer, import_id=import_id, mapping=held.mapping, observed_on=None, save_as="",
        now=NOW,
    )  # fmt: skip
    attempt = import_of(officer, import_id).attempt
    check_file(import_id, attempt=attempt, progress=lambda _done, _total: None, now=NOW)
    view = import_of(officer, import_id)
    assert view.state == "checked", view.failure
    with view.file("errors.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    return {**view.summary, "lines": lines}


def test_the_good_file_is_taken_whole(seeded: Seeded) -> None:
    found = brought(trial.GOOD)
    assert (found["good"], found["errors"], found["footers"]) == (4, 0, 1)


def test_every_bad_row_is_named_and_the_good_one_taken(seeded: Seeded) -> None:
    found = brought(trial.BAD)
    assert found["good"] == 2
    assert found["repeats_different"] == 2
    assert found["unregistered"] == 1
    assert found["refused"] == 8
    told = "\n".join(",".join(line) for line in found["lines"])
    for wrong in ("二十来人", "46080.005", "=1+60", "十二", "2026-02-30"):
        assert wrong in told


def test_a_workbook_with_lost_digits_and_formulas(seeded: Seeded) -> None:
    found = brought(trial.BAD_BOOK)
    assert (found["good"], found["refused"]) == (5, 3)


@pytest.mark.parametrize("name", [trial.OLD_BOOK, trial.WORDS, trial.EMPTY])
def test_what_is_no_table_is_not_taken(seeded: Seeded, name: str) -> None:
    with pytest.raises(TableUnreadableError):
        brought(name)


@pytest.fixture
def at_the_bank(seeded: Seeded) -> BankFileView:
    """Two payments of a fund that nobody has answered yet."""
    code = "fund:startup:150100"
    maker, second = staff_actor("demo-treasurer"), staff_actor("demo-treasurer-2")
    drafts = [
        PayOrderDraft(
            key=f"trial:{key}", about=f"people.Person:{key}",
            payee=SubjectRef("person", demo_id("person", key)),
            payee_name=name, account_name=name, account_no=bank_card(number), bank=BANK,
            amount_fen=100_000 + number, fund=code, purpose="试用",
        )
        for number, (key, name) in enumerate((("winner", "云诗涵"), ("founder", "萨如拉")), 5)
    ]  # fmt: skip
    order_payments(actor=SYSTEM, drafts=drafts, now=NOW)
    file = make_bank_file(actor=maker, fund=code, form="fixed", now=NOW)
    return release_bank_file(actor=second, file_id=file.id, sha256=file.sha256, now=NOW)


def answered(sent: BankFileView, name: str) -> Counter[str]:
    """What becomes of the rows of an answer."""
    content = trial.answers_with_faults(sent, TODAY)[name]
    received = receive_return_file(
        actor=staff_actor("demo-treasurer"), name=name, pieces=[content], now=NOW
    )
    read_return_file(return_id=received.id, now=NOW)
    return Counter(
        BankAnswer.objects.filter(return_file=received.id).values_list("outcome", flat=True)
    )


def states(sent: BankFileView) -> Counter[str]:
    return Counter(PayOrder.objects.filter(file=sent.id).values_list("state", flat=True))


def test_two_come_back(at_the_bank: BankFileView) -> None:
    assert sum(answered(at_the_bank, trial.RETURNED).values()) == at_the_bank.rows
    assert states(at_the_bank)["returned"] == 2
    reasons = PayOrder.objects.filter(file=at_the_bank.id, state="returned")
    assert set(reasons.values_list("reason", flat=True)) == {"wrong_name", "closed_account"}


def test_a_repeated_row_is_booked_once(at_the_bank: BankFileView) -> None:
    found = answered(at_the_bank, trial.REPEATED)
    assert sum(found.values()) == at_the_bank.rows + 1
    assert found["repeated"] == 1
    assert states(at_the_bank) == {"paid": at_the_bank.rows}


def test_another_amount_is_not_booked(at_the_bank: BankFileView) -> None:
    answered(at_the_bank, trial.OTHER_SUM)
    assert states(at_the_bank) == {"paid": at_the_bank.rows - 1, "sent": 1}


@pytest.mark.parametrize("name", [trial.CHANGED, trial.CUT])
def test_a_changed_or_cut_answer_is_not_believed(at_the_bank: BankFileView, name: str) -> None:
    with pytest.raises(RefusalError):
        answered(at_the_bank, name)
    assert states(at_the_bank) == {"sent": at_the_bank.rows}


def test_the_command_writes_and_explains_them(seeded: Seeded, tmp_path: Path) -> None:
    out = StringIO()
    call_command("demo_files", out=tmp_path, stdout=out)
    written = {file.name for file in tmp_path.iterdir()}
    assert {trial.GOOD, trial.BAD, trial.BAD_BOOK, "README.txt"} <= written
    assert trial.NOTES[trial.BAD] in out.getvalue()
