"""The desk's seasons: the list, a new one, one as a time line, each step by who may take it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from denghuo.benefits.access import (
    fact_officers,
    fact_staff,
    hands_of,
    reach_staff,
    season_staff,
)
from denghuo.benefits.actions import seasons as acts
from denghuo.benefits.actions.season_looks import log_sample_look
from denghuo.benefits.forms import SampleForm, SeasonForm, StopForm
from denghuo.benefits.logic.season_states import (
    WORKING,
    SeasonMove,
    SeasonState,
    moves_of,
)
from denghuo.benefits.models import Season
from denghuo.benefits.pages import season_words as words
from denghuo.benefits.queries.seasons import (
    barred_from_next,
    sample_progress,
    sample_row,
    season_of,
    seasons_for,
)
from denghuo.cases.public import items as service_items
from denghuo.cases.public import notice_until, notices_of, unreached_count
from denghuo.kernel.clock import day_of
from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.places.public import children, names_of
from denghuo.platform.public import ActorRequest, NotAllowedError, allowed
from denghuo.policy.public import policy

_PER_PAGE = 30
_RESERVE = "pool_reserve_months"
# What a press of a button asks for, and the words on the button.
_BUTTONS: dict[SeasonMove, tuple[str, str]] = {
    SeasonMove.START: ("start", gettext_noop("开始比对")),
    SeasonMove.ASK_AGAIN: ("start", gettext_noop("规定录入了，再比对一次")),
    SeasonMove.DRAW: ("draw", gettext_noop("抽签，开始抽查")),
    SeasonMove.ACCEPT_SAMPLE: ("finish-sample", gettext_noop("抽查完了")),
    SeasonMove.SIGN: ("sign", gettext_noop("签字批准这份名单")),
    SeasonMove.ANNOUNCE: ("announce", gettext_noop("上公示")),
    SeasonMove.PAY: ("pay", gettext_noop("公示结束，下付款单")),
    SeasonMove.CLOSE: ("close", gettext_noop("结束这一批")),
}
# Steps that look over what another did.
_NOT_BY_THE_SAME = {SeasonMove.DRAW, SeasonMove.ACCEPT_SAMPLE, SeasonMove.SIGN}
_Act = Callable[..., object]
_ACTS: dict[str, _Act] = {
    "start": acts.start_season,
    "draw": acts.draw_sample,
    "finish-sample": acts.finish_sample,
    "sign": acts.sign_season,
    "announce": acts.announce_season,
    "pay": acts.pay_season,
    "close": acts.close_season,
    "hold": acts.hold_budget,
    "again": acts.try_season_again,
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(reach_staff)
def season_list(request: ActorRequest) -> HttpResponseBase:
    """The seasons of one's area, and a new one. A station sees whom it has to reach."""
    works = season_staff(request.actor)
    form = SeasonForm(request.POST or None, items=_items(), areas=_areas(request))
    if request.method == "POST" and not works:
        raise NotAllowedError
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("benefits_season", _create(request, form.cleaned_data))
        except RefusalError as refused:
            field = refused.field if refused.field in form.fields else None
            form.add_error(field, refused.sentence)
    page = Paginator(seasons_for(request.actor), _PER_PAGE).get_page(request.GET.get("page"))
    names = names_of({row.area for row in page})
    header = (_("批次"), _("地区"), _("状态"), _("什么时候"))
    context = {
        "form": form,
        "may_create": bool(hands_of(request.actor) & {"officer", "supervisor"}),
        "sees_facts": fact_staff(request.actor),
        "brings_accounts": fact_officers(request.actor),
        "columns": [{"name": name} for name in header],
        "rows": [
            {
                "href": reverse(
                    "benefits_season" if works else "benefits_season_unreached", args=[row.pk]
                ),
                "cells": [
                    row.title,
                    names.get(row.area, ""),
                    words.state_words(row),
                    timezone.localtime(row.changed_at).strftime("%Y-%m-%d"),
                ],
            }
            for row in page
        ],
        "page": page,
    }
    status = 422 if form.errors else 200
    return render(request, "benefits/seasons/list.html", context, status=status)


def _items() -> list[tuple[str, str]]:
    found = [one for one in service_items().values() if one.policy and one.pays and one.notice.days]
    return [(one.code, str(one.names)) for one in found]


def _areas(request: ActorRequest) -> list[tuple[str, str]]:
    own = request.actor.area
    if own is None:
        raise NotAllowedError
    below = children(own.code)
    named = names_of([own.code]).get(own.code, own.code)
    return [(own.code, named), *((each.code, each.name) for each in below)]


def _create(request: ActorRequest, data: dict[str, Any]) -> UUID:
    now = timezone.now()
    months = data[_RESERVE]
    reads = _RESERVE in policy(service_items()[data["item"]].policy).specs
    return acts.create_season(
        actor=request.actor,
        item=data["item"],
        period=data["period"].strip(),
        area=Region(data["area"]),
        as_of=data["as_of"] or day_of(now),
        constants={_RESERVE: months} if months is not None and reads else {},
        now=now,
    )


@never_cache
@require_safe
@allowed(season_staff)
def season(request: ActorRequest, season_id: UUID) -> HttpResponseBase:
    """One season; only its progress where a script asks."""
    row = season_of(request.actor, season_id)
    working = SeasonState(row.state) in WORKING
    moving = {
        "sentence": words.state_words(row),
        "done": row.rows_done,
        "total": row.rows_total or row.rows_done or 1,
        "poll": request.path,
        "working": working and not row.failure,
    }
    if request.headers.get("HX-Request"):
        answer = render(request, "benefits/seasons/_progress.html", moving)
        if not moving["working"]:
            answer.headers["HX-Refresh"] = "true"
        return answer
    leagues = row.counts.get("leagues", {})
    names = names_of([f"{home}00000000" for home in leagues] + [row.area])
    key = f"season:{row.pk}"
    moves = moves_of(SeasonState(row.state), hands_of(request.actor))
    may_check = SeasonMove.ACCEPT_SAMPLE in moves and request.actor.label not in barred_from_next(
        row
    )
    context = {
        **moving,
        "season": row,
        "area": names.get(row.area, ""),
        "mark": words.state_mark(row),
        "steps": words.step_items(row),
        "figures": words.figure_rows(row),
        "kinds": words.kind_rows(row),
        "swept": words.sweep_rows(row),
        "leagues": words.league_pairs(row, names),
        "groups": words.group_pairs(row),
        "funds": words.fund_rows(row),
        "short": any(not one.get("hold") and int(one["fen"]) for one in row.holds.values()),
        "sample": sample_progress(row) if row.seed else None,
        "notices": notices_of(key),
        "unreached": unreached_count(request.actor, key=key) if row.signed_by else 0,
        "notice_last": notice_until(key) if row.state == SeasonState.ANNOUNCED else None,
        "buttons": (buttons := _buttons(request, row)),
        "may_check": may_check,
        "turn": "" if buttons or may_check else words.turn_words(row),
        "stop": StopForm() if SeasonMove.STOP in moves else None,
        "now": timezone.now(),
    }
    return render(request, "benefits/seasons/season.html", context)


def _buttons(request: ActorRequest, row: Season) -> list[dict[str, str]]:
    """The steps this reader may take now; a sample is finished once every row is looked at."""
    moves = moves_of(SeasonState(row.state), hands_of(request.actor))
    left = row.state == SeasonState.SAMPLING and sample_progress(row).next_place is not None
    paid = row.state == SeasonState.PAID_OUT
    barred = request.actor.label in barred_from_next(row)
    later = {SeasonMove.PAY: gettext_noop("给后来确认账户的下付款单")} if paid else {}
    return [
        {"href": reverse("benefits_season_step", args=[row.pk, step]), "text": _(text)}
        for move in moves
        if move in _BUTTONS
        and not (barred and move in _NOT_BY_THE_SAME)
        and not (left and move is SeasonMove.ACCEPT_SAMPLE)
        for step, text in [(_BUTTONS[move][0], later.get(move, _BUTTONS[move][1]))]
    ]


@require_POST
@allowed(season_staff)
def season_step(request: ActorRequest, season_id: UUID, step: str) -> HttpResponseBase:
    """One step, by its button."""
    act, now = _ACTS.get(step), timezone.now()
    season_of(request.actor, season_id)
    _try(request, act, season_id, now)
    return redirect("benefits_season", season_id)


def _try(request: ActorRequest, act: _Act | None, season_id: UUID, now: datetime) -> None:
    if act is None:
        messages.warning(request, _("没有这一步。"))
        return
    try:
        act(actor=request.actor, season_id=season_id, now=now)
    except RefusalError as refused:
        if refused.status == 404:
            raise
        messages.warning(request, refused.sentence)


@require_POST
@allowed(season_staff)
def season_stop(request: ActorRequest, season_id: UUID) -> HttpResponseBase:
    """Stop it, with a reason."""
    try:
        acts.stop_season(
            actor=request.actor,
            season_id=season_id,
            reason=request.POST.get("reason", ""),
            now=timezone.now(),
        )
    except RefusalError as refused:
        if refused.status == 404:
            raise
        messages.warning(request, refused.sentence)
    return redirect("benefits_season", season_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(season_staff)
def season_sample(request: ActorRequest, season_id: UUID, place: int) -> HttpResponseBase:
    """One row of the sample with its facts and arithmetic; right or wrong, then the next."""
    row = season_of(request.actor, season_id)
    error = ""
    if request.method == "POST":
        try:
            acts.judge_row(
                actor=request.actor,
                season_id=season_id,
                place=place,
                wrong=request.POST.get("verdict") == "wrong",
                reason=request.POST.get("reason", ""),
                now=timezone.now(),
            )
        except RefusalError as refused:
            if refused.status == 404:
                raise
            error = refused.sentence
        else:
            left = sample_progress(row).next_place
            if left is None:
                return redirect("benefits_season", season_id)
            return redirect("benefits_season_sample", season_id, left)
    found = sample_row(row, place)
    log_sample_look(
        actor=request.actor,
        season_id=season_id,
        place=place,
        facts=found.answer.facts,
        now=timezone.now(),
    )
    context = {
        "season": row,
        "row": found,
        "amount": str(Money(found.amount_fen)),
        "conditions": words.condition_rows(found.answer),
        "arithmetic": found.answer.arithmetic,
        "sum_facts": words.sum_facts(found.answer),
        "progress": sample_progress(row),
        "form": SampleForm(initial={"reason": found.reason}),
        "error": error,
        "open": row.state == SeasonState.SAMPLING,
    }
    status = 422 if error else 200
    return render(request, "benefits/seasons/sample.html", context, status=status)
