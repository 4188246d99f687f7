"""Kinds of accounts, their sides, and what a code may look like."""

from __future__ import annotations

import re
from functools import lru_cache

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.wording import gettext_noop

KINDS: dict[str, str] = {
    "asset": gettext_noop("资产"),
    "liability": gettext_noop("负债"),
    "income": gettext_noop("收入"),
    "expense": gettext_noop("支出"),
    "fund": gettext_noop("基金"),
}
# Which way an account's own side points: 1 where a debit makes it larger.
SIDES: dict[str, int] = {"asset": 1, "expense": 1, "liability": -1, "income": -1, "fund": -1}
CODE_LENGTH_MAX = 80
_CODE = re.compile(r"[a-z][a-z0-9_]*(?:[:.-][A-Za-z0-9_]+)*")


class NotAccountCodeError(RefusalError):
    """Codes are plain ASCII, parts joined by colons: ``fund:unemployment:150100``."""

    code = "ledger.not_account_code"
    template = (
        "“{text}”不是账户编码。编码用英文小写字母、数字和冒号，例如 fund:unemployment:150100。"
    )


class UnknownAccountKindError(RefusalError):
    """One of the five kinds, or nothing."""

    code = "ledger.unknown_account_kind"
    template = "没有“{kind}”这类账户。"


class FloorAboveNothingError(RefusalError):
    """A new account holds nothing, so its floor cannot lie above that."""

    code = "ledger.floor_above_nothing"
    template = "账户的最低余额不能大于零。"


@lru_cache(maxsize=4096)  # the same few funds are in every entry
def read_code(text: str) -> str:
    """Raises ``NotAccountCodeError``."""
    if len(text) > CODE_LENGTH_MAX or not _CODE.fullmatch(text):
        raise NotAccountCodeError(text=text[:40])
    return text


def read_kind(kind: str) -> str:
    """Raises ``UnknownAccountKindError``."""
    if kind not in KINDS:
        raise UnknownAccountKindError(kind=kind[:20])
    return kind


def own_side(kind: str, balance_fen: int) -> int:
    """A balance of debits less credits, seen from the account's own side."""
    return SIDES[kind] * balance_fen
