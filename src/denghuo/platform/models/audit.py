"""The audit chain."""

from __future__ import annotations

from django.db import models


class AuditEntry(models.Model):
    """Who did what, to whose record, when: one link of the chain; never changed or deleted.

    ``seq`` runs without a gap over the whole database. ``detail`` is canonical JSON text, not
    a JSON column, because an engine that re-orders keys would break the hash.
    """

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=60)
    acting_for = models.CharField(max_length=50, blank=True, default="")
    mandate = models.CharField(max_length=36, blank=True, default="")
    action = models.CharField(max_length=80)
    subject = models.CharField(max_length=50, blank=True, default="")
    entity = models.CharField(max_length=120, blank=True, default="")
    detail = models.TextField(blank=True, default="{}")
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "action", "seq"], name="audit_by_subject"),
            models.Index(fields=["entity", "seq"], name="audit_by_entity"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"
