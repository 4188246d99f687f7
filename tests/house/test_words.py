"""Names come from the trade, and the glossary has them."""

from __future__ import annotations

import ast
import re

import pytest
from django.apps import apps

from tests.house.house import ROOMS, ROOT, modules, name_of, tracked_files, tree_of

pytestmark = pytest.mark.no_postgres

EMPTY_WORDS = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}
# Django looks for these by name.
DJANGO_NAMES = {"platform/sqlite/base.py", "BaseCommand"}
EMPTY_VERBS = ("handle_", "process_", "manage_", "do_")
# Frameworks call these by name.
HOOKS = {"process_exception", "process_view", "do_GET", "do_POST"}


def test_every_model_is_in_the_glossary() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in glossary.splitlines() if line.startswith("|")]
    words = {word for row in rows if len(row) > 3 for word in re.findall(r"\w+", row[2])}
    ours = {
        model.__name__ for model in apps.get_models() if model.__module__.startswith("denghuo.")
    }
    assert sorted(ours - words) == [], "add a row to docs/glossary.md"


def test_glossary_rows_are_whole_and_not_doubled() -> None:
    lines = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]
    short = [row for row in rows if len(row) != 4 or not all(row)]
    assert short == []
    doubled = {row[1] for row in rows if [one[1] for one in rows].count(row[1]) > 1}
    assert doubled == set()


def test_no_module_has_an_empty_name() -> None:
    empty = [
        name_of(file)
        for file in modules()
        if EMPTY_WORDS & {*file.stem.split("_"), file.parent.name}
        and name_of(file) not in DJANGO_NAMES
    ]
    assert empty == []


def test_no_class_or_function_has_an_empty_name() -> None:
    empty = []
    for file in modules():
        for node in ast.walk(tree_of(file)):
            if isinstance(node, ast.ClassDef):
                words = {word.lower() for word in re.findall(r"[A-Z][a-z]*", node.name)}
                bad = bool(words & EMPTY_WORDS)
            elif isinstance(node, ast.FunctionDef):
                named = node.name.lstrip("_")
                bad = named.startswith(EMPTY_VERBS) and named not in HOOKS
            else:
                continue
            if bad:
                empty.append(f"{name_of(file)}:{node.lineno} {node.name}")
    assert empty == []


def test_refusals_carry_a_room_and_a_rule() -> None:
    found = [
        (file, line.lineno, line.value.value)
        for file in modules()
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error")
        for line in node.body
        if isinstance(line, ast.Assign)
        and isinstance(line.targets[0], ast.Name)
        and line.targets[0].id == "code"
        and isinstance(line.value, ast.Constant)
        and isinstance(line.value.value, str)
    ]
    assert len(found) > 5
    wrong = [
        f"{name_of(file)}:{number} {code!r}"
        for file, number, code in found
        if not re.fullmatch(rf"({'|'.join(ROOMS)})\.[a-z0-9_]+", str(code))
    ]
    assert wrong == []


def test_nothing_names_the_place_it_was_written_at() -> None:
    # Put together here so that this file does not name them either.
    forbidden = re.compile(
        "|".join(
            [
                r"(?<![\w./-])/" + "work/",
                r"(?<![\w./-])/" + "tmp/",
                "py" + r"pi\.org",
                "python" + "hosted",
                "npm" + r"js\.(org|com)",
                "npm" + "mirror",
            ]
        )
    )
    named = []
    for file in tracked_files():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        named += [
            f"{file.relative_to(ROOT)}:{number}"
            for number, line in enumerate(text.splitlines(), start=1)
            if forbidden.search(line)
        ]
    assert named == []
