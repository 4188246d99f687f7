"""The ledger's laws in the embedded engine's language.

Every law says its sentence by RAISE, also those that are a CHECK on the row: a statement's
own OR IGNORE or OR FAIL reaches into its triggers and would leave an entry whose balance never
moved; RAISE(ABORT) undoes the statement whatever it said. INSERT OR REPLACE deletes a row
without firing delete triggers, so each table also refuses a key that is taken. A posting must
be what its entry's row says, and a balance may move only by a posting of an entry newer than
the last: this engine cannot tell a trigger's writes from a person's, so what is written proves
itself.
"""

from __future__ import annotations


def _refuse(*laws: tuple[str, str]) -> str:
    """One statement for the laws of a step: each its sentence, and when it is broken."""
    cases = "".join(f" WHEN {when} THEN RAISE(ABORT, 'ledger: {says}')" for says, when in laws)
    return f"SELECT CASE{cases} END;"


def _trigger(name: str, moment: str, table: str, *steps: str, when: str = "") -> tuple[str, str]:
    head = f'CREATE TRIGGER {name} {moment} ON "{table}" FOR EACH ROW'
    condition = f" WHEN {when}" if when else ""
    body = "\n  ".join(steps)
    return name, f"{head}{condition} BEGIN\n  {body}\nEND"


# Asked of the postings that an entry has just got. That each is whole fen within bounds, stands
# in the entry's text and names an account once, they have proved themselves (below).
_BALANCED = (
    "(SELECT count(*) BETWEEN 2 AND 200 AND sum(amount_fen) = 0 FROM ledger_posting"
    " WHERE id BETWEEN NEW.id * 256 AND NEW.id * 256 + 255)"
)
_MIRROR_DIFFERS = (
    "(SELECT json_array_length(NEW.lines) IS NOT json_array_length(o.lines) OR EXISTS"
    " (SELECT value ->> 0, value ->> 1 FROM json_each(NEW.lines)"
    " EXCEPT SELECT value ->> 0, -(value ->> 1) FROM json_each(o.lines))"
    " FROM ledger_entry o WHERE o.id = NEW.reverses_id)"
)
# Searching the text is several times as fast as reading it as JSON once more for each line. A
# line said twice would move one balance twice by one entry, which the balance refuses.
_SAID_BY_ENTRY = (
    "(SELECT instr(e.lines, '[\"' || a.code || '\",' || NEW.amount_fen || ']') > 0"
    " AND e.booked_on = NEW.booked_on"
    " FROM ledger_entry e JOIN ledger_account a ON a.id = NEW.account_id"
    " WHERE e.id = NEW.entry_id)"
)
_WHOLE_FEN = (
    "NEW.n BETWEEN 0 AND 199 AND typeof(NEW.amount_fen) = 'integer' AND NEW.amount_fen <> 0"
    " AND NEW.amount_fen BETWEEN -1000000000000000 AND 1000000000000000"
)
# The plus keeps the engine on the entry's own stretch of keys: through the account's index it
# would walk every line the account ever had.
_MOVED_BY_ENTRY = (
    "NEW.last_entry > OLD.last_entry AND NEW.balance_fen - OLD.balance_fen ="
    " (SELECT amount_fen FROM ledger_posting WHERE +account_id = NEW.account_id"
    " AND id BETWEEN NEW.last_entry * 256 AND NEW.last_entry * 256 + 255)"
)

TRIGGERS: dict[str, str] = dict(
    [
        _trigger(
            "ledger_entry_keyed",
            "BEFORE INSERT",
            "ledger_entry",
            _refuse(
                ("this key was used", "EXISTS (SELECT 1 FROM ledger_entry WHERE key = NEW.key)"),
            ),
        ),
        _trigger(
            "ledger_entry_mirrored",
            "BEFORE INSERT",
            "ledger_entry",
            _refuse(
                (
                    "reversed already",
                    "EXISTS (SELECT 1 FROM ledger_entry WHERE reverses_id = NEW.reverses_id)",
                ),
                (
                    "a reversal is not reversed",
                    "(SELECT reverses_id FROM ledger_entry WHERE id = NEW.reverses_id) IS NOT NULL",
                ),
                ("a reversal mirrors its entry", f"{_MIRROR_DIFFERS} IS NOT 0"),
            ),
            when="NEW.reverses_id IS NOT NULL",
        ),
        _trigger(
            "ledger_entry_posted",
            "AFTER INSERT",
            "ledger_entry",
            "INSERT INTO ledger_posting (id, entry_id, n, account_id, booked_on, amount_fen)"
            " SELECT NEW.id * 256 + key, NEW.id, key,"
            " (SELECT id FROM ledger_account WHERE code = value ->> 0),"
            " NEW.booked_on, value ->> 1 FROM json_each(NEW.lines);",
            _refuse(
                ("lines do not balance", f"{_BALANCED} IS NOT 1"),
            ),
        ),
        _trigger(
            "ledger_posting_said",
            "BEFORE INSERT",
            "ledger_posting",
            _refuse(
                ("no such account", "NEW.account_id IS NULL"),
                ("a line is what its entry says", f"{_SAID_BY_ENTRY} IS NOT 1"),
                ("a line is whole fen within bounds", f"NOT ({_WHOLE_FEN})"),
            ),
        ),
        _trigger(
            "ledger_posting_counted",
            "AFTER INSERT",
            "ledger_posting",
            "UPDATE ledger_balance SET balance_fen = balance_fen + NEW.amount_fen,"
            " last_entry = NEW.entry_id WHERE account_id = NEW.account_id;",
        ),
        _trigger(
            "ledger_balance_moved",
            "BEFORE UPDATE",
            "ledger_balance",
            _refuse(
                (
                    "a balance moves only by an entry",
                    (
                        "NEW.account_id <> OLD.account_id OR NEW.side <> OLD.side"
                        " OR NEW.floor_fen IS NOT OLD.floor_fen"
                        " OR ((NEW.balance_fen IS NOT OLD.balance_fen"
                        " OR NEW.last_entry IS NOT OLD.last_entry)"
                        f" AND ({_MOVED_BY_ENTRY}) IS NOT 1)"
                    ),
                ),
                ("below the floor", "NEW.side * NEW.balance_fen - NEW.held_fen < NEW.floor_fen"),
                (
                    "the account is closed",
                    "NEW.closed AND (NEW.balance_fen <> 0 OR NEW.held_fen <> 0)",
                ),
                (
                    "out of bounds",
                    (
                        "abs(NEW.balance_fen) > 1000000000000000000 OR NEW.held_fen < 0"
                        " OR NEW.held_fen > 1000000000000000000"
                    ),
                ),
                (
                    "an account is closed on its own row",
                    (
                        "NEW.closed IS NOT OLD.closed AND NEW.closed IS NOT"
                        " (SELECT closed_at IS NOT NULL FROM ledger_account"
                        " WHERE id = NEW.account_id)"
                    ),
                ),
            ),
        ),
        _trigger(
            "ledger_balance_opened",
            "BEFORE INSERT",
            "ledger_balance",
            _refuse(
                (
                    "a balance is opened with its account",
                    (
                        "EXISTS (SELECT 1 FROM ledger_balance WHERE account_id = NEW.account_id)"
                        " OR EXISTS (SELECT 1 FROM ledger_posting"
                        " WHERE account_id = NEW.account_id)"
                        " OR NEW.balance_fen <> 0 OR NEW.held_fen <> 0 OR NEW.last_entry <> 0"
                    ),
                ),
            ),
        ),
        _trigger(
            "ledger_balance_kept",
            "BEFORE DELETE",
            "ledger_balance",
            _refuse(
                ("a balance is never deleted", "1"),
            ),
        ),
        _trigger(
            "ledger_account_taken",
            "BEFORE INSERT",
            "ledger_account",
            _refuse(
                (
                    "this account exists",
                    "EXISTS (SELECT 1 FROM ledger_account WHERE id = NEW.id OR code = NEW.code)",
                ),
            ),
        ),
        _trigger(
            "ledger_account_opened",
            "AFTER INSERT",
            "ledger_account",
            "INSERT INTO ledger_balance"
            " (account_id, side, floor_fen, balance_fen, held_fen, last_entry, closed)"
            " VALUES (NEW.id, CASE WHEN NEW.kind IN ('asset', 'expense') THEN 1 ELSE -1 END,"
            " NEW.floor_fen, 0, 0, 0, NEW.closed_at IS NOT NULL);",
        ),
        _trigger(
            "ledger_account_fixed",
            "BEFORE UPDATE",
            "ledger_account",
            _refuse(
                (
                    "only the name and the end of an account change",
                    (
                        " OR ".join(
                            f"NEW.{column} IS NOT OLD.{column}"
                            for column in (
                                *("id", "code", "kind", "area", "fund", "institution", "person"),
                                *("floor_fen", "opened_at"),
                            )
                        )
                        + " OR (OLD.closed_at IS NOT NULL AND NEW.closed_at IS NOT OLD.closed_at)"
                    ),
                ),
            ),
        ),
        _trigger(
            "ledger_account_closed",
            "AFTER UPDATE OF closed_at",
            "ledger_account",
            "UPDATE ledger_balance SET closed = 1 WHERE account_id = NEW.id;",
            when="NEW.closed_at IS NOT NULL",
        ),
        _trigger(
            "ledger_account_kept",
            "BEFORE DELETE",
            "ledger_account",
            _refuse(
                ("an account is never deleted", "1"),
            ),
        ),
        _trigger(
            "ledger_hold_taken",
            "BEFORE INSERT",
            "ledger_hold",
            _refuse(
                (
                    "this hold exists",
                    "EXISTS (SELECT 1 FROM ledger_hold WHERE id = NEW.id OR key = NEW.key)",
                ),
                ("a hold begins live", "NEW.state <> 'live'"),
            ),
        ),
        _trigger(
            "ledger_hold_placed",
            "AFTER INSERT",
            "ledger_hold",
            "UPDATE ledger_balance SET held_fen = held_fen + NEW.amount_fen"
            " WHERE account_id = NEW.account_id;",
        ),
        _trigger(
            "ledger_hold_fixed",
            "BEFORE UPDATE",
            "ledger_hold",
            _refuse(
                (
                    "a hold ends once",
                    (
                        "OLD.state <> 'live' OR NEW.state = 'live' OR "
                        + " OR ".join(
                            f"NEW.{column} IS NOT OLD.{column}"
                            for column in (
                                *("id", "key", "account_id", "amount_fen", "about", "memo"),
                                *("expires_at", "created_at", "made_by"),
                            )
                        )
                    ),
                ),
            ),
        ),
        _trigger(
            "ledger_hold_ended",
            "AFTER UPDATE",
            "ledger_hold",
            "UPDATE ledger_balance SET held_fen = held_fen - OLD.amount_fen"
            " WHERE account_id = OLD.account_id;",
        ),
        _trigger(
            "ledger_hold_kept",
            "BEFORE DELETE",
            "ledger_hold",
            _refuse(
                ("a hold is never deleted", "1"),
            ),
        ),
    ]
)
