"""A body is refused by its announced length, before a byte of it is read."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.test import Client, RequestFactory
from django.urls import path, resolve

from denghuo.kernel.refusal import RefusalError
from denghuo.platform.access import Actor, ActorRequest, allowed, anyone, staff
from denghuo.platform.body_limits import demand_bounded_form
from denghuo.platform.pages import refusals
from tests.house.house import routes

pytestmark = [pytest.mark.no_postgres, pytest.mark.urls(__name__)]

MEGABYTE = 1024 * 1024
FORM_MAX = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
FORM = "multipart/form-data; boundary=x"


@allowed(anyone)
def form(request: ActorRequest) -> HttpResponseBase:
    return HttpResponse(",".join(request.POST))


@allowed(staff, file_bytes_max=10 * MEGABYTE)
def upload(request: ActorRequest) -> HttpResponseBase:
    return HttpResponse(",".join(request.FILES))


urlpatterns = [path("form", form), path("upload", upload), path("api/form", form)]
handler400 = refusals.bad_request
handler404 = refusals.not_found


class Untouched:
    """A body that must not be read."""

    def read(self, *_size: int) -> bytes:
        raise AssertionError("the body was read")

    readline = read


def send(address: str, **environ: Any) -> Any:
    """Post as somebody from outside: with the token's check, and a body nobody may touch."""
    return Client(enforce_csrf_checks=True, raise_request_exception=True).post(
        address, **{"CONTENT_TYPE": FORM, "wsgi.input": Untouched(), **environ}
    )


def test_a_form_too_long_is_refused_unread_with_a_sentence() -> None:
    answer = send("/form", CONTENT_LENGTH=str(FORM_MAX + 1))
    assert answer.status_code == 413
    words = answer.content.decode()
    assert "一次最多发 2 MB" in words
    assert "内容太大了" in words


def test_a_stranger_may_not_send_the_file_that_staff_may() -> None:
    answer = send("/upload", CONTENT_LENGTH=str(FORM_MAX + 1))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in/")


def test_what_is_no_length_is_refused_unread() -> None:
    for length in ("-1", "1e3", "1" * 4_000, "１２"):
        assert send("/form", CONTENT_LENGTH=length).status_code == 400, length
    assert send("/form", CONTENT_LENGTH="").status_code == 411
    assert send("/form", CONTENT_LENGTH="5", HTTP_TRANSFER_ENCODING="chunked").status_code == 411


def test_programs_are_answered_in_the_apis_format() -> None:
    answer = send("/api/form", CONTENT_LENGTH="5", HTTP_TRANSFER_ENCODING="chunked")
    assert answer.status_code == 411
    assert answer.json()["error"]["code"] == "platform.length_missing"


def test_a_form_of_the_usual_length_arrives() -> None:
    assert Client().post("/form", {"word": "a" * 1_000_000}).content == b"word"


def judged(view: Any, actor: Actor, length: int) -> str:
    """The code of the refusal; empty where the body may come."""
    request = RequestFactory().post("/", CONTENT_LENGTH=str(length))
    try:
        demand_bounded_form(request, view, actor)
    except RefusalError as refusal:
        return refusal.code
    return ""


def test_a_larger_file_is_taken_from_whom_the_rule_lets_in_and_up_to_its_limit() -> None:
    clerk = Actor(kind="staff")
    assert judged(upload, clerk, FORM_MAX + 10 * MEGABYTE) == ""
    assert judged(upload, clerk, FORM_MAX + 10 * MEGABYTE + 1) == "platform.body_too_large"
    assert judged(form, clerk, FORM_MAX + 1) == "platform.body_too_large"


@pytest.mark.urls(settings.ROOT_URLCONF)
def test_only_the_pages_that_take_a_file_take_more_than_a_form() -> None:
    larger = {path for path, view in routes() if getattr(view, "file_bytes_max", 0)}
    assert larger == {
        "/desk/facilities/import/",
        "/desk/facts/",
        "/desk/measures/published/import/",
        "/desk/payments/returns/new/",
        "/desk/posts/sources/<uuid:source_id>/",
        "/firm/posts/files/",
        "/desk/people/<uuid:person_id>/assist/paper/read/",
        "/desk/seasons/accounts/",
        "/desk/sweeps/",
        "/me/cases/<slug:number>/correct/",
        "/services/<slug:item>/apply/<slug:name>/",
    }
    assert not getattr(resolve("/sign-in/").func, "file_bytes_max", 0)
