"""As many requests as a test wants, in a data folder of its own."""

from __future__ import annotations

from tests.api.conftest import unlimited

__all__ = ["unlimited"]
