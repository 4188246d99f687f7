"""An errand that moves is told outside the inbox: little, by day, once, and never after a no."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from pytest_django import Settings

from denghuo.cases.models import Case
from denghuo.cases.public import CaseView, accept, withdraw
from denghuo.kernel.subject import SubjectRef
from denghuo.people.logic.phone import Phone
from denghuo.people.models import Mandate
from denghuo.people.public import contacts_of, set_texts
from denghuo.platform.jobs.queue import claim_due
from denghuo.platform.jobs.running import run_job
from denghuo.platform.models.messages import Delivery, Message
from denghuo.platform.public import SYSTEM, send_message
from denghuo.platform.sms.stand_in import StandIn, running_stand_in
from tests.cases import world as w
from tests.factories.people import as_resident, make_firm, make_person

pytestmark = pytest.mark.django_db
NIGHT = datetime(2025, 9, 1, 14, 30, tzinfo=UTC)  # 22:30 in China
PHONES = ("13800138000", "13800138001", "13800138005")
TEXT = "【灯火】您办的事有新进展。请登录灯火，在“消息”里看。"


@pytest.fixture(autouse=True)
def carrier(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with running_stand_in() as running:
        settings.SMS_URL = running.url
        settings.SMS_KEY_ID, settings.SMS_SECRET = running.key_id, running.secret
        yield running


def person(phone: str | None = PHONES[0]) -> UUID:
    return make_person(phone=Phone.read(phone) if phone else None, residence=w.XINCHENG, now=w.NOW)


def world_of(person_id: UUID) -> w.World:
    w.tell(SubjectRef("person", person_id), w.ENTITLED)
    return w.World(person_id, w.make_office())


def run_jobs(now: datetime = w.NOW) -> None:
    """What the worker has to do by then."""
    for claimed in claim_due(now=now):
        run_job(claimed, clock=lambda: now)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The instant it is for jobs."""
    instant = [w.NOW]
    monkeypatch.setattr("django.utils.timezone.now", lambda: instant[0])
    return instant


def accepted(world: w.World, case: CaseView, now: datetime) -> CaseView:
    return accept(actor=world.office.officer, case_id=case.id, version=case.version, now=now)


def test_one_word_a_day_that_says_nothing_of_the_matter(
    carrier: StandIn, at: list[datetime]
) -> None:
    world = world_of(person())
    case = w.opened(world)
    case = accepted(world, case, w.NOW + timedelta(hours=1))
    assert Message.objects.filter(to=str(world.subject), kind__startswith="cases.").count() == 2
    at[0] = w.NOW + timedelta(hours=2)
    run_jobs(at[0])
    assert [(one.phone, one.text) for one in carrier.taken] == [(PHONES[0], TEXT)]
    assert case.number not in carrier.taken[0].text
    # Another case of the same day has its own word; the first has its next one tomorrow.
    w.opened(world, period="A2", now=at[0])
    run_jobs(at[0])
    assert len(carrier.taken) == 2
    at[0] = w.NOW + timedelta(days=1)
    withdraw(actor=world.applicant, case_id=case.id, version=case.version, now=at[0])
    run_jobs(at[0])
    assert len(carrier.taken) == 3


def test_at_night_it_waits_for_the_morning_and_counts_as_the_morning_s(
    carrier: StandIn, at: list[datetime]
) -> None:
    world = world_of(person())
    at[0] = NIGHT
    case = w.opened(world, now=NIGHT)
    run_jobs(NIGHT)
    assert carrier.taken == []
    at[0] = datetime(2025, 9, 2, 0, 0, tzinfo=UTC)  # eight in the morning
    accepted(world, case, at[0])
    run_jobs(at[0])
    assert [one.text for one in carrier.taken] == [TEXT]


def test_who_said_no_reads_it_in_the_inbox_only(carrier: StandIn, at: list[datetime]) -> None:
    world = world_of(person())
    set_texts(person_id=world.person, wanted=False, actor=world.applicant, now=w.NOW)
    case = w.opened(world)
    run_jobs()
    assert carrier.taken == []
    assert not Delivery.objects.filter(channel="sms").exists()
    assert Message.objects.filter(to=str(world.subject)).exists()
    set_texts(person_id=world.person, wanted=True, actor=world.applicant, now=w.NOW)
    accepted(world, case, w.NOW)
    run_jobs()
    assert len(carrier.taken) == 1


def test_without_a_phone_the_desk_sees_that_nobody_was_reached() -> None:
    w.opened(world_of(person(None)))
    (row,) = Delivery.objects.filter(channel="sms")
    assert (row.state, row.failure) == ("refused", "no_address")


def test_a_firm_s_news_reach_those_who_may_read_its_letters(
    carrier: StandIn, at: list[datetime]
) -> None:
    boss, clerk, former = (person(phone) for phone in PHONES)
    firm = SubjectRef("firm", make_firm(legal_representative=boss, now=w.NOW))
    for receiver, scopes, ended in (
        (clerk, ["read"], None),
        (former, ["read"], w.NOW - timedelta(days=1)),
    ):
        Mandate.objects.create(
            from_firm_id=firm.id,
            to_person_id=receiver,
            scopes=scopes,
            start_on=w.TODAY - timedelta(days=9),
            until_on=w.TODAY + timedelta(days=9),
            how="phone_code",
            accepted_at=w.NOW - timedelta(days=9),
            withdrawn_at=ended,
        )
    told = {
        "to": firm, "kind": "cases.paid", "title": "钱到账了", "body": "全文",
        "about": f"cases.Case:{firm.id}", "now": w.NOW,
    }  # fmt: skip
    for key in ("one", "two"):
        send_message(**told, key=key)  # type: ignore[arg-type]
    run_jobs()
    assert sorted(one.phone for one in carrier.taken) == sorted(PHONES[:2])
    assert {one.text for one in carrier.taken} == {TEXT}


def test_a_phone_two_readers_share_rings_once() -> None:
    boss, clerk = person(), person()
    firm = SubjectRef("firm", make_firm(legal_representative=boss, now=w.NOW))
    Mandate.objects.create(
        from_firm_id=firm.id,
        to_person_id=clerk,
        scopes=["read"],
        start_on=w.TODAY,
        until_on=w.TODAY + timedelta(days=9),
        how="phone_code",
        accepted_at=w.NOW,
    )
    assert len(contacts_of(firm, now=w.NOW)) == 1
    assert PHONES[0] not in repr(contacts_of(firm, now=w.NOW))


def test_what_is_about_nothing_stays_in_the_inbox() -> None:
    to = SubjectRef("person", person())
    send_message(to=to, kind="test.kind", title="到了", body="全文", key="k", now=w.NOW)
    assert not Delivery.objects.exclude(channel="inbox").exists()
    unknown = SubjectRef("person", Case().pk)
    assert contacts_of(unknown, now=w.NOW) == ()


def test_nobody_chooses_for_another() -> None:
    mine, other = person(), person(PHONES[1])
    with pytest.raises(Exception, match="没有找到"):
        set_texts(person_id=mine, wanted=False, actor=as_resident(other), now=w.NOW)
    set_texts(person_id=mine, wanted=False, actor=SYSTEM, now=w.NOW)
    assert contacts_of(SubjectRef("person", mine), now=w.NOW) == ()
