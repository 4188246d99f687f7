"""Facts held about subjects, in two times: when they were so, and when we knew."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from denghuo.platform.public import Record


class FactRecord(Record):
    """One value of one fact of one subject, as one source told it.

    ``observed_on`` is the day for which the source says it; ``known_at`` the instant we learnt
    it; ``superseded_at`` the instant a later word took its place (never an edit). What was
    known on a day is the row with ``known_at <= day < superseded_at``. A null ``value`` says
    the source was asked and has nothing.
    """

    subject_kind = models.CharField(max_length=6, choices=[("person", "个人"), ("firm", "单位")])
    subject_id = models.UUIDField()
    name = models.SlugField(max_length=60, db_index=False)
    value = models.JSONField(null=True)
    source = models.CharField(max_length=80)
    observed_on = models.DateField(null=True)
    known_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    recorded_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id", "name"],
                condition=Q(superseded_at__isnull=True),
                name="one_current_fact",
            ),
            models.CheckConstraint(
                condition=Q(superseded_at__isnull=True) | Q(superseded_at__gte=F("known_at")),
                name="fact_known_before_superseded",
            ),
        ]
        indexes = [models.Index(fields=["subject_id", "name", "known_at"], name="fact_history")]

    def __str__(self) -> str:
        return f"fact:{self.name}:{self.id}"


class FactDispute(Record):
    """A subject's word that a fact is wrong, until an officer has answered it.

    ``correction`` is the record that took the disputed one's place.
    """

    STATE = [("open", "待核实"), ("corrected", "已更正"), ("upheld", "核实无误")]

    fact = models.ForeignKey("policy.FactRecord", on_delete=models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=6, choices=[("person", "个人"), ("firm", "单位")])
    subject_id = models.UUIDField(db_index=True)
    claimed_value = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=STATE, default="open")
    raised_by = models.CharField(max_length=60)
    answered_by = models.CharField(max_length=60, blank=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True)
    correction = models.ForeignKey(
        "policy.FactRecord", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="corrected", correction__isnull=False)
                | (~Q(state="corrected") & Q(correction__isnull=True)),
                name="corrected_means_a_new_record",
            ),
            models.UniqueConstraint(
                fields=["fact"], condition=Q(state="open"), name="one_open_dispute_per_fact"
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True)
                | (~Q(state="open") & Q(answered_at__isnull=False) & ~Q(answer="")),
                name="dispute_answered_with_words",
            ),
        ]

    def __str__(self) -> str:
        return f"dispute:{self.id}:{self.state}"
