"""What is kept on disk is made anew when anything a kernel is made of changes."""

from __future__ import annotations

import ast
import shutil
from fnmatch import fnmatch
from pathlib import Path

import pytest

from denghuo.matching.engines.compiled import MADE_OF, ROOM, kernels_digest

pytestmark = pytest.mark.no_postgres


def test_kernels_import_nothing_that_the_digest_does_not_cover() -> None:
    outside = []
    for file in (ROOM / "engines" / "kernels").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            module = node.module if isinstance(node, ast.ImportFrom) else None
            if module and module.startswith("denghuo."):
                path = module.removeprefix("denghuo.matching.").replace(".", "/") + ".py"
                if not any(fnmatch(path, pattern) for pattern in MADE_OF):
                    outside.append(f"{file.name}: {module}")
    assert outside == []


@pytest.mark.parametrize("changed", ["logic/ties.py", "engines/kernels/scoring.py"])
def test_a_change_in_any_part_changes_the_key(changed: str, tmp_path: Path) -> None:
    room = tmp_path / "matching"
    shutil.copytree(ROOM, room, ignore=shutil.ignore_patterns("__pycache__"))
    before = kernels_digest.__wrapped__(room)
    assert before == kernels_digest()
    with (room / changed).open("a", encoding="utf-8") as file:
        file.write("# one more line\n")
    assert kernels_digest.__wrapped__(room) != before
