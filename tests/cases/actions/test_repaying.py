"""Money given back on a claim: booked once per row of the bank, never more than is asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from denghuo.cases.access import CaseNotFoundError
from denghuo.cases.actions.repaying import end_whole_claims, record_claim_repayment
from denghuo.cases.logic.claims import (
    ClaimOpenError,
    NotAClaimError,
    RepaidAmountError,
    RepaidTooMuchError,
)
from denghuo.cases.models import Case, Step
from denghuo.cases.public import (
    CaseView,
    Judged,
    State,
    accept,
    appeal,
    close_case,
    decide,
    decide_appeal,
    open_audit,
    propose,
    recover,
    start_review,
    verify,
)
from denghuo.cases.queries.claims import claim_sum, repaid_of, season_repaid
from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.ledger.public import (
    BankReferenceError,
    BankReferenceUsedError,
    RepaidDayError,
    balance,
    entries_about,
    reverse_entry,
    statement,
)
from denghuo.platform.models.messages import Message
from denghuo.platform.public import SYSTEM, Actor
from tests.cases import world as w
from tests.cases.test_invariants_money import paid_case

pytestmark = pytest.mark.django_db
FUND, BANK = "fund:unemployment:150100", "bank:unemployment:150100"
LATER = w.AFTER_NOTICE + timedelta(days=2)
InThreads = Callable[..., list[object]]


def claimed(world: w.World, fen: int = 50_000) -> Case:
    """A paid case of which a part is asked back."""
    case = paid_case(world)
    case = open_audit(actor=world.office.second, case_id=case.id, version=case.version, now=LATER)
    recover(
        actor=world.office.supervisor,
        case_id=case.id,
        version=case.version,
        amount_fen=fen,
        note="多算了一个等级",
        now=LATER,
    )
    return Case.objects.get(item="claw-back-person", about=case.id)


def treasurer(area: Region = w.HOHHOT) -> Actor:
    return w.staff("treasurer", "treasurer", area=area)


def origin_of(claim: Case) -> Case:
    assert claim.about_id is not None
    return Case.objects.get(pk=claim.about_id)


def give_back(
    claim: Case, fen: int, reference: str = "2025091000017", actor: Actor | None = None
) -> CaseView:
    return record_claim_repayment(
        actor=actor or treasurer(),
        case_id=claim.pk,
        amount_fen=fen,
        bank_reference=reference,
        paid_on=LATER.date(),
        now=LATER,
    )


def stood(world: w.World, claim: Case, fen: int = 50_000, result: str = "approved") -> CaseView:
    """The office decides that it is owed, or that it is not."""
    officer = world.office.officer
    version = Case.objects.values_list("version", flat=True).get(pk=claim.pk)
    case = accept(actor=officer, case_id=claim.pk, version=version, now=LATER)
    case = start_review(actor=officer, case_id=case.id, version=case.version, now=LATER)
    case = verify(actor=officer, case_id=case.id, version=case.version, now=LATER)
    end = "approved" if result == "approved" else "refused"
    case = propose(
        actor=officer,
        case_id=case.id,
        version=case.version,
        result=end,  # type: ignore[arg-type]
        amount_fen=fen if end == "approved" else None,
        judged=Judged("judged", "说明属实", "规定", "证书", "四级", "证书系统"),
        now=LATER,
    )
    return decide(
        actor=world.office.reviewer,
        case_id=case.id,
        version=case.version,
        result=end,  # type: ignore[arg-type]
        now=LATER,
    )


def test_whole_it_ends_the_claim_and_the_case_and_the_fund_has_its_money() -> None:
    w.fund()
    world = w.make_world()
    claim = claimed(world)
    fund, bank = balance(FUND).balance_fen, balance(BANK).balance_fen
    view = give_back(claim, 50_000)
    assert view.state is State.CLOSED
    assert balance(FUND).balance_fen == fund + 50_000
    assert balance(BANK).balance_fen == bank + 50_000
    origin = origin_of(claim)
    assert (origin.state, origin.paid_fen) == ("closed", 150_000)
    assert repaid_of(origin) == 50_000
    entry = entries_about(f"cases.Case:{claim.pk}")[0]
    assert entry.kind == "pay.repaid"
    assert entry.booked_on == LATER.date()
    told = Message.objects.get(kind="cases.repaid")
    assert "退清" in told.title
    assert claim_sum(Case.objects.get(pk=claim.pk)).left_fen == 0


def test_the_statement_of_the_fund_shows_it() -> None:
    w.fund()
    claim = claimed(w.make_world())
    give_back(claim, 20_000)
    shown = statement(treasurer(), FUND, since=w.TODAY, until=LATER.date() + timedelta(days=1))
    line = shown.lines[-1]
    assert (line.about, line.kind) == (f"cases.Case:{claim.pk}", "pay.repaid")
    assert "2025091000017" in line.memo


def test_in_parts_and_never_more_than_is_left() -> None:
    w.fund()
    claim = claimed(w.make_world())
    assert give_back(claim, 20_000, "A-0001").state is State.SUBMITTED
    before = balance(FUND).balance_fen
    with pytest.raises(RepaidTooMuchError, match=r"300\.00"):
        give_back(claim, 30_001, "A-0002")
    for wrong in (0, -5):
        with pytest.raises(RepaidAmountError):
            give_back(claim, wrong, "A-0003")
    assert balance(FUND).balance_fen == before
    assert give_back(claim, 30_000, "A-0002").state is State.CLOSED
    with pytest.raises(RepaidTooMuchError):
        give_back(claim, 1, "A-0004")


def test_a_row_of_the_bank_is_booked_once() -> None:
    w.fund()
    world = w.make_world()
    claim = claimed(world)
    give_back(claim, 20_000, "ab-7788")
    steps, fund = Step.objects.count(), balance(FUND).balance_fen
    # Typed again by somebody else, with blanks and in full width: the same row.
    again = give_back(claim, 20_000, " ＡＢ-77 88 ")
    assert again.state is State.SUBMITTED
    assert (Step.objects.count(), balance(FUND).balance_fen) == (steps, fund)
    with pytest.raises(BankReferenceUsedError, match="AB-7788"):
        give_back(claim, 10_000, "ab-7788")


def test_a_row_reversed_by_two_may_be_booked_for_what_it_was() -> None:
    w.fund()
    claim = claimed(w.make_world())
    give_back(claim, 20_000, "ROW-1")
    entry = entries_about(f"cases.Case:{claim.pk}")[0]
    reverse_entry(
        actor=SYSTEM, entry_id=entry.id, key="wrong", reason="记错了办件", on=LATER.date(),
        now=LATER,
    )  # fmt: skip
    assert claim_sum(claim).repaid_fen == 0
    give_back(claim, 50_000, "ROW-1")
    assert claim_sum(claim).repaid_fen == 50_000


@pytest.mark.parametrize("reference", ["", "12", "号 码", "a" * 41, "1;DROP TABLE"])
def test_what_is_no_row_of_a_statement_is_refused(reference: str) -> None:
    w.fund()
    claim = claimed(w.make_world())
    with pytest.raises(BankReferenceError):
        give_back(claim, 1_000, reference)


def test_not_tomorrow_not_by_others_not_for_what_is_no_claim() -> None:
    w.fund()
    world = w.make_world()
    claim = claimed(world)
    tomorrow = LATER.date() + timedelta(days=1)
    with pytest.raises(RepaidDayError):
        record_claim_repayment(
            actor=treasurer(),
            case_id=claim.pk,
            amount_fen=100,
            bank_reference="R-100",
            paid_on=tomorrow,
            now=LATER,
        )
    for other in (
        treasurer(Region.read("1502")), world.office.officer, world.office.leader, world.applicant,
    ):  # fmt: skip
        with pytest.raises(CaseNotFoundError):
            give_back(claim, 100, "R-100", other)
    assert claim.about is not None
    with pytest.raises(NotAClaimError):
        give_back(claim.about, 100, "R-100")
    assert not entries_about(f"cases.Case:{claim.pk}")


def test_a_claim_that_stands_is_not_ended_by_a_press() -> None:
    w.fund()
    world = w.make_world()
    claim = claimed(world)
    case = stood(world, claim)
    told = Message.objects.get(title="请退回多领的款项")
    assert f"请退回 {Money(50_000)}。" in told.body
    with pytest.raises(ClaimOpenError):
        close_case(actor=world.office.officer, case_id=case.id, version=case.version, now=LATER)
    give_back(claim, 10_000, "P-0001")
    assert give_back(claim, 40_000, "P-0002").state is State.CLOSED


def test_what_an_appeal_kept_open_ends_in_the_morning() -> None:
    w.fund()
    world = w.make_world()
    claim = claimed(world)
    case = stood(world, claim)
    case = appeal(
        actor=world.applicant, case_id=case.id, version=case.version, words="我没有多领", now=LATER
    )
    assert give_back(claim, 50_000).state is State.APPEALED
    row = Case.objects.get(pk=claim.pk)
    decide_appeal(
        actor=world.office.supervisor,
        case_id=row.pk,
        version=row.version,
        changed=False,
        answer="核对过了",
        now=LATER,
    )
    assert Case.objects.get(pk=claim.pk).state == "upheld"
    assert end_whole_claims(now=LATER) == 1
    assert Case.objects.get(pk=claim.pk).state == "closed"
    assert end_whole_claims(now=LATER) == 0


def test_a_refused_claim_asks_for_nothing() -> None:
    w.fund()
    world = w.make_world()
    claim = claimed(world)
    give_back(claim, 10_000, "Q-0001")
    stood(world, claim, result="refused")
    row = Case.objects.get(pk=claim.pk)
    assert (row.state, claim_sum(row).left_fen, claim_sum(row).over_fen) == ("refused", 0, 10_000)
    assert Message.objects.filter(title="这笔钱不用退了").exists()


def test_a_season_knows_what_came_back() -> None:
    w.fund()
    claim = claimed(w.make_world())
    Case.objects.filter(pk=origin_of(claim).pk).update(bulk_key="season:x", bulk_row=1)
    give_back(claim, 20_000)
    assert season_repaid("season:x") == 20_000
    assert season_repaid("season:y") == 0


@pytest.mark.django_db(transaction=True)
def test_two_treasurers_at_once_book_no_more_than_is_asked(in_threads: InThreads) -> None:
    w.fund()
    claim = claimed(w.make_world())
    hands = [treasurer(), treasurer()]
    before = balance(FUND).balance_fen

    def book(number: int) -> object:
        try:
            return give_back(claim, 30_000, f"T-000{number}", hands[number])
        except RefusalError as refused:
            return refused

    done = in_threads(lambda: book(0), lambda: book(1))
    assert sum(isinstance(one, RepaidTooMuchError) for one in done) == 1
    assert balance(FUND).balance_fen == before + 30_000
