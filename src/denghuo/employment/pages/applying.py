"""Applying, my applications, one of them: where it stands, what comes next, what I may do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from denghuo.employment.access import for_person
from denghuo.employment.actions.applications import accept, apply, decline, withdraw
from denghuo.employment.logic.applications import STATE_WORDS, Move, State
from denghuo.employment.logic.appointments import appointment
from denghuo.employment.logic.sharing import ALWAYS, PARTS, WORDS_MAX
from denghuo.employment.pages.frame import page, pay_text, sentence_of
from denghuo.employment.queries.applications import (
    ApplicationNotFoundError,
    ApplicationView,
    application_of,
    applications_of,
    events_of,
    live_application,
    person_at_hand,
)
from denghuo.employment.queries.own_posts import open_post
from denghuo.employment.queries.sharing import parts_offered
from denghuo.employment.queries.similar import similar_posts
from denghuo.kernel.clock import SHANGHAI, day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import subject_name
from denghuo.platform.public import Actor, ActorRequest, allowed, record_look_up

TONES = {
    State.SENT: "fact",
    State.SEEN: "fact",
    State.INTERVIEW: "wait",
    State.OFFERED: "wait",
    State.HIRED: "yes",
    State.REFUSED: "no",
    State.WITHDRAWN: "unknown",
    State.OBSOLETE: "unknown",
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(for_person)
def apply_for(request: ActorRequest, post_id: int) -> HttpResponseBase:
    """What the firm will read, ticked part by part; one press sends it."""
    now = timezone.now()
    person = person_at_hand(request.actor, "apply", now=now)
    running = live_application(person, post_id)
    if running is not None:
        if request.method == "POST":
            messages.info(request, _("这个岗位您已经投过了，等消息就行。"))
        return redirect("employment_application", running.id)
    words = request.POST.get("words", "")
    refusal: RefusalError | None = None
    if request.method == "POST":
        try:
            sent = apply(
                actor=request.actor,
                post_id=post_id,
                parts=request.POST.getlist("part"),
                words=words,
                now=now,
            )
        except RefusalError as refused:
            refusal = refused
        else:
            messages.success(request, _("投出去了。单位看了、约您、答复您，都会告诉您。"))
            return redirect("employment_application", sent.id)
    post = open_post(post_id, now=now)
    offered = parts_offered(person.id, actor=request.actor)
    context = {
        "post": post,
        "pay": pay_text(post.pay_low_fen, post.pay_high_fen, post.pay_words),
        "name": subject_name(person),
        "parts": [
            {
                "name": name,
                "title": _(PARTS[name]),
                "fixed": name in ALWAYS,
                "lines": [{"name": _(one.label), "value": one.value} for one in lines],
                "ticked": request.method != "POST" or name in request.POST.getlist("part"),
            }
            for name, lines in offered.items()
        ],
        "phone": "phone" in offered,
        "words": words[: WORDS_MAX * 2],
        "words_max": WORDS_MAX,
        "refusal": sentence_of(refusal) if refusal else "",
        "field": refusal.field if refusal else "",
    }
    return page(
        request, "employment/mine/apply.html", context, status=refusal.status if refusal else 200
    )


@never_cache
@require_safe
@allowed(for_person)
def mine(request: ActorRequest) -> HttpResponseBase:
    """What waits for my answer, what is going on, what is over."""
    now = timezone.now()
    person = person_at_hand(request.actor, "read", now=now)
    note_look(request.actor, person, now=now)
    lines = [_line(one) for one in applications_of(person)]
    context = {
        "name": subject_name(person),
        "waiting": [one for one in lines if one["waits"]],
        "going": [one for one in lines if one["live"] and not one["waits"]],
        "over": [one for one in lines if not one["live"]],
    }
    return page(request, "employment/mine/list.html", context)


@never_cache
@require_safe
@allowed(for_person)
def application(request: ActorRequest, application_id: UUID) -> HttpResponseBase:
    """One application: where it stands, what comes next, what was done."""
    now = timezone.now()
    found = application_of(request.actor, application_id, now=now)
    person = person_at_hand(request.actor, "read", now=now)
    note_look(request.actor, person, now=now)
    over = not found.live and found.state is not State.HIRED
    context = {
        **_line(found),
        "one": found,
        "items": [
            {
                "state": "done",
                "title": _(event.move.word),
                "when": f"{event.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} · {_(event.by_name)}",
                "note": "。".join(
                    text for text in (_(event.reason.label) if event.reason else "", event.note)
                    if text
                ),
            }
            for event in events_of(found.id)
        ],
        "parts": [_(PARTS[name]) for name in found.parts if name in PARTS],
        "may": {str(move): True for move in found.moves},
        "similar": [
            {"post": one, "pay": pay_text(one.pay_low_fen, one.pay_high_fen, one.pay_words)}
            for one in (similar_posts(found.post_id, person, now=now) if over else [])
        ],
    }  # fmt: skip
    return page(request, "employment/mine/application.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(for_person)
def end(request: ActorRequest, application_id: UUID) -> HttpResponseBase:
    """Withdraw, or decline an offer: asked once more, because it cannot be undone."""
    now = timezone.now()
    found = application_of(request.actor, application_id, scope="apply", now=now)
    if request.method != "POST" and found.live:
        context = {**_line(found), "one": found, "offered": found.state is State.OFFERED}
        return page(request, "employment/mine/end.html", context)
    if request.method != "POST":
        return redirect("employment_application", application_id)
    act = decline if request.POST.get("move") == str(Move.DECLINE) else withdraw
    return _done(request, application_id, act, _("撤回了。单位看不到您的信息了。"), now=now)


@require_POST
@allowed(for_person)
def take_offer(request: ActorRequest, application_id: UUID) -> HttpResponseBase:
    """Yes to the post; other applications end."""
    words = _("恭喜！您接受了录用。其他的投递已经替您结束了。")
    return _done(request, application_id, accept, words, now=timezone.now())


@never_cache
@require_safe
@allowed(for_person)
def calendar(request: ActorRequest, application_id: UUID) -> HttpResponseBase:
    """The interview for the phone's calendar."""
    now = timezone.now()
    found = application_of(request.actor, application_id, now=now)
    if found.meet_at is None or found.state is not State.INTERVIEW:
        raise ApplicationNotFoundError
    text = appointment(
        uid=str(found.id),
        sequence=found.version,
        title=_("面试：{post}").format(post=found.post_title),
        place=found.meet_place,
        words=found.employer,
        at=found.meet_at,
        now=now,
    )
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="interview.ics"'
    return answer


def note_look(actor: Actor, person: SubjectRef, *, now: datetime) -> None:
    """Somebody else looks at the person's applications: written down before it is shown."""
    if actor.person != person:
        record_look_up(
            actor=actor, subject=person, what=("applications",), purpose=_("看求职投递"), at=now
        )


def _done(
    request: ActorRequest,
    application_id: UUID,
    act: Callable[..., ApplicationView],
    words: str,
    *,
    now: datetime,
) -> HttpResponseBase:
    try:
        act(actor=request.actor, application_id=application_id, now=now)
    except RefusalError as refused:
        if refused.status == 404:
            raise
        messages.warning(request, sentence_of(refused))
    else:
        messages.success(request, words)
    return redirect("employment_application", application_id)


def _line(one: ApplicationView) -> dict[str, Any]:
    """One application in words."""
    return {
        "id": one.id,
        "title": one.post_title,
        "employer": one.employer,
        "state": _(STATE_WORDS[one.state]),
        "tone": TONES[one.state],
        "live": one.live,
        "waits": one.state is State.OFFERED,
        "next": next_words(one),
        "sent_on": day_of(one.sent_at),
    }


def next_words(one: ApplicationView) -> str:
    """What happens next, in one or two short sentences."""
    match one.state:
        case State.SENT:
            return _("等单位看。看了会告诉您。")
        case State.SEEN:
            return _("单位在考虑。约不约面试，会告诉您。")
        case State.INTERVIEW:
            return _("{when}，去{place}面试。去不了，提前和单位说一声。").format(
                when=hour_words(one.meet_at), place=one.meet_place
            )
        case State.OFFERED:
            return _("请在 {when} 前答复去还是不去。过了这个时间，位子会让给别人。").format(
                when=hour_words(one.offer_until)
            )
        case State.HIRED if one.start_on:
            return _("{day} 上班。有变化，单位会联系您。").format(day=one.start_on.isoformat())
        case State.HIRED:
            return _("单位会联系您，说哪天上班。")
        case State.REFUSED if one.reason:
            return _(one.reason.said) + _(one.reason.advice)
        case State.OBSOLETE:
            return _("您已经在别处上岗，这一份自动结束了。")
        case _:
            return _("这一份结束了，单位看不到您的信息了。")


def hour_words(at: datetime | None) -> str:
    """A day with its weekday, and the hour."""
    if at is None:
        return ""
    local = at.astimezone(SHANGHAI)
    days = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
    return f"{local:%Y-%m-%d}（{days[local.weekday()]}）{local:%H:%M}"
