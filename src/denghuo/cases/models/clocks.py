"""When a case's clock stood, and which reminders went out."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from denghuo.platform.public import Record


class ClockPause(Record):
    """Days not counted, ``[from_on, until_on)``: a correction asked and not yet answered, or
    time outside the office where the item's rule takes it out."""

    WHY = [
        ("correction", "等申请人补材料"),
        ("expert", "专家评审"),
        ("bank", "等银行"),
        ("notice", "公示"),
    ]

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=10, choices=WHY)
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(until_on__isnull=True), name="clock_stands_once"
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="clock_pause_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"clock_pause:{self.case_id}:{self.why}"


class Reminder(Record):
    """One reminder that went out, for one due date: sent once, however often the job runs."""

    KIND = [
        ("amber", "快到期"),
        ("red", "已超期"),
        ("answer_soon", "补材料快到期"),
        ("answer_late", "补材料已到期"),
        ("rating", "差评待整改"),
    ]

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=KIND)
    due_on = models.DateField()
    area = models.CharField(max_length=12)
    staff = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "due_on"], name="reminder_once"),
        ]
        indexes = [
            models.Index(
                fields=["area", "-created_at"],
                name="reminder_open",
                condition=Q(seen_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"reminder:{self.case_id}:{self.kind}:{self.due_on}"
