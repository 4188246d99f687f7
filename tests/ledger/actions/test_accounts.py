"""Accounts: opened once, closed when empty."""

from __future__ import annotations

from typing import Any

import pytest

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import NotRegionCodeError
from denghuo.ledger.access import AccountNotFoundError
from denghuo.ledger.actions.accounts import AccountDiffersError, AccountNotEmptyError
from denghuo.ledger.logic.accounts import (
    FloorAboveNothingError,
    NotAccountCodeError,
    UnknownAccountKindError,
)
from denghuo.ledger.public import AccountView, balance, close_account, open_account
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.public import SYSTEM
from tests.ledger.books import BANK, FUND, NOW, open_books, spend

pytestmark = pytest.mark.django_db


def opened(**given: Any) -> AccountView:
    words: dict[str, Any] = {
        "code": "fund:x",
        "name": "某基金",
        "kind": "fund",
        "area": "150100",
        "fund": "x",
        "institution": "saihan",
        "person": "",
        "floor_fen": 0,
    }
    return open_account(actor=SYSTEM, now=NOW, **{**words, **given})


def test_an_account_is_opened_once() -> None:
    first = opened()
    assert (first.area, first.balance_fen, first.available_fen) == ("150100000000", 0, 0)
    rows = AuditEntry.objects.count()
    assert opened() == first
    assert opened(name="另一个名字") == first, "the name may differ and stays"
    assert AuditEntry.objects.count() == rows


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"kind": "asset"}, "类别"),
        ({"area": "150200"}, "地区"),
        ({"area": ""}, "地区"),
        ({"fund": "y"}, "基金"),
        ({"institution": ""}, "机构"),
        ({"person": "person:1"}, "个人"),
        ({"floor_fen": None}, "最低余额"),
    ],
)
def test_the_same_code_for_something_else_is_refused(changed: dict[str, Any], part: str) -> None:
    opened()
    with pytest.raises(AccountDiffersError) as raised:
        opened(**changed)
    assert part in raised.value.sentence


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code": "基金"}, NotAccountCodeError),
        ({"kind": "money"}, UnknownAccountKindError),
        ({"area": "呼市"}, NotRegionCodeError),
        ({"floor_fen": 1}, FloorAboveNothingError),
    ],
)
def test_what_is_no_account(changed: dict[str, Any], error: type[RefusalError]) -> None:
    with pytest.raises(error):
        opened(**changed)


def test_only_an_empty_account_is_closed_and_it_stays_closed() -> None:
    open_books(given_fen=100)
    with pytest.raises(AccountNotEmptyError):
        close_account(actor=SYSTEM, code=FUND, now=NOW)
    spend(100)
    closed = close_account(actor=SYSTEM, code=FUND, now=NOW)
    assert closed.closed_at == NOW
    rows = AuditEntry.objects.count()
    assert close_account(actor=SYSTEM, code=FUND, now=NOW) == closed
    assert AuditEntry.objects.count() == rows
    assert balance(BANK).closed_at is None


def test_what_was_never_opened() -> None:
    with pytest.raises(AccountNotFoundError):
        balance("nothing")
    with pytest.raises(AccountNotFoundError):
        close_account(actor=SYSTEM, code="nothing", now=NOW)
