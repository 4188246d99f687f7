"""Places in words: the day a door opens, and an address said once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from denghuo.places.models import Facility
from denghuo.places.pages import words
from denghuo.places.queries.facilities import facility
from tests.places.conftest import Loaded, MakeRow
from tests.places.pages.test_near import Seed

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)  # 23:30 on Monday at the place


@pytest.mark.parametrize(
    ("opens", "said"),
    [
        (datetime(2026, 11, 23, 15, 45, tzinfo=UTC), "今天 23:45 开门"),
        (datetime(2026, 11, 24, 0, 30, tzinfo=UTC), "明天 08:30 开门"),
        (datetime(2026, 11, 25, 0, 30, tzinfo=UTC), "2026-11-25 周三 08:30 开门"),
    ],
)
def test_the_next_opening_is_said_by_the_day_at_the_place(opens: datetime, said: str) -> None:
    assert words.open_state(open_now=False, next_at=opens, now=NOW).next_at == said


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("胜利街 8 号", "赤峰市 阿鲁科尔沁旗 天山镇 胜利街 8 号"),
        ("赤峰市阿鲁科尔沁旗天山镇胜利街 8 号", "赤峰市阿鲁科尔沁旗天山镇胜利街 8 号"),
        ("", "赤峰市 阿鲁科尔沁旗 天山镇"),
    ],
)
def test_an_address_that_names_its_division_does_not_say_it_twice(
    region: Loaded, seeded: Seed, make_row: MakeRow, address: str, said: str
) -> None:
    seeded(make_row("一", division="150421100000", address=address))
    row = Facility.objects.get()
    assert words.where_words(facility(row.pk)) == said
