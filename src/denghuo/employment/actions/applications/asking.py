"""A firm asks somebody who lets firms find them to apply; the list of applicants taken home."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from denghuo.employment.logic.applications import READABLE, State
from denghuo.employment.models import Application, Post, PostInvite
from denghuo.employment.queries.applications import CandidateView, candidate_of, ids_of
from denghuo.employment.queries.candidates import possible_for
from denghuo.employment.queries.openness import is_open
from denghuo.employment.queries.own_posts import own_post
from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import has_consent, refs_of
from denghuo.platform.public import (
    Actor,
    record_audit,
    record_look_up,
    send_message,
    take_audit_turn,
)

ASKED_A_DAY_MAX = 50
LOOKED_FOR = "看应聘材料"


class NobodyToAskError(RefusalError):
    """They found work, changed their mind, or never agreed to be found."""

    code = "employment.nobody_to_ask"
    template = "这位现在不在名单上了：可能找到了活，或者不想被找到了。"
    status = 404


class AskingOverError(RefusalError):
    """One asks for a post that is open."""

    code = "employment.asking_over"
    template = "这个岗位现在没有在招，不能请人来投。"
    status = 409


class AskedMuchError(RefusalError):
    """More letters than anybody means."""

    code = "employment.asked_much"
    template = "今天已经请了 {most} 位，明天再请。"
    status = 429


def ask_to_apply(*, actor: Actor, post_id: int, wish_id: UUID, now: datetime) -> bool:
    """Ask one of the list to apply for the firm's post; False where they were asked before.

    The firm learns no name; whether the person answers is theirs alone. Races: two people at the
    firm press at once, and the post's lock lets the second find the first's; the person takes
    their agreement back while the list is made, so it is asked for once more under the lock.
    Raises ``PostNotFoundError``, ``AskingOverError``, ``NobodyToAskError``, ``AskedMuchError``.
    """
    post = own_post(actor, post_id, scope="apply", now=now)
    wanted = next((one for one in possible_for(post, now=now) if one.wish_id == wish_id), None)
    if wanted is None:
        raise AskingOverError if not is_open(post, now) else NobodyToAskError
    with transaction.atomic():
        take_audit_turn()
        post = Post.objects.select_for_update(of=("self",)).get(pk=post_id)
        if not is_open(post, now):
            raise AskingOverError
        person = refs_of(SubjectRef("person", wanted.person_id))[0]
        if not has_consent(wanted.person_id, "found_by_firms"):
            raise NobodyToAskError
        ids = ids_of(person)
        if PostInvite.objects.filter(post=post, person_id__in=ids).exists():
            return False
        if Application.objects.filter(post=post, person_id__in=ids).exists():
            raise NobodyToAskError
        asked = PostInvite.objects.filter(post__firm=post.firm)
        days = asked.order_by("-created_at").values_list("created_at", flat=True)[:ASKED_A_DAY_MAX]
        if sum(day_of(one) == day_of(now) for one in days) >= ASKED_A_DAY_MAX:
            raise AskedMuchError(most=ASKED_A_DAY_MAX)
        row = PostInvite.objects.create(
            post=post, person_id=person.id, by=actor.label, created_at=now
        )
        send_message(
            to=person,
            kind="employment.asked",
            title="有单位请您来投",
            body=f"{post.employer_name}觉得您合适“{post.title}”。去不去您定，"
            "您不投，单位不知道您是谁。",
            key=f"employment.asked:{row.pk}",
            link=f"/jobs/{post.pk}/",
            about=f"employment.Post:{post.pk}",
            actor=actor,
            now=now,
        )
        record_audit(
            actor=actor,
            action="employment.ask_to_apply",
            subject=person,
            entity=f"employment.Post:{post.pk}",
            at=now,
        )
    return True


def note_opened(actor: Actor, seen: CandidateView, *, now: datetime) -> None:
    """Write down who at the firm reads what somebody shared; before it is shown."""
    if seen.readable:
        record_look_up(
            actor=actor,
            subject=refs_of(SubjectRef("person", seen.application.person_id))[0],
            what=tuple(name for name, _lines in seen.lines),
            purpose=LOOKED_FOR,
            at=now,
        )


@transaction.atomic
def take_list_home(*, actor: Actor, post_id: int, now: datetime) -> list[CandidateView]:
    """The applicants of one post with what they shared, for a file; each look is written down.

    Those nobody at the firm has opened yet come without their name and phone. Raises
    ``PostNotFoundError``.
    """
    take_audit_turn()
    post = own_post(actor, post_id, now=now)
    rows = Application.objects.filter(post=post).order_by("created_at", "id")
    found = []
    for pk, state in list(rows.values_list("pk", "state")):
        seen = candidate_of(actor, pk, now=now)
        opened = State(state) in READABLE - {State.SENT}
        if opened:
            note_opened(actor, seen, now=now)
        found.append(seen if opened else CandidateView(seen.application, seen.name_masked, ()))
    record_audit(
        actor=actor,
        action="employment.take_list_home",
        subject=SubjectRef("firm", post.firm_id) if post.firm_id else None,
        entity=f"employment.Post:{post.pk}",
        detail={"applications": len(found)},
        at=now,
    )
    return found
