"""Two tabs, or a phone and a counter, on one wish at the same instant."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from denghuo.employment.actions.wishes import answer_pay, answer_when, withdraw_wish
from denghuo.employment.models import Wish
from denghuo.employment.queries.wishes import wish_of
from tests.employment.market import NOW, applicant, person_ref

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_tabs_that_begin_at_once_write_one_wish(
    in_threads: Callable[..., list[object]],
) -> None:
    me = applicant()
    in_threads(
        lambda: answer_pay(actor=me, pay="3000", now=NOW),
        lambda: answer_when(actor=me, hours=["day"], start_on=None, now=NOW),
    )
    found = wish_of(person_ref(me))
    assert found is not None
    assert set(found.answered) == {"pay", "when"}
    assert (found.pay_least_fen, found.hours) == (300_000, ("day",))
    assert Wish.objects.count() == 1


def test_an_answer_and_a_withdrawal_leave_no_half_withdrawn_wish(
    in_threads: Callable[..., list[object]],
) -> None:
    """Whoever is first: a withdrawn wish is empty, and what came after it is a new one."""
    me = applicant()
    answer_pay(actor=me, pay="3000", now=NOW)
    in_threads(
        lambda: withdraw_wish(actor=me, now=NOW),
        lambda: answer_when(actor=me, hours=["day"], start_on=None, now=NOW),
    )
    gone = Wish.objects.get(state="withdrawn")
    assert (gone.hours, gone.pay_least_fen, gone.answered) == ([], 0, [])
    left = Wish.objects.exclude(state="withdrawn")
    assert [one.answered for one in left] in ([], [["when"]])
