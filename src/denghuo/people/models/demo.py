"""People a visitor of the demo region may step into."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from denghuo.platform.public import Record


class DemoPersona(Record):
    """A made-up person or member of staff with a story; rows exist only in a demo database."""

    GROUP = [
        ("resident", _("居民")),
        ("firm", _("企业")),
        ("station", _("服务站")),
        ("office", _("经办部门")),
        ("partner", _("合作单位")),
    ]

    key = models.SlugField(max_length=40, unique=True)
    group = models.CharField(max_length=10, choices=GROUP)
    title = models.CharField(max_length=60)
    story = models.CharField(max_length=300)
    order = models.PositiveSmallIntegerField(default=0)
    person = models.ForeignKey(
        "people.Person", on_delete=models.CASCADE, null=True, related_name="+"
    )
    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, null=True, related_name="+")
    mandate = models.ForeignKey(
        "people.Mandate", on_delete=models.CASCADE, null=True, related_name="+"
    )

    class Meta:
        ordering = ["group", "order", "key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, staff__isnull=True)
                | Q(person__isnull=True, staff__isnull=False, mandate__isnull=True),
                name="demo_persona_is_one",
            )
        ]

    def __str__(self) -> str:
        return f"demo_persona:{self.key}"
