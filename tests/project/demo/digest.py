"""A region as one number: what was made, without what is drawn anew for secrecy (identifiers of
rows, sealed values, the seed of a sample)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator

from denghuo.benefits.models import Proposal, Season
from denghuo.cases.models import Case, Decision, Objection, Step
from denghuo.employment.models import Advert, Application, Post, PostQuestion, Wish, WishedWork
from denghuo.ledger.models import Entry, PayOrder
from denghuo.people.models import Firm, Person
from denghuo.places.models import Facility
from denghuo.platform.models import Message
from denghuo.policy.models import FactRecord


def parts() -> dict[str, str]:
    """The digest of each table, so that a difference can be found."""
    return {
        name: hashlib.sha256("\n".join(sorted(map(_line, rows))).encode()).hexdigest()
        for name, rows in _tables()
    }


def _line(row: tuple[object, ...]) -> str:
    """One way to write a row: PostgreSQL keeps the keys of an object in an order of its own."""
    return json.dumps(row, default=str, ensure_ascii=False, sort_keys=True)


def _tables() -> Iterator[tuple[str, Iterable[tuple[object, ...]]]]:
    yield "persons", Person.objects.values_list("pk", "name", "born_on", "sex", "residence")
    yield "firms", Firm.objects.values_list("pk", "uscc", "name", "region", "size_class")
    yield "facilities", Facility.objects.values_list("kind", "name", "division__code")
    yield "facts", FactRecord.objects.values_list("subject_id", "name", "value", "observed_on")
    yield "cases", Case.objects.values_list(
        "number", "subject_id", "period", "area", "state", "version", "amount_fen", "paid_fen",
        "pay_problem", "bulk_row", "due_on",
    )  # fmt: skip
    yield "steps", Step.objects.values_list("case__number", "seq", "kind", "at", "note")
    yield "decisions", Decision.objects.values_list("case__number", "round", "result", "reasons")
    yield "objections", Objection.objects.values_list("case__number", "raised_by", "state")
    yield "seasons", Season.objects.values_list("title", "area", "state", "changed_at")
    yield "lists", Proposal.objects.values_list("season__title", "entity", "kind", "out", "row")
    yield "orders", PayOrder.objects.values_list("payee", "amount_fen", "fund", "state", "reason")
    yield "entries", Entry.objects.values_list("kind", "booked_on", "posted_at", "memo")
    yield "messages", Message.objects.values_list("kind", "title", "created_at")
    yield "posts", Post.objects.values_list(
        "employer_uscc", "title", "occupation", "pay_low_fen", "pay_high_fen", "place", "state",
        "questions", "open_until",
    )  # fmt: skip
    yield "adverts", Advert.objects.values_list("source__name", "source_key", "digest", "told_at")
    yield "questions", PostQuestion.objects.values_list("post__title", "question", "state", "told")
    yield (
        "wishes",
        Wish.objects.values_list(
            "person_id", "state", "home", "reach_km", "pay_least_fen", "hours", "skills", "said_at"
        ),
    )
    yield "works", WishedWork.objects.values_list("wish__person_id", "place", "words", "code")
    yield (
        "applied",
        Application.objects.values_list(
            "person_id", "post__title", "state", "reason", "changed_at"
        ),
    )
