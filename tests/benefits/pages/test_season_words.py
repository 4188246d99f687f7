"""A season's page says whose turn it is, and offers a step only to who may take it."""

from __future__ import annotations

import pytest

from denghuo.benefits.actions.seasons import draw_sample, finish_sample, judge_row
from denghuo.benefits.models import SampleCheck, Season
from denghuo.benefits.pages.season_words import counted, group_pairs, shown
from denghuo.benefits.queries.season_figures import CountSum
from denghuo.platform.public import Actor
from tests.benefits import season_world as w
from tests.people import browsers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_data(data_dir: object) -> None:
    """A data folder of each test alone."""


def page(actor: Actor, row: Season) -> str:
    assert actor.staff_id is not None
    return browsers.staff(actor.staff_id).get(f"/desk/seasons/{row.pk}/").content.decode()


def test_the_page_says_whose_turn_it_is_and_offers_nothing_that_is_refused() -> None:
    made = w.make_world([w.GOOD] * 3)
    # Of both roles: by their roles they might check, but they began the season.
    both = w.person("both", "officer", "reviewer")
    made.officer = both
    row = w.proposed(made)
    own = page(both, row)
    assert "fund:unemployment" not in own, "a fund has a name"
    assert "下一步：由复核人员或科室负责人办。开始比对的人不能自己抽查。" in own
    assert "抽签，开始抽查" not in own
    other = page(made.checker, row)
    assert "抽签，开始抽查" in other
    assert "下一步：由" not in other
    draw_sample(actor=made.checker, season_id=made.season, now=w.NOW)
    assert "接着抽查" in page(made.checker, row)
    assert "接着抽查" not in page(both, row)
    for place in SampleCheck.objects.filter(season=row).values_list("place", flat=True):
        judge_row(actor=made.checker, season_id=row.pk, place=place, wrong=False, now=w.NOW)
    finish_sample(actor=made.checker, season_id=row.pk, now=w.NOW)
    row = w.work(made)
    for hand, may in ((both, False), (made.checker, False), (made.signer, True)):
        told = page(hand, row)
        assert ("签字批准这份名单" in told) == may, hand.label
        assert ("比对和抽查过的人不能签字" in told) != may, hand.label


def test_sizes_stand_from_small_to_large() -> None:
    groups = {"large": (1, 500), "": (2, 100), "micro": (3, 250)}
    row = Season(counts={"groups": groups})
    assert group_pairs(row) == [("微型", 2.5), ("大型", 5.0), ("其他", 1.0)]


def test_persons_are_not_counted_as_firms() -> None:
    one = CountSum(1_200, 30_000)
    assert shown(one, "person") == "1,200 人，300.00 元"
    assert shown(one, "firm") == "1,200 户，300.00 元"
    assert [counted(one, of) for of in ("person", "firm")] == ["1,200 人", "1,200 户"]
