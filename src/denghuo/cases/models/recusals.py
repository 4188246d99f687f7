"""Which members of staff keep away from whom, and which items are whose."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from denghuo.cases.models.cases import SUBJECT_KINDS
from denghuo.platform.public import Record


class Recusal(Record):
    """A declared relation between a member of staff and a person or firm: they neither make nor
    check a case of it. Ended by a supervisor, never deleted."""

    RELATION = [
        ("self", "本人"),
        ("spouse", "配偶"),
        ("kin", "近亲属"),
        ("interest", "有利害关系"),
        ("other", "其他需要回避的情形"),
    ]

    staff = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=6, choices=SUBJECT_KINDS)
    subject_id = models.UUIDField()
    relation = models.CharField(max_length=8, choices=RELATION)
    declared_by = models.CharField(max_length=60)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "subject_kind", "subject_id"],
                condition=Q(ended_at__isnull=True),
                name="recusal_once",
            ),
        ]
        indexes = [models.Index(fields=["subject_id"], name="recusal_by_subject")]

    def __str__(self) -> str:
        return f"recusal:{self.pk}"


class ItemDuty(Record):
    """An item a member of staff works on. Whoever has no row works on every item of their area."""

    staff = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    item = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "item"], name="item_duty_once")]

    def __str__(self) -> str:
        return f"item_duty:{self.staff_id}:{self.item}"
