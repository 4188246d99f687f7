"""``denghuo ledger check`` names what is wrong, and says when nothing is."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from denghuo.ledger.models.laws import repeal
from denghuo.ledger.public import place_hold, reverse_entry
from denghuo.ledger.queries.checking import check_books
from denghuo.platform.append_only import allow_changes, forbid_changes
from denghuo.platform.public import SYSTEM
from tests.ledger.books import ABOUT, FUND, NOW, ON, open_books, spend

pytestmark = pytest.mark.django_db


def run() -> str:
    said = StringIO()
    call_command("ledger", "check", stdout=said)
    return said.getvalue()


@pytest.fixture(autouse=True)
def _books(db: None) -> None:
    open_books(given_fen=1000)
    first = spend(300)
    reverse_entry(actor=SYSTEM, entry_id=first.id, key="r", reason="错", on=ON, now=NOW)
    place_hold(actor=SYSTEM, key="h", account=FUND, amount_fen=100, about=ABOUT, now=NOW)


def test_whole_books() -> None:
    assert run().strip() == "账是平的：4 个账户，3 笔分录，6 行，1 笔冻结。"
    found = check_books()
    assert (found.accounts, found.entries, found.postings, found.holds) == (4, 3, 6, 1)


BREAKS = {
    "全部分录行的合计不是零": "UPDATE ledger_posting SET amount_fen = 7 WHERE id = {first}",
    "借贷不平或不足两行的分录": "UPDATE ledger_posting SET amount_fen = 7 WHERE id = {first}",
    "没有分录的分录行": "DELETE FROM ledger_entry WHERE id = {reversal}",
    "余额和分录行合计不符的账户": "UPDATE ledger_balance SET balance_fen = balance_fen - 1",
    "冻结数和冻结记录不符的账户": "UPDATE ledger_balance SET held_fen = held_fen + 1",
    "没有余额记录、方向或下限不符的账户": "UPDATE ledger_balance SET floor_fen = -5"
    " WHERE floor_fen IS NOT NULL",
    "分录行和分录写的不符": "UPDATE ledger_entry SET lines = replace(lines, '300', '301')",
    "不是原分录镜像的冲正": "UPDATE ledger_posting SET amount_fen = -amount_fen"
    " WHERE entry_id = {reversal}",
}


@pytest.mark.parametrize("fault", BREAKS)
def test_each_fault_is_named(fault: str) -> None:
    """Somebody took the laws off, changed something, and put them back."""
    repeal(connection)
    for table in ("ledger_entry", "ledger_posting"):
        allow_changes(connection, table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SELECT min(id), max(id) FROM ledger_entry")
        first, last = cursor.fetchone()
        cursor.execute(BREAKS[fault].format(first=first * 256, reversal=last))
    found = check_books().faults
    assert any(one.startswith(fault) for one in found), found
    with pytest.raises(CommandError, match=fault):
        run()
    with connection.cursor() as cursor:  # a foreign key left broken would be this test's own
        if "DELETE" in BREAKS[fault]:
            cursor.execute(f"DELETE FROM ledger_posting WHERE entry_id = {last}")
    for table in ("ledger_entry", "ledger_posting"):
        forbid_changes(connection, table)


def test_laws_taken_off_are_named() -> None:
    repeal(connection)
    allow_changes(connection, "ledger_posting")
    (fault,) = check_books().faults
    assert "ledger_entry_posted" in fault
    assert fault.endswith("ledger_posting")
