"""Firms, their branches, and the people who hold an office in them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_noop as _

from denghuo.platform.public import Record


class Firm(Record):
    """A legal entity or household business by its unified social credit code.

    The code and the name are public; nothing here is sealed. A branch points to its parent.
    """

    KIND = [
        ("company", _("企业")),
        ("household", _("个体工商户")),
        ("cooperative", _("农牧民专业合作社")),
        ("institution", _("事业单位")),
        ("society", _("社会组织")),
        ("branch", _("分支机构")),
    ]
    # 中小企业划型标准规定: the class depends on the trade, the heads and the turnover, and is
    # computed elsewhere; here stands what the register says.
    SIZE = [("large", _("大型")), ("medium", _("中型")), ("small", _("小型")), ("micro", _("微型"))]

    uscc = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=KIND)
    size_class = models.CharField(max_length=6, null=True, choices=SIZE)
    industry = models.CharField(max_length=10, null=True)
    region = models.CharField(max_length=12)
    registered_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    parent = models.ForeignKey("people.Firm", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="firm_has_name"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="firm_not_its_own_branch",
            ),
            models.CheckConstraint(
                condition=(Q(kind="branch") & Q(parent__isnull=False))
                | (~Q(kind="branch") & Q(parent__isnull=True)),
                name="firm_branch_has_parent",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True)
                | Q(registered_on__isnull=True)
                | Q(closed_on__gte=F("registered_on")),
                name="firm_closed_after_registered",
            ),
        ]
        indexes = [models.Index(fields=["region"], name="firm_by_region")]

    def __str__(self) -> str:
        return f"firm:{self.pk}"


class FirmRole(Record):
    """An office a person holds in a firm, ``[from_on, until_on)``.

    The office alone opens nothing: acting always rests on a ``Mandate``. Registering a legal
    representative writes the legal mandate with it.
    """

    ROLE = [
        ("legal_representative", _("法定代表人")),
        ("hr", _("人力资源经办人")),
        ("finance", _("财务经办人")),
        ("founder", _("创办人")),
    ]

    firm = models.ForeignKey("people.Firm", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=24, choices=ROLE)
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gt=F("from_on")),
                name="firm_role_period",
            ),
            models.UniqueConstraint(
                fields=["firm"],
                condition=Q(role="legal_representative", until_on__isnull=True),
                name="firm_one_legal_representative",
            ),
            models.UniqueConstraint(
                fields=["firm", "person", "role"],
                condition=Q(until_on__isnull=True),
                name="firm_role_once",
            ),
        ]

    def __str__(self) -> str:
        return f"firm_role:{self.pk}"
