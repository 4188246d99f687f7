"""Every version of every policy text that was ever proposed or published here."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from denghuo.platform.public import Record


class PolicyText(Record):
    """One text of one policy and its way through two pairs of hands (logic/publishing.py).

    Published texts stand beside those shipped with the product; the later ``published_at``
    speaks for any question asked "as known" after it. A text is never edited once proposed
    and never deleted.
    """

    STATE = [
        ("draft", "草稿"),
        ("proposed", "待发布"),
        ("published", "已发布"),
        ("withdrawn", "已撤下"),
        ("discarded", "已放弃"),
    ]

    policy = models.SlugField(max_length=80)
    digest = models.CharField(max_length=64)
    text = models.TextField()
    note = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=STATE, default="draft")
    author = models.UUIDField()
    author_name = models.CharField(max_length=60)
    proposed_at = models.DateTimeField(null=True)
    returned_because = models.CharField(max_length=500, blank=True)
    publisher = models.UUIDField(null=True)
    publisher_name = models.CharField(max_length=60, blank=True)
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["policy", "-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(publisher__isnull=True) | ~Q(publisher=F("author")),
                name="policy_text_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "withdrawn"])
                | Q(publisher__isnull=False, published_at__isnull=False),
                name="policy_text_published_by_someone",
            ),
            models.UniqueConstraint(
                fields=["policy"], condition=Q(state="proposed"), name="one_proposed_text"
            ),
        ]

    def __str__(self) -> str:
        return f"policy_text:{self.policy}:{self.state}"
