"""The same seed and day give the same region, deed by deed."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import transaction

from denghuo.places.public import load_divisions
from denghuo.platform.public import SYSTEM, mark_as_demo
from denghuo.project.demo.seeding import seed_region
from tests.project.demo import digest
from tests.project.demo.conftest import NOW, SEED, TODAY

pytestmark = pytest.mark.django_db


def seeded_once(folder: Path, seed: int) -> dict[str, str]:
    """A region, its digests, and nothing left of it."""
    with transaction.atomic():
        seed_region(
            "test", seed=seed, today=TODAY, now=NOW, folder=folder, progress=lambda *_step: None
        )
        found = digest.parts()
        transaction.set_rollback(True)
    return found


def test_the_same_seed_and_day_give_the_same_region(data_dir: Path) -> None:
    mark_as_demo(at=NOW)
    load_divisions(actor=SYSTEM, progress=lambda *_step: None)
    first = seeded_once(data_dir / "a", SEED)
    again = seeded_once(data_dir / "b", SEED)
    assert first == again
