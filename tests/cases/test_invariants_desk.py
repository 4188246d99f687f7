"""Invariants 15 to 18 and 20: batches, the chain, scope, what is removed, ratings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from denghuo.cases.access import CaseNotFoundError, SupervisorNeededError
from denghuo.cases.actions.batch import BatchTooLargeError, Chosen, UnknownDeedError, act_on_many
from denghuo.cases.actions.clearing import clear_old_papers
from denghuo.cases.actions.closing import close_what_is_done
from denghuo.cases.actions.desk import add_note, assign_items
from denghuo.cases.actions.looking import export_queue
from denghuo.cases.actions.rating import (
    NoRatingError,
    NotClosedError,
    NotLevelError,
    RatedError,
    answer_rating,
)
from denghuo.cases.actions.reminding import remind
from denghuo.cases.models import CaseFact, Rating, Step
from denghuo.cases.public import (
    CaseView,
    HandNotAllowedError,
    State,
    ToldFact,
    accept,
    case_by_number,
    case_of,
    cases_of,
    open_case,
    rate,
    read_case,
    service_item,
    withdraw,
)
from denghuo.cases.queries.queue import QueueFilter, counts_for, queue_for, reminders_for
from denghuo.kernel.region import Region
from denghuo.people.public import NoMandateError
from denghuo.platform.append_only import allow_changes
from denghuo.platform.audit import verify_chain
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.public import SYSTEM, Actor, look_ups_of
from tests.cases import world as w
from tests.cases.test_invariants_hands import ask

pytestmark = pytest.mark.django_db
InThreads = Callable[..., list[object]]
CHIFENG = Region.read("150402")


def several(count: int) -> tuple[w.World, list[CaseView]]:
    world = w.make_world()
    return world, [w.opened(world, period=f"P{number}") for number in range(count)]


def chosen(cases: list[CaseView]) -> list[Chosen]:
    return [Chosen(case.id, case.version) for case in cases]


def test_invariant_15_each_row_has_its_own_result_by_the_rules_of_one() -> None:
    world, cases = several(4)
    officer = world.office.officer
    accept(actor=world.office.second, case_id=cases[1].id, version=cases[1].version, now=w.NOW)
    withdraw(actor=world.applicant, case_id=cases[2].id, version=cases[2].version, now=w.NOW)
    elsewhere = w.make_world()
    asked = [*chosen(cases), Chosen(elsewhere.person, 1)]
    results = act_on_many(actor=officer, deed="accept", chosen=asked, now=w.NOW)
    assert [one.case_id for one in results] == [one.case_id for one in asked]
    assert [one.done for one in results] == [True, False, False, True, False]
    assert [one.code for one in results][1:3] == ["cases.changed", "cases.changed"]
    assert results[4].code == "cases.not_found"
    assert all(one.sentence for one in results if not one.done)
    by_hand = {one.code for one in results if not one.done}
    assert by_hand == {"cases.changed", "cases.not_found"}


def test_invariant_15_at_most_five_hundred_and_only_known_deeds() -> None:
    world, cases = several(1)
    with pytest.raises(BatchTooLargeError):
        act_on_many(
            actor=world.office.officer, deed="accept", chosen=chosen(cases) * 501, now=w.NOW
        )
    with pytest.raises(UnknownDeedError):
        act_on_many(actor=world.office.officer, deed="delete", chosen=chosen(cases), now=w.NOW)
    assert not Step.objects.filter(kind="accept").exists()


@pytest.mark.django_db(transaction=True)
def test_invariant_15_a_batch_and_a_single_click_meet_one_behind_the_other(
    in_threads: InThreads,
) -> None:
    world, cases = several(6)
    one = cases[3]
    batch, single = in_threads(
        lambda: act_on_many(
            actor=world.office.officer, deed="accept", chosen=chosen(cases), now=w.NOW
        ),
        lambda: accept(actor=world.office.second, case_id=one.id, version=one.version, now=w.NOW),
    )
    assert isinstance(batch, tuple)
    done = {row.case_id for row in batch if row.done}
    assert (one.id in done) != isinstance(single, CaseView)
    assert Step.objects.filter(kind="accept").count() == 6


WHOLE_LIFE = [
    "open_case",
    "accept",
    "start_review",
    "verify",
    "propose",
    "decide",
    "confirm_account",
    "publish_notice",
    "make_payable",
]


def test_invariant_16_the_chain_is_whole_after_a_whole_life() -> None:
    w.fund()
    world = w.make_world()
    w.payable(world)
    assert verify_chain(heads={}) is None
    rows = AuditEntry.objects.filter(action__startswith="cases.").order_by("seq")
    assert [one.action.removeprefix("cases.") for one in rows] == WHOLE_LIFE
    # One word of one step put right afterwards, by somebody who may write the table itself.
    proposed = rows.get(action="cases.propose")
    allow_changes(connection, "platform_auditentry")
    AuditEntry.objects.filter(seq=proposed.seq).update(actor="staff:somebody-else")
    broken = verify_chain(heads={})
    assert broken is not None
    assert broken.seq == proposed.seq


def test_invariant_17_another_area_sees_nothing() -> None:
    world = w.make_world()
    case = w.opened(world)
    other = w.staff("other", "officer", area=CHIFENG)
    for look in (
        lambda: case_of(other, case.id),
        lambda: case_by_number(other, case.number),
        lambda: read_case(actor=other, case_id=case.id, now=w.NOW),
        lambda: accept(actor=other, case_id=case.id, version=case.version, now=w.NOW),
        lambda: add_note(actor=other, case_id=case.id, words="看看", now=w.NOW),
    ):
        with pytest.raises(CaseNotFoundError):
            look()
    assert queue_for(other, QueueFilter(), now=w.NOW).rows == ()
    assert sum(counts_for(other, now=w.NOW).values()) == 0
    above = w.staff("above", "officer", area=Region.read("1501"))
    assert len(queue_for(above, QueueFilter(), now=w.NOW).rows) == 1


def test_invariant_17_another_role_sees_nothing() -> None:
    world = w.make_world()
    case = w.opened(world)
    for role in ("station", "bank", "policy_officer", "treasurer"):
        actor = w.staff(role, role)
        with pytest.raises(CaseNotFoundError):
            case_of(actor, case.id)
        assert queue_for(actor, QueueFilter(), now=w.NOW).rows == ()


def test_invariant_17_another_citizen_sees_nothing() -> None:
    world = w.make_world()
    case = w.opened(world)
    stranger = w.make_world().applicant
    with pytest.raises(CaseNotFoundError):
        case_of(stranger, case.id)
    assert case_of(world.applicant, case.id).number == case.number


def test_invariant_17_own_items_only() -> None:
    world = w.make_world()
    case = w.opened(world)
    officer, chief = world.office.officer, world.office.supervisor
    assert officer.staff_id is not None
    with pytest.raises(SupervisorNeededError):
        assign_items(actor=officer, staff_id=officer.staff_id, codes=[w.RENT], now=w.NOW)
    assign_items(actor=chief, staff_id=officer.staff_id, codes=[w.RENT], now=w.NOW)
    with pytest.raises(CaseNotFoundError):
        case_of(officer, case.id)
    assert queue_for(officer, QueueFilter(), now=w.NOW).rows == ()
    assign_items(actor=chief, staff_id=officer.staff_id, codes=[w.SKILL], now=w.NOW)
    assert case_of(officer, case.id).id == case.id


def test_invariant_17_every_export_is_logged_with_its_rows() -> None:
    world, cases = several(3)
    rows = list(
        export_queue(actor=world.office.officer, filters=QueueFilter(text="乌云其木格"), now=w.NOW)
    )
    assert len(rows) == len(cases)
    entry = AuditEntry.objects.get(action="cases.export_queue")
    assert '"rows":3' in entry.detail.replace(" ", "")
    assert "乌云" not in entry.detail


def test_staffs_look_at_a_case_is_in_who_looked_before_it_is_shown() -> None:
    world = w.make_world()
    case = w.opened(world)
    file = read_case(actor=world.office.officer, case_id=case.id, now=w.NOW)
    assert file.name == "乌云其木格"
    (look,) = look_ups_of(world.subject).entries
    assert "技能提升补贴" in look.purpose
    read_case(actor=world.applicant, case_id=case.id, now=w.NOW)
    assert look_ups_of(world.subject).total == 1


def test_notes_are_for_staff_alone() -> None:
    world = w.make_world()
    case = w.opened(world)
    add_note(actor=world.office.officer, case_id=case.id, words="材料看着不对", now=w.NOW)
    staffs = read_case(actor=world.office.officer, case_id=case.id, now=w.NOW)
    own = read_case(actor=world.applicant, case_id=case.id, now=w.NOW)
    assert [one.words for one in staffs.notes] == ["材料看着不对"]
    assert own.notes == ()
    with pytest.raises(HandNotAllowedError):
        add_note(actor=world.applicant, case_id=case.id, words="我", now=w.NOW)


def test_pages_by_key_show_every_case_once_whatever_is_done_meanwhile() -> None:
    world, cases = several(7)
    officer = world.office.officer
    seen: list[str] = []
    after = ""
    while True:
        page = queue_for(officer, QueueFilter(), after=after, size=2, now=w.NOW)
        seen += [row.case.number for row in page.rows]
        assert all(row.name == "乌**" or "*" in row.name for row in page.rows)
        if not page.after:
            break
        after = page.after
    assert sorted(seen) == sorted(case.number for case in cases)
    for junk in ("x", "////", "2025", "ÿ"):
        assert len(queue_for(officer, QueueFilter(), after=junk, size=9, now=w.NOW).rows) == 7


def test_filters_and_search() -> None:
    world, cases = several(3)
    officer = world.office.officer
    accept(actor=officer, case_id=cases[0].id, version=cases[0].version, now=w.NOW)

    def found(filters: QueueFilter) -> set[str]:
        return {row.case.number for row in queue_for(officer, filters, now=w.NOW).rows}

    assert found(QueueFilter(states=frozenset({State.ACCEPTED}))) == {cases[0].number}
    assert found(QueueFilter(text=cases[1].number.replace("-", ""))) == {cases[1].number}
    assert found(QueueFilter(text="乌云其木格")) == {case.number for case in cases}
    assert found(QueueFilter(text="没有这个人")) == set()
    assert found(QueueFilter(item=w.RENT)) == set()
    assert found(QueueFilter(owner="me")) == set()
    assert found(QueueFilter(owner="nobody")) == {case.number for case in cases}
    assert found(QueueFilter(area=CHIFENG)) == set()
    assert found(QueueFilter(colour="green")) == {case.number for case in cases}


def test_invariant_18_withdrawn_papers_go_after_two_weeks_and_the_number_stays() -> None:
    world = w.make_world()
    case = open_case(
        actor=world.applicant,
        item=w.SKILL,
        subject=world.subject,
        period="A1",
        facts=[ToldFact("certificate_level", "level_4")],
        answers={"school": "职业学院"},
        now=w.NOW,
    )
    withdraw(actor=world.applicant, case_id=case.id, version=case.version, now=w.NOW)
    assert clear_old_papers(now=w.NOW + timedelta(days=13)) == 0
    assert CaseFact.objects.count() == 1
    assert clear_old_papers(now=w.NOW + timedelta(days=14)) == 1
    assert clear_old_papers(now=w.NOW + timedelta(days=15)) == 0
    row = w.row(case)
    assert (row.answers, row.documents, row.number) == (None, [], case.number)
    assert not CaseFact.objects.exists()
    assert Step.objects.filter(case=row, kind="clear").count() == 1


def test_invariant_18_a_decided_case_keeps_its_papers_as_long_as_its_item_says() -> None:
    world = w.make_world(certificate_on="2024-08-31")
    case = w.decided(world, result="refused")
    assert close_what_is_done(now=w.NOW + timedelta(days=60)) == 0
    assert close_what_is_done(now=w.NOW + timedelta(days=61)) == 1
    row = w.row(case)
    assert row.state == State.CLOSED
    assert row.clear_on is not None
    assert row.clear_on.year == 2025 + service_item(w.SKILL).keep_years


def closed(world: w.World) -> CaseView:
    case = w.decided(world, result="refused")
    close_what_is_done(now=w.NOW + timedelta(days=61))
    return w.seen(world, case)


def test_invariant_20_one_rates_only_what_is_closed_and_once() -> None:
    world = w.make_world(certificate_on="2024-08-31")
    case = w.opened(world, period="open")
    told = {"actor": world.applicant, "now": w.NOW}
    with pytest.raises(NotClosedError):
        rate(case_id=case.id, level=5, **told)  # type: ignore[arg-type]
    case = closed(world)
    with pytest.raises(NotLevelError):
        rate(case_id=case.id, level=6, **told)  # type: ignore[arg-type]
    with pytest.raises(NoMandateError):
        rate(actor=world.office.officer, case_id=case.id, level=5, now=w.NOW)
    rate(case_id=case.id, level=5, **told)  # type: ignore[arg-type]
    with pytest.raises(RatedError):
        rate(case_id=case.id, level=1, **told)  # type: ignore[arg-type]
    with pytest.raises(NoRatingError):
        answer_rating(actor=world.office.officer, case_id=case.id, answer="好", now=w.NOW)


def test_invariant_20_a_negative_one_is_followed_up_within_fifteen_working_days() -> None:
    world = w.make_world(certificate_on="2024-08-31")
    case = closed(world)
    rate(actor=world.applicant, case_id=case.id, level=2, words="等太久", now=w.NOW)
    rating = Rating.objects.get()
    # Fifteen working days from Monday 09-01: 09-22, no holiday between.
    assert str(rating.follow_up_due_on) == "2025-09-22"
    assert remind(now=w.NOW + timedelta(days=17)) == 1
    assert [one.kind for one in reminders_for(world.office.officer)] == ["rating"]
    answer_rating(actor=world.office.officer, case_id=case.id, answer="给您回过电话", now=w.NOW)
    with pytest.raises(NoRatingError):
        answer_rating(actor=world.office.officer, case_id=case.id, answer="再答", now=w.NOW)


def test_my_cases_what_waits_for_me_first() -> None:
    world, cases = several(3)
    asked = ask(world, cases[0])
    found = cases_of(world.subject)
    assert found[0].number == asked.number
    assert len(found) == 3


def test_the_houses_own_jobs_see_every_case() -> None:
    _, cases = several(1)
    assert case_of(SYSTEM, cases[0].id).number == cases[0].number
    with pytest.raises(CaseNotFoundError):
        case_of(Actor(), cases[0].id)
