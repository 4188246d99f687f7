"""Persons, what they say of themselves before it is proven, and what they agree to."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_noop as _

from denghuo.platform.public import Record, SealedTextField


class Person(Record):
    """A natural person.

    The identity number and the phone are sealed; beside each stands a keyed digest for
    equality search. An identity number stands here only once it is proven: by the register
    it came from or by a clerk who saw the card. What a person merely typed stands in
    ``IdentityClaim``, so that nobody can occupy the number of another (decision 0021).
    Several persons may share a phone, as families do.
    """

    PROOFING = [
        ("self", _("本人填写，待核对")),
        ("in_person", _("窗口当面核对")),
        ("register", _("人口登记")),
    ]
    SEX = [("female", _("女")), ("male", _("男"))]

    name = models.CharField(max_length=50)
    id_number = SealedTextField(null=True)
    id_digest = models.BinaryField(max_length=32, null=True, unique=True)
    phone = SealedTextField(null=True)
    phone_digest = models.BinaryField(max_length=32, null=True, db_index=True)
    born_on = models.DateField(null=True)
    sex = models.CharField(max_length=6, null=True, choices=SEX)
    residence = models.CharField(max_length=12, null=True)
    registered_region = models.CharField(max_length=12, null=True)
    # How the person likes to read; what was never chosen is left to the device.
    language = models.CharField(max_length=10, default="", blank=True)
    elder_size = models.PositiveSmallIntegerField(null=True)
    theme = models.CharField(max_length=10, default="", blank=True)
    # A word by short message when an errand moves: a service, on until the person says no.
    wants_texts = models.BooleanField(default=True)
    proofing = models.CharField(max_length=10, choices=PROOFING)
    merged_into = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="person_has_name"),
            models.CheckConstraint(
                condition=Q(id_number__isnull=True, id_digest__isnull=True)
                | Q(id_number__isnull=False, id_digest__isnull=False),
                name="person_id_number_with_digest",
            ),
            models.CheckConstraint(
                condition=Q(phone__isnull=True, phone_digest__isnull=True)
                | Q(phone__isnull=False, phone_digest__isnull=False),
                name="person_phone_with_digest",
            ),
            models.CheckConstraint(
                condition=Q(id_digest__isnull=True) | ~Q(proofing="self"),
                name="person_number_is_proven",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="person_not_merged_into_self",
            ),
        ]
        indexes = [
            models.Index(fields=["residence"], name="person_by_residence"),
            # What registrations by month and area ask for: the table itself is not read.
            models.Index(
                fields=["created_at", "residence", "merged_into"],
                condition=Q(merged_into__isnull=True),
                name="person_counted",
            ),
            # Nearly nobody is merged: an index of all would only mislead the planner.
            models.Index(
                fields=["merged_into"], condition=Q(merged_into__isnull=False), name="person_merged"
            ),
        ]

    def __str__(self) -> str:
        return f"person:{self.pk}"


class IdentityClaim(Record):
    """An identity number somebody typed at first sign-in, waiting to be seen by a clerk."""

    STATE = [("waiting", _("待核对")), ("confirmed", _("已核对")), ("refused", _("未通过"))]

    person = models.OneToOneField("people.Person", on_delete=models.PROTECT, related_name="+")
    id_number = SealedTextField()
    id_digest = models.BinaryField(max_length=32, db_index=True)
    state = models.CharField(max_length=10, choices=STATE, default="waiting")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        "people.Staff", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", answered_at__isnull=True)
                | (~Q(state="waiting") & Q(answered_at__isnull=False)),
                name="identity_claim_answered_once",
            )
        ]

    def __str__(self) -> str:
        return f"identity_claim:{self.pk}"


class Consent(Record):
    """One consent to one use of data; withdrawn by a date, never deleted."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=30)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=Q(withdrawn_at__isnull=True),
                name="consent_once_per_purpose",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_withdrawn_after_given",
            ),
        ]

    def __str__(self) -> str:
        return f"consent:{self.pk}"


class CorrectionRequest(Record):
    """ "不对？告诉我们": what a person says is wrong, and what was answered."""

    STATE = [("open", _("等待核对")), ("corrected", _("已更正")), ("kept", _("核对后不变"))]

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=30)
    words = SealedTextField()
    state = models.CharField(max_length=10, choices=STATE, default="open")
    answer = models.CharField(max_length=300, default="", blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        "people.Staff", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            # A second request about the same thing adds nothing but work; the page shows the first.
            models.UniqueConstraint(
                fields=["person", "field"],
                condition=Q(state="open"),
                name="correction_open_once_per_field",
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True)
                | (~Q(state="open") & Q(answered_at__isnull=False) & ~Q(answer="")),
                name="correction_answered_with_words",
            ),
        ]

    def __str__(self) -> str:
        return f"correction:{self.pk}"
