"""Job kinds of the tests; the registry is as before afterwards."""

from __future__ import annotations

import pytest

from denghuo.platform.jobs import registry


@pytest.fixture(autouse=True)
def _own_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_kinds", {})
    monkeypatch.setattr(registry, "_subscribers", {})
