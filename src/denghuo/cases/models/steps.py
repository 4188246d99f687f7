"""What was done to a case, and what staff note beside it."""

from __future__ import annotations

from django.db import models

from denghuo.cases.logic.states import STATE_WORDS
from denghuo.platform.public import Record

_STATES = [(str(state), word) for state, word in STATE_WORDS.items()]


class Step(models.Model):
    """One line of a case's time line; never changed or deleted.

    ``seq`` is the case's version after it. ``kind`` is a move (logic.states) or ``assign``,
    ``release``, ``account``, ``objection``, ``objection_answered``, ``rated`` and the like,
    which move nothing. ``note`` is shown to the applicant; staff's own remarks are ``CaseNote``.
    """

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(
        "cases.Case", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    by = models.CharField(max_length=60)
    by_name = models.CharField(max_length=60, blank=True, default="")
    at = models.DateTimeField()
    from_state = models.CharField(max_length=16, choices=_STATES, blank=True, default="")
    to_state = models.CharField(max_length=16, choices=_STATES, blank=True, default="")
    reason_code = models.CharField(max_length=80, blank=True, default="")
    note = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "seq"], name="case_step_in_order"),
        ]

    def __str__(self) -> str:
        return f"step:{self.case_id}:{self.seq}:{self.kind}"


class CaseNote(Record):
    """A remark of staff for staff; the applicant's pages never show it."""

    case = models.ForeignKey(
        "cases.Case", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    words = models.CharField(max_length=1000)
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=60)

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["case", "created_at"], name="case_note_by_case")]

    def __str__(self) -> str:
        return f"case_note:{self.pk}"
