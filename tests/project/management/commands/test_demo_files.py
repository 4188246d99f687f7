"""Files with faults are for demo databases; with nobody in it there is nothing to write."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from denghuo.platform.public import mark_as_demo
from denghuo.project.demo.seeding import NotDemoDatabaseError
from tests.project.demo.conftest import NOW

pytestmark = pytest.mark.django_db


def test_a_database_of_real_people_gets_none(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("demo_files", out=tmp_path)
    assert NotDemoDatabaseError().sentence in str(refused.value)
    assert not list(tmp_path.iterdir())


def test_an_empty_demo_says_what_to_do(tmp_path: Path) -> None:
    mark_as_demo(at=NOW)
    with pytest.raises(CommandError, match="denghuo demo"):
        call_command("demo_files", out=tmp_path)
    assert not list(tmp_path.iterdir())
