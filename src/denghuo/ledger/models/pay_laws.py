"""What the database refuses of payment orders, whoever asks: the table of states as a trigger.

The payee may follow a merged duplicate and the account number be sealed anew; the sum, the
name, what it is about and its entry stand for ever, and no end is ever left.
"""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from denghuo.ledger.logic.pay_states import TRANSITIONS

TRIGGER = "ledger_pay_order"
_FIXED = (
    *("key", "reference", "digest", "about", "payee_name", "account_name", "account_tail", "bank"),
    *("amount_fen", "fund", "area", "purpose", "entry_id", "reissue_of_id", "made_by"),
)
_STEPS = ", ".join(
    f"'{state}>{after}'" for state, events in TRANSITIONS.items() for after in events.values()
)
_LEAPS = f"NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN ({_STEPS})"
_EACH = "ON ledger_payorder FOR EACH ROW"
_SENTENCES = {
    "fixed": "ledger: what was ordered is never changed",
    "steps": "ledger: a payment order does not go that way",
    "kept": "ledger: a payment order is never deleted",
    "taken": "ledger: this payment order exists",
}


def trigger_sql(vendor: str) -> list[str]:
    """The statements that put the law in force.

    Each trigger names the columns it looks at, so moving a hundred thousand orders on compares
    their states and nothing else.
    """
    differs = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    changed = " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in _FIXED)
    # Two clerks: whoever comes second must not move the order into another file.
    leaps = f"{_LEAPS} OR NEW.file_id {differs} OLD.file_id AND NEW.state = OLD.state"
    fixed = f"BEFORE UPDATE OF {', '.join(_FIXED)} {_EACH} WHEN ({changed})"
    steps = f"BEFORE UPDATE OF state, file_id {_EACH} WHEN ({leaps})"
    moments = {"fixed": fixed, "steps": steps, "kept": f"BEFORE DELETE {_EACH}"}
    if vendor == "sqlite":
        # INSERT OR REPLACE deletes without firing the delete trigger.
        same = "id = NEW.id OR key = NEW.key OR reference = NEW.reference"
        taken = f"(SELECT 1 FROM ledger_payorder WHERE {same})"  # noqa: S608  constant text
        moments["taken"] = f"BEFORE INSERT {_EACH} WHEN EXISTS {taken}"
        return [
            f"CREATE TRIGGER {TRIGGER}_{name} {moment} {_refuse(name)}"
            for name, moment in moments.items()
        ]
    refuse = "RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'check_violation';"
    body = f"RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {refuse} END$$"
    calls = [
        f"CREATE TRIGGER {TRIGGER}_{name} {moment} EXECUTE FUNCTION {TRIGGER}('{_SENTENCES[name]}')"
        for name, moment in moments.items()
    ]
    return [f"CREATE FUNCTION {TRIGGER}() {body}", *calls]


def _refuse(name: str) -> str:
    return f"BEGIN SELECT RAISE(ABORT, '{_SENTENCES[name]}'); END"


def enact_pay_laws(connection: BaseDatabaseWrapper) -> None:
    """Put the law in force (again, if it is)."""
    repeal_pay_laws(connection)
    with connection.cursor() as cursor:
        for sql in trigger_sql(connection.vendor):
            cursor.execute(sql)


def repeal_pay_laws(connection: BaseDatabaseWrapper) -> None:
    """Take it off: for undoing a migration."""
    sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        for name in _SENTENCES:
            on = "" if sqlite else " ON ledger_payorder"
            cursor.execute(f"DROP TRIGGER IF EXISTS {TRIGGER}_{name}{on}")
        if not sqlite:
            cursor.execute(f"DROP FUNCTION IF EXISTS {TRIGGER}()")


class PayOrderLaws(migrations.RunPython):
    """Migration step: from here on the law holds."""

    def __init__(self) -> None:
        def forward(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
            enact_pay_laws(editor.connection)

        def backward(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
            repeal_pay_laws(editor.connection)

        super().__init__(forward, backward)
