"""Registered texts, ranges of numbers, quiet hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.platform.logic.sms import (
    CODE_TEMPLATES,
    TEMPLATES,
    CodePurpose,
    earliest_sending,
    is_demo_number,
    is_mobile,
)
from denghuo.platform.logic.workdays import CHINA_TIME

pytestmark = pytest.mark.no_postgres

INSTANTS = st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001  hypothesis adds the zone
    datetime(2035, 1, 1),  # noqa: DTZ001  the same
    timezones=st.just(UTC),
)


@pytest.mark.parametrize(
    ("number", "mobile", "demo"),
    [
        ("13800138000", True, False),
        ("19912345678", True, False),
        ("12000000001", False, True),
        ("12999999999", False, True),
        ("11000000000", False, False),
        ("1380013800", False, False),
        ("138001380000", False, False),
        ("１３８００１３８０００", False, False),
        ("13800138000\n", False, False),
        ("", False, False),
    ],
)
def test_ranges_of_numbers(number: str, *, mobile: bool, demo: bool) -> None:
    assert is_mobile(number) is mobile
    assert is_demo_number(number) is demo


@pytest.mark.parametrize(
    ("at", "sent"),
    [
        ("2026-05-08T20:59:59+08:00", "2026-05-08T20:59:59+08:00"),
        ("2026-05-08T21:00:00+08:00", "2026-05-09T08:00:00+08:00"),
        ("2026-05-09T00:00:00+08:00", "2026-05-09T08:00:00+08:00"),
        ("2026-05-09T07:59:59+08:00", "2026-05-09T08:00:00+08:00"),
        ("2026-05-09T08:00:00+08:00", "2026-05-09T08:00:00+08:00"),
        ("2026-12-31T14:00:00+00:00", "2027-01-01T00:00:00+00:00"),  # 22:00 in China
    ],
)
def test_nobody_is_woken_at_night(at: str, sent: str) -> None:
    assert earliest_sending(datetime.fromisoformat(at)) == datetime.fromisoformat(sent)


@given(INSTANTS)
def test_sending_is_never_early_never_at_night_and_never_half_a_day_late(at: datetime) -> None:
    sent = earliest_sending(at)
    assert timedelta(0) <= sent - at <= timedelta(hours=11)
    assert 8 <= sent.astimezone(CHINA_TIME).hour < 21
    assert earliest_sending(sent) == sent


def test_texts_are_signed_and_short_enough_for_one_message() -> None:
    values = {"code": "123456", "minutes": "5", "office": "赛罕区人力资源服务站"}
    for name in CODE_TEMPLATES.values():
        code = TEMPLATES[name].fill(values)
        assert code.startswith("【灯火】")
        assert "123456，5 分钟内有效" in code
        assert len(code) <= 70, code
    assert len(TEMPLATES["notice"].fill({"title": "您的补正材料已收到"})) <= 70
    with pytest.raises(KeyError):
        TEMPLATES["code"].fill({"code": "123456"})


def test_only_codes_go_out_at_night_and_only_they_are_secret() -> None:
    codes = set(CODE_TEMPLATES.values())
    assert {name for name, template in TEMPLATES.items() if template.urgent} == codes
    assert {name for name, template in TEMPLATES.items() if template.secret} == codes


def test_each_purpose_has_words_of_its_own_and_one_only_is_read_out() -> None:
    texts = {purpose: TEMPLATES[name].text for purpose, name in CODE_TEMPLATES.items()}
    assert len(set(texts.values())) == len(get_args(CodePurpose))
    read_out = {purpose for purpose, text in texts.items() if "念给窗口工作人员" in text}
    assert read_out == {"assisted_mandate"}
    assert "{office}" in texts["assisted_mandate"]
    # What forbids telling anybody must not stand in the one that is told.
    forbids = {purpose for purpose, text in texts.items() if "谁来要都不要给" in text}
    assert forbids == set(texts) - read_out
