"""What is the work in a title."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.employment.logic.occupations import title_core

pytestmark = pytest.mark.no_postgres


@pytest.mark.parametrize(
    ("title", "core"),
    [
        ("蓝岸饮品店招聘咖啡师", "咖啡师"),
        ("招聘专员", "招聘专员"),
        ("招聘经理/招聘主管", "招聘经理 招聘主管"),
        ("销售代表（五险一金+双休）", "销售代表"),
        ("高薪急聘货车司机", "货车司机"),
        ("文案策划 6k-8k 月休6天", "文案策划"),
        ("Java开发工程师", "java开发工程师"),
        ("普工包吃住月薪5000", "普工"),
        ("保洁3名", "保洁"),
        ("C++工程师", "c++工程师"),
        ("双休", "双休"),
        ("ＩＴ运维", "it运维"),
        ("", ""),
    ],
)
def test_the_work_is_left(title: str, core: str) -> None:
    assert title_core(title) == core


@given(st.text(max_size=60))
def test_any_title(title: str) -> None:
    core = title_core(title)
    assert core == core.strip()
    if any(sign.isalnum() for sign in title):
        assert core
