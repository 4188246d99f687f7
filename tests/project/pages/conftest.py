"""The routes are decided when they are imported: before any test raises the demo flag."""

from __future__ import annotations

import denghuo.project.urls  # noqa: F401
