"""Work given out, recusals ended, ratings answered and reminders seen, all by pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from denghuo.cases.actions.desk import declare_relation
from denghuo.cases.actions.reminding import remind
from denghuo.cases.models import Case, ClockPause, ItemDuty, Rating, Recusal, Reminder, Step
from denghuo.cases.public import rate
from denghuo.cases.queries import cases, items
from denghuo.kernel.region import Region
from denghuo.platform.models import AuditEntry
from tests.cases import world as w
from tests.cases.pages.counter import SetClock, page
from tests.cases.pages.test_desk import at_desk, send
from tests.cases.test_invariants_desk import closed

pytestmark = pytest.mark.django_db
STAFF = "/desk/cases/staff/"


def test_a_chief_gives_out_items(known_world: w.World) -> None:
    chief = at_desk(known_world.office.supervisor)
    officer = known_world.office.officer
    assert at_desk(officer).get(STAFF).status_code == 404
    assert f"{STAFF}{officer.staff_id}/" in page(chief.get(STAFF))
    assert chief.post(f"{STAFF}{officer.staff_id}/", {"items": [w.RENT]}).status_code == 302
    assert list(ItemDuty.objects.values_list("staff_id", "item")) == [(officer.staff_id, w.RENT)]
    case = w.opened(known_world)
    assert case.number not in page(at_desk(officer).get("/desk/cases/?tab=all"))
    assert chief.post(f"{STAFF}{officer.staff_id}/", {}).status_code == 302
    assert case.number in page(at_desk(officer).get("/desk/cases/?tab=all"))


def test_only_of_the_own_area(known_world: w.World) -> None:
    there = w.staff("there", "supervisor", area=Region.read("1502"))
    officer = known_world.office.officer
    shown = page(at_desk(there).get(STAFF))
    assert f"{STAFF}{there.staff_id}/" in shown
    assert f"{STAFF}{officer.staff_id}/" not in shown
    assert at_desk(there).post(f"{STAFF}{officer.staff_id}/", {}).status_code == 404


def test_a_recusal_is_ended_by_the_chief_and_not_by_oneself(known_world: w.World) -> None:
    office = known_world.office
    for one in (office.officer, office.supervisor):
        declare_relation(actor=one, subject=known_world.subject, relation="kin", now=w.NOW)
    kept = {row.staff_id: row for row in Recusal.objects.all()}
    theirs, own = (
        kept[one] for one in (office.officer.staff_id, office.supervisor.staff_id) if one
    )
    chief = at_desk(office.supervisor)
    shown = page(chief.get(STAFF))
    assert "近亲属" in shown
    assert "乌云其木格" not in shown, "a list masks the names of persons"
    assert f"/desk/cases/recusals/{theirs.pk}/" in shown
    assert at_desk(office.officer).post(f"/desk/cases/recusals/{theirs.pk}/").status_code == 404
    assert chief.post(f"/desk/cases/recusals/{own.pk}/").status_code == 404
    assert chief.post(f"/desk/cases/recusals/{theirs.pk}/").status_code == 302
    ended = Recusal.objects.filter(ended_at__isnull=False)
    assert list(ended.values_list("pk", flat=True)) == [theirs.pk]
    assert AuditEntry.objects.filter(action="cases.end_relation").count() == 1


def test_a_bad_rating_is_answered_where_it_is_read(clock: SetClock) -> None:
    world = w.make_world(certificate_on="2024-08-31")
    case = closed(world)
    officer = at_desk(world.office.officer)
    rate(actor=world.applicant, case_id=case.id, level=1, words="等太久", now=w.NOW)
    shown = page(officer.get(f"/desk/cases/{case.number}/"))
    assert "等太久" in shown
    assert f"/desk/cases/{case.number}/rating/" in shown
    assert send(officer, case, "rating", answer=" ").status_code == 422
    assert send(officer, case, "rating", answer="已向您道歉，并改了流程").status_code == 302
    assert Rating.objects.get().answer == "已向您道歉，并改了流程"
    assert f"/desk/cases/{case.number}/rating/" not in page(
        officer.get(f"/desk/cases/{case.number}/")
    )
    assert send(officer, case, "rating", answer="再答").status_code == 409


def test_a_reminder_taken_note_of_leaves_the_list(known_world: w.World, clock: SetClock) -> None:
    case = w.accepted(known_world)
    late = w.NOW + timedelta(days=91)
    clock(late)
    remind(now=late)
    one = Reminder.objects.get(case=case.id, kind="red")
    address = f"/desk/cases/reminders/{one.pk}/"
    other = at_desk(w.staff("far", "officer", area=Region.read("1502")))
    assert other.post(address).status_code == 404
    officer = at_desk(known_world.office.officer)
    assert address in page(officer.get("/desk/cases/"))
    assert officer.post(address).status_code == 302
    assert address not in page(officer.get("/desk/cases/"))


def test_time_outside_the_office_only_where_the_item_says_so(
    known_world: w.World, monkeypatch: pytest.MonkeyPatch, clock: SetClock
) -> None:
    case = w.accepted(known_world)
    officer = at_desk(known_world.office.officer)
    address = f"/desk/cases/{case.number}/"
    assert f"{address}pause/" not in page(officer.get(address))
    assert send(officer, case, "pause", why="expert", note="送去评审").status_code == 422

    every = {**items.items(), w.SKILL: replace(case.item, pauses=frozenset({"expert"}))}
    monkeypatch.setattr(items, "items", lambda: every)
    assert cases.case_of(known_world.office.officer, case.id).item.pauses
    assert f"{address}pause/" in page(officer.get(address))
    assert send(officer, case, "pause", why="correction", note="x").status_code == 422
    assert send(officer, case, "pause", why="expert", note="送去评审").status_code == 302
    assert Case.objects.get(pk=case.id).due_on is None
    shown = page(officer.get(address))
    assert "期限暂停，等别的单位" in shown
    assert "送去评审" in shown
    clock(w.NOW + timedelta(days=7))
    officer = at_desk(known_world.office.officer)
    assert send(officer, case, "resume").status_code == 302
    stood = ClockPause.objects.get()
    assert stood.until_on is not None
    assert (stood.until_on - stood.from_on).days == 7
    due = Case.objects.get(pk=case.id).due_on
    assert due is not None
    assert case.due_on is not None
    assert due > case.due_on
    assert Step.objects.filter(case=case.id, kind="resume").exists()
