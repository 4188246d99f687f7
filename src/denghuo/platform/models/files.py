"""Files that people and staff bring."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from denghuo.platform.models.record import Record


class StoredFile(Record):
    """One file of one owner. The bytes lie in the file store under their own hash.

    The same bytes brought twice by one owner are one row. ``owner`` is a subject, or
    ``house`` for a file of the administration's own. The name is what the person called it,
    cleaned; the type is what the bytes say it is. ``waiting`` files cannot be read until the
    scanner, which was away, has seen them; the bytes of an ``infected`` one are gone. A removed
    one stays as a tombstone, without its name; brought again, the bytes are a new row.
    """

    owner = models.CharField(max_length=50)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=100)
    name = models.CharField(max_length=120)
    scan_state = models.CharField(max_length=10)
    scanned_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "sha256"],
                condition=Q(removed_at__isnull=True),
                name="stored_file_kept_once_per_owner",
            ),
            models.CheckConstraint(
                condition=Q(scan_state__in=["waiting", "clean", "infected"]),
                name="stored_file_scan_known",
            ),
        ]
        indexes = [models.Index(fields=["sha256"], name="stored_file_by_hash")]

    def __str__(self) -> str:
        return f"{self.content_type} {self.id}"
