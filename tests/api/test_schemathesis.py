"""Requests made from the description, well formed and broken: never a 500, always as described.

In process over WSGI, with fixed seeds: the same requests every time.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from denghuo.api.v1 import api
from denghuo.kernel.region import Region
from tests.api.programs import staff_key
from tests.factories.people import make_staff

pytestmark = [pytest.mark.django_db]

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
EXAMPLES = 25


@cache
def description() -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


def labels() -> list[str]:
    paths = api.get_openapi_schema()["paths"]
    return [f"{method.upper()} {path}" for path, item in paths.items() for method in item]


def operation_of(label: str) -> Any:
    method, path = label.split(" ")
    return description()[path][method]


def hammer(label: str, mode: GenerationMode, headers: dict[str, str], examples: int) -> set[int]:
    """Send made-up requests; the statuses that came back, every one of them as described."""
    operation = operation_of(label)
    seen: set[int] = set()

    @settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        response = case.call(headers=headers)
        case.validate_response(response, checks=CHECKS)
        seen.add(response.status_code)

    send()
    return seen


@pytest.fixture
def officer(data_dir: Path, unlimited: None) -> dict[str, str]:
    """The headers of a program of policy staff, with a file of facts in place."""
    folder = data_dir / "facts"
    folder.mkdir()
    pq.write_table(pa.table({"entity": ["甲"]}), folder / "firms.parquet")
    owner = make_staff(roles=("policy_officer", "officer"), area=Region.read("15"))
    return {"Authorization": f"Bearer {staff_key(owner).key}"}


@pytest.mark.parametrize("label", labels())
def test_good_requests_of_staff(label: str, officer: dict[str, str]) -> None:
    seen = hammer(label, GenerationMode.POSITIVE, officer, EXAMPLES)
    assert not seen & {401, 403}


@pytest.mark.parametrize("label", labels())
def test_broken_requests_of_staff(label: str, officer: dict[str, str]) -> None:
    hammer(label, GenerationMode.NEGATIVE, officer, EXAMPLES)


@pytest.mark.parametrize("label", labels())
def test_good_requests_of_nobody(label: str, unlimited: None) -> None:
    seen = hammer(label, GenerationMode.POSITIVE, {}, EXAMPLES)
    public = {} in operation_of(label).definition.raw["security"]
    assert public or seen == {401}


def test_explained_answers_are_reached(officer: dict[str, str]) -> None:
    """The requests are not all turned away at the door: the rules themselves are exercised."""
    assert 200 in hammer("POST /api/v1/explain", GenerationMode.POSITIVE, officer, 60)
    assert 200 in hammer("POST /api/v1/explain/next-question", GenerationMode.POSITIVE, officer, 60)
