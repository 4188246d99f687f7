"""Households (who lives together) and family links (who is related to whom, by whose word)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_noop as _

from denghuo.platform.public import Record

RELATIONS = [
    ("head", _("户主")),
    ("spouse", _("配偶")),
    ("child", _("子女")),
    ("parent", _("父母")),
    ("grandchild", _("孙子女")),
    ("grandparent", _("祖父母")),
    ("sibling", _("兄弟姐妹")),
    ("other", _("其他")),
]


class Household(Record):
    """People who live together at one address in one division."""

    region = models.CharField(max_length=12)

    def __str__(self) -> str:
        return f"household:{self.pk}"


class HouseholdMember(Record):
    """One person's stay in a household, ``[from_on, until_on)``."""

    household = models.ForeignKey("people.Household", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    relation = models.CharField(max_length=12, choices=RELATIONS)
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gt=F("from_on")),
                name="household_member_period",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(until_on__isnull=True),
                name="household_one_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(until_on__isnull=True, relation="head"),
                name="household_one_head",
            ),
        ]

    def __str__(self) -> str:
        return f"household_member:{self.pk}"


class FamilyLink(Record):
    """``person`` says ``relative`` is their ``relation``; it counts once the relative agrees.

    The relative is asked by name and phone, so asking tells nothing about who is registered.
    A guardian's link to a child needs no consent; the register says it and the eighteenth
    birthday ends it.
    """

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    relative = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    relative_name = models.CharField(max_length=50)
    relative_phone_digest = models.BinaryField(max_length=32, null=True, db_index=True)
    relation = models.CharField(max_length=12, choices=RELATIONS)
    guardian = models.BooleanField(default=False)
    consented_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(relative__isnull=True) | ~Q(relative=F("person")),
                name="family_link_to_another",
            ),
            models.CheckConstraint(
                condition=Q(consented_at__isnull=True) | Q(relative__isnull=False),
                name="family_link_consent_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(guardian=False) | Q(relative__isnull=False),
                name="family_link_guardian_of_somebody",
            ),
            models.CheckConstraint(
                condition=Q(relative__isnull=False) | Q(relative_phone_digest__isnull=False),
                name="family_link_reaches_somebody",
            ),
            models.CheckConstraint(
                condition=Q(consented_at__isnull=True) | Q(declined_at__isnull=True),
                name="family_link_one_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"family_link:{self.pk}"
