"""As many requests as a test wants."""

from __future__ import annotations

from tests.api.conftest import unlimited

__all__ = ["unlimited"]
