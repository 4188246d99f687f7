"""Against a decision."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from denghuo.kernel.wording import gettext_noop as _
from denghuo.platform.public import Record, SealedTextField


class Appeal(Record):
    """One appeal against a decision. ``review``: the office looks again of its own accord."""

    KIND = [("reconsider", "申请人要求复查"), ("review", "单位自行复查")]
    STATE = [("open", _("正在复查")), ("upheld", _("维持")), ("changed", _("改变"))]

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    against = models.ForeignKey("cases.Decision", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=KIND)
    raised_by = models.CharField(max_length=60)
    raised_at = models.DateTimeField()
    words = SealedTextField()
    # Where the case stood: an open payment goes on meanwhile.
    from_state = models.CharField(max_length=16)
    due_on = models.DateField()
    due_provisional = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=STATE, default="open")
    answer = models.CharField(max_length=500, blank=True, default="")
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    outcome = models.ForeignKey(
        "cases.Decision", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            # One decision is looked at again once; the next door is the court's.
            models.UniqueConstraint(fields=["against"], name="appeal_once_per_decision"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(kind="reconsider"), name="appeal_once_per_case"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False) & ~Q(answer="")),
                name="appeal_answered_with_words",
            ),
            models.CheckConstraint(
                condition=Q(state="changed", outcome__isnull=False)
                | (~Q(state="changed") & Q(outcome__isnull=True)),
                name="appeal_changed_by_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"appeal:{self.pk}:{self.state}"
