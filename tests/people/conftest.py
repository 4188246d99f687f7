"""A carrier of short messages is named, so codes may be sent; demo numbers never reach it."""

from __future__ import annotations

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _carrier(settings: Settings) -> None:
    settings.SMS_URL = "http://127.0.0.1:9"
