"""The shipped library as plain files: no database, no settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import denghuo.policy.library
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.loading import load_definition
from denghuo.policy.logic.registry import FactRegistry, load_registry

FOLDER = Path(denghuo.policy.library.__file__).parent
REGISTRY_FILE = FOLDER / "facts.yaml"
POLICY_FILES = tuple(sorted(set(FOLDER.glob("*.yaml")) - {REGISTRY_FILE}))


@pytest.fixture(scope="session")
def registry() -> FactRegistry:
    return load_registry(REGISTRY_FILE.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def library(registry: FactRegistry) -> dict[str, PolicyDefinition]:
    """Every shipped policy by id."""
    loaded = [load_definition(path.read_text(encoding="utf-8"), registry) for path in POLICY_FILES]
    return {each.id: each for each in loaded}


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Say a measured number in the run's own output (a worker process of xdist has none)."""
    plugins = request.config.pluginmanager
    terminal, capture = plugins.get_plugin("terminalreporter"), plugins.get_plugin("capturemanager")

    def say(line: str) -> None:
        request.node.user_properties.append(("measured", line))
        if terminal is not None and capture is not None:
            with capture.global_and_fixture_disabled():
                terminal.write_line(f"\n{line}")

    return say
