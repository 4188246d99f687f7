"""Answers to what is asked about posts: they change the post, teach, and are given once."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from denghuo.employment.actions import questions as q
from denghuo.employment.logic.occupations.table import UnknownOccupationError
from denghuo.employment.models import OccupationReview, Post, PostQuestion
from denghuo.employment.queries.coder import code_titles
from denghuo.employment.queries.questions import (
    QuestionNotFoundError,
    open_counts,
    quality_of,
    questions_for,
)
from denghuo.platform.public import Actor, NotAllowedError, audit_of
from tests.benefits.offices import officer
from tests.employment.collected import BODY, LATER, NOW, post_of, row, source, taken
from tests.factories.people import CHIFENG, HOHHOT, as_staff, make_staff

pytestmark = pytest.mark.usefixtures("few_places", "data_dir", "db")
ELECTRICIAN = "6-31-01-03"


@pytest.fixture
def clerk(db: None) -> Actor:
    return officer()


def asked(question: str, key: str = "A1") -> UUID:
    return PostQuestion.objects.get(post=post_of(key), question=question, state="open").pk


def test_an_occupation_given_is_the_posts_and_teaches_the_next(clerk: Actor) -> None:
    taken(source(), row(title="强电师傅"))
    q.give_occupation(
        actor=clerk, question_id=asked("occupation_unsure"), code=ELECTRICIAN, now=NOW
    )
    post = post_of("A1")
    assert (post.occupation, post.occupation_level, post.occupation_sure) == (ELECTRICIAN, 4, True)
    assert post.questions == []
    assert OccupationReview.objects.get().work == "强电师傅"
    assert code_titles(["急招强电师傅"])[0].code == ELECTRICIAN
    taken(source("另一家"), row("B1", "急招强电师傅", firm=72))
    assert post_of("B1").occupation == ELECTRICIAN


def test_an_unknown_occupation_is_refused(clerk: Actor) -> None:
    taken(source(), row())
    with pytest.raises(UnknownOccupationError):
        q.give_occupation(
            actor=clerk, question_id=asked("occupation_unsure"), code="9-99-99-99", now=NOW
        )
    assert PostQuestion.objects.get().state == "open"


def test_a_wage_put_right_stands_until_the_source_says_another(clerk: Actor) -> None:
    board = source()
    taken(board, row(wage="200-300"))
    question = asked("wage_not_understood")
    with pytest.raises(q.WageStillUnclearError):
        q.give_wage(actor=clerk, question_id=question, wage="看着给", now=NOW)
    q.give_wage(actor=clerk, question_id=question, wage="200-300元/天", now=NOW)
    assert post_of("A1").pay_low_fen == 435_000
    taken(board, row(wage="200-300", body=BODY + "班车接送。"), now=LATER)
    assert post_of("A1").pay_low_fen == 435_000
    assert "wage_not_understood" not in post_of("A1").questions
    taken(board, row(wage="250-350"), now=LATER)
    assert "wage_not_understood" in post_of("A1").questions
    assert post_of("A1").pay_low_fen is None


def test_lawful_words_open_a_held_post_and_the_advert_keeps_its_own(clerk: Actor) -> None:
    taken(source(), row(body=BODY + "限女性。"))
    question = PostQuestion.objects.get(question="wording_forbidden")
    assert post_of("A1").state == "held"
    q.accept_wording(
        actor=clerk,
        question_id=question.pk,
        title=question.told["better_title"],
        body=question.told["better_body"],
        now=NOW,
    )
    post = post_of("A1")
    assert post.state == "open"
    assert "限女性" not in post.body


def test_words_that_are_lawful_after_all_need_a_reason(clerk: Actor) -> None:
    taken(source(), row(body=BODY + "限女性。"))
    question = asked("wording_forbidden")
    with pytest.raises(q.AnswerReasonNeededError):
        q.leave_wording(actor=clerk, question_id=question, why=" ", now=NOW)
    q.leave_wording(actor=clerk, question_id=question, why="女浴室保洁，法律允许", now=NOW)
    assert post_of("A1").state == "open"


def test_a_refused_post_is_never_opened_by_a_source_again(clerk: Actor) -> None:
    board = source()
    taken(board, row(body=BODY + "限女性。"))
    q.refuse_post(actor=clerk, question_id=asked("wording_forbidden"), why="单位不愿意改", now=NOW)
    taken(board, row(), now=LATER)
    post = post_of("A1")
    assert (post.state, post.closed_why) == ("closed", "单位不愿意改")


def test_an_answer_that_does_not_fit_is_refused(clerk: Actor) -> None:
    taken(source(), row(wage="200-300"))
    with pytest.raises(q.WrongAnswerError):
        q.release_post(actor=clerk, question_id=asked("wage_not_understood"), why="没问题", now=NOW)


def test_another_areas_questions_are_not_there(clerk: Actor) -> None:
    taken(source(), row())
    stranger = officer("chifeng", area=CHIFENG)
    assert questions_for(stranger) == []
    assert open_counts(clerk) == {"occupation_unsure": 1}
    with pytest.raises(QuestionNotFoundError):
        q.give_occupation(
            actor=stranger, question_id=asked("occupation_unsure"), code=ELECTRICIAN, now=NOW
        )


def test_who_only_looks_on_answers_nothing(db: None) -> None:
    taken(source(), row())
    roles = ("leader",)
    leader = as_staff(make_staff("leader", roles=roles, area=HOHHOT), roles=roles, area=HOHHOT)
    with pytest.raises(NotAllowedError):
        q.give_occupation(
            actor=leader, question_id=asked("occupation_unsure"), code=ELECTRICIAN, now=NOW
        )


def test_many_doubtful_ones_at_once_at_most_a_hundred(clerk: Actor) -> None:
    taken(source(), row(body=BODY + "形象好。"), row("A2", "会计", body=BODY + "形象好。"))
    ids = list(
        PostQuestion.objects.filter(question="wording_doubtful").values_list("pk", flat=True)
    )
    assert len(ids) == 2
    done = q.leave_questions(actor=clerk, question_ids=ids, why="接待岗位", now=NOW)
    assert done == (2, 0)
    assert q.leave_questions(actor=clerk, question_ids=ids, why="接待岗位", now=NOW) == (0, 2)
    with pytest.raises(q.TooManyAnswersError):
        q.leave_questions(
            actor=clerk, question_ids=[UUID(int=at) for at in range(101)], why="好", now=NOW
        )


def test_how_well_a_source_does(clerk: Actor) -> None:
    board, bureau = source("招聘网", kind="board"), source()
    taken(board, row(), row("A2", "会计", wage="200-300"), row("A3", "电工", place="某地"))
    taken(bureau, row("B1"))
    found = {one.name: one for one in quality_of(clerk, now=NOW)}["招聘网"]
    assert (found.adverts, found.paid, found.placed, found.coded) == (3, 2, 2, 0)
    assert (found.held, found.joined, found.stale) == (0, 1, 0)


def test_an_answer_is_in_the_audit(clerk: Actor) -> None:
    taken(source(), row(wage="200-300"))
    question = asked("wage_not_understood")
    q.give_wage(actor=clerk, question_id=question, wage="面议", now=NOW)
    lines = audit_of(entity=f"employment.PostQuestion:{question}")
    assert [one.action for one in lines] == ["employment.answer_question"]


@pytest.mark.django_db(transaction=True)
def test_of_two_clerks_at_once_one_is_told_that_it_is_answered(
    in_threads: Callable[..., list[object]],
) -> None:
    one, other = officer("one"), officer("other")
    taken(source(), row(wage="200-300"))
    question = asked("wage_not_understood")
    results = in_threads(
        lambda: q.give_wage(actor=one, question_id=question, wage="200元/天", now=NOW),
        lambda: q.give_wage(actor=other, question_id=question, wage="300元/天", now=NOW),
    )
    assert sum(isinstance(one, q.QuestionAnsweredError) for one in results) == 1
    assert results.count(None) == 1
    answer = PostQuestion.objects.get(pk=question).answer
    assert Post.objects.get().pay_low_fen == answer["low"]
