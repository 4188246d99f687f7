"""What somebody has begun to fill in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from denghuo.cases.models.cases import CHANNELS, SUBJECT_KINDS
from denghuo.platform.public import Record, SealedTextField


class FormDraft(Record):
    """One subject's unfinished form of one service item: at most one at a time.

    ``answers`` is JSON by field, sealed: there are account numbers in it. ``passed`` names the
    optional questions and the pages that are behind the reader. ``form_version`` is the form the
    answers were given to; a newer one takes over when the draft is opened again.

    Handed in, it keeps the case and loses the answers, so that a second click finds the first's
    case. Not handed in, it is deleted after a notice (``warned_at``).
    """

    item = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=6, choices=SUBJECT_KINDS)
    subject_id = models.UUIDField()
    channel = models.CharField(max_length=8, choices=CHANNELS)
    form_version = models.PositiveSmallIntegerField()
    answers = SealedTextField(null=True)
    passed = models.JSONField(default=list)
    begun_by = models.CharField(max_length=60)
    touched_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True)
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id", "subject_kind", "item"],
                condition=Q(case__isnull=True),
                name="form_draft_one_open",
            ),
            models.CheckConstraint(
                condition=Q(case__isnull=True, answers__isnull=False)
                | Q(case__isnull=False, answers__isnull=True),
                name="form_draft_emptied_when_handed_in",
            ),
        ]
        indexes = [
            models.Index(
                fields=["touched_at"], name="form_draft_by_age", condition=Q(case__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"form_draft:{self.pk}:{self.item}"
