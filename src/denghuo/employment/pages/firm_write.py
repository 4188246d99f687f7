"""Writing a post by form: read before it goes out, better words taken over with one press."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from denghuo.employment.access import for_firm
from denghuo.employment.actions.posts import change_post, publish_post
from denghuo.employment.forms.posts import PostForm, answers_of
from denghuo.employment.logic.feeds import FeedRow
from denghuo.employment.pages.frame import page, sentence_of
from denghuo.employment.pages.wish_words import reader_language
from denghuo.employment.queries.applications import firm_at_hand
from denghuo.employment.queries.drafting import DraftReading, Warn, read_draft
from denghuo.employment.queries.own_posts import ID_MAX, newest_number, own_post, row_of
from denghuo.employment.queries.posts import any_post
from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.wording import gettext_noop
from denghuo.people.public import firm_of
from denghuo.platform.public import ActorRequest, allowed

_WARNINGS: dict[Warn, str] = {
    "negotiable": gettext_noop(
        "工资写的是面议。按工资找的人看不到它，投的人也会少。写上大概的数更好。"
    ),
    "fraud_look": gettext_noop("有几处和骗子常用的话像。工作人员会看一看，可能会联系您。"),
    "fraud_hold": gettext_noop("有几处和骗子常用的话像。工作人员看过以后才公开。"),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(for_firm)
def write(request: ActorRequest) -> HttpResponseBase:
    """A new post, or one like another (``?like=``)."""
    now = timezone.now()
    firm_id = firm_at_hand(request.actor, "apply", now=now)
    like = request.GET.get("like", "")
    initial: Any = {}
    if like.isdecimal() and int(like) <= ID_MAX:
        initial = answers_of(row_of(own_post(request.actor, int(like), now=now)), today=day_of(now))
    form = PostForm(_posted(request), today=day_of(now), initial=initial)
    reading, ready = _read(request, form, now)
    newest = newest_number()
    if ready is not None:
        try:
            number = publish_post(actor=request.actor, firm_id=firm_id, row=ready, now=now)
        except RefusalError as refused:
            form.refuse(refused)
        else:
            return _written(request, number, fresh=number > newest)
    return _page(request, form, reading, firm=firm_of(firm_id).name)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(for_firm)
def change(request: ActorRequest, post_id: int) -> HttpResponseBase:
    """The same post in new words."""
    now = timezone.now()
    row = own_post(request.actor, post_id, scope="apply", now=now)
    if row.state in ("filled", "closed"):
        messages.info(request, _("这个岗位已经结束了。可以照着它再发一个。"))
        return redirect("employment_firm_post", post_id)
    told = answers_of(row_of(row), today=day_of(now))
    form = PostForm(_posted(request), today=day_of(now), initial=told)
    reading, ready = _read(request, form, now)
    if ready is not None:
        try:
            change_post(actor=request.actor, post_id=post_id, row=ready, now=now)
        except RefusalError as refused:
            messages.warning(request, sentence_of(refused))
            return redirect("employment_firm_post", post_id)
        return _written(request, post_id, fresh=True)
    return _page(request, form, reading, firm=row.employer_name, post=row)


def _posted(request: ActorRequest) -> QueryDict | None:
    """An empty post is still an answer to the form."""
    return request.POST if request.method == "POST" else None


def _read(
    request: ActorRequest, form: PostForm, now: datetime
) -> tuple[DraftReading | None, FeedRow | None]:
    """What was found in the words, and the post that may go out.

    "As it is" counts only for the words whose findings were on the page: who changed them since
    reads what was found anew.
    """
    if request.method != "POST" or not form.is_valid():
        return None, None
    reading = read_draft(form.row, now=now)
    for field, sentence in reading.wrong.items():
        form.add_error(field, _(sentence))
    if form.errors:
        return None, None
    if reading.quiet:
        return reading, form.row
    do = request.POST.get("do", "")
    seen = request.POST.get("seen", "") == reading.mark
    if do == "reword" and seen and reading.findings:
        return reading, reading.better
    return reading, form.row if do == "as_is" and seen else None


def _written(request: ActorRequest, number: int, *, fresh: bool) -> HttpResponseBase:
    post = any_post(number)
    if not fresh:
        messages.info(request, _("您已经有一个一样的岗位在招，两个合成了一个。"))
    elif post.state == "held":
        messages.warning(request, _("收到了。工作人员看过以后才公开，结果看这一页。"))
    else:
        messages.success(request, _("发出去了，现在就能搜到。"))
    return redirect("employment_firm_post", number)


def _page(
    request: ActorRequest,
    form: PostForm,
    reading: DraftReading | None,
    *,
    firm: str,
    post: Any = None,
) -> HttpResponseBase:
    context = {
        "form": form,
        "firm": firm,
        "post": post,
        "reading": reading,
        "findings": _findings(reading) if reading else [],
        "warnings": [_(_WARNINGS[one]) for one in reading.warnings] if reading else [],
        "back": reverse("employment_firm_post", args=[post.pk])
        if post
        else reverse("employment_firm_posts"),
    }
    status = 422 if form.errors else 200
    return page(request, "employment/firm/write.html", context, status=status)


def _findings(reading: DraftReading) -> list[dict[str, Any]]:
    language = reader_language()
    return [
        {
            "words": one.words,
            "forbidden": one.grade == "forbidden",
            "instead": one.instead,
            "law": _("、").join(str(law) for law in one.laws),
            "why": one.suggestion.in_language(language),
        }
        for one in reading.findings
    ]
