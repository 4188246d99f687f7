"""The first page of somebody who looks for work."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from denghuo.employment.actions.wishes import pause_wish, set_work_consent
from denghuo.employment.queries.live_posts import live_posts
from denghuo.employment.queries.matches import looking_today, matches_for_person
from denghuo.platform.public import Actor
from tests.employment.market import NOW, applicant, make_post, person_ref
from tests.employment.seekers import CLEANER, lay_places, wishes
from tests.people import browsers

pytestmark = pytest.mark.django_db
FOR = {"occupation": CLEANER, "occupation_level": 4, "place": "150102000000"}


@pytest.fixture(autouse=True)
def no_copy() -> Iterator[None]:
    live_posts.forget()
    yield
    live_posts.forget()


@pytest.fixture
def seeker() -> Actor:
    lay_places()
    actor = applicant()
    wishes(actor, "保洁")
    return actor


def test_no_number_before_it_is_known_at_once(seeker: Actor) -> None:
    assert seeker.person is not None
    make_post(None, "保洁员", **FOR)
    found = looking_today(seeker.person.id, NOW)
    assert found is not None
    assert found.fitting is None


def test_the_number_is_that_of_the_list(seeker: Actor) -> None:
    assert seeker.person is not None
    make_post(None, "保洁员", **FOR)
    make_post(None, "楼道保洁", **FOR)
    make_post(None, "保洁员", **{**FOR, "pay_low_fen": 100_000, "pay_high_fen": 150_000})
    listed = matches_for_person(seeker.person.id, NOW).matches
    found = looking_today(seeker.person.id, NOW)
    assert found is not None
    assert found.fitting == len(listed) == 2


def test_who_stopped_or_took_the_agreement_back_is_not_told(seeker: Actor) -> None:
    assert seeker.person is not None
    set_work_consent(actor=seeker, purpose="job_matching", given=False, now=NOW)
    assert looking_today(seeker.person.id, NOW) is None
    set_work_consent(actor=seeker, purpose="job_matching", given=True, now=NOW)
    assert looking_today(seeker.person.id, NOW) is not None
    pause_wish(actor=seeker, now=NOW)
    assert looking_today(seeker.person.id, NOW) is None


def test_nobody_has_a_wish_unsaid() -> None:
    somebody = applicant()
    assert somebody.person is not None
    assert looking_today(somebody.person.id, NOW) is None


def test_the_first_page_of_a_stranger_does_not_ask(client: Client) -> None:
    assert "/me/work/" not in client.get("/").content.decode()


def test_the_first_page_leads_to_today_s_posts(
    seeker: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    make_post(None, "保洁员", **FOR)
    web = browsers.resident(person_ref(seeker).id)
    assert "看看今天适合您的岗位" in web.get("/").content.decode()
    assert "保洁员" in web.get("/me/work/").content.decode()
    assert "今天有 1 个岗位适合您" in web.get("/").content.decode()
    assert 'href="/me/work/"' in web.get("/me/").content.decode()
