"""The policy room's part of the API: the library, one explained answer, a small sweep."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import NotSubjectError, SubjectRef
from denghuo.platform.public import ActorRequest, anyone, opened, staff_with
from denghuo.policy.logic.answer_json import answer_json, policy_json, summary_json
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.explain import answer
from denghuo.policy.logic.fact_values import FactValueError, KnownFact, known_facts
from denghuo.policy.logic.policy_forms import json_schema, search_text
from denghuo.policy.logic.questions import next_question
from denghuo.policy.queries.answers import answers_for
from denghuo.policy.queries.library import library, policy, registry, speaking_text

ROWS_MAX = 1_000
POLICIES_MAX = 100
FACTS_MAX = 400
_YEAR_FIRST, _YEAR_LAST = date(1900, 1, 1), date(2200, 1, 1)

policies = Router()
explain = Router()
sweeps = Router()

Language = Literal["zh", "en", "mn"]
PolicyName = Annotated[str, Field(max_length=80)]
Day = Annotated[date, Field(ge=_YEAR_FIRST, le=_YEAR_LAST)]
FactName = Annotated[str, Field(max_length=60)]
RawValue = Annotated[str, Field(max_length=200)] | bool | int | float | None
Facts = Annotated[dict[FactName, RawValue], Field(max_length=FACTS_MAX)]


class TooManyRowsError(RefusalError):
    """A small sweep answers at once; a large one is a file (the desk, or the command line)."""

    code = "policy.too_many_rows"
    template = "一次最多 {limit} 行。更多请在工作台上传文件。"


class Strict(Schema):
    """A body with no field that nobody reads."""

    model_config = ConfigDict(extra="forbid")


class ExplainBody(Strict):
    """Facts as JSON values (money in fen, days as ISO dates, decimals as text); or a subject
    whose affairs the caller may see, in which case the facts held are used."""

    facts: Facts = Field(default_factory=dict)
    subject: Annotated[str, Field(max_length=50)] | None = None
    policies: Annotated[list[PolicyName], Field(max_length=POLICIES_MAX)] = []
    as_of: Day | None = None
    known_on: Day | None = None
    language: Language = "zh"


class QuestionBody(Strict):
    """Facts known so far, and those the person could not tell."""

    facts: Facts = Field(default_factory=dict)
    skipped: Annotated[list[FactName], Field(max_length=FACTS_MAX)] = []
    policies: Annotated[list[PolicyName], Field(max_length=POLICIES_MAX)] = []
    as_of: Day | None = None
    language: Language = "zh"


class SweepBody(Strict):
    """Up to 1,000 subjects; each row has ``entity`` and its facts."""

    rows: Annotated[list[dict[FactName, RawValue]], Field(max_length=ROWS_MAX)]
    policies: Annotated[list[PolicyName], Field(min_length=1, max_length=POLICIES_MAX)]
    as_of: Day | None = None


class PolicyLine(Schema):
    """One line of the library."""

    id: str
    name: str
    summary: str
    audience: Literal["person", "firm", "pair"]
    authority: str
    delivery: Literal["auto", "confirm", "apply"]
    status: Literal["verified", "assumed"]
    digest: str


@policies.get("", auth=opened(anyone), response=list[PolicyLine], summary="The policies that speak")
def list_policies(
    request: ActorRequest,
    audience: Literal["person", "firm", "pair"] | None = None,
    q: Annotated[str, Query(max_length=80)] = "",
    language: Language = "zh",
) -> list[dict[str, Any]]:
    """Every policy, or those of one audience, or those whose text holds every word of ``q``."""
    words = q.split()
    return [
        summary_json(each, language)
        for each in library().values()
        if (audience is None or each.audience == audience)
        and all(word in search_text(each, language) for word in words)
    ]


@policies.get("/{policy_id}", auth=opened(anyone), summary="One policy with all its versions")
def show_policy(
    request: ActorRequest,
    policy_id: PolicyName,
    language: Language = "zh",
) -> dict[str, Any]:
    """Its sentences, documents, versions with every dated figure, and where to object."""
    return policy_json(policy(policy_id), language)


@policies.get("/{policy_id}/schema", auth=opened(anyone), summary="The form as JSON Schema")
def policy_schema(
    request: ActorRequest,
    policy_id: PolicyName,
    language: Language = "zh",
) -> dict[str, Any]:
    """One property per fact the policy reads; nothing is required, because unknown is known."""
    return json_schema(policy(policy_id), language)


@policies.get("/{policy_id}/text", auth=opened(anyone), summary="The text as written")
def policy_text(request: ActorRequest, policy_id: PolicyName) -> HttpResponse:
    """The dated text itself (YAML), from which everything else is made."""
    return HttpResponse(speaking_text(policy_id), content_type="text/plain; charset=utf-8")


@explain.post("", auth=opened(anyone, per_minute=60), summary="Explained answers for one subject")
def explain_policies(request: ActorRequest, body: ExplainBody) -> list[dict[str, Any]]:
    """Verdict, reasons, amount with its arithmetic, what is missing, near misses."""
    as_of = body.as_of or timezone.localdate()
    asked = _asked(body.policies)
    if body.subject is not None:
        subject = SubjectRef.read(body.subject)
        if request.actor.acting_for != subject:
            raise NotSubjectError
        wanted = {each.id for each in asked}
        found = answers_for([subject], as_of=as_of, language=body.language)
        return [answer_json(each, body.language) for each in found if each.definition.id in wanted]
    facts = _facts(body.facts)
    return [
        answer_json(
            answer(
                definition,
                _of(definition, facts),
                as_of,
                known_on=body.known_on,
                language=body.language,
            ),
            body.language,
        )
        for definition in asked
    ]


@explain.post(
    "/next-question", auth=opened(anyone, per_minute=60), summary="What to ask next, if anything"
)
def ask_next(request: ActorRequest, body: QuestionBody) -> dict[str, Any] | None:
    """The fact that matters most, with its sentence; null when nothing can change any more."""
    question = next_question(
        _asked(body.policies),
        _facts(body.facts),
        body.as_of or timezone.localdate(),
        unavailable=frozenset(body.skipped),
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
        "values": {value: words.in_language(body.language) for value, words in spec.values.items()},
        "policies": list(question.policies),
    }


@sweeps.post(
    "", auth=opened(staff_with("policy_officer", "policy_publisher")), summary="A small sweep"
)
def sweep_rows(request: ActorRequest, body: SweepBody) -> dict[str, Any]:
    """Answers for up to 1,000 rows at once; a row that cannot be read is named, not dropped."""
    as_of = body.as_of or timezone.localdate()
    asked = _asked(body.policies)
    answered: list[dict[str, Any]] = []
    bad: list[dict[str, Any]] = []
    for number, row in enumerate(body.rows, start=1):
        entity = row.get("entity")
        try:
            facts = _facts({name: value for name, value in row.items() if name != "entity"})
        except FactValueError as refused:
            bad.append({"row": number, "column": refused.field, "reason": refused.sentence})
            continue
        for definition in asked:
            found = answer(definition, _of(definition, facts), as_of)
            answered.append(
                {
                    "entity": entity,
                    "policy": definition.id,
                    "version": found.version.key if found.version else None,
                    "verdict": found.verdict.name.lower(),
                    "amount": found.amount,
                    "fail_mask": found.fail_mask,
                    "unknown_mask": found.unknown_mask,
                }
            )
    return {"rows_read": len(body.rows), "answers": answered, "bad_rows": bad}


def _asked(names: list[str]) -> list[PolicyDefinition]:
    """The named policies, or the whole library. Raises ``PolicyNotFoundError``."""
    return [policy(name) for name in names] if names else list(library().values())


def _facts(given: dict[str, Any]) -> dict[str, KnownFact]:
    return known_facts(registry(), given, source="接口")


def _of(definition: PolicyDefinition, facts: dict[str, KnownFact]) -> dict[str, KnownFact]:
    return {name: fact for name, fact in facts.items() if name in definition.specs}
