"""The house as the tests see it: its files, its rooms, its routes."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

import denghuo

PACKAGE = Path(denghuo.__file__).parent
ROOT = PACKAGE.parent.parent
ROOMS = (
    "kernel",
    "platform",
    "people",
    "places",
    "policy",
    "ledger",
    "matching",
    "search",
    "cases",
    "benefits",
    "employment",
    "measures",
    "web",
    "api",
    "project",
)


@cache
def modules() -> tuple[Path, ...]:
    """Every module of the product, migrations left out (they are history)."""
    found = (file for file in PACKAGE.rglob("*.py") if "migrations" not in file.parts)
    return tuple(sorted(found))


@cache
def templates() -> tuple[Path, ...]:
    """Every template of every room."""
    return tuple(sorted(PACKAGE.glob("*/templates/**/*.*")))


@cache
def tree_of(module: Path) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(module.read_text(encoding="utf-8"))


def name_of(file: Path) -> str:
    """A file's path inside the package, for a message."""
    return file.relative_to(PACKAGE).as_posix()


def template_name(file: Path) -> str:
    """What a template is called by: the path below ``templates/``."""
    parts = file.relative_to(PACKAGE).parts
    return "/".join(parts[parts.index("templates") + 1 :])


def is_pure(module: Path) -> bool:
    """Whether a module lies in ``kernel`` or in a room's ``logic``."""
    parts = module.relative_to(PACKAGE).parts
    return parts[0] == "kernel" or (len(parts) > 2 and parts[1] == "logic")


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file that is (or is about to be) in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0 and listed.stdout:
        names = listed.stdout.splitlines()
    else:  # an unpacked release
        names = [str(file.relative_to(ROOT)) for file in ROOT.glob("[!.]*/**/*") if file.is_file()]
    return tuple(ROOT / name for name in names if (ROOT / name).is_file())


def routes() -> Iterator[tuple[str, Any]]:
    """Every route with its view."""

    def walk(patterns: list[Any], prefix: str) -> Iterator[tuple[str, Any]]:
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, path)
            elif isinstance(pattern, URLPattern):
                yield path, pattern.callback

    yield from walk(get_resolver().url_patterns, "/")
