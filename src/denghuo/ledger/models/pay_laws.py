"""What the database refuses of payment orders, whoever asks: the table of states as a trigger.

The payee may follow a merged duplicate and the account number be sealed anew; the sum, the
name, what it is about and its entry stand for ever, and no end is ever left.
"""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from denghuo.ledger.logic.pay_states import TRANSITIONS

TRIGGER = "ledger_pay_order_steps"
_FIXED = (
    *("key", "reference", "digest", "about", "payee_name", "account_name", "account_tail", "bank"),
    *("amount_fen", "fund", "area", "purpose", "entry_id", "reissue_of_id", "made_by"),
)
_STEPS = ", ".join(
    f"'{state}>{after}'" for state, events in TRANSITIONS.items() for after in events.values()
)
_LEAPS = f"NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN ({_STEPS})"
_FIXED_SENTENCE = "ledger: what was ordered is never changed"
_EACH = "ON ledger_payorder FOR EACH ROW"
_STEP_SENTENCE = "ledger: a payment order does not go that way"


def trigger_sql(vendor: str) -> list[str]:
    """The statements that put the law in force."""
    differs = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    changed = " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in _FIXED)
    # Two clerks: whoever comes second must not move the order into another file.
    changed += f" OR (NEW.file_id {differs} OLD.file_id AND NEW.state = OLD.state)"
    if vendor == "sqlite":
        body = (
            f"SELECT RAISE(ABORT, '{_FIXED_SENTENCE}') WHERE {changed}; "
            f"SELECT RAISE(ABORT, '{_STEP_SENTENCE}') WHERE {_LEAPS};"
        )
        refuse = f"BEGIN SELECT RAISE(ABORT, '{_FIXED_SENTENCE}'); END"
        # INSERT OR REPLACE deletes without firing the delete trigger.
        taken = (
            "EXISTS (SELECT 1 FROM ledger_payorder WHERE id = NEW.id OR key = NEW.key "
            "OR reference = NEW.reference)"
        )
        return [
            f"CREATE TRIGGER {TRIGGER} BEFORE UPDATE {_EACH} BEGIN {body} END",
            f"CREATE TRIGGER {TRIGGER}_kept BEFORE DELETE {_EACH} {refuse}",
            f"CREATE TRIGGER {TRIGGER}_taken BEFORE INSERT {_EACH} WHEN {taken} {refuse}",
        ]
    raising = "RAISE EXCEPTION '{}' USING ERRCODE = 'check_violation';"
    body = (
        f"IF TG_OP = 'DELETE' THEN {raising.format(_FIXED_SENTENCE)} END IF; "
        f"IF {changed} THEN {raising.format(_FIXED_SENTENCE)} END IF; "
        f"IF {_LEAPS} THEN {raising.format(_STEP_SENTENCE)} END IF; RETURN NEW;"
    )
    return [
        f"CREATE FUNCTION {TRIGGER}() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {body} END$$",
        f"CREATE TRIGGER {TRIGGER} BEFORE UPDATE OR DELETE {_EACH} EXECUTE FUNCTION {TRIGGER}()",
    ]


def enact_pay_laws(connection: BaseDatabaseWrapper) -> None:
    """Put the law in force (again, if it is)."""
    repeal_pay_laws(connection)
    with connection.cursor() as cursor:
        for sql in trigger_sql(connection.vendor):
            cursor.execute(sql)


def repeal_pay_laws(connection: BaseDatabaseWrapper) -> None:
    """Take it off: for undoing a migration."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for ending in ("", "_kept", "_taken"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {TRIGGER}{ending}")
            return
        cursor.execute(f"DROP TRIGGER IF EXISTS {TRIGGER} ON ledger_payorder")
        cursor.execute(f"DROP FUNCTION IF EXISTS {TRIGGER}()")


class PayOrderLaws(migrations.RunPython):
    """Migration step: from here on the law holds."""

    def __init__(self) -> None:
        def forward(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
            enact_pay_laws(editor.connection)

        def backward(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
            repeal_pay_laws(editor.connection)

        super().__init__(forward, backward)
