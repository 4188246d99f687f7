"""What one can see whole."""

from __future__ import annotations

import ast

import pytest

from tests.house.house import ROOT, modules, name_of, templates, tree_of

pytestmark = pytest.mark.no_postgres

MODULE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
TEMPLATE_LINES_MAX = 200


def lines_of(text: str) -> int:
    return len(text.splitlines())


def test_a_module_is_at_most_400_lines() -> None:
    code = [*modules(), *ROOT.glob("tools/*.py"), *ROOT.glob("benchmarks/**/*.py")]
    long = {
        str(file.relative_to(ROOT)): lines
        for file in code
        if (lines := lines_of(file.read_text(encoding="utf-8"))) > MODULE_LINES_MAX
    }
    assert long == {}, "make it a package along a seam a reader would guess"


def test_a_function_fits_a_screen() -> None:
    long = {
        f"{name_of(file)}:{node.lineno} {node.name}": lines
        for file in modules()
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.FunctionDef)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES_MAX
    }
    assert long == {}


def test_a_template_is_at_most_200_lines() -> None:
    assert templates()
    long = {
        name_of(file): lines
        for file in templates()
        if (lines := lines_of(file.read_text(encoding="utf-8"))) > TEMPLATE_LINES_MAX
    }
    assert long == {}
