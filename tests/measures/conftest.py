"""What the tests of the measures stand on: a few divisions, staff, records of a year."""

from __future__ import annotations

import pytest
from django.test import Client

from denghuo.kernel.region import Region
from denghuo.places.models import Division
from tests.factories.people import make_staff
from tests.measures.region import DIVISIONS
from tests.people import browsers


@pytest.fixture
def divisions(db: None) -> None:
    """The region, two leagues, two banners of the first."""
    made: dict[str, Division] = {}
    for code, name, above in DIVISIONS:
        made[code] = Division.objects.create(
            code=code,
            name=name,
            level=Region(code).level,
            parent=made.get(above),
            sort_key=code,
            pinyin=code,
            initials=code,
            source="测试",
        )


@pytest.fixture
def leader(divisions: None) -> Client:
    """The leader of the first league."""
    return browsers.staff(make_staff("leader", roles=["leader"], area=Region.read("1501")))


@pytest.fixture
def head(divisions: None) -> Client:
    """A head of section who answers for the whole region."""
    return browsers.staff(make_staff("head", roles=["supervisor"], area=Region.read("15")))


@pytest.fixture
def officer(divisions: None) -> Client:
    """An officer of one banner."""
    return browsers.staff(make_staff("officer", roles=["officer"], area=Region.read("150102")))
