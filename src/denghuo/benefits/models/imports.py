"""Files of facts from other offices: what came, how it was read, what was made of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from denghuo.platform.public import Record

_SUBJECT = [("firm", "单位"), ("person", "个人")]


class FactImport(Record):
    """One file another office sent, from upload to its facts, and back if it was a mistake.

    ``attempt`` counts how often its reading was asked for, so that a late worker's result is not
    taken for the newest. ``cursor`` is how many rows of its table are in the subjects' records:
    it moves in the transaction that writes them. ``told_on`` is the last day it speaks of.
    """

    class State(models.TextChoices):
        """Where the file is on its way."""

        RECEIVED = "received", "正在看表头"
        MAPPING = "mapping", "等您核对列"
        CHECKING = "checking", "正在逐行检查"
        CHECKED = "checked", "检查完了，等确认"
        APPLYING = "applying", "正在导入"
        APPLIED = "applied", "已导入"
        TAKING_BACK = "taking_back", "正在撤回"
        TAKEN_BACK = "taken_back", "已撤回"
        DROPPED = "dropped", "已放弃"
        FAILED = "failed", "没有办成"

    class Mode(models.TextChoices):
        """What is made of it."""

        RECORDS = "records", "写进每一户的档案"
        TABLE = "table", "只作批量核算用的数据表"

    file_name = models.CharField(max_length=120)
    file_digest = models.CharField(max_length=64)
    file_bytes = models.BigIntegerField()
    kind = models.CharField(max_length=8)
    sheets = models.JSONField(default=list)
    sheet = models.CharField(max_length=80, blank=True)
    heading_row = models.PositiveIntegerField(default=0)
    headings = models.JSONField(default=list)
    subject_kind = models.CharField(max_length=6, choices=_SUBJECT)
    office = models.CharField(max_length=80)
    legal_basis = models.CharField(max_length=200)
    area = models.CharField(max_length=12)
    observed_on = models.DateField(null=True)
    told_on = models.DateField(null=True)
    uploaded_by = models.CharField(max_length=60)
    mapping = models.JSONField(default=list)
    mapping_name = models.CharField(max_length=80, blank=True)
    guesses = models.JSONField(default=list)
    state = models.CharField(max_length=12, choices=State, default=State.RECEIVED)
    failed_in = models.CharField(max_length=12, blank=True)
    failure = models.CharField(max_length=500, blank=True)
    attempt = models.PositiveIntegerField(default=0)
    rows_done = models.BigIntegerField(default=0)
    rows_total = models.BigIntegerField(null=True)
    summary = models.JSONField(default=dict)
    mode = models.CharField(max_length=8, choices=Mode, blank=True)
    registers = models.BooleanField(default=False)
    cursor = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    table_digest = models.CharField(max_length=64, blank=True)
    table_rows = models.BigIntegerField(default=0)
    confirmed_by = models.CharField(max_length=60, blank=True)
    applied_at = models.DateTimeField(null=True)
    taken_back_by = models.CharField(max_length=60, blank=True)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_why = models.CharField(max_length=200, blank=True)
    files_removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(legal_basis="") & ~Q(office=""), name="fact_import_has_basis"
            ),
            models.CheckConstraint(
                condition=~Q(state="applied")
                | (Q(applied_at__isnull=False) & ~Q(confirmed_by="") & ~Q(table_digest="")),
                name="fact_import_applied_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_by="") | ~Q(taken_back_by=models.F("confirmed_by")),
                name="fact_import_taken_back_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["area", "-created_at"], name="fact_import_by_area"),
            models.Index(fields=["office", "state", "told_on"], name="fact_import_latest"),
        ]

    def __str__(self) -> str:
        return f"fact_import:{self.pk}:{self.state}"


class FactMapping(Record):
    """Which columns of an office's table become which facts, as an officer confirmed it once."""

    name = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    subject_kind = models.CharField(max_length=6, choices=_SUBJECT)
    office = models.CharField(max_length=80)
    headings_digest = models.CharField(max_length=64, db_index=True)
    columns = models.JSONField()
    saved_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="fact_mapping_version"),
            models.CheckConstraint(condition=~Q(name=""), name="fact_mapping_has_name"),
        ]

    def __str__(self) -> str:
        return f"fact_mapping:{self.pk}:{self.version}"


class ImportedFact(models.Model):
    """One fact record a file wrote, and the record whose place it took: what taking back needs."""

    id = models.BigAutoField(primary_key=True)
    told_in = models.ForeignKey("benefits.FactImport", on_delete=models.PROTECT, related_name="+")
    fact = models.ForeignKey("policy.FactRecord", on_delete=models.PROTECT, related_name="+")
    former = models.ForeignKey(
        "policy.FactRecord", on_delete=models.PROTECT, null=True, related_name="+"
    )
    is_taken_back = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fact"], name="imported_fact_once")]

    def __str__(self) -> str:
        return f"imported_fact:{self.pk}"
