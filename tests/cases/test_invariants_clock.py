"""Invariants 5, 6 and 19: when the clock stands, silence, reminders by day, late said openly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from denghuo.cases.access import SupervisorNeededError
from denghuo.cases.actions.clocks import extend_limit, pause_clock
from denghuo.cases.actions.desk import assign, release, set_urgent, take_over
from denghuo.cases.actions.reminding import accept_what_was_left, recompute_due_dates, remind
from denghuo.cases.logic.clock import AlreadyExtendedError, PauseNotAllowedError
from denghuo.cases.models import ClockPause, Reminder, Step
from denghuo.cases.public import CaseView, State, transfer
from denghuo.cases.queries.queue import QueueFilter, queue_for
from denghuo.kernel.region import Region
from denghuo.platform.calendar import import_calendar_year
from denghuo.platform.logic.calendar_rows import CalendarRow
from denghuo.platform.models.messages import Message
from denghuo.platform.public import SYSTEM
from tests.cases import world as w
from tests.cases.test_invariants_hands import answer, ask

pytestmark = pytest.mark.django_db
InThreads = Callable[..., list[object]]


def at(day: date, hour: int = 10) -> datetime:
    """An hour of a day in China."""
    return datetime(day.year, day.month, day.day, hour, 0, tzinfo=UTC) - timedelta(hours=8)


def messages(world: w.World, kind: str) -> int:
    return Message.objects.filter(to=str(world.subject), kind=kind).count()


def test_invariant_5_the_clock_stands_from_asked_to_answered() -> None:
    world = w.make_world()
    case = w.accepted(world, now=at(date(2026, 4, 28)))
    assert case.due_on == date(2026, 5, 28)
    case = _ask_on(world, case, date(2026, 5, 8))
    assert case.due_on is None
    assert case.answer_by == date(2026, 5, 28)
    case = _answer_on(world, case, date(2026, 5, 15))
    assert case.due_on == date(2026, 6, 5)
    assert case.state is State.ACCEPTED


def test_invariant_5_asked_before_acceptance_the_limit_runs_from_the_answer() -> None:
    world = w.make_world()
    case = w.opened(world, now=at(date(2026, 4, 27)))
    case = _ask_on(world, case, date(2026, 4, 28))
    case = _answer_on(world, case, date(2026, 5, 8))
    due = case.due_on
    assert due is not None
    pause = ClockPause.objects.get(case_id=case.id)
    assert (pause.from_on, pause.until_on) == (date(2026, 4, 28), date(2026, 5, 8))
    # Reckoned anew, when a year's calendar comes, nothing of the former limit stands still.
    assert recompute_due_dates(year=2026, now=at(date(2026, 5, 9))) == 0
    assert w.seen(world, case).due_on == due


def _ask_on(world: w.World, case: CaseView, day: date) -> CaseView:
    from denghuo.cases.public import Lacking, ask_for_correction  # noqa: PLC0415

    return ask_for_correction(
        actor=world.office.officer,
        case_id=case.id,
        version=case.version,
        items=[Lacking("合同")],
        now=at(day),
    )


def _answer_on(world: w.World, case: CaseView, day: date) -> CaseView:
    from denghuo.cases.models import CorrectionItem  # noqa: PLC0415
    from denghuo.cases.public import Supplied, answer_correction  # noqa: PLC0415

    item = CorrectionItem.objects.get(round__case_id=case.id)
    return answer_correction(
        actor=world.applicant,
        case_id=case.id,
        version=case.version,
        answers=[Supplied(item.pk, "补了")],
        now=at(day),
    )


def test_invariant_5_owner_priority_and_office_keep_the_elapsed_time() -> None:
    world = w.make_world()
    other = Region.read("150103")
    there = w.staff("there", "officer", area=other)
    case = w.accepted(world, now=at(date(2026, 4, 28)))
    due = case.due_on
    officer, supervisor = world.office.officer, world.office.supervisor
    case = assign(actor=officer, case_id=case.id, version=case.version, now=at(date(2026, 5, 7)))
    case = set_urgent(
        actor=officer, case_id=case.id, version=case.version, urgent=True, now=at(date(2026, 5, 8))
    )
    case = release(actor=officer, case_id=case.id, version=case.version, now=at(date(2026, 5, 9)))
    assert supervisor.staff_id is not None
    case = assign(
        actor=supervisor,
        case_id=case.id,
        version=case.version,
        to=world.office.second.staff_id,
        now=at(date(2026, 5, 11)),
    )
    case = transfer(
        actor=officer,
        case_id=case.id,
        version=case.version,
        area=other,
        note="户口在玉泉区",
        now=at(date(2026, 5, 12)),
    )
    assert case.state is State.TRANSFERRED
    assert messages(world, "cases.transferred") == 1
    case = take_over(actor=there, case_id=case.id, version=case.version, now=at(date(2026, 5, 13)))
    assert case.state is State.ACCEPTED
    assert case.due_on == due


def test_invariant_5_nothing_else_pauses_it() -> None:
    world = w.make_world()
    case = w.accepted(world)
    for why in ("expert", "bank", "notice"):
        with pytest.raises(PauseNotAllowedError):
            pause_clock(
                actor=world.office.officer,
                case_id=case.id,
                version=case.version,
                why=why,
                note="",
                now=w.NOW,
            )


def test_invariant_5_a_head_extends_once_and_the_person_is_told() -> None:
    world = w.make_world()
    case = w.accepted(world, now=at(date(2026, 4, 28)))
    told = {"case_id": case.id, "note": "要去外地核实", "now": at(date(2026, 5, 20))}
    with pytest.raises(SupervisorNeededError):
        extend_limit(actor=world.office.officer, version=case.version, **told)  # type: ignore[arg-type]
    case = extend_limit(actor=world.office.supervisor, version=case.version, **told)  # type: ignore[arg-type]
    assert case.due_on == date(2026, 6, 11)
    assert messages(world, "cases.extended") == 1
    with pytest.raises(AlreadyExtendedError):
        extend_limit(actor=world.office.supervisor, version=case.version, **told)  # type: ignore[arg-type]


def test_invariant_5_reminders_go_out_by_day_only_and_once() -> None:
    world = w.make_world()
    case = w.accepted(world, now=at(date(2026, 4, 28)))
    amber = date(2026, 5, 25)
    assert remind(now=at(amber - timedelta(days=3))) == 0
    for closed in (at(amber, 3), at(amber, 13), at(amber, 22), at(date(2026, 5, 24))):
        assert remind(now=closed) == 0
    assert not Reminder.objects.exists()
    assert remind(now=at(amber, 9)) == 1
    assert remind(now=at(amber, 10)) == 0
    reminder = Reminder.objects.get()
    assert (reminder.kind, reminder.due_on, reminder.case_id) == ("amber", case.due_on, case.id)


@pytest.mark.django_db(transaction=True)
def test_invariant_5_the_same_job_twice_at_once_reminds_once(in_threads: InThreads) -> None:
    world = w.make_world()
    w.accepted(world, now=at(date(2026, 4, 28)))
    now = at(date(2026, 5, 26))
    results = in_threads(*[lambda: remind(now=now)] * 4)
    assert sorted(str(one) for one in results) == ["0", "0", "0", "1"]
    assert Reminder.objects.count() == 1


def test_invariant_5_the_applicant_is_reminded_of_what_is_asked() -> None:
    world = w.make_world()
    case = _ask_on(world, w.opened(world, now=at(date(2026, 5, 7))), date(2026, 5, 8))
    assert case.answer_by is not None
    assert remind(now=at(case.answer_by)) == 1
    assert remind(now=at(case.answer_by, 15)) == 0
    assert messages(world, "cases.answer_soon") == 1
    assert remind(now=at(date(2026, 6, 1))) == 1
    assert messages(world, "cases.answer_late") == 1


def test_invariant_6_five_working_days_of_silence_accept() -> None:
    world = w.make_world()
    # Thursday before Spring Festival: the fifth working day is 02-26.
    case = w.opened(world, now=at(date(2026, 2, 12)))
    assert case.due_on == date(2026, 2, 26)
    assert accept_what_was_left(now=at(date(2026, 2, 26), 23)) == 0
    assert accept_what_was_left(now=at(date(2026, 2, 27), 8)) == 1
    assert accept_what_was_left(now=at(date(2026, 2, 27), 9)) == 0
    row = w.row(case)
    assert row.state == State.ACCEPTED
    assert Step.objects.get(case=row, seq=2).kind == "auto_accept"
    assert row.clock_started_on == date(2026, 2, 27)


def test_invariant_6_a_request_within_five_days_stops_the_silence() -> None:
    world = w.make_world()
    case = ask(world, w.opened(world))
    assert accept_what_was_left(now=w.NOW + timedelta(days=60)) == 0
    assert w.row(case).state == State.INCOMPLETE
    assert answer(world, case, 1).state is State.ACCEPTED


def test_invariant_19_late_is_said_to_the_citizen_and_shown_on_both_sides() -> None:
    world = w.make_world()
    case = w.accepted(world, now=at(date(2026, 4, 28)))
    late = at(date(2026, 5, 29))
    assert remind(now=late) == 1
    assert messages(world, "cases.late") == 1
    assert case.overdue(date(2026, 5, 29))
    assert not case.overdue(date(2026, 5, 28))
    (line,) = queue_for(world.office.officer, QueueFilter(colour="red"), now=late).rows
    assert (line.case.id, line.colour) == (case.id, "red")


def test_a_published_year_moves_provisional_dates_and_says_so() -> None:
    world = w.make_world()
    case = w.accepted(world, now=at(date(2026, 12, 21)))
    assert case.due_provisional
    before = case.due_on
    days_off = [date(2027, 1, day) for day in (1, 4, 5, 6)]
    rows = [CalendarRow(day, False, "元旦") for day in days_off]
    import_calendar_year(
        actor=SYSTEM, year=2027, rows=rows, source="国办发明电〔2026〕", published=True, now=w.NOW
    )
    assert recompute_due_dates(year=2027, now=w.NOW) == 1
    row = w.row(case)
    assert before is not None
    assert row.due_on is not None
    assert row.due_on > before
    assert not row.due_provisional
    assert messages(world, "cases.due_moved") == 1
    assert recompute_due_dates(year=2027, now=w.NOW) == 0
