"""A process that reads a bank's answer slowly, for the test that kills it."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from uuid import UUID

import django

django.setup()

from denghuo.ledger.actions import bank_reading  # noqa: E402  after Django is set up

bank_reading.ROWS_PER_CHUNK = 2
bank_reading.read_return_file(
    return_id=UUID(sys.argv[1]),
    now=datetime.fromisoformat(sys.argv[2]),
    progress=lambda _done, _total: time.sleep(0.1),
)
