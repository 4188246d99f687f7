"""Looking for posts: one box, choices as links, the list first; one post; something is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from denghuo.employment.access import post_staff
from denghuo.employment.actions.reporting import report_post
from denghuo.employment.actions.searches import log_posts_exported
from denghuo.employment.logic.reporting import REASONS
from denghuo.employment.logic.terms import HOURS, SCHOOLING
from denghuo.employment.pages.frame import page, pay_text, sentence_of
from denghuo.employment.pages.job_words import (
    assumed_words,
    chosen_words,
    looser_ways,
    source_word,
    understood_words,
)
from denghuo.employment.queries.post_search import (
    EXPORT_MAX,
    KM_STEPS,
    Facet,
    FoundPost,
    PostQuery,
    SearchedPosts,
    read_query,
    search_posts,
)
from denghuo.employment.queries.posts import adverts_of, post_view
from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.spreadsheet import table_lines
from denghuo.platform.public import ActorRequest, allowed, anyone, client_address, spend

_PAGE_DIGITS_MAX = 4
_REPORTS_AN_HOUR = 10
_SEARCHES_A_MINUTE = 120


@require_safe
@allowed(anyone)
def job_list(request: ActorRequest) -> HttpResponseBase:
    """Posts that are open now."""
    now = timezone.now()
    query = read_query(request.GET.dict())
    spend(
        f"employment.search:{client_address(request)}",
        limit=_SEARCHES_A_MINUTE,
        per=timedelta(minutes=1),
        now=now,
    )
    found = search_posts(query, now=now, page=_page_number(request))
    context = {
        "found": found,
        "query": query,
        "lines": [_line(one) for one in found.posts],
        "chosen": _chosen(query),
        "groups": [group for group in _groups(query, found) if group["links"]],
        "sorts": _sorts(query, found),
        "understood": understood_words(found.words),
        "looser": looser_ways(query, now=now) if not found.total else [],
        "kms": [(km, km == (query.km or 30)) for km in KM_STEPS],
        "kept": [(name, value) for name, value in query.values().items()],
        "previous": _address(query, found.page - 1) if found.page > 1 else "",
        "next": _address(query, found.page + 1) if found.page < found.pages else "",
        "save": _address(query, path="/me/work/searches/new/") if not query.asks_nothing else "",
        "export": _address(query, path="/desk/posts/found.csv")
        if request.actor.kind == "staff" and post_staff(request.actor)
        else "",
    }
    return page(request, "employment/jobs/list.html", context)


@require_safe
@allowed(anyone)
def job(request: ActorRequest, post_id: int) -> HttpResponseBase:
    """One post: pay in a month, where, who, who told of it."""
    now = timezone.now()
    post = post_view(post_id, now)
    hours = [_(words) for one, words in HOURS.items() if one in post.hours]
    years = _("{years} 年").format(years=post.years_asked)
    rows = [
        {"name": _("在哪"), "value": post.place_words, "division": post.place},
        {"name": _("招几个人"), "value": _("{many} 个").format(many=post.openings)},
        {"name": _("上班时间"), "value": "、".join(hours)},
        {"name": _("学历"), "value": _(SCHOOLING[post.schooling]) if post.schooling else _("不限")},
        {"name": _("经验"), "value": years if post.years_asked else _("不限")},
        {"name": _("要的证"), "value": "、".join(post.certificates)},
        {"name": _("招到哪天"), "value": (post.open_until - timedelta(days=1)).isoformat()},
    ]  # fmt: skip
    employer = [
        {"name": _("单位"), "value": post.employer_name},
        {"name": _("统一社会信用代码"), "value": post.employer_uscc or _("没有登记，请自己核实")},
    ]
    context = {
        "post": post,
        "pay": pay_text(post.pay_low_fen, post.pay_high_fen, post.pay_words),
        "assumed": assumed_words(post, on=day_of(now)),
        "rows": [row for row in rows if row["value"] or row.get("division")],
        "employer": employer,
        "told": [
            {
                "name": one.source,
                "kind": source_word(one.source_kind),
                "first": one.first_seen_on,
                "last": one.last_seen_on,
                "url": one.url,
            }
            for one in adverts_of(post_id)
            if one.withdrawn_on is None
        ],
        "today": day_of(now),
        "resident": request.actor.kind != "staff",
    }
    return page(request, "employment/jobs/post.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(anyone)
def job_report(request: ActorRequest, post_id: int) -> HttpResponseBase:
    """Something is wrong with a post: one reason, no name asked."""
    now = timezone.now()
    post = post_view(post_id, now)
    refusal = ""
    if request.method == "POST":
        try:
            # Before the transaction: a refusal inside would give the try back.
            spend(
                f"employment.report:{client_address(request)}",
                limit=_REPORTS_AN_HOUR,
                per=timedelta(hours=1),
                now=now,
            )
            reason = request.POST.get("reason", "")
            report_post(actor=request.actor, post_id=post_id, reason=reason, now=now)
        except RefusalError as refused:
            if refused.status == 404:
                raise
            refusal = sentence_of(refused)
        else:
            messages.success(request, _("收到了，谢谢您。工作人员会看这个岗位。"))
            return redirect("employment_job", post_id)
    context = {
        "post": post,
        "reasons": [(code, _(words)) for code, words in REASONS.items()],
        "refusal": refusal,
    }
    return page(request, "employment/jobs/report.html", context, status=400 if refusal else 200)


@require_safe
@allowed(post_staff)
def found_csv(request: ActorRequest) -> HttpResponseBase:
    """The first thousand posts found, as a table."""
    now = timezone.now()
    query = read_query(request.GET.dict())
    found = search_posts(query, now=now, size=EXPORT_MAX)
    log_posts_exported(actor=request.actor, asked=query.values(), rows=len(found.posts), now=now)
    heading = (
        "编号", "岗位", "单位", "统一社会信用代码", "职业代码", "每月最低（元）", "每月最高（元）",
        "工资原文", "地区代码", "地点", "人数", "招到（不含）", "距离（公里）",
    )  # fmt: skip
    content = "".join(table_lines([heading, *(_cells(one) for one in found.posts)]))
    answer = HttpResponse("\ufeff" + content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="posts-{day_of(now)}.csv"'
    return answer


def _cells(one: FoundPost) -> tuple[str, ...]:
    post = one.post
    return (
        str(post.id), post.title, post.employer_name, post.employer_uscc, post.occupation,
        _yuan(post.pay_low_fen), _yuan(post.pay_high_fen), post.pay_words, post.place,
        post.place_words, str(post.openings), post.open_until.isoformat(),
        "" if one.metres is None else f"{one.metres / 1000:.1f}",
    )  # fmt: skip


def _yuan(fen: int | None) -> str:
    return "" if fen is None else f"{fen // 100}.{fen % 100:02}"


def _page_number(request: ActorRequest) -> int:
    text = request.GET.get("page", "1")
    good = text.isascii() and text.isdigit() and len(text) <= _PAGE_DIGITS_MAX
    return max(1, int(text)) if good else 1


def _line(one: FoundPost) -> dict[str, Any]:
    post = one.post
    return {
        "post": post,
        "pay": pay_text(post.pay_low_fen, post.pay_high_fen, post.pay_words),
        "far": _("直线 {km} 公里").format(km=f"{one.metres / 1000:.1f}")
        if one.metres is not None
        else "",
    }


def _address(query: PostQuery, number: int = 1, *, path: str = "/jobs/") -> str:
    values = query.values()
    if number > 1:
        values["page"] = str(number)
    return f"{path}?{urlencode(values)}" if values else path


def _chosen(query: PostQuery) -> list[dict[str, str]]:
    """What narrows the list, each with the address without it."""
    return [
        {"name": words, "href": _address(replace(query, **without))}
        for words, without in chosen_words(query)
    ]


def _groups(query: PostQuery, found: SearchedPosts) -> list[dict[str, Any]]:
    """The choices as links, each with how many posts it leaves."""

    def links(facets: tuple[Facet, ...], field: str, words: str = "{name}") -> list[dict[str, Any]]:
        return [
            {
                "name": words.format(name=_(one.name)),
                "count": one.count,
                "href": _address(replace(query, **{field: _typed(field, one.value)})),  # type: ignore[arg-type]
            }
            for one in facets
            if not one.chosen and one.count
        ]

    return [
        {"title": _("哪里"), "links": links(found.places, "place")},
        {"title": _("什么活"), "links": links(found.works, "work")},
        {"title": _("工资"), "links": links(found.pays, "pay_yuan", _("最高能到 {name} 元以上"))},
        {"title": _("上班时间"), "links": links(found.hours, "hours")},
        {"title": _("我的学历"), "links": links(found.schoolings, "schooling")},
        {"title": _("谁发的"), "links": links(found.sources, "source")},
        {"title": _("哪天发的"), "links": links(found.days, "days", _("{name} 天内"))},
    ]


def _typed(field: str, value: str) -> str | int:
    return int(value) if field in {"pay_yuan", "schooling", "days"} else value


def _sorts(query: PostQuery, found: SearchedPosts) -> list[dict[str, Any]]:
    words = {
        "fit": _("最合适的在前"),
        "near": _("最近的在前"),
        "new": _("最新的在前"),
        "high": _("工资高的在前"),
    }
    return [
        {
            "name": name,
            "href": _address(replace(query, sort=sort)),  # type: ignore[arg-type]
            "current": query.sort == sort,
        }
        for sort, name in words.items()
        if sort != "near" or found.near is not None
    ]
