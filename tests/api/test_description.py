"""The description says all, and says only what is so."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from denghuo.api.description import PARAMETERS, REFUSALS, TAGS, guard_of, operations
from denghuo.api.v1 import PREFIX, api
from denghuo.platform.public import anyone
from denghuo.policy.public import library, registry
from tests.api.programs import program, staff_key
from tests.factories.people import make_staff

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
        [success] = [status for status in operation["responses"] if status.startswith("2")]
        [content] = operation["responses"][success]["content"].values()
        assert content["schema"], where


def test_every_parameter_and_field_has_words() -> None:
    named = set()
    for _, path, operation in each_operation():
        for each in operation["parameters"]:
            assert HAN.search(each["description"]), f"{path} {each['name']}"
            named.add(each["name"])
    bodies = ("ExplainBody", "QuestionBody", "SweepBody", "RunBody")
    for name in bodies:
        for field, shape in described()["components"]["schemas"][name]["properties"].items():
            assert HAN.search(shape["description"]), f"{name} {field}"
            named.add(field)
    assert set(PARAMETERS) - named == {"upload"}, "words that nothing is called by"


def test_every_refusal_is_described_in_the_one_format() -> None:
    responses = described()["components"]["responses"]
    assert set(responses) == {f"Refused{status}" for status in REFUSALS}
    for method, path, operation in each_operation():
        refusals = {status for status in operation["responses"] if not status.startswith("2")}
        assert refusals >= {"400", "401", "404", "422", "429"}, path
        assert ("413" in refusals) is (method == "post"), path
    assert "Retry-After" in responses["Refused429"]["headers"]


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


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "body"), examples())
def test_every_example_works(path: str, body: dict[str, Any]) -> None:
    client = program(staff_key(make_staff(roles=("policy_officer",))))
    answer = client.post(path, body, content_type="application/json")
    made_up = {"subject", "source"} & set(body)  # a firm and a file of the reader's own
    assert answer.status_code == (200 if not made_up else 404 if "subject" in body else 422)


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
