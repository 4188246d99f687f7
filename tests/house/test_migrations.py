"""The history of the tables is one line per room, and says what each step does."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

pytestmark = [pytest.mark.no_postgres, pytest.mark.django_db]


def our_labels() -> set[str]:
    return {config.label for config in apps.get_app_configs() if config.name.startswith("denghuo")}


def test_one_leaf_per_room_and_no_forks() -> None:
    loader = MigrationLoader(connection)
    leaves = [key for key in loader.graph.leaf_nodes() if key[0] in our_labels()]
    assert len(leaves) == len({label for label, _ in leaves})
    numbers: dict[str, list[str]] = {}
    for label, name in loader.disk_migrations:
        if label in our_labels():
            numbers.setdefault(label, []).append(name[:4])
    assert numbers, "the migrations were not found"
    for label, found in numbers.items():
        expected = [f"{number:04}" for number in range(1, len(found) + 1)]
        assert sorted(found) == expected, label


def test_names_say_what_they_do() -> None:
    loader = MigrationLoader(connection)
    unnamed = [
        f"{label}.{name}"
        for label, name in loader.disk_migrations
        if label in our_labels() and re.search(r"_auto_|_and_more|^\d{4}$", name)
    ]
    assert unnamed == []


def test_models_and_migrations_agree() -> None:
    said = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=said)
    assert "No changes" in said.getvalue()
