"""The command line hands each word to the command of its name."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.no_postgres


def said(*words: str) -> str:
    """What a command prints, with the tests' settings."""
    done = subprocess.run(
        [sys.executable, "-m", "denghuo", *words],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "denghuo.project.settings_test"},
        capture_output=True,
        text=True,
        check=True,
        cwd=settings.PACKAGE.parent,
    )
    return done.stdout


def test_a_command_may_be_written_with_a_hyphen() -> None:
    assert "revoke" in said("api-key", "--help")


def test_options_keep_their_hyphens() -> None:
    assert said("--version").startswith("5.")
    assert "denghuo api-key" in said("--help")
