"""What the mother of other processes loads once (tests/elsewhere.py); it opens no connection."""

from __future__ import annotations

import django

django.setup()

from django.urls import get_resolver  # noqa: E402  after Django is set up

# Every room's pages, and with them whatever a script of a test may ask for.
assert get_resolver().url_patterns
