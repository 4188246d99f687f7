"""What tests of posts stand on."""

from __future__ import annotations

import pytest

from denghuo.employment.queries import reading
from tests.employment.collected import PLACES


@pytest.fixture
def few_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six divisions in the place of the region's thousand."""
    monkeypatch.setattr(reading, "_places", lambda: PLACES)
