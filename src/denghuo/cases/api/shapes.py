"""What programs get of drafts, cases and documents. Account numbers never leave whole."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from denghuo.cases.logic.answers import problems_of
from denghuo.cases.logic.forms import Answer, FieldKind, asked_fields, known_fields
from denghuo.cases.logic.pay_problems import PROBLEM_WORDS
from denghuo.cases.queries.cases import CaseView
from denghuo.cases.queries.documents import DocumentView
from denghuo.cases.queries.drafts import DraftView
from denghuo.cases.queries.forms import applicant, asked_of, offered
from denghuo.kernel.json_shapes import Told
from denghuo.platform.public import DOCUMENT_KINDS, FILE_KINDS

# Uploads a minute; and the longest document with the form's own parts around it.
DELIBERATE = 20
FILE_BODY_BYTES_MAX = (
    max(kind.bytes_max for kind in FILE_KINDS if kind.kind in DOCUMENT_KINDS) + 64 * 1024
)
FieldName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=60,
        json_schema_extra={"example": "licence"},
    ),
]
AnswerOut = bool | int | str | dict[str, str] | list[str]


class GoneOut(Told):
    """What was taken away."""

    id: UUID
    gone: bool


class AskedOut(Told):
    """A question that is asked now. ``choices`` are the codes and words where it has some."""

    name: str
    kind: FieldKind
    label: str
    required: bool
    answered: bool
    scope: str
    choices: dict[str, str]


class KnownOut(Told):
    """What an office has answered already."""

    name: str
    label: str
    value: bool | int | str | None
    source: str
    observed_on: date | None
    disputed: bool


class ProblemOut(Told):
    """What stands against handing in."""

    field: str
    code: str
    message: str


class DraftOut(Told):
    """A draft under the form in force. ``asked_again`` and ``dropped`` say what a newer form did
    to its answers; ``case`` is set once it was handed in, and then nothing else is told."""

    id: UUID
    item: str
    form_version: int
    answers: dict[str, AnswerOut]
    known: list[KnownOut]
    asked: list[AskedOut]
    problems: list[ProblemOut]
    asked_again: list[str]
    dropped: list[str]
    touched_at: datetime
    case: UUID | None


class CaseOut(Told):
    """A case as a list shows it. ``version`` is what the next write must name; ``moves`` are what
    may be done with it now."""

    id: UUID
    number: str
    item: str
    item_name: str
    period: str
    channel: str
    state: str
    state_text: str
    version: int
    moves: list[str]
    in_work: bool
    submitted_at: datetime
    accepted_at: datetime | None
    decided_at: datetime | None
    ended_at: datetime | None
    due_on: date | None
    due_text: str
    due_provisional: bool
    answer_by: date | None
    amount_fen: int
    paid_fen: int
    recover_fen: int
    pay_problem: str | None
    pay_problem_text: str


class DocumentOut(Told):
    """A document. ``scan_state``: clean, waiting, infected."""

    id: UUID
    name: str
    content_type: str
    size_bytes: int
    pages: int | None
    sha256: str
    field: str
    scan_state: str


def draft_out(view: DraftView, *, now: datetime) -> DraftOut:
    """The draft with what is known, asked and wrong, weighed anew."""
    empty: dict[str, Any] = {"answers": {}, "known": [], "asked": [], "problems": []}
    return DraftOut(
        id=view.id,
        item=view.item.code,
        form_version=view.form.version,
        asked_again=list(view.asked_again),
        dropped=list(view.dropped),
        touched_at=view.touched_at,
        case=view.case_id,
        **(empty if view.case_id else _weighed(view, now)),
    )


def _weighed(view: DraftView, now: datetime) -> dict[str, Any]:
    who = applicant(view.subject, now=now)
    choices = offered(view.form, view.subject, now=now)
    asked = asked_fields(view.form, view.answers, who.facts)
    problems = problems_of(asked, view.answers, asked_of(who, choices, now=now))
    return {
        "answers": {name: _shown(value) for name, value in view.answers.items()},
        "known": [
            KnownOut(
                name=one.name,
                label=one.title.zh,
                value=who.facts[one.fact].value,
                source=who.facts[one.fact].source,
                observed_on=who.facts[one.fact].observed_on,
                disputed=who.facts[one.fact].disputed,
            )
            for one in known_fields(view.form, view.answers, who.facts)
        ],
        "asked": [
            AskedOut(
                name=one.name,
                kind=one.kind,
                label=one.label.zh,
                required=one.required,
                answered=one.name in view.answers,
                scope=one.scope,
                choices=dict(choices.family)
                if one.kind == "family_person"
                else {each.code: each.label.zh for each in one.choices},
            )
            for one in asked
        ],
        "problems": [
            ProblemOut(field=name, code=refused.code, message=refused.sentence)
            for name, refused in problems.items()
        ],
    }


def _shown(value: Answer) -> Answer:
    if isinstance(value, dict) and "number" in value:
        return {**value, "number": f"…{value['number'][-4:]}"}
    return value


def case_out(view: CaseView) -> CaseOut:
    """One case without its office's inner affairs."""
    return CaseOut(
        id=view.id,
        number=view.number,
        item=view.item.code,
        item_name=view.item.names.zh,
        period=view.period,
        channel=view.channel,
        state=view.state.value,
        state_text=view.state_text,
        version=view.version,
        moves=[str(one) for one in view.moves],
        in_work=view.in_work,
        submitted_at=view.submitted_at,
        accepted_at=view.accepted_at,
        decided_at=view.decided_at,
        ended_at=view.ended_at,
        due_on=view.due_on,
        due_text=view.due_text,
        due_provisional=view.due_provisional,
        answer_by=view.answer_by,
        amount_fen=view.amount_fen,
        paid_fen=view.paid_fen,
        recover_fen=view.recover_fen,
        pay_problem=view.pay_problem or None,
        pay_problem_text=PROBLEM_WORDS.get(view.pay_problem, ""),
    )


def document_out(view: DocumentView) -> DocumentOut:
    """One document without its place."""
    return DocumentOut(
        id=view.id,
        name=view.name,
        content_type=view.content_type,
        size_bytes=view.size_bytes,
        pages=view.page_count,
        sha256=view.sha256,
        field=view.field,
        scan_state=view.scan_state,
    )
