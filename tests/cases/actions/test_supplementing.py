"""Too little was paid: proposed by one, signed by another, ordered once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from denghuo.cases.actions.desk import declare_relation
from denghuo.cases.actions.pending import ChangePendingError, NothingPendingError, return_change
from denghuo.cases.actions.supplementing import NothingToAddError, grant_more, propose_more
from denghuo.cases.logic.signing import RelatedHandError, ThirdSignNeededError
from denghuo.cases.models import Case, CasePayment, Decision, PendingDecision
from denghuo.cases.public import (
    CaseView,
    FactsChangedError,
    HandNotAllowedError,
    MoveNotPossibleError,
    SameHandError,
    State,
    confirm_audit,
    open_audit,
    pay_again,
    recover,
)
from denghuo.ledger.public import BelowFloorError, cancel_order, pay_orders_about
from denghuo.platform.models.messages import Message
from denghuo.platform.public import Actor
from tests.cases import world as w
from tests.cases.actions.test_appealing import limit
from tests.cases.test_invariants_money import bank_says, paid_case, run_jobs

pytestmark = pytest.mark.django_db
InThreads = Callable[..., list[object]]
NOW = w.AFTER_NOTICE + timedelta(days=30)


def audited(world: w.World, level: str = "level_3") -> CaseView:
    """Paid 1,500 for level 4; afterwards the register says otherwise."""
    case = paid_case(world)
    case = open_audit(actor=world.office.officer, case_id=case.id, version=case.version, now=NOW)
    w.tell(world.subject, {"certificate_level": level}, now=NOW)
    return case


def propose(case: CaseView, actor: Actor) -> CaseView:
    return propose_more(
        actor=actor, case_id=case.id, version=case.version, note="等级登记晚了", now=NOW
    )


def sign(case: CaseView, actor: Actor) -> CaseView:
    return grant_more(actor=actor, case_id=case.id, version=case.version, now=NOW)


def test_the_difference_is_decided_by_two_and_paid_once() -> None:
    w.fund()
    world = w.make_world()
    case = propose(audited(world), world.office.officer)
    assert (case.state, case.amount_fen, case.ordered_fen) == (State.AUDIT, 150_000, 150_000)
    assert not Decision.objects.filter(round=2).exists()
    case = sign(case, world.office.second)
    assert (case.state, case.amount_fen, case.ordered_fen) == (State.PAYABLE, 200_000, 200_000)
    made = Decision.objects.get(round=2)
    assert (made.kind, made.amount_fen, made.second_by) == ("audit", 200_000, None)
    assert (made.proposed_by, made.signed_by) == (
        world.office.officer.label,
        world.office.second.staff_id,
    )
    assert Decision.objects.get(round=1).amount_fen == 150_000
    assert Message.objects.filter(kind="cases.granted_more", to=str(world.subject)).count() == 1
    orders = pay_orders_about(f"cases.Case:{case.id}")
    assert sorted(one.amount_fen for one in orders) == [50_000, 150_000]
    bank_says("0000")
    case = w.seen(world, case)
    assert (case.state, case.paid_fen) == (State.PAID, 200_000)


def test_nobody_signs_their_own_proposal_nor_over_their_own_decision() -> None:
    w.fund()
    world = w.make_world()
    both = world.office.second  # officer and reviewer
    case = audited(world)
    with pytest.raises(NothingPendingError):
        sign(case, world.office.supervisor)
    with pytest.raises(HandNotAllowedError):
        propose(case, world.office.reviewer)
    case = propose(case, both)
    with pytest.raises(ChangePendingError):
        propose(case, world.office.officer)
    for hand in (both, world.office.reviewer):
        with pytest.raises(SameHandError):
            sign(case, hand)
    with pytest.raises(HandNotAllowedError):
        sign(case, w.staff("other", "officer"))
    declare_relation(actor=world.office.supervisor, subject=world.subject, relation="kin", now=NOW)
    with pytest.raises(RelatedHandError):
        sign(case, world.office.supervisor)
    assert sign(case, world.office.leader).amount_fen == 200_000


def test_above_the_sum_a_supervisor_signs_after(monkeypatch: pytest.MonkeyPatch) -> None:
    w.fund()
    world = w.make_world()
    case = propose(audited(world), world.office.officer)
    limit(monkeypatch, 199_999)
    case = sign(case, world.office.second)
    assert (case.state, case.amount_fen) == (State.AUDIT, 150_000)
    with pytest.raises(SameHandError):
        sign(case, world.office.second)
    with pytest.raises(ThirdSignNeededError):
        sign(case, w.staff("third", "reviewer"))
    assert sign(case, world.office.supervisor).amount_fen == 200_000
    made = Decision.objects.get(round=2)
    assert (made.signed_by, made.second_by) == (
        world.office.second.staff_id,
        world.office.supervisor.staff_id,
    )


@pytest.mark.parametrize("level", ["level_4", "level_5"])
def test_as_much_or_less_is_no_supplement(level: str) -> None:
    w.fund()
    world = w.make_world()
    case = audited(world, level)
    with pytest.raises(NothingToAddError):
        propose(case, world.office.officer)


def test_before_the_check_or_before_money_there_is_nothing_to_add() -> None:
    world = w.make_world()
    case = w.decided(world)
    w.tell(world.subject, {"certificate_level": "level_3"}, now=NOW)
    with pytest.raises(MoveNotPossibleError):
        propose(case, world.office.officer)


def test_facts_that_changed_since_are_not_signed_and_it_is_sent_back() -> None:
    w.fund()
    world = w.make_world()
    case = propose(audited(world), world.office.officer)
    told = {"case_id": case.id, "version": case.version, "note": "先签", "now": NOW}
    with pytest.raises(ChangePendingError):
        confirm_audit(actor=world.office.second, **told)  # type: ignore[arg-type]
    with pytest.raises(ChangePendingError):
        recover(actor=world.office.supervisor, amount_fen=1, **told)  # type: ignore[arg-type]
    w.tell(world.subject, {"person_insured_months": 99}, now=NOW)
    with pytest.raises(FactsChangedError):
        sign(case, world.office.second)
    case = return_change(actor=world.office.second, **told)  # type: ignore[arg-type]
    assert PendingDecision.objects.get().state == "returned"
    case = confirm_audit(actor=world.office.second, case_id=case.id, version=case.version, now=NOW)
    assert (case.state, case.amount_fen) == (State.CLOSED, 150_000)


def test_a_fund_without_enough_signs_nothing() -> None:
    w.fund(fen=160_000)
    world = w.make_world()
    case = propose(audited(world), world.office.officer)
    with pytest.raises(BelowFloorError):
        sign(case, world.office.second)
    assert w.row(case).state == "audit"
    assert Decision.objects.count() == 1


def test_a_cancelled_supplement_is_ordered_again_by_a_treasurer() -> None:
    w.fund()
    world = w.make_world()
    case = sign(propose(audited(world), world.office.officer), world.office.second)
    treasurer = w.staff("treasurer", "treasurer", area=w.HOHHOT)
    (order,) = [
        one for one in pay_orders_about(f"cases.Case:{case.id}") if one.amount_fen == 50_000
    ]
    cancel_order(actor=treasurer, order_id=order.id, reason="账户写错了", now=NOW)
    run_jobs()
    case = pay_again(actor=treasurer, case_id=case.id, now=NOW)
    assert case.ordered_fen == 200_000
    assert CasePayment.objects.filter(state="ordered").count() == 1


def test_what_was_asked_back_is_asked_back_no_longer_before_anything_is_paid() -> None:
    w.fund()
    world = w.make_world()
    case = paid_case(world)
    case = open_audit(actor=world.office.officer, case_id=case.id, version=case.version, now=NOW)
    case = recover(
        actor=world.office.supervisor,
        case_id=case.id,
        version=case.version,
        amount_fen=100_000,
        note="多发",
        now=NOW,
    )
    row = Case.objects.get(pk=case.id)
    Case.objects.filter(pk=case.id).update(state="closed")
    case = open_audit(actor=world.office.officer, case_id=case.id, version=row.version, now=NOW)
    case = propose(case, world.office.officer)
    case = sign(case, world.office.second)
    assert (case.state, case.amount_fen, case.recover_fen) == (State.CLOSED, 150_000, 0)
    assert Case.objects.get(item="claw-back-person").state == "withdrawn"
    assert len(pay_orders_about(f"cases.Case:{case.id}")) == 1


@pytest.mark.django_db(transaction=True)
def test_two_signers_at_once_leave_one_decision_and_one_order(in_threads: InThreads) -> None:
    w.fund()
    world = w.make_world()
    case = propose(audited(world), world.office.officer)
    results = in_threads(
        lambda: sign(case, world.office.second), lambda: sign(case, world.office.supervisor)
    )
    assert sorted(type(one).__name__ for one in results) == ["CaseChangedError", "CaseView"]
    assert Decision.objects.count() == 2
    assert CasePayment.objects.count() == 2
