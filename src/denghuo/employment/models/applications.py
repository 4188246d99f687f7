"""Applications for posts, what was done to each, and whom a firm asked to apply."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from denghuo.employment.logic.applications import LIVE, OVER, STATE_WORDS, State
from denghuo.platform.public import Record, SealedTextField

_STATES = [(str(state), word) for state, word in STATE_WORDS.items()]
_LIVE = [str(state) for state in sorted(LIVE)]


class Application(Record):
    """One person's wish for one post.

    ``shared`` is what the applicant lets the firm read, sealed, as it was on the day: a JSON of
    parts. It is erased in the transaction that ends the application, except by a hire; the
    database holds us to it. ``version`` rises with each event, so that two people at one desk
    cannot both decide.
    """

    CHANNEL = [("self", "本人"), ("assisted", "代办")]

    post = models.ForeignKey(
        "employment.Post", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    firm = models.ForeignKey(
        "people.Firm", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    state = models.CharField(max_length=9, choices=_STATES, default=State.SENT.value)
    version = models.PositiveIntegerField(default=1)
    channel = models.CharField(max_length=8, choices=CHANNEL, default="self")
    shared = SealedTextField(null=True)
    # Which parts were shared: the names alone, kept when the parts are gone.
    parts = models.JSONField(default=list)
    reason = models.CharField(max_length=30, blank=True)
    note = models.CharField(max_length=200, blank=True)
    meet_at = models.DateTimeField(null=True)
    meet_place = models.CharField(max_length=120, blank=True)
    offer_until = models.DateTimeField(null=True)
    start_on = models.DateField(null=True)
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "person"],
                condition=Q(state__in=_LIVE),
                name="application_live_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""), name="application_refused_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["refused", "withdrawn", "obsolete"])
                | Q(shared__isnull=True),
                name="application_over_shows_nothing",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_LIVE, ended_at__isnull=True)
                | Q(state__in=[str(state) for state in sorted(OVER)], ended_at__isnull=False),
                name="application_ended_when_over",
            ),
            models.CheckConstraint(
                condition=~Q(state="offered") | Q(offer_until__isnull=False),
                name="application_offer_has_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="interview") | Q(meet_at__isnull=False),
                name="application_interview_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["post", "state"], name="application_of_post"),
            models.Index(fields=["person", "-created_at"], name="application_of_person"),
            models.Index(fields=["firm", "state", "-created_at"], name="application_of_firm"),
            models.Index(
                fields=["offer_until"], condition=Q(state="offered"), name="application_to_lapse"
            ),
        ]

    def __str__(self) -> str:
        return f"application:{self.pk}:{self.state}"


class ApplicationEvent(models.Model):
    """One line of an application's time line; never changed or deleted.

    ``seq`` is the application's version after it. ``by_name`` is what the other side reads.
    """

    id = models.BigAutoField(primary_key=True)
    application = models.ForeignKey(
        "employment.Application", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    seq = models.PositiveIntegerField()
    move = models.CharField(max_length=10)
    by = models.CharField(max_length=60)
    by_name = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    from_state = models.CharField(max_length=9, choices=_STATES, blank=True)
    to_state = models.CharField(max_length=9, choices=_STATES)
    reason = models.CharField(max_length=30, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "seq"], name="application_event_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"application_event:{self.application_id}:{self.seq}:{self.move}"


class PostInvite(Record):
    """A firm asked somebody who lets firms find them to apply for a post: once per post.

    The firm knows no name; whether the person answers is theirs alone.
    """

    post = models.ForeignKey("employment.Post", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=60)

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["post", "person"], name="post_invite_once"),
        ]

    def __str__(self) -> str:
        return f"post_invite:{self.pk}"
