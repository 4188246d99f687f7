"""Who applied for a firm's post, who could be asked to; refusing many; the list as a file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from denghuo.employment.access import for_firm
from denghuo.employment.actions.applications import ask_to_apply, refuse_many, take_list_home
from denghuo.employment.forms.candidates import ReasonForm
from denghuo.employment.logic.applications import FIRM_STATE_WORDS, State
from denghuo.employment.logic.terms import SCHOOLING
from denghuo.employment.models import Post
from denghuo.employment.pages.candidate_words import TONES, next_words, part_lines
from denghuo.employment.pages.frame import page, sentence_of
from denghuo.employment.pages.wish_words import between, reader_language
from denghuo.employment.queries.abilities import ability_text
from denghuo.employment.queries.applications import CandidateView, applications_for_firm
from denghuo.employment.queries.asking import occupation_names
from denghuo.employment.queries.candidates import asked_for, possible_for
from denghuo.employment.queries.matches import PossibleCandidate
from denghuo.employment.queries.own_posts import own_post
from denghuo.employment.queries.posts import view_of
from denghuo.kernel.clock import SHANGHAI, day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.spreadsheet import table_lines
from denghuo.matching.public import NoTextInForceError
from denghuo.places.public import names_of
from denghuo.platform.public import ActorRequest, allowed, spend

_POSSIBLE_A_MINUTE = 20


@never_cache
@require_safe
@allowed(for_firm)
def candidates(request: ActorRequest, post_id: int) -> HttpResponseBase:
    """Those who applied, those who wait for the firm first."""
    now = timezone.now()
    row = own_post(request.actor, post_id, now=now)
    lines = [_line(one) for one in applications_for_firm(request.actor, post_id=post_id, now=now)]
    context = {
        "post": view_of(row),
        "tabs": _tabs(row, "applied", len(lines)),
        "going": [one for one in lines if one["live"]],
        "over": [one for one in lines if not one["live"]],
        "export": reverse("employment_candidates_csv", args=[post_id]),
    }
    return page(request, "employment/firm/candidates.html", context)


@never_cache
@require_safe
@allowed(for_firm)
def possible(request: ActorRequest, post_id: int) -> HttpResponseBase:
    """Those who let firms find them and fit: what they can do, no name."""
    now = timezone.now()
    row = own_post(request.actor, post_id, now=now)
    spend(
        f"employment.possible:{row.firm_id}",
        limit=_POSSIBLE_A_MINUTE,
        per=timedelta(minutes=1),
        now=now,
    )
    stands = True
    found: tuple[PossibleCandidate, ...] = ()
    try:
        found = possible_for(row, now=now)
    except NoTextInForceError:
        stands = False
    context = {
        "post": view_of(row),
        "tabs": _tabs(row, "possible", None),
        "stands": stands,
        "people": _people(row, found),
    }
    return page(request, "employment/firm/possible.html", context)


def _people(row: Post, found: tuple[PossibleCandidate, ...]) -> list[dict[str, Any]]:
    asked = asked_for(row)
    text, language = ability_text(day_of(timezone.now())), reader_language()
    works = occupation_names(sorted({code for one in found for code in one.works if code}))
    homes = names_of({one.home for one in found})
    return [
        {
            "number": number,
            "wish": one.wish_id,
            "asked": one.person_id in asked,
            "rows": [
                each
                for each in (
                    {
                        "name": _("想干"),
                        "value": between().join(works[code] for code in one.works if code in works),
                    },
                    {"name": _("住在"), "value": homes.get(one.home, "")},
                    {"name": _("学历"), "value": _(SCHOOLING[one.schooling])},
                    {
                        "name": _("干过"),
                        "value": _("{years} 年").format(years=one.years) if one.years else "",
                    },
                    {
                        "name": _("会什么"),
                        "value": between().join(
                            text.label(each, language) for each in (*one.certificates, *one.skills)
                        ),
                    },
                    {
                        "name": _("哪天能来"),
                        "value": one.start_on.isoformat() if one.start_on else _("随时能开始"),
                    },
                )
                if each["value"]
            ],
        }
        for number, one in enumerate(found, start=1)
    ]


@require_POST
@allowed(for_firm)
def ask(request: ActorRequest, post_id: int, wish_id: UUID) -> HttpResponseBase:
    """Ask somebody of the list to apply."""
    try:
        fresh = ask_to_apply(
            actor=request.actor, post_id=post_id, wish_id=wish_id, now=timezone.now()
        )
    except RefusalError as refused:
        if refused.status in (403, 404):
            raise
        messages.warning(request, sentence_of(refused))
    else:
        said = _("请了。愿意的话，会投过来。") if fresh else _("这位已经请过了。")
        messages.success(request, said)
    return redirect("employment_possible", post_id)


@require_POST
@allowed(for_firm)
def refuse_chosen(request: ActorRequest, post_id: int) -> HttpResponseBase:
    """The same reason for those ticked: asked for first, then done one by one."""
    now = timezone.now()
    row = own_post(request.actor, post_id, scope="apply", now=now)
    ticked = set(request.POST.getlist("chosen"))
    known = {
        f"{one.application.id}:{one.application.version}": one
        for one in applications_for_firm(request.actor, post_id=post_id, now=now)
    }
    # A version nobody has any more is sent on all the same: the refusal says that it changed.
    chosen = [parsed for one in sorted(ticked) if (parsed := _chosen(one)) is not None]
    form = ReasonForm(request.POST if "reason" in request.POST or "sure" in request.POST else None)
    refusal = ""
    if form.is_bound and form.is_valid():
        try:
            done = refuse_many(
                actor=request.actor, chosen=chosen, reason=form.cleaned_data["reason"], now=now
            )
        except RefusalError as refused:
            refusal = sentence_of(refused)
        else:
            _say(request, [one.sentence for one in done])
            return redirect("employment_candidates", post_id)
    if not chosen:
        messages.warning(request, _("请先勾选要处理的投递。"))
        return redirect("employment_candidates", post_id)
    context = {
        "form": form,
        "post": view_of(row),
        "refusal": refusal,
        "chosen": sorted(ticked),
        "names": [known[one].name_masked for one in sorted(ticked) if one in known],
    }
    status = 422 if form.errors or refusal else 200
    return page(request, "employment/firm/refuse_many.html", context, status=status)


def _chosen(text: str) -> tuple[UUID, int] | None:
    name, _sign, version = text.partition(":")
    if not (version.isdecimal() and len(version) < 9):
        return None
    try:
        return UUID(name), int(version)
    except ValueError:
        return None


def _say(request: ActorRequest, sentences: list[str]) -> None:
    done = sentences.count("")
    if done:
        said = ngettext("答复了 {count} 份。", "答复了 {count} 份。", done)
        messages.success(request, said.format(count=done))
    for sentence in dict.fromkeys(one for one in sentences if one):
        messages.warning(
            request,
            _("{count} 份没有办：{why}").format(count=sentences.count(sentence), why=sentence),
        )


@never_cache
@require_safe
@allowed(for_firm)
def candidates_csv(request: ActorRequest, post_id: int) -> HttpResponseBase:
    """The applicants of one post as a table; every look at somebody's details is written down."""
    now = timezone.now()
    found = take_list_home(actor=request.actor, post_id=post_id, now=now)
    headings = (_("姓名"), _("电话"), _("状态"), _("哪天投的"), _("面试时间"), _("面试地点"),
                _("不录用的原因"))  # fmt: skip
    answer = HttpResponse(
        "\ufeff" + "".join(table_lines([headings, *map(_cells, found)])),
        content_type="text/csv; charset=utf-8",
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="candidates.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _cells(seen: CandidateView) -> list[object]:
    one, shared = seen.application, dict(seen.lines)

    def said(part: str) -> str:
        return " ".join(line.value for line in shared.get(part, ()))

    return [
        said("name") or seen.name_masked,
        said("phone"),
        _(FIRM_STATE_WORDS[one.state]),
        day_of(one.sent_at).isoformat(),
        f"{one.meet_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if one.meet_at else "",
        one.meet_place,
        _(one.reason.label) if one.reason else "",
    ]


def _line(seen: CandidateView) -> dict[str, Any]:
    one = seen.application
    return {
        "id": one.id,
        "value": f"{one.id}:{one.version}",
        "name": seen.name_masked or _("已看不到"),
        "state": _(FIRM_STATE_WORDS[one.state]),
        "tone": TONES[one.state],
        "live": one.live,
        "new": one.state is State.SENT,
        "next": next_words(one),
        "sent_on": day_of(one.sent_at),
        "parts": part_lines(one.parts),
    }


def _tabs(row: Post, current: str, count: int | None) -> list[dict[str, Any]]:
    return [
        {
            "href": reverse("employment_candidates", args=[row.pk]),
            "text": _("投过来的"),
            "count": count,
            "current": current == "applied",
        },
        {
            "href": reverse("employment_possible", args=[row.pk]),
            "text": _("可以请的"),
            "current": current == "possible",
        },
    ]
