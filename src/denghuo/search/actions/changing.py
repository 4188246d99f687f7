"""Telling a shelf that entries changed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from django.db import transaction

from denghuo.search.models import SearchChange, SearchShelf

_BATCH = 5_000


@transaction.atomic
def note_changes(*, kind: str, keys: Sequence[str]) -> int:
    """Give these entries the shelf's next number; every process then reads them anew.

    Race: two transactions must not commit numbers in another order than they drew them, or a
    process would pass the lower one by. So the shelf's row stays locked to the end of the
    transaction: tell in a short one (a job), not in the middle of long work.

    No audit row: nothing is decided here, and the change itself has its own.
    """
    if not keys:
        return 0
    SearchShelf.objects.bulk_create([SearchShelf(kind=kind, epoch=uuid4())], ignore_conflicts=True)
    shelf = SearchShelf.objects.select_for_update().get(kind=kind)
    shelf.number += 1
    shelf.save(update_fields=["number"])
    unique = sorted(set(keys))
    for start in range(0, len(unique), _BATCH):
        SearchChange.objects.bulk_create(
            [
                SearchChange(shelf=shelf, key=key, number=shelf.number)
                for key in unique[start : start + _BATCH]
            ],
            update_conflicts=True,
            unique_fields=["shelf", "key"],
            update_fields=["number"],
        )
    return shelf.number
