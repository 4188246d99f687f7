"""Spells and successions from yearly lists, on small histories made for the purpose."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.places.logic.lineage import (
    Change,
    Rename,
    Spell,
    YearRow,
    spells_of,
    stem_of,
    trace,
    with_renames,
)
from denghuo.places.logic.lineage_facts import KNOWN_SUCCESSIONS

Row = tuple[str, str, str, str]  # code, name, league's code and name
REGION: Row = ("150000", "内蒙古自治区", "", "")


def history(years: dict[int, Iterable[Row]], renames: list[Rename] | None = None) -> list[Change]:
    rows = [YearRow(year, *row) for year, lines in years.items() for row in (REGION, *lines)]
    spells = with_renames(spells_of(rows), renames or [])
    return trace(spells, renames or [], "测试")


def told(changes: list[Change]) -> list[tuple[int, str, str | None, str | None]]:
    return [
        (
            change.year,
            change.kind,
            f"{change.old.code}{change.old.name}" if change.old else None,
            f"{change.new.code}{change.new.name}" if change.new else None,
        )
        for change in changes
    ]


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("东胜县", "东胜"),
        ("东胜区", "东胜"),
        ("石拐矿区", "石拐"),
        ("鄂伦春自治旗", "鄂伦春"),
        ("郊区", "郊区"),
    ],
)
def test_the_stem_is_what_stays_when_a_county_becomes_a_city(name: str, stem: str) -> None:
    assert stem_of(name) == stem


def test_a_code_taken_over_by_another_place_is_followed_by_name() -> None:
    # As in 1982, when the leagues' codes moved on by one.
    old = ("152522", "达拉特旗", "152500", "伊克昭盟")
    changes = history(
        {
            1981: [old, ("152622", "阿巴嘎旗", "152600", "锡林郭勒盟")],
            1982: [
                ("152722", "达拉特旗", "152700", "伊克昭盟"),
                ("152522", "阿巴嘎旗", "152500", "锡林郭勒盟"),
            ],
        }
    )
    assert told(changes) == [
        (1982, "recoded", "152522达拉特旗", "152722达拉特旗"),
        (1982, "recoded", "152622阿巴嘎旗", "152522阿巴嘎旗"),
    ]


def test_a_banner_that_went_to_another_league_was_transferred() -> None:
    hohhot, ulanqab = ("150100", "呼和浩特市"), ("152600", "乌兰察布盟")
    leagues = [(*hohhot, "150000", "内蒙古自治区"), (*ulanqab, "150000", "内蒙古自治区")]
    changes = history(
        {
            1994: [*leagues, ("152622", "和林格尔县", *ulanqab)],
            1995: [*leagues, ("150123", "和林格尔县", *hohhot)],
        }
    )
    assert told(changes) == [(1995, "transferred", "152622和林格尔县", "150123和林格尔县")]


def test_a_league_that_became_a_city_takes_its_banners_along() -> None:
    changes = history(
        {
            2000: [
                ("152700", "伊克昭盟", "150000", "内蒙古自治区"),
                ("152722", "达拉特旗", "152700", "伊克昭盟"),
                ("152701", "东胜市", "152700", "伊克昭盟"),
            ],
            2001: [
                ("150600", "鄂尔多斯市", "150000", "内蒙古自治区"),
                ("150621", "达拉特旗", "150600", "鄂尔多斯市"),
                ("150602", "东胜区", "150600", "鄂尔多斯市"),
            ],
        }
    )
    assert told(changes) == [
        (2001, "succeeded", "152700伊克昭盟", "150600鄂尔多斯市"),
        (2001, "reconstituted", "152701东胜市", "150602东胜区"),
        (2001, "recoded", "152722达拉特旗", "150621达拉特旗"),
    ]
    assert [change.verified for change in changes] == [False, True, True]


def test_one_suburb_is_not_mistaken_for_another() -> None:
    # Three cities had a 郊区; the one that ended is not followed into one that went on.
    hohhot, chifeng = ("150100", "呼和浩特市"), ("150400", "赤峰市")
    rename = Rename("150404", "郊区", "松山区", 1993, "变更名录")
    changes = history(
        {
            1992: [("150105", "郊区", *hohhot), ("150404", "郊区", *chifeng)],
            1993: [("150105", "郊区", *hohhot), ("150404", "松山区", *chifeng)],
        },
        [rename],
    )
    assert told(changes) == [(1993, "renamed", "150404郊区", "150404松山区")]
    assert changes[0].source == "变更名录"


def test_a_rename_that_the_lists_smoothed_over_is_put_back() -> None:
    lines = [("150206", "白云鄂博矿区", "150200", "包头市")]
    rename = Rename("150206", "白云矿区", "白云鄂博矿区", 2007, "变更名录")
    changes = history({2006: lines, 2007: lines}, [rename])
    assert told(changes) == [(2007, "renamed", "150206白云矿区", "150206白云鄂博矿区")]


def test_what_has_no_successor_on_record_says_so() -> None:
    changes = history({1990: [("159999", "无人旗", "150100", "呼和浩特市")], 1991: []})
    assert told(changes) == [(1991, "ended", "159999无人旗", None)]


def test_a_new_division_was_established() -> None:
    changes = history({2015: [], 2016: [("150603", "康巴什区", "150600", "鄂尔多斯市")]})
    assert told(changes) == [(2016, "established", None, "150603康巴什区")]


def test_a_gap_in_the_lists_is_two_spells() -> None:
    rows = [YearRow(year, "150101", "甲旗", "150100", "乙盟") for year in (1980, 1981, 1990)]
    assert spells_of(rows) == [
        Spell("150101", "甲旗", "150100", "乙盟", 1980, 1981),
        Spell("150101", "甲旗", "150100", "乙盟", 1990, 1990),
    ]


codes = st.sampled_from(["150102", "150103", "152201", "152202"])
names = st.sampled_from(["甲丙旗", "甲丙县", "乙丁旗", "乙丁市", "郊区"])
lists = st.dictionaries(codes, names, max_size=4)


@given(st.lists(lists, min_size=2, max_size=6))
def test_every_spell_that_ended_is_told_of_and_every_one_that_began(
    yearly: list[dict[str, str]],
) -> None:
    years = {
        1980 + place: [(code, name, "150100", "某盟") for code, name in one.items()]
        for place, one in enumerate(yearly)
    }
    rows = [YearRow(year, *row) for year, lines in years.items() for row in (REGION, *lines)]
    spells = spells_of(rows)
    changes = trace(spells, [], "测试")
    last = 1980 + len(yearly) - 1
    assert {spell for spell in spells if spell.last_year < last} == {
        change.old for change in changes if change.old
    }
    assert {spell for spell in spells if spell.first_year > 1980} == {
        change.new for change in changes if change.new
    }
    for change in changes:
        assert change.old is None or change.old.last_year == change.year - 1
        assert change.new is None or change.new.first_year <= change.year <= change.new.last_year


def test_facts_that_nobody_has_looked_up_say_so() -> None:
    assert all("待核" in fact.source for fact in KNOWN_SUCCESSIONS if not fact.verified)
