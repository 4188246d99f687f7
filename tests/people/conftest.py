"""A carrier of short messages is named, so codes may be sent; demo numbers never reach it."""

from __future__ import annotations

import pytest
from pytest_django import Settings

# The routes are decided when they are imported: before any test raises the demo flag.
import denghuo.people.urls  # noqa: F401  for the effect


@pytest.fixture(autouse=True)
def _carrier(settings: Settings) -> None:
    settings.SMS_URL = "http://127.0.0.1:9"
