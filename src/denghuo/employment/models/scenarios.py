"""Places given out on paper: what would come of it, in three ways."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from denghuo.platform.public import Record


class Scenario(Record):
    """One question: the open posts of an area and a group of occupations, and who is looking there.

    A proposal: nothing is done to anybody by it, and it names nobody. ``lot_seed`` is drawn when
    it is asked for and shown from then on, before anything is computed. ``asked_key`` comes with
    the form, so that pressing twice is asking once.
    """

    class State(models.TextChoices):
        """Where it is on its way."""

        ASKED = "asked", _("正在算")
        DONE = "done", _("算好了")
        FAILED = "failed", _("没有算成")

    asked_key = models.UUIDField(unique=True)
    area = models.CharField(max_length=12)
    group = models.CharField(max_length=10, blank=True)
    lot_seed = models.CharField(max_length=32)
    asked_by = models.CharField(max_length=60)
    state = models.CharField(max_length=6, choices=State, default=State.ASKED)
    failure = models.CharField(max_length=500, blank=True)
    posts = models.PositiveIntegerField(default=0)
    seekers = models.PositiveIntegerField(default=0)
    # By way: what it comes to, and who would get which post (numbers of wishes in the lot).
    ways = models.JSONField(default=list)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_at__isnull=False), name="scenario_done_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(failure=""), name="scenario_failed_says_why"
            ),
        ]
        indexes = [models.Index(fields=["area", "-created_at"], name="scenario_of_area")]

    def __str__(self) -> str:
        return f"scenario:{self.pk}:{self.state}"
