"""Every route says who may open it."""

from __future__ import annotations

import inspect

import pytest
from ninja import NinjaAPI

from denghuo.api.v1 import api
from tests.house.house import routes

pytestmark = pytest.mark.no_postgres

# The API's own description, public as the API's documentation; operations are looked at below.
API_DESCRIPTION = {"/api/v1/", "/api/v1/openapi.json"}


def operations(of: NinjaAPI) -> list[tuple[str, object]]:
    """Every operation of the API with its name."""
    found: list[tuple[str, object]] = []
    for prefix, router in of._routers:
        for path, view in router.path_operations.items():
            found += [(f"{'/'.join(one.methods)} {prefix}{path}", one) for one in view.operations]
    return found


def test_every_page_has_an_access_rule() -> None:
    pages = [(path, view) for path, view in routes() if not view.__module__.startswith("ninja.")]
    assert len(pages) > 10, "the routes were not found"
    open_to_all = [
        path
        for path, view in pages
        if path not in API_DESCRIPTION and not hasattr(view, "access_rule")
    ]
    assert open_to_all == [], "give these views @allowed(...)"


def test_every_api_operation_has_an_access_rule() -> None:
    found = operations(api)
    assert found, "the operations were not found"
    unguarded = [
        name
        for name, one in found
        if not any(hasattr(call, "access_rule") for call in getattr(one, "auth_callbacks", []))
    ]
    assert unguarded == [], "give these operations auth=opened(...)"


def test_every_access_rule_says_why() -> None:
    silent = {
        f"{rule.__module__}.{rule.__qualname__}"
        for _, view in routes()
        if (rule := getattr(view, "access_rule", None)) is not None and not inspect.getdoc(rule)
    }
    assert silent == set(), "a rule's docstring is the reason"
