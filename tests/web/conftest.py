"""What the tests of the shell stand on."""

from __future__ import annotations

import pytest

from denghuo.web.translations import LANGUAGES, compile_catalogue


@pytest.fixture(scope="session", autouse=True)
def compiled_catalogues() -> None:
    """Compile the other languages as set-up does; what is compiled is not committed."""
    for language in LANGUAGES:
        compile_catalogue(language)
