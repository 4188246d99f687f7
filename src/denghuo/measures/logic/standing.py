"""How an actual stands against its target: one word, never only a colour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from denghuo.kernel.wording import gettext_noop as _
from denghuo.measures.logic.definition import Better, Target
from denghuo.measures.logic.spans import days_gone, is_over
from denghuo.measures.logic.units import rate_of

Stand = Literal[
    "reached", "on_track", "slower", "behind", "missed", "not_yet", "no_target", "no_figure"
]
Tone = Literal["yes", "wait", "no", "fact"]
WORDS: dict[Stand, str] = {
    "reached": _("已达到"),
    "on_track": _("按进度"),
    "slower": _("稍慢"),
    "behind": _("落后"),
    "missed": _("没有达到"),
    "not_yet": _("还没开始"),
    "no_target": _("没有目标"),
    "no_figure": _("还没有数"),
}
TONES: dict[Stand, Tone] = {
    "reached": "yes",
    "on_track": "yes",
    "slower": "wait",
    "behind": "no",
    "missed": "no",
    "not_yet": "fact",
    "no_target": "fact",
    "no_figure": "fact",
}
# Nine tenths of what the calendar asks for is slow, less is behind.
_SLOW_NUMERATOR, _SLOW_DENOMINATOR = 9, 10


@dataclass(frozen=True, slots=True)
class Standing:
    """The word, and the shares it was found by, in hundredths of a per cent.

    ``gone`` is the share of the calendar; None for a level, which the calendar says nothing of.
    """

    stand: Stand
    reached: int | None = None
    gone: int | None = None

    @property
    def word(self) -> str:
        return WORDS[self.stand]

    @property
    def tone(self) -> Tone:
        return TONES[self.stand]


def standing(
    figure: int | None, target: Target | None, *, on: date, better: Better, adds_up: bool
) -> Standing:
    """How a figure stands on a day.

    What ``adds_up`` over the period (persons, fen) is held against the share of the calendar
    that has passed; a level (a rate, a stock) is held against the target itself.
    """
    if figure is None:
        return Standing("no_figure")
    if target is None:
        return Standing("no_target")
    gone, whole = days_gone(target.span, on)
    if gone == 0:
        return Standing("not_yet")
    reached = rate_of(figure, target.value)
    passed = rate_of(gone, whole) if adds_up else None
    if better == "less":
        return Standing("reached" if figure <= target.value else "missed", reached, passed)
    if figure >= target.value:
        return Standing("reached", reached, passed)
    if not adds_up or is_over(target.span, on):
        return Standing("missed", reached, passed)
    if figure * whole >= target.value * gone:
        return Standing("on_track", reached, passed)
    slow = figure * whole * _SLOW_DENOMINATOR >= target.value * gone * _SLOW_NUMERATOR
    return Standing("slower" if slow else "behind", reached, passed)
