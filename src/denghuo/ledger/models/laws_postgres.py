"""The ledger's laws in PostgreSQL's language.

``pg_trigger_depth()`` tells a trigger's writes from a person's, so postings and balances are
simply closed to everybody else. Entries are taken a statement at a time, and each balance is
written once a statement: a row written thousands of times in one transaction leaves as many
dead versions to walk over. Balances are moved in the order of their accounts, so two
statements over the same accounts wait for each other and never in a ring.
"""

from __future__ import annotations

_REFUSE = "RAISE EXCEPTION 'ledger: {}' USING ERRCODE = 'check_violation';"


def _body(*steps: str, answer: str = "NEW", declare: str = "") -> str:
    lines = "\n  ".join(steps)
    return f"{declare}BEGIN\n  {lines}\n  RETURN {answer};\nEND"


def _refuse(sentence: str, when: str) -> str:
    return f"IF {when} THEN {_REFUSE.format(sentence)} END IF;"


FUNCTIONS: dict[str, str] = {
    "ledger_entry_posted": _body(
        "FOR mirror IN SELECT * FROM new_entries WHERE reverses_id IS NOT NULL LOOP",
        "SELECT * INTO first FROM ledger_entry WHERE id = mirror.reverses_id;",
        _refuse("a reversal is not reversed", "first.reverses_id IS NOT NULL"),
        _refuse(
            "a reversal mirrors its entry",
            "first.id IS NULL"
            " OR json_array_length(mirror.lines::json) <> json_array_length(first.lines::json)"
            " OR EXISTS (SELECT l ->> 0, (l ->> 1)::bigint"
            " FROM json_array_elements(mirror.lines::json) l"
            " EXCEPT SELECT l ->> 0, -(l ->> 1)::bigint"
            " FROM json_array_elements(first.lines::json) l)",
        ),
        "END LOOP;",
        "INSERT INTO ledger_posting (id, entry_id, n, account_id, booked_on, amount_fen)"
        " SELECT e.id * 256 + o - 1, e.id, o - 1, a.id, e.booked_on, (l ->> 1)::bigint"
        " FROM new_entries e CROSS JOIN LATERAL"
        " json_array_elements(e.lines::json) WITH ORDINALITY AS line(l, o)"
        " LEFT JOIN ledger_account a ON a.code = l ->> 0;",
        # What was made says the text again, sign for sign, or the text was no entry.
        _refuse(
            "lines do not balance",
            "EXISTS (SELECT 1 FROM new_entries e CROSS JOIN LATERAL (SELECT count(*) AS n,"
            " count(DISTINCT p.account_id) AS apart, sum(p.amount_fen) AS total, '[' ||"
            " string_agg('[\"' || a.code || '\",' || p.amount_fen || ']', ',' ORDER BY p.id)"
            " || ']' AS said FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id"
            " WHERE p.id BETWEEN e.id * 256 AND e.id * 256 + 255) made"
            " WHERE made.n NOT BETWEEN 2 AND 200 OR apart <> made.n OR total <> 0"
            " OR said <> e.lines)",
        ),
        "FOR moved IN SELECT p.account_id, sum(p.amount_fen)::bigint AS fen, max(e.id) AS last"
        " FROM new_entries e JOIN ledger_posting p"
        " ON p.id BETWEEN e.id * 256 AND e.id * 256 + 255"
        " GROUP BY p.account_id ORDER BY p.account_id LOOP",
        "UPDATE ledger_balance SET balance_fen = balance_fen + moved.fen,"
        " last_entry = greatest(last_entry, moved.last) WHERE account_id = moved.account_id;",
        "END LOOP;",
        answer="NULL",
        declare="DECLARE mirror record; first record; moved record;\n",
    ),
    "ledger_written_by_entries": _body(
        "RAISE EXCEPTION 'ledger: written by entries alone' USING ERRCODE = 'check_violation';"
    ),
    "ledger_kept": _body(
        "RAISE EXCEPTION 'ledger: never deleted' USING ERRCODE = 'check_violation';",
        answer="OLD",
    ),
    "ledger_account_opened": _body(
        "INSERT INTO ledger_balance"
        " (account_id, side, floor_fen, balance_fen, held_fen, last_entry, closed)"
        " VALUES (NEW.id, CASE WHEN NEW.kind IN ('asset', 'expense') THEN 1 ELSE -1 END,"
        " NEW.floor_fen, 0, 0, 0, NEW.closed_at IS NOT NULL);"
    ),
    "ledger_account_fixed": _body(
        _refuse(
            "only the name and the end of an account change",
            "(NEW.id, NEW.code, NEW.kind, NEW.area, NEW.fund, NEW.institution, NEW.person,"
            " NEW.floor_fen, NEW.opened_at) IS DISTINCT FROM (OLD.id, OLD.code, OLD.kind,"
            " OLD.area, OLD.fund, OLD.institution, OLD.person, OLD.floor_fen, OLD.opened_at)"
            " OR (OLD.closed_at IS NOT NULL AND NEW.closed_at IS DISTINCT FROM OLD.closed_at)",
        ),
    ),
    "ledger_account_closed": _body(
        "UPDATE ledger_balance SET closed = NEW.closed_at IS NOT NULL WHERE account_id = NEW.id;"
    ),
    "ledger_hold_begins": _body(_refuse("a hold begins live", "NEW.state <> 'live'")),
    "ledger_hold_placed": _body(
        "UPDATE ledger_balance SET held_fen = held_fen + NEW.amount_fen"
        " WHERE account_id = NEW.account_id;"
    ),
    "ledger_hold_fixed": _body(
        _refuse(
            "a hold ends once",
            "OLD.state <> 'live' OR NEW.state = 'live' OR (NEW.id, NEW.key, NEW.account_id,"
            " NEW.amount_fen, NEW.about, NEW.memo, NEW.expires_at, NEW.created_at, NEW.made_by)"
            " IS DISTINCT FROM (OLD.id, OLD.key, OLD.account_id, OLD.amount_fen, OLD.about,"
            " OLD.memo, OLD.expires_at, OLD.created_at, OLD.made_by)",
        ),
    ),
    "ledger_hold_ended": _body(
        "UPDATE ledger_balance SET held_fen = held_fen - OLD.amount_fen"
        " WHERE account_id = OLD.account_id;"
    ),
}

# A function's plans are kept from its first call, when the tables are still empty: reading them
# whole would stay the plan when they hold millions. So every step goes by an index.
_PLANS = "SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off"
# Trigger, its moment, its table, when, its function.
_EACH = "FOR EACH ROW "
_BY_A_PERSON = f"{_EACH}WHEN (pg_trigger_depth() < 1) "
_TRIGGERS: tuple[tuple[str, str, str, str, str], ...] = (
    (
        *("ledger_entry_posted", "AFTER INSERT", "ledger_entry"),
        *("REFERENCING NEW TABLE AS new_entries FOR EACH STATEMENT ", "ledger_entry_posted"),
    ),
    (
        *("ledger_posting_said", "BEFORE INSERT", "ledger_posting"),
        *(_BY_A_PERSON, "ledger_written_by_entries"),
    ),
    (
        *("ledger_balance_moved", "BEFORE INSERT OR UPDATE", "ledger_balance"),
        *(_BY_A_PERSON, "ledger_written_by_entries"),
    ),
    ("ledger_balance_kept", "BEFORE DELETE", "ledger_balance", _EACH, "ledger_kept"),
    ("ledger_account_opened", "AFTER INSERT", "ledger_account", _EACH, "ledger_account_opened"),
    ("ledger_account_fixed", "BEFORE UPDATE", "ledger_account", _EACH, "ledger_account_fixed"),
    ("ledger_account_closed", "AFTER UPDATE", "ledger_account", _EACH, "ledger_account_closed"),
    ("ledger_account_kept", "BEFORE DELETE", "ledger_account", _EACH, "ledger_kept"),
    ("ledger_hold_begins", "BEFORE INSERT", "ledger_hold", _EACH, "ledger_hold_begins"),
    ("ledger_hold_placed", "AFTER INSERT", "ledger_hold", _EACH, "ledger_hold_placed"),
    ("ledger_hold_fixed", "BEFORE UPDATE", "ledger_hold", _EACH, "ledger_hold_fixed"),
    ("ledger_hold_ended", "AFTER UPDATE", "ledger_hold", _EACH, "ledger_hold_ended"),
    ("ledger_hold_kept", "BEFORE DELETE", "ledger_hold", _EACH, "ledger_kept"),
)
TRIGGER_FUNCTIONS: dict[str, str] = {name: function for name, *_, function in _TRIGGERS}


def create_sql() -> list[str]:
    """Statements that put the laws in force."""
    functions = [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {_PLANS} AS $${body}$$"
        for name, body in FUNCTIONS.items()
    ]
    triggers = [
        f"CREATE TRIGGER {name} {moment} ON {table} {when}EXECUTE FUNCTION {function}()"
        for name, moment, table, when, function in _TRIGGERS
    ]
    return functions + triggers


def drop_sql() -> list[str]:
    """Statements that take them off."""
    triggers = [f"DROP TRIGGER IF EXISTS {name} ON {table}" for name, _, table, *_ in _TRIGGERS]
    return triggers + [f"DROP FUNCTION IF EXISTS {name}()" for name in FUNCTIONS]
