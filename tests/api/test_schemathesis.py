"""Requests made from the description, well formed and broken: never a 500, always as described.

In process over WSGI, with fixed seeds: the same requests every time.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
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
from denghuo.cases.actions.drafts import begin_draft
from denghuo.kernel.region import Region
from denghuo.ledger.models import Entry
from denghuo.platform.public import Actor
from denghuo.policy.actions.sweep_work import run_sweep
from denghuo.policy.actions.sweeps import start_sweep
from tests.api.programs import staff_key, subject_key
from tests.benefits import offices
from tests.cases import world as w
from tests.employment.collected import source
from tests.employment.market import make_post
from tests.factories.people import as_staff, make_staff
from tests.ledger import pay_kit as kit

pytestmark = [pytest.mark.django_db]

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
POLICY = "stable-jobs-refund"
SOURCE = "firms.parquet"


@cache
def description() -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


def labels() -> list[str]:
    paths = api.get_openapi_schema()["paths"]
    return [f"{method.upper()} {path}" for path, item in paths.items() for method in item]


def operation_of(label: str) -> Any:
    method, path = label.split(" ")
    return description()[path][method]


def hammer(
    label: str,
    mode: GenerationMode,
    headers: dict[str, str],
    examples: int,
    known: dict[str, str] | None = None,
) -> set[int]:
    """Send made-up requests; the statuses that came back, every one of them as described.

    In every second request names from ``known`` take the place of made-up ones, so that there
    is something to find.
    """
    operation = operation_of(label)
    seen: set[int] = set()
    turns = itertools.count()

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
        if next(turns) % 2 and known:
            put_in(case, known)
        response = case.call(headers=headers)
        case.validate_response(response, checks=CHECKS)
        seen.add(response.status_code)

    send()
    return seen


def put_in(case: Any, known: dict[str, str]) -> None:
    """Names that stand for something, where the request has a place for them; a first page."""
    if isinstance(case.query, dict):
        case.query.pop("after", None)  # a made-up mark of a last row is refused, and rightly
    for place in (case.path_parameters, case.query, case.body):
        if isinstance(place, dict):
            place.update({name: value for name, value in known.items() if name in place})
            if isinstance(place.get("policies"), list) and "policy" in known:
                place["policies"] = [known["policy"]]


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """A request over WSGI would close the connection that holds the test's transaction."""
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


@dataclass(frozen=True)
class Officer:
    """A program of policy staff, with a file of facts in place."""

    headers: dict[str, str]
    source: Path
    actor: Actor

    def known(self, label: str) -> dict[str, str]:
        """What there is to find: a policy, a file in place, a finished run."""
        names = {"policy_id": POLICY, "policy": POLICY, "source": SOURCE, "entity": "甲"}
        # A figure that is counted from rows, of a year that has some.
        names |= {"measure_id": "persons-registered", "year": "2026", "area": "15"}
        if "{post_id}" in label:
            today = timezone.localdate()
            post = make_post(None, open_from=today, open_until=today + timedelta(days=30))
            names["post_id"] = str(post.pk)
        if "{source_id}" in label:
            names["source_id"] = str(source(keeper_id=self.actor.staff_id).pk)
        if "{run_id}" in label:
            run_id = start_sweep(
                actor=self.actor,
                source=self.source,
                source_name=SOURCE,
                policies=[POLICY],
                as_of=date(2025, 9, 1),
                now=timezone.now(),
            )
            run_sweep(run_id, progress=lambda _done, _total: None)
            names["run_id"] = str(run_id)
        if "/bank/" in label or "/ledger/" in label:
            kit.endow()
            sent = kit.sent_file(2)
            view = kit.answered(sent, ["0000", "E102"])
            about = view.id if "{return_id}" in label else sent.id
            names |= {"return_id": str(about), "file_id": str(about), "account": kit.FUND}
            names["entry_id"] = str(Entry.objects.values_list("pk", flat=True)[0])
        elif "{file_id}" in label:
            rows = [offices.HEADINGS, (offices.firm(1), "甲", 2, "41.5", "186.00")]
            content = offices.csv_bytes(rows)
            names["file_id"] = str(offices.checked(self.actor, content, now=timezone.now()))
        return names


@pytest.fixture
def officer(data_dir: Path, unlimited: None) -> Officer:
    source = data_dir / "facts" / SOURCE
    source.parent.mkdir()
    pq.write_table(pa.table({"entity": ["甲", "乙"], "laid_off_count": [1, None]}), source)
    roles = ("policy_officer", "officer", "treasurer", "supervisor")
    area = Region.read("15")
    owner = make_staff(roles=roles, area=area)
    headers = {"Authorization": f"Bearer {staff_key(owner).key}"}
    return Officer(headers, source, as_staff(owner, roles=roles, area=area))


@dataclass(frozen=True)
class Software:
    """A program of a person who has begun one thing and handed in another."""

    headers: dict[str, str]
    found: dict[str, str]

    def known(self, label: str) -> dict[str, str]:
        """What there is to find, where the operation has a place for it."""
        return {} if "{" not in label and "item" not in label else self.found


def software() -> Software:
    now = timezone.now()
    world = w.make_world()
    case = w.opened(world, period="A1", now=now)
    draft = begin_draft(actor=world.applicant, item=w.RENT, now=now)
    key = subject_key(world.subject, scopes=("read", "apply", "documents"))
    found = {
        "draft_id": str(draft.id),
        "number": case.number,
        "item": w.SKILL,
        "old": "1",
        "new": "1",
    }
    return Software({"Authorization": f"Bearer {key.key}"}, found)


# Whose affairs an operation is about: those of a subject, or those of an office.
OWN = ("/drafts", "/cases", "/services", "/notices")


@pytest.fixture
def caller(label: str, request: pytest.FixtureRequest, unlimited: None) -> Officer | Software:
    if label.split(" ")[1].removeprefix("/api/v1").startswith(OWN):
        return software()
    found: Officer = request.getfixturevalue("officer")
    return found


@pytest.mark.parametrize("label", labels())
def test_good_requests(label: str, caller: Officer | Software) -> None:
    seen = hammer(label, GenerationMode.POSITIVE, caller.headers, 10, caller.known(label))
    assert 401 not in seen
    # No divisions are loaded here, nothing is shown to the public, no document was brought: they
    # have tests of their own.
    # A made-up write on a true case is heard, and nearly always refused.
    told = {200, 201, 202} if label.startswith("GET") else {200, 201, 202, 403, 409, 422}
    absent = any(part in label for part in ("/places/", "{notice_id}", "/documents/"))
    assert absent or seen & told, "none got past the door"


def breakable() -> list[str]:
    """Operations with anything in them that could be wrong."""
    return [
        label
        for label in labels()
        if (raw := operation_of(label).definition.raw)["parameters"]
        or "requestBody" in raw
        or {} not in raw["security"]
    ]


@pytest.mark.parametrize("label", breakable())
def test_broken_requests(label: str, caller: Officer | Software) -> None:
    hammer(label, GenerationMode.NEGATIVE, caller.headers, 6, caller.known(label))


@pytest.mark.parametrize("label", labels())
def test_good_requests_of_nobody(label: str, unlimited: None) -> None:
    seen = hammer(label, GenerationMode.POSITIVE, {}, 4)
    public = {} in operation_of(label).definition.raw["security"]
    assert public or seen == {401}
