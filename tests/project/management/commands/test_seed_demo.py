"""The command: says how far it is, sums up, and leaves a database of real people alone."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from denghuo.people.models import Person
from denghuo.platform.public import mark_as_demo
from denghuo.project.demo.casting import PERSONS_CAST
from denghuo.project.demo.fact_files import BAD_ROWS, DEMO_FIRMS, REGION_FIRMS, REGION_PERSONS
from denghuo.project.demo.seeding import SIZES, NotDemoDatabaseError
from tests.project.demo.conftest import NOW

pytestmark = pytest.mark.django_db


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_database_of_real_people_is_left_alone(data_dir: Path) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("seed_demo", size="test")
    assert NotDemoDatabaseError().sentence in str(refused.value)
    assert not Person.objects.exists()
    assert not (data_dir / "facts").exists()


def test_it_fills_sums_up_and_can_be_run_again(data_dir: Path) -> None:
    mark_as_demo(at=NOW)
    first, again = StringIO(), Terminal()
    call_command("seed_demo", size="test", today="2026-11-23", stdout=first)
    files = {file.name for file in (data_dir / "facts").iterdir()}
    assert files == {BAD_ROWS, DEMO_FIRMS, REGION_FIRMS, REGION_PERSONS}
    lines = first.getvalue().splitlines()
    others = SIZES["test"].persons - PERSONS_CAST
    assert sum(f"居民 {others}/{others}" in line for line in lines) == 1
    assert "60  居民" in first.getvalue()
    people = Person.objects.count()
    call_command("seed_demo", size="test", today="2026-11-23", stdout=again)
    assert Person.objects.count() == people
    assert "\r" in again.getvalue()
