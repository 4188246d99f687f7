"""Applying and what follows: what each side may do, what the other reads, what is erased."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from denghuo.employment.actions.applications import (
    accept,
    apply,
    decline,
    hide_resume,
    invite,
    lapse_offers,
    look_at,
    offer,
    refuse,
    refuse_many,
    settle_applications,
    withdraw,
)
from denghuo.employment.actions.applications.applicant_side import OfferOverError
from denghuo.employment.actions.applications.applying import (
    AppliedMuchError,
    AppliedOftenError,
    PostNotHereError,
    TooYoungError,
)
from denghuo.employment.actions.applications.firm_side import (
    BulkTooLargeError,
    NothingTickedError,
    PlaceNeededError,
    StartNotAheadError,
)
from denghuo.employment.logic.application_reasons import (
    NoteForbiddenError,
    ReasonNeededError,
    TimePastError,
)
from denghuo.employment.logic.applications import (
    ApplicationChangedError,
    ApplicationMovedError,
    OpeningsTakenError,
    State,
)
from denghuo.employment.logic.sharing import Line, read_shared, write_shared
from denghuo.employment.models import Application, ApplicationEvent, Post
from denghuo.employment.queries.applications import (
    ApplicationNotFoundError,
    ApplicationView,
    application_of,
    applications_for_firm,
    applications_of,
    candidate_of,
    events_of,
)
from denghuo.employment.queries.own_posts import PostNotOpenError
from denghuo.people.public import merge_duplicates
from denghuo.platform.models.messages import Message
from denghuo.platform.public import SYSTEM, Actor, NotAllowedError, audit_of
from tests.employment.market import (
    NOW,
    SOON,
    applicant,
    firm_id,
    hr,
    make_post,
    person_ref,
)
from tests.factories.people import as_resident, id_number, make_person

pytestmark = pytest.mark.django_db


def state_of(view: ApplicationView) -> State:
    return State(Application.objects.get(pk=view.id).state)


def letters(to: object) -> list[str]:
    rows = Message.objects.filter(to=str(to), kind__startswith="employment.")
    return list(rows.order_by("created_at", "kind").values_list("kind", flat=True))


def offered(firm: Actor, person: Actor, post: Post) -> ApplicationView:
    sent = apply(actor=person, post_id=post.pk, now=NOW)
    return offer(actor=firm, application_id=sent.id, version=1, now=NOW)


def test_a_double_click_is_one_application() -> None:
    firm, person = hr(), applicant()
    post = make_post(firm)
    first = apply(actor=person, post_id=post.pk, words="我会挤奶", now=NOW)
    again = apply(actor=person, post_id=post.pk, words="我会挤奶", now=NOW)
    assert first.id == again.id
    assert Application.objects.count() == 1
    assert letters(firm.acting_for) == ["employment.sent"]


def test_the_firm_reads_what_was_shared_and_the_applicant_that_it_was_read() -> None:
    firm, person = hr(), applicant("乌云其木格")
    sent = apply(actor=person, post_id=make_post(firm).pk, words="我会挤奶", now=NOW)
    assert look_at(actor=firm, application_id=sent.id, now=NOW).state is State.SEEN
    assert look_at(actor=firm, application_id=sent.id, now=NOW).version == 2
    seen = candidate_of(firm, sent.id, now=NOW)
    shared = dict(seen.lines)
    assert shared["name"] == (Line("姓名", "乌云其木格"),)
    assert shared["words"] == (Line("想对单位说的话", "我会挤奶"),)
    assert shared["phone"][0].value.startswith("120")
    assert seen.name_masked == "***木格"
    assert application_of(person, sent.id, now=NOW).state is State.SEEN
    story = [(one.move, one.by_name) for one in events_of(sent.id)]
    assert story == [("send", "本人"), ("look", "草原恒泰乳业")]


def test_another_firm_finds_nothing() -> None:
    firm, other, person = hr(), hr("旁边的厂"), applicant()
    post = make_post(firm)
    sent = apply(actor=person, post_id=post.pk, now=NOW)
    for act in (
        lambda: candidate_of(other, sent.id, now=NOW),
        lambda: look_at(actor=other, application_id=sent.id, now=NOW),
        lambda: offer(actor=other, application_id=sent.id, version=1, now=NOW),
        lambda: refuse(actor=other, application_id=sent.id, version=1, reason="too_far", now=NOW),
        lambda: invite(
            actor=other, application_id=sent.id, version=1, at=SOON, place="门口", now=NOW
        ),
    ):
        with pytest.raises(ApplicationNotFoundError):
            act()
    assert applications_for_firm(other, post_id=post.pk, now=NOW) == []
    result = refuse_many(actor=other, chosen=[(sent.id, 1)], reason="too_far", now=NOW)
    assert result[0].sentence == ApplicationNotFoundError().sentence
    assert state_of(sent) is State.SENT


def test_another_person_finds_nothing() -> None:
    person, other = applicant(), applicant("其其格")
    sent = apply(actor=person, post_id=make_post(hr()).pk, now=NOW)
    acts: tuple[Callable[[], object], ...] = (
        lambda: application_of(other, sent.id, now=NOW),
        lambda: withdraw(actor=other, application_id=sent.id, now=NOW),
        lambda: accept(actor=other, application_id=sent.id, now=NOW),
    )
    for act in acts:
        with pytest.raises(ApplicationNotFoundError):
            act()
    with pytest.raises(NotAllowedError):
        withdraw(actor=hr("第三家"), application_id=sent.id, now=NOW)


def test_withdrawing_erases_what_was_shared() -> None:
    firm, person = hr(), applicant()
    sent = apply(actor=person, post_id=make_post(firm).pk, words="我会挤奶", now=NOW)
    withdraw(actor=person, application_id=sent.id, now=NOW)
    row = Application.objects.get()
    assert (row.shared, row.ended_at) == (None, NOW)
    seen = candidate_of(firm, sent.id, now=NOW)
    assert (seen.lines, seen.name_masked) == ((), "")
    assert applications_for_firm(firm, now=NOW)[0].name_masked == ""
    assert letters(firm.acting_for) == ["employment.sent", "employment.withdraw"]
    # Again, from an old page: it is done already.
    assert withdraw(actor=person, application_id=sent.id, now=NOW).version == 2


def test_the_database_keeps_nothing_shared_once_it_is_over() -> None:
    person = applicant()
    sent = apply(actor=person, post_id=make_post(hr()).pk, now=NOW)
    withdraw(actor=person, application_id=sent.id, now=NOW)
    row = Application.objects.get()
    row.shared = write_shared({"name": (Line("姓名", "某某"),)})
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save()


def test_the_story_only_grows() -> None:
    apply(actor=applicant(), post_id=make_post(hr()).pk, now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        ApplicationEvent.objects.update(note="别的")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM employment_applicationevent")


def test_hired_ends_the_others_and_fills_the_post() -> None:
    firm, other, person = hr(), hr("旁边的厂"), applicant()
    here, there = make_post(firm), make_post(other)
    elsewhere = apply(actor=person, post_id=there.pk, now=NOW)
    view = offered(firm, person, here)
    rival = apply(actor=applicant("其其格"), post_id=here.pk, now=NOW)
    hired = accept(actor=person, application_id=view.id, now=NOW)
    assert hired.state is State.HIRED
    assert state_of(elsewhere) is State.OBSOLETE
    assert candidate_of(other, elsewhere.id, now=NOW).lines == ()
    # Whoever was hired is still readable: the firm has to call them.
    assert dict(candidate_of(firm, view.id, now=NOW).lines)["name"]
    here.refresh_from_db()
    assert here.state == "filled"
    assert settle_applications(here.pk, now=NOW) == 1
    assert settle_applications(here.pk, now=NOW) == 0
    row = Application.objects.get(pk=rival.id)
    assert (row.state, row.reason) == ("refused", "post_filled")
    assert "employment.obsolete" in letters(other.acting_for)
    assert "employment.hired" in letters(firm.acting_for)
    with pytest.raises(PostNotOpenError):
        apply(actor=applicant("斯琴"), post_id=here.pk, now=NOW)


def test_a_firm_cannot_promise_more_places_than_it_has() -> None:
    firm, first, second = hr(), applicant(), applicant("其其格")
    post = make_post(firm)
    out = offered(firm, first, post)
    waits = apply(actor=second, post_id=post.pk, now=NOW)
    with pytest.raises(OpeningsTakenError):
        offer(actor=firm, application_id=waits.id, version=1, now=NOW)
    # Taken back, the place is free.
    refuse(actor=firm, application_id=out.id, version=2, reason="start_mismatch", now=NOW)
    offer(actor=firm, application_id=waits.id, version=1, now=NOW)
    assert accept(actor=second, application_id=waits.id, now=NOW).state is State.HIRED


def test_an_offer_lapses_and_its_place_is_free() -> None:
    firm, person = hr(), applicant()
    view = offered(firm, person, make_post(firm))
    assert lapse_offers(now=NOW + timedelta(days=7, seconds=-1)) == 0
    late = NOW + timedelta(days=7)
    with pytest.raises(OfferOverError):
        accept(actor=person, application_id=view.id, now=late)
    assert lapse_offers(now=late) == 1
    assert lapse_offers(now=late) == 0
    assert state_of(view) is State.WITHDRAWN
    assert letters(person.person)[-1] == "employment.lapsed"


def test_declining_is_an_answer_too() -> None:
    firm, person = hr(), applicant()
    view = offered(firm, person, make_post(firm))
    assert decline(actor=person, application_id=view.id, now=NOW).state is State.WITHDRAWN
    with pytest.raises(ApplicationMovedError):
        accept(actor=person, application_id=view.id, now=NOW)


def test_a_refusal_needs_a_reason_and_lawful_words() -> None:
    firm, person = hr(), applicant()
    sent = apply(actor=person, post_id=make_post(firm).pk, now=NOW)

    def no(reason: str, note: str = "") -> ApplicationView:
        return refuse(
            actor=firm, application_id=sent.id, version=1, reason=reason, note=note, now=NOW
        )

    with pytest.raises(ReasonNeededError):
        no("")
    with pytest.raises(ReasonNeededError):
        no("post_filled")
    with pytest.raises(NoteForbiddenError, match="男"):
        no("skills_missing", "限男性")
    assert state_of(sent) is State.SENT
    assert no("certificate_missing", "要电工证").state is State.REFUSED
    told = application_of(person, sent.id, now=NOW)
    assert told.reason is not None
    assert told.reason.said == "这个岗位必须有证书，您还没有。"
    body = Message.objects.get(to=str(person.person), kind="employment.refused").body
    assert "要电工证" in body


def test_an_old_page_decides_nothing() -> None:
    firm, person = hr(), applicant()
    sent = apply(actor=person, post_id=make_post(firm).pk, now=NOW)
    look_at(actor=firm, application_id=sent.id, now=NOW)
    with pytest.raises(ApplicationChangedError):
        offer(actor=firm, application_id=sent.id, version=1, now=NOW)


def test_the_same_click_twice_is_one_move() -> None:
    firm, person = hr(), applicant()
    sent = apply(actor=person, post_id=make_post(firm).pk, now=NOW)
    for _ in range(2):
        view = offer(actor=firm, application_id=sent.id, version=1, now=NOW)
    assert view.version == 2
    for _ in range(2):
        assert accept(actor=person, application_id=sent.id, now=NOW).version == 3


def test_an_interview_has_a_place_and_lies_ahead_and_can_be_moved() -> None:
    firm, person = hr(), applicant()
    sent = apply(actor=person, post_id=make_post(firm).pk, now=NOW)
    with pytest.raises(TimePastError):
        invite(actor=firm, application_id=sent.id, version=1, at=NOW, place="门口", now=NOW)
    with pytest.raises(PlaceNeededError):
        invite(actor=firm, application_id=sent.id, version=1, at=SOON, place=" ", now=NOW)
    met = invite(actor=firm, application_id=sent.id, version=1, at=SOON, place="门口", now=NOW)
    later = SOON + timedelta(days=1)
    moved = invite(
        actor=firm, application_id=sent.id, version=met.version, at=later, place="二楼", now=NOW
    )
    assert (moved.state, moved.meet_at, moved.meet_place) == (State.INTERVIEW, later, "二楼")
    assert letters(person.person) == ["employment.interview", "employment.interview"]


def test_a_first_day_lies_ahead() -> None:
    firm, person = hr(), applicant()
    sent = apply(actor=person, post_id=make_post(firm).pk, now=NOW)
    for bad in (date(2026, 11, 22), date(2027, 6, 1)):
        with pytest.raises(StartNotAheadError):
            offer(actor=firm, application_id=sent.id, version=1, start_on=bad, now=NOW)


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "held"},
        {"state": "closed"},
        {"open_until": date(2026, 11, 23)},
        {"open_from": date(2026, 11, 24)},
    ],
)
def test_only_an_open_post_is_applied_for(changed: dict[str, Any]) -> None:
    post = make_post(hr(), **changed)
    with pytest.raises(PostNotOpenError):
        apply(actor=applicant(), post_id=post.pk, now=NOW)
    with pytest.raises(PostNotOpenError):
        apply(actor=applicant(), post_id=999_999_999, now=NOW)


def test_a_firm_that_is_not_here_takes_no_applications() -> None:
    with pytest.raises(PostNotHereError):
        apply(actor=applicant(), post_id=make_post(None).pk, now=NOW)


def test_under_sixteen_nobody_applies() -> None:
    post = make_post(hr())
    young = as_resident(make_person("小明", number=id_number(date(2010, 11, 24)), now=NOW))
    with pytest.raises(TooYoungError):
        apply(actor=young, post_id=post.pk, now=NOW)
    of_age = as_resident(make_person("小红", number=id_number(date(2010, 11, 23)), now=NOW))
    assert apply(actor=of_age, post_id=post.pk, now=NOW).state is State.SENT


def test_three_tries_for_one_post(monkeypatch: pytest.MonkeyPatch) -> None:
    person, post = applicant(), make_post(hr())
    for _ in range(3):
        sent = apply(actor=person, post_id=post.pk, now=NOW)
        withdraw(actor=person, application_id=sent.id, now=NOW)
    with pytest.raises(AppliedOftenError):
        apply(actor=person, post_id=post.pk, now=NOW)
    monkeypatch.setattr("denghuo.employment.actions.applications.applying.PER_DAY_MAX", 3)
    with pytest.raises(AppliedMuchError):
        apply(actor=person, post_id=make_post(hr("另一家")).pk, now=NOW)


def test_many_are_refused_each_by_itself() -> None:
    firm, person = hr(), applicant()
    post = make_post(firm, openings=5)
    first = apply(actor=person, post_id=post.pk, now=NOW)
    gone = apply(actor=applicant("其其格"), post_id=post.pk, now=NOW)
    withdraw(actor=as_resident(gone.person_id), application_id=gone.id, now=NOW)
    done = refuse_many(
        actor=firm, chosen=[(first.id, 1), (gone.id, 2)], reason="another_chosen", now=NOW
    )
    assert [bool(one.sentence) for one in done] == [False, True]
    assert state_of(first) is State.REFUSED
    with pytest.raises(NothingTickedError):
        refuse_many(actor=firm, chosen=[], reason="too_far", now=NOW)
    with pytest.raises(BulkTooLargeError):
        refuse_many(actor=firm, chosen=[(UUID(int=n), 1) for n in range(101)], reason="x", now=NOW)


def test_a_withdrawn_resume_vanishes_from_every_firm() -> None:
    firm, person = hr(), applicant()
    sent = apply(actor=person, post_id=make_post(firm).pk, now=NOW)
    row = Application.objects.get()
    shared = {**read_shared(row.shared), "resume": (Line("做过", "挤奶三年"),)}
    row.shared, row.parts = write_shared(shared), sorted(shared)
    row.save()
    assert "resume" in dict(candidate_of(firm, sent.id, now=NOW).lines)
    assert hide_resume(person_id=person_ref(person).id, actor=person, now=NOW) == 1
    left = dict(candidate_of(firm, sent.id, now=NOW).lines)
    assert "resume" not in left
    assert "name" in left
    assert hide_resume(person_id=person_ref(person).id, actor=person, now=NOW) == 0


def test_a_closed_post_ends_its_applications_and_an_expired_one_does_not() -> None:
    firm = hr()
    closed, expired = make_post(firm), make_post(firm, "司机")
    sent = apply(actor=applicant(), post_id=closed.pk, now=NOW)
    stays = apply(actor=applicant(), post_id=expired.pk, now=NOW)
    Post.objects.filter(pk=closed.pk).update(state="closed")
    Post.objects.filter(pk=expired.pk).update(state="expired")
    assert settle_applications(closed.pk, now=NOW) == 1
    assert settle_applications(expired.pk, now=NOW) == 0
    assert Application.objects.get(pk=sent.id).reason == "post_closed"
    assert state_of(stays) is State.SENT


def test_a_merged_person_keeps_their_applications() -> None:
    person, twin = applicant(), applicant()
    sent = apply(actor=twin, post_id=make_post(hr()).pk, now=NOW)
    merge_duplicates(
        survivor_id=person_ref(person).id, duplicate_id=person_ref(twin).id, actor=SYSTEM, now=NOW
    )
    assert [one.id for one in applications_of(person_ref(person))] == [sent.id]
    again = apply(actor=person, post_id=sent.post_id, now=NOW)
    assert again.id == sent.id
    assert withdraw(actor=person, application_id=sent.id, now=NOW).state is State.WITHDRAWN


def test_every_move_is_in_the_audit() -> None:
    firm, person = hr(), applicant()
    sent = apply(actor=person, post_id=make_post(firm).pk, now=NOW)
    invite(actor=firm, application_id=sent.id, version=1, at=SOON, place="门口", now=NOW)
    offer(actor=firm, application_id=sent.id, version=2, now=NOW)
    accept(actor=person, application_id=sent.id, now=NOW)
    lines = audit_of(f"employment.Application:{sent.id}")
    assert [one.action.partition(".")[2] for one in lines] == [
        "send_application", "invite_application", "offer_application", "accept_application",
    ]  # fmt: skip
    assert firm_id(firm) == sent.firm_id
