"""The rows behind ``logic.mandate``: who may act for whom."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from denghuo.people.logic.mandate import HOW
from denghuo.platform.public import Record


class Mandate(Record):
    """From a person or firm, to a person or one member of staff, for named things, until a day.

    An offer to somebody who may not be registered yet names their phone (as a digest) and
    their name; accepting fills ``to_person``.
    """

    from_person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    from_firm = models.ForeignKey(
        "people.Firm", on_delete=models.PROTECT, null=True, related_name="+"
    )
    to_person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    to_staff = models.ForeignKey(
        "people.Staff", on_delete=models.PROTECT, null=True, related_name="+"
    )
    to_name = models.CharField(max_length=50, default="", blank=True)
    to_phone_digest = models.BinaryField(max_length=32, null=True, db_index=True)
    scopes = models.JSONField()
    start_on = models.DateField()
    until_on = models.DateField(null=True)
    how = models.CharField(max_length=12, choices=list(HOW.items()))
    # One code gives one mandate: the second click of a double click finds the first's.
    code = models.OneToOneField(
        "people.PhoneCode", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    paper = models.ForeignKey(
        "platform.StoredFile", on_delete=models.PROTECT, null=True, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(from_person__isnull=False, from_firm__isnull=True)
                | Q(from_person__isnull=True, from_firm__isnull=False),
                name="mandate_from_one",
            ),
            models.CheckConstraint(
                condition=Q(to_person__isnull=True) | Q(to_staff__isnull=True),
                name="mandate_to_one",
            ),
            models.CheckConstraint(
                condition=Q(to_person__isnull=False)
                | Q(to_staff__isnull=False)
                | Q(to_phone_digest__isnull=False),
                name="mandate_reaches_somebody",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True)
                | Q(to_person__isnull=False)
                | Q(to_staff__isnull=False),
                name="mandate_accepted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(declined_at__isnull=True),
                name="mandate_one_answer",
            ),
            models.CheckConstraint(
                condition=Q(from_person__isnull=True)
                | Q(to_person__isnull=True)
                | ~Q(from_person=F("to_person")),
                name="mandate_to_another",
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gt=F("start_on")),
                name="mandate_period",
            ),
            # Only the law may bind without an end: a legal representative stays until replaced.
            models.CheckConstraint(
                condition=Q(until_on__isnull=False) | Q(how="legal"),
                name="mandate_given_has_end",
            ),
            models.CheckConstraint(
                condition=~Q(how="paper") | Q(paper__isnull=False),
                name="mandate_paper_has_photo",
            ),
        ]

    def __str__(self) -> str:
        return f"mandate:{self.pk}"
