"""Where people live and firms stand: by league as counted, inside a league by kind of place.

The figures by league are those of the communiqué of the seventh national census for Inner
Mongolia (内蒙古自治区第七次全国人口普查公报, 2021). Below the league no figures are shipped: the
weights there are ours, and only say that districts are denser than banners and streets than
sumus.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from denghuo.places.public import DivisionView
from denghuo.project.demo.columns import Array

POPULATION = {
    "1501": 3_446_100, "1502": 2_709_378, "1503": 556_621, "1504": 4_035_967,
    "1505": 2_873_168, "1506": 2_153_638, "1507": 2_242_875, "1509": 1_706_328,
    "1508": 1_538_715, "1522": 1_416_929, "1525": 1_107_075, "1529": 262_361,
}  # fmt: skip
# Nobody and nothing of the demo is here: pages must bear an empty banner.
EMPTY_BANNER = "152922"
_BANNER_WEIGHTS = (("区", 2.4), ("市", 1.8), ("县", 1.0), ("旗", 0.9))
_TOWNSHIP_WEIGHTS = (("街道", 5.0), ("镇", 2.0), ("乡", 0.8), ("苏木", 0.5))
# The words of the fact ``injury_area`` by league; two border towns are areas of their own.
INJURY_AREAS = {
    "1501": "hohhot", "1502": "baotou", "1503": "wuhai", "1504": "chifeng", "1505": "tongliao",
    "1506": "ordos", "1507": "hulunbuir", "1508": "bayannur", "1509": "ulanqab",
    "1522": "hinggan", "1525": "xilingol", "1529": "alxa",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spread:
    """Townships with their weight; ``urban`` says whether it is a street or a seat's town."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    shares: Array
    urban: Array
    leagues: Array  # the place of each township's league in ``league_codes``
    league_codes: tuple[str, ...]

    def draw(self, draw: np.random.Generator, rows: int) -> Array:
        """Places in ``codes`` for so many subjects."""
        edges = np.cumsum(self.shares)
        places: Array = np.searchsorted(edges, draw.random(rows) * edges[-1], side="right")
        return places


def spread_of(townships: Sequence[DivisionView], banners: Sequence[DivisionView]) -> Spread:
    """The region's townships, weighted; the empty banner is left out."""
    banner_names = {view.code[:6]: view.name for view in banners}
    ordered = sorted(
        (view for view in townships if view.code[:6] != EMPTY_BANNER), key=lambda view: view.code
    )
    by_league: dict[str, float] = {}
    weights: list[float] = []
    for view in ordered:
        weight = _weight(banner_names.get(view.code[:6], ""), _BANNER_WEIGHTS) * _weight(
            view.name, _TOWNSHIP_WEIGHTS
        )
        weights.append(weight)
        by_league[view.code[:4]] = by_league.get(view.code[:4], 0.0) + weight
    league_codes = tuple(sorted(by_league))
    shares = [
        weight / by_league[view.code[:4]] * POPULATION.get(view.code[:4], 0)
        for view, weight in zip(ordered, weights, strict=True)
    ]
    return Spread(
        codes=tuple(view.code for view in ordered),
        names=tuple(view.full_name for view in ordered),
        shares=np.array(shares),
        urban=np.array([view.name.endswith("街道") for view in ordered]),
        leagues=np.array([league_codes.index(view.code[:4]) for view in ordered]),
        league_codes=league_codes,
    )


def _weight(name: str, weights: tuple[tuple[str, float], ...]) -> float:
    return next((weight for ending, weight in weights if name.endswith(ending)), 1.0)
