"""Keys by which programs sign in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from denghuo.platform.public import Record

_STANDS = Q(revoked_at__isnull=True)


class ApiKey(Record):
    """A program's way in, for one member of staff, one person or one firm, until a day.

    The key itself is shown once and kept as a keyed digest; ``start`` is its first characters,
    by which its owner recognises it. Every key has an end.
    """

    label = models.CharField(max_length=60)
    start = models.CharField(max_length=12)
    digest = models.BinaryField(max_length=32, unique=True)
    staff = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    firm = models.ForeignKey("people.Firm", on_delete=models.PROTECT, null=True, related_name="+")
    scopes = models.JSONField(default=list)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    # A day, not an instant: who asked when is in the log, this says which keys are asleep.
    last_used_on = models.DateField(null=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(staff__isnull=False, person__isnull=True, firm__isnull=True)
                | Q(staff__isnull=True, person__isnull=False, firm__isnull=True)
                | Q(staff__isnull=True, person__isnull=True, firm__isnull=False),
                name="api_key_of_one",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")), name="api_key_has_end"
            ),
            # Sent twice, a key is made once: its owner's labels differ while they stand.
            models.UniqueConstraint(
                fields=["staff", "label"], condition=_STANDS, name="api_key_label_of_staff"
            ),
            models.UniqueConstraint(
                fields=["person", "label"], condition=_STANDS, name="api_key_label_of_person"
            ),
            models.UniqueConstraint(
                fields=["firm", "label"], condition=_STANDS, name="api_key_label_of_firm"
            ),
        ]

    def __str__(self) -> str:
        return f"api_key:{self.pk}"
