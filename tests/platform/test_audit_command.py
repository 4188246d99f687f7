"""``denghuo audit verify`` and ``audit head``."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from pytest_django import Settings

from denghuo.platform.access import SYSTEM
from denghuo.platform.append_only import allow_changes, forbid_changes
from denghuo.platform.audit import record_audit

pytestmark = pytest.mark.django_db
TABLE = "platform_auditentry"


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def write(count: int) -> None:
    for _ in range(count):
        with transaction.atomic():
            record_audit(actor=SYSTEM, action="test.write")


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("audit", *arguments, stdout=said)
    return said.getvalue()


def damage(sql: str, *, guard_again: bool = True) -> None:
    allow_changes(connection, TABLE)
    with connection.cursor() as cursor:
        cursor.execute(sql)
    if guard_again:
        forbid_changes(connection, TABLE)


def test_a_whole_chain_says_so() -> None:
    write(3)
    run("head", "--keep")
    write(2)
    run("head", "--keep")
    assert run("verify").startswith("whole: 5 rows, 2 kept heads agree")


def test_an_edited_row_is_named() -> None:
    write(3)
    damage(f"UPDATE {TABLE} SET actor = 'nobody' WHERE seq = 2")
    with pytest.raises(CommandError, match=r"row 2: .*edited"):
        run("verify")


def test_an_end_cut_off_is_seen_through_the_kept_head() -> None:
    write(5)
    run("head", "--keep")
    damage(f"DELETE FROM {TABLE} WHERE seq > 3")
    with pytest.raises(CommandError, match=r"row 4: .*cut off"):
        run("verify")


def test_a_missing_guard_is_told() -> None:
    write(1)
    allow_changes(connection, TABLE)
    with pytest.raises(CommandError, match="no longer append-only"):
        run("verify")


def test_a_forged_head_is_refused(tmp_path: Path) -> None:
    write(2)
    forged = {**json.loads(run("head")), "seq": 1}
    (tmp_path / "heads").write_text(json.dumps(forged) + "\n")
    with pytest.raises(CommandError, match="line 1 is not signed"):
        run("verify", "--heads", str(tmp_path / "heads"))
    (tmp_path / "heads").write_text("{}\n")
    with pytest.raises(CommandError, match="line 1 cannot be read"):
        run("verify", "--heads", str(tmp_path / "heads"))
    with pytest.raises(CommandError, match="no such file"):
        run("verify", "--heads", str(tmp_path / "nowhere"))


def test_an_empty_chain_keeps_no_head(tmp_path: Path) -> None:
    run("head", "--keep")
    assert list(tmp_path.iterdir()) == []
    assert run("verify").startswith("whole: 0 rows")
