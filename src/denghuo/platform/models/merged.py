"""Whose record became whose, as far as the platform has been told."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from denghuo.platform.models.record import Record


class MergedSubject(Record):
    """The duplicate's record became the survivor's, both as a subject's text.

    Tellings may come in any order, and a survivor may have been merged on since; letters and
    files go on from here to whoever it is in the end.
    """

    duplicate = models.CharField(max_length=50, unique=True)
    survivor = models.CharField(max_length=50)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(duplicate=F("survivor")), name="subject_merged_into_another"
            ),
        ]

    def __str__(self) -> str:
        return f"merged_subject:{self.duplicate}"
