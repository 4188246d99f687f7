"""What this database is for."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class DeploymentMark(models.Model):
    """Says once and for all that a database was made as a demo; written only by its seeding.

    Demo mode lets anybody be anybody, so it must never open on real people's data, however
    the environment is set: the system check ``platform.E001`` looks for this row.
    """

    DEMO = "demo"

    name = models.CharField(max_length=20, primary_key=True)
    marked_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.name
