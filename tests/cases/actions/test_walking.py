"""What cannot move keeps nobody waiting: the daily jobs come to every case in turn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from denghuo.cases.actions.closing import close_what_is_done
from denghuo.cases.actions.reminding import accept_what_was_left, pay_after_notice, remind
from denghuo.cases.actions.walking import walk
from denghuo.cases.models import Case, JobMark, Rating, Reminder
from denghuo.cases.public import CaseView, State, rate
from denghuo.kernel.refusal import RefusalError
from tests.cases import world as w
from tests.cases.test_invariants_clock import at
from tests.cases.test_invariants_hands import ask
from tests.cases.test_invariants_money import objection

pytestmark = pytest.mark.django_db


class StuckError(RefusalError):
    """Never moves."""

    code = "cases.stuck"
    template = "动不了。"


def cases(count: int) -> tuple[w.World, list[CaseView]]:
    """In the order in which a job meets them."""
    world = w.make_world()
    made = [w.opened(world, period=f"P{number}") for number in range(count)]
    order = list(Case.objects.order_by("pk").values_list("pk", flat=True))
    return world, sorted(made, key=lambda one: order.index(one.id))


def noting(met: list[UUID]) -> Callable[[UUID], bool]:
    """Moves nothing and remembers whom it met."""

    def act(one: UUID) -> bool:
        met.append(one)
        return False

    return act


def test_every_row_has_its_turn_before_any_has_a_second() -> None:
    _, made = cases(5)
    met: list[UUID] = []

    def stuck(one: UUID) -> bool:
        met.append(one)
        raise StuckError

    for _run in range(5):
        assert walk("test", Case.objects.all(), stuck, limit=2, now=w.NOW) == 0
    ids = [one.id for one in made]
    assert met == [*ids, *ids]


def test_a_run_that_sees_all_begins_again_at_the_first() -> None:
    _, made = cases(2)
    met: list[UUID] = []
    for _run in range(2):
        walk("test", Case.objects.all(), noting(met), limit=3, now=w.NOW)
    assert met == [one.id for one in made] * 2
    assert JobMark.objects.get().after is None


def test_a_place_that_is_gone_is_no_trouble() -> None:
    _, made = cases(2)
    JobMark.objects.create(job="test", after=UUID(int=2**128 - 1), changed_at=w.NOW)
    met: list[UUID] = []
    walk("test", Case.objects.all(), noting(met), limit=1, now=w.NOW)
    assert met == [made[0].id]


def test_payment_is_not_kept_waiting_by_objections_nobody_answers() -> None:
    w.fund()
    world = w.make_world()
    made = [
        w.noticed(world, w.with_account(world, w.decided(world, period=f"P{n}"))) for n in range(3)
    ]
    order = list(Case.objects.order_by("pk").values_list("pk", flat=True))
    made.sort(key=lambda one: order.index(one.id))
    for one in made[:2]:
        objection(one)
    paid = [pay_after_notice(now=w.AFTER_NOTICE, limit=1) for _run in range(3)]
    assert paid == [0, 0, 1]
    assert [w.row(one).pay_problem for one in made] == ["cases.objection_open"] * 2 + [""]


def test_a_stuck_paid_case_lets_the_others_close() -> None:
    w.fund()
    world = w.make_world()
    made = [w.payable(world, period=f"P{number}") for number in range(2)]
    order = list(Case.objects.order_by("pk").values_list("pk", flat=True))
    first, second = sorted(made, key=lambda one: order.index(one.id))
    Case.objects.filter(pk=first.id).update(state="paid", paid_fen=1)  # the rest is on its way
    Case.objects.filter(pk=second.id).update(state="paid", paid_fen=150_000)
    closed = [close_what_is_done(now=w.AFTER_NOTICE, limit=1) for _run in range(2)]
    assert closed == [0, 1]
    assert w.row(second).state == State.CLOSED


def test_silence_accepts_all_in_the_end() -> None:
    cases(3)
    late = w.NOW + timedelta(days=30)
    assert [accept_what_was_left(now=late, limit=2) for _run in range(3)] == [2, 1, 0]


def test_a_day_to_answer_that_is_over_does_not_stand_before_one_that_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("denghuo.cases.actions.reminding.BATCH", 1)
    world, made = cases(2)
    for one in made:
        ask(world, one)
    over, coming = Case.objects.order_by("pk")
    Case.objects.filter(pk=over.pk).update(answer_by=w.TODAY - timedelta(days=1))
    Case.objects.filter(pk=coming.pk).update(answer_by=w.TODAY)
    remind(now=at(w.TODAY))
    found = set(Reminder.objects.values_list("kind", "case_id"))
    assert found == {("answer_late", over.pk), ("answer_soon", coming.pk)}


def test_a_rating_reminded_of_does_not_stand_before_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("denghuo.cases.actions.reminding.BATCH", 1)
    world, made = cases(2)
    Case.objects.update(state="closed", in_work=False)
    for one in made:
        rate(actor=world.applicant, case_id=one.id, level=1, words="慢", now=w.NOW)
    Rating.objects.update(follow_up_due_on=w.TODAY)
    assert [remind(now=at(w.TODAY, hour)) for hour in (9, 10, 11)] == [1, 1, 0]
