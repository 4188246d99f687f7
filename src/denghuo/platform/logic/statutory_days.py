"""The days off that the law itself names, for years whose notice is not out yet.

Source: 全国年节及纪念日放假办法, as amended 2024-11-10 (国务院令第795号), in force from
2025-01-01. It names the days; only the State Council's yearly notice says which weekends are
worked in return, so a year known from this alone is provisional.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class _LunarDays:
    """The three festivals that follow the moon."""

    spring_festival: date
    dragon_boat: date
    mid_autumn: date


# Reckoned from the new moons at 120° east by the rules of GB/T 33661-2017; the same reckoning
# gives every published Spring Festival from 2008 to 2026. Extend when 2032 draws near.
_LUNAR_DAYS = {
    2027: _LunarDays(date(2027, 2, 6), date(2027, 6, 9), date(2027, 9, 15)),
    2028: _LunarDays(date(2028, 1, 26), date(2028, 5, 28), date(2028, 10, 3)),
    2029: _LunarDays(date(2029, 2, 13), date(2029, 6, 16), date(2029, 9, 22)),
    2030: _LunarDays(date(2030, 2, 3), date(2030, 6, 5), date(2030, 9, 12)),
    2031: _LunarDays(date(2031, 1, 23), date(2031, 6, 24), date(2031, 10, 1)),
    2032: _LunarDays(date(2032, 2, 11), date(2032, 6, 12), date(2032, 9, 19)),
}
LAST_LUNAR_YEAR = max(_LUNAR_DAYS)


def qingming(year: int) -> date:
    """清明 by the customary formula for the solar term; right for 2000–2099."""
    short = year % 100
    return date(year, 4, int(short * 0.2422 + 4.81) - short // 4)


def statutory_days_off(year: int) -> dict[date, str]:
    """Day → official name. Lunar festivals are left out where the table above has no year."""
    days = {
        date(year, 1, 1): "元旦",
        qingming(year): "清明节",
        date(year, 5, 1): "劳动节",
        date(year, 5, 2): "劳动节",
        date(year, 10, 1): "国庆节",
        date(year, 10, 2): "国庆节",
        date(year, 10, 3): "国庆节",
    }
    lunar = _LUNAR_DAYS.get(year)
    if lunar:
        for shift in (-1, 0, 1, 2):  # New Year's Eve and the first three days
            days.setdefault(lunar.spring_festival + timedelta(days=shift), "春节")
        days.setdefault(lunar.dragon_boat, "端午节")
        days.setdefault(lunar.mid_autumn, "中秋节")
    return days
