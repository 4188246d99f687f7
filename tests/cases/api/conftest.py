"""Programs of a person, on a day of our choosing."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.api.conftest import unlimited
from tests.cases import world as w
from tests.cases.pages.counter import UNHEARD, SetClock

__all__ = ["unlimited"]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """The API asks Django for the time; ``clock(instant)`` says what it answers."""

    def stand(instant: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: instant)

    stand(w.NOW)
    return stand


@pytest.fixture
def world(clock: SetClock, unlimited: None) -> w.World:
    """A person of whom the register has no certificate, and the office."""
    return w.make_world(dict(UNHEARD))


@pytest.fixture
def known_world(clock: SetClock, unlimited: None) -> w.World:
    """A person of whom the register knows everything."""
    return w.make_world()
