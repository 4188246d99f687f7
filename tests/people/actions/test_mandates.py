"""Mandates in the database: offered by code, accepted by the named one, withdrawn at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.people.access import RecordNotFoundError
from denghuo.people.actions.mandates import (
    PaperNeededError,
    answer_offer,
    give_mandate_on_paper,
    give_mandate_to_staff,
    offer_mandate,
)
from denghuo.people.actions.phone_codes import code_of, send_code
from denghuo.people.logic.mandate import (
    MandateEndedError,
    MandateInPastError,
    MandateNotOfferedError,
    MandateScopeError,
    MandateTooLongError,
    MandateToSelfError,
    NoMandateError,
)
from denghuo.people.logic.phone import Phone
from denghuo.people.logic.phone_code import Purpose, WrongCodeError
from denghuo.people.models import FirmRole, Mandate, Person
from denghuo.people.public import (
    demand_scope,
    end_office,
    give_mandate,
    list_firms_for,
    mandate_in_force,
    subjects_actor_may_act_for,
    withdraw_mandate,
)
from denghuo.people.queries.mandates import acting_mandate, mandates_given_by, offers_to
from denghuo.platform.models.files import StoredFile
from denghuo.platform.public import SYSTEM, Actor, NoSuchFileError, remove_file, store_file
from tests.factories.people import (
    CHIFENG,
    NOW,
    as_resident,
    as_staff,
    make_firm,
    make_person,
    make_staff,
    phone,
)

pytestmark = pytest.mark.django_db

UNTIL = date(2026, 12, 23)
DAY = timedelta(days=1)
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 100


def person(name: str) -> tuple[UUID, Actor, Phone]:
    mobile = phone()
    person_id = make_person(name, phone=mobile)
    return person_id, as_resident(person_id, name=name), mobile


def code_to(mobile: Phone, purpose: Purpose = "give_mandate", *, now: datetime = NOW) -> UUID:
    return send_code(phone=mobile, purpose=purpose, address="192.0.2.1", now=now)


def offer(
    giver: tuple[UUID, Actor, Phone],
    to_name: str,
    to_phone: Phone,
    *,
    code_id: UUID | None = None,
    typed: str | None = None,
    until: date = UNTIL,
) -> UUID:
    code_id = code_id or code_to(giver[2])
    return offer_mandate(
        giver=SubjectRef("person", giver[0]),
        to_name=to_name,
        to_phone=to_phone,
        scopes=["read", "apply"],
        until_on=until,
        code_id=code_id,
        typed=code_of(code_id) if typed is None else typed,
        actor=giver[1],
        now=NOW,
    )


def test_the_whole_road_of_a_mandate_between_two_residents() -> None:
    mother, son = person("乌云其木格"), person("巴特尔")
    ref = SubjectRef("person", mother[0])
    mandate_id = offer(mother, "巴特尔", son[2])
    assert mandate_in_force(actor=son[1], subject=ref, scope="read", now=NOW) is None
    (waiting,) = offers_to(Person.objects.get(pk=son[0]), now=NOW)
    assert waiting.giver_name == "乌云其木格"
    answer_offer(mandate_id=mandate_id, accept=True, actor=son[1], now=NOW)
    acting = mandate_in_force(actor=son[1], subject=ref, scope="apply", now=NOW)
    assert acting is not None
    assert mandate_in_force(actor=son[1], subject=ref, scope="money", now=NOW) is None
    assert [one.subject for one in subjects_actor_may_act_for(son[1], now=NOW)] == [
        son[1].person,
        ref,
    ]
    withdraw_mandate(mandate_id=mandate_id, actor=mother[1], now=NOW + timedelta(seconds=1))
    later = NOW + timedelta(seconds=1)
    assert mandate_in_force(actor=son[1], subject=ref, scope="read", now=later) is None
    assert acting_mandate(mandate_id, actor=son[1], now=later) is None
    with pytest.raises(NoMandateError):
        demand_scope(son[1], ref, "read", now=later)
    with pytest.raises(MandateEndedError):
        withdraw_mandate(mandate_id=mandate_id, actor=son[1], now=later)


def test_an_offer_to_nobody_registered_answers_the_same_and_waits() -> None:
    mother, stranger = person("乌云其木格"), phone()
    mandate_id = offer(mother, "还没来过", stranger)
    (view,) = mandates_given_by(SubjectRef("person", mother[0]), now=NOW)
    assert (view.id, view.state, view.receiver_name) == (mandate_id, "offered", "还没来过")
    newcomer = make_person("还没来过", phone=stranger)
    answer_offer(mandate_id=mandate_id, accept=True, actor=as_resident(newcomer), now=NOW)
    assert Mandate.objects.get().to_person_id == newcomer


def test_an_offer_names_phone_and_name_so_that_a_shared_phone_opens_nothing() -> None:
    mother, son = person("乌云其木格"), person("巴特尔")
    brother = make_person("其其格", phone=son[2])
    mandate_id = offer(mother, "巴特尔", son[2])
    assert offers_to(Person.objects.get(pk=brother), now=NOW) == ()
    for stranger in (as_resident(brother), mother[1], person("外人")[1], SYSTEM):
        with pytest.raises(RecordNotFoundError):
            answer_offer(mandate_id=mandate_id, accept=True, actor=stranger, now=NOW)


def test_declining_ends_an_offer() -> None:
    mother, son = person("乌云其木格"), person("巴特尔")
    mandate_id = offer(mother, "巴特尔", son[2])
    answer_offer(mandate_id=mandate_id, accept=False, actor=son[1], now=NOW)
    with pytest.raises(MandateNotOfferedError):
        answer_offer(mandate_id=mandate_id, accept=True, actor=son[1], now=NOW)


def test_the_last_day_is_not_a_day() -> None:
    mother, son = person("乌云其木格"), person("巴特尔")
    ref = SubjectRef("person", mother[0])
    answer_offer(mandate_id=offer(mother, "巴特尔", son[2]), accept=True, actor=son[1], now=NOW)
    # 2026-12-22 15:59:59 UTC is the last second of 22 December in Inner Mongolia.
    last = datetime.fromisoformat("2026-12-22T15:59:59+00:00")
    assert mandate_in_force(actor=son[1], subject=ref, scope="read", now=last)
    after = last + timedelta(seconds=1)
    assert mandate_in_force(actor=son[1], subject=ref, scope="read", now=after) is None


def test_a_double_click_gives_one_mandate() -> None:
    mother, son = person("乌云其木格"), person("巴特尔")
    code_id = code_to(mother[2])
    first = offer(mother, "巴特尔", son[2], code_id=code_id)
    assert offer(mother, "巴特尔", son[2], code_id=code_id) == first
    assert Mandate.objects.count() == 1


def test_a_wrong_code_gives_nothing_and_counts() -> None:
    mother, son = person("乌云其木格"), person("巴特尔")
    code_id = code_to(mother[2])
    for left in (4, 3):
        with pytest.raises(WrongCodeError, match=f"{left} 次"):
            offer(mother, "巴特尔", son[2], code_id=code_id, typed="x")
    assert not Mandate.objects.exists()
    offer(mother, "巴特尔", son[2], code_id=code_id)


def test_a_code_to_another_phone_gives_nothing() -> None:
    mother, son = person("乌云其木格"), person("巴特尔")
    with pytest.raises(RecordNotFoundError):
        offer(mother, "巴特尔", son[2], code_id=code_to(son[2]))
    assert not Mandate.objects.exists()


def test_terms_that_cannot_stand_are_refused_before_the_code_is_spent() -> None:
    mother, son = person("乌云其木格"), person("巴特尔")
    code_id = code_to(mother[2])
    refused: list[tuple[type[RefusalError], str, Phone, date]] = [
        (MandateInPastError, "巴特尔", son[2], date(2026, 11, 23)),
        (MandateTooLongError, "巴特尔", son[2], date(2027, 11, 24)),
        (MandateToSelfError, "乌云其木格", mother[2], UNTIL),
    ]
    for error, name, mobile, until in refused:
        with pytest.raises(error):
            offer(mother, name, mobile, code_id=code_id, until=until)
    offer(mother, "巴特尔", son[2], code_id=code_id)


def test_nobody_gives_a_mandate_for_another() -> None:
    mother, son = person("乌云其木格"), person("巴特尔")
    with pytest.raises(RecordNotFoundError):
        offer((mother[0], son[1], son[2]), "巴特尔", son[2])


def test_a_strangers_mandate_cannot_be_withdrawn() -> None:
    mother, son, stranger = person("乌云其木格"), person("巴特尔"), person("外人")
    mandate_id = offer(mother, "巴特尔", son[2])
    for actor in (stranger[1], as_staff(make_staff())):
        with pytest.raises(RecordNotFoundError) as refusal:
            withdraw_mandate(mandate_id=mandate_id, actor=actor, now=NOW)
        assert refusal.value.status == 404


def test_a_clerk_acts_by_a_code_read_aloud_and_only_in_the_area() -> None:
    elder = person("娜仁其其格")
    ref = SubjectRef("person", elder[0])
    clerk, far = as_staff(make_staff()), as_staff(make_staff("far"), area=CHIFENG)
    code_id = code_to(elder[2], "assisted_mandate")

    def give(actor: Actor, until: date = date(2026, 11, 30)) -> UUID:
        return give_mandate_to_staff(
            person_id=elder[0],
            scopes=["read", "apply"],
            until_on=until,
            code_id=code_id,
            typed=code_of(code_id),
            actor=actor,
            now=NOW,
        )

    with pytest.raises(RecordNotFoundError):
        give(far)
    with pytest.raises(MandateTooLongError):
        give(clerk, date(2026, 12, 24))
    mandate_id = give(clerk)
    assert give(clerk) == mandate_id
    assert mandate_in_force(actor=clerk, subject=ref, scope="apply", now=NOW)
    colleague = as_staff(make_staff("colleague"))
    assert mandate_in_force(actor=colleague, subject=ref, scope="apply", now=NOW) is None
    assert subjects_actor_may_act_for(colleague, now=NOW) == ()
    assert [one.subject for one in subjects_actor_may_act_for(clerk, now=NOW)] == [ref]
    # The elder's own withdrawal works at once.
    withdraw_mandate(mandate_id=mandate_id, actor=elder[1], now=NOW)
    with pytest.raises(NoMandateError):
        demand_scope(clerk, ref, "apply", now=NOW)


def test_an_expired_mandate_of_a_clerk_opens_nothing() -> None:
    elder = person("娜仁其其格")
    clerk = as_staff(make_staff())
    mandate_id = give_mandate_on_paper(
        person_id=elder[0],
        scopes=["read"],
        until_on=date(2026, 11, 30),
        paper_id=stored_paper(),
        actor=clerk,
        now=NOW,
    )
    assert acting_mandate(mandate_id, actor=clerk, now=NOW + 6 * DAY)
    assert acting_mandate(mandate_id, actor=clerk, now=NOW + 7 * DAY) is None


def test_paper_needs_its_photo() -> None:
    elder = person("娜仁其其格")
    with pytest.raises(PaperNeededError):
        give_mandate(
            giver=SubjectRef("person", elder[0]),
            to_person=make_person("巴特尔"),
            scopes=["read"],
            start_on=NOW.date(),
            until_on=UNTIL,
            how="paper",
            actor=SYSTEM,
            now=NOW,
        )


def test_scopes_must_be_named() -> None:
    elder = person("娜仁其其格")
    for scopes in ([], ["everything"]):
        with pytest.raises(MandateScopeError):
            give_mandate(
                giver=SubjectRef("person", elder[0]),
                to_person=make_person("巴特尔"),
                scopes=scopes,
                start_on=NOW.date(),
                until_on=None,
                how="legal",
                actor=SYSTEM,
                now=NOW,
            )


def test_a_legal_representative_acts_for_the_firm_until_the_office_ends() -> None:
    boss = person("张伟")
    firm = SubjectRef("firm", make_firm(legal_representative=boss[0]))
    acting = mandate_in_force(actor=boss[1], subject=firm, scope="money", now=NOW)
    assert acting is not None
    assert [one.role for one in list_firms_for(boss[0], on=NOW.date())] == ["legal_representative"]
    with pytest.raises(RecordNotFoundError):
        withdraw_mandate(mandate_id=acting.id, actor=boss[1], now=NOW)
    office = FirmRole.objects.get()
    end_office(office_id=office.pk, until_on=NOW.date(), actor=SYSTEM, now=NOW)
    assert mandate_in_force(actor=boss[1], subject=firm, scope="read", now=NOW) is None
    assert list_firms_for(boss[0], on=NOW.date()) == ()


def test_a_firm_gives_its_clerk_a_mandate_and_the_clerk_cannot_pass_it_on() -> None:
    boss, clerk, other = person("张伟"), person("李娜"), person("王芳")
    firm = SubjectRef("firm", make_firm(legal_representative=boss[0]))
    legal = Mandate.objects.get()

    def acting(who: tuple[UUID, Actor, Phone], mandate_id: UUID) -> Actor:
        return Actor(
            kind="resident",
            person=who[1].person,
            acting_for=firm,
            mandate_id=mandate_id,
            scopes=frozenset(Mandate.objects.get(pk=mandate_id).scopes),
        )

    def give(who: tuple[UUID, Actor, Phone], mandate_id: UUID, to: tuple[UUID, Actor, Phone],
             name: str) -> UUID:  # fmt: skip
        code_id = code_to(who[2])
        return offer_mandate(
            giver=firm,
            to_name=name,
            to_phone=to[2],
            scopes=["read", "apply"],
            until_on=UNTIL,
            code_id=code_id,
            typed=code_of(code_id),
            actor=acting(who, mandate_id),
            now=NOW,
        )

    mandate_id = give(boss, legal.pk, clerk, "李娜")
    answer_offer(mandate_id=mandate_id, accept=True, actor=clerk[1], now=NOW)
    assert mandate_in_force(actor=clerk[1], subject=firm, scope="apply", now=NOW)
    with pytest.raises(RecordNotFoundError):
        give(clerk, mandate_id, other, "王芳")
    # The boss, acting for the firm, takes it back.
    withdraw_mandate(mandate_id=mandate_id, actor=acting(boss, legal.pk), now=NOW)
    assert mandate_in_force(actor=clerk[1], subject=firm, scope="read", now=NOW) is None


def test_the_table_itself_refuses_what_must_never_be() -> None:
    mother, son = person("乌云其木格"), person("巴特尔")
    offer(mother, "巴特尔", son[2])
    for broken in (
        {"from_person": None},
        {"to_person": mother[0]},
        {"until_on": date(2026, 11, 23)},
        {"until_on": None},
        {"accepted_at": NOW},
        {"how": "paper"},
        {"to_phone_digest": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Mandate.objects.update(**broken)


@pytest.mark.django_db(transaction=True)
def test_accepting_and_withdrawing_at_once_leaves_one_clear_state(
    in_threads: Callable[..., list[object]],
) -> None:
    mother, son = person("乌云其木格"), person("巴特尔")
    mandate_id = offer(mother, "巴特尔", son[2])

    def accept() -> str:
        answer_offer(mandate_id=mandate_id, accept=True, actor=son[1], now=NOW)
        return "accepted"

    def withdraw() -> str:
        withdraw_mandate(mandate_id=mandate_id, actor=mother[1], now=NOW)
        return "withdrawn"

    results = in_threads(accept, withdraw)
    assert results[1] == "withdrawn"
    ref = SubjectRef("person", mother[0])
    assert mandate_in_force(actor=son[1], subject=ref, scope="read", now=NOW) is None


def stored_paper(owner: UUID | None = None) -> UUID:
    photo = SimpleUploadedFile("委托书.png", PNG)
    ref = SubjectRef("person", owner) if owner else None
    return store_file(actor=SYSTEM, owner=ref, upload=photo, now=NOW).id


def on_paper(elder: UUID, clerk: Actor, paper: UUID) -> UUID:
    return give_mandate_on_paper(
        person_id=elder,
        scopes=["read"],
        until_on=date(2026, 11, 30),
        paper_id=paper,
        actor=clerk,
        now=NOW,
    )


def test_a_photo_that_was_taken_away_carries_no_mandate() -> None:
    elder, clerk, paper = person("娜仁其其格")[0], as_staff(make_staff()), stored_paper()
    assert remove_file(actor=SYSTEM, file_id=paper, now=NOW)
    with pytest.raises(NoSuchFileError):
        on_paper(elder, clerk, paper)
    assert not Mandate.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_photo_taken_away_while_the_mandate_is_entered(
    in_threads: Callable[..., list[object]],
) -> None:
    """Either the mandate has its photo, or there is no mandate."""
    elder, clerk = person("娜仁其其格")[0], as_staff(make_staff())
    for _round in range(3):
        paper = stored_paper()
        in_threads(
            lambda paper=paper: on_paper(elder, clerk, paper),
            lambda paper=paper: remove_file(actor=SYSTEM, file_id=paper, now=NOW),
        )
        rests = Mandate.objects.filter(paper_id=paper).exists()
        assert rests == (StoredFile.objects.get(pk=paper).removed_at is None)
