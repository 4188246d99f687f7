"""What the settings choose for the whole process."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.no_postgres


@pytest.mark.parametrize(("wished", "taken"), [("", "system"), ("mimalloc", "mimalloc")])
def test_arrow_gives_back_what_it_took(wished: str, taken: str) -> None:
    """Unless whoever runs the product has chosen otherwise."""
    name = "ARROW_DEFAULT_MEMORY_POOL"
    rest = {key: value for key, value in os.environ.items() if key != name}
    program = (
        "import denghuo.project.settings_test\n"
        "import pyarrow\n"
        "print(pyarrow.default_memory_pool().backend_name)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=rest | ({name: wished} if wished else {}),
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == taken
