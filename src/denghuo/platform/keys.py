"""Seal everything anew under the current key, in short steps that may be broken off.

What is left is found in the rows themselves, by the name of the key in front of each value.
So there is no state to keep: a run that was stopped goes on where it was by being run again,
and rows that people write meanwhile are under the new key already.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q

from denghuo.platform.access import SYSTEM, Actor
from denghuo.platform.audit import record_audit
from denghuo.platform.crypto import sealing_keys
from denghuo.platform.fields import SealedTextField

CHUNK_ROWS = 200  # a chunk is one write transaction: other writers wait milliseconds


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """One sealed field of one model."""

    model: type[models.Model]
    field: str

    @property
    def name(self) -> str:
        """``people.person.phone``."""
        return f"{self.model._meta.label_lower}.{self.field}"  # noqa: SLF001  Django's public _meta

    def left(self) -> int:
        """How many values are under any key but the current one."""
        return self._stale().count()

    def _stale(self) -> models.QuerySet[models.Model]:
        current = Q(**{f"{self.field}__sealed_under": sealing_keys()[0].key_id})
        rows = self.model._base_manager.filter(**{f"{self.field}__isnull": False})  # noqa: SLF001  also rows a default manager hides
        return rows.exclude(current)

    def reseal_chunk(self) -> int:
        """Seal up to ``CHUNK_ROWS`` values anew in one transaction; return how many.

        The race: between reading a value and writing it back somebody changes it, and the
        change is lost. The rows are locked while they are read (the embedded engine has one
        writer, and this transaction is it from its first statement).
        """
        with transaction.atomic():
            rows = list(self._stale().select_for_update(of=("self",)).order_by("pk")[:CHUNK_ROWS])
            self.model._base_manager.bulk_update(rows, [self.field])  # noqa: SLF001  as above
        return len(rows)


def sealed_columns() -> tuple[SealedColumn, ...]:
    """Every sealed field of every installed room, by name."""
    found = [
        SealedColumn(model, field.name)
        for model in apps.get_models()
        for field in model._meta.local_fields  # noqa: SLF001  Django's public _meta
        if isinstance(field, SealedTextField)
    ]
    return tuple(sorted(found, key=lambda column: column.name))


def reseal(column: SealedColumn) -> Generator[int, None, None]:
    """Seal a column anew; yields the number of values done after each chunk.

    A value that no key at hand opens raises ``SealBrokenError``: nothing of it is lost.
    """
    done = 0
    while changed := column.reseal_chunk():
        done += changed
        yield done


@transaction.atomic
def record_rotation(*, counts: dict[str, int], actor: Actor = SYSTEM) -> None:
    """One audit row for a finished rotation: how many values of each column, under which key."""
    record_audit(
        actor=actor,
        action="platform.rotate_keys",
        detail={"under": sealing_keys()[0].key_id.hex(), "values": dict(counts)},
    )
