"""What changed on which shelf: all that the database keeps of an index."""

from __future__ import annotations

from django.db import models


class SearchShelf(models.Model):
    """One shelf and the number of its last change.

    ``epoch`` is drawn when the row is made: an index that followed another epoch (a database put
    back, a test) belongs to other rows and is thrown away.
    """

    kind = models.CharField(max_length=20, primary_key=True)
    epoch = models.UUIDField()
    number = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["kind"]

    def __str__(self) -> str:
        return f"search_shelf:{self.kind}:{self.number}"


class SearchChange(models.Model):
    """The last change of one entry: the number it got. The entry itself stays with its room."""

    id = models.BigAutoField(primary_key=True)
    shelf = models.ForeignKey("search.SearchShelf", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=36)
    number = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["shelf", "key"], name="search_change_of_entry"),
        ]
        indexes = [models.Index(fields=["shelf", "number"], name="search_change_since")]

    def __str__(self) -> str:
        return f"search_change:{self.pk}"
