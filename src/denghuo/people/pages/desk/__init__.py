"""The counter: finding a person, checking their card, acting for them, answering corrections."""

from __future__ import annotations

from denghuo.people.access import FILE_ROLES
from denghuo.platform.public import staff_with

counter = staff_with(*sorted(FILE_ROLES))
