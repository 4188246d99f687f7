"""A form is sent for the subject it was opened for, or not at all.

A relative, a clerk or a firm's partner may act for several. They choose whom in one tab; a form
still open in another would then be done to the wrong person. So a form that acts for a subject
carries the subject, and ``RefusalMiddleware`` compares it before the view runs.
"""

from __future__ import annotations

from django.http import HttpRequest

from denghuo.kernel.refusal import RefusalError
from denghuo.platform.access import Actor

FIELD = "for"
_NOBODY = "nobody"


class SubjectSwitchedError(RefusalError):
    """The form was opened for another subject than the one at hand now."""

    code = "platform.subject_switched"
    template = "您已经换了办事的人。这一页是换之前打开的，没有提交。"
    status = 409


def subject_mark(actor: Actor) -> str:
    """What such a form carries: the subject at hand, or that there is none."""
    return str(actor.acting_for or _NOBODY)


def demand_same_subject(request: HttpRequest, actor: Actor) -> None:
    """Raise ``SubjectSwitchedError`` when a posted form names another subject than the actor's.

    A form without the field acts for nobody in particular and passes.
    """
    if request.method == "POST" and request.POST.get(FIELD, subject_mark(actor)) != subject_mark(
        actor
    ):
        raise SubjectSwitchedError
