"""docs/policy-library.md says what the files say."""

from __future__ import annotations

import re
from pathlib import Path

from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.registry import FactRegistry

Library = dict[str, PolicyDefinition]
PAGE = (Path(__file__).parents[3] / "docs" / "policy-library.md").read_text(encoding="utf-8")
ROW = re.compile(
    r"^\| (?:(?P<name>\S+) `(?P<id>[a-z-]+)`)?[^|]*\| (?P<anchor>[^|]*)"
    r"\| (?P<start>[\d-]+) – ?(?P<until>[\d-]*) \| (?P<known>[^|]+) \| (?P<status>\w+)[^|]*"
    r"\| (?P<assumed>[^|]+) \|$",
    re.MULTILINE,
)


def test_every_version_is_in_the_table_with_its_status(library: Library) -> None:
    told: dict[str, list[tuple[str, str, str, str]]] = {}
    policy = ""
    for row in ROW.finditer(PAGE):
        policy = row["id"] or policy
        if row["id"]:
            assert library[policy].names.zh == row["name"]
        told.setdefault(policy, []).append(
            (row["start"], row["until"], row["known"].replace("–", ""), row["status"])
        )
    assert told == {
        definition.id: [
            (
                str(version.start),
                str(version.until or ""),
                "" if version.known_from == version.start else str(version.known_from),
                version.status,
            )
            for version in definition.versions
        ]
        for definition in library.values()
    }


def test_a_version_that_is_wholly_checked_says_so(library: Library) -> None:
    """A dash in the last column means that no figure is assumed, and only then."""
    policy, number = "", 0
    for row in ROW.finditer(PAGE):
        policy, number = (row["id"], 0) if row["id"] else (policy, number + 1)
        version = library[policy].versions[number]
        assumed = any(each.status == "assumed" for each in version.params.values())
        assert assumed is (row["assumed"] != "–") or version.status == "assumed", version.key


def test_every_awaited_rule_is_listed(library: Library) -> None:
    listed = PAGE.split("## Awaited")[1].split("##")[0]
    for definition in library.values():
        assert listed.count(f"`{definition.id}`") == len(definition.pending), definition.id


def test_the_counts_are_right(library: Library, registry: FactRegistry) -> None:
    cases = sum(len(each.cases) for each in library.values())
    assert f"Seventeen measures, {len(registry)} facts, {cases} worked cases." in PAGE
    assert len(library) == 17
