"""The ledger's laws hold against somebody with a SQL prompt, on both engines."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from denghuo.ledger.models import Account, Balance, Entry, Hold, Posting
from denghuo.ledger.models.laws import broken_laws, enact, repeal
from denghuo.ledger.public import place_hold, release_hold, reverse_entry
from denghuo.ledger.queries.checking import check_books
from denghuo.platform.public import SYSTEM
from tests.ledger.books import ABOUT, BANK, FUND, GRANTS, NOW, ON, give, in_fund, open_books, spend

pytestmark = pytest.mark.django_db
# A statement's own word for conflicts reaches into triggers; no word may open a way in.
CONFLICT_WORDS = ["", "OR REPLACE", "OR IGNORE", "OR FAIL"]


@pytest.fixture(autouse=True)
def _books(db: None) -> None:
    open_books(given_fen=1000)


def run(sql: str, *values: Any) -> None:
    """One statement as somebody would type it; deferred checks are made at once, as a commit
    would make them."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
        connection.check_constraints()


def refused(sql: str, *values: Any) -> str:
    before = state()
    with pytest.raises(DatabaseError) as raised:
        run(sql, *values)
    assert state() == before
    return str(raised.value)


def without_effect(sql: str, *values: Any) -> None:
    """Refused, or passed over as OR IGNORE asks: either way nothing stands that did not."""
    before = state()
    with contextlib.suppress(DatabaseError):
        run(sql, *values)
    assert state() == before
    assert check_books().faults == ()


def state() -> list[list[Any]]:
    """All that the laws protect."""
    return [
        list(model._default_manager.order_by("pk").values_list())
        for model in (Account, Balance, Entry, Posting, Hold)
    ]


def words() -> list[str]:
    return CONFLICT_WORDS if connection.vendor == "sqlite" else [""]


ENTRY = (
    "INSERT {word} INTO ledger_entry"
    " (key, kind, booked_on, posted_at, about, memo, lines, made_by, reverses_id)"
    " VALUES (%s, 'grant', '2026-07-01', '2026-07-01 02:00:00', 'a.B:1', '', %s, 'sql', %s)"
)


def test_a_balanced_entry_by_hand_moves_the_balances() -> None:
    run(ENTRY.format(word=""), "by-hand", f'[["{BANK}",-300],["{FUND}",300]]', None)
    assert in_fund() == 700
    entry = Entry.objects.get(key="by-hand")
    lines = Posting.objects.filter(entry=entry).order_by("n").values_list("n", "amount_fen")
    assert list(lines) == [(0, -300), (1, 300)]
    assert check_books().faults == ()


@pytest.mark.parametrize(
    "lines",
    [
        f'[["{BANK}",-300],["{FUND}",299]]',
        f'[["{BANK}",-300],["{FUND}",300],["{GRANTS}",1]]',
        f'[["{BANK}",300]]',
        f'[["{BANK}",0],["{FUND}",0]]',
        f'[["{BANK}",5],["{BANK}",-5]]',
        "[]",
        "{}",
        "null",
        "no json",
        f'["{BANK}","{FUND}"]',
        f'[["{BANK}",1.5],["{FUND}",-1.5]]',
        f'[["{BANK}","5"],["{FUND}",-5]]',
        f'[["{BANK}",null],["{FUND}",null]]',
        f'[["{BANK}",5,1],["{FUND}",-5]]',
        f'[[1,5],["{FUND}",-5]]',
        f'[["{BANK}",-9223372036854775808],["{FUND}",9223372036854775808]]',
        f'[["{BANK}",1000000000000001],["{FUND}",-1000000000000001]]',
        f'[["{BANK}",5],["nowhere",-5]]',
    ],
)
def test_lines_that_are_no_entry_are_refused(lines: str) -> None:
    for word in words():
        without_effect(ENTRY.format(word=word), "bad", lines, None)


def test_an_entry_of_201_lines_is_refused() -> None:
    lines = ",".join(f'["a{n}",{1 if n else -200}]' for n in range(201))
    refused(ENTRY.format(word=""), "long", f"[{lines}]", None)


def test_no_fund_goes_below_its_floor_by_any_word() -> None:
    for word in words():
        without_effect(ENTRY.format(word=word), "deep", f'[["{BANK}",-1001],["{FUND}",1001]]', None)
    assert in_fund() == 1000


def test_nothing_is_posted_to_a_closed_account() -> None:
    Account.objects.filter(code=GRANTS).update(closed_at=NOW)
    for word in words():
        without_effect(ENTRY.format(word=word), "late", f'[["{BANK}",-5],["{GRANTS}",5]]', None)


def test_a_key_is_used_once_by_any_word() -> None:
    first = spend(100, key="once")
    for word in words():
        without_effect(ENTRY.format(word=word), "once", f'[["{BANK}",-5],["{GRANTS}",5]]', None)
    assert Entry.objects.get(key="once").pk == first.id


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_posting"])
def test_entries_and_postings_are_never_changed_or_deleted(table: str) -> None:
    assert "never changed" in refused(f"DELETE FROM {table}")
    changed = "memo = 'x'" if table == "ledger_entry" else "amount_fen = amount_fen + 1"
    assert "never changed" in refused(f"UPDATE {table} SET {changed}")
    if connection.vendor == "sqlite":
        refused(f"UPDATE OR REPLACE {table} SET id = id + 1")
        refused(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


def test_no_line_is_added_later_or_to_nothing() -> None:
    entry = spend(100)
    bank = Account.objects.get(code=BANK).pk
    insert = (
        "INSERT {word} INTO ledger_posting (id, entry_id, n, account_id, booked_on, amount_fen)"
        " VALUES (%s, %s, %s, %s, '2026-07-01', %s)"
    )
    for word in words():
        without_effect(insert.format(word=word), entry.id * 256 + 2, entry.id, 2, bank, 5)
        without_effect(insert.format(word=word), entry.id * 256, entry.id, 0, bank, 5)
        without_effect(insert.format(word=word), 99 * 256, 99, 0, bank, 5)


def test_balances_are_written_by_entries_alone() -> None:
    spend(100)
    fund = Account.objects.get(code=FUND).pk
    for change in (
        "balance_fen = 0",
        "balance_fen = balance_fen + 100",
        "last_entry = 9000",
        "balance_fen = balance_fen - 100, last_entry = last_entry + 1",
        "side = 1",
        "floor_fen = NULL",
        "floor_fen = -100000",
        "closed = NOT closed",
    ):
        refused(f"UPDATE ledger_balance SET {change} WHERE account_id = %s", fund)
    refused("DELETE FROM ledger_balance WHERE account_id = %s", fund)
    columns = "account_id, side, floor_fen, balance_fen, held_fen, last_entry, closed"
    for word in words():
        without_effect(
            f"INSERT {word} INTO ledger_balance ({columns})"
            " SELECT account_id, 1, NULL, 5, 0, 0, closed FROM ledger_balance"
        )


def test_an_account_keeps_its_code_kind_dimensions_and_floor() -> None:
    for change in (
        "code = 'other'",
        "kind = 'asset'",
        "area = ''",
        "fund = 'other'",
        "institution = 'x'",
        "person = 'x'",
        "floor_fen = NULL",
        "opened_at = '2020-01-01 00:00:00'",
        "id = id + 100",
    ):
        refused(f"UPDATE ledger_account SET {change} WHERE code = %s", FUND)
    refused("DELETE FROM ledger_account WHERE code = %s", GRANTS)
    run("UPDATE ledger_account SET name = 'x' WHERE code = %s", FUND)


def test_an_account_with_money_or_holds_is_not_closed_and_a_closed_one_not_opened() -> None:
    close = "UPDATE ledger_account SET closed_at = '2026-07-02 00:00:00' WHERE code = %s"
    refused(close, FUND)
    run(close, GRANTS)
    refused("UPDATE ledger_account SET closed_at = NULL WHERE code = %s", GRANTS)


def test_an_account_is_never_replaced() -> None:
    if connection.vendor == "sqlite":
        refused("INSERT OR REPLACE INTO ledger_account SELECT * FROM ledger_account")


def test_an_entry_is_reversed_once_and_a_reversal_never() -> None:
    first = spend(100)
    mirror = reverse_entry(
        actor=SYSTEM, entry_id=first.id, key="mirror", reason="错账", on=ON, now=NOW
    )
    back = f'[["{FUND}",-100],["transit:unemployment:150100",100]]'
    forth = f'[["{FUND}",100],["transit:unemployment:150100",-100]]'
    for word in words():
        without_effect(ENTRY.format(word=word), "again", back, first.id)
        without_effect(ENTRY.format(word=word), "of-mirror", forth, mirror.id)


@pytest.mark.parametrize(
    "lines",
    [
        f'[["{BANK}",-100],["transit:unemployment:150100",100]]',
        f'[["{FUND}",-99],["transit:unemployment:150100",99]]',
        f'[["{FUND}",100],["transit:unemployment:150100",-100]]',
        f'[["{BANK}",-1],["{FUND}",-99],["transit:unemployment:150100",100]]',
    ],
)
def test_a_reversal_mirrors_its_entry(lines: str) -> None:
    first = spend(100)
    for word in words():
        without_effect(ENTRY.format(word=word), "crooked", lines, first.id)
        without_effect(ENTRY.format(word=word), "of-nothing", lines, 9999)


def held(fen: int) -> Hold:
    view = place_hold(
        actor=SYSTEM, key=f"hold-{fen}", account=FUND, amount_fen=fen, about=ABOUT, now=NOW
    )
    return Hold.objects.get(pk=view.id)


def test_a_hold_ends_once_and_is_never_deleted_or_changed() -> None:
    hold = held(400)
    assert in_fund() == 600
    for change in ("amount_fen = 1", "key = 'x'", "memo = 'x'", "made_by = 'x'"):
        refused(f"UPDATE ledger_hold SET {change}")
        refused(
            f"UPDATE ledger_hold SET {change}, state = 'released', ended_at = '2026-07-02 00:00:00'"
        )
    refused("UPDATE ledger_hold SET state = 'released'")  # and no day of its end
    refused("DELETE FROM ledger_hold")
    release_hold(actor=SYSTEM, hold_id=hold.pk, now=NOW)
    assert in_fund() == 1000
    refused("UPDATE ledger_hold SET state = 'live', ended_at = NULL")
    refused("UPDATE ledger_hold SET state = 'expired'")


def test_a_hold_begins_live_within_what_is_available_and_once() -> None:
    held(400)
    columns = "id, key, account_id, amount_fen, about, memo, state, created_at, made_by"
    insert = (
        f"INSERT {{word}} INTO ledger_hold ({columns}) SELECT %s, %s, account_id, %s, about, memo,"
        " %s, created_at, made_by FROM ledger_hold WHERE key = 'hold-400'"
    )
    number = "0" * 31 + "1"
    taken = Hold.objects.get().pk.hex
    for word in words():
        statement = insert.format(word=word)
        without_effect(statement, number, "more", 601, "live")
        without_effect(statement, number, "negative", -5, "live")
        without_effect(statement, number, "ended", 5, "released")
        without_effect(statement, number, "hold-400", 5, "live")
        without_effect(statement, taken, "same", 5, "live")


def test_a_settled_hold_names_an_entry_that_exists() -> None:
    held(400)
    refused(
        "UPDATE ledger_hold SET state = 'settled', entry_key = 'nothing',"
        " ended_at = '2026-07-02 00:00:00'"
    )


def test_a_missing_or_changed_law_is_named() -> None:
    assert broken_laws(connection) == []
    with connection.cursor() as cursor:
        table = "" if connection.vendor == "sqlite" else " ON ledger_entry"
        cursor.execute(f"DROP TRIGGER ledger_entry_posted{table}")
        assert broken_laws(connection) == ["ledger_entry_posted"]
        enact(connection)
        assert broken_laws(connection) == []
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER ledger_hold_kept")
            cursor.execute(
                "CREATE TRIGGER ledger_hold_kept BEFORE DELETE ON ledger_hold BEGIN SELECT 1; END"
            )
        else:
            cursor.execute("ALTER TABLE ledger_hold DISABLE TRIGGER ledger_hold_kept")
        assert broken_laws(connection) == ["ledger_hold_kept"]
    enact(connection)


def test_laws_are_taken_off_and_put_back() -> None:
    repeal(connection)
    assert len(broken_laws(connection)) > 10
    enact(connection)
    assert broken_laws(connection) == []
    give(5)
    assert in_fund() == 1005
