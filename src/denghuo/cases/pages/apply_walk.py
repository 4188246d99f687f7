"""One request's draft with everything its pages need: who, what is known, where one stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from denghuo.cases.actions.drafts import KNOWN
from denghuo.cases.logic.answers import problems_of
from denghuo.cases.logic.forms import (
    Field,
    asked_fields,
    before,
    known_fields,
    minutes,
    open_fields,
    value_of,
)
from denghuo.cases.pages.citizen_words import step_address
from denghuo.cases.queries.at_hand import subject_at_hand
from denghuo.cases.queries.documents import documents_named
from denghuo.cases.queries.drafts import DraftNotFoundError, DraftView, open_draft
from denghuo.cases.queries.forms import Applicant, Offered, applicant, asked_of, offered
from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import ActorRequest


@dataclass(frozen=True)
class Walk:
    """Where somebody stands in a form."""

    draft: DraftView
    who: Applicant
    now: datetime

    @property
    def item(self) -> str:
        """The item's code, as addresses have it."""
        return self.draft.item.code

    @cached_property
    def choices(self) -> Offered:
        """What the questions offer to choose from."""
        return offered(self.draft.form, self.draft.subject, now=self.now)

    @cached_property
    def asked(self) -> tuple[Field, ...]:
        """The questions on this person's way."""
        return asked_fields(self.draft.form, self.draft.answers, self.who.facts)

    @cached_property
    def known(self) -> tuple[Field, ...]:
        """What an office has answered for them."""
        return known_fields(self.draft.form, self.draft.answers, self.who.facts)

    @cached_property
    def left(self) -> tuple[Field, ...]:
        """What is still to be asked."""
        return open_fields(self.draft.form, self.draft.answers, self.who.facts, self.draft.passed)

    @cached_property
    def problems(self) -> dict[str, RefusalError]:
        """What stands against handing in, by field."""
        return problems_of(
            self.asked, self.draft.answers, asked_of(self.who, self.choices, now=self.now)
        )

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of what answers hold by code: files, relatives, places."""
        files = [
            each
            for value in self.draft.answers.values()
            if isinstance(value, list)
            for each in value
        ]
        found = {key: view.name for key, view in documents_named(files).items()} if files else {}
        return {**self.choices.names, **found}

    @property
    def minutes_left(self) -> int:
        """About how long it still takes."""
        return minutes(self.draft.form, self.draft.answers, self.who.facts)

    def field(self, name: str) -> Field | None:
        """The question, while it is on the way."""
        return next((one for one in self.asked if one.name == name), None)

    def next_step(self) -> str:
        """The name of the next page: what is known, the first open question, the check."""
        if self.known and KNOWN not in self.draft.passed:
            return KNOWN
        return self.left[0].name if self.left else "check"

    def step_before(self, name: str) -> str:
        """The name of the page before; empty for the first."""
        earlier = before(self.asked, name)
        return earlier or (KNOWN if self.known and name != KNOWN else "")

    def value(self, one: Field) -> object:
        """The answer, or the office's word."""
        return value_of(one, self.draft.answers, self.who.facts)

    def forward(self) -> HttpResponseBase:
        """On to the next page."""
        return redirect(step_address(self.item, self.next_step()))


def walk_of(request: ActorRequest, item: str) -> Walk | None:
    """The subject's open draft of an item, or None. Raises the refusals of ``at_hand``."""
    now = timezone.now()
    subject = subject_at_hand(request.actor, "apply", now=now)
    draft = open_draft(subject, item, on=day_of(now))
    return Walk(draft, applicant(subject, now=now), now) if draft else None


def posted_draft(request: ActorRequest) -> UUID:
    """The draft a form was drawn for: not whatever is open when it comes back."""
    try:
        return UUID(request.POST.get("draft", ""))
    except ValueError:
        raise DraftNotFoundError from None


def again(walk: Walk, draft: DraftView) -> Walk:
    """The same after a write."""
    return Walk(draft, walk.who, walk.now)
