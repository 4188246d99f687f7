"""One offer and one seeker as the rooms above hand them over: words and whole numbers.

There is no field for who somebody is. What a law forbids to some arrives as the name of a bar,
derived where the law is known; a field that is not here cannot reach a score.
"""

from __future__ import annotations

from dataclasses import dataclass

WANTS_MAX = 3
METRES_MAX = 3_000_000
PAY_MAX_FEN = 2_000_000_000
GRADE_MAX = 15
YEARS_MAX = 60


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing on offer.

    ``east_metres``/``north_metres`` on the plane of ``plane.py``. ``district=None`` is not bound
    to a place (work from home). ``pay_fen`` is what may be expected, ``pay_top_fen`` the most;
    None is not said (面议), which refuses nobody and earns no points. ``required`` are the
    certificates without which it may not be done, ``bars`` names whom a law keeps from it.
    """

    id: int
    kind: str
    east_metres: int
    north_metres: int
    district: str | None
    hours: tuple[str, ...]
    pay_fen: int | None = None
    pay_top_fen: int | None = None
    required: tuple[str, ...] = ()
    grade_least: int = 0
    years_wanted: int = 0
    tags: tuple[str, ...] = ()
    bars: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seeker:
    """One who looks for an offer.

    ``districts`` are accepted wherever in them the offer stands, beside all within ``reach``.
    ``pay_least_fen=0`` is no floor. ``barred`` are the bars a law puts on them today.
    """

    id: int
    wants: tuple[str, ...]
    east_metres: int
    north_metres: int
    reach_metres: int
    hours: tuple[str, ...]
    districts: tuple[str, ...] = ()
    pay_least_fen: int = 0
    held: tuple[str, ...] = ()
    grade: int = 0
    years: int = 0
    tags: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
