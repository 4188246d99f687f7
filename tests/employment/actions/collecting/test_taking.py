"""Rows become adverts, adverts become posts: known again, changed, new, joined, taken back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from denghuo.employment.actions.collecting import withdraw_adverts
from denghuo.employment.models import Advert, Post, PostQuestion
from denghuo.people.public import firm_of
from tests.employment.collected import (
    BODY,
    LATER,
    NOW,
    TODAY,
    desk,
    post_of,
    row,
    source,
    taken,
)
from tests.factories.people import make_firm, uscc

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("few_places")]


def test_a_row_becomes_an_open_post_read_in_full() -> None:
    made = taken(source(), row(openings=3, schooling=2))
    post = post_of("A1")
    assert made.counts == {"new": 1, "posts": 1, "joined": 0}
    assert made.changed == {post.pk}
    assert (post.state, post.pay_low_fen, post.pay_high_fen) == ("open", 450_000, 600_000)
    assert (post.place, post.openings, post.schooling) == ("150105000000", 3, 2)
    assert (post.open_from, post.open_until) == (TODAY, TODAY + timedelta(days=30))
    assert post.questions == ["occupation_unsure"], "no coder was trained here"


def test_the_same_rows_again_change_nothing_but_the_day_they_were_seen() -> None:
    board = source()
    taken(board, row())
    again = taken(board, row())
    assert again.counts == {"same": 1}
    assert again.changed == set()
    assert Post.objects.count() == Advert.objects.count() == 1
    later = taken(board, row(), now=LATER)
    assert later.counts == {"same": 1}
    assert post_of("A1").open_until == TODAY + timedelta(days=31)


def test_one_vacancy_told_by_two_sources_is_one_post_in_the_newest_words() -> None:
    bureau, board = source(), source("招聘网", kind="board")
    taken(bureau, row())
    made = taken(board, row("B7", "急招挤奶工", wage="5000-6500元/月"), now=LATER)
    post = post_of("A1")
    assert made.counts == {"new": 1, "posts": 0, "joined": 1}
    assert post == post_of("B7")
    assert post.pay_low_fen == 500_000
    assert post.disagreements == ["wage"]


def test_another_employer_or_place_or_work_is_another_post() -> None:
    board = source()
    taken(
        board,
        row("A1"),
        row("A2", firm=72),
        row("A3", place="包头市昆都仑区"),
        row("A4", "会计"),
    )
    assert Post.objects.count() == 4


def test_two_rows_of_one_list_that_are_one_vacancy_are_joined() -> None:
    made = taken(source(), row("A1"), row("A2"))
    assert made.counts == {"new": 2, "posts": 1, "joined": 1}


def test_employers_without_a_code_are_never_joined() -> None:
    taken(source(), row("A1", employer_uscc=""), row("A2", employer_uscc=""))
    assert Post.objects.count() == 2


def test_changed_words_change_the_post_and_its_questions() -> None:
    board = source()
    taken(board, row(wage="200-300"))
    assert "wage_not_understood" in post_of("A1").questions
    made = taken(board, row(wage="6000元/月"), now=LATER)
    post = post_of("A1")
    assert made.counts == {"changed": 1}
    assert "wage_not_understood" not in post.questions
    assert post.pay_low_fen == 600_000
    gone = PostQuestion.objects.get(question="wage_not_understood")
    assert gone.state == "dropped"


def test_a_key_does_not_wander_to_another_employer() -> None:
    board = source()
    taken(board, row())
    made = taken(board, row(firm=72))
    assert made.counts == {"refused": 1}
    assert [one.code for _, one in made.remarks] == ["other_employer"]
    assert post_of("A1").employer_uscc == uscc(71).text


def test_forbidden_wording_holds_a_post_and_says_so() -> None:
    made = taken(source(), row(body=BODY + "限男性，已婚已育优先。"))
    post = post_of("A1")
    assert post.state == "held"
    assert made.counts["held"] == 1
    assert "wording_forbidden" in [one.code for _, one in made.remarks]
    told = PostQuestion.objects.get(post=post, question="wording_forbidden").told
    assert "限男性" not in told["better_body"]


def test_a_registered_employer_is_linked() -> None:
    firm = firm_of(make_firm("草原乳业", now=NOW))
    taken(source(), row(employer_uscc=firm.uscc.text, employer=firm.name))
    assert post_of("A1").firm_id == firm.ref.id


def test_what_one_source_takes_back_another_still_tells() -> None:
    bureau, board = source(), source("招聘网", kind="board")
    taken(bureau, row())
    taken(board, row("B7", wage="5000-6500元/月"), now=LATER)
    post = post_of("A1")
    board_advert = Advert.objects.get(source=board)
    count, changed = withdraw_adverts([board_advert.pk], desk=desk(), now=LATER)
    post.refresh_from_db()
    assert (count, changed, post.state, post.pay_low_fen) == (1, {post.pk}, "open", 450_000)
    withdraw_adverts([Advert.objects.get(source=bureau).pk], desk=desk(), now=LATER)
    post.refresh_from_db()
    assert post.state == "withdrawn"
    assert not PostQuestion.objects.filter(post=post, state="open").exists()
    back = taken(bureau, row(), now=LATER)
    post.refresh_from_db()
    assert back.counts == {"back": 1}
    assert post.state == "open"


def test_a_post_that_was_filled_stays_filled_whatever_is_sent() -> None:
    board = source()
    taken(board, row())
    Post.objects.update(state="filled")
    taken(board, row(wage="7000元/月"), now=LATER)
    assert post_of("A1").state == "filled"
    taken(board, row("A9"), now=LATER)
    assert post_of("A9").state == "open", "a new advert after the end is a new vacancy"


def test_a_last_day_in_the_row_counts_before_the_sources_days() -> None:
    taken(source(), row(open_until=date(2026, 12, 1)))
    assert post_of("A1").open_until == date(2026, 12, 2)


def test_a_firms_own_rows_are_as_many_posts_unless_word_for_word_the_same() -> None:
    firm = firm_of(make_firm("草原乳业", now=NOW))
    said: dict[str, Any] = {"employer_uscc": firm.uscc.text, "employer": firm.name}
    own = source("草原乳业", kind="firm", firm_id=firm.ref.id)
    # A board told of one of them before: the firm's first word on it joins, the second does not.
    taken(source("招聘网", kind="board"), row("C1", "第1车间装配工", **said))
    made = taken(
        own,
        row("A1", "第1车间装配工", **said),
        row("A2", "第2车间装配工", **said),
        row("A3", "第2车间装配工", **said),
    )
    assert made.counts == {"new": 3, "posts": 1, "joined": 2}
    assert post_of("A1") == post_of("C1")
    assert post_of("A2") == post_of("A3") != post_of("A1")
    again = taken(own, row("A4", "第2车间装配工", **said), row("A5", "第3车间装配工", **said))
    assert again.posts["A4"] == post_of("A2").pk
    assert Post.objects.count() == 3
