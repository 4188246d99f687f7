"""What a decision rests on, frozen; and the decision."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from denghuo.cases.models.cases import RESULTS
from denghuo.platform.public import Record


class Snapshot(Record):
    """The facts, the rule and the answer at one instant; never changed or deleted.

    ``facts`` and ``answer`` are canonical JSON text, so that the digest can be reckoned again
    from the row alone: a column that re-orders keys would break it.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    as_of = models.DateField()
    policy = models.CharField(max_length=80)
    policy_digest = models.CharField(max_length=64)
    rule_version = models.CharField(max_length=80, blank=True, default="")
    verdict = models.CharField(max_length=10)
    amount_fen = models.BigIntegerField(null=True)
    facts = models.TextField()
    answer = models.TextField()
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"snapshot:{self.pk}"


class Decision(Record):
    """One decision; never changed or deleted. A later one takes its place, by appeal or audit."""

    KIND = [("first", "原决定"), ("appeal", "复查决定"), ("audit", "核查决定")]

    case = models.ForeignKey(
        "cases.Case", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    round = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=8, choices=KIND, default="first")
    result = models.CharField(max_length=8, choices=RESULTS)
    amount_fen = models.BigIntegerField(default=0)
    snapshot = models.ForeignKey(
        "cases.Snapshot", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    reasons = models.JSONField(default=list)
    reasons_count = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=500, blank=True, default="")
    proposed_by = models.CharField(max_length=60)
    signed_by = models.UUIDField()
    second_by = models.UUIDField(null=True)
    signed_at = models.DateTimeField()
    appeal_until = models.DateField(null=True)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "round"], name="decision_round_once"),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(second_by=F("signed_by")),
                name="decision_two_signers",
            ),
            models.CheckConstraint(
                condition=Q(result="approved", amount_fen__gte=0)
                | Q(result="refused", amount_fen=0),
                name="decision_refused_pays_nothing",
            ),
            models.CheckConstraint(
                condition=Q(result="approved") | Q(reasons_count__gte=1),
                name="decision_refused_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"decision:{self.pk}:{self.result}"


class PendingDecision(Record):
    """A later decision that waits for another signature: on an appeal above the third-sign sum,
    or more money after a check. Facts and rule are frozen in its snapshot as it was proposed.
    """

    KIND = [("appeal", "复查决定"), ("audit", "核查决定")]
    STATE = [("open", "等签字"), ("signed", "已签"), ("returned", "退回")]

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=KIND)
    result = models.CharField(max_length=8, choices=RESULTS)
    amount_fen = models.BigIntegerField()
    snapshot = models.ForeignKey("cases.Snapshot", on_delete=models.PROTECT, related_name="+")
    reasons = models.JSONField(default=list)
    note = models.CharField(max_length=500, blank=True, default="")
    proposed_by = models.CharField(max_length=60)
    checked_by = models.UUIDField(null=True)
    # The grounds are a season's, swept from offices' tables: they are signed as they were frozen.
    swept = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=STATE, default="open")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state="open"), name="pending_decision_one"
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True)
                | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="pending_decision_ends",
            ),
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="pending_decision_amount"),
        ]

    def __str__(self) -> str:
        return f"pending_decision:{self.pk}:{self.state}"
