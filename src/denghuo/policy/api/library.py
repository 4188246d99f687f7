"""The library as data: lines, one policy with every version, its form, its text."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Query, Router

from denghuo.platform.public import ActorRequest, anyone, opened
from denghuo.policy.logic.answer_json import policy_json, summary_json
from denghuo.policy.logic.json_shapes import Language, PolicyLineOut, PolicyName, PolicyOut
from denghuo.policy.logic.policy_forms import json_schema, search_text
from denghuo.policy.logic.policy_shape import Audience
from denghuo.policy.queries.library import library, policy, speaking_text

policies = Router()

_SCHEMA_ANSWER: dict[str, Any] = {
    "responses": {
        200: {"content": {"application/json": {"schema": {"type": "object"}}}},
    }
}
_TEXT_ANSWER: dict[str, Any] = {
    "responses": {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}
}


@policies.get(
    "",
    auth=opened(anyone),
    response=list[PolicyLineOut],
    summary=_("现行的政策"),
    description=_("全部，或只要给个人的、给单位的；写 q 就只要文字里有这些词的。"),
)
def list_policies(
    request: ActorRequest,
    audience: Audience | None = None,
    q: Annotated[str, Query(max_length=80)] = "",
    language: Language = "zh",
) -> list[dict[str, Any]]:
    """Every policy, or those of one audience, or those whose text holds every word of ``q``."""
    words = q.casefold().split()
    return [
        summary_json(each, language)
        for each in library().values()
        if (audience is None or each.audience == audience)
        and all(word in search_text(each, language).casefold() for word in words)
    ]


@policies.get(
    "/{policy_id}",
    auth=opened(anyone),
    response=PolicyOut,
    by_alias=True,
    summary=_("一项政策和它的所有版本"),
    description=_("四步说明、材料、每个版本带日期和来源的数、去哪里提异议。"),
)
def show_policy(
    request: ActorRequest,
    policy_id: PolicyName,
    language: Language = "zh",
) -> dict[str, Any]:
    """Its sentences, documents, versions with every dated figure, and where to object."""
    return policy_json(policy(policy_id), language)


@policies.get(
    "/{policy_id}/schema",
    auth=opened(anyone),
    summary=_("这项政策的表单（JSON Schema）"),
    description=_("政策要看的每项事实是一个属性；都不是必填，因为“不知道”也是一种回答。"),
    openapi_extra=_SCHEMA_ANSWER,
)
def policy_schema(
    request: ActorRequest,
    policy_id: PolicyName,
    language: Language = "zh",
) -> dict[str, Any]:
    """One property per fact the policy reads; nothing is required, because unknown is known."""
    return json_schema(policy(policy_id), language)


@policies.get(
    "/{policy_id}/text",
    auth=opened(anyone),
    summary=_("规则原文（YAML）"),
    description=_("其他一切都从这份带日期的文本得来。"),
    openapi_extra=_TEXT_ANSWER,
)
def policy_text(request: ActorRequest, policy_id: PolicyName) -> HttpResponse:
    """The dated text itself, from which everything else is made."""
    return HttpResponse(speaking_text(policy_id), content_type="text/plain; charset=utf-8")
