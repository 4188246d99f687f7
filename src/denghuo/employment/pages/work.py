"""Today's matches with their reasons; one post: why this, or why not and what would help."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from denghuo.employment.access import for_person
from denghuo.employment.pages.frame import page, pay_text, sentence_of
from denghuo.employment.pages.wish_words import (
    consent_rows,
    reader_language,
    summary_rows,
    works_line,
)
from denghuo.employment.queries.matches import (
    Match,
    Matches,
    PostBrief,
    StepView,
    matches_for_person,
    why_not_post,
)
from denghuo.employment.queries.posts import PostNotFoundError
from denghuo.employment.queries.wishes import at_hand, resume_of, wish_of, work_consents
from denghuo.kernel.subject import SubjectRef
from denghuo.matching.public import NoTextInForceError
from denghuo.people.public import mandate_in_force, staff_view, subject_name
from denghuo.places.public import names_of
from denghuo.platform.public import Actor, ActorRequest, allowed

SLIP_POSTS = 8
TONES = {"live": "yes", "paused": "wait"}


@never_cache
@require_safe
@allowed(for_person)
def work(request: ActorRequest) -> HttpResponseBase:
    """The wish in short, today's posts with reasons, what would open more."""
    now = timezone.now()
    person = at_hand(request.actor, "read", now=now)
    wish = wish_of(person)
    found, stands = _found(person, now)
    context = {
        "name": subject_name(person),
        "wish": wish,
        "works": works_line(wish) if wish else "",
        "state": _(wish.state_text) if wish else "",
        "tone": TONES.get(wish.state, "unknown") if wish else "",
        "left": len(wish.left) if wish else 0,
        "go_on": reverse("employment_wish", args=[wish.left[0]]) if wish and wish.left else "",
        "rows": summary_rows(wish) if wish and wish.whole else [],
        "consents": consent_rows(work_consents(person)) if wish else [],
        "resume": resume_of(person),
        "stands": stands,
        **_shown(found),
    }
    return page(request, "employment/work/work.html", context)


@never_cache
@require_safe
@allowed(for_person)
def post(request: ActorRequest, post_id: int) -> HttpResponseBase:
    """One post for this person: why it fits and by how much, or what stands in the way."""
    now = timezone.now()
    person = at_hand(request.actor, "read", now=now)
    found = why_not_post(person.id, post_id, now, language=reader_language())
    if found is None:
        raise PostNotFoundError
    context = {
        "post": post_row(found.post, names_of([_whole(found.post.place)])),
        "found": found,
        "unmet": [{"sentence": one.sentence, **_unmet(one.name)} for one in found.unmet],
        "name": subject_name(person),
    }
    return page(request, "employment/work/post.html", context)


@never_cache
@require_safe
@allowed(for_person)
def slip(request: ActorRequest) -> HttpResponseBase:
    """Today's posts on paper, to take home from the counter."""
    now = timezone.now()
    person = at_hand(request.actor, "read", now=now)
    found, _stands = _found(person, now)
    shown = _shown(found)
    context = {
        "name": subject_name(person),
        "posts": (shown["matches"] or shown["newest"])[:SLIP_POSTS],
        "ranked": found is not None and found.ranked,
        "helpers": _helpers(request.actor, person, now),
        "printed_at": now,
    }
    return page(request, "employment/work/slip.html", context)


def post_row(one: PostBrief, names: dict[str, str]) -> dict[str, Any]:
    """A post as a list shows it."""
    return {
        "id": one.id,
        "title": one.title,
        "employer": one.employer,
        "pay": pay_text(one.pay_low_fen, one.pay_high_fen, one.pay_words),
        "place": names.get(_whole(one.place), one.place_words),
        "apply": reverse("employment_apply", args=[one.id]) if one.takes_applications else "",
        "why": reverse("employment_work_post", args=[one.id]),
        "since": one.open_from,
    }


def step_words(one: StepView) -> dict[str, str]:
    """One way to more posts, in a sentence, with the page where to take it."""
    more = _("多 {count} 个岗位").format(count=one.opens)
    match one.limit:
        case "place" if one.km:
            words, step = _("愿意再远 {km} 公里").format(km=one.km), "where"
        case "place":
            words, step = _("也愿意去{place}").format(place=one.word), "where"
        case "certificates":
            words, step = _("考一个“{certificate}”").format(certificate=one.word), "held"
        case "hours":
            words, step = _("也能上“{hours}”的班").format(hours=one.word), "when"
        case _:
            fen = one.pay_fen or 0
            words, step = _("最少要的钱降到 {yuan} 元").format(yuan=f"{fen // 100:,}"), "pay"
    return {"words": words, "more": more, "href": reverse("employment_wish", args=[step])}


def _found(person: SubjectRef, now: datetime) -> tuple[Matches | None, str]:
    """Today's posts; where no text of weights is in force, the sentence that says so."""
    try:
        return matches_for_person(person.id, now, language=reader_language()), ""
    except NoTextInForceError as none:
        return None, sentence_of(none)


def _shown(found: Matches | None) -> dict[str, Any]:
    if found is None:
        return {"ranked": False, "matches": [], "newest": [], "steps": [], "assumed": False}
    places = {_whole(one.post.place) for one in found.matches}
    names = names_of({*places, *(_whole(one.place) for one in found.newest)})
    return {
        "ranked": found.ranked,
        "matches": [_match_row(one, names) for one in found.matches],
        "newest": [post_row(one, names) for one in found.newest],
        "steps": [step_words(one) for one in found.steps],
        "assumed": found.assumed,
    }


def _match_row(one: Match, names: dict[str, str]) -> dict[str, Any]:
    return {**post_row(one.post, names), "reasons": one.reasons, "score": one.score}


def _unmet(limit: str) -> dict[str, str]:
    """Where an unmet limit can be answered otherwise; nowhere for what the law says."""
    step = {"kind": "what", "place": "where", "hours": "when", "pay": "pay",
            "certificates": "held", "grade": "held"}.get(limit)  # fmt: skip
    return {"href": reverse("employment_wish", args=[step]) if step else ""}


def _helpers(actor: Actor, person: SubjectRef, now: datetime) -> list[dict[str, str]]:
    """Who printed it for the person, and by what power."""
    rows = []
    if actor.staff_id is not None:
        clerk = staff_view(actor.staff_id)
        rows.append({"name": _("谁替您查的"), "value": f"{clerk.office} {clerk.name}"})
    mandate = mandate_in_force(actor=actor, subject=person, scope="read", now=now)
    if mandate is not None:
        rows.append({"name": _("怎么委托的"), "value": _(mandate.how_text)})
    return rows


def _whole(code: str) -> str:
    return code.ljust(12, "0")
