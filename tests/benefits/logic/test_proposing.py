"""Who stands on a season's list."""

from __future__ import annotations

import pytest

from denghuo.benefits.logic.proposing import kind_of


@pytest.mark.parametrize(
    ("verdict", "fail", "unknown", "kind"),
    [
        ("entitled", 0, 0, "entitled"),
        ("entitled", 0, 2, "entitled"),
        ("no_rule", 0, 0, "no_rule"),
        ("unknown", 0, 4, "unknown"),
        ("unknown", 0, 6, ""),
        ("unknown", 0, 0, ""),
        ("not", 8, 0, "near"),
        ("not", 8, 1, ""),
        ("not", 9, 0, ""),
    ],
)
def test_kind(verdict: str, fail: int, unknown: int, kind: str) -> None:
    assert kind_of(verdict, fail_mask=fail, unknown_mask=unknown) == kind
