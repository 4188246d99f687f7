"""A season from its tables to the bank's word, and what it refuses on the way."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from denghuo.benefits.actions import seasons
from denghuo.benefits.actions.season_comparing import (
    ask_to_compare,
    compare_season,
    open_difference,
    propose_difference,
)
from denghuo.benefits.actions.season_work import work_season
from denghuo.benefits.logic.season_refusals import (
    BudgetShortError,
    NoticeStillOpenError,
    NotUnderpaidError,
    SamePersonInSeasonError,
    SampleNotDoneError,
    SampleReasonError,
    SeasonExistsError,
    SeasonNotFoundError,
    SeasonPendingError,
    StopReasonError,
)
from denghuo.benefits.logic.season_states import SeasonHandError, SeasonStepError
from denghuo.benefits.models import Proposal, SampleCheck, Season, SeasonDifference
from denghuo.benefits.queries.season_figures import CountSum, figures_of
from denghuo.cases.actions.bulk.following import follow_settled
from denghuo.cases.models import Case, CasePayment, Decision, Snapshot
from denghuo.cases.public import (
    FactsChangedError,
    HandNotAllowedError,
    MoveNotPossibleError,
    SameHandError,
    grant_more,
    object_to_notice,
    open_cases_in_bulk,
)
from denghuo.cases.queries.snapshots import evidence_of, is_whole
from denghuo.kernel.subject import SubjectRef
from denghuo.kernel.uscc import Uscc
from denghuo.ledger.models import PayOrder, ReturnFile
from denghuo.ledger.public import Line, balance, post, trial_balance
from denghuo.people.public import find_firm_by_uscc
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.public import SYSTEM, mark_as_demo
from denghuo.policy.public import dispute_fact
from tests.benefits import offices
from tests.benefits import season_world as w
from tests.cases import world as cases_world
from tests.cases.seasons import new_cases
from tests.factories.people import CHIFENG, HOHHOT, as_resident, make_person, uscc

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_data(data_dir: object) -> None:
    """A data folder of each test alone; only a demo's bank may answer."""
    mark_as_demo(at=w.NOW)


def ref(code: str) -> SubjectRef:
    found = find_firm_by_uscc(Uscc.read(code))
    assert found is not None
    return found.ref


def tell_and_dispute(code: str) -> None:
    """An office's fact of the firm, of which the firm says that it is wrong."""
    cases_world.tell(ref(code), {"laid_off_count": 0}, now=w.NOW)
    dispute_fact(
        actor=SYSTEM, subject=ref(code), name="laid_off_count", claimed_value="1", note="数错了",
        now=w.NOW,
    )  # fmt: skip


def test_a_season_from_tables_to_money_in_accounts() -> None:
    late = (10, *w.GOOD[1:])  # 10 of 42 laid off: the only condition that fails
    unknown = ("", *w.GOOD[1:])
    small = (20, 100, 11, *w.GOOD[3:])  # two conditions fail: only counted
    made = w.make_world([w.GOOD] * 5 + [late, unknown, small])
    before = balance(w.FUND).balance_fen
    row = w.proposed(made)
    assert (row.state, row.counts["rows"]) == ("proposed", 8)
    kinds = Counter(Proposal.objects.values_list("kind", flat=True))
    assert kinds == {"entitled": 5, "near": 1, "unknown": 1}
    assert row.counts["leagues"] == {"1501": [5, 5 * w.REFUND_FEN]}
    assert row.counts["groups"] == {"small": [5, 5 * w.REFUND_FEN]}
    assert balance(w.FUND).held_fen == 5 * w.REFUND_FEN
    w.judged(made)
    assert w.work(made).state == "opened"
    assert set(Case.objects.values_list("state", "period")) == {("proposed", "2024")}
    assert w.signed(made).state == "signed"
    assert w.announced(made).state == "announced"
    assert w.confirm_all(made, but=1) == 4
    assert w.paid(made).state == "paid_out"
    assert balance(w.FUND).held_fen == 0
    w.bank(made)
    figures = figures_of(made.row)
    assert figures.agrees
    assert figures.proposed == CountSum(5, 5 * w.REFUND_FEN)
    assert figures.paid == CountSum(4, 4 * w.REFUND_FEN)
    assert figures.pending == CountSum(1, w.REFUND_FEN)
    assert before - balance(w.FUND).balance_fen == figures.paid_fen == 4 * w.REFUND_FEN
    settled = PayOrder.objects.filter(state="paid").aggregate(fen=Sum("amount_fen"))["fen"]
    assert settled == figures.paid_fen
    books = trial_balance(
        SYSTEM, since=w.NOW.date(), until=w.AFTER_NOTICE.date() + timedelta(days=1)
    )
    assert books.whole
    assert books.debit_fen == books.credit_fen
    with pytest.raises(SeasonPendingError):
        seasons.close_season(actor=made.officer, season_id=made.season, now=w.AFTER_NOTICE)


def test_what_was_followed_before_a_kill_is_not_asked_one_by_one(
    django_assert_max_num_queries: Any,
) -> None:
    made = w.make_world([w.GOOD] * 4)
    w.opened(made)
    w.signed(made)
    w.announced(made)
    w.confirm_all(made)
    w.paid(made)
    w.bank(made)
    answer = ReturnFile.objects.get()
    # As many questions as for one row, and nothing is news.
    with django_assert_max_num_queries(8):
        assert follow_settled(return_id=answer.pk, after=0, until=100, now=w.AFTER_NOTICE) == 0
    # What our own row does not say yet is followed alone: whatever stands in between.
    CasePayment.objects.filter(case=Case.objects.order_by("bulk_row")[0]).update(state="ordered")
    assert follow_settled(return_id=answer.pk, after=0, until=100, now=w.AFTER_NOTICE) == 1
    assert set(CasePayment.objects.values_list("state", flat=True)) == {"paid"}


def test_paid_is_what_the_bank_paid_and_not_what_was_closed() -> None:
    made = w.make_world([w.GOOD] * 4)
    w.opened(made)
    w.signed(made)
    w.announced(made)
    w.confirm_all(made, but=1)
    w.paid(made)
    w.bank(made)
    waiting = Case.objects.filter(paid_fen=0)
    assert waiting.count() == 1
    waiting.update(state="closed")
    figures = figures_of(made.row)
    assert figures.agrees
    assert figures.paid == CountSum(3, 3 * w.REFUND_FEN)
    assert figures.unpaid == CountSum(1, w.REFUND_FEN)
    assert (figures.pending.count, figures.paid_fen, figures.repaid_fen) == (
        0,
        3 * w.REFUND_FEN,
        0,
    )


def test_what_a_case_rests_on_is_frozen_with_its_source_and_sentence() -> None:
    made = w.make_world([w.GOOD])
    w.opened(made)
    kept = Snapshot.objects.get()
    assert '"office":' not in kept.facts
    assert '"source":"社会保险登记"' in kept.facts.replace(": ", ":")
    assert w.DAY.isoformat() in kept.facts
    assert "没有超过规定的裁员率" in kept.answer
    assert kept.amount_fen == w.REFUND_FEN


def test_a_year_without_a_rule_waits_for_people_and_never_takes_an_old_one() -> None:
    made = w.make_world(period="2022")
    row = w.proposed(made)
    assert row.state == "no_rule"
    assert set(Proposal.objects.values_list("kind", "amount_fen")) == {("no_rule", 0)}
    with pytest.raises(SeasonStepError):
        seasons.draw_sample(actor=made.checker, season_id=made.season, now=w.NOW)
    seasons.start_season(actor=made.officer, season_id=made.season, now=w.NOW)
    assert w.work(made).state == "no_rule"
    assert Proposal.objects.count() == 5


def test_whoever_has_it_already_or_objects_or_is_unknown_is_left_out_and_counted() -> None:
    made = w.make_world([w.GOOD] * 4)
    nobody = uscc(99_999).text
    newer = w.NOW + timedelta(minutes=1)
    w.bring(made, [(code, *w.GOOD) for code in [*made.codes, nobody]], now=newer)
    # One was paid through another door for the same year.
    open_cases_in_bulk(
        actor=SYSTEM,
        item="stable-jobs-refund",
        key="elsewhere",
        rows=new_cases(1, subjects=[ref(made.codes[0]).id]),
        now=w.NOW,
    )
    tell_and_dispute(made.codes[1])
    row = w.opened(made)
    assert row.state == "opened"
    outs = Counter(Proposal.objects.filter(kind="entitled").values_list("out", flat=True))
    assert outs == {"": 2, "taken": 1, "disputed": 1, "unregistered": 1}
    figures = figures_of(row)
    assert figures.agrees
    assert figures.taken_out.count == 3


def test_one_taken_between_sweep_and_opening_is_left_out() -> None:
    made = w.make_world([w.GOOD] * 3)
    w.proposed(made)
    w.judged(made)
    open_cases_in_bulk(
        actor=SYSTEM,
        item="stable-jobs-refund",
        key="elsewhere",
        rows=new_cases(1, subjects=[ref(made.codes[2]).id]),
        now=w.NOW,
    )
    w.work(made)
    assert Proposal.objects.get(entity=made.codes[2]).out == "taken"
    assert figures_of(made.row).agrees


def test_three_people_start_check_and_sign() -> None:
    made = w.make_world()
    both = w.person("both", "officer", "reviewer")
    made.officer = both
    w.proposed(made)
    with pytest.raises(SamePersonInSeasonError):
        seasons.draw_sample(actor=both, season_id=made.season, now=w.NOW)
    w.judged(made)
    w.work(made)
    for actor in (both, made.checker):
        with pytest.raises(SamePersonInSeasonError):
            seasons.sign_season(actor=actor, season_id=made.season, now=w.NOW)
    with pytest.raises(SeasonHandError):
        seasons.sign_season(actor=w.person("just", "officer"), season_id=made.season, now=w.NOW)
    assert w.signed(made).state == "signed"
    with transaction.atomic(), pytest.raises(IntegrityError):
        Season.objects.filter(pk=made.season).update(signed_by=both.label)


def test_an_officer_of_another_area_finds_no_season() -> None:
    made = w.make_world()
    other = w.person("chifeng", "officer", area=CHIFENG)
    with pytest.raises(SeasonNotFoundError):
        seasons.start_season(actor=other, season_id=made.season, now=w.NOW)


def test_a_second_season_of_the_same_year_is_refused_until_the_first_is_stopped() -> None:
    made = w.make_world()
    again = {
        "actor": made.officer, "item": "stable-jobs-refund", "period": "2024",
        "area": HOHHOT, "as_of": w.NOW.date(), "now": w.NOW,
    }  # fmt: skip
    with pytest.raises(SeasonExistsError):
        seasons.create_season(**again)  # type: ignore[arg-type]
    with pytest.raises(StopReasonError):
        seasons.stop_season(actor=made.officer, season_id=made.season, reason=" ", now=w.NOW)
    seasons.stop_season(actor=made.officer, season_id=made.season, reason="填错了", now=w.NOW)
    assert seasons.create_season(**again) != made.season  # type: ignore[arg-type]


def test_wrong_rows_are_taken_out() -> None:
    made = w.make_world([w.GOOD] * 30)
    w.proposed(made)
    w.judged(made, wrong=[1])
    row = w.work(made, chunk=7)
    assert (row.state, row.sample_size) == ("opened", 20)
    assert Case.objects.count() == 29
    assert Proposal.objects.filter(out="wrong", case__isnull=True).count() == 1
    assert figures_of(row).agrees


def test_too_many_wrong_rows_stop_the_season_and_free_its_money() -> None:
    made = w.make_world([w.GOOD] * 30)
    w.proposed(made)
    row = w.judged(made, wrong=[1, 2])
    assert row.state == "stopped"
    assert "2 条不对" in row.stopped_why
    assert balance(w.FUND).held_fen == 0
    assert not Case.objects.exists()
    with pytest.raises(SeasonStepError):
        w.signed(made)


def test_a_sample_is_whole_before_it_is_ended() -> None:
    made = w.make_world()
    w.proposed(made)
    assert seasons.draw_sample(actor=made.checker, season_id=made.season, now=w.NOW) == 5
    with pytest.raises(SampleNotDoneError):
        seasons.finish_sample(actor=made.checker, season_id=made.season, now=w.NOW)
    with pytest.raises(SampleReasonError):
        seasons.judge_row(actor=made.checker, season_id=made.season, place=1, wrong=True, now=w.NOW)
    assert SampleCheck.objects.filter(verdict="").count() == 5


def test_a_fund_that_cannot_pay_the_list_is_found_before_anybody_signs() -> None:
    made = w.make_world(fen=4 * w.REFUND_FEN)
    row = w.opened(made)
    assert "short" in row.holds[w.FUND]
    with pytest.raises(BudgetShortError):
        seasons.sign_season(actor=made.signer, season_id=made.season, now=w.NOW)
    post(
        actor=SYSTEM, key="more", kind="test.open",
        lines=[Line("bank:unemployment:150100", w.REFUND_FEN),
               Line(w.FUND, -w.REFUND_FEN)],
        about="ledger.Account:more", on=w.NOW.date(), now=w.NOW,
    )  # fmt: skip
    assert seasons.hold_budget(actor=made.officer, season_id=made.season, now=w.NOW)
    assert w.signed(made).state == "signed"
    w.announced(made)
    w.confirm_all(made)
    assert w.paid(made).state == "paid_out"
    assert balance(w.FUND).balance_fen == 0


def test_nothing_is_paid_before_the_notice_is_over_nor_what_was_objected_to() -> None:
    made = w.make_world()
    w.opened(made)
    w.signed(made)
    w.announced(made)
    w.confirm_all(made)
    with pytest.raises(NoticeStillOpenError):
        seasons.pay_season(actor=made.officer, season_id=made.season, now=w.NOW + timedelta(days=2))
    case = Case.objects.order_by("bulk_row")[0]
    neighbour = as_resident(make_person("巴特尔", now=w.NOW))
    object_to_notice(actor=neighbour, case_id=case.pk, words="这家早就停产了", now=w.NOW)
    w.paid(made)
    case.refresh_from_db()
    assert (case.state, case.ordered_fen) == ("public_notice", 0)
    assert PayOrder.objects.count() == 4
    # Paying again finds nothing new and pays nobody twice.
    w.paid(made)
    assert PayOrder.objects.count() == 4


def test_a_wrong_name_and_a_doubled_row_of_the_bank() -> None:
    made = w.make_world([w.GOOD] * 12)
    w.opened(made)
    w.signed(made)
    w.announced(made)
    w.confirm_all(made)
    w.paid(made)
    # References are drawn anew each time: at this rate one run in a million has none returned.
    w.bank(made, rates={"wrong_name": 700_000, "repeated": 300_000})
    states = Counter(PayOrder.objects.values_list("state", flat=True))
    assert states["paid"] + states["returned"] == 12
    assert states["returned"] > 0
    figures = figures_of(made.row)
    assert figures.agrees
    assert figures.paid == CountSum(states["paid"], states["paid"] * w.REFUND_FEN)
    assert Case.objects.filter(pay_problem="wrong_name").count() == states["returned"]


def test_a_step_asked_twice_and_a_late_worker_change_nothing() -> None:
    made = w.make_world()
    w.proposed(made)
    attempt = made.row.attempt
    w.judged(made)
    work_season(made.season, attempt=attempt, progress=lambda _d, _t: None, clock=lambda: w.NOW)
    assert made.row.state == "opening"
    w.work(made)
    numbers = sorted(Case.objects.values_list("number", flat=True))
    w.work(made)
    assert sorted(Case.objects.values_list("number", flat=True)) == numbers
    assert AuditEntry.objects.filter(action="benefits.start_season").count() == 1


def paid_out(rows: list[tuple[object, ...]]) -> w.SeasonWorld:
    """A season whose bank has paid everybody."""
    made = w.make_world(rows)
    w.opened(made)
    w.signed(made)
    w.announced(made)
    w.confirm_all(made)
    w.paid(made)
    w.bank(made)
    return made


def test_newer_facts_are_compared_and_nothing_is_taken_back_by_itself() -> None:
    made = paid_out([w.GOOD] * 4)
    before = balance(w.FUND).balance_fen
    corrected = [
        (made.codes[0], *w.GOOD),
        (made.codes[1], 10, *w.GOOD[1:]),  # more were laid off than the rule allows
        (made.codes[2], *w.GOOD[:4], "400", *w.GOOD[5:]),  # paid less in than was said
        (made.codes[3], "", *w.GOOD[1:]),  # not known any more
    ]
    w.bring(made, corrected, now=w.NOW + timedelta(hours=1))
    ask_to_compare(actor=made.officer, season_id=made.season, now=w.AFTER_NOTICE)
    for _again in range(2):
        compare_season(made.season, progress=lambda _d, _t: None, clock=lambda: w.AFTER_NOTICE)
    found = SeasonDifference.objects.order_by("proposal__row")
    assert [(one.verdict, one.granted_fen, one.now_fen) for one in found] == [
        ("not", w.REFUND_FEN, 0),
        ("entitled", w.REFUND_FEN, 36_000),
    ]
    assert balance(w.FUND).balance_fen == before
    view = open_difference(actor=made.officer, difference_id=found[0].pk, now=w.AFTER_NOTICE)
    assert view.state == "audit"
    assert balance(w.FUND).balance_fen == before
    assert figures_of(made.row).agrees


def test_nothing_is_compared_before_it_is_paid() -> None:
    made = w.make_world()
    with pytest.raises(SeasonPendingError):
        ask_to_compare(actor=made.officer, season_id=made.season, now=w.NOW)


def underpaid(made: w.SeasonWorld) -> SeasonDifference:
    """The newest table says that the second firm paid in twice as much."""
    corrected = [
        (made.codes[0], *w.GOOD),
        (made.codes[1], *w.GOOD[:4], "2000", *w.GOOD[5:]),
    ]
    w.bring(made, corrected, now=w.NOW + timedelta(hours=1))
    ask_to_compare(actor=made.officer, season_id=made.season, now=w.AFTER_NOTICE)
    for _again in range(2):
        compare_season(made.season, progress=lambda _d, _t: None, clock=lambda: w.AFTER_NOTICE)
    return SeasonDifference.objects.get()


def test_too_little_is_proposed_by_one_signed_by_another_and_paid_once() -> None:
    made = paid_out([w.GOOD] * 2)
    found = underpaid(made)
    assert (found.now_fen, found.facts["insured_average"]) == (
        2 * w.REFUND_FEN,
        "42.00",
    )
    before = balance(w.FUND).balance_fen
    now = w.AFTER_NOTICE
    view = propose_difference(actor=made.officer, difference_id=found.pk, now=now)
    assert (view.state, view.amount_fen) == ("audit", w.REFUND_FEN)
    with pytest.raises(MoveNotPossibleError):
        propose_difference(actor=made.officer, difference_id=found.pk, now=now)
    signs = {"case_id": view.id, "version": view.version, "now": now}
    for hand in (made.officer, made.signer):
        with pytest.raises((HandNotAllowedError, SameHandError)):
            grant_more(actor=hand, **signs)  # type: ignore[arg-type]
    assert balance(w.FUND).balance_fen == before
    view = grant_more(actor=made.checker, **signs)  # type: ignore[arg-type]
    assert (view.state, view.ordered_fen) == ("payable", 2 * w.REFUND_FEN)
    assert abs(balance(w.FUND).balance_fen - before) == w.REFUND_FEN
    w.bank(made)
    assert Case.objects.get(pk=view.id).paid_fen == 2 * w.REFUND_FEN
    decision = Decision.objects.get(case=view.id, round=2)
    facts = {one.name: one for one in evidence_of(decision.snapshot).facts}
    assert facts["insured_average"].source == offices.INSURANCE
    assert is_whole(decision.snapshot)
    assert figures_of(made.row).agrees


def test_what_is_disputed_since_is_not_signed() -> None:
    made = paid_out([w.GOOD] * 2)
    found = underpaid(made)
    view = propose_difference(actor=made.officer, difference_id=found.pk, now=w.AFTER_NOTICE)
    cases_world.tell(view.subject, {"laid_off_count": 0})
    dispute_fact(
        actor=made.officer, subject=view.subject, name="laid_off_count", claimed_value="2",
        note="不对", now=w.AFTER_NOTICE,
    )  # fmt: skip
    with pytest.raises(FactsChangedError):
        grant_more(actor=made.checker, case_id=view.id, version=view.version, now=w.AFTER_NOTICE)


def test_too_much_or_another_areas_is_no_supplement() -> None:
    made = paid_out([w.GOOD] * 2)
    w.bring(
        made,
        [(made.codes[0], *w.GOOD[:4], "400", *w.GOOD[5:]), (made.codes[1], *w.GOOD)],
        now=w.NOW + timedelta(hours=1),
    )
    compare_season(made.season, progress=lambda _d, _t: None, clock=lambda: w.AFTER_NOTICE)
    found = SeasonDifference.objects.get()
    assert found.facts == {}
    with pytest.raises(NotUnderpaidError):
        propose_difference(actor=made.officer, difference_id=found.pk, now=w.AFTER_NOTICE)
    far = w.person("far", "officer", area=CHIFENG)
    with pytest.raises(SeasonNotFoundError):
        propose_difference(actor=far, difference_id=found.pk, now=w.AFTER_NOTICE)
