"""Two hands at once, in threads of their own: one is right, and the other is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from denghuo.employment.actions.applications import (
    accept,
    apply,
    ask_to_apply,
    invite,
    offer,
    refuse,
    withdraw,
)
from denghuo.employment.logic.applications import (
    ApplicationChangedError,
    ApplicationMovedError,
    OpeningsTakenError,
)
from denghuo.employment.models import Application, ApplicationEvent, Post, PostInvite
from denghuo.employment.queries.live_posts import live_posts
from denghuo.platform.models.messages import Message
from tests.employment.market import NOW, SOON, applicant, hr, make_post
from tests.employment.seekers import CLEANER, XINCHENG, lay_places, wishes

pytestmark = pytest.mark.django_db(transaction=True)
InThreads = Callable[..., list[object]]


def states() -> list[str]:
    return sorted(Application.objects.values_list("state", flat=True))


def refusals(results: list[object]) -> list[type]:
    return [type(one) for one in results if isinstance(one, Exception)]


def test_a_double_click_in_two_processes(in_threads: InThreads) -> None:
    person, post = applicant(), make_post(hr())
    results = in_threads(*[lambda: apply(actor=person, post_id=post.pk, now=NOW) for _ in range(3)])
    assert refusals(results) == []
    assert Application.objects.count() == ApplicationEvent.objects.count() == 1


def test_two_people_at_one_desk_decide_differently(in_threads: InThreads) -> None:
    firm, person = hr(), applicant()
    sent = apply(actor=person, post_id=make_post(firm).pk, now=NOW)
    results = in_threads(
        lambda: refuse(actor=firm, application_id=sent.id, version=1, reason="too_far", now=NOW),
        lambda: invite(
            actor=firm, application_id=sent.id, version=1, at=SOON, place="门口", now=NOW
        ),
    )
    assert refusals(results) == [ApplicationChangedError]
    assert ApplicationEvent.objects.count() == 2


def test_accepting_against_withdrawing(in_threads: InThreads) -> None:
    firm, person = hr(), applicant()
    post = make_post(firm)
    sent = apply(actor=person, post_id=post.pk, now=NOW)
    offer(actor=firm, application_id=sent.id, version=1, now=NOW)
    results = in_threads(
        lambda: accept(actor=person, application_id=sent.id, now=NOW),
        lambda: withdraw(actor=person, application_id=sent.id, now=NOW),
    )
    assert refusals(results) == [ApplicationMovedError]
    row = Application.objects.get()
    filled = Post.objects.get().state == "filled"
    assert (row.state, filled) in {("hired", True), ("withdrawn", False)}
    assert (row.shared is None) == (row.state == "withdrawn")


def test_accepting_against_the_offer_taken_back(in_threads: InThreads) -> None:
    firm, person = hr(), applicant()
    sent = apply(actor=person, post_id=make_post(firm).pk, now=NOW)
    offer(actor=firm, application_id=sent.id, version=1, now=NOW)
    results = in_threads(
        lambda: accept(actor=person, application_id=sent.id, now=NOW),
        lambda: refuse(
            actor=firm, application_id=sent.id, version=2, reason="start_mismatch", now=NOW
        ),
    )
    assert len(refusals(results)) == 1
    assert states() in (["hired"], ["refused"])


def test_hired_at_two_firms_at_once(in_threads: InThreads) -> None:
    person = applicant()
    sent = []
    for name in ("甲厂", "乙厂", "丙厂"):
        firm = hr(name)
        one = apply(actor=person, post_id=make_post(firm).pk, now=NOW)
        offer(actor=firm, application_id=one.id, version=1, now=NOW)
        sent.append(one.id)
    results = in_threads(
        *[lambda one=one: accept(actor=person, application_id=one, now=NOW) for one in sent]
    )
    assert refusals(results) == [ApplicationMovedError] * 2
    assert states() == ["hired", "obsolete", "obsolete"]


def test_the_last_place_promised_twice(in_threads: InThreads) -> None:
    firm = hr()
    post = make_post(firm)
    first = apply(actor=applicant(), post_id=post.pk, now=NOW)
    second = apply(actor=applicant("其其格"), post_id=post.pk, now=NOW)
    results = in_threads(
        *[
            lambda one=one: offer(actor=firm, application_id=one.id, version=1, now=NOW)
            for one in (first, second)
        ]
    )
    assert refusals(results) == [OpeningsTakenError]
    assert states() == ["offered", "sent"]


def test_the_last_two_places_taken_at_once(in_threads: InThreads) -> None:
    """Each of the two also talks to the other's firm: no order of locks may meet in the middle."""
    firms = [hr("甲厂"), hr("乙厂")]
    posts = [make_post(firm) for firm in firms]
    people = [applicant(), applicant("其其格")]
    offers = []
    for number, person in enumerate(people):
        own = apply(actor=person, post_id=posts[number].pk, now=NOW)
        apply(actor=person, post_id=posts[1 - number].pk, now=NOW)
        offer(actor=firms[number], application_id=own.id, version=1, now=NOW)
        offers.append((person, own.id))
    results = in_threads(
        *[
            lambda who=who, one=one: accept(actor=who, application_id=one, now=NOW)
            for who, one in offers
        ]
    )
    assert refusals(results) == []
    assert states() == ["hired", "hired", "obsolete", "obsolete"]
    assert set(Post.objects.values_list("state", flat=True)) == {"filled"}


def test_one_person_is_asked_once_by_two_of_a_firm(in_threads: InThreads) -> None:
    lay_places()
    live_posts.forget()
    firm = hr()
    post = make_post(
        firm, "保洁员", body="打扫楼道。", occupation=CLEANER, occupation_level=4,
        occupation_sure=True, place=XINCHENG, hours=["day"],
    )  # fmt: skip
    wish = wishes(applicant())
    results = in_threads(
        *[
            lambda: ask_to_apply(actor=firm, post_id=post.pk, wish_id=wish.id, now=NOW)
            for _ in range(2)
        ]
    )
    assert sorted(results, key=str) == [False, True]
    assert PostInvite.objects.count() == 1
    assert Message.objects.filter(kind="employment.asked").count() == 1
