"""Kept searches: what is news, said once, by day, to who asked; and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.employment.actions import searches
from denghuo.employment.actions.searches import (
    FOUND_MAX,
    SEARCHES_MAX,
    NothingAskedError,
    SearchNotFoundError,
    TooManySearchesError,
    forget_search,
    save_search,
    stop_search,
    tell_searches,
    unknown_of,
)
from denghuo.employment.models import SavedSearch
from denghuo.employment.queries.post_search import PostQuery
from denghuo.employment.queries.searches import searches_of
from denghuo.platform.models.messages import Message
from denghuo.search.public import forget_standing
from tests.employment.market import NOW, applicant, make_post, person_ref
from tests.employment.shelved import change, shelve

WELDER = PostQuery(text="电焊工")
MORNING = NOW + timedelta(hours=21)  # 09:00 the next day here


@pytest.fixture(autouse=True)
def _new_process(data_dir: Path) -> Iterator[None]:
    forget_standing()
    yield
    forget_standing()


@pytest.mark.django_db
def test_what_is_known_is_not_told_and_news_is_told_once() -> None:
    person = applicant()
    shelve("电焊工（早就有的）")
    save_search(actor=person, query=WELDER, now=NOW)
    assert tell_searches(now=MORNING) == 0
    shelve("电焊工（新的）")
    shelve("挤奶工")
    assert tell_searches(now=MORNING + timedelta(minutes=1)) == 1
    [message] = Message.objects.filter(kind="employment.new_posts")
    assert "电焊工（新的）" in message.body
    assert "早就有的" not in message.body
    assert "挤奶工" not in message.body
    # Run again: nobody hears it twice, and what comes later waits for tomorrow.
    shelve("电焊工（更新的）")
    assert tell_searches(now=MORNING + timedelta(hours=1)) == 0
    assert tell_searches(now=MORNING + timedelta(days=1)) == 1
    latest = Message.objects.filter(kind="employment.new_posts").latest("created_at")
    assert "更新的" in latest.body
    assert Message.objects.filter(kind="employment.new_posts").count() == 2


@pytest.mark.django_db
def test_two_searches_are_one_message_with_each_post_once() -> None:
    person = applicant()
    save_search(actor=person, query=WELDER, now=NOW)
    save_search(actor=person, query=PostQuery(place="150100000000"), now=NOW)
    shelve("电焊工", place="150102")
    assert tell_searches(now=MORNING) == 1
    [message] = Message.objects.filter(kind="employment.new_posts")
    assert message.title == "有 1 个新岗位"


@pytest.mark.django_db
@pytest.mark.parametrize("hour", [0, 6, 7, 21, 23])
def test_nobody_is_woken(hour: int) -> None:
    person = applicant()
    save_search(actor=person, query=WELDER, now=NOW)
    shelve("电焊工")
    here = MORNING.replace(hour=(hour - 8) % 24)
    assert tell_searches(now=here) == 0


@pytest.mark.django_db
def test_who_stops_hears_nothing_and_who_forgets_is_forgotten() -> None:
    person, other = applicant(), applicant("其其格")
    kept = save_search(actor=person, query=WELDER, now=NOW)
    for act in (stop_search, forget_search):
        with pytest.raises(SearchNotFoundError):
            act(actor=other, search_id=kept, now=NOW)
    stop_search(actor=person, search_id=kept, now=NOW)
    stop_search(actor=person, search_id=kept, now=NOW)
    shelve("电焊工")
    assert tell_searches(now=MORNING) == 0
    # Again: the same row; what came meanwhile is known by then.
    assert save_search(actor=person, query=WELDER, now=MORNING) == kept
    assert tell_searches(now=MORNING + timedelta(days=1)) == 0
    forget_search(actor=person, search_id=kept, now=MORNING)
    assert searches_of(person_ref(person)) == []


@pytest.mark.django_db
def test_a_search_for_everything_and_one_too_many_are_refused() -> None:
    person = applicant()
    for query in (PostQuery(), PostQuery(sort="new")):
        with pytest.raises(NothingAskedError):
            save_search(actor=person, query=query, now=NOW)
    for number in range(SEARCHES_MAX):
        save_search(actor=person, query=PostQuery(text=f"工种{number}"), now=NOW)
    with pytest.raises(TooManySearchesError):
        save_search(actor=person, query=WELDER, now=NOW)
    # One that is kept already may be asked for again.
    save_search(actor=person, query=PostQuery(text="工种3"), now=NOW)
    assert SavedSearch.objects.count() == SEARCHES_MAX


@pytest.mark.django_db(transaction=True)
def test_a_button_pressed_twice_keeps_one_search(
    in_threads: Callable[..., list[object]],
) -> None:
    person = applicant()
    kept = in_threads(*[lambda: save_search(actor=person, query=WELDER, now=NOW)] * 4)
    assert len(set(kept)) == 1
    assert SavedSearch.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_once(in_threads: Callable[..., list[object]]) -> None:
    person = applicant()
    save_search(actor=person, query=WELDER, now=NOW)
    shelve("电焊工")
    told = in_threads(*[lambda: tell_searches(now=MORNING)] * 3)
    assert sorted(told) == [0, 0, 1]  # type: ignore[type-var]
    assert Message.objects.filter(kind="employment.new_posts").count() == 1


@given(st.sets(st.integers(1, 5_000), max_size=40), st.sets(st.integers(1, 5_000), max_size=40))
def test_few_known_posts_make_everything_else_news(told: set[int], found: set[int]) -> None:
    assert set(unknown_of(sorted(found), sorted(told))) == found - told


def test_older_posts_that_move_up_are_no_news() -> None:
    told = list(range(1_000, 1_000 + FOUND_MAX))
    assert unknown_of([5, 999, 1_000, 1_500, 2_001], told) == [2_001]


@pytest.mark.django_db
def test_with_more_than_is_looked_at_an_end_brings_no_old_post_as_new(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(searches, "FOUND_MAX", 2)
    person = applicant()
    posts = [shelve(f"电焊工{number}") for number in range(4)]
    save_search(actor=person, query=replace(WELDER, sort="high"), now=NOW)
    change(posts[3], state="closed")
    assert tell_searches(now=MORNING) == 0
    make_post(None, "电焊工不在架上")
