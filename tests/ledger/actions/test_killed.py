"""A process killed in the middle of posting: what it said stands, and the books balance."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from denghuo.ledger.models import Entry
from denghuo.ledger.queries.checking import check_books
from denghuo.platform.audit import verify_chain
from tests.elsewhere import start
from tests.ledger.books import FUND, in_fund, open_books

pytestmark = pytest.mark.django_db(transaction=True)
SCRIPT = Path(__file__).with_name("poster_to_kill.py")


def test_killed_while_posting_every_acknowledged_entry_stands(tmp_path: Path) -> None:
    open_books()
    said: list[str] = []
    for run, enough in enumerate((3, 60, 200)):
        mouth = tmp_path / f"said-{run}"
        os.mkfifo(mouth)
        poster = start(SCRIPT, str(run), output=mouth)
        heard = []
        with mouth.open(encoding="ascii") as words:
            for line in words:
                heard.append(line.strip())
                if len(heard) == enough:
                    poster.kill()  # SIGKILL, at whatever it is doing
        poster.join()
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
