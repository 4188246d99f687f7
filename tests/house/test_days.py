"""A day is counted where the people live, in one place."""

from __future__ import annotations

import ast

import pytest

from tests.house.house import modules, name_of, tree_of

pytestmark = pytest.mark.no_postgres

# Where ``.date()`` may be called, and how often: on what is no instant, or already local.
MAY = {
    "kernel/clock.py": 1,
    "places/logic/facility_rows.py": 1,  # a cell of a spreadsheet has no zone
    "policy/logic/fact_values.py": 2,  # the same
}


def dates_taken(tree: ast.AST) -> int:
    """How often ``something.date()`` is called."""
    return sum(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "date"
        and not node.args
        and not node.keywords
        for node in ast.walk(tree)
    )


def test_the_day_of_an_instant_is_taken_by_day_of() -> None:
    assert dates_taken(ast.parse("day = now.date()")) == 1, "the search itself"
    found = {name_of(file): taken for file in modules() if (taken := dates_taken(tree_of(file)))}
    over = {name: taken for name, taken in found.items() if taken > MAY.get(name, 0)}
    assert over == {}, "use denghuo.kernel.clock.day_of"


def test_the_exceptions_are_still_there() -> None:
    gone = {
        name
        for name in MAY
        if name not in {name_of(file) for file in modules() if dates_taken(tree_of(file))}
    }
    assert gone == set(), "take these out of the list"
