"""Where posts come from, and what each of them brought."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from denghuo.platform.public import Record


class Source(Record):
    """A bureau, job board, project or firm that brings posts.

    ``firm`` is the firm itself, or the company behind a board; ``keeper`` the member of staff
    who looks after the source. Their keys, and no others, write for it. ``rank`` settles which of
    two sources counts that speak of one post in the same moment: the higher one.
    """

    class Kind(models.TextChoices):
        """What kind of source it is."""

        BUREAU = "bureau", _("人社部门")
        BOARD = "board", _("招聘网站")
        PROJECT = "project", _("项目单位")
        FIRM = "firm", _("用人单位")

    class State(models.TextChoices):
        """Whether anything is taken from it."""

        LIVE = "live", _("在用")
        PAUSED = "paused", _("已暂停")

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind)
    area = models.CharField(max_length=12)
    firm = models.ForeignKey("people.Firm", on_delete=models.PROTECT, null=True, related_name="+")
    keeper = models.ForeignKey(
        "people.Staff", on_delete=models.PROTECT, null=True, related_name="+"
    )
    days_valid = models.PositiveSmallIntegerField(default=30)
    rank = models.PositiveSmallIntegerField(default=0)
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=6, choices=State, default=State.LIVE)
    paused_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["name"], name="source_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="source_has_name"),
            models.CheckConstraint(
                condition=~Q(kind="firm") | Q(firm__isnull=False), name="source_of_firm_names_it"
            ),
            models.CheckConstraint(
                condition=Q(days_valid__gte=1, days_valid__lte=365), name="source_days_valid"
            ),
            models.UniqueConstraint(
                fields=["firm"], condition=Q(kind="firm"), name="source_one_of_a_firm"
            ),
        ]

    def __str__(self) -> str:
        return f"source:{self.pk}"


class PostDelivery(Record):
    """One file, or one call of the API, from its arrival to what became of it.

    ``attempt`` counts how often its reading was asked for, so that a late worker's result is not
    taken for the newest. ``cursor`` is the last row that has been applied: it moves in the
    transaction that writes the row. ``whole`` says the source meant its whole list, so that what
    is not in it is withdrawn.
    """

    class Channel(models.TextChoices):
        """How it came."""

        FILE = "file", _("文件")
        API = "api", _("接口")
        DESK = "desk", _("窗口录入")

    class State(models.TextChoices):
        """Where it is on its way."""

        RECEIVED = "received", _("正在看表头")
        MAPPING = "mapping", _("等您核对列")
        CHECKING = "checking", _("正在逐行检查")
        CHECKED = "checked", _("检查完了，等确认")
        APPLYING = "applying", _("正在收进岗位库")
        APPLIED = "applied", _("已收进岗位库")
        DROPPED = "dropped", _("已放弃")
        FAILED = "failed", _("没有办成")

    source = models.ForeignKey("employment.Source", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=4, choices=Channel)
    file_name = models.CharField(max_length=120, blank=True)
    digest = models.CharField(max_length=64)
    file_bytes = models.BigIntegerField(default=0)
    kind = models.CharField(max_length=8, blank=True)
    sheets = models.JSONField(default=list)
    sheet = models.CharField(max_length=80, blank=True)
    heading_row = models.PositiveIntegerField(default=0)
    headings = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    whole = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State, default=State.RECEIVED)
    failed_in = models.CharField(max_length=8, blank=True)
    failure = models.CharField(max_length=500, blank=True)
    attempt = models.PositiveIntegerField(default=0)
    rows_total = models.BigIntegerField(null=True)
    cursor = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    samples = models.JSONField(default=list)
    uploaded_by = models.CharField(max_length=60)
    confirmed_by = models.CharField(max_length=60, blank=True)
    # Said once more by whoever confirmed: more than half of the source's posts go.
    loss_confirmed = models.BooleanField(default=False)
    applied_at = models.DateTimeField(null=True)
    files_removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="applied") | (Q(applied_at__isnull=False) & ~Q(confirmed_by="")),
                name="delivery_applied_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(failure=""), name="delivery_failed_says_why"
            ),
            # Two whole lists applied at once would withdraw one another's posts.
            models.UniqueConstraint(
                fields=["source"], condition=Q(state="applying"), name="delivery_one_at_work"
            ),
        ]
        indexes = [models.Index(fields=["source", "-created_at"], name="delivery_of_source")]

    def __str__(self) -> str:
        return f"delivery:{self.pk}:{self.state}"


class PostDeliveryRow(models.Model):
    """What is wrong with one row of a delivery: refused, or taken with a remark."""

    class Grade(models.TextChoices):
        """What became of the row."""

        REFUSED = "refused", _("没有收")
        HELD = "held", _("先不公开")
        NOTED = "noted", _("收了，有提示")

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(
        "employment.PostDelivery", on_delete=models.CASCADE, related_name="+"
    )
    row = models.BigIntegerField()
    column = models.CharField(max_length=80, blank=True)
    grade = models.CharField(max_length=8, choices=Grade)
    code = models.CharField(max_length=60)
    # For the places in the sentence of the code.
    values = models.JSONField(default=dict)

    class Meta:
        ordering = ["row", "id"]
        indexes = [models.Index(fields=["delivery", "row"], name="delivery_row_in_order")]

    def __str__(self) -> str:
        return f"delivery_row:{self.pk}"
