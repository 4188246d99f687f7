"""Invariant 14: paid once, to the subject, after the notice, never more than decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from denghuo.cases.access import CaseNotFoundError
from denghuo.cases.actions.closing import MoneyOpenError, NothingPaidError, RecoverAmountError
from denghuo.cases.actions.following import follow_orders
from denghuo.cases.actions.noticing import ObjectionTwiceError, OwnObjectionError
from denghuo.cases.actions.paying import (
    NoticeNeededError,
    NotReturnedError,
    ObjectionOpenError,
    ObjectionUpheldError,
)
from denghuo.cases.actions.reminding import pay_after_notice
from denghuo.cases.models import Appeal, Case, CasePayment, Objection
from denghuo.cases.public import (
    CaseView,
    HandNotAllowedError,
    MoveNotPossibleError,
    NoticeOpenError,
    SameHandError,
    State,
    answer_objection,
    appeal,
    close_case,
    confirm_account,
    confirm_audit,
    decide_appeal,
    make_payable,
    object_to_notice,
    open_audit,
    pay_again,
    recover,
)
from denghuo.kernel.clock import day_of
from denghuo.kernel.region import Region
from denghuo.ledger.actions.bank_files import make_bank_file, release_bank_file
from denghuo.ledger.actions.bank_reading import read_return_file
from denghuo.ledger.actions.bank_returns import receive_return_file
from denghuo.ledger.public import AccountNameError, balance, pay_orders_about
from denghuo.platform.jobs.registry import kind_of
from denghuo.platform.models.jobs import Job
from denghuo.platform.models.messages import Message
from denghuo.platform.public import RunningJob
from tests.cases import world as w
from tests.factories.people import as_resident, make_person
from tests.ledger import pay_kit

pytestmark = pytest.mark.django_db
InThreads = Callable[..., list[object]]
FUND = "fund:unemployment:150100"
PAID, CLOSED = "0000", "E102"


def bank_says(code: str) -> None:
    """Two treasurers send what is ordered, the bank answers, the event's job runs."""
    first, second = (w.staff("treasurer", "treasurer", area=w.HOHHOT) for _ in range(2))
    file = make_bank_file(actor=first, fund=FUND, form="csv", now=w.AFTER_NOTICE)
    sent = release_bank_file(actor=second, file_id=file.id, sha256=file.sha256, now=w.AFTER_NOTICE)
    answers = [(*line, code, "") for line in pay_kit.rows_of(sent)]
    day, now = day_of(w.AFTER_NOTICE), w.AFTER_NOTICE + timedelta(hours=1)
    content = pay_kit.return_file("csv", answers, batch=sent.number, day=day)
    received = receive_return_file(actor=first, name="hp.csv", pieces=[content], now=now)
    read_return_file(return_id=received.id, now=now)
    run_jobs()


def run_jobs() -> None:
    """Whatever our room was asked for, and what that asks for."""
    waiting = Job.objects.filter(kind__startswith="cases.", state="ready").order_by("pk")
    while (job := waiting.first()) is not None:
        kind_of(job.kind).handler(RunningJob(job.pk, job.kind, job.key, job.payload, 1, keep))
        Job.objects.filter(pk=job.pk).update(state="done")


def keep(_done: int, _total: int) -> bool:
    """A job that keeps its lease."""
    return True


def paid_case(world: w.World, *, period: str = "A1") -> CaseView:
    case = w.payable(world, period=period)
    bank_says(PAID)
    return w.seen(world, case)


def go(world: w.World, case: CaseView, days: int = 8) -> CaseView:
    return make_payable(
        actor=world.office.officer,
        case_id=case.id,
        version=case.version,
        now=w.NOW + timedelta(days=days),
    )


def test_invariant_14_nothing_before_the_decision_the_notice_or_its_end() -> None:
    w.fund()
    world = w.make_world()
    with pytest.raises(MoveNotPossibleError):
        make_payable_now(world, w.proposed(world, period="B"))
    case = w.with_account(world, w.decided(world))
    with pytest.raises(NoticeNeededError):
        go(world, case)
    case = w.noticed(world, case)
    # Monday 09-01 and five working days: until Monday 09-08.
    with pytest.raises(NoticeOpenError, match="2025-09-08"):
        go(world, case, days=7)
    assert go(world, case, days=8).state is State.PAYABLE


def make_payable_now(world: w.World, case: CaseView) -> CaseView:
    return make_payable(
        actor=world.office.officer, case_id=case.id, version=case.version, now=w.NOW
    )


def objection(case: CaseView) -> Objection:
    neighbour = as_resident(make_person("巴特尔", residence=w.XINCHENG, now=w.NOW))
    pk = object_to_notice(actor=neighbour, case_id=case.id, words="他没有证书", now=w.NOW)
    with pytest.raises(ObjectionTwiceError):
        object_to_notice(actor=neighbour, case_id=case.id, words="再说一次", now=w.NOW)
    return Objection.objects.get(pk=pk)


def test_invariant_14_an_open_objection_stops_the_money_and_a_dismissed_one_lets_it_go() -> None:
    w.fund()
    world = w.make_world()
    case = w.noticed(world, w.with_account(world, w.decided(world)))
    with pytest.raises(OwnObjectionError):
        object_to_notice(actor=world.applicant, case_id=case.id, words="试", now=w.NOW)
    raised = objection(case)
    with pytest.raises(ObjectionOpenError):
        go(world, case)
    assert pay_after_notice(now=w.AFTER_NOTICE) == 0
    told = {"objection_id": raised.pk, "upheld": False, "answer": "证书查到了", "now": w.NOW}
    # Neither who proposed it nor who signed it judges what is said against it.
    for hand in (world.office.officer, world.office.reviewer):
        with pytest.raises(SameHandError):
            answer_objection(actor=hand, **told)  # type: ignore[arg-type]
    answer_objection(actor=world.office.second, **told)  # type: ignore[arg-type]
    assert pay_after_notice(now=w.AFTER_NOTICE) == 1
    assert w.seen(world, case).state is State.PAYABLE


def test_invariant_14_an_upheld_objection_sends_it_back_to_be_looked_at() -> None:
    w.fund()
    world = w.make_world()
    case = w.noticed(world, w.with_account(world, w.decided(world)))
    raised = objection(case)
    answer_objection(
        actor=world.office.second, objection_id=raised.pk, upheld=True, answer="属实", now=w.NOW
    )
    case = w.seen(world, case)
    with pytest.raises(ObjectionUpheldError):
        go(world, case)
    case = appeal(
        actor=world.office.second,
        case_id=case.id,
        version=case.version,
        words="公示异议属实",
        kind="review",
        now=w.NOW,
    )
    w.tell(world.subject, {"has_skill_certificate": False}, now=w.NOW + timedelta(days=1))
    case = decide_appeal(
        actor=world.office.supervisor,
        case_id=case.id,
        version=case.version,
        changed=True,
        result="refused",
        answer="证书查不到",
        now=w.NOW + timedelta(days=2),
    )
    assert (case.state, case.amount_fen, case.paid_fen) == (State.CLOSED, 0, 0)
    assert Appeal.objects.get().kind == "review"


def test_invariant_14_the_account_is_the_subjects_own() -> None:
    world = w.make_world()
    case = w.decided(world)
    with pytest.raises(AccountNameError):
        confirm_account(
            actor=world.applicant,
            case_id=case.id,
            version=case.version,
            account_name="巴特尔",
            account_no=w.CARD,
            bank="内蒙古银行",
            now=w.NOW,
        )
    with pytest.raises(HandNotAllowedError):
        close_by(world, case)


def close_by(world: w.World, case: CaseView) -> None:
    close_case(actor=world.applicant, case_id=case.id, version=case.version, now=w.NOW)


def test_invariant_14_paid_closes_and_never_over_the_decision() -> None:
    w.fund()
    world = w.make_world()
    case = w.payable(world)
    with pytest.raises(MoveNotPossibleError):
        close_case(
            actor=world.office.officer, case_id=case.id, version=case.version, now=w.AFTER_NOTICE
        )
    bank_says(PAID)
    case = w.seen(world, case)
    assert (case.state, case.paid_fen) == (State.PAID, 150_000)
    assert CasePayment.objects.get().state == "paid"
    assert Message.objects.filter(kind="cases.paid").count() == 1
    assert follow_orders(case_id=case.id, now=w.AFTER_NOTICE) is None
    for change in ({"paid_fen": 150_001}, {"ordered_fen": 150_001}, {"amount_fen": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Case.objects.filter(pk=case.id).update(**change)
    case = close_case(
        actor=world.office.officer, case_id=case.id, version=case.version, now=w.AFTER_NOTICE
    )
    assert case.state is State.CLOSED


def test_invariant_14_a_returned_payment_is_never_sent_again_by_itself() -> None:
    w.fund()
    world = w.make_world()
    case = w.payable(world)
    bank_says(CLOSED)
    case = w.seen(world, case)
    assert (case.state, case.pay_problem) == (State.PAYABLE, "closed_account")
    assert (case.ordered_fen, case.paid_fen) == (0, 0)
    # The applicant corrects the account: still nothing goes out until a treasurer sends it.
    case = w.with_account(world, case, no=w.card(7), now=w.AFTER_NOTICE)
    assert case.pay_problem == "account_corrected"
    assert len(pay_orders_about(f"cases.Case:{case.id}")) == 1
    with pytest.raises(MoveNotPossibleError):
        go(world, case, days=9)
    assert pay_after_notice(now=w.AFTER_NOTICE) == 0
    treasurer = w.staff("treasurer", "treasurer", area=w.HOHHOT)
    elsewhere = w.staff("treasurer", "treasurer", area=Region.read("1504"))
    with pytest.raises(CaseNotFoundError):
        pay_again(actor=elsewhere, case_id=case.id, now=w.AFTER_NOTICE)
    pay_again(actor=treasurer, case_id=case.id, now=w.AFTER_NOTICE)
    with pytest.raises(NotReturnedError):
        pay_again(actor=treasurer, case_id=case.id, now=w.AFTER_NOTICE)
    states = [one.state for one in pay_orders_about(f"cases.Case:{case.id}")]
    assert sorted(states) == ["ordered", "reissued"]
    bank_says(PAID)
    case = w.seen(world, case)
    assert (case.state, case.paid_fen, case.pay_problem) == (State.PAID, 150_000, "")


@pytest.mark.django_db(transaction=True)
def test_invariant_14_two_clicks_at_once_order_once(in_threads: InThreads) -> None:
    w.fund()
    world = w.make_world()
    case = w.noticed(world, w.with_account(world, w.decided(world)))
    before = balance(FUND).balance_fen
    results = in_threads(
        *[lambda: go(world, case)] * 3,
        lambda: pay_after_notice(now=w.AFTER_NOTICE),
    )
    assert any(isinstance(one, CaseView) or one == 1 for one in results)
    assert CasePayment.objects.count() == 1
    assert abs(balance(FUND).balance_fen - before) == 150_000


def test_invariant_14_a_fund_without_enough_leaves_the_case_where_it_was() -> None:
    w.fund(fen=100)
    world = w.make_world()
    case = w.noticed(world, w.with_account(world, w.decided(world)))
    assert pay_after_notice(now=w.AFTER_NOTICE) == 0
    case = w.seen(world, case)
    assert case.state is State.PUBLIC_NOTICE
    assert case.pay_problem == "ledger.below_floor"
    assert not CasePayment.objects.exists()


def test_after_payment_a_check_confirms_or_asks_back_by_a_case_of_its_own() -> None:
    w.fund()
    world = w.make_world()
    case = w.decided(world, period="unpaid")
    with pytest.raises(NothingPaidError):
        open_audit(actor=world.office.officer, case_id=case.id, version=case.version, now=w.NOW)
    other = w.make_world()
    case = audited(other)
    with pytest.raises(SameHandError):
        confirm_audit(
            actor=other.office.reviewer, case_id=case.id, version=case.version, now=w.AFTER_NOTICE
        )
    case = confirm_audit(
        actor=other.office.second, case_id=case.id, version=case.version, now=w.AFTER_NOTICE
    )
    assert case.state is State.CLOSED


def audited(world: w.World) -> CaseView:
    case = paid_case(world)
    return open_audit(
        actor=world.office.officer, case_id=case.id, version=case.version, now=w.AFTER_NOTICE
    )


def test_money_is_asked_back_never_debited() -> None:
    w.fund()
    world = w.make_world()
    case = audited(world)
    told = {"case_id": case.id, "version": case.version, "note": "证书作假", "now": w.AFTER_NOTICE}
    chief = world.office.supervisor
    with pytest.raises(RecoverAmountError):
        recover(actor=chief, amount_fen=150_001, **told)  # type: ignore[arg-type]
    with pytest.raises(HandNotAllowedError):
        recover(actor=world.office.second, amount_fen=50_000, **told)  # type: ignore[arg-type]
    fund_before = balance(FUND).balance_fen
    case = recover(actor=chief, amount_fen=50_000, **told)  # type: ignore[arg-type]
    assert (case.state, case.amount_fen, case.paid_fen) == (State.RECOVER, 100_000, 150_000)
    claim = Case.objects.get(about_id=case.id)
    assert (claim.item, claim.state) == ("claw-back-person", State.SUBMITTED)
    assert balance(FUND).balance_fen == fund_before


def test_a_case_with_money_on_its_way_does_not_end() -> None:
    w.fund()
    world = w.make_world()
    case = w.noticed(world, w.with_account(world, w.decided(world)))
    with pytest.raises(MoneyOpenError):
        close_case(actor=world.office.officer, case_id=case.id, version=case.version, now=w.NOW)


def test_who_decided_does_not_ask_the_money_back() -> None:
    w.fund()
    world = w.make_world()
    case = audited(world)
    decider = w.as_other(world.office.reviewer, roles=("reviewer", "supervisor"))
    with pytest.raises(SameHandError):
        recover(
            actor=decider,
            case_id=case.id,
            version=case.version,
            amount_fen=1,
            note="多发",
            now=w.AFTER_NOTICE,
        )
    assert w.row(case).recover_fen == 0
