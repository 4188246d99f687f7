"""Every policy can be read beside its source: dated parameters, worked cases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.house.house import PACKAGE

pytestmark = pytest.mark.no_postgres

LIBRARY = PACKAGE / "policy" / "library"
CASES_MIN = 3


def policies() -> list[Path]:
    return [file for file in sorted(LIBRARY.rglob("*.y*ml")) if "versions" in read(file)]


def read(file: Path) -> dict[str, Any]:
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    return content if isinstance(content, dict) else {}


def test_the_library_is_found() -> None:
    if not LIBRARY.exists():
        pytest.skip("the library is not written yet")
    assert len(policies()) >= 8


@pytest.mark.parametrize("file", policies(), ids=lambda file: file.stem)
def test_every_parameter_has_date_source_and_status(file: Path) -> None:
    bare = []
    for number, version in enumerate(read(file)["versions"]):
        if not (version.get("from") and version.get("source") and version.get("status")):
            bare.append(f"version {number}")
        for name, parameter in (version.get("params") or {}).items():
            known = isinstance(parameter, dict)
            if not (known and parameter.get("source") and parameter.get("status")):
                bare.append(f"version {number} {name}")
    assert bare == []


@pytest.mark.parametrize("file", policies(), ids=lambda file: file.stem)
def test_every_policy_has_worked_cases(file: Path) -> None:
    assert len(read(file).get("cases") or []) >= CASES_MIN
