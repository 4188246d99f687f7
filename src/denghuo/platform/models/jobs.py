"""Work to be done after the transaction that asked for it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class JobState(models.TextChoices):
    READY = "ready", "等待"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    DEAD = "dead", "失败"
    GIVEN_UP = "given_up", "已放弃"


class Job(models.Model):
    """Outbox, background work and schedule in one table.

    A row is written in the business transaction, so it exists exactly when the business rows
    do. ``claim`` names the worker run that holds it until ``lease_until``; whoever holds
    another claim may no longer finish it. ``key`` makes asking twice harmless.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=80)
    key = models.CharField(max_length=200, null=True, unique=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.READY)
    run_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    claim = models.CharField(max_length=32, blank=True, default="")
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    progress_done = models.PositiveBigIntegerField(default=0)
    progress_total = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["run_at", "id"],
                name="job_claimable",
                condition=models.Q(state__in=["ready", "running"]),
            ),
            models.Index(fields=["state", "-id"], name="job_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.kind} {self.state}"


class WorkerHeartbeat(models.Model):
    """A worker process that was alive at ``seen_at``; removed when it ends in good order."""

    name = models.CharField(max_length=120, primary_key=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
