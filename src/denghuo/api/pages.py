"""A page that a programmer can read without scripts: every operation, what it takes, one call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from denghuo.api.description import REFUSALS, TAGS, resolved
from denghuo.api.v1 import api
from denghuo.people.public import API_KEY_DAYS_MAX
from denghuo.platform.public import (
    REQUESTS_PER_MINUTE,
    WRITES_PER_MINUTE,
    ActorRequest,
    allowed,
    anyone,
)

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ParameterView:
    """One parameter or field, in words."""

    name: str
    kind: str
    required: bool
    words: str


@dataclass(frozen=True, slots=True)
class OperationView:
    """One operation as the page lists it."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    public: bool
    parameters: tuple[ParameterView, ...]
    curl: str


@dataclass(frozen=True, slots=True)
class SectionView:
    """The operations of one topic."""

    id: str
    name: str
    operations: tuple[OperationView, ...]


@require_safe
@allowed(anyone)
def index(request: ActorRequest) -> HttpResponse:
    """The list of operations, from the same description programs read."""
    context = {
        "sections": list(_sections()),
        "refusals": [(status, _(words)) for status, words in REFUSALS.items()],
        "reads": REQUESTS_PER_MINUTE,
        "writes": WRITES_PER_MINUTE,
        "days": API_KEY_DAYS_MAX,
    }
    return render(request, "api/index.html", context)


def _sections() -> Iterator[SectionView]:
    schema: Json = api.get_openapi_schema()
    views: dict[str, list[OperationView]] = {tag: [] for tag in TAGS}
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            view = _view(schema, path, method, operation)
            views[operation["tags"][0]].append(view)
    for tag, operations in views.items():
        if operations:
            yield SectionView(tag, _(TAGS[tag]), tuple(operations))


def _view(schema: Json, path: str, method: str, operation: Json) -> OperationView:
    return OperationView(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=_(operation["summary"]),
        description=_(operation["description"]) if operation.get("description") else "",
        public={} in operation["security"],
        parameters=tuple(_parameters(schema, operation)),
        curl=_curl(schema, path, method, operation),
    )


def _parameters(schema: Json, operation: Json) -> Iterator[ParameterView]:
    for each in operation["parameters"]:
        yield _parameter(schema, each["name"], each["schema"], each, required=each["required"])
    for content in operation.get("requestBody", {}).get("content", {}).values():
        shape = resolved(schema, content["schema"])
        required = set(shape.get("required", ()))
        for name, inner in shape.get("properties", {}).items():
            yield _parameter(schema, name, inner, inner, required=name in required)


def _parameter(
    schema: Json, name: str, shape: Json, described: Json, *, required: bool
) -> ParameterView:
    return ParameterView(name, _kind(schema, shape), required, _(described["description"]))


def _kind(schema: Json, shape: Json) -> str:
    """What a value looks like, in a few words."""
    shape = resolved(schema, shape)
    for either in ("anyOf", "oneOf"):
        kinds = [_kind(schema, each) for each in shape.get(either, ()) if each != {"type": "null"}]
        if kinds:
            return " / ".join(dict.fromkeys(kinds))
    if "enum" in shape:
        return " / ".join(str(each) for each in shape["enum"])
    if "const" in shape:
        return str(shape["const"])
    if shape.get("type") == "array":
        return _("列表：%(kind)s") % {"kind": _kind(schema, shape.get("items", {}))}
    words = {
        "date": _("日期"),
        "uuid": _("编号"),
        "binary": _("文件"),
        "string": _("文字"),
        "integer": _("整数"),
        "number": _("数"),
        "boolean": "true / false",
        "object": _("对象"),
    }
    return words.get(shape.get("format", ""), words.get(str(shape.get("type")), ""))


def _curl(schema: Json, path: str, method: str, operation: Json) -> str:
    """A call that can be pasted: the site and the key are the reader's own."""
    query: dict[str, str] = {}
    for each in operation["parameters"]:
        example = str(each["schema"].get("example", ""))
        if each["in"] == "path" and example:
            path = path.replace("{" + each["name"] + "}", quote(example))
        elif each["in"] == "query" and example:
            query[each["name"]] = example
    address = f'"$SITE{path}{"?" if query else ""}{urlencode(query)}"'
    words = [f"curl {address}"]
    if {} not in operation["security"]:
        words.append('-H "Authorization: Bearer $KEY"')
    if any(each["name"] == "Idempotency-Key" for each in operation["parameters"]):
        words.append("-H 'Idempotency-Key: 2026-11-23-01'")
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        body = _example(content["application/json"])
        words += ["-H 'Content-Type: application/json'", f"-d '{body}'"]
    elif "multipart/form-data" in content:
        words += [f"-F {field}" for field in _form_fields(schema, content["multipart/form-data"])]
    elif "application/octet-stream" in content:
        words += ["-H 'Content-Type: application/octet-stream'", "--data-binary @firms.csv"]
    elif method == "post":
        words.append("-X POST")
    return " \\\n  ".join(words)


def _form_fields(schema: Json, content: Json) -> Iterator[str]:
    """The parts of a form: the file, and what must go with it."""
    shape = resolved(schema, content["schema"])
    for name, inner in shape["properties"].items():
        if name == "upload":
            yield f"{name}=@file"
        elif name in shape.get("required", ()):
            items = inner.get("items", inner)
            yield f"{name}={items.get('example', '…')}"


def _example(content: Json) -> str:
    examples = content.get("examples") or {"": {"value": content.get("example", {})}}
    first = next(iter(examples.values()))["value"]
    lines = [
        f'  "{name}": {json.dumps(value, ensure_ascii=False)}' for name, value in first.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}"
