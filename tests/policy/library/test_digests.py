"""A text's digest changes exactly when its meaning may."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import denghuo.policy.library
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.digest import digest_of
from denghuo.policy.logic.document_text import read_document
from denghuo.policy.logic.loading import load_definition
from denghuo.policy.logic.registry import FactRegistry

FOLDER = Path(denghuo.policy.library.__file__).parent
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.yaml"))}
POLICIES = sorted(set(TEXTS) - {"facts"})


@pytest.mark.parametrize("name", POLICIES)
def test_a_digest_is_the_same_for_the_same_text(name: str, registry: FactRegistry) -> None:
    first = load_definition(TEXTS[name], registry)
    commented = load_definition("# read again\n" + TEXTS[name].replace("\n\n", "\n"), registry)
    assert first.digest == commented.digest
    assert first.digest == digest_of(read_document(TEXTS[name]).data)


def test_digests_differ(library: dict[str, PolicyDefinition]) -> None:
    assert len({each.digest for each in library.values()}) == len(library)


@pytest.mark.parametrize("name", POLICIES)
def test_any_figure_or_word_changed_changes_the_digest(name: str, registry: FactRegistry) -> None:
    before = load_definition(TEXTS[name], registry).digest
    plain = yaml.safe_load(TEXTS[name])
    word = plain["summary"]["zh"]
    changed = TEXTS[name].replace(word, word + "（改）", 1)
    assert load_definition(changed, registry).digest != before
    for version in plain["versions"]:
        for param in version["params"].values():
            old, new = f"value: {param['value']}", f"value: {param['value'] + 1}"
            text = TEXTS[name].replace(old, new, 1)
            if text != TEXTS[name]:
                assert digest_of(read_document(text).data) != before
