"""Place names from the tables of the places room."""

from __future__ import annotations

from datetime import date

import pytest

from denghuo.employment.logic.localities import resolve_place
from denghuo.employment.queries.localities import region_places
from denghuo.kernel.region import Region
from denghuo.places.models import Division, DivisionChange

pytestmark = pytest.mark.django_db


def make_division(code: str, name: str, parent: Division | None, until: date | None) -> Division:
    region = Region.read(code)
    return Division.objects.create(
        code=region.code,
        name=name,
        level=region.level,
        parent=parent,
        valid_until=until,
        sort_key=code,
        pinyin="x",
        initials="x",
        source="t",
    )


def test_names_in_force_and_former_ones() -> None:
    region = make_division("15", "内蒙古自治区", None, None)
    ordos = make_division("1506", "鄂尔多斯市", region, None)
    former = make_division("1527", "伊克昭盟", region, date(2001, 1, 1))
    make_division("150602", "东胜区", ordos, None)
    DivisionChange.objects.create(
        old=former,
        new=ordos,
        kind="succeeded",
        effective_on=date(2001, 1, 1),
        source="t",
        verified=True,
    )
    table = region_places()
    assert resolve_place("鄂尔多斯东胜", table).code == "150602000000"
    old = resolve_place("伊盟", table)
    assert (old.code, old.old_name) == ("150600000000", True)
