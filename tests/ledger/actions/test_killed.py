"""A process killed in the middle of posting: what it said stands, and the books balance."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from denghuo.ledger.models import Entry
from denghuo.ledger.queries.checking import check_books
from denghuo.platform.audit import verify_chain
from tests.ledger.books import FUND, in_fund, open_books

pytestmark = pytest.mark.django_db(transaction=True)
SCRIPT = Path(__file__).with_name("poster_to_kill.py")
ROOT = Path(__file__).parents[3]


def database_url() -> str:
    """The URL of this test's database, for another process."""
    chosen = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{chosen['NAME']}"
    return f"postgresql://{chosen['USER']}@/{chosen['NAME']}?host={chosen['HOST']}"


def test_killed_while_posting_every_acknowledged_entry_stands(tmp_path: Path) -> None:
    open_books()
    said: list[str] = []
    for run, enough in enumerate((3, 60, 200)):
        poster = subprocess.Popen(
            [sys.executable, str(SCRIPT), str(run)],
            env={
                **os.environ,
                "DENGHUO_DATABASE_URL": database_url(),
                "DENGHUO_DATA_DIR": str(tmp_path),
                "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        assert poster.stdout is not None
        heard = []
        for line in poster.stdout:
            heard.append(line.strip())
            if len(heard) >= enough:
                poster.kill()  # SIGKILL, at whatever it is doing
                break
        heard += [line.strip() for line in poster.stdout.read().splitlines()]
        poster.wait()
        assert len(heard) >= enough
        said += heard
    stands = set(Entry.objects.values_list("key", flat=True))
    assert set(said) <= stands, "an acknowledged entry was lost"
    # At most the one call that was under way when it was killed stands unsaid.
    assert len(stands - set(said)) <= 3 * 40
    ones = sum(key.count("-") == 1 for key in stands)
    assert in_fund() == 7 * ones + (len(stands) - ones), FUND
    assert check_books().faults == ()
    assert verify_chain(heads={}) is None
