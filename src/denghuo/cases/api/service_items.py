"""Services: what can be asked for, and the form of each in its versions."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Query, Router
from pydantic import Field

from denghuo.cases.api.form_changes import FormDifferenceOut, difference_out
from denghuo.cases.logic.form_json import json_schema
from denghuo.cases.logic.forms import form_numbered
from denghuo.cases.logic.items import Mode, ServiceItem, Status
from denghuo.cases.queries.drafts import form_for
from denghuo.cases.queries.items import service_item
from denghuo.cases.queries.services import find_services
from denghuo.kernel.clock import day_of
from denghuo.kernel.json_shapes import Told
from denghuo.kernel.words import Language
from denghuo.platform.public import ActorRequest, anyone, opened

services = Router()

ItemCode = Annotated[
    str,
    Field(
        max_length=60,
        json_schema_extra={"example": "startup-grant"},
    ),
]
VersionNumber = Annotated[
    int,
    Field(ge=1, le=9_999, json_schema_extra={"example": 1}),
]


class ServiceOut(Told):
    """One service. ``policy`` is the rule that answers for it; ``form_version`` is null where
    nothing is filled in. Days are working days."""

    code: str
    name: str
    summary: str
    who: Literal["person", "firm"]
    mode: Mode
    policy: str | None
    once_per: str
    decided_within_days: int
    decided_within_status: Status
    notice_days: int
    pays: bool
    ask_office: str
    form_version: int | None


class FormOut(Told):
    """One version of a form: in force on ``[valid_from, valid_until)``, as JSON Schema 2020-12.

    Money is fen. ``x-when`` says on which answers or facts a question depends, ``x-fact`` which
    fact of an office takes its place, ``x-scope`` what a mandate or key must cover.
    """

    service: str
    version: int
    valid_from: date
    valid_until: date | None
    declaration: str
    json_schema: dict[str, Any]


@services.get(
    "",
    auth=opened(anyone),
    response=list[ServiceOut],
    summary=_("能办的服务"),
    description=_("全部，或只要给个人的、给单位的；写 q 就只要名字和规则里有这些词的。"),
)
def list_services(
    request: ActorRequest,
    who: Annotated[
        Literal["person", "firm"] | None, Query(description=_("给个人的，还是给单位的"))
    ] = None,
    q: Annotated[str, Query(max_length=80)] = "",
    language: Language = "zh",
) -> list[ServiceOut]:
    """The services on the public list."""
    today = day_of(timezone.now())
    return [
        _service_out(one, today, language) for one in find_services(q, who=who, language=language)
    ]


@services.get(
    "/{item}",
    auth=opened(anyone),
    response=ServiceOut,
    summary=_("一项服务"),
    description=_("给谁、多少天办完、公示几天、现在用第几版表。"),
)
def show_service(request: ActorRequest, item: ItemCode, language: Language = "zh") -> ServiceOut:
    """One service by its code."""
    return _service_out(service_item(item), day_of(timezone.now()), language)


@services.get(
    "/{item}/form",
    auth=opened(anyone),
    response=FormOut,
    summary=_("一项服务的表（JSON Schema）"),
    description=_("现在用的一版，或 version 写明的一版。部门已经有的不用填，以草稿里问的为准。"),
)
def show_form(
    request: ActorRequest,
    item: ItemCode,
    version: VersionNumber | None = None,
    language: Language = "zh",
) -> FormOut:
    """The form in force, or the version asked for."""
    service = service_item(item)
    form = (
        form_for(service, day_of(timezone.now()))
        if version is None
        else form_numbered(service.forms, version)
    )
    return FormOut(
        service=service.code,
        version=form.version,
        valid_from=form.start,
        valid_until=form.until,
        declaration=form.declaration.in_language(language),
        json_schema=json_schema(
            form, item=service.code, title=service.names.in_language(language), language=language
        ),
    )


@services.get(
    "/{item}/form/difference",
    auth=opened(anyone),
    response=FormDifferenceOut,
    summary=_("两版表哪里不一样"),
    description=_("新加、去掉、变了的题；asks_again 的旧答案不再算数，要重新答。"),
)
def show_form_difference(
    request: ActorRequest, item: ItemCode, old: VersionNumber, new: VersionNumber
) -> FormDifferenceOut:
    """What changed between two versions."""
    forms = service_item(item).forms
    return difference_out(form_numbered(forms, old), form_numbered(forms, new))


def _service_out(item: ServiceItem, on: date, language: Language) -> ServiceOut:
    form = item.form_on(on)
    return ServiceOut(
        code=item.code,
        name=item.names.in_language(language),
        summary=item.summary.in_language(language),
        who=item.who,
        mode=item.mode,
        policy=item.policy or None,
        once_per=item.once_per,
        decided_within_days=item.sla.days,
        decided_within_status=item.sla.basis.status,
        notice_days=item.notice.days,
        pays=item.pays,
        ask_office=item.ask_office,
        form_version=form.version if form else None,
    )
