"""Published series brought as files, and figures frozen with the rows behind them.

An actual has no table of its own: it is counted when it is asked for.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from denghuo.platform.public import Record


class StatisticImport(Record):
    """A file of published values: read and checked, shown, and applied when a person agrees."""

    STATE = [("previewed", "待确认"), ("applied", "已导入"), ("dropped", "已放弃")]

    file_name = models.CharField(max_length=120)
    file_digest = models.CharField(max_length=64)
    uploaded_by = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=STATE, default="previewed")
    rows = models.JSONField()
    report = models.JSONField()
    applied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="applied", applied_at__isnull=False)
                | (~Q(state="applied") & Q(applied_at__isnull=True)),
                name="statistic_import_applied_at",
            )
        ]
        indexes = [
            models.Index(fields=["uploaded_by", "-created_at"], name="statistic_import_by_who")
        ]

    def __str__(self) -> str:
        return f"statistic_import:{self.pk}:{self.state}"


class StatisticPoint(Record):
    """One published value of one series, month and area; never changed or deleted.

    ``value`` is in the series' own unit (logic.units). A value published later for the same
    month is a revision: it speaks from its day on, and the earlier one stays.
    """

    series = models.SlugField(max_length=80, db_index=False)
    month = models.DateField()
    area = models.CharField(max_length=12)
    value = models.BigIntegerField()
    published_on = models.DateField()
    source = models.CharField(max_length=200)
    brought_by = models.ForeignKey(
        "measures.StatisticImport", on_delete=models.PROTECT, db_index=False, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "area", "month", "published_on"], name="statistic_value_once"
            ),
            models.CheckConstraint(condition=Q(value__gte=0), name="statistic_value_not_negative"),
            models.CheckConstraint(
                condition=Q(published_on__gt=F("month")), name="statistic_published_after_month"
            ),
        ]

    def __str__(self) -> str:
        return f"statistic:{self.series}:{self.month:%Y-%m}"


class MeasureSnapshot(Record):
    """A figure as it was when a period was over, with what it was counted by.

    ``value`` is in the measure's unit. ``rows_digest`` is over all rows; ``target`` and its
    status are those of the day. Never changed or deleted: what came later is shown beside it.
    """

    measure = models.SlugField(max_length=80, db_index=False)
    area = models.CharField(max_length=12)
    start_on = models.DateField()
    until_on = models.DateField()
    unit = models.CharField(max_length=20)
    value = models.BigIntegerField(null=True)
    row_count = models.PositiveBigIntegerField()
    subject_count = models.PositiveBigIntegerField()
    amount_fen = models.BigIntegerField()
    met_count = models.PositiveBigIntegerField()
    target = models.BigIntegerField(null=True)
    query = models.CharField(max_length=80)
    query_digest = models.CharField(max_length=64)
    rows_digest = models.CharField(max_length=64)
    as_of = models.DateTimeField()
    frozen_by = models.CharField(max_length=60)
    frozen_by_name = models.CharField(max_length=60)
    note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "area", "start_on", "until_on"], name="snapshot_once_per_period"
            ),
            models.CheckConstraint(
                condition=Q(until_on__gt=F("start_on")), name="snapshot_period_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"snapshot:{self.measure}:{self.area}:{self.start_on}"


class FrozenRows(Record):
    """A piece of the rows behind a snapshot: references, days, areas, amounts; no names."""

    snapshot = models.ForeignKey(
        "measures.MeasureSnapshot", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    number = models.PositiveIntegerField()
    row_count = models.PositiveIntegerField()
    packed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "number"], name="frozen_rows_in_order")
        ]

    def __str__(self) -> str:
        return f"frozen_rows:{self.snapshot_id}:{self.number}"


class ErrandCount(Record):
    """What one decided case cost its applicant, beside what it cost before.

    Counted from steps and audit rows (logic.errands) and counted again when the case moves on;
    it can be thrown away and counted anew. ``last_step`` says how far the case was read.
    """

    case = models.UUIDField(unique=True)
    number = models.CharField(max_length=20)
    item = models.CharField(max_length=60)
    area = models.CharField(max_length=12)
    subject = models.CharField(max_length=50)
    decided_on = models.DateField()
    trips = models.PositiveIntegerField()
    forms = models.PositiveIntegerField()
    fields = models.PositiveIntegerField()
    sittings = models.PositiveIntegerField()
    seconds = models.PositiveIntegerField()
    old_trips = models.PositiveIntegerField()
    old_forms = models.PositiveIntegerField()
    old_minutes = models.PositiveIntegerField()
    last_step = models.BigIntegerField(db_index=True)
    counted_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["decided_on", "area"], name="errands_by_day"),
            models.Index(fields=["item", "decided_on"], name="errands_by_item"),
        ]

    def __str__(self) -> str:
        return f"errands:{self.number}"
