"""A clock that stands where a test wants it, and the stand-in scanner."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.cases import world as w
from tests.cases.pages.counter import UNHEARD, SetClock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Pages ask Django for the time; ``clock(instant)`` says what it answers."""

    def stand(instant: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: instant)

    stand(w.NOW)
    return stand


@pytest.fixture
def world(db: None, clock: SetClock) -> w.World:
    """A person of whom the register has no certificate, and the office."""
    return w.make_world(dict(UNHEARD))


@pytest.fixture
def known_world(db: None, clock: SetClock) -> w.World:
    """A person of whom the register knows everything."""
    return w.make_world()
