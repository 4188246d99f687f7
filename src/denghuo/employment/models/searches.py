"""Searches somebody keeps, to be told what is new."""

from __future__ import annotations

from django.db import models

from denghuo.platform.public import Record


class SavedSearch(Record):
    """What one person looks for, as the address says it.

    ``daily`` is their yes to a message a day; it is given with the search and taken back with
    one press. ``told`` holds the numbers of posts they know of, so that each is told once.
    """

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    asked = models.JSONField(default=dict)
    # The same words and choices saved twice are one search.
    asked_text = models.CharField(max_length=400)
    daily = models.BooleanField(default=False)
    told = models.JSONField(default=list)
    told_on = models.DateField(null=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "asked_text"], name="saved_search_once"),
        ]
        indexes = [models.Index(fields=["daily", "person"], name="saved_search_daily")]

    def __str__(self) -> str:
        return f"saved_search:{self.pk}"
