"""One word a day about new posts that fit, to those who asked; texts read once for everybody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from denghuo.employment.actions.match_digest import tell_new_matches
from denghuo.employment.actions.reading_asked import read_asked_of
from denghuo.employment.actions.wishes import set_work_consent
from denghuo.employment.models import Post, PostAsked
from denghuo.employment.queries import columns
from denghuo.employment.queries.live_posts import live_posts
from denghuo.employment.queries.matches import matches_for_person
from denghuo.platform.models.messages import Message
from tests.employment.market import NOW, applicant, make_post, person_ref
from tests.employment.seekers import CLEANER, XINCHENG, lay_places, wishes

pytestmark = pytest.mark.django_db
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def places(db: None) -> None:
    lay_places()
    live_posts.forget()


def cleaning(**changed: Any) -> Post:
    values: dict[str, Any] = {
        "title": "保洁员", "body": "打扫。", "occupation": CLEANER, "occupation_level": 4,
        "place": XINCHENG, "hours": ["day"], "created_at": NOW - timedelta(hours=1),
        "changed_at": NOW - timedelta(hours=1),
    }  # fmt: skip
    return make_post(None, **{**values, **changed})


def told() -> int:
    return Message.objects.filter(kind="employment.new_matches").count()


def test_new_posts_are_told_once_a_day_and_nothing_else_is() -> None:
    cleaning()
    me, quiet = applicant("甲乙"), applicant("丙丁")
    wishes(me)
    wishes(quiet, consents=("job_matching",))
    assert tell_new_matches(now=NOW + timedelta(hours=1)) == 0  # it was there when they began
    new = TOMORROW - timedelta(hours=2)
    cleaning(created_at=new, changed_at=new)
    assert tell_new_matches(now=TOMORROW) == 1
    assert tell_new_matches(now=TOMORROW + timedelta(minutes=1)) == 0
    assert told() == 1
    assert "1 个" in Message.objects.get(kind="employment.new_matches").body


@pytest.mark.parametrize("purpose", ["job_digest", "job_matching"])
def test_taken_back_is_not_told(purpose: Any) -> None:
    me = applicant()
    wishes(me)
    cleaning(created_at=TOMORROW, changed_at=TOMORROW)
    set_work_consent(actor=me, purpose=purpose, given=False, now=NOW)
    assert tell_new_matches(now=TOMORROW + timedelta(hours=1)) == 0
    assert told() == 0


def test_what_was_read_is_used_until_the_post_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    me = applicant()
    wishes(me)
    post = cleaning(body="须持叉车证。")
    assert read_asked_of([post.pk], now=NOW) == 1
    assert PostAsked.objects.get().required == ["forklift"]
    monkeypatch.setattr(columns, "read_row", lambda *_all: pytest.fail("read again"))
    assert matches_for_person(person_ref(me).id, NOW).matches == ()
    monkeypatch.undo()
    Post.objects.filter(pk=post.pk).update(body="打扫。", changed_at=NOW)
    assert len(matches_for_person(person_ref(me).id, NOW).matches) == 1
    assert read_asked_of([post.pk], now=NOW) == 1
    assert PostAsked.objects.get().required == []
