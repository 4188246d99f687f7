"""Whatever goes wrong under /api/ is told in one format."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from denghuo.platform.public import TooManyRequestsError
from tests.api.programs import BASE

pytestmark = pytest.mark.django_db

EXPLAIN = f"{BASE}/explain"


def refused(answer: object, status: int) -> dict[str, object]:
    """The error inside an answer that has exactly our form."""
    assert answer.status_code == status  # type: ignore[attr-defined]
    assert answer.headers["Content-Type"] == "application/json"  # type: ignore[attr-defined]
    body = answer.json()  # type: ignore[attr-defined]
    assert set(body) == {"error"}
    error: dict[str, object] = body["error"]
    assert set(error) == {"code", "message", "field", "request_id"}
    assert error["message"]
    assert error["request_id"] == answer.headers["X-Request-ID"]  # type: ignore[attr-defined]
    return error


def post(client: Client, body: bytes | object, kind: str = "application/json") -> object:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(EXPLAIN, sent, content_type=kind)


@pytest.mark.parametrize(
    "path",
    ["/api/nothing", "/api/v1/", "/api/v1/nothing/", "/api/v1/policies/", "/api/v2/policies"],
)
def test_an_unknown_address_is_json(client: Client, path: str) -> None:
    assert refused(client.get(path), 404)["code"] == "platform.not_found"
    assert refused(client.post(path), 404)["code"] == "platform.not_found"


def test_a_method_that_is_not_there_names_those_that_are(client: Client) -> None:
    for method in ("delete", "put", "patch", "options"):
        answer = getattr(client, method)(f"{BASE}/policies")
        assert refused(answer, 405)["code"] == "api.method_not_allowed"
        assert answer.headers["Allow"] == "GET"
    assert refused(client.get(EXPLAIN), 405)
    assert client.head(f"{BASE}/policies").status_code == 200


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "第 1 行第 2 个字"),
        (b'{"facts": {\n "a": }}', "第 2 行第 7 个字"),
        (b"\xff\xfe{}", "UTF-8"),
        ("{}".encode("utf-16"), "UTF-8"),
        (b'{"facts": {"a": NaN}}', "NaN"),
        (b'{"facts": {"a": -Infinity}}', "-Infinity"),
        (b'{"policies": [], "policies": ["x"]}', "两次"),
        (b"[" * 100_000, "嵌套"),
        (b'{"a":' * 100_000, "嵌套"),
        (b'{"facts": {"a": ' + b"9" * 5_000 + b"}}", "太长"),
        (rb'{"facts": {"\ud800": 1}}', "半个字符"),
        (rb'{"policies": ["\udfff"]}', "半个字符"),
        (rb'{"policies": ["a\u0000"]}', "零"),
    ],
)
def test_what_is_not_json_is_refused_where_it_breaks(
    client: Client, body: bytes, words: str
) -> None:
    error = refused(post(client, body), 400)
    assert error["code"] == "api.not_json"
    assert words in str(error["message"])


def test_brackets_inside_strings_are_not_depth(client: Client) -> None:
    error = refused(post(client, {"subject": "[" * 40}), 404)
    assert error["code"] == "kernel.not_subject"
    whole = rb'{"policies": ["\ud83d\ude00"]}'  # a pair is a character
    assert refused(post(client, whole), 404)["code"] == "policy.not_found"


@pytest.mark.parametrize("address", ["?q=a%00b", "?q%00=a", "?q=a&q=%00"])
def test_the_character_zero_in_an_address_is_refused(client: Client, address: str) -> None:
    error = refused(client.get(f"/api/v1/policies{address}"), 422)
    assert error["code"] == "api.unreadable_input"
    assert "零" in str(error["message"])


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "a/b"])
def test_a_body_announced_as_something_else_is_refused(client: Client, kind: str) -> None:
    assert refused(post(client, b"{}", kind), 415)["code"] == "api.unsupported_media_type"


def test_a_body_too_large_is_refused_unread(client: Client) -> None:
    error = refused(post(client, b'{"a":"' + b"x" * (2 * 1024 * 1024) + b'"}'), 413)
    assert error["code"] == "platform.body_too_large"
    assert "2 MB" in str(error["message"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], None),
        ("facts", None),
        ({"fact": {}}, "fact"),
        ({"facts": []}, "facts"),
        ({"facts": {"age": {"deep": 1}}}, None),
        ({"facts": {"x" * 61: 1}}, None),
        ({"facts": {f"f{n}": 1 for n in range(401)}}, "facts"),
        ({"policies": ["x"] * 101}, "policies"),
        ({"policies": ["x" * 81]}, "policies.0"),
        ({"as_of": "yesterday"}, "as_of"),
        ({"as_of": 0}, "as_of"),
        ({"as_of": "2026-02-30"}, "as_of"),
        ({"as_of": "2026-11-23T00:00:00"}, "as_of"),
        ({"as_of": "1492-10-12"}, "as_of"),
        ({"known_on": True}, "known_on"),
        ({"language": "fr"}, "language"),
        ({"facts": {"no_such_fact": 1}}, "no_such_fact"),
        ({"facts": {"age": "dreißig"}}, "age"),
        ({"facts": {"age": 1e999}}, None),
    ],
)
def test_a_field_that_cannot_be_read_is_named(
    client: Client, body: object, field: str | None
) -> None:
    error = refused(post(client, body), 400 if body == {"facts": {"age": 1e999}} else 422)
    if field is not None:
        assert error["field"] == field


def test_an_empty_body_is_not_an_empty_question(client: Client) -> None:
    assert refused(post(client, b""), 422)


def test_haste_is_told_how_long_to_wait(client: Client) -> None:
    for _ in range(120):
        assert client.get(f"{BASE}/policies/startup-grant/text").status_code == 200
    answer = client.get(f"{BASE}/policies/startup-grant/text")
    assert refused(answer, 429)["code"] == TooManyRequestsError.code
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


def test_a_fault_of_ours_is_told_the_same_way(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.raise_request_exception = False

    def broken(*_args: object, **_named: object) -> object:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("denghuo.policy.api.library.library", broken)
    answer = client.get(f"{BASE}/policies")
    assert refused(answer, 500)["code"] == "platform.our_fault"
    assert "secret" not in answer.content.decode()
