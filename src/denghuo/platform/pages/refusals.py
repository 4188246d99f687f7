"""What a person or a program sees when something is refused or goes wrong.

Every answer says what happened, that nothing was lost, and what to do next. The shell comes
from the web room, above us, so it is found by name, with our own bare page when it fails: an
error page must stand even when the thing that broke is the layout or the database.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import structlog
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.template.loader import get_template, render_to_string, select_template
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from denghuo.kernel.refusal import RefusalError
from denghuo.platform.access import NotAllowedError, SignInNeededError

API_PREFIX = "/api/"
BARE_SHELL = "platform/bare.html"
_LEADS = "expired_leads"
View = Callable[..., HttpResponseBase]
_log = structlog.get_logger("denghuo.request")


@dataclass(frozen=True, slots=True)
class Notice:
    """The three sentences of an error page: what happened, what was kept, what to do next."""

    title: str
    kept: str
    next_step: str


_NOTHING_CHANGED = gettext_noop("没有丢失任何东西，也没有改动任何东西。")
_NOTICES = {
    400: Notice(
        gettext_noop("这次的请求我们读不懂"),
        _NOTHING_CHANGED,
        gettext_noop("请返回上一页再试一次。"),
    ),
    403: Notice(
        gettext_noop("这个页面放得太久了"),
        gettext_noop("刚才填的内容没有提交，也没有改动任何东西。"),
        gettext_noop("请返回上一页，刷新后再提交一次。"),
    ),
    404: Notice(
        gettext_noop("没有找到"),
        _NOTHING_CHANGED,
        gettext_noop("请检查网址，或者从首页重新找。"),
    ),
    409: Notice(
        gettext_noop("情况刚刚变了"),
        gettext_noop("您这一步没有生效，原来的记录还在。"),
        gettext_noop("请返回上一页，刷新看看现在的情况，再决定怎么办。"),
    ),
    411: Notice(
        gettext_noop("这次提交没有收下"),
        _NOTHING_CHANGED,
        gettext_noop("请返回上一页再提交一次。换一个浏览器也可以。"),
    ),
    413: Notice(
        gettext_noop("内容太大了"),
        gettext_noop("这次的内容没有收下，以前的记录都还在。"),
        gettext_noop("请返回上一页，换小一点的文件，或者分几次传。"),
    ),
    422: Notice(
        gettext_noop("这一步还办不了"),
        gettext_noop("您这一步没有提交，以前的记录都还在。"),
        gettext_noop("请返回上一页，改好后再试。"),
    ),
    429: Notice(
        gettext_noop("请稍等一会儿"),
        _NOTHING_CHANGED,
        gettext_noop("等一会儿再来，不用重新登录。"),
    ),
    500: Notice(
        gettext_noop("我们这边出了问题"),
        gettext_noop("没有丢失任何东西：这一步没有生效，以前的记录都还在。"),
        gettext_noop("请过几分钟再试。还是不行，请把下面的编号告诉我们。"),
    ),
}
_CODES = {
    400: "platform.bad_request",
    403: "platform.form_expired",
    404: "platform.not_found",
    500: "platform.our_fault",
}


def notice_for(status: int) -> Notice:
    """The sentences for a status; an unlisted one reads like a refusal or a fault of ours."""
    return _NOTICES.get(status) or _NOTICES[500 if status >= 500 else 422]


def translated_sentence(error: RefusalError) -> str:
    """The refusal's sentence in the reader's language; the Chinese one if a translation is bad."""
    try:
        return _(error.template).format(**error.values)
    except (KeyError, IndexError, ValueError):
        _log.warning("bad_translation", code=error.code)
        return error.sentence


def answer_refusal(request: HttpRequest, error: RefusalError) -> HttpResponseBase:
    """A refusal as JSON under ``/api/``, as the way to sign-in, or as a page."""
    if isinstance(error, SignInNeededError) and not _is_api(request):
        return _lead_to_sign_in(request)
    response = _answer(
        request,
        status=error.status,
        code=error.code,
        sentence=translated_sentence(error),
        field=error.field,
    )
    wait_seconds = error.values.get("wait_seconds")
    if isinstance(wait_seconds, int):
        response.headers["Retry-After"] = str(wait_seconds)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:  # noqa: ARG001  Django's signature
    """``handler400``."""
    return _answer(request, status=400)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponseBase:  # noqa: ARG001  Django's signature
    """``CSRF_FAILURE_VIEW``: nearly always a page that lay open past the session's end.

    Nothing of the request is read. A view may say with :func:`expired_leads` where somebody
    goes whose form is old because what it asked for has been done already.
    """
    match = request.resolver_match
    leads = getattr(match.func, _LEADS, None) if match else None
    answer: HttpResponseBase | None = leads(request) if leads else None
    return _answer(request, status=403) if answer is None else answer


def expired_leads(
    leads: Callable[[Any], HttpResponseBase | None],
) -> Callable[[View], View]:
    """Decorate a view: ``leads(request)`` answers its expired form, or None for the usual page.

    ``leads`` changes nothing: whoever sends an expired form may be another site.
    """

    def decorate(view: View) -> View:
        setattr(view, _LEADS, leads)
        return view

    return decorate


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """``handler403``: answered like a missing page, so that nothing is told."""
    return not_found(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:  # noqa: ARG001  Django's signature
    """``handler404``: word for word what a hidden page answers, so the two cannot be told apart."""
    return _answer(request, status=404, sentence=_(NotAllowedError.template))


def our_fault(request: HttpRequest) -> HttpResponseBase:
    """``handler500``."""
    return _answer(request, status=500)


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith(API_PREFIX)


def _answer(
    request: HttpRequest,
    *,
    status: int,
    code: str | None = None,
    sentence: str | None = None,
    field: str | None = None,
) -> HttpResponseBase:
    request_id = getattr(request, "request_id", "")
    notice = notice_for(status)
    code = code or _CODES.get(status, _CODES[500])
    if _is_api(request):
        body = {
            "code": code,
            "message": sentence or _(notice.title),
            "field": field,
            "request_id": request_id,
        }
        return JsonResponse(
            {"error": body}, status=status, json_dumps_params={"ensure_ascii": False}
        )
    context: dict[str, object] = {
        "status": status,
        "code": code,
        "title": _(notice.title),
        "sentence": sentence,
        "kept": _(notice.kept),
        "next_step": _(notice.next_step),
        "request_id": request_id,
        "back": _page_before(request),
    }
    return HttpResponse(_render(request, context), status=status)


def _render(request: HttpRequest, context: dict[str, object]) -> str:
    try:
        context["frame"] = select_template(["web/shell.html", BARE_SHELL])
        return render_to_string("platform/refused.html", context, request=request)
    except Exception:  # noqa: BLE001  whatever broke, the person still gets a page
        _log.warning("shell_failed", exc_info=True)
    context["frame"] = get_template(BARE_SHELL)
    return render_to_string("platform/refused.html", context)


def _page_before(request: HttpRequest) -> str:
    """The path of the page the reader came from, if it was ours; else empty."""
    referer = request.headers.get("Referer", "")
    if not _is_ours(request, referer):
        return ""
    parts = urlsplit(referer)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    if not _is_ours(request, path):  # "https://ours//elsewhere/" has a path that leads elsewhere
        return ""
    return path if path != request.get_full_path() or request.method == "POST" else ""


def _is_ours(request: HttpRequest, url: str) -> bool:
    try:
        host = request.get_host()
    except DisallowedHost:  # the very request that is being answered 400
        return False
    return url_has_allowed_host_and_scheme(
        url, allowed_hosts={host}, require_https=request.is_secure()
    )


def _lead_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """To the sign-in page and back here; after a POST, back to the page with the form."""
    wanted = request.get_full_path() if request.method in {"GET", "HEAD"} else _page_before(request)
    safe = wanted if wanted and _is_ours(request, wanted) else "/"
    target = f"{settings.LOGIN_URL}?{urlencode({'next': safe})}"
    if request.headers.get("HX-Request"):
        # A redirect would be followed by the script and swapped into a corner of the page.
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = target
        return response
    return HttpResponseRedirect(target)
