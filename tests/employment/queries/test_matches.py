"""Today's matches: who is shown what and why, what opens more, who is found; agreements at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from denghuo.employment.actions.wishes import (
    pause_wish,
    resume_wish,
    set_work_consent,
    withdraw_wish,
)
from denghuo.employment.models import Post
from denghuo.employment.queries.live_posts import LivePosts, live_posts
from denghuo.employment.queries.matches import (
    candidates_for_post,
    matches_for_person,
    why_not_post,
)
from denghuo.people.models import Person
from denghuo.platform.public import Actor
from tests.employment.market import NOW, applicant, hr, make_post, person_ref
from tests.employment.seekers import (
    BAOTOU,
    CHASUQI,
    CLEANER,
    KUNDULUN,
    SAIHAN,
    TUZUO,
    XINCHENG,
    lay_places,
    wishes,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places(db: None) -> None:
    lay_places()
    live_posts.forget()


def cleaning(**changed: Any) -> Post:
    values: dict[str, Any] = {
        "title": "保洁员", "body": "打扫楼道。", "occupation": CLEANER, "occupation_level": 4,
        "occupation_sure": True, "place": XINCHENG, "hours": ["day"],
        "pay_low_fen": 350_000, "pay_high_fen": 400_000,
    }  # fmt: skip
    return make_post(None, **{**values, **changed})


def listed(actor: Actor, **asked: Any) -> list[int]:
    found = matches_for_person(person_ref(actor).id, NOW, **asked)
    assert found.ranked
    return [one.post.id for one in found.matches]


def test_what_fits_is_shown_with_its_reasons_and_nothing_else() -> None:
    near = cleaning()
    other_kind = cleaning(title="家畜饲养员", occupation="5-03-02-01")
    far = cleaning(place=KUNDULUN)
    poor = cleaning(pay_low_fen=200_000, pay_high_fen=250_000)
    night = cleaning(hours=["night"])
    held = cleaning(state="held")
    over = cleaning(open_until=NOW.date())
    certified = cleaning(body="须持叉车证。")
    school = cleaning(schooling=3)
    me = applicant()
    wishes(me)
    found = matches_for_person(person_ref(me).id, NOW)
    assert [one.post.id for one in found.matches] == [near.pk]
    assert found.assumed
    only = found.matches[0]
    assert only.reasons[0] == "正是您想做的“保洁员”。"
    assert 1 <= len(only.reasons) <= 3
    assert sum(part.points or 0 for part in only.parts) == only.score
    hidden = {other_kind.pk, far.pk, poor.pk, night.pk, held.pk, over.pk, certified.pk, school.pk}
    assert near.pk not in hidden


def test_better_comes_first_and_english_says_the_same() -> None:
    plain = cleaning()
    better = cleaning(pay_low_fen=600_000, pay_high_fen=700_000)
    me = applicant()
    wishes(me)
    assert listed(me) == [better.pk, plain.pk]
    english = matches_for_person(person_ref(me).id, NOW, language="en").matches[0]
    assert english.reasons[0] == "Just what you want: “保洁员”."


def test_a_post_nobody_could_explain_waits() -> None:
    cleaning(occupation="", occupation_level=0)
    cleaning(place="")
    cleaning(place="1501999")
    me = applicant()
    wishes(me)
    assert listed(me) == []


def test_pay_and_hours_not_said_refuse_nobody() -> None:
    silent = cleaning(pay_low_fen=None, pay_high_fen=None, pay_words="面议", hours=[])
    me = applicant()
    wishes(me, hours=("weekend",))
    assert listed(me) == [silent.pk]


def test_a_league_accepted_is_every_banner_in_it() -> None:
    far = cleaning(place=KUNDULUN)
    me = applicant()
    wishes(me)
    assert listed(me) == []
    wishes(me, districts=[BAOTOU])
    assert listed(me) == [far.pk]


def test_held_certificates_open_and_cover() -> None:
    lorry = cleaning(body="须有C1驾照。")
    me = applicant()
    wishes(me)
    assert listed(me) == []
    wishes(me, skills="我有A2驾驶证")
    assert listed(me) == [lorry.pk]


def test_without_agreement_posts_stand_newest_first_for_everybody() -> None:
    old = cleaning(open_from=NOW.date() - timedelta(days=9))
    new = cleaning(place=KUNDULUN, open_from=NOW.date())
    me = applicant()
    wishes(me, consents=())
    found = matches_for_person(person_ref(me).id, NOW)
    assert (found.ranked, found.matches, found.steps) == (False, (), ())
    assert [one.id for one in found.newest] == [new.pk, old.pk]
    set_work_consent(actor=me, purpose="job_matching", given=True, now=NOW)
    assert listed(me) == [old.pk]
    set_work_consent(actor=me, purpose="job_matching", given=False, now=NOW)
    assert not matches_for_person(person_ref(me).id, NOW).ranked
    assert why_not_post(person_ref(me).id, old.pk, NOW, language="zh") is None


def test_paused_and_withdrawn_wishes_are_not_matched() -> None:
    post = cleaning()
    me = applicant()
    wishes(me)
    assert listed(me) == [post.pk]
    pause_wish(actor=me, now=NOW)
    assert not matches_for_person(person_ref(me).id, NOW).ranked
    assert candidates_for_post(post.pk, now=NOW) == ()
    resume_wish(actor=me, now=NOW)
    assert listed(me) == [post.pk]
    assert len(candidates_for_post(post.pk, now=NOW)) == 1
    withdraw_wish(actor=me, now=NOW)
    gone = matches_for_person(person_ref(me).id, NOW)
    assert (gone.wish, gone.ranked) == (None, False)
    assert candidates_for_post(post.pk, now=NOW) == ()


def test_why_not_names_each_limit_and_what_would_meet_it() -> None:
    cleaning()
    far = cleaning(place=CHASUQI, hours=["night"], pay_low_fen=200_000, pay_high_fen=250_000)
    me = applicant()
    wishes(me)
    found = why_not_post(person_ref(me).id, far.pk, NOW, language="zh")
    assert found is not None
    assert not found.fits
    assert [one.name for one in found.unmet] == ["place", "hours", "pay"]
    assert "夜里上班" in found.unmet[1].sentence
    assert "少 500 元" in found.unmet[2].sentence
    assert why_not_post(person_ref(me).id, 999_999, NOW, language="zh") is None


def test_the_nearest_steps_say_how_many_they_open() -> None:
    cleaning()
    for _ in range(3):
        cleaning(place=CHASUQI)
    cleaning(body="须持健康证。")
    me = applicant()
    wishes(me)
    steps = matches_for_person(person_ref(me).id, NOW).steps
    by_km = next(one for one in steps if one.limit == "place" and one.km)
    assert (by_km.opens, by_km.km) == (3, 50)
    district = next(one for one in steps if one.limit == "place" and not one.km)
    assert (district.opens, district.word) == (3, "呼和浩特市 土默特左旗")
    certificate = next(one for one in steps if one.limit == "certificates")
    assert (certificate.opens, certificate.word) == (1, "健康证")


def test_minors_are_kept_from_hazardous_work_only() -> None:
    safe = cleaning()
    hazardous = cleaning(body="井下打扫，接触有毒气体。")
    me = applicant()
    Person.objects.filter(pk=person_ref(me).id).update(born_on=date(2009, 5, 1))
    wishes(me)
    assert listed(me) == [safe.pk]
    assert [one.person_id for one in candidates_for_post(safe.pk, now=NOW)] == [person_ref(me).id]
    assert candidates_for_post(hazardous.pk, now=NOW) == ()
    Person.objects.filter(pk=person_ref(me).id).update(born_on=date(2000, 5, 1))
    assert set(listed(me)) == {safe.pk, hazardous.pk}
    assert len(candidates_for_post(hazardous.pk, now=NOW)) == 1


def test_firms_find_only_those_who_agreed_and_learn_no_name() -> None:
    post = cleaning()
    shy, open_, elsewhere = applicant("甲乙丙"), applicant("丁戊己"), applicant("庚辛壬")
    wishes(shy, consents=("job_matching",))
    wishes(open_, years="8", skills="会打扫")
    wishes(elsewhere, home=KUNDULUN)
    found = candidates_for_post(post.pk, now=NOW)
    assert [one.person_id for one in found] == [person_ref(open_).id]
    assert found[0].works == (CLEANER,)
    assert found[0].home == XINCHENG
    assert "丁戊己" not in str(found)
    set_work_consent(actor=open_, purpose="found_by_firms", given=False, now=NOW)
    assert candidates_for_post(post.pk, now=NOW) == ()


def test_candidates_come_best_first_and_no_more_than_asked() -> None:
    post = cleaning(years_asked=5)
    people = [applicant(f"某某{one}") for one in "一二三"]
    for actor, years in zip(people, ("0", "5", "2"), strict=True):
        wishes(actor, years=years)
    found = candidates_for_post(post.pk, 2, now=NOW)
    assert [one.person_id for one in found] == [person_ref(people[1]).id, person_ref(people[2]).id]
    assert found[0].score > found[1].score


def test_the_copy_follows_the_rows_as_a_rebuild_would() -> None:
    """A story of changes: after each, the copy that followed is the copy made from nothing."""
    me = applicant()
    wishes(me, "保洁", "服务员", reach_km=300)
    firm = hr()
    posts = [cleaning(), cleaning(place=SAIHAN), cleaning(place=TUZUO)]
    story: list[Callable[[datetime], object]] = [
        lambda at: change(posts[0], at, pay_high_fen=900_000),
        lambda at: change(posts[1], at, state="filled"),
        lambda at: cleaning(changed_at=at),
        lambda at: change(posts[1], at, state="open"),
        lambda at: change(posts[2], at, occupation="4-03-02-05", occupation_level=4),
        lambda at: change(posts[0], at, state="held"),
        lambda at: make_post(firm, place=XINCHENG, occupation=CLEANER, occupation_level=4,
                             changed_at=at),
        lambda at: change(posts[2], at, open_until=NOW.date()),
        lambda at: change(posts[0], at, state="open", body="须持健康证。"),
    ]  # fmt: skip
    for turn, act in enumerate(story):
        at = NOW + timedelta(minutes=turn)
        act(at)
        followed = matches_for_person(person_ref(me).id, at)
        live_posts.forget()
        rebuilt = matches_for_person(person_ref(me).id, at)
        assert followed == rebuilt, turn
        assert followed.matches


def change(post: Post, at: datetime, **values: Any) -> None:
    Post.objects.filter(pk=post.pk).update(changed_at=at, **values)


def test_following_is_really_following(monkeypatch: pytest.MonkeyPatch) -> None:
    """The story above would prove nothing if every question built anew."""
    me = applicant()
    wishes(me)
    post = cleaning()
    assert listed(me) == [post.pk]
    monkeypatch.setattr(LivePosts, "_build", lambda *_all: pytest.fail("built anew"))
    second = cleaning(changed_at=NOW)
    assert set(listed(me)) == {post.pk, second.pk}


def test_a_row_that_went_without_a_word_is_noticed() -> None:
    me = applicant()
    wishes(me)
    first, second = cleaning(), cleaning()
    assert len(listed(me)) == 2
    old = NOW - timedelta(days=3)
    Post.objects.filter(pk=first.pk).update(state="closed", changed_at=old)
    assert listed(me) == [second.pk]


def test_another_day_begins_anew() -> None:
    me = applicant()
    wishes(me)
    ends = cleaning(open_until=NOW.date() + timedelta(days=1))
    assert listed(me) == [ends.pk]
    assert matches_for_person(person_ref(me).id, NOW + timedelta(days=1)).matches == ()


def test_protected_attributes_at_the_source_change_nothing() -> None:
    for _ in range(3):
        cleaning()
    me = applicant()
    wishes(me)
    before = matches_for_person(person_ref(me).id, NOW)
    Person.objects.filter(pk=person_ref(me).id).update(sex="female", born_on=date(1961, 1, 1))
    assert matches_for_person(person_ref(me).id, NOW) == before
