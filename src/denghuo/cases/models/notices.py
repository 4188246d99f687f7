"""Public notice of what is about to be paid, and objections to it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from denghuo.platform.public import Record, SealedTextField


class PublicNotice(Record):
    """One list shown to everybody from ``from_on`` to ``last_on``, both days included."""

    item = models.CharField(max_length=60)
    area = models.CharField(max_length=12)
    title = models.CharField(max_length=120)
    from_on = models.DateField()
    last_on = models.DateField()
    provisional = models.BooleanField(default=False)
    bulk_key = models.CharField(max_length=80, null=True, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__gte=F("from_on")), name="notice_lasts_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"notice:{self.pk}"


class Objection(Record):
    """Somebody's word, while the notice lasts, that one line of it is wrong."""

    STATE = [("open", "正在核对"), ("upheld", "属实"), ("dismissed", "不属实")]

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    notice = models.ForeignKey("cases.PublicNotice", on_delete=models.PROTECT, related_name="+")
    raised_by = models.CharField(max_length=60)
    words = SealedTextField()
    state = models.CharField(max_length=10, choices=STATE, default="open")
    answer = models.CharField(max_length=500, blank=True, default="")
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "raised_by"],
                condition=Q(state="open"),
                name="objection_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True)
                | (~Q(state="open") & Q(answered_at__isnull=False) & ~Q(answer="")),
                name="objection_answered_with_words",
            ),
        ]
        indexes = [models.Index(fields=["case", "state"], name="objection_by_case")]

    def __str__(self) -> str:
        return f"objection:{self.pk}:{self.state}"
