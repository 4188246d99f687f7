"""What came in beyond a claim goes back once, by two hands; an entry reversed reopens a claim."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from denghuo.cases.access import CaseNotFoundError
from denghuo.cases.actions.giving_back import (
    AccountNotKnownError,
    GivenAccount,
    give_back_surplus,
)
from denghuo.cases.actions.reopening import follow_reversal
from denghuo.cases.actions.repaying import record_claim_repayment
from denghuo.cases.logic.claims import (
    NoSurplusError,
    NotAClaimError,
    RepaidTooMuchError,
    SurplusChangedError,
)
from denghuo.cases.models import Case, PayAccount, Step
from denghuo.cases.public import CaseView, State
from denghuo.cases.queries.claims import claim_seen, claim_sum, overpaid_claims, repaid_of
from denghuo.kernel.clock import day_of
from denghuo.kernel.region import Region
from denghuo.ledger.actions.bank_files import (
    FileMakerError,
    make_bank_file,
    release_bank_file,
)
from denghuo.ledger.actions.bank_reading import read_return_file
from denghuo.ledger.actions.bank_returns import receive_return_file
from denghuo.ledger.actions.reversals import ask_reversal, confirm_reversal
from denghuo.ledger.public import (
    AccountNameError,
    PayState,
    balance,
    entries_about,
    give_up_order,
    pay_orders_about,
    reissue,
)
from denghuo.platform.models.messages import Message
from denghuo.platform.public import Actor
from denghuo.platform.worker import drain
from tests.cases import world as w
from tests.cases.actions.test_repaying import FUND, LATER, claimed, give_back, stood, treasurer
from tests.ledger import pay_kit

pytestmark = pytest.mark.django_db
InThreads = Callable[..., list[object]]
OTHER = w.card(77)


def surplus(claim: Case, fen: int, reference: str = "MORE-1") -> CaseView:
    """A row of the bank that is more than was asked, booked by somebody who says so."""
    return record_claim_repayment(
        actor=treasurer(),
        case_id=claim.pk,
        amount_fen=fen,
        bank_reference=reference,
        paid_on=LATER.date(),
        surplus=True,
        now=LATER,
    )


def ordered(
    claim: Case, fen: int, *, actor: Actor | None = None, account: GivenAccount | None = None
) -> CaseView:
    return give_back_surplus(
        actor=actor or treasurer(), case_id=claim.pk, seen_fen=fen, account=account, now=LATER
    )


def about(claim: Case) -> str:
    return f"cases.Case:{claim.pk}"


def bank_says(code: str) -> None:
    """Two treasurers send what is ordered; the bank answers each line with ``code``."""
    first, second = treasurer(), treasurer()
    file = make_bank_file(actor=first, fund=FUND, form="csv", now=LATER)
    with pytest.raises(FileMakerError):
        release_bank_file(actor=first, file_id=file.id, sha256=file.sha256, now=LATER)
    sent = release_bank_file(actor=second, file_id=file.id, sha256=file.sha256, now=LATER)
    said = [(*line, code, "") for line in pay_kit.rows_of(sent)]
    content = pay_kit.return_file("csv", said, batch=sent.number, day=day_of(LATER))
    back = receive_return_file(actor=first, name="hp.csv", pieces=[content], now=LATER)
    read_return_file(return_id=back.id, now=LATER)
    drain()


def reversed_by_two(claim: Case, number: int = 0) -> None:
    """The row was booked wrongly: one treasurer asks, another confirms."""
    entry = [one for one in entries_about(about(claim)) if one.kind == "pay.repaid"][number]
    asked = ask_reversal(actor=treasurer(), entry_id=entry.id, reason="记错了办件", now=LATER)
    confirm_reversal(actor=treasurer(), request_id=asked.id, now=LATER)
    drain()


def row_of(claim: Case) -> Case:
    return Case.objects.get(pk=claim.pk)


def origin_of(claim: Case) -> Case:
    assert claim.about_id is not None
    return Case.objects.get(pk=claim.about_id)


def steps(claim: Case) -> list[str]:
    return list(Step.objects.filter(case=claim).order_by("seq").values_list("kind", flat=True))


def test_more_than_is_asked_is_booked_only_by_who_says_so_and_goes_back_by_two_hands() -> None:
    w.fund()
    world = w.make_world()
    claim = claimed(world)
    before = balance(FUND).balance_fen
    with pytest.raises(RepaidTooMuchError):
        give_back(claim, 60_000)
    assert surplus(claim, 60_000).state is State.CLOSED
    assert claim_sum(row_of(claim)).over_fen == 10_000
    assert balance(FUND).balance_fen == before + 60_000
    assert [one.number for one in overpaid_claims(treasurer(), on=LATER.date())] == [claim.number]

    ordered(claim, 10_000)
    order = pay_orders_about(about(claim))[0]
    assert (order.amount_fen, order.fund, order.payee) == (10_000, FUND, world.subject)
    assert order.account_masked.endswith(w.CARD[-4:])
    assert balance(FUND).balance_fen == before + 50_000
    assert claim_sum(row_of(claim)).over_fen == 0
    assert repaid_of(origin_of(claim)) == 50_000
    assert overpaid_claims(treasurer(), on=LATER.date()) == []
    bank_says("0000")
    assert steps(claim)[-2:] == ["giving_back", "given_back"]
    assert Message.objects.filter(kind="cases.given_back").count() == 1
    assert (row_of(claim).state, row_of(claim).paid_fen) == ("closed", 0)
    assert claim_sum(row_of(claim)).over_fen == 0


def test_a_second_press_orders_nothing() -> None:
    w.fund()
    claim = claimed(w.make_world())
    surplus(claim, 60_000)
    ordered(claim, 10_000)
    with pytest.raises(NoSurplusError):
        ordered(claim, 10_000)
    assert len(pay_orders_about(about(claim))) == 1


@pytest.mark.django_db(transaction=True)
def test_two_treasurers_at_once_give_it_back_once(in_threads: InThreads) -> None:
    w.fund()
    claim = claimed(w.make_world())
    surplus(claim, 60_000)
    hands = [treasurer(), treasurer()]
    done = in_threads(*[lambda one=one: ordered(claim, 10_000, actor=one) for one in hands])
    assert sorted(type(one).__name__ for one in done) == ["CaseView", "NoSurplusError"]
    assert [one.amount_fen for one in pay_orders_about(about(claim))] == [10_000]


def test_the_sum_that_was_seen_is_the_sum_that_goes() -> None:
    w.fund()
    claim = claimed(w.make_world())
    surplus(claim, 60_000)
    for wrong in (9_999, 10_001, 60_000):
        with pytest.raises(SurplusChangedError, match=r"100\.00"):
            ordered(claim, wrong)
    surplus(claim, 500, "MORE-2")
    with pytest.raises(SurplusChangedError, match=r"105\.00"):
        ordered(claim, 10_000)
    assert not pay_orders_about(about(claim))


def test_what_came_on_a_claim_that_was_then_refused_goes_back() -> None:
    w.fund()
    world = w.make_world()
    claim = claimed(world)
    give_back(claim, 10_000)
    stood(world, claim, result="refused")
    before = balance(FUND).balance_fen
    assert ordered(claim, 10_000).state is State.REFUSED
    assert balance(FUND).balance_fen == before - 10_000
    bank_says("0000")
    assert row_of(claim).state == "refused"
    assert repaid_of(origin_of(claim)) == 0


def test_what_the_bank_gives_back_is_sent_again_at_the_payments_desk_and_owed_once() -> None:
    w.fund()
    claim = claimed(w.make_world())
    surplus(claim, 60_000)
    ordered(claim, 10_000)
    bank_says("E102")
    assert steps(claim)[-1] == "give_back_failed"
    with pytest.raises(NoSurplusError):
        ordered(claim, 10_000)
    first = pay_orders_about(about(claim))[0]
    reissue(
        actor=treasurer(),
        order_id=first.id,
        account_name="乌云其木格",
        account_no=OTHER,
        bank="内蒙古银行",
        now=LATER,
    )
    drain()
    assert claim_sum(row_of(claim)).over_fen == 0
    bank_says("0000")
    assert steps(claim)[-1] == "given_back"
    assert [one.state for one in pay_orders_about(about(claim))] == [
        PayState.REISSUED,
        PayState.PAID,
    ]


def test_what_was_given_up_is_owed_again() -> None:
    w.fund()
    claim = claimed(w.make_world())
    surplus(claim, 60_000)
    ordered(claim, 10_000)
    bank_says("E102")
    order = pay_orders_about(about(claim))[0]
    give_up_order(actor=treasurer(), order_id=order.id, reason="对方来取过", now=LATER)
    drain()
    assert claim_sum(row_of(claim)).over_fen == 10_000
    ordered(claim, 10_000)
    assert len(pay_orders_about(about(claim))) == 2


def test_another_account_is_the_payee_s_own_and_one_is_needed() -> None:
    w.fund()
    claim = claimed(w.make_world())
    surplus(claim, 60_000)
    with pytest.raises(AccountNameError):
        ordered(claim, 10_000, account=GivenAccount("巴特尔", OTHER, "内蒙古银行"))
    PayAccount.objects.filter(case=claim.about_id).update(replaced_at=LATER)
    with pytest.raises(AccountNotKnownError):
        ordered(claim, 10_000)
    assert not pay_orders_about(about(claim))
    ordered(claim, 10_000, account=GivenAccount("乌云其木格", OTHER, "内蒙古银行"))
    assert pay_orders_about(about(claim))[0].account_masked.endswith(OTHER[-4:])


def test_only_a_treasurer_of_the_area_and_only_for_a_claim() -> None:
    w.fund()
    world = w.make_world()
    claim = claimed(world)
    surplus(claim, 60_000)
    others = (treasurer(Region.read("1502")), world.office.officer, world.office.leader)
    for other in (*others, world.applicant):
        with pytest.raises(CaseNotFoundError):
            ordered(claim, 10_000, actor=other)
    with pytest.raises(NotAClaimError):
        ordered(origin_of(claim), 10_000)
    assert not pay_orders_about(about(claim))


def test_an_entry_reversed_opens_the_claim_and_the_case_again() -> None:
    w.fund()
    world = w.make_world()
    claim = claimed(world)
    stood(world, claim)
    give_back(claim, 20_000, "A-0001")
    give_back(claim, 30_000, "A-0002")
    assert (row_of(claim).state, origin_of(claim).state) == ("closed", "closed")
    reversed_by_two(claim, 1)
    row, origin = row_of(claim), origin_of(claim)
    assert (row.state, origin.state) == ("approved", "recover")
    assert (row.ended_at, row.clear_on, origin.ended_at, origin.clear_on) == (None,) * 4
    assert row.in_work
    assert claim_sum(row).left_fen == 30_000
    assert steps(claim)[-2:] == ["unbooked", "reopen"]
    assert "还差 300.00 元" in Message.objects.get(kind="cases.unbooked").body
    # The row is booked for what it was, and all ends again.
    assert give_back(claim, 30_000, "A-0002").state is State.CLOSED
    assert origin_of(claim).state == "closed"
    assert origin_of(claim).clear_on is not None


def test_before_any_decision_it_goes_back_to_the_office_with_a_limit_of_its_own() -> None:
    w.fund()
    claim = claimed(w.make_world())
    give_back(claim, 50_000)
    assert (row_of(claim).state, row_of(claim).due_on) == ("closed", None)
    reversed_by_two(claim)
    row = row_of(claim)
    assert (row.state, row.due_kind, row.in_work) == ("submitted", "accept", True)
    assert row.due_on is not None
    assert row.due_on > LATER.date()


def test_a_part_reversed_is_said_and_opens_nothing_that_is_open() -> None:
    w.fund()
    claim = claimed(w.make_world())
    give_back(claim, 20_000)
    reversed_by_two(claim)
    assert row_of(claim).state == "submitted"
    assert steps(claim)[-1] == "unbooked"
    assert claim_sum(row_of(claim)).left_fen == 50_000


def test_the_same_news_twice_is_said_once() -> None:
    w.fund()
    claim = claimed(w.make_world())
    give_back(claim, 50_000)
    reversed_by_two(claim)
    entry = next(one for one in entries_about(about(claim)) if one.kind == "pay.repaid")
    before = steps(claim)
    assert follow_reversal(case_id=claim.pk, entry_id=entry.id, now=LATER) is None
    assert steps(claim) == before
    with pytest.raises(CaseNotFoundError):
        follow_reversal(case_id=UUID(int=7), entry_id=entry.id, now=LATER)
    assert follow_reversal(case_id=origin_of(claim).pk, entry_id=1, now=LATER) is None


def test_a_reversal_after_the_surplus_went_back_asks_for_it_again() -> None:
    w.fund()
    world = w.make_world()
    claim = claimed(world)
    stood(world, claim)
    surplus(claim, 60_000)
    ordered(claim, 10_000)
    reversed_by_two(claim)
    money = claim_sum(row_of(claim))
    assert (money.repaid_fen, money.left_fen, money.given_fen) == (-10_000, 60_000, 10_000)
    assert row_of(claim).state == "approved"
    assert give_back(claim, 60_000, "AGAIN-1").state is State.CLOSED


def test_a_refused_claim_stays_refused_and_the_books_say_who_owes() -> None:
    w.fund()
    world = w.make_world()
    claim = claimed(world)
    give_back(claim, 10_000)
    stood(world, claim, result="refused")
    ordered(claim, 10_000)
    reversed_by_two(claim)
    assert row_of(claim).state == "refused"
    seen = claim_seen(treasurer(), claim.number, on=(LATER + timedelta(days=1)).date())
    assert (seen.turn, seen.money.left_fen) == ("miscounted", 10_000)
