"""The cases and seasons of the seeded region: what must hold of every one, asked of the rows.

Numbers in the names are those of the invariants of cases.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta

import pytest
from django.db.models import F, Q, Sum

from denghuo.benefits.logic.season_states import SeasonState
from denghuo.benefits.models import FactImport, KnownAccount, Proposal, SampleCheck, Season
from denghuo.benefits.queries.season_figures import figures_of, season_key
from denghuo.cases.logic.numbers import CaseNumber
from denghuo.cases.logic.states import Hand, State, moves_from
from denghuo.cases.models import (
    Appeal,
    Case,
    CaseFact,
    CasePayment,
    ClockPause,
    CorrectionRound,
    Decision,
    NumberCounter,
    Objection,
    PayAccount,
    Rating,
    Step,
)
from denghuo.cases.public import case_by_number, cases_of, service_item, unreached
from denghuo.kernel.clock import day_of
from denghuo.kernel.counted import count
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectKind, SubjectRef
from denghuo.ledger.models import Account, PayOrder, Posting
from denghuo.ledger.public import balance, trial_balance
from denghuo.measures.models import ErrandCount
from denghuo.measures.public import measures, tile
from denghuo.measures.queries.stored import rows_of
from denghuo.people.models import Mandate, Staff
from denghuo.people.public import subject_name
from denghuo.platform.public import SYSTEM, Actor
from denghuo.project.demo.case_offices import staff_actor
from denghuo.project.demo.case_plans import DESTINIES
from denghuo.project.demo.identities import demo_id
from denghuo.project.demo.season_runs import REFUND
from tests.project.demo.conftest import NOW, TODAY, Seeded

ACCEPT_DAYS = 5
HANDS: frozenset[Hand] = frozenset({"applicant", "officer", "reviewer", "supervisor", "system"})


def only_case(kind: SubjectKind, key: str, item: str) -> Case:
    """The one case a persona has of an item."""
    return Case.objects.get(subject_kind=kind, subject_id=demo_id(kind, key), item=item)


def season(area: str, period: str = "2024") -> Season:
    return Season.objects.get(item=REFUND, area=Region.read(area).code, period=period)


def test_there_are_cases_and_some_have_been_paid(seeded: Seeded) -> None:
    planned = Case.objects.filter(bulk_key__isnull=True).exclude(item__startswith="claw-back")
    assert len(DESTINIES) <= planned.count()
    assert Case.objects.filter(paid_fen__gt=0).exists()


def test_every_kind_of_case_can_be_seen(seeded: Seeded) -> None:
    """Somewhere a case stands, or has gone, through each of these."""
    kinds = set(Step.objects.values_list("kind", flat=True))
    assert {
        "submit", "sweep", "ask", "accept", "start_review", "verify", "propose", "approve",
        "refuse", "publish", "make_payable", "pay", "pay_returned", "close", "withdraw",
        "transfer", "appeal", "uphold", "change", "open_audit", "confirm", "recover",
    } <= kinds, sorted(kinds)  # fmt: skip
    states = set(Case.objects.values_list("state", flat=True))
    assert {
        "submitted", "incomplete", "accepted", "transferred", "refused", "withdrawn", "appealed",
        "public_notice", "payable", "paid", "closed", "audit", "recover",
    } <= states, sorted(states)  # fmt: skip


def test_1_numbers_are_sound_and_have_no_gap(seeded: Seeded) -> None:
    serials: dict[tuple[str, int], list[int]] = defaultdict(list)
    for item, text in Case.objects.values_list("item", "number"):
        number = CaseNumber.read(text)
        assert number.prefix == service_item(item).prefix
        serials[item, number.year].append(number.serial)
    for (item, year), found in serials.items():
        assert sorted(found) == list(range(1, len(found) + 1)), (item, year)
        assert NumberCounter.objects.get(item=item, year=year).last == len(found)


def test_2_nobody_has_two_cases_of_one_thing(seeded: Seeded) -> None:
    places = Case.objects.filter(holds_place=True).values_list(
        "subject_kind", "subject_id", "item", "period"
    )
    assert [place for place, times in Counter(places).items() if times > 1] == []


def test_3_nobody_checked_what_they_proposed(seeded: Seeded) -> None:
    decided = list(Decision.objects.select_related("case"))
    assert {one.kind for one in decided} >= {"first", "appeal"}
    for one in decided:
        assert one.proposed_by != f"staff:{one.signed_by}"
        assert one.second_by != one.signed_by
        line = service_item(one.case.item).third_sign
        if line and one.result == "approved" and one.amount_fen > line.over_fen:
            assert one.second_by is not None, one.case.number
    assert Decision.objects.filter(second_by__isnull=False).exists()


def test_4_what_was_missing_was_asked_for_once(seeded: Seeded) -> None:
    rounds = Counter(CorrectionRound.objects.values_list("case", flat=True))
    assert rounds
    assert set(rounds.values()) == {1}


def test_5_the_clock_stood_only_while_somebody_was_asked(seeded: Seeded) -> None:
    asked = set(CorrectionRound.objects.values_list("case", flat=True))
    for one in ClockPause.objects.all():
        if one.why == "correction":
            assert one.case_id in asked
    open_rounds = CorrectionRound.objects.filter(answered_at__isnull=True)
    waiting = set(open_rounds.values_list("case", flat=True))
    assert waiting == set(Case.objects.filter(state=State.INCOMPLETE).values_list("pk", flat=True))


def test_6_nothing_lies_unread_past_its_five_days(seeded: Seeded) -> None:
    long_ago = NOW - timedelta(days=2 * ACCEPT_DAYS + 5)
    assert not Case.objects.filter(state=State.SUBMITTED, submitted_at__lt=long_ago).exists()


def test_7_every_decision_rests_on_a_frozen_snapshot(seeded: Seeded) -> None:
    for one in Decision.objects.select_related("snapshot", "case"):
        assert one.snapshot is not None
        assert one.snapshot.case_id == one.case_id
        assert one.snapshot.rule_version
        assert len(one.digest) == len(one.snapshot.digest) == 64
        assert one.snapshot.at <= one.signed_at


def test_8_every_refusal_says_why_and_where_to_object(seeded: Seeded) -> None:
    refused = list(Decision.objects.filter(result="refused"))
    assert refused
    for one in refused:
        assert one.reasons
        assert all(reason["condition"] and reason["facts"] for reason in one.reasons)
        assert one.appeal_until is not None
        assert one.appeal_until > day_of(one.signed_at)


def test_9_a_person_signed_every_decision(seeded: Seeded) -> None:
    people = set(Staff.objects.values_list("pk", flat=True))
    assert set(Decision.objects.values_list("signed_by", flat=True)) <= people


def test_10_facts_of_other_offices_name_their_ground(seeded: Seeded) -> None:
    assert not CaseFact.objects.filter(~Q(source="self"), legal_basis="").exists()
    assert FactImport.objects.exists()
    assert not FactImport.objects.filter(Q(legal_basis="") | ~Q(state="applied")).exists()
    for one in FactImport.objects.all():
        assert one.confirmed_by != one.uploaded_by


def test_13_at_the_station_a_clerk_acts_on_a_signed_paper(seeded: Seeded) -> None:
    at_counter = Case.objects.filter(channel="station")
    assert at_counter.exists()
    for case in at_counter:
        assert case.mandate is not None
        mandate = Mandate.objects.get(pk=case.mandate)
        assert mandate.from_person_id == case.subject_id
        assert case.opened_by == f"staff:{mandate.to_staff_id}"
        assert mandate.paper_id is not None
        assert mandate.until_on is not None
        assert mandate.start_on <= case.asked_on < mandate.until_on
        clerk = mandate.to_staff
        assert clerk is not None
        assert Region(clerk.area).contains(Region(case.home))
    mandates = at_counter.values_list("mandate", flat=True)
    assert not Case.objects.filter(channel="web", mandate__in=mandates).exists()


def test_14_nothing_is_paid_beyond_what_was_granted(seeded: Seeded) -> None:
    beyond = Case.objects.filter(paid_fen__gt=F("amount_fen") + F("recover_fen"))
    assert not beyond.exists()
    assert not Case.objects.filter(paid_fen__gt=F("ordered_fen")).exists()


def test_14_money_goes_to_the_subject_s_own_name(seeded: Seeded) -> None:
    for one in PayAccount.objects.select_related("case"):
        kind: SubjectKind = "person" if one.case.subject_kind == "person" else "firm"
        assert one.account_name == subject_name(SubjectRef(kind, one.case.subject_id))


def test_14_what_came_back_goes_again_only_by_hand(seeded: Seeded) -> None:
    back = PayOrder.objects.filter(state__in=["returned", "reissued"])
    assert back.filter(reason="wrong_name").exists()
    reissues = PayOrder.objects.exclude(reissue_of=None)
    assert all(one.made_by.startswith("staff:") for one in reissues)
    waiting = set(Case.objects.exclude(pay_problem="").values_list("pk", flat=True))
    returned = set(CasePayment.objects.filter(state="returned").values_list("case", flat=True))
    assert {one.pk for one in Case.objects.filter(pay_problem="wrong_name")} <= waiting & returned


def test_14_nothing_was_ordered_while_the_notice_stood(seeded: Seeded) -> None:
    for case in Case.objects.filter(ordered_fen__gt=0).select_related("notice"):
        first = Step.objects.filter(case=case, kind="make_payable").order_by("seq").first()
        assert case.notice is not None
        assert first is not None
        if Appeal.objects.filter(case=case).exists():
            continue  # shown again after it
        assert day_of(first.at) > case.notice.last_on
    contested = Objection.objects.filter(state="open").values_list("case", flat=True)
    assert not Case.objects.filter(pk__in=contested, ordered_fen__gt=0).exists()


def test_14_cases_and_orders_say_the_same_sum(seeded: Seeded) -> None:
    told = Case.objects.aggregate(fen=Sum("paid_fen"))["fen"]
    assert told == PayOrder.objects.filter(state="paid").aggregate(fen=Sum("amount_fen"))["fen"]


def test_20_only_what_is_over_was_rated(seeded: Seeded) -> None:
    over = {State.CLOSED, State.AUDIT, State.RECOVER, State.CONFIRMED}
    for one in Rating.objects.select_related("case"):
        assert one.case.state in over
        assert (one.follow_up_due_on is not None) == (one.level <= 2)


def test_steps_have_no_gap_and_lie_in_the_past(seeded: Seeded) -> None:
    for case in Case.objects.all():
        steps = list(Step.objects.filter(case=case).order_by("seq").values_list("seq", "at"))
        assert [seq for seq, _ in steps] == list(range(1, case.version + 1))
        assert [at for _, at in steps] == sorted(at for _, at in steps)
        assert steps[-1][1] <= NOW


def test_no_case_is_without_a_way_out(seeded: Seeded) -> None:
    over = {State.WITHDRAWN, State.CLOSED}
    for case in Case.objects.all():
        if case.state not in over:
            assert moves_from(State(case.state), HANDS), case.number
        if case.in_work and case.due_on is None:
            assert case.state not in {State.SUBMITTED, State.ACCEPTED, State.IN_REVIEW}, case.number


def test_every_decided_case_has_its_errands_counted(seeded: Seeded) -> None:
    decided = set(Case.objects.filter(decision__isnull=False).values_list("pk", flat=True))
    assert set(ErrandCount.objects.values_list("case", flat=True)) == decided


def test_the_books_add_up_to_nothing_and_no_fund_is_overdrawn(seeded: Seeded) -> None:
    assert Posting.objects.aggregate(fen=Sum("amount_fen"))["fen"] == 0
    funds = Account.objects.filter(kind="fund")
    assert funds.count() == 24
    for fund in funds:
        held = balance(fund.code)
        lines = Posting.objects.filter(account=fund).aggregate(fen=Sum("amount_fen"))["fen"]
        assert held.balance_fen == -lines
        assert held.balance_fen >= 0
    everything = trial_balance(SYSTEM, since=TODAY.replace(year=2024, month=1), until=TODAY)
    assert everything.whole
    assert everything.balances


@pytest.mark.parametrize("hand", ["officer", "checker", "signer"])
def test_three_people_act_in_every_season(seeded: Seeded, hand: str) -> None:
    for one in Season.objects.all():
        hands = {
            "officer": one.started_by,
            "checker": one.sampled_by,
            "signer": one.signed_by,
        }
        others = [who for name, who in hands.items() if name != hand and who]
        assert not hands[hand] or hands[hand] not in others


def test_every_season_adds_up(seeded: Seeded) -> None:
    states = {SeasonState(one.state) for one in Season.objects.all()}
    assert {
        SeasonState.PROPOSED, SeasonState.SAMPLING, SeasonState.ANNOUNCED, SeasonState.PAID_OUT,
        SeasonState.NO_RULE,
    } <= states  # fmt: skip
    for one in Season.objects.all():
        assert not one.failure
        assert figures_of(one).agrees, one.title
        cases = Case.objects.filter(bulk_key=season_key(one.pk))
        with_case = Proposal.objects.filter(season=one, case__isnull=False)
        assert set(cases.values_list("pk", flat=True)) == set(
            with_case.values_list("case", flat=True)
        )
        rows = with_case.values_list("case", "amount_fen")
        assert dict(rows) == dict(cases.values_list("pk", "proposed_fen"))


def test_a_paid_season_gave_money_back_and_one_did_not(seeded: Seeded) -> None:
    baotou, chifeng = season("1502"), season("1504")
    assert unreached(SYSTEM, key=season_key(baotou.pk))[0].problem == "wrong_name"
    assert not unreached(SYSTEM, key=season_key(chifeng.pk))
    assert figures_of(chifeng).paid_fen > 0


def test_the_season_in_notice_waits_for_accounts_and_has_an_objection(seeded: Seeded) -> None:
    hohhot = season("1501")
    assert hohhot.state == SeasonState.ANNOUNCED
    dairy = demo_id("firm", "dairy")
    assert dairy in {one.subject.id for one in unreached(SYSTEM, key=season_key(hohhot.pk))}
    assert KnownAccount.objects.filter(subject_id=dairy).exists()
    cases = Case.objects.filter(bulk_key=season_key(hohhot.pk))
    raised = Objection.objects.filter(case__in=cases)
    assert {one.state for one in raised} == {"open", "dismissed"}
    assert all(one.notice.last_on >= TODAY for one in raised.select_related("notice"))


def test_a_sample_waits_for_the_second_officer(seeded: Seeded) -> None:
    waiting = season("1508")
    assert waiting.state == SeasonState.SAMPLING
    assert SampleCheck.objects.filter(season=waiting, verdict="").exists()
    checker = staff_actor("demo-season-checker")
    assert waiting.sampled_by == checker.label != waiting.started_by


def test_a_year_without_a_rule_waits_for_people(seeded: Seeded) -> None:
    waiting = season("15", "2025")
    assert waiting.state == SeasonState.NO_RULE
    assert not Case.objects.filter(bulk_key=season_key(waiting.pk)).exists()


def resident(key: str) -> Actor:
    ref = SubjectRef("person", demo_id("person", key))
    return Actor(kind="resident", person=ref, acting_for=ref, demo=True)


def test_the_welder_was_a_day_too_late_and_the_fitter_was_not(seeded: Seeded) -> None:
    welder = only_case("person", "welder", "skill-up-subsidy")
    fitter = only_case("person", "fitter", "skill-up-subsidy")
    assert (welder.state, fitter.state) == (State.REFUSED, State.PUBLIC_NOTICE)
    assert welder.asked_on == fitter.asked_on
    assert fitter.amount_fen == 150_000
    decision = welder.decision
    assert decision is not None
    assert [reason["condition"] for reason in decision.reasons] == ["asked_in_time"]
    # The door to object stands open to the one it concerns.
    assert case_by_number(resident("welder"), welder.number).state == State.REFUSED
    assert decision.appeal_until is not None
    assert decision.appeal_until > TODAY


def test_the_founder_is_asked_for_a_paper_and_has_yet_to_ask_for_the_grant(seeded: Seeded) -> None:
    rent = only_case("person", "founder", "startup-rent")
    assert rent.state == State.INCOMPLETE
    assert rent.area == Region.read("150105").code
    found = cases_of(SubjectRef("person", demo_id("person", "founder")))
    assert {one.item.code for one in found} == {"startup-rent"}


@pytest.mark.parametrize(
    ("key", "state", "problem"),
    [
        ("dairy", State.PUBLIC_NOTICE, ""),
        ("machines", State.PAYABLE, "wrong_name"),
        ("supermarket", State.PAID, ""),
    ],
)
def test_firms_meet_the_season_their_story_tells(
    seeded: Seeded, key: str, state: State, problem: str
) -> None:
    case = Case.objects.get(subject_id=demo_id("firm", key), period="2024")
    assert (case.state, case.pay_problem) == (state, problem)
    assert case.channel == "system"


def test_thirty_people_are_on_the_list_and_thirty_one_are_not(seeded: Seeded) -> None:
    rows = dict(Proposal.objects.filter(season=season("1502")).values_list("subject_id", "kind"))
    assert rows[demo_id("firm", "machines")] == "entitled"
    assert rows.get(demo_id("firm", "printer")) != "entitled"
    lacking = Proposal.objects.get(subject_id=demo_id("firm", "logistics"), season=season("1506"))
    assert lacking.kind == "unknown"


def test_tiles_say_what_the_rows_say(seeded: Seeded) -> None:
    area, shown = Region.read("15"), 0
    for one in measures().values():
        rows = rows_of(one)
        if rows is None or one.query == "persons_registered":
            continue
        found = tile(one, year=TODAY.year, area=area, on=TODAY)
        listed = list(rows.stream(found.span, area))
        assert found.figure.counted.rows == len(listed), one.id
        assert count(listed).amount_fen == found.figure.counted.amount_fen, one.id
        shown += bool(listed)
    assert shown >= 8
