"""From a person's word for a work to occupations: sure, offered, or nothing."""

from __future__ import annotations

import pytest

from denghuo.employment.logic.occupations.asking import OccupationWords, occupation_words
from denghuo.employment.logic.occupations.table import read_table

pytestmark = pytest.mark.no_postgres
TABLE = """level,code,name,alias
1,4-00-00-00,社会生产服务和生活服务人员,
2,4-09-00-00,水利、环境和公共设施管理服务人员,
4,4-09-08-01,保洁员,保洁
4,5-03-01-02,家畜饲养员,
4,4-01-02-01,营业员,导购员
4,4-01-02-09,汽车营业员,
4,6-31-01-03,电工,
"""
TITLES = [("饭店前台", "4-01-02-01")] * 4 + [("饭店前台", "4-09-08-01"), ("看场子", "6-31-01-03")]


@pytest.fixture(scope="module")
def words() -> OccupationWords:
    return occupation_words(read_table(TABLE.splitlines()), TITLES)


def test_a_name_is_sure(words: OccupationWords) -> None:
    assert words.suggest("招聘保洁，包吃住").codes == ("4-09-08-01",)
    assert words.suggest("保洁").sure


def test_everyday_words_stand_for_a_name(words: OccupationWords) -> None:
    found = words.suggest("放羊")
    assert (found.codes, found.sure) == (("5-03-01-02",), True)


def test_titles_most_people_coded_alike_are_sure(words: OccupationWords) -> None:
    found = words.suggest("饭店前台")
    assert (found.codes, found.sure) == (("4-01-02-01",), True)


def test_one_coded_title_is_only_offered(words: OccupationWords) -> None:
    found = words.suggest("看场子")
    assert (found.codes, found.sure) == (("6-31-01-03",), False)


def test_part_of_a_name_offers_the_nearest_first(words: OccupationWords) -> None:
    found = words.suggest("营业")
    assert found.codes == ("4-01-02-01", "4-01-02-09")
    assert not found.sure


def test_what_nobody_knows_is_nothing(words: OccupationWords) -> None:
    assert words.suggest("嗷嗷叫").codes == ()
    assert words.suggest("").codes == ()
