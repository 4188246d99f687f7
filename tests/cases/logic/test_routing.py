"""The same subject and item always lead to the same office."""

from __future__ import annotations

import pytest

from denghuo.cases.logic.routing import WHOLE_REGION, fold, office_for
from denghuo.kernel.region import Region

pytestmark = pytest.mark.no_postgres
VILLAGE = Region.read("150102001001")
BANNER, LEAGUE = Region.read("150102"), Region.read("1501")


def test_the_deciding_level_around_a_home() -> None:
    assert office_for(VILLAGE, "banner", staffed=()).area == BANNER
    assert office_for(VILLAGE, "league", staffed=()).area == LEAGUE
    assert fold(LEAGUE, "banner") == LEAGUE


def test_an_office_without_an_officer_hands_up() -> None:
    assert office_for(VILLAGE, "banner", staffed={LEAGUE.code}).area == LEAGUE
    assert office_for(VILLAGE, "banner", staffed={BANNER.code, LEAGUE.code}).area == BANNER
    nowhere = office_for(VILLAGE, "banner", staffed={"150400000000"})
    assert (nowhere.area, nowhere.default) == (WHOLE_REGION, True)


def test_no_home_or_one_elsewhere_goes_to_the_default_queue() -> None:
    for home in (None, Region.read("110101")):
        found = office_for(home, "banner", staffed={BANNER.code})
        assert (found.area, found.default) == (WHOLE_REGION, True)
