"""Those whose money has nowhere to go are asked again, twice, in service hours."""

from __future__ import annotations

from datetime import timedelta

import pytest

from denghuo.benefits.actions.reaching import remind_of_accounts
from denghuo.platform.models.messages import Message
from tests.benefits import season_world as w

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_data(data_dir: object) -> None:
    """A data folder of each test alone."""


def asked() -> int:
    return Message.objects.filter(kind="benefits.account").count()


def test_asked_after_three_days_and_after_ten_and_never_at_night() -> None:
    made = w.make_world([w.GOOD] * 3)
    w.opened(made)
    w.signed(made)
    w.announced(made)
    assert w.confirm_all(made, but=2) == 1
    assert remind_of_accounts(now=w.NOW + timedelta(days=1)) == 0
    night = w.NOW + timedelta(days=3, hours=12)
    assert remind_of_accounts(now=night) == 0
    saturday = w.NOW + timedelta(days=5)
    assert remind_of_accounts(now=saturday) == 0
    assert asked() == 0
    for _again in range(2):
        remind_of_accounts(now=w.NOW + timedelta(days=3))
    assert asked() == 2
    for _again in range(2):
        remind_of_accounts(now=w.NOW + timedelta(days=10))
    assert asked() == 4
    remind_of_accounts(now=w.NOW + timedelta(days=30))
    assert asked() == 4
