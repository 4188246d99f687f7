"""Where the money goes, and what was ordered for it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from denghuo.kernel.wording import gettext_noop as _
from denghuo.platform.public import Record, SealedTextField


class PayAccount(Record):
    """The account the subject confirmed for a case; a later one takes its place.

    The account's name is checked against the subject's before it is kept.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    account_name = models.CharField(max_length=120)
    account_no = SealedTextField()
    tail = models.CharField(max_length=4)
    bank = models.CharField(max_length=120)
    confirmed_by = models.CharField(max_length=60)
    confirmed_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(replaced_at__isnull=True), name="pay_account_one"
            ),
        ]

    def __str__(self) -> str:
        return f"pay_account:{self.pk}"


class CasePayment(Record):
    """One order to the ledger for a case, and what became of it.

    ``key`` is our own id for it, written before the ledger is asked, so that asking twice finds
    the first. ``reissues`` is the returned one that a person sent again.
    """

    STATE = [("ordered", _("已下单")), ("paid", _("已到账")), ("returned", _("被退回"))]

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=80, unique=True)
    decision = models.ForeignKey("cases.Decision", on_delete=models.PROTECT, related_name="+")
    amount_fen = models.BigIntegerField()
    order = models.UUIDField(unique=True)
    state = models.CharField(max_length=10, choices=STATE, default="ordered")
    why_returned = models.CharField(max_length=40, blank=True, default="")
    changed_at = models.DateTimeField()
    reissues = models.OneToOneField(
        "cases.CasePayment", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="case_payment_positive"),
        ]
        indexes = [models.Index(fields=["case", "state"], name="case_payment_by_case")]

    def __str__(self) -> str:
        return f"case_payment:{self.pk}:{self.state}"
