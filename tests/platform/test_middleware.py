"""Every request: headers, a number, one line without personal data, refusals as answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import path
from django.utils.translation import override
from pytest_django import Settings
from structlog.testing import capture_logs

from denghuo.kernel.refusal import RefusalError
from denghuo.platform.access import ActorRequest, NotAllowedError, allowed, anyone, resident
from denghuo.platform.middleware import SecurityHeadersMiddleware
from denghuo.platform.pages import refusals

pytestmark = [pytest.mark.no_postgres, pytest.mark.urls(__name__)]

SECRET_TEXT = "150102199001010017"


class SlotTakenError(RefusalError):
    """A rule with a value and a field, as rooms write them."""

    code = "test.slot_taken"
    template = "{day} 已经约满。"
    status = 409


@allowed(anyone)
def taken(_request: ActorRequest) -> HttpResponseBase:
    raise SlotTakenError(day=SECRET_TEXT, field="day")


@allowed(resident)
def mine(_request: ActorRequest) -> HttpResponseBase:
    return HttpResponse("mine")


@allowed(anyone)
def hidden(_request: ActorRequest) -> HttpResponseBase:
    raise NotAllowedError


@allowed(anyone)
def missing(_request: ActorRequest) -> HttpResponseBase:
    raise Http404(SECRET_TEXT)


@allowed(anyone)
def broken(_request: ActorRequest) -> HttpResponseBase:
    raise RuntimeError(SECRET_TEXT)


@allowed(anyone)
def one_person(_request: ActorRequest, who: str) -> HttpResponseBase:
    return HttpResponse(who)


@allowed(anyone)
def fine(_request: ActorRequest) -> HttpResponseBase:
    return HttpResponse("fine")


_VIEWS: dict[str, Callable[..., HttpResponseBase]] = {
    "taken": taken,
    "mine": mine,
    "hidden": hidden,
    "missing": missing,
    "broken": broken,
    "fine": fine,
}
urlpatterns = [
    path(prefix + name, view, name=f"{prefix}{name}")
    for name, view in _VIEWS.items()
    for prefix in ("", "api/")
] + [path("people/<str:who>", one_person, name="one_person")]
handler400 = refusals.bad_request
handler403 = refusals.forbidden
handler404 = refusals.not_found
handler500 = refusals.our_fault


@pytest.fixture
def browser() -> Client:
    return Client(raise_request_exception=False)


def test_a_refusal_is_a_page_with_what_happened_what_was_kept_and_what_to_do(
    browser: Client,
) -> None:
    answer = browser.get("/taken", headers={"Referer": "http://testserver/book?day=2"})
    words = answer.content.decode()
    assert answer.status_code == 409
    assert f"{SECRET_TEXT} 已经约满。" in words
    assert "原来的记录还在" in words
    assert 'href="/book?day=2"' in words
    assert answer.headers["X-Request-ID"] in words


@pytest.mark.parametrize(
    "elsewhere",
    ["http://evil.example/x", "http://testserver//evil.example/x", "javascript:alert(1)", ""],
)
def test_the_way_back_never_leads_to_another_site(browser: Client, elsewhere: str) -> None:
    words = browser.get("/taken", headers={"Referer": elsewhere}).content.decode()
    assert "evil.example" not in words
    assert "javascript:" not in words
    assert "返回上一页</a>" not in words


def test_a_refusal_is_json_under_the_api(browser: Client) -> None:
    answer = browser.get("/api/taken")
    assert answer.status_code == 409
    assert answer.json() == {
        "error": {
            "code": "test.slot_taken",
            "message": f"{SECRET_TEXT} 已经约满。",
            "field": "day",
            "request_id": answer.headers["X-Request-ID"],
        }
    }


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("missing", 404, "platform.not_found"),
        ("hidden", 404, "platform.not_found"),
        ("broken", 500, "platform.our_fault"),
        ("mine", 401, "platform.sign_in_needed"),
        ("nowhere", 404, "platform.not_found"),
    ],
)
def test_every_failure_under_the_api_has_a_code(
    browser: Client, name: str, status: int, code: str
) -> None:
    answer = browser.get(f"/api/{name}")
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code
    assert SECRET_TEXT not in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "status", "word"),
    [
        ("missing", 404, "没有找到"),
        ("hidden", 404, "没有找到"),
        ("broken", 500, "没有丢失任何东西"),
    ],
)
def test_error_pages_have_words_and_leak_nothing(
    browser: Client, name: str, status: int, word: str
) -> None:
    answer = browser.get(f"/{name}")
    words = answer.content.decode()
    assert answer.status_code == status
    assert word in words
    assert SECRET_TEXT not in words


def test_the_page_keeps_the_shell_and_its_way_home(browser: Client) -> None:
    answer = browser.get("/missing")
    assert answer.context["shell"].path == "/missing"  # ours must not hide the shell's own facts
    assert 'href="/"' in answer.content.decode()


def test_what_is_hidden_reads_exactly_like_what_is_missing(browser: Client) -> None:
    def page(name: str) -> str:
        answer = browser.get(f"/{name}")
        text = answer.content.decode().replace(answer.headers["X-Request-ID"], "")
        return text.replace(f"/{name}", "")

    assert page("hidden") == page("missing")


def test_nobody_signed_in_is_led_to_sign_in_and_back(browser: Client) -> None:
    answer = browser.get("/mine?page=2")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/sign-in/?next=%2Fmine%3Fpage%3D2"


def test_after_a_post_sign_in_leads_back_to_the_form(browser: Client) -> None:
    answer = browser.post("/mine", headers={"Referer": "http://testserver/form"})
    assert answer.headers["Location"] == "/sign-in/?next=%2Fform"
    stranger = browser.post("/mine", headers={"Referer": "http://evil.example/form"})
    assert stranger.headers["Location"] == "/sign-in/?next=%2F"


def test_a_fragment_request_is_led_to_sign_in_by_header(browser: Client) -> None:
    answer = browser.get("/mine", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/sign-in/?next=%2Fmine"


def test_a_wrong_host_is_a_plain_400_with_words(browser: Client) -> None:
    answer = browser.get("/fine", headers={"Host": "evil.example", "Referer": "http://x/"})
    assert answer.status_code == 400
    assert "读不懂" in answer.content.decode()


def test_a_form_that_lay_open_too_long_says_so(settings: Settings) -> None:
    settings.CSRF_FAILURE_VIEW = "denghuo.platform.pages.refusals.form_expired"
    answer = Client(enforce_csrf_checks=True).post("/fine")
    assert answer.status_code == 403
    assert "没有提交" in answer.content.decode()


def test_a_broken_layout_still_gives_a_page(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = render_to_string

    def only_bare(name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        if request is not None:
            raise OSError("layout is broken")
        return real(name, context)

    monkeypatch.setattr(refusals, "render_to_string", only_bare)
    answer = browser.get("/broken")
    assert answer.status_code == 500
    assert "请过几分钟再试" in answer.content.decode()


def test_a_bad_translation_falls_back_to_the_chinese_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refusals, "_", lambda _text: "{no_such_value}")
    assert refusals.translated_sentence(SlotTakenError(day="周一")) == "周一 已经约满。"


def test_headers_keep_foreign_code_out(browser: Client) -> None:
    headers = browser.get("/fine").headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "microphone=()" in headers["Permissions-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_pages_of_a_signed_in_reader_are_not_kept_by_the_browser() -> None:
    from denghuo.platform.access import ANONYMOUS, SYSTEM, Actor  # noqa: PLC0415

    def cache_header(actor: Actor) -> str | None:
        request = RequestFactory().get("/")
        request.actor = actor  # type: ignore[attr-defined]
        answer = SecurityHeadersMiddleware(lambda _request: HttpResponse())(request)
        return answer.headers.get("Cache-Control")

    assert cache_header(SYSTEM) == "private, no-store"
    assert cache_header(ANONYMOUS) is None


def test_the_log_names_the_route_and_never_the_path_or_the_values(browser: Client) -> None:
    with capture_logs() as lines:
        browser.get(f"/people/{SECRET_TEXT}?word={SECRET_TEXT}")
        browser.get("/taken")
        browser.get(f"/{SECRET_TEXT}")
        browser.get("/broken")
    requests = [line for line in lines if line["event"] == "request"]
    assert [line["route"] for line in requests] == ["one_person", "taken", "unmatched", "broken"]
    assert [line["status"] for line in requests] == [200, 409, 404, 500]
    assert {line["actor"] for line in requests} == {"anonymous"}
    (fault,) = [line for line in lines if line["event"] == "fault"]
    assert fault["error"] == "RuntimeError"
    assert fault["frames"][-1].endswith(" broken")
    assert SECRET_TEXT not in json.dumps(lines, ensure_ascii=False, default=str)


def test_a_number_from_outside_is_not_believed(browser: Client) -> None:
    answer = browser.get("/fine", headers={"X-Request-ID": "forged"})
    assert answer.headers["X-Request-ID"] != "forged"


def test_a_refusal_is_read_in_the_readers_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "_", lambda _text: "{day} is fully booked.")
    with override("en"):
        sentence = refusals.translated_sentence(SlotTakenError(day="Monday"))
    assert sentence == "Monday is fully booked."
