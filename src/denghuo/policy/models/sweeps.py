"""Sweeps: one library asked of a whole file of subjects, and what they teach."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from denghuo.platform.public import Record


class SweepRun(Record):
    """One run over one source; its rows are in a result file, its sums in ``summary``.

    ``area`` is the division whose subjects the source holds: only staff who answer for all of it
    see the run. A ``retro`` run asks the rules as known at the end of ``known_before`` and as
    known when the run was asked for. ``files_removed_at``: the rows were kept long enough.
    """

    STATE = [
        ("queued", "排队中"),
        ("running", "进行中"),
        ("done", "已完成"),
        ("failed", "没有完成"),
        ("cancelled", "已停止"),
    ]

    kind = models.CharField(
        max_length=10,
        choices=[("sweep", "筛查"), ("simulation", "测算"), ("retro", "追溯")],
        default="sweep",
    )
    engine = models.CharField(max_length=12)
    source_name = models.CharField(max_length=120)
    source_path = models.CharField(max_length=300)
    policies = models.JSONField(default=list)
    changes = models.JSONField(default=list)
    as_of = models.DateField()
    known_before = models.DateField(null=True)
    area = models.CharField(max_length=12, default="150000000000")
    state = models.CharField(max_length=10, choices=STATE, default="queued")
    rows_done = models.PositiveBigIntegerField(default=0)
    rows_total = models.PositiveBigIntegerField(null=True)
    rows_bad = models.PositiveIntegerField(default=0)
    summary = models.JSONField(default=dict)
    requested_by = models.UUIDField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=500, blank=True)
    files_removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "id"]
        indexes = [models.Index(fields=["kind", "-created_at"], name="sweep_runs_by_kind")]

    def __str__(self) -> str:
        return f"sweep:{self.id}:{self.state}"


class ConditionRate(Record):
    """How often one condition failed in the last finished sweep, for the order of questions.

    Counts only; ``known`` are those for whom the condition was decided.
    """

    policy = models.SlugField(max_length=80, db_index=False)
    condition = models.SlugField(max_length=60, db_index=False)
    failed = models.PositiveBigIntegerField()
    known = models.PositiveBigIntegerField()
    run = models.ForeignKey("policy.SweepRun", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "condition"], name="one_rate_per_condition"),
            models.CheckConstraint(
                condition=Q(known__gt=0, failed__lte=F("known")), name="rate_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return f"rate:{self.policy}:{self.condition}"
