"""Public notices: anybody reads, whoever is signed in may object."""

from __future__ import annotations

from datetime import timedelta
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
from denghuo.cases.queries.items import service_item
from denghuo.cases.queries.notices import (
    LINES_PER_PAGE,
    LINES_PRINTED_MAX,
    NoticeFilter,
    line_of,
    lines,
    lines_found,
    notice_choices,
    notice_of,
    open_notices,
)
from denghuo.kernel.clock import day_of
from denghuo.kernel.money import Money
from denghuo.kernel.region import Region
from denghuo.platform.public import (
    ActorRequest,
    allowed,
    anyone,
    client_address,
    keep_sought,
    signed_in,
    sought_is_gone,
    spend,
    words_sought,
)

# A search reads a whole list.
_SEARCHES_A_MINUTE = 30


@require_safe
@allowed(anyone)
def notices(request: ActorRequest) -> HttpResponseBase:
    """The lists shown today, by area, by what they are about and by their first day."""
    today, asked = day_of(timezone.now()), request.GET
    choices = notice_choices(today)
    days = {one.isoformat(): one for one in choices.days}
    area, item = asked.get("area", ""), asked.get("item", "")
    wanted = NoticeFilter(
        area=Region.read(area) if area in dict(choices.areas) else None,
        item=item if item in choices.items else "",
        from_on=days.get(asked.get("from", "")),
    )
    language = reader_language()
    filters = (
        ("area", _("哪里"), choices.areas),
        (
            "item",
            _("什么事"),
            [(one, service_item(one).names.in_language(language)) for one in choices.items],
        ),
        ("from", _("哪天开始"), [(one, one) for one in days]),
    )
    found = open_notices(today, wanted)
    context = {
        "notices": found,
        "count": len(found),
        "filtered": wanted != NoticeFilter(),
        "filters": [
            {
                "name": name,
                "label": label,
                "chosen": asked.get(name, ""),
                "options": [{"value": value, "text": text} for value, text in options],
            }
            for name, label, options in filters
        ],
    }
    return page(request, "cases/citizen/notices.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(anyone)
def notice(request: ActorRequest, notice_id: UUID) -> HttpResponseBase:
    """One list, by pages or, to be printed, in one; searched by what it shows of a name."""
    now = timezone.now()
    found = notice_of(notice_id, on=day_of(now))
    if request.method == "POST":
        spend(
            f"cases.notice_search:{client_address(request)}",
            limit=_SEARCHES_A_MINUTE,
            per=timedelta(minutes=1),
            now=now,
        )
        return keep_sought(request, now=now)
    words = words_sought(request, now=now)
    whole = request.GET.get("all") == "1"
    rows = lines_found(found, words)
    shown = Paginator(rows, LINES_PRINTED_MAX if whole else LINES_PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "notice": found,
        "service": found.item.names.in_language(reader_language()),
        "page": shown,
        "q": words,
        "sought_is_gone": sought_is_gone(request, now=now),
        "whole": whole,
        "many": shown.paginator.num_pages > 1,
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
