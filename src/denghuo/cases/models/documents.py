"""Files that were brought for a draft or a case."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from denghuo.cases.models.cases import SUBJECT_KINDS
from denghuo.platform.public import Record


class Document(Record):
    """One file as the answer to one field of a draft, or to one point of a correction.

    The bytes are the file store's, once per subject and hash. ``reused_from`` is the earlier
    document with the same bytes: the person chose it from their list, or brought it again and
    we knew it. ``page_count`` is unknown where the kind has no pages or hides them.
    """

    subject_kind = models.CharField(max_length=6, choices=SUBJECT_KINDS)
    subject_id = models.UUIDField()
    file = models.ForeignKey("platform.StoredFile", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=100)
    size_bytes = models.PositiveBigIntegerField()
    page_count = models.PositiveIntegerField(null=True)
    field = models.CharField(max_length=60)
    draft = models.ForeignKey(
        "cases.FormDraft", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, null=True, related_name="+")
    reused_from = models.ForeignKey(
        "cases.Document", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    brought_by = models.CharField(max_length=60)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # Two clicks on "upload" are one document.
            models.UniqueConstraint(
                fields=["draft", "field", "file"],
                condition=Q(removed_at__isnull=True, draft__isnull=False, case__isnull=True),
                name="document_once_per_field",
            ),
            models.UniqueConstraint(
                fields=["case", "field", "file"],
                condition=Q(removed_at__isnull=True, case__isnull=False),
                name="document_once_per_case_field",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_id", "sha256"], name="document_by_hash"),
            models.Index(fields=["case"], name="document_by_case"),
        ]

    def __str__(self) -> str:
        return f"document:{self.pk}"
