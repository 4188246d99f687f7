"""Posts, the adverts they were joined from, and the questions a person has to answer."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from denghuo.platform.public import Record


class Post(models.Model):
    """One vacancy of one employer in one place, whoever told of it.

    Its id is the number people read, the address of its page and its id in the matching: a
    rising whole number that is never given twice. It may be seen while ``open`` and today is in
    ``[open_from, open_until)``; ask ``queries.openness``, never the state alone. Pay is fen a
    month, None where that end is not said. ``occupation`` is as deep as somebody was sure.
    """

    class State(models.TextChoices):
        """Where the post is on its way."""

        HELD = "held", _("等工作人员看")
        OPEN = "open", _("招聘中")
        FILLED = "filled", _("已招满")
        CLOSED = "closed", _("已关闭")
        WITHDRAWN = "withdrawn", _("已撤回")
        EXPIRED = "expired", _("已过期")

    id = models.BigAutoField(primary_key=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now)
    firm = models.ForeignKey("people.Firm", on_delete=models.PROTECT, null=True, related_name="+")
    employer_uscc = models.CharField(max_length=18, blank=True)
    employer_name = models.CharField(max_length=120)
    title = models.CharField(max_length=120)
    body = models.TextField(blank=True)
    occupation = models.CharField(max_length=10, blank=True)
    occupation_level = models.PositiveSmallIntegerField(default=0)
    occupation_sure = models.BooleanField(default=False)
    pay_low_fen = models.BigIntegerField(null=True)
    pay_high_fen = models.BigIntegerField(null=True)
    pay_basis = models.CharField(max_length=5, blank=True)
    pay_words = models.CharField(max_length=120, blank=True)
    place = models.CharField(max_length=12, blank=True)
    place_words = models.CharField(max_length=200, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    openings = models.PositiveIntegerField(default=1)
    hours = models.JSONField(default=list)
    certificates = models.JSONField(default=list)
    schooling = models.PositiveSmallIntegerField(default=0)
    years_asked = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=9, choices=State)
    open_from = models.DateField()
    open_until = models.DateField()
    # Open questions, for lists; PostQuestion has who answered what.
    questions = models.JSONField(default=list)
    # Fields of which the sources say different things; the newest word stands in this row.
    disagreements = models.JSONField(default=list)
    # What a person put right stands against whatever a source sends again in the same words.
    settled = models.JSONField(default=dict)
    closed_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(employer_name=""), name="post_has_title_and_employer"
            ),
            models.CheckConstraint(
                condition=Q(pay_low_fen__isnull=True)
                | Q(pay_high_fen__isnull=True)
                | Q(pay_high_fen__gte=F("pay_low_fen")),
                name="post_pay_in_order",
            ),
            models.CheckConstraint(
                condition=(Q(pay_low_fen__isnull=True) | Q(pay_low_fen__gt=0))
                & (Q(pay_high_fen__isnull=True) | Q(pay_high_fen__gt=0)),
                name="post_pay_above_nothing",
            ),
            models.CheckConstraint(
                condition=Q(open_until__gt=F("open_from")), name="post_open_period"
            ),
            models.CheckConstraint(
                condition=Q(occupation="", occupation_level=0)
                | (~Q(occupation="") & Q(occupation_level__gte=1, occupation_level__lte=4)),
                name="post_occupation_has_level",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="post_point_is_whole",
            ),
            models.CheckConstraint(condition=Q(openings__gte=1), name="post_has_openings"),
        ]
        indexes = [
            models.Index(fields=["employer_uscc", "place", "state"], name="post_of_employer"),
            models.Index(fields=["state", "open_until"], name="post_to_expire"),
            models.Index(fields=["state", "occupation"], name="post_by_occupation"),
            models.Index(fields=["firm", "-id"], name="post_of_firm"),
            # Lists of matches follow what changed since they last looked.
            models.Index(fields=["changed_at"], name="post_changed"),
        ]

    def __str__(self) -> str:
        return f"post:{self.pk}:{self.state}"


class Advert(models.Model):
    """One post as one source told it, kept whatever it was joined to."""

    id = models.BigAutoField(primary_key=True)
    post = models.ForeignKey("employment.Post", on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey("employment.Source", on_delete=models.PROTECT, related_name="+")
    source_key = models.CharField(max_length=120)
    # The last delivery that held it, changed or not.
    delivery = models.ForeignKey(
        "employment.PostDelivery", on_delete=models.PROTECT, null=True, related_name="+"
    )
    employer_uscc = models.CharField(max_length=18, blank=True)
    employer_name = models.CharField(max_length=120)
    title = models.CharField(max_length=120)
    body = models.TextField(blank=True)
    wage = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=500, blank=True)
    # The other columns as the source wrote them: openings, schooling, years, certificates, days.
    told = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    # When these words were first told; the newest word of several sources counts.
    told_at = models.DateTimeField()
    first_seen_on = models.DateField()
    last_seen_on = models.DateField()
    withdrawn_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "source_key"], name="advert_key_of_source"),
            models.CheckConstraint(condition=~Q(source_key=""), name="advert_has_key"),
            models.CheckConstraint(
                condition=Q(url="") | Q(url__startswith="https://"), name="advert_url_is_safe"
            ),
            models.CheckConstraint(
                condition=Q(last_seen_on__gte=F("first_seen_on")), name="advert_seen_in_order"
            ),
        ]
        indexes = [
            models.Index(fields=["post", "withdrawn_on"], name="advert_of_post"),
            models.Index(fields=["source", "withdrawn_on", "delivery"], name="advert_of_source"),
        ]

    def __str__(self) -> str:
        return f"advert:{self.pk}"


class PostQuestion(Record):
    """One thing about a post that a person has to answer (the words of ``logic.posts.Question``).

    Two clerks may open one question; the answer is written where it is still open, so that the
    second is told who was first.
    """

    class State(models.TextChoices):
        """Whether somebody has answered; a question falls away when the post changes."""

        OPEN = "open", _("等回答")
        ANSWERED = "answered", _("已回答")
        DROPPED = "dropped", _("不用回答了")

    post = models.ForeignKey("employment.Post", on_delete=models.PROTECT, related_name="+")
    question = models.CharField(max_length=24)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    # The words it rests on: the wage, the place, the findings, the signs.
    told = models.JSONField(default=dict)
    answer = models.JSONField(default=dict)
    answered_by = models.CharField(max_length=60, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "question"], condition=Q(state="open"), name="question_open_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="answered")
                | (Q(answered_at__isnull=False) & ~Q(answered_by="")),
                name="question_answered_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "question", "created_at"], name="question_queue"),
        ]

    def __str__(self) -> str:
        return f"post_question:{self.pk}:{self.state}"


class OccupationReview(models.Model):
    """Which occupation staff gave a title; it teaches the coder."""

    id = models.BigAutoField(primary_key=True)
    title = models.CharField(max_length=120)
    # The work in the title, by which the decision is remembered.
    work = models.CharField(max_length=120, db_index=True)
    code = models.CharField(max_length=10)
    level = models.PositiveSmallIntegerField()
    decided_by = models.CharField(max_length=60)
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(code=""), name="review_is_whole"),
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=4), name="review_level_known"
            ),
        ]

    def __str__(self) -> str:
        return f"occupation_review:{self.pk}"


class UsualPay(models.Model):
    """What the best tenth of one 中类 pays in the region, counted once a day over open posts."""

    id = models.BigAutoField(primary_key=True)
    occupation = models.CharField(max_length=10, unique=True)
    pay_high_fen = models.BigIntegerField()
    posts = models.PositiveIntegerField()
    counted_on = models.DateField()

    class Meta:
        ordering = ["occupation"]
        constraints = [
            models.CheckConstraint(
                condition=Q(pay_high_fen__gt=0, posts__gt=0), name="usual_pay_of_something"
            )
        ]

    def __str__(self) -> str:
        return f"usual_pay:{self.occupation}"
