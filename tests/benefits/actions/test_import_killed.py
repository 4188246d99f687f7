"""An import survives being killed at any point: nothing lost, nothing doubled."""

from __future__ import annotations

import signal
from pathlib import Path
from uuid import UUID

import pytest
from django.utils import timezone

from denghuo.benefits.actions import import_applying
from denghuo.benefits.actions.import_applying import apply_import, take_back_import
from denghuo.benefits.actions.import_reading import check_file
from denghuo.benefits.actions.imports import set_mapping, take_back
from denghuo.benefits.models import FactImport, ImportedFact
from denghuo.benefits.queries.imports import import_folder
from denghuo.platform.public import Actor
from denghuo.policy.models import FactRecord
from tests.benefits import offices
from tests.benefits.offices import DAY, HEADINGS, csv_bytes, silent
from tests.elsewhere import start
from tests.factories.people import NOW

SCRIPT = Path(__file__).with_name("import_to_kill.py")
PATIENCE_SECONDS = 90
FIRMS, FACTS = 10, 30


def killed(import_id: UUID, place: str, data_dir: Path) -> None:
    """Run a step in a process of its own that dies at the place."""
    worker = start(SCRIPT, str(import_id), place)
    worker.join(PATIENCE_SECONDS)
    assert worker.exitcode == -signal.SIGKILL


def content(count: int = FIRMS, first: int = 1) -> bytes:
    rows: list[tuple[object, ...]] = [HEADINGS]
    rows += [(offices.firm(first + at), "甲", at, 10 + at, 100 + at) for at in range(count)]
    return csv_bytes(rows)


def names(import_id: UUID) -> set[str]:
    return {each.name for each in import_folder(import_id).iterdir()}


@pytest.mark.parametrize(
    "place", ["check: before the files have names", "check: between the files and the row"]
)
def test_a_check_killed_for_real_is_done_again(officer: Actor, data_dir: Path, place: str) -> None:
    import_id = offices.received(officer, content())
    set_mapping(
        actor=officer, import_id=import_id, mapping=offices.view(import_id).mapping,
        observed_on=DAY, save_as="", now=NOW,
    )  # fmt: skip
    killed(import_id, place, data_dir)
    assert offices.view(import_id).state == "checking"
    attempt = offices.view(import_id).attempt
    check_file(import_id, attempt=attempt, progress=silent, now=NOW)
    assert offices.view(import_id).rows_good == FIRMS
    assert names(import_id) == {"source", "sample.json", "errors.csv", "table.parquet"}


@pytest.mark.parametrize(
    ("place", "done"),
    [
        ("apply: facts written, cursor not yet", 3),
        ("apply: between two steps", 6),
        ("apply: before it says so", FIRMS),
    ],
)
def test_an_import_killed_for_real_goes_on_where_it_was(
    officer: Actor, data_dir: Path, place: str, done: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_applying, "CHUNK_ROWS", 3)
    import_id = offices.confirmed(officer, offices.checked(officer, content()))
    killed(import_id, place, data_dir)
    row = FactImport.objects.get(pk=import_id)
    assert (row.state, row.cursor) == ("applying", done)
    assert FactRecord.objects.count() == ImportedFact.objects.count() == done * 3
    apply_import(import_id, progress=silent, clock=lambda: NOW)
    view = offices.view(import_id)
    assert (view.state, view.cursor, view.counts["new"]) == ("applied", FIRMS, FACTS)
    assert FactRecord.objects.count() == ImportedFact.objects.count() == FACTS
    assert not FactRecord.objects.filter(superseded_at__isnull=False).exists()


def test_a_taking_back_killed_for_real_goes_on(
    officer: Actor, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_applying, "CHUNK_ROWS", 3)
    import_id = offices.applied(officer, content(4), now=timezone.now())
    take_back(
        actor=offices.officer("second"), import_id=import_id, reason="发错了", now=timezone.now()
    )
    killed(import_id, "take back: between two steps", data_dir)
    assert ImportedFact.objects.filter(is_taken_back=True).count() == 6
    take_back_import(import_id, progress=silent, clock=timezone.now)
    view = offices.view(import_id)
    assert (view.state, view.counts["ended"]) == ("taken_back", 12)
    assert not FactRecord.objects.filter(superseded_at__isnull=True).exists()


def test_two_workers_at_once_write_each_row_once(
    officer: Actor, in_threads: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_applying, "CHUNK_ROWS", 2)
    import_id = offices.confirmed(officer, offices.checked(officer, content()))

    def work() -> None:
        apply_import(import_id, progress=silent, clock=lambda: NOW)

    results = in_threads(work, work, work)  # type: ignore[operator]
    assert results == [None] * 3
    view = offices.view(import_id)
    assert (view.state, view.cursor, view.counts["new"]) == ("applied", FIRMS, FACTS)
    assert FactRecord.objects.count() == FACTS
