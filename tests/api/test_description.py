"""The description says all, and says only what is so."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pydantic import BaseModel

from denghuo.api.description import PARAMETERS, REFUSALS, TAGS, guard_of, operations, resolved
from denghuo.api.v1 import PREFIX, api
from denghuo.kernel.subject import SubjectRef
from denghuo.platform.public import anyone
from denghuo.policy.public import library, registry
from tests.api.programs import program, staff_key, subject_key
from tests.factories.people import make_person, make_staff

NOWHERE = "3f0c8a52-6f0e-4c51-9d5e-0d6f3a0b7c11"
HAN = re.compile(r"[\u4e00-\u9fff]")


def described() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema()))
    return schema


def each_operation() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, operation)
        for path, item in described()["paths"].items()
        for method, operation in item.items()
    ]


def test_every_operation_is_guarded_and_says_who() -> None:
    found = list(operations(api))
    assert len(found) > 15
    rules = {one.view_func.__name__: guard_of(one).access_rule for one in found}
    for _, _, operation in each_operation():
        rule = rules[operation["operationId"]]
        assert operation["x-who"] == (rule.__doc__ or "").strip() != ""
        assert ({} in operation["security"]) is (rule is anyone)


def test_every_operation_has_words_and_a_typed_answer() -> None:
    for method, path, operation in each_operation():
        where = f"{method} {path}"
        assert HAN.search(operation["summary"]), where
        assert HAN.search(operation["description"]), where
        assert set(operation["tags"]) <= set(TAGS), where
        successes = [status for status in operation["responses"] if status.startswith("2")]
        assert successes, where
        for success in successes:
            for content in operation["responses"][success]["content"].values():
                assert content["schema"], where


def bodies(operation: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of what an operation is sent."""
    contents = operation.get("requestBody", {}).get("content", {}).values()
    return [resolved(schema, content["schema"]).get("properties", {}) for content in contents]


def test_every_parameter_and_field_has_words() -> None:
    schema = described()
    named = set()
    for _, path, operation in each_operation():
        for each in operation["parameters"]:
            assert HAN.search(each["description"]), f"{path} {each['name']}"
            named.add(each["name"])
        for fields in bodies(operation, schema):
            for field, shape in fields.items():
                assert HAN.search(shape["description"]), f"{path} {field}"
                named.add(field)
    rows = schema["components"]["schemas"]["SweepRow"]["properties"]
    assert set(PARAMETERS) - named - set(rows) == set(), "words that nothing is called by"


def test_every_refusal_is_described_in_the_one_format() -> None:
    responses = described()["components"]["responses"]
    assert set(responses) == {f"Refused{status}" for status in REFUSALS}
    for method, path, operation in each_operation():
        refusals = {status for status in operation["responses"] if not status.startswith("2")}
        assert refusals >= {"400", "401", "404", "422", "429"}, path
        assert method == "get" or "413" in refusals, path
        needs_key = any(each["name"] == "Idempotency-Key" for each in operation["parameters"])
        assert not needs_key or "409" in refusals, path
    assert "Retry-After" in responses["Refused429"]["headers"]


def shapes(of: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Every shape there is."""
    for each in of.__subclasses__():
        yield each
        yield from shapes(each)


def test_no_two_shapes_have_one_name() -> None:
    """The description knows shapes by their names: one would be told for the other."""
    described_names = set(described()["components"]["schemas"])
    ours = {
        (one.__name__, one.__module__)
        for one in shapes(BaseModel)
        if one.__module__.startswith("denghuo.") and one.__name__ in described_names
    }
    names = Counter(name for name, _module in ours)
    assert [name for name, many in names.items() if many > 1] == []
    assert len(names) > 60


def test_every_reference_leads_somewhere() -> None:
    schema = described()
    found = set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(schema)))
    assert found
    for reference in found:
        node: Any = schema
        for part in reference.split("/"):
            node = node[part]


def test_the_facts_are_those_of_the_registry() -> None:
    schemas = described()["components"]["schemas"]
    assert set(schemas["Facts"]["properties"]) == set(registry())
    for shape in ("ExplainBody", "QuestionBody", "SweepRow"):
        assert schemas[shape]["properties"]["facts"]["$ref"] == "#/components/schemas/Facts"


def examples() -> list[tuple[str, dict[str, Any]]]:
    found = []
    for _, path, operation in each_operation():
        for content in operation.get("requestBody", {}).get("content", {}).values():
            if "example" in content:
                found.append((path, content["example"]))
            found += [(path, one["value"]) for one in content.get("examples", {}).values()]
    return found


# Where an example names what is the reader's own: a firm, a file, a draft, a case.
NOBODYS = re.compile(r"[{]|^/api/v1/sweeps/runs$")


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "body"), examples())
def test_every_example_is_read_and_answered(path: str, body: dict[str, Any]) -> None:
    """By a program that may: found, or of something that is not there; never unreadable."""
    with_subject = path.startswith(("/api/v1/drafts", "/api/v1/cases"))
    person = SubjectRef("person", make_person())
    scopes = ("read", "apply", "documents", "money")
    staff = ("policy_officer", "officer", "reviewer", "treasurer", "supervisor")
    key = subject_key(person, scopes=scopes) if with_subject else staff_key(make_staff(roles=staff))
    address = re.sub(r"\{[a-z_]+\}", NOWHERE, path)
    answer = program(key).post(
        address, body, content_type="application/json", headers={"Idempotency-Key": "example-1"}
    )
    if answer.status_code >= 400:
        assert "subject" in body or NOBODYS.search(path), answer.content.decode()
        assert answer.json()["error"]["code"].endswith("not_found") or (
            answer.json()["error"]["code"] == "kernel.not_subject"
        ), answer.content.decode()


def test_there_are_examples_for_every_json_body() -> None:
    with_body = {
        path
        for _, path, operation in each_operation()
        if "application/json" in operation.get("requestBody", {}).get("content", {})
    }
    assert with_body == {path for path, _ in examples()}


def test_the_description_is_served(client: Client) -> None:
    answer = client.get(f"{PREFIX}openapi.json")
    assert answer.json() == described()


@pytest.mark.django_db
def test_the_page_lists_every_operation_with_a_call(client: Client) -> None:
    page = client.get("/api/").content.decode()
    for method, path, operation in each_operation():
        assert f"{method.upper()} {path}" in re.sub(r"<[^>]+>", "", page)
        assert operation["summary"] in page
    assert page.count("curl ") >= len(each_operation())
    assert "localhost" not in page
    assert next(iter(library()))
