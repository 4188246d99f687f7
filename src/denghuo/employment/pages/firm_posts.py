"""A firm's demand list: its posts, how each stands, prolonging and ending; the list as a file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from denghuo.employment.access import for_firm
from denghuo.employment.actions.posts import (
    close_post,
    prolong_post,
)
from denghuo.employment.forms.posts import EndForm, ProlongForm
from denghuo.employment.logic.feeds import COLUMNS, Column, FeedRow
from denghuo.employment.logic.terms import HOURS, SCHOOLING
from denghuo.employment.models import Post
from denghuo.employment.pages.frame import page, pay_text, sentence_of
from denghuo.employment.queries.applications import firm_at_hand
from denghuo.employment.queries.own_posts import (
    EXPORT_MAX,
    DemandLine,
    demand_lines,
    own_post,
    own_posts,
    rows_of,
)
from denghuo.employment.queries.posts import PostView, adverts_of, view_of
from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.spreadsheet import table_lines
from denghuo.people.public import firm_of
from denghuo.places.public import names_of
from denghuo.platform.public import ActorRequest, allowed

PER_PAGE = 50
PROLONG_DAYS = 60
_SEARCH_MAX = 60
TONES = {"open": "yes", "held": "wait", "filled": "fact"}
_State = Post.State


@never_cache
@require_safe
@allowed(for_firm)
def posts(request: ActorRequest) -> HttpResponseBase:
    """The demand list."""
    now = timezone.now()
    state, text = request.GET.get("state", ""), request.GET.get("q", "").strip()[:_SEARCH_MAX]
    if state not in _State.values:
        state = ""
    found = own_posts(request.actor, state=state, text=text, now=now)
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    lines = demand_lines(list(shown.object_list))
    names = names_of({one.post.place for one in lines if one.post.place})
    context = {
        "firm": firm_of(firm_at_hand(request.actor, "read", now=now)).name,
        "columns": [
            {"name": name, "number": place in (4, 5)}
            for place, name in enumerate(
                (
                    _("岗位"), _("状态"), _("工资"), _("在哪"), _("已招/要招"), _("等您答复"),
                    _("招到哪天"),
                )
            )
        ],
        "rows": [
            {
                "href": reverse("employment_firm_post", args=[one.post.id]),
                "cells": _cells(one, names),
            }
            for one in lines
        ],
        "filters": [
            {
                "name": "state",
                "label": _("状态"),
                "chosen": state,
                "options": [{"value": one, "text": state_words(one)} for one in _State.values],
            }
        ],
        "q": text,
        "page": shown,
        "count": shown.paginator.count,
        "filtered": bool(text or state),
        "export": reverse("employment_firm_posts_csv"),
    }  # fmt: skip
    return page(request, "employment/firm/posts.html", context)


def _cells(one: DemandLine, names: dict[str, str]) -> list[str]:
    post = one.post
    return [
        post.title,
        state_words(post.state),
        pay_text(post.pay_low_fen, post.pay_high_fen, post.pay_words),
        names.get(post.place, post.place_words),
        f"{one.hired}/{post.openings}",
        str(one.waiting) if one.waiting else "",
        last_day(post),
    ]


@never_cache
@require_safe
@allowed(for_firm)
def posts_csv(request: ActorRequest) -> HttpResponseBase:
    """All posts as a table that can be changed and brought back: the columns are the upload's."""
    now = timezone.now()
    rows = list(own_posts(request.actor, now=now)[:EXPORT_MAX])
    # The words of the columns stay Chinese in every language: the upload knows them by these.
    headings = [*(COLUMNS[one] for one in _TOLD), "状态", "已录用"]
    told = rows_of(rows)
    cells = (
        _told(row, told[row.pk], line) for row, line in zip(rows, demand_lines(rows), strict=True)
    )
    answer = StreamingHttpResponse(
        ("\ufeff" + line if at == 0 else line for at, line in enumerate(table_lines(
            [headings, *cells]))),
        content_type="text/csv; charset=utf-8",
    )  # fmt: skip
    answer.headers["Content-Disposition"] = 'attachment; filename="posts.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


_TOLD: tuple[Column, ...] = (
    "key", "title", "wage", "place", "openings", "body", "certificates", "schooling", "years",
    "open_until",
)  # fmt: skip


def _told(post: Post, row: FeedRow, line: DemandLine) -> list[object]:
    return [
        row.key,
        row.title,
        row.wage,
        row.place,
        row.openings,
        row.body,
        "、".join(row.certificates),
        SCHOOLING[row.schooling] if row.schooling else "不限",
        row.years or "",
        (post.open_until - timedelta(days=1)).isoformat(),
        str(dict(_State.choices)[_State(post.state)]),
        line.hired,
    ]


@never_cache
@require_safe
@allowed(for_firm)
def post(request: ActorRequest, post_id: int) -> HttpResponseBase:
    """One post: how it stands, who applied, what can be done with it."""
    now = timezone.now()
    row = own_post(request.actor, post_id, now=now)
    view = view_of(row)
    (line,) = demand_lines([row])
    live = view.state in (_State.OPEN, _State.HELD)
    context = {
        "post": view,
        "line": line,
        "state": state_words(view.state),
        "tone": TONES.get(view.state, "unknown"),
        "pay": pay_text(view.pay_low_fen, view.pay_high_fen, view.pay_words),
        "rows": _facts(view),
        "waits": waits_words(view),
        "told": [one for one in adverts_of(row.pk) if one.source_kind != "firm"],
        "live": live,
        "ended": view.state in (_State.FILLED, _State.CLOSED),
        "public": view.state == _State.OPEN,
    }
    return page(request, "employment/firm/post.html", context)


def _facts(view: PostView) -> list[dict[str, Any]]:
    hours = [_(words) for one, words in HOURS.items() if one in view.hours]
    years = _("{years} 年").format(years=view.years_asked)
    rows = [
        {"name": _("在哪"), "value": view.place_words, "division": view.place},
        {"name": _("招几个人"), "value": _("{many} 个").format(many=view.openings)},
        {"name": _("上班时间"), "value": _("、").join(hours)},
        {"name": _("学历"), "value": _(SCHOOLING[view.schooling]) if view.schooling else _("不限")},
        {"name": _("经验"), "value": years if view.years_asked else _("不限")},
        {"name": _("要的证"), "value": _("、").join(view.certificates)},
        {"name": _("招到哪天"), "value": last_day(view)},
        {"name": _("记的话"), "value": view.closed_why},
    ]
    return [row for row in rows if row["value"] or row.get("division")]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(for_firm)
def prolong(request: ActorRequest, post_id: int) -> HttpResponseBase:
    """A new last day; two months are proposed."""
    now = timezone.now()
    row = own_post(request.actor, post_id, scope="apply", now=now)
    proposed = max(day_of(now), row.open_until) + timedelta(days=PROLONG_DAYS)
    form = ProlongForm(
        request.POST if request.method == "POST" else None, initial={"last_on": proposed}
    )
    if request.method == "POST" and form.is_valid():
        last_on = form.cleaned_data["last_on"]
        try:
            prolong_post(actor=request.actor, post_id=post_id, last_on=last_on, now=now)
        except RefusalError as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("好了，招到 {day}。").format(day=last_on.isoformat()))
            return redirect("employment_firm_post", post_id)
    context = {"form": form, "post": view_of(row)}
    status = 422 if form.errors else 200
    return page(request, "employment/firm/prolong.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(for_firm)
def end(request: ActorRequest, post_id: int) -> HttpResponseBase:
    """No more applicants: those who wait are told why."""
    now = timezone.now()
    row = own_post(request.actor, post_id, scope="apply", now=now)
    (line,) = demand_lines([row])
    form = EndForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            close_post(
                actor=request.actor,
                post_id=post_id,
                filled=form.cleaned_data["how"] == "filled",
                why=form.cleaned_data["why"],
                now=now,
            )
        except RefusalError as refused:
            messages.warning(request, sentence_of(refused))
        else:
            messages.success(request, _("结束了。还在等的人，我们替您告诉他们。"))
        return redirect("employment_firm_post", post_id)
    context = {"form": form, "post": view_of(row), "line": line}
    status = 422 if form.errors else 200
    return page(request, "employment/firm/end.html", context, status=status)


def state_words(state: str) -> str:
    """The state in words."""
    return _(str(dict(_State.choices)[_State(state)]))


def last_day(view: PostView) -> str:
    """The last day somebody may apply."""
    return (view.open_until - timedelta(days=1)).isoformat()


def waits_words(view: PostView) -> list[str]:
    """What a person at the office still has to look at, and what it means for the firm."""
    said = {
        "wording_forbidden": _("有法律不允许的用语。工作人员看过才公开；您自己改掉，马上就公开。"),
        "wording_doubtful": _("有几个词可能不合适，工作人员会看一看。"),
        "fraud_hold": _("有几处像骗子的做法。工作人员看过才公开，可能会联系您。"),
        "fraud_look": _("有人反映或有几处要核实，工作人员会看一看。"),
        "occupation_unsure": _("还没认准是哪种职业，暂时配不上人。工作人员会补。"),
        "wage_not_understood": _("工资没看懂，按工资找的人看不到它。改一改更好。"),
        "place_not_resolved": _("地点没看懂，按地点找的人看不到它。改一改更好。"),
    }
    return [said[one] for one in view.questions if one in said]
