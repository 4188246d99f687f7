"""A small region on paper for the makers, and a seeded database for the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from denghuo.platform.public import mark_as_demo
from denghuo.project.demo.seeding import seed_region
from denghuo.project.demo.spread import Spread

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
SEED = 7


@pytest.fixture(scope="session")
def spread() -> Spread:
    """Six townships of three leagues; the first is a street and the most lived in."""
    codes = (
        "150102001000", "150102100000", "150203001000", "150203200000",
        "152525100000", "152525200000",
    )  # fmt: skip
    return Spread(
        codes=codes,
        names=tuple(f"某盟市 某旗县{order} 某乡镇{order}" for order in range(len(codes))),
        shares=np.array([5.0, 2.0, 4.0, 1.0, 1.0, 0.5]),
        urban=np.array([True, False, True, False, False, False]),
        leagues=np.array([0, 0, 1, 1, 2, 2]),
        league_codes=("1501", "1502", "1525"),
    )


@dataclass(frozen=True)
class Seeded:
    summary: dict[str, int]
    steps: list[tuple[str, int, int]]
    facts: Path


@pytest.fixture(scope="module")
def region(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Seeded]:
    """The region of the smallest size, once for a module; rolled back after it."""
    folder = tmp_path_factory.mktemp("facts")
    steps: list[tuple[str, int, int]] = []
    with django_db_blocker.unblock():
        whole = transaction.atomic()
        whole.__enter__()
        mark_as_demo(at=NOW)
        summary = seed_region(
            "test",
            seed=SEED,
            today=TODAY,
            now=NOW,
            folder=folder,
            progress=lambda *step: steps.append(step),
        )
    yield Seeded(summary, steps, folder)
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        whole.__exit__(None, None, None)


@pytest.fixture
def seeded(region: Seeded, db: None) -> Seeded:
    """The seeded region in this test's database."""
    return region
