"""What the tests of the engines stand on."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture(scope="session")
def kernels() -> Path:
    """Where all tests keep compiled kernels, from one run to the next: the same text, compiler and
    processor give the same code, and a large rule takes seconds to compile. What the compiler
    itself promises is tested in folders of its own (test_kernels.py)."""
    return Path(settings.KERNEL_DIR)
