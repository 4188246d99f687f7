"""Wishes for work, the résumé beside them, and what a post's text asks for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from denghuo.employment.logic.wishes import WANTS_MAX
from denghuo.platform.public import Record, SealedTextField


class Wish(Record):
    """What work one person wants; one a person, until it is withdrawn.

    No column says who somebody is. ``answered`` are the questions behind them, so that a wish
    begun on one phone goes on at the counter. ``version`` rises with each change. Home is a
    division; its point is looked up when it is matched. Withdrawn, the answers are emptied.
    """

    class State(models.TextChoices):
        """Where the wish is on its way; only a live one is matched."""

        DRAFT = "draft", _("还没填完")
        LIVE = "live", _("正在帮您找")
        PAUSED = "paused", _("先停一停")
        WITHDRAWN = "withdrawn", _("已经撤回")

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=0)
    answered = models.JSONField(default=list)
    home = models.CharField(max_length=12, blank=True, default="")
    reach_km = models.PositiveSmallIntegerField(default=0)
    districts = models.JSONField(default=list)
    pay_least_fen = models.PositiveBigIntegerField(default=0)
    hours = models.JSONField(default=list)
    start_on = models.DateField(null=True)
    certificates = models.JSONField(default=list)
    skills = models.JSONField(default=list)
    skills_words = SealedTextField(default="", blank=True)
    schooling = models.PositiveSmallIntegerField(default=0)
    years = models.PositiveSmallIntegerField(default=0)
    said_by = models.CharField(max_length=60)
    said_at = models.CharField(max_length=7, choices=[("web", "网上"), ("station", "服务站代办")])
    mandate = models.UUIDField(null=True)
    changed_at = models.DateTimeField()
    # The day up to which new matches were told: nothing is told twice.
    told_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-changed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=~Q(state="withdrawn"), name="wish_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["live", "paused"]) | (~Q(home="") & Q(reach_km__gt=0)),
                name="wish_whole_when_live",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(home="", reach_km=0, schooling=0, years=0),
                name="wish_empty_when_withdrawn",
            ),
        ]
        indexes = [models.Index(fields=["state", "id"], name="wish_by_state")]

    def __str__(self) -> str:
        return f"wish:{self.pk}:{self.state}"


class WishedWork(models.Model):
    """One work of a wish: the person's words, and the occupation once it is chosen."""

    id = models.BigAutoField(primary_key=True)
    wish = models.ForeignKey("employment.Wish", on_delete=models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=30)
    code = models.CharField(max_length=10, blank=True, default="")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["wish", "place"], name="wished_work_in_order"),
            models.CheckConstraint(condition=Q(place__lt=WANTS_MAX), name="wished_work_at_most"),
            models.CheckConstraint(condition=~Q(words=""), name="wished_work_has_words"),
        ]
        indexes = [models.Index(fields=["code", "wish"], name="wished_work_by_code")]

    def __str__(self) -> str:
        return f"wished_work:{self.wish_id}:{self.place}"


class Resume(Record):
    """More about oneself, for who wants to say more: sealed words, nothing asked that must be said.

    ``entries`` is a JSON list of work, schooling and courses; ``skills`` are the skills read from
    all of it, which help the matching. Withdrawn, the words are gone, not hidden.
    """

    person = models.OneToOneField("people.Person", on_delete=models.PROTECT, related_name="+")
    about = SealedTextField(default="", blank=True)
    entries = SealedTextField(default="[]")
    skills = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"resume:{self.pk}"


class PostAsked(models.Model):
    """What a post's text asks for, read once: the matching's columns are made from it.

    ``read_of`` is the change of the post it was read after; an older one is read anew.
    """

    post = models.OneToOneField(
        "employment.Post", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    read_of = models.DateTimeField()
    text_from = models.DateField()
    required = models.JSONField(default=list)
    tags = models.JSONField(default=list)
    hazardous = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"post_asked:{self.post_id}"
