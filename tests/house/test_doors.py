"""Other rooms come in by the door."""

from __future__ import annotations

import grimp
import pytest

from tests.house.house import ROOMS

pytestmark = pytest.mark.no_postgres

# Loaded before Django is: the settings choose the SQLite library, the tables have a history.
EARLY = {"denghuo.platform.sqlite_library", "denghuo.platform.demo_environment"}


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def is_door(importer: str, imported: str) -> bool:
    room = room_of(imported)
    return (
        room in {"", "kernel", room_of(importer)}
        or imported == f"denghuo.{room}"
        or imported.startswith(f"denghuo.{room}.public")
        or imported in EARLY
        or ".migrations." in importer
    )


def test_only_doors_are_imported_from_other_rooms() -> None:
    graph = grimp.build_graph("denghuo", include_external_packages=False)
    assert {room_of(module) for module in graph.modules} >= set(ROOMS)
    through_walls = sorted(
        f"{importer} → {imported} (use denghuo.{room_of(imported)}.public)"
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
        if not is_door(importer, imported)
    )
    assert through_walls == []
