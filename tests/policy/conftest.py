"""What the tests of the policy desk stand on."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from denghuo.platform.public import Actor
from tests.policy import firms


@pytest.fixture
def facts(data_dir: Path) -> Path:
    """A file of facts in place, with three firms."""
    return firms.write(data_dir / "facts" / "firms.parquet")


@pytest.fixture
def officer(transactional_db: None) -> Client:
    """A policy officer's browser."""
    return firms.browser("officer")


@pytest.fixture
def colleague(transactional_db: None) -> Actor:
    """Another policy officer."""
    return firms.staff()
