"""A page that a programmer can read without scripts: every operation and what it takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from denghuo.api.v1 import api
from denghuo.platform.public import ActorRequest, allowed, anyone

_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class OperationView:
    """One operation as the page lists it."""

    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[str, ...]


@allowed(anyone)
def index(request: ActorRequest) -> HttpResponse:
    """The list of operations, from the same description programs read."""
    return render(request, "api/index.html", {"operations": list(_operations())})


def _operations() -> Iterator[OperationView]:
    schema: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/v1/")
    for path, item in schema["paths"].items():
        for method in _METHODS:
            if method not in item:
                continue
            operation = item[method]
            yield OperationView(
                method=method.upper(),
                path=path,
                summary=operation.get("summary", ""),
                description=operation.get("description", ""),
                parameters=tuple(each["name"] for each in operation.get("parameters", ())),
            )
