"""``denghuo places``: load and resolve from the command line."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.places.conftest import Loaded


def test_load_says_how_far_it_is_and_what_it_did(region: Loaded) -> None:
    out = StringIO()
    call_command("places", "load", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0] == "读取数据 0/3"
    assert "盟市 12，旗县区 103，苏木乡镇街道 1033" in lines[-1]
    assert "新增 0 行，更新 0 行，停用 0 行" in lines[-1]


def test_resolve_follows_an_old_code(region: Loaded) -> None:
    out = StringIO()
    call_command("places", "resolve", "152522", "--on", "1981-05-01", stdout=out)
    assert "现在：150621000000 鄂尔多斯市 达拉特旗" in out.getvalue()


def test_a_broken_code_ends_in_a_sentence(db: None) -> None:
    with pytest.raises(CommandError, match="不是行政区划代码"):
        call_command("places", "resolve", "abc")
