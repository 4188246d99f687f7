"""Sweeps: one library asked of a whole file of subjects."""

from __future__ import annotations

from django.db import models

from denghuo.platform.public import Record


class SweepRun(Record):
    """One run over one source; its rows are in a result file, its sums in ``summary``."""

    STATE = [
        ("queued", "排队中"),
        ("running", "进行中"),
        ("done", "已完成"),
        ("failed", "没有完成"),
        ("cancelled", "已停止"),
    ]

    kind = models.CharField(
        max_length=10, choices=[("sweep", "筛查"), ("simulation", "测算")], default="sweep"
    )
    engine = models.CharField(max_length=12)
    source_name = models.CharField(max_length=120)
    source_path = models.CharField(max_length=300)
    policies = models.JSONField(default=list)
    changes = models.JSONField(default=list)
    as_of = models.DateField()
    state = models.CharField(max_length=10, choices=STATE, default="queued")
    rows_done = models.PositiveBigIntegerField(default=0)
    rows_total = models.PositiveBigIntegerField(null=True)
    rows_bad = models.PositiveIntegerField(default=0)
    summary = models.JSONField(default=dict)
    result_path = models.CharField(max_length=300, blank=True)
    bad_rows_path = models.CharField(max_length=300, blank=True)
    requested_by = models.UUIDField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"sweep:{self.id}:{self.state}"
