"""Hours of work and grades of schooling: the few words posts and wishes share.

The codes are what stands in rows and in the matching's columns; the sentences are for pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

from denghuo.kernel.wording import gettext_noop as _

Hours = Literal["day", "shifts", "night", "part", "weekend", "season"]
HOURS: Mapping[Hours, str] = {
    "day": _("白天上班"),
    "shifts": _("倒班"),
    "night": _("夜里上班"),
    "part": _("半天或者按小时"),
    "weekend": _("只在周末"),
    "season": _("季节工，干一阵子"),
}

SCHOOLING: Mapping[int, str] = {
    0: _("小学或没上过学"),
    1: _("初中"),
    2: _("高中、中专、技校"),
    3: _("大专"),
    4: _("本科"),
    5: _("硕士"),
    6: _("博士"),
}
SCHOOLING_MAX = 6


def read_hours(codes: Iterable[str]) -> tuple[Hours, ...]:
    """The known codes among these, each once, in the order of ``HOURS``."""
    given = set(codes)
    return tuple(code for code in get_args(Hours) if code in given)
