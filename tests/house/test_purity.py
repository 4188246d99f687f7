"""``logic`` and ``kernel`` read no clock and throw no dice; nobody calls out in a transaction.

What they may import is an import contract (pyproject.toml); this looks at calls.
"""

from __future__ import annotations

import ast

import pytest

from tests.house.house import is_pure, modules, name_of, tree_of

pytestmark = pytest.mark.no_postgres

CLOCKS_AND_DICE = {"now", "utcnow", "today", "uuid1", "uuid4", "urandom", "random", "randint"}


def called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def test_no_clock_and_no_chance() -> None:
    pure = [file for file in modules() if is_pure(file)]
    assert len(pure) > 10
    found = [
        f"{name_of(file)}:{node.lineno} {called(node)}()"
        for file in pure
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Call) and called(node) in CLOCKS_AND_DICE
    ]
    assert found == [], "time and chance are passed in"


def test_every_room_says_what_it_owns() -> None:
    silent = [
        name_of(file)
        for file in modules()
        if not ast.get_docstring(tree_of(file)) and file.stat().st_size
    ]
    assert silent == []


def test_no_naive_times() -> None:
    naive = [
        f"{name_of(file)}:{node.lineno}"
        for file in modules()
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Call) and called(node) in {"utcnow", "utcfromtimestamp"}
    ]
    assert naive == []
