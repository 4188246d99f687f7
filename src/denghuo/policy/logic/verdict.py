"""The four answers a rule can give, as people and as columns of small integers hold them."""

from __future__ import annotations

from enum import IntEnum


class Verdict(IntEnum):
    """Decided against, decided for, not yet known, or no rule in force (a person decides).

    A decided answer never flips when a missing fact arrives; UNKNOWN may become anything.
    """

    NOT = 0
    ENTITLED = 1
    UNKNOWN = 2
    NO_RULE = 3

    @property
    def word(self) -> str:
        """The Chinese word on screen."""
        return {
            Verdict.NOT: "不符合",
            Verdict.ENTITLED: "符合",
            Verdict.UNKNOWN: "还不能判断",
            Verdict.NO_RULE: "没有现行规定，由工作人员判断",
        }[self]
