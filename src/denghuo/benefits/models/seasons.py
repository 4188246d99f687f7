"""A season of a benefit that arrives by itself: its list, its sample, the accounts known."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from denghuo.benefits.logic.proposing import KIND_WORDS, OUT_WORDS
from denghuo.benefits.logic.season_states import STATE_WORDS, SeasonState
from denghuo.platform.public import Record, SealedTextField

_SUBJECT = [("firm", "单位"), ("person", "个人")]


class Season(Record):
    """One policy, one period, one area: from the sweep to the bank's last word.

    ``cursor`` is the row up to which the present step has worked; it moves in the transaction
    that did the work. ``attempt`` names the step's job. ``tables`` are the imports it rests on
    and ``fact_days`` who told each fact and of which day. The three labels differ by constraint.
    """

    title = models.CharField(max_length=120)
    item = models.CharField(max_length=60)
    policy = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=6, choices=_SUBJECT)
    period = models.CharField(max_length=60)
    area = models.CharField(max_length=12)
    as_of = models.DateField()
    constants = models.JSONField(default=dict)
    state = models.CharField(
        max_length=12, choices=[(str(k), v) for k, v in STATE_WORDS.items()],
        default=SeasonState.DRAFT,
    )  # fmt: skip
    attempt = models.PositiveIntegerField(default=0)
    cursor = models.BigIntegerField(default=-1)
    rows_done = models.BigIntegerField(default=0)
    rows_total = models.BigIntegerField(null=True)
    tables = models.JSONField(default=list)
    fact_days = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    holds = models.JSONField(default=dict)
    seed = models.CharField(max_length=64, blank=True, default="")
    sample_size = models.PositiveIntegerField(default=0)
    made_by = models.CharField(max_length=60)
    started_by = models.CharField(max_length=60, blank=True, default="")
    started_at = models.DateTimeField(null=True)
    sampled_by = models.CharField(max_length=60, blank=True, default="")
    signed_by = models.CharField(max_length=60, blank=True, default="")
    # The signer as they were when they signed: a job writes their signature row by row.
    signer = models.JSONField(default=dict)
    notice_from = models.DateField(null=True)
    stopped_by = models.CharField(max_length=60, blank=True, default="")
    stopped_why = models.CharField(max_length=300, blank=True, default="")
    failure = models.CharField(max_length=300, blank=True, default="")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sampled_by="") | ~Q(sampled_by=F("started_by")),
                name="season_sampled_by_another",
            ),
            models.CheckConstraint(
                condition=Q(signed_by="")
                | (~Q(signed_by=F("started_by")) & ~Q(signed_by=F("sampled_by"))),
                name="season_signed_by_a_third",
            ),
            models.CheckConstraint(
                condition=~Q(state="stopped") | ~Q(stopped_why=""), name="season_stopped_with_words"
            ),
            models.UniqueConstraint(
                fields=["item", "period", "area"],
                condition=~Q(state="stopped"),
                name="season_once",
            ),
        ]

    def __str__(self) -> str:
        return f"season:{self.pk}:{self.state}"


class Proposal(models.Model):
    """One subject on a season's list. ``row`` is its place in the joined table of facts.

    ``out`` says why it is not paid by this season; the row stays, so that the sums still agree.
    """

    id = models.BigAutoField(primary_key=True)
    season = models.ForeignKey(
        "benefits.Season", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    row = models.BigIntegerField()
    entity = models.CharField(max_length=64)
    subject_id = models.UUIDField(null=True)
    home = models.CharField(max_length=12, blank=True, default="")
    group = models.CharField(max_length=20, blank=True, default="")
    kind = models.CharField(max_length=10, choices=list(KIND_WORDS.items()))
    amount_fen = models.BigIntegerField(default=0)
    fail_mask = models.BigIntegerField(default=0)
    unknown_mask = models.BigIntegerField(default=0)
    version = models.CharField(max_length=80, blank=True, default="")
    out = models.CharField(max_length=12, choices=list(OUT_WORDS.items()), blank=True, default="")
    case = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["season", "row"], name="proposal_one_per_row"),
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="proposal_amount"),
            models.CheckConstraint(
                condition=Q(case__isnull=True) | (Q(kind="entitled") & Q(subject_id__isnull=False)),
                name="proposal_case_of_entitled",
            ),
        ]
        indexes = [
            models.Index(fields=["season", "kind", "out", "row"], name="proposal_by_kind"),
            models.Index(fields=["case"], name="proposal_by_case", condition=Q(case__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"proposal:{self.pk}:{self.kind}"


class SampleCheck(Record):
    """One row of the sample, and what the second officer found."""

    VERDICT = [("", "还没看"), ("ok", "对"), ("wrong", "不对")]

    season = models.ForeignKey("benefits.Season", on_delete=models.PROTECT, related_name="+")
    proposal = models.OneToOneField("benefits.Proposal", on_delete=models.PROTECT, related_name="+")
    place = models.PositiveIntegerField()
    verdict = models.CharField(max_length=5, choices=VERDICT, blank=True, default="")
    reason = models.CharField(max_length=300, blank=True, default="")
    checked_by = models.CharField(max_length=60, blank=True, default="")
    checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["season", "place"], name="sample_check_place"),
            models.CheckConstraint(
                condition=~Q(verdict="wrong") | ~Q(reason=""), name="sample_wrong_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(verdict="", checked_at__isnull=True)
                | (~Q(verdict="") & Q(checked_at__isnull=False) & ~Q(checked_by="")),
                name="sample_checked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"sample_check:{self.pk}:{self.verdict}"


class KnownAccount(Record):
    """The account from which a subject pays its contributions, as an office told us.

    It is offered, never used unasked: money goes there only when the subject says so.
    """

    subject_kind = models.CharField(max_length=6, choices=_SUBJECT)
    subject_id = models.UUIDField()
    account_name = models.CharField(max_length=120)
    account_no = SealedTextField()
    tail = models.CharField(max_length=4)
    bank = models.CharField(max_length=120)
    source = models.CharField(max_length=80)
    told_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id", "subject_kind"], name="known_account_one"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="known_account_has_source"),
        ]

    def __str__(self) -> str:
        return f"known_account:{self.pk}"


class SeasonDifference(Record):
    """What newer facts say of a row that was granted: too much, too little, or no longer due.

    Found by comparing; nothing follows from it by itself. An officer opens an audit of the case,
    and only its decision asks money back or pays more. ``facts`` are the row of the newer tables
    and ``told`` who said each, kept where more is due: a second signature rests on them.
    """

    season = models.ForeignKey("benefits.Season", on_delete=models.PROTECT, related_name="+")
    proposal = models.ForeignKey("benefits.Proposal", on_delete=models.PROTECT, related_name="+")
    tables = models.CharField(max_length=64)
    granted_fen = models.BigIntegerField()
    now_fen = models.BigIntegerField(null=True)
    verdict = models.CharField(max_length=10)
    facts = models.JSONField(default=dict)
    told = models.JSONField(default=dict)
    audited_by = models.CharField(max_length=60, blank=True, default="")
    audited_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "tables"], name="season_difference_once"),
            models.CheckConstraint(
                condition=Q(now_fen__isnull=True) | ~Q(now_fen=F("granted_fen")),
                name="season_difference_differs",
            ),
        ]

    def __str__(self) -> str:
        return f"season_difference:{self.pk}"
