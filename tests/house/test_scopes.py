"""Whose affairs are at hand is not yet what may be done with them: a scope says that."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.house.house import modules, name_of, tree_of

pytestmark = pytest.mark.no_postgres

# Functions that are given a scope by name, or see only what ``read`` opens.
NAME_A_SCOPE = {"acts_within", "acts_for", "demand_scope", "may_see_person", "may_see_firm"}
# What only says or writes down for whom: nothing about the subject is read or changed by it.
ONLY_SAYS_WHOM = {
    "people/access.py": {"for_somebody"},
    "people/pages/desk/persons.py": {"person"},
    "people/actions/api_keys.py": {"_own_subject_key"},  # asks the law: acts_by_law
    "people/pages/mandates.py": {"act_for"},
    "people/pages/me.py": {"own_subject", "without_the_law"},  # ask the law: acts_by_law
    "people/queries/mandates.py": {"demand_scope"},  # the question itself
    "platform/access.py": {"acts_within"},  # the same
    "platform/acting.py": {"subject_mark"},
    "platform/api_replay.py": {"_row"},  # whose key it is; the act behind it asks
    "platform/audit.py": None,  # entries have a column of the name
    "platform/logic/audit_chain.py": None,
    "web/asking.py": {"forget", "skip", "save_answers", "draft_to_offer"},  # drafts of this session
    "web/context.py": None,  # the band that says for whom
    "web/pages/benefits.py": None,  # whether to offer signing in
}


def bare_uses(tree: ast.Module) -> set[str]:
    """Functions that read ``.acting_for`` and ask nobody for a scope."""
    found = set()
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        inside = list(ast.walk(function))
        reads = any(isinstance(one, ast.Attribute) and one.attr == "acting_for" for one in inside)
        called = {
            one.func.id
            for one in inside
            if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)
        }
        if reads and not called & NAME_A_SCOPE:
            found.add(function.name)
    return found


def excused(file: Path, function: str) -> bool:
    name = name_of(file)
    listed = ONLY_SAYS_WHOM.get(name, set())
    return listed is None or function in listed


def test_the_search_finds_what_it_should() -> None:
    assert bare_uses(ast.parse("def f(a):\n    return a.acting_for")) == {"f"}
    named = "def f(a):\n    return a.acting_for and acts_for(a, a.acting_for, 'read')"
    assert bare_uses(ast.parse(named)) == set()


def test_whoever_acts_for_another_is_asked_for_a_scope() -> None:
    bare = {
        f"{name_of(file)} {function}"
        for file in modules()
        for function in bare_uses(tree_of(file))
        if not excused(file, function)
    }
    assert bare == set(), "ask acts_for, demand_scope or acts_within, with the scope"
