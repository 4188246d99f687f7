"""Explained answers: from facts a program sends, or from those the offices hold about a subject.

Here and not in the policy room, because whose facts they are and who may see them is known to
the people room.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Router
from pydantic import Field

from denghuo.kernel.json_shapes import Day, Sent
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import NotSubjectError, SubjectRef
from denghuo.people.public import (
    FirmNotFoundError,
    NoMandateError,
    PersonNotFoundError,
    demand_scope,
    firm_of,
    may_see_firm,
    may_see_person,
    person_attributes_for_policy,
    person_of,
    refs_of,
)
from denghuo.platform.public import (
    Actor,
    ActorRequest,
    anyone,
    opened,
    record_look_up,
)
from denghuo.policy.public import (
    POLICIES_MAX,
    AnswerOut,
    FactName,
    Facts,
    KnownFact,
    Language,
    PolicyDefinition,
    PolicyName,
    PolicyNotFoundError,
    QuestionOut,
    answer,
    answer_json,
    concerns,
    end_of,
    facts_known,
    known_facts,
    library,
    next_question,
    register_facts,
    registry,
)

explain = Router()

PURPOSE = "核对能享受的政策"
_PER_MINUTE = 60
_SKIPPED_MAX = 400

_FACTS_EXAMPLE = {
    "summary": "按给出的事实",
    "value": {
        "policies": ["stable-jobs-refund"],
        "as_of": "2025-09-01",
        "facts": {
            "firm_kind": "enterprise",
            "size_class": "small",
            "laid_off_count": 2,
            "insured_average": "42",
            "unemployment_premium_paid": 18640000,
        },
    },
}
_SUBJECT_EXAMPLE = {
    "summary": "按各部门已有的信息（要有权看）",
    "value": {"subject": "firm:3f0c8a52-6f0e-4c51-9d5e-0d6f3a0b7c11", "known_on": "2025-09-01"},
}
_QUESTION_EXAMPLE = {"policies": ["startup-grant"], "facts": {"is_graduate": True}, "skipped": []}


class SubjectOrFactsError(RefusalError):
    """Facts sent along with a subject would pass for the offices' own."""

    code = "api.subject_or_facts"
    template = "写了 subject 就用各部门已有的信息，不能再写 facts。请只留一样。"


class NotForSubjectError(RefusalError):
    """A policy for firms asked for a person, or the other way round."""

    code = "api.not_for_subject"
    template = "“{policy}”不是给这一类对象的，没法回答。"


class ExplainBody(Sent):
    """Facts as JSON values; or a subject whose affairs the caller may see.

    ``as_of`` is the day asked about, today when absent. ``known_on`` answers with what was
    known and published by the end of that day, now when absent.
    """

    facts: Facts = Field(default_factory=dict)
    subject: Annotated[str, Field(max_length=50)] | None = None
    policies: Annotated[list[PolicyName], Field(max_length=POLICIES_MAX)] = []
    as_of: Day | None = None
    known_on: Day | None = None
    language: Language = "zh"


class QuestionBody(Sent):
    """Facts known so far, and those the person could not tell.

    ``telling``: nothing can be fetched any more, a person is asked, in an order that makes
    sense to them.
    """

    facts: Facts = Field(default_factory=dict)
    skipped: Annotated[list[FactName], Field(max_length=_SKIPPED_MAX)] = []
    policies: Annotated[list[PolicyName], Field(max_length=POLICIES_MAX)] = []
    as_of: Day | None = None
    telling: bool = False
    language: Language = "zh"


@explain.post(
    "",
    auth=opened(anyone, per_minute=_PER_MINUTE),
    response=list[AnswerOut],
    summary=_("能不能享受，为什么"),
    description=_(
        "每条条件的结论和原因、金额怎么算、还差什么、差一步能怎样。"
        "只写 facts 不用登录；写 subject 要是本人、受委托的人，或负责这一片的工作人员，"
        "会留下查看记录。"
    ),
    openapi_extra={
        "requestBody": {
            "content": {
                "application/json": {
                    "examples": {"facts": _FACTS_EXAMPLE, "subject": _SUBJECT_EXAMPLE}
                }
            }
        }
    },
)
def explain_policies(request: ActorRequest, body: ExplainBody) -> list[dict[str, Any]]:
    """Verdict, reasons, amount with its arithmetic, what is missing, near misses."""
    as_of = body.as_of or timezone.localdate()
    known_at = None if body.known_on is None else end_of(body.known_on)
    asked = _asked(body.policies, known_at)
    if body.subject is not None:
        subject = SubjectRef.read(body.subject)
        if body.facts:
            raise SubjectOrFactsError(field="facts")
        _demand_may_see(request.actor, subject, timezone.now())
        asked = _of_subject(asked, subject, named=bool(body.policies))
        facts = _held(subject, known_at)
    else:
        facts = known_facts(registry(), body.facts, source="接口")
    return [
        answer_json(
            answer(
                definition,
                {name: fact for name, fact in facts.items() if name in definition.specs},
                as_of,
                known_on=body.known_on,
                language=body.language,
            ),
            body.language,
        )
        for definition in asked
    ]


@explain.post(
    "/next-question",
    auth=opened(anyone, per_minute=_PER_MINUTE),
    response=QuestionOut | None,
    summary=_("接下来最该问什么"),
    description=_("再问也改变不了结果时回答 null。skipped 里写本人说不清的。"),
    openapi_extra={
        "requestBody": {"content": {"application/json": {"example": _QUESTION_EXAMPLE}}}
    },
)
def ask_next(request: ActorRequest, body: QuestionBody) -> dict[str, Any] | None:
    """The fact that matters most, with its sentence; null when nothing can change any more."""
    question = next_question(
        _asked(body.policies, None),
        known_facts(registry(), body.facts, source="接口"),
        body.as_of or timezone.localdate(),
        unavailable=frozenset(body.skipped),
        telling=body.telling,
    )
    if question is None:
        return None
    spec = question.spec
    return {
        "fact": spec.name,
        "how": question.how,
        "question": (spec.question or spec.labels).in_language(body.language),
        "why": spec.why.in_language(body.language) if spec.why else None,
        "kind": spec.kind.value,
        "unit": spec.unit,
        "values": {value: words.in_language(body.language) for value, words in spec.values.items()},
        "policies": list(question.policies),
    }


def _asked(names: list[str], known_at: datetime | None) -> list[PolicyDefinition]:
    """The named policies, or the whole library, as published then."""
    published = library(known_at)
    if not names:
        return list(published.values())
    if not published.keys() >= set(names):
        raise PolicyNotFoundError(field="policies")
    return [published[name] for name in dict.fromkeys(names)]


def _demand_may_see(actor: Actor, subject: SubjectRef, now: datetime) -> None:
    """Pass for whoever acts for the subject and for staff who answer for them; write it down.

    Everyone else learns nothing, not even whether there is such a subject: ``NotSubjectError``.
    """
    try:
        if subject.kind == "person":
            residence = person_of(subject.id).residence
            place = None if residence is None else residence.code
            allowed = may_see_person(actor, person_id=subject.id, residence=place)
        else:
            allowed = may_see_firm(
                actor, firm_id=subject.id, region=firm_of(subject.id).region.code
            )
        if allowed and actor.acting_for == subject:
            demand_scope(actor, subject, "read", now=now)
    except (PersonNotFoundError, FirmNotFoundError, NoMandateError):
        raise NotSubjectError from None
    if not allowed:
        raise NotSubjectError
    if actor.person != subject:
        record_look_up(
            actor=actor, subject=subject, what=("policy_facts",), purpose=PURPOSE, at=now
        )


def _of_subject(
    asked: Iterable[PolicyDefinition], subject: SubjectRef, *, named: bool
) -> list[PolicyDefinition]:
    """The policies that can be asked for the subject; one asked by name must be among them."""
    found = []
    for definition in asked:
        if concerns(definition, [subject]):
            found.append(definition)
        elif named:
            raise NotForSubjectError(field="policies", policy=definition.names.zh)
    return found


def _held(subject: SubjectRef, known_at: datetime | None) -> dict[str, KnownFact]:
    """What the registers say, and over it what was told to us about the subject since."""
    words = person_attributes_for_policy(subject)
    # A merged duplicate's facts count, under those of the record that stayed.
    return facts_known(
        reversed(refs_of(subject)),
        known_on=known_at,
        beside=register_facts(subject, words, known_on=known_at),
    )
