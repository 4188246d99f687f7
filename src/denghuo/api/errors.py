"""One error format for every answer that is not a success:

``{"error": {"code": "room.rule", "message": "...", "field": null, "request_id": "..."}}``
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import BodyTooLargeError, SignInNeededError, answer_refusal

_PLACES = frozenset({"body", "query", "path", "form", "header", "cookie", "file"})


class UnreadableInputError(RefusalError):
    """A field is missing, of another kind, or out of its limits."""

    code = "api.unreadable_input"
    template = "“{place}”这一项读不懂：{problem}"


class NothingHereError(RefusalError):
    """No such address or record."""

    code = "platform.not_found"
    template = "没有找到。请检查网址。"
    status = 404


class BadRequestError(RefusalError):
    """The request as a whole cannot be read (broken JSON, wrong encoding)."""

    code = "api.bad_request"
    template = "这次的请求读不懂。请检查格式和编码（UTF-8）。"
    status = 400


class MethodNotAllowedError(RefusalError):
    """The address is there, the method is not; the ``Allow`` header names those that are."""

    code = "api.method_not_allowed"
    template = "这个地址不能用 {method}，可以用 {allowed}。"
    status = 405


_A_DAY = "应是日期，例如 2026-11-23"
_PROBLEMS = {
    "missing": "没有写",
    "string_type": "应是文字",
    "int_type": "应是整数",
    "int_parsing": "应是整数",
    "bool_type": "应是 true 或 false",
    "bool_parsing": "应是 true 或 false",
    "date_from_datetime_parsing": _A_DAY,
    "date_parsing": _A_DAY,
    "date_type": _A_DAY,
    "value_error": _A_DAY,
    "uuid_parsing": "应是编号（UUID）",
    "list_type": "应是列表",
    "dict_type": "应是对象",
    "extra_forbidden": "没有这一项",
    "literal_error": "只能是列出的值之一",
    "too_long": "太长",
    "too_short": "太短",
    "string_too_long": "太长",
    "string_too_short": "太短",
    "string_pattern_mismatch": "格式不对",
    "greater_than_equal": "太小",
    "less_than_equal": "太大",
}


def give_words_to_errors(api: NinjaAPI) -> None:
    """Register every kind of failure with its answer."""

    @api.exception_handler(RefusalError)
    def refused(request: HttpRequest, error: RefusalError) -> HttpResponseBase:
        return answer_refusal(request, error)

    @api.exception_handler(ValidationError)
    def unreadable(request: HttpRequest, error: ValidationError) -> HttpResponseBase:
        first: dict[str, Any] = error.errors[0] if error.errors else {}
        place = ".".join(str(part) for part in first.get("loc", ()) if str(part) not in _PLACES)
        problem = _PROBLEMS.get(str(first.get("type", "")), "格式不对")
        return answer_refusal(
            request, UnreadableInputError(field=place or None, place=place[:80], problem=problem)
        )

    @api.exception_handler(Http404)
    def nothing_here(request: HttpRequest, _error: Http404) -> HttpResponseBase:
        return answer_refusal(request, NothingHereError())

    @api.exception_handler(HttpError)
    def http_error(request: HttpRequest, error: HttpError) -> HttpResponseBase:
        # The body's own refusal, wrapped on its way by the framework.
        if isinstance(error.__cause__, RefusalError):
            return answer_refusal(request, error.__cause__)
        known = NothingHereError() if error.status_code == NothingHereError.status else None
        return answer_refusal(request, known or BadRequestError())

    @api.exception_handler(RequestDataTooBig)
    def too_large(request: HttpRequest, _error: RequestDataTooBig) -> HttpResponseBase:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024 // 1024
        return answer_refusal(request, BodyTooLargeError(limit=limit))

    @api.exception_handler(SuspiciousOperation)
    def suspicious(request: HttpRequest, _error: SuspiciousOperation) -> HttpResponseBase:
        return answer_refusal(request, BadRequestError())

    @api.exception_handler(MultiPartParserError)
    def broken_form(request: HttpRequest, _error: MultiPartParserError) -> HttpResponseBase:
        return answer_refusal(request, BadRequestError())

    @api.exception_handler(AuthenticationError)
    def not_signed_in(request: HttpRequest, _error: AuthenticationError) -> HttpResponseBase:
        return answer_refusal(request, SignInNeededError())


def in_one_format(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view of the framework whose "method not allowed" speaks our format; HEAD reads as GET."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = request.method
        if asked == "HEAD":
            request.method = "GET"  # the server leaves the body out
        response = view(request, *args, **kwargs)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        refused = answer_refusal(
            request,
            MethodNotAllowedError(method=asked, allowed=response.headers["Allow"]),
        )
        refused.headers["Allow"] = response.headers["Allow"]
        return refused

    return answered
