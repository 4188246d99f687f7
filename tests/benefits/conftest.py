"""What the tests of files of facts stand on."""

from __future__ import annotations

from pathlib import Path

import pytest

from denghuo.platform.public import Actor
from tests.benefits import offices


@pytest.fixture
def officer(transactional_db: None, data_dir: Path) -> Actor:
    """An officer of Hohhot, with a data folder of this test alone."""
    return offices.officer()
