"""Public notices: anybody reads, whoever is signed in may object."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from denghuo.cases.actions.noticing import (
    ObjectionTwiceError,
    OwnObjectionError,
    object_to_notice,
)
from denghuo.cases.forms import WordsForm
from denghuo.cases.pages.citizen_answers import plain_amount
from denghuo.cases.pages.citizen_words import page, reader_language, sentence_of
from denghuo.cases.queries.notices import (
    LINES_PER_PAGE,
    line_of,
    lines,
    lines_of,
    notice_of,
    open_notices,
)
from denghuo.kernel.clock import day_of
from denghuo.kernel.money import Money
from denghuo.platform.public import ActorRequest, allowed, anyone, signed_in


@require_safe
@allowed(anyone)
def notices(request: ActorRequest) -> HttpResponseBase:
    """The lists shown today."""
    found = open_notices(day_of(timezone.now()))
    return page(request, "cases/citizen/notices.html", {"notices": found})


@never_cache
@require_safe
@allowed(anyone)
def notice(request: ActorRequest, notice_id: UUID) -> HttpResponseBase:
    """One list, by pages."""
    found = notice_of(notice_id, on=day_of(timezone.now()))
    shown = Paginator(lines_of(found), LINES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "notice": found,
        "service": found.item.names.in_language(reader_language()),
        "page": shown,
        "lines": [
            {
                "line": one,
                "amount": plain_amount(str(Money(one.amount_fen))) if one.amount_fen else "",
            }
            for one in lines(list(shown.object_list))
        ],
    }
    return page(request, "cases/citizen/notice.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(signed_in)
def object_to_line(request: ActorRequest, notice_id: UUID, case_id: UUID) -> HttpResponseBase:
    """Say that a line of the list is wrong; who said it, the other side is not told."""
    now = timezone.now()
    found = notice_of(notice_id, on=day_of(now))
    line = line_of(found, case_id)
    bound = request.method == "POST"
    form = WordsForm(
        request.POST if bound else None,
        label=_("哪里不对？"),
        hint=_("写清是什么情况、怎么能查到。对方看不到是谁提的。"),
    )
    if bound and form.is_valid():
        try:
            object_to_notice(
                actor=request.actor, case_id=case_id, words=form.cleaned_data["words"], now=now
            )
        except (ObjectionTwiceError, OwnObjectionError) as refused:
            messages.info(request, sentence_of(refused))
        else:
            messages.success(request, _("收到了。核对前，这一笔先不付款。"))
        return redirect("cases_notice", notice_id)
    context = {"notice": found, "line": line, "form": form}
    status = 422 if bound else 200
    return page(request, "cases/citizen/notice_object.html", context, status=status)
