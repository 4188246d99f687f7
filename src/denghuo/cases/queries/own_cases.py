"""A case for its applicant's side: found by number, with what was handed in."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from denghuo.cases.access import CaseNotFoundError, speaks_for
from denghuo.cases.logic.forms import Answer, FormVersion
from denghuo.cases.models import Case
from denghuo.cases.queries.at_hand import subject_at_hand
from denghuo.cases.queries.cases import CaseView, case_view, number_or_none, subjects_of
from denghuo.people.public import Scope
from denghuo.places.public import names_of
from denghuo.platform.public import Actor


def own_case(actor: Actor, text: str, *, scope: Scope = "read", now: datetime) -> CaseView:
    """The case with that number, if it is of the subject at hand.

    Staff of the office see it at their desk, not here: here one is the applicant, or acts for
    them. Raises ``CaseNotFoundError``, ``ScopeMissingError``, ``NobodyAtHandError``.
    """
    subject_at_hand(actor, "read", now=now)
    number = number_or_none(text)
    row = Case.objects.filter(number=number).first() if number else None
    if row is None or not speaks_for(actor, subjects_of(row), "read"):
        raise CaseNotFoundError
    subject_at_hand(actor, scope, now=now)
    return case_view(row, frozenset({"applicant"}))


def answers_handed_in(case_id: UUID) -> tuple[dict[str, Answer], int]:
    """The answers and the number of the form's version; nothing once they were cleared."""
    row = Case.objects.only("answers", "form_version").get(pk=case_id)
    told: dict[str, Answer] = json.loads(row.answers) if row.answers else {}
    return told, int(row.form_version) if row.form_version.isdecimal() else 0


def places_named(form: FormVersion, answers: dict[str, Answer]) -> dict[str, str]:
    """Names of the divisions among the answers."""
    codes = [
        value
        for one in form.fields
        if one.kind == "division" and isinstance(value := answers.get(one.name), str)
    ]
    return names_of(codes) if codes else {}
