"""Successions that no list of codes shows, because name and code changed together.

The years are those of the first yearly list that has the new code. ``verified`` means that
the document was read; these are the accepted history of the region, and the numbers of the
approvals by the State Council are still to be looked up, so each says so.
"""

from __future__ import annotations

from dataclasses import dataclass

_TO_CONFIRM = "建制沿革（国务院、民政部批复，文号待核）"


@dataclass(frozen=True, slots=True)
class Succession:
    """``new_codes`` in ``year`` took the place of ``old_code``, then called ``old_name``."""

    old_code: str
    old_name: str
    new_codes: tuple[str, ...]
    year: int
    source: str = _TO_CONFIRM
    verified: bool = False


KNOWN_SUCCESSIONS: tuple[Succession, ...] = (
    # 1983: the league 昭乌达盟 became the city 赤峰市; the old county-level city and county
    # were laid out anew as its three districts.
    Succession("152400", "昭乌达盟", ("150400",), 1983),
    Succession("152401", "赤峰市", ("150402", "150403", "150404"), 1983),
    Succession("152427", "赤峰县", ("150402", "150403", "150404"), 1983),
    # 1983: banners that became cities under a new name.
    Succession("152121", "布特哈旗", ("152103",), 1983),
    Succession("152124", "喜桂图旗", ("152104",), 1983),
    Succession("152521", "阿巴哈纳尔旗", ("152502",), 1983),
    # 1986: the county around the city was merged into it.
    Succession("152321", "通辽县", ("152301",), 1986),
    # 1994: the two banners on the Ergun became cities.
    Succession("152125", "额尔古纳右旗", ("152106",), 1994),
    Succession("152126", "额尔古纳左旗", ("152105",), 1994),
    # 1999 and 2001: leagues became cities under a new name, their seats became districts.
    Succession("152300", "哲里木盟", ("150500",), 1999),
    Succession("152301", "通辽市", ("150502",), 1999),
    Succession("152700", "伊克昭盟", ("150600",), 2001),
)
