"""The throw-away secrets of a demo."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from denghuo.platform.demo_environment import SECRETS_FILE, prepare_demo_environment

pytestmark = pytest.mark.no_postgres
NAMES = ("DENGHUO_SECRET_KEY", "DENGHUO_IDENTITY_KEY", "DENGHUO_LOOKUP_KEY")


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "demo"
    for name in (*NAMES, "DENGHUO_DEMO"):
        monkeypatch.setenv(name, "to be removed")
        monkeypatch.delenv(name)
    monkeypatch.setenv("DENGHUO_DATA_DIR", str(folder))
    return folder


def test_made_once_kept_privately_and_found_again(empty: Path) -> None:
    prepare_demo_environment()
    first = {name: os.environ.pop(name) for name in NAMES}
    assert len(set(first.values())) == 3
    assert stat.S_IMODE((empty / SECRETS_FILE).stat().st_mode) == 0o600
    assert stat.S_IMODE(empty.stat().st_mode) == 0o700
    prepare_demo_environment()
    assert {name: os.environ[name] for name in NAMES} == first
    assert os.environ["DENGHUO_DEMO"] == "1"


def test_secrets_given_from_outside_are_kept(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENGHUO_SECRET_KEY", "mine")
    prepare_demo_environment()
    assert os.environ["DENGHUO_SECRET_KEY"] == "mine"
