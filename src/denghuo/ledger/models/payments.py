"""Payment orders, the files they travel in, and what banks answer."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from denghuo.ledger.logic.pay_answers import OUTCOME_NAMES, SETTLING
from denghuo.ledger.logic.pay_states import CAME_BACK, REASON_NAMES, STATE_NAMES, PayState
from denghuo.platform.public import Record, SealedTextField

# Plain text, so that a migration remembers the word and not the class.
_OUT_OF_FILE = [PayState.ORDERED.value, PayState.CANCELLED.value]
_CAME_BACK = sorted(state.value for state in CAME_BACK)
_SETTLED = sorted([PayState.PAID.value, *_CAME_BACK])
_SETTLING = sorted(outcome.value for outcome in SETTLING)
_STATE_NAMES = {state.value: name for state, name in STATE_NAMES.items()}
_REASON_NAMES = {reason.value: name for reason, name in REASON_NAMES.items()}
_OUTCOME_NAMES = {outcome.value: name for outcome, name in OUTCOME_NAMES.items()}


class PayOrder(Record):
    """One payment to one account. Only its state, and what comes with the state, ever changes.

    ``key`` is the caller's idempotency key, ``digest`` a keyed digest of what was asked for.
    ``reference`` is what the bank and people call it. The account number is sealed; its last
    four digits are kept beside it for screens. ``entry`` charged the fund; it is mirrored when
    the money comes back. An order stands in one file at most: ``file`` says which.
    """

    key = models.CharField(max_length=120, unique=True)
    reference = models.CharField(max_length=16, unique=True)
    digest = models.BinaryField(max_length=32)
    about = models.CharField(max_length=120)
    payee = models.CharField(max_length=50)
    payee_name = models.CharField(max_length=120)
    account_name = models.CharField(max_length=120)
    account_no = SealedTextField[str, str]()
    account_tail = models.CharField(max_length=4)
    bank = models.CharField(max_length=80)
    amount_fen = models.BigIntegerField()
    fund = models.CharField(max_length=80)
    area = models.CharField(max_length=12, blank=True)
    purpose = models.CharField(max_length=60)
    state = models.CharField(max_length=10, default="ordered", choices=list(_STATE_NAMES.items()))
    reason = models.CharField(
        max_length=20, blank=True, default="", choices=list(_REASON_NAMES.items())
    )
    note = models.CharField(max_length=200, blank=True, default="")
    entry = models.ForeignKey(
        "ledger.Entry", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    file = models.ForeignKey(
        "ledger.BankFile", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    reissue_of = models.OneToOneField(
        "ledger.PayOrder", on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_by = models.CharField(max_length=60)
    settled_on = models.DateField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen__range=(1, 10**14)), name="pay_order_amount"
            ),
            models.CheckConstraint(
                condition=Q(state__in=_OUT_OF_FILE, file__isnull=True)
                | (~Q(state__in=_OUT_OF_FILE) & Q(file__isnull=False)),
                name="pay_order_file_by_state",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=_CAME_BACK) & ~Q(reason=""))
                | (~Q(state__in=_CAME_BACK) & Q(reason="")),
                name="pay_order_reason_by_state",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_SETTLED, settled_on__isnull=False)
                | (~Q(state__in=_SETTLED) & Q(settled_on__isnull=True)),
                name="pay_order_day_by_state",
            ),
        ]
        indexes = [
            models.Index(fields=["about"], name="pay_order_by_about"),
            models.Index(fields=["payee"], name="pay_order_by_payee"),
            models.Index(fields=["file", "reference"], name="pay_order_in_file"),
            models.Index(fields=["fund", "state"], name="pay_order_by_fund"),
            models.Index(fields=["state", "area", "created_at"], name="pay_order_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.state}"


class BankFile(Record):
    """One file to a bank: payments to be made, or a question after payments it has not answered.

    The bytes are not kept: they are drawn from the sealed orders whenever they are wanted, and
    must have the ``sha256`` that the second officer released (decision 0054).
    """

    KINDS = {"pay": "代发文件", "query": "查询文件"}
    STATES = {
        "drawing": "正在生成",
        "made": "待放行",
        "released": "已放行",
        "dropped": "已作废",
    }

    number = models.CharField(max_length=16, unique=True)
    kind = models.CharField(max_length=6, choices=list(KINDS.items()))
    form = models.CharField(max_length=20)
    fund = models.CharField(max_length=80)
    area = models.CharField(max_length=12, blank=True)
    day = models.DateField()
    state = models.CharField(max_length=10, choices=list(STATES.items()))
    rows = models.PositiveIntegerField(default=0)
    sum_fen = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    made_by = models.CharField(max_length=60)
    made_name = models.CharField(max_length=60, blank=True)
    ended_by = models.CharField(max_length=60, blank=True, default="")
    ended_name = models.CharField(max_length=60, blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    settle_on = models.DateField(null=True)
    answer_by = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                # Maker and checker are two persons, also for somebody with a SQL prompt. A
                # question moves no money and needs one.
                condition=~Q(state="released")
                | Q(kind="query")
                | (~Q(ended_by="") & ~Q(ended_by=F("made_by"))),
                name="bank_file_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["drawing", "dropped"]) | ~Q(sha256=""),
                name="bank_file_has_digest",
            ),
            models.CheckConstraint(
                condition=~Q(state="released")
                | Q(kind="query")
                | Q(settle_on__isnull=False, answer_by__isnull=False),
                name="bank_file_has_days",
            ),
        ]
        indexes = [models.Index(fields=["area", "created_at"], name="bank_file_by_area")]

    def __str__(self) -> str:
        return f"{self.number} {self.state}"


class BankQueryRow(models.Model):
    """One order a query file asks after."""

    id = models.BigAutoField(primary_key=True)
    file = models.ForeignKey("ledger.BankFile", on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey("ledger.PayOrder", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "order"], name="bank_query_row_once"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}: {self.order_id}"


class ReturnFile(Record):
    """A bank's answer to one of our files, checked whole before its first row is believed.

    ``rows_done`` moves with what those rows changed, in one transaction each time, so reading
    may be killed and begun again anywhere. ``conflicting`` holds references of which the file
    says two different things: neither is believed.
    """

    STATES = {"waiting": "正在读入", "read": "已读完"}

    answers = models.ForeignKey("ledger.BankFile", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    form = models.CharField(max_length=20)
    area = models.CharField(max_length=12, blank=True)
    day = models.DateField()
    rows = models.PositiveIntegerField()
    rows_done = models.PositiveIntegerField(default=0)
    sum_fen = models.BigIntegerField()
    conflicting = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default="waiting", choices=list(STATES.items()))
    received_by = models.CharField(max_length=60)
    received_name = models.CharField(max_length=60, blank=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(rows_done__lte=F("rows"))
                & (Q(state="waiting", read_at__isnull=True) | Q(state="read", rows_done=F("rows"))),
                name="return_file_progress",
            ),
        ]
        indexes = [models.Index(fields=["area", "created_at"], name="return_file_by_area")]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} {self.rows_done}/{self.rows}"


class ReturnFilePart(models.Model):
    """A piece of a bank's answer as it came, sealed; kept because it is a voucher."""

    id = models.BigAutoField(primary_key=True)
    return_file = models.ForeignKey(
        "ledger.ReturnFile", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    n = models.PositiveIntegerField()
    content = SealedTextField[str, str]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["return_file", "n"], name="return_file_part_once"),
        ]

    def __str__(self) -> str:
        return f"{self.return_file_id}.{self.n}"


class BankAnswer(models.Model):
    """One row of a bank's answer and what became of it; never changed.

    An order is settled by one row in its life: the database lets no second in.
    """

    id = models.BigAutoField(primary_key=True)
    return_file = models.ForeignKey(
        "ledger.ReturnFile", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    line_no = models.PositiveIntegerField()
    order = models.ForeignKey(
        "ledger.PayOrder", on_delete=models.PROTECT, null=True, related_name="+"
    )
    reference = models.CharField(max_length=32, blank=True)
    amount_fen = models.BigIntegerField(null=True)
    code = models.CharField(max_length=8, blank=True)
    message = models.CharField(max_length=80, blank=True)
    outcome = models.CharField(max_length=16, choices=list(_OUTCOME_NAMES.items()))
    reason = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["return_file", "line_no"], name="bank_answer_once"),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(outcome__in=_SETTLING),
                name="bank_answer_settles_once",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=_SETTLING) | Q(order__isnull=False),
                name="bank_answer_settles_an_order",
            ),
        ]
        indexes = [
            models.Index(
                fields=["return_file", "outcome", "line_no"], name="bank_answer_by_outcome"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.return_file_id}:{self.line_no} {self.outcome}"
