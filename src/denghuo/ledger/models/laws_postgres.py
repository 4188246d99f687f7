"""The ledger's laws in PostgreSQL's language.

``pg_trigger_depth()`` tells a trigger's writes from a person's, so postings and balances are
simply closed to everybody else. Balances are locked in the order of their accounts, so two
entries over the same accounts wait for each other and never in a ring.
"""

from __future__ import annotations

_REFUSE = "RAISE EXCEPTION 'ledger: {}' USING ERRCODE = 'check_violation';"


def _body(*steps: str, answer: str = "NEW", declare: str = "") -> str:
    lines = "\n  ".join(steps)
    return f"{declare}BEGIN\n  {lines}\n  RETURN {answer};\nEND"


def _refuse(sentence: str, when: str) -> str:
    return f"IF {when} THEN {_REFUSE.format(sentence)} END IF;"


FUNCTIONS: dict[str, str] = {
    "ledger_entry_balanced": _body(
        "SELECT count(*), count(DISTINCT l ->> 0), sum((l ->> 1)::bigint),"
        " count(*) FILTER (WHERE json_array_length(l) = 2 AND json_typeof(l -> 0) = 'string'"
        " AND json_typeof(l -> 1) = 'number')"
        ", min(abs((l ->> 1)::bigint))"
        " INTO found, apart, total, sound, least_fen FROM json_array_elements(NEW.lines::json) l;",
        _refuse(
            "lines do not balance",
            "found NOT BETWEEN 2 AND 200 OR apart <> found OR sound <> found OR total <> 0"
            " OR least_fen = 0",
        ),
        "IF NEW.reverses_id IS NOT NULL THEN",
        "SELECT * INTO first FROM ledger_entry WHERE id = NEW.reverses_id;",
        _refuse("a reversal is not reversed", "first.reverses_id IS NOT NULL"),
        _refuse(
            "a reversal mirrors its entry",
            "first.id IS NULL"
            " OR json_array_length(NEW.lines::json) <> json_array_length(first.lines::json)"
            " OR EXISTS (SELECT l ->> 0, (l ->> 1)::bigint"
            " FROM json_array_elements(NEW.lines::json) l"
            " EXCEPT SELECT l ->> 0, -(l ->> 1)::bigint"
            " FROM json_array_elements(first.lines::json) l)",
        ),
        "END IF;",
        declare="DECLARE found bigint; apart bigint; sound bigint; total numeric; least_fen bigint;"
        " first ledger_entry%ROWTYPE;\n",
    ),
    "ledger_entry_posted": _body(
        "INSERT INTO ledger_posting (id, entry_id, n, account_id, booked_on, amount_fen)"
        " SELECT NEW.id * 256 + o - 1, NEW.id, o - 1,"
        " (SELECT id FROM ledger_account WHERE code = l ->> 0), NEW.booked_on,"
        " (l ->> 1)::bigint FROM json_array_elements(NEW.lines::json)"
        " WITH ORDINALITY AS line(l, o);",
        "PERFORM 1 FROM ledger_balance WHERE account_id IN (SELECT account_id"
        " FROM ledger_posting WHERE id BETWEEN NEW.id * 256 AND NEW.id * 256 + 255)"
        " ORDER BY account_id FOR UPDATE;",
        "UPDATE ledger_balance b SET balance_fen = b.balance_fen + p.amount_fen,"
        " last_entry = NEW.id FROM ledger_posting p WHERE p.account_id = b.account_id"
        " AND p.id BETWEEN NEW.id * 256 AND NEW.id * 256 + 255;",
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

# Trigger, its moment, its table, when, its function.
_BY_A_PERSON = "WHEN (pg_trigger_depth() < 1) "
_TRIGGERS: tuple[tuple[str, str, str, str, str], ...] = (
    ("ledger_entry_balanced", "BEFORE INSERT", "ledger_entry", "", "ledger_entry_balanced"),
    ("ledger_entry_posted", "AFTER INSERT", "ledger_entry", "", "ledger_entry_posted"),
    (
        *("ledger_posting_said", "BEFORE INSERT", "ledger_posting"),
        *(_BY_A_PERSON, "ledger_written_by_entries"),
    ),
    (
        *("ledger_balance_moved", "BEFORE INSERT OR UPDATE", "ledger_balance"),
        *(_BY_A_PERSON, "ledger_written_by_entries"),
    ),
    ("ledger_balance_kept", "BEFORE DELETE", "ledger_balance", "", "ledger_kept"),
    ("ledger_account_opened", "AFTER INSERT", "ledger_account", "", "ledger_account_opened"),
    ("ledger_account_fixed", "BEFORE UPDATE", "ledger_account", "", "ledger_account_fixed"),
    ("ledger_account_closed", "AFTER UPDATE", "ledger_account", "", "ledger_account_closed"),
    ("ledger_account_kept", "BEFORE DELETE", "ledger_account", "", "ledger_kept"),
    ("ledger_hold_begins", "BEFORE INSERT", "ledger_hold", "", "ledger_hold_begins"),
    ("ledger_hold_placed", "AFTER INSERT", "ledger_hold", "", "ledger_hold_placed"),
    ("ledger_hold_fixed", "BEFORE UPDATE", "ledger_hold", "", "ledger_hold_fixed"),
    ("ledger_hold_ended", "AFTER UPDATE", "ledger_hold", "", "ledger_hold_ended"),
    ("ledger_hold_kept", "BEFORE DELETE", "ledger_hold", "", "ledger_kept"),
)
TRIGGER_FUNCTIONS: dict[str, str] = {name: function for name, *_, function in _TRIGGERS}


def create_sql() -> list[str]:
    """Statements that put the laws in force."""
    functions = [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
        for name, body in FUNCTIONS.items()
    ]
    triggers = [
        f"CREATE TRIGGER {name} {moment} ON {table} FOR EACH ROW {when}"
        f"EXECUTE FUNCTION {function}()"
        for name, moment, table, when, function in _TRIGGERS
    ]
    return functions + triggers


def drop_sql() -> list[str]:
    """Statements that take them off."""
    triggers = [f"DROP TRIGGER IF EXISTS {name} ON {table}" for name, _, table, *_ in _TRIGGERS]
    return triggers + [f"DROP FUNCTION IF EXISTS {name}()" for name in FUNCTIONS]
