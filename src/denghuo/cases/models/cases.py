"""The case itself, and what is told in it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from denghuo.cases.logic.states import STATE_WORDS
from denghuo.platform.public import Record, SealedTextField

SUBJECT_KINDS = [("person", "个人"), ("firm", "单位")]
CHANNELS = [
    ("web", "网上"),
    ("station", "服务站代办"),
    ("phone", "电话"),
    ("system", "免申即享"),
    ("batch", "成批办理"),
]
RESULTS = [("approved", "批准"), ("refused", "不批准")]


class Case(Record):
    """One application, sweep result or appeal of one subject for one service item.

    ``version`` is the number of steps: whoever changes the case names the version they saw.
    ``holds_place`` keeps a second case for the same subject, item and period out (logic.states).
    ``area`` is the office that answers for it; ``asked_on`` the day the rule is asked about.

    The clock: ``due_on`` is empty while the case waits for the applicant. The proposal columns
    are the maker's, until the checker decides. ``amount_fen`` is what the decision in force
    grants; ``ordered_fen`` and ``paid_fen`` never pass it, by constraint.
    """

    number = models.CharField(max_length=20, unique=True)
    item = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=6, choices=SUBJECT_KINDS)
    subject_id = models.UUIDField()
    period = models.CharField(max_length=60, blank=True, default="")
    channel = models.CharField(max_length=8, choices=CHANNELS)
    area = models.CharField(max_length=12)
    home = models.CharField(max_length=12, blank=True, default="")

    state = models.CharField(max_length=16, choices=[(str(k), v) for k, v in STATE_WORDS.items()])
    kept_state = models.CharField(max_length=16, blank=True, default="")
    version = models.PositiveIntegerField(default=0)
    holds_place = models.BooleanField(default=True)
    in_work = models.BooleanField(default=True)
    owner = models.ForeignKey(
        "people.Staff", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    # Beside the reference, so that a list of a thousand cases asks no other room for names.
    owner_name = models.CharField(max_length=60, blank=True, default="")
    urgent = models.BooleanField(default=False)

    opened_by = models.CharField(max_length=60)
    opened_by_staff = models.UUIDField(null=True)
    mandate = models.UUIDField(null=True)
    asked_on = models.DateField()
    submitted_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    # What the clock said when the first decision was made: it is cleared then, and whether the
    # office kept its days must still be told.
    decided_due_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)

    form_version = models.CharField(max_length=40, blank=True, default="")
    answers = SealedTextField(null=True)
    documents = models.JSONField(default=list)
    clear_on = models.DateField(null=True)
    cleared_at = models.DateTimeField(null=True)

    due_kind = models.CharField(max_length=12, blank=True, default="")
    clock_started_on = models.DateField(null=True)
    clock_days = models.PositiveSmallIntegerField(default=0)
    clock_extended = models.PositiveSmallIntegerField(default=0)
    due_on = models.DateField(null=True)
    due_provisional = models.BooleanField(default=False)
    amber_on = models.DateField(null=True)
    answer_by = models.DateField(null=True)

    verified_by = models.UUIDField(null=True)
    proposed_by = models.CharField(max_length=60, blank=True, default="")
    proposed_result = models.CharField(max_length=8, choices=RESULTS, blank=True, default="")
    proposed_fen = models.BigIntegerField(null=True)
    proposed_reasons = models.JSONField(default=list)
    checked_by = models.UUIDField(null=True)
    snapshot = models.ForeignKey(
        "cases.Snapshot", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    decision = models.ForeignKey(
        "cases.Decision", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    notice = models.ForeignKey(
        "cases.PublicNotice", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )

    amount_fen = models.BigIntegerField(default=0)
    ordered_fen = models.BigIntegerField(default=0)
    paid_fen = models.BigIntegerField(default=0)
    recover_fen = models.BigIntegerField(default=0)
    pay_problem = models.CharField(max_length=40, blank=True, default="")

    # The case this one asks money back for, or follows up on.
    about = models.ForeignKey(
        "cases.Case", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    bulk_key = models.CharField(max_length=60, null=True)
    bulk_row = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id", "subject_kind", "item", "period"],
                condition=Q(holds_place=True),
                name="case_one_per_period",
            ),
            models.UniqueConstraint(
                fields=["bulk_key", "bulk_row"],
                condition=Q(bulk_key__isnull=False),
                name="case_one_per_bulk_row",
            ),
            models.CheckConstraint(
                condition=~Q(state="transferred") | ~Q(kept_state=""),
                name="case_transferred_keeps_state",
            ),
            models.CheckConstraint(
                condition=Q(paid_fen__gte=0)
                & Q(amount_fen__gte=0)
                & Q(recover_fen__gte=0)
                & Q(paid_fen__lte=F("ordered_fen"))
                & Q(ordered_fen__lte=F("amount_fen") + F("recover_fen")),
                name="case_never_paid_over_decision",
            ),
            # Only what a decision grants is paid.
            models.CheckConstraint(
                condition=Q(amount_fen=0) | Q(decision__isnull=False),
                name="case_amount_by_decision",
            ),
        ]
        indexes = [
            models.Index(fields=["area", "due_on"], name="case_queue", condition=Q(in_work=True)),
            models.Index(fields=["subject_id", "-created_at"], name="case_by_subject"),
            # Partial, because most cases of a season never have any of these.
            models.Index(
                fields=["owner", "due_on"], name="case_by_owner", condition=Q(owner__isnull=False)
            ),
            models.Index(
                fields=["notice"], name="case_by_notice", condition=Q(notice__isnull=False)
            ),
            models.Index(fields=["about"], name="case_by_about", condition=Q(about__isnull=False)),
            models.Index(
                fields=["clear_on"], name="case_to_clear", condition=Q(clear_on__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"case:{self.pk}:{self.state}"


class CaseFact(Record):
    """A fact told for this case alone: by the person, a document, or staff who looked.

    What offices hold about the subject stands in the policy room and is read there. The latest
    word on a name counts. ``legal_basis`` says by what right another office's fact was asked.
    """

    SOURCE = [("self", "本人填写"), ("document", "材料"), ("staff", "工作人员核实")]

    case = models.ForeignKey(
        "cases.Case", on_delete=models.CASCADE, db_index=False, related_name="+"
    )
    name = models.SlugField(max_length=60, db_index=False)
    value = models.JSONField(null=True)
    source = models.CharField(max_length=8, choices=SOURCE)
    source_ref = models.CharField(max_length=120, blank=True, default="")
    observed_on = models.DateField(null=True)
    legal_basis = models.CharField(max_length=200, blank=True, default="")
    expires_on = models.DateField(null=True)
    told_by = models.CharField(max_length=60)
    told_at = models.DateTimeField()
    # Verified by an officer: speaks before what the person said.
    verified = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["case", "name"], name="case_fact_by_name")]

    def __str__(self) -> str:
        return f"case_fact:{self.name}:{self.pk}"
