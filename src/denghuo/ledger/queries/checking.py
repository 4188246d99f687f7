"""Whether the books are whole: sums, balances, holds, and the laws that keep them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from denghuo.ledger.models import Account, Entry, Hold, Posting
from denghuo.ledger.models.laws import broken_laws
from denghuo.platform.public import is_append_only

_GUARDED = ("ledger_entry", "ledger_posting")

# What is counted, and the query that counts it. Each reads whole tables in the database; the
# two engines differ only in how they read an entry's lines.
_LINES = {
    "sqlite": (
        "SELECT {columns} FROM ledger_entry e, json_each(e.lines) l",
        "l.value ->> 0",
        "l.value ->> 1",
    ),
    "postgresql": (
        "SELECT {columns} FROM ledger_entry e, json_array_elements(e.lines::json) l",
        "l ->> 0",
        "(l ->> 1)::bigint",
    ),
}
_COUNTS: dict[str, str] = {
    "全部分录行的合计不是零": """
        SELECT CASE WHEN coalesce(sum(amount_fen), 0) = 0 THEN 0 ELSE 1 END FROM ledger_posting""",
    "借贷不平或不足两行的分录": """
        SELECT count(*) FROM (SELECT e.id FROM ledger_entry e
            LEFT JOIN ledger_posting p ON p.id BETWEEN e.id * 256 AND e.id * 256 + 255
            GROUP BY e.id HAVING count(p.id) < 2 OR sum(p.amount_fen) <> 0) faulty""",
    "没有分录的分录行": """
        SELECT count(*) FROM ledger_posting p
        WHERE NOT EXISTS (SELECT 1 FROM ledger_entry e WHERE e.id = p.entry_id)""",
    "余额和分录行合计不符的账户": """
        SELECT count(*) FROM ledger_balance b
        LEFT JOIN (SELECT account_id, sum(amount_fen) AS total FROM ledger_posting
            GROUP BY account_id) p ON p.account_id = b.account_id
        WHERE b.balance_fen <> coalesce(p.total, 0)""",
    "冻结数和冻结记录不符的账户": """
        SELECT count(*) FROM ledger_balance b
        LEFT JOIN (SELECT account_id, sum(amount_fen) AS total FROM ledger_hold
            WHERE state = 'live' GROUP BY account_id) h ON h.account_id = b.account_id
        WHERE b.held_fen <> coalesce(h.total, 0)""",
    "没有余额记录、方向或下限不符的账户": """
        SELECT count(*) FROM ledger_account a
        LEFT JOIN ledger_balance b ON b.account_id = a.id
        WHERE b.account_id IS NULL
            OR b.side <> CASE WHEN a.kind IN ('asset', 'expense') THEN 1 ELSE -1 END
            OR coalesce(b.floor_fen, 1) <> coalesce(a.floor_fen, 1)
            OR b.closed <> (a.closed_at IS NOT NULL)""",
    "低于下限的账户": """
        SELECT count(*) FROM ledger_balance
        WHERE floor_fen IS NOT NULL AND side * balance_fen - held_fen < floor_fen""",
    "不是原分录镜像的冲正": """
        SELECT count(*) FROM ledger_posting p
        JOIN ledger_entry r ON r.id = p.entry_id AND r.reverses_id IS NOT NULL
        LEFT JOIN ledger_posting o
            ON o.id BETWEEN r.reverses_id * 256 AND r.reverses_id * 256 + 255
            AND o.account_id = p.account_id AND o.amount_fen = -p.amount_fen
        WHERE o.id IS NULL""",
}


@dataclass(frozen=True, slots=True)
class BooksChecked:
    """What was counted, and what was found wrong: sentences with their numbers."""

    accounts: int
    entries: int
    postings: int
    holds: int
    faults: tuple[str, ...]


def check_books() -> BooksChecked:
    """Read the whole books and the database's own rules. Two passes over all postings."""
    faults = [
        f"{words}：{found}"
        for words, sql in [*_COUNTS.items(), ("分录行和分录写的不符", _unlike_entry_sql())]
        if (found := _count(sql))
    ]
    laws = broken_laws(connection)
    laws += [table for table in _GUARDED if not is_append_only(connection, table)]
    if laws:
        faults.append(f"数据库里缺少或被改动的规则：{'、'.join(laws)}")
    return BooksChecked(
        accounts=Account.objects.count(),
        entries=Entry.objects.count(),
        postings=Posting.objects.count(),
        holds=Hold.objects.count(),
        faults=tuple(faults),
    )


def _count(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def _unlike_entry_sql() -> str:
    """Lines that an entry's row says and no posting is, and the other way round by number."""
    lines, code, amount = _LINES[connection.vendor]
    said = lines.format(columns=f"e.id, e.booked_on, {code} AS code, {amount} AS amount")
    return (
        f"SELECT (SELECT count(*) FROM ({said}) s LEFT JOIN ledger_account a ON a.code = s.code"  # noqa: S608
        " LEFT JOIN ledger_posting p ON p.id BETWEEN s.id * 256 AND s.id * 256 + 255"
        " AND p.account_id = a.id AND p.amount_fen = s.amount AND p.booked_on = s.booked_on"
        " WHERE p.id IS NULL)"
        f" + abs((SELECT count(*) FROM ledger_posting) - (SELECT count(*) FROM ({said}) s))"
    )
