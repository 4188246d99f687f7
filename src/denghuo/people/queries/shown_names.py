"""Which subjects of a list read like the words somebody searches a public list for.

Only what the list itself shows is searched: a person's masked name, a firm's name in full. So a
search tells nothing that reading the whole list would not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from denghuo.kernel.masking import reads_like
from denghuo.people.models import Firm, Person

_CHUNK = 2_000


def persons_shown_like(ids: Sequence[UUID], words: str) -> Iterator[UUID]:
    """Those of these persons whose masked name holds the words, or who are masked as the words
    would be: one's whole name finds everybody who is written like it."""
    # Whatever reads like the words ends in or holds their last character, which no mask hides.
    last = words[-1:]
    for start in range(0, len(ids), _CHUNK):
        rows = Person.objects.filter(pk__in=ids[start : start + _CHUNK], name__contains=last)
        for pk, name in rows.values_list("pk", "name"):
            if reads_like(name, words):
                yield pk


def firms_shown_like(ids: Sequence[UUID], words: str) -> Iterator[UUID]:
    """Those of these firms whose name holds the words."""
    for start in range(0, len(ids), _CHUNK):
        rows = Firm.objects.filter(pk__in=ids[start : start + _CHUNK], name__contains=words)
        yield from rows.values_list("pk", flat=True)
