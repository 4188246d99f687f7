"""Sentences about a search and a post: what was understood, what was assumed, what to loosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from denghuo.employment.logic.dated import NoTextInForceError
from denghuo.employment.logic.terms import HOURS, SCHOOLING
from denghuo.employment.logic.wages import read_wage
from denghuo.employment.models import Source
from denghuo.employment.queries.library import wage_text
from denghuo.employment.queries.post_search import (
    PostQuery,
    place_name,
    place_near,
    search_posts,
    work_name,
)
from denghuo.employment.queries.posts import PostView
from denghuo.search.public import Word

_WAYS_MAX = 4


def understood_words(words: Sequence[Word]) -> list[str]:
    """One sentence for each word that was read as another."""
    return [
        _("没有“{typed}”，按“{text}”找的。").format(typed=one.typed, text=one.text)
        for one in words
        if one.typed != one.text
    ]


def assumed_words(post: PostView, *, on: date) -> list[str]:
    """How the month's pay came from the employer's words; nothing where staff put it right."""
    try:
        text = wage_text(on)
    except NoTextInForceError:
        return []
    wage = read_wage(post.pay_words, text)
    if (wage.low_fen, wage.high_fen) != (post.pay_low_fen, post.pay_high_fen):
        return []
    said = {
        "month": _("原文没写是一个月还是别的，按一个月算的。"),
        "year": _("原文没写是一年还是别的，按一年算、再除以 12。"),
        "days_a_month": _("原文没写一个月干几天，按 {days} 天算的。").format(
            days=f"{float(text.days_a_month):g}"
        ),
        "hours_a_month": _("原文没写一个月干几小时，按 {hours} 小时算的。").format(
            hours=f"{float(text.hours_a_month):g}"
        ),
        "first_of_several": _("原文写了几个数，取的第一个。"),
    }
    more = []
    if wage.pays_a_year != 12:
        more.append(_("一年发 {many} 个月的工资。").format(many=wage.pays_a_year))
    if wage.commission:
        more.append(_("里面有提成，干多干少不一样。"))
    return [*(said[one] for one in wage.assumed), *more]


def chosen_words(query: PostQuery) -> list[tuple[str, dict[str, Any]]]:
    """What narrows a search, in words, each with what to change to be without it."""
    place = place_near(query.near) if query.km and query.near else None
    said: list[tuple[object, str, dict[str, Any]]] = [
        (query.place, place_name(query.place) if query.place else "", {"place": ""}),
        (query.work, work_name(query.work) if query.work else "", {"work": ""}),
        (query.pay_yuan, _("最高能到 {name} 元以上").format(name=query.pay_yuan), {"pay_yuan": 0}),
        (
            query.hours,
            _({str(one): said for one, said in HOURS.items()}.get(query.hours, "")),
            {"hours": ""},
        ),
        (
            query.schooling is not None,
            _("学历：{grade}").format(grade=_(SCHOOLING[query.schooling or 0])),
            {"schooling": None},
        ),
        (query.source, source_word(query.source), {"source": ""}),
        (query.days, _("{name} 天内").format(name=query.days), {"days": 0}),
        (
            place is not None,
            _("离{place} {km} 公里内").format(place=place.name if place else "", km=query.km),
            {"km": 0, "near": ""},
        ),
    ]
    return [(words, without) for asked, words, without in said if asked]


def asked_words(query: PostQuery) -> str:
    """A whole search in one line."""
    words = [f"“{query.text}”"] if query.text else []
    return "、".join([*words, *(each for each, _without in chosen_words(query))])


def source_word(kind: str) -> str:
    """What kind of source it is."""
    known = dict(Source.Kind.choices)
    return _(str(known[kind])) if kind in known else ""


def looser_ways(query: PostQuery, *, now: datetime) -> list[dict[str, Any]]:
    """What to leave out so that something is found, the way with the most posts first."""
    wider = query.place[:4] if len(query.place) > 4 else ""
    ways = (
        (query.km, {"km": 0}, _("不限远近")),
        (query.place, {"place": wider}, _("到更大的地方找")),
        (query.pay_yuan, {"pay_yuan": 0}, _("不限工资")),
        (query.work, {"work": ""}, _("不限什么活")),
        (query.hours, {"hours": ""}, _("不限上班时间")),
        (query.schooling is not None, {"schooling": None}, _("不限学历")),
        (query.source, {"source": ""}, _("不限谁发的")),
        (query.days, {"days": 0}, _("早些时候发的也看")),
        (query.text and len(query.values()) > 1, {"text": ""}, _("不限词")),
    )  # fmt: skip
    found = []
    for asked, without, words in ways:
        if not asked:
            continue
        looser = replace(query, **without)
        total = search_posts(looser, now=now, size=1).total
        if total:
            href = f"/jobs/?{urlencode(looser.values())}"
            found.append({"words": words, "total": total, "href": href})
    return sorted(found, key=lambda way: -int(str(way["total"])))[:_WAYS_MAX]
