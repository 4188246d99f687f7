"""The laws cost the same for the first entry and for the millionth."""

from __future__ import annotations

import re

import pytest
from django.db import connection

from denghuo.ledger.models import laws_sqlite

pytestmark = [pytest.mark.django_db, pytest.mark.no_postgres]


def test_a_moved_balance_looks_at_its_own_entry_alone() -> None:
    said = re.search(r"\((SELECT amount_fen .*)\)", laws_sqlite._MOVED_BY_ENTRY)
    assert said is not None
    query = re.sub(r"\b(NEW|OLD)\.\w+", "7", said[1])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {query}")
        plan = " ".join(str(step) for step in cursor.fetchall())
    # Through the account's index it would read every line the account ever had.
    assert "INTEGER PRIMARY KEY" in plan
    assert "ledger_posting_account" not in plan
