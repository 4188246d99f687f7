"""Limits are tested where they are the subject; elsewhere they would stop the tests."""

from __future__ import annotations

import pytest


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many requests as a test wants."""
    monkeypatch.setattr("denghuo.platform.api_guard.spend", lambda *_args, **_named: 1)
