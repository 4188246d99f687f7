"""Registering, proving, correcting, consenting, merging."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from denghuo.kernel.id_number import IdNumber, NotIdNumberError
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.people.access import PersonNotFoundError, RecordNotFoundError
from denghuo.people.actions.consents import (
    UnknownPurposeError,
    give_consent,
    withdraw_consent,
)
from denghuo.people.actions.corrections import (
    AnswerNeededError,
    answer_correction,
    ask_correction,
)
from denghuo.people.actions.persons import (
    NewPerson,
    PersonExistsError,
    bulk_register_persons,
    confirm_claim,
    merge_duplicates,
    refuse_claim,
    register_person,
)
from denghuo.people.models import Consent, IdentityClaim, Person
from denghuo.people.public import (
    find_person_by_id_number,
    give_mandate,
    has_consent,
    mandate_in_force,
    person_attributes_for_policy,
    person_in_full,
    person_of,
    persons_of,
    refs_of,
)
from denghuo.people.queries.persons import corrections_of, open_corrections_for
from denghuo.platform.public import ANONYMOUS, SYSTEM, look_ups_of
from tests.factories.people import (
    CHIFENG,
    HOHHOT,
    NOW,
    as_resident,
    as_staff,
    id_number,
    make_person,
    make_staff,
    phone,
)
from tests.people.flows import claimed

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "raw",
    [
        "159901197001010015",
        "15059919900101001X",
        "810000199408230021",
        "１５０５９９１９９００１０１００１ｘ",
        "  15059919900101001x\n",
    ],
)
def test_numbers_that_crash_common_libraries_are_people_here(raw: str) -> None:
    person_id = make_person(number=IdNumber.read(raw))
    clean = raw.strip()
    found = find_person_by_id_number(IdNumber.read(clean), actor=SYSTEM, purpose="测试")
    assert found is not None
    assert found.ref.id == person_id


def test_a_number_stands_once_however_it_is_typed() -> None:
    make_person(number=IdNumber.read("15059919900101001X"))
    with pytest.raises(PersonExistsError):
        make_person(number=IdNumber.read(" １５０５９９１９９００１０１００１ｘ "))
    assert Person.objects.count() == 1


def test_a_wrong_check_digit_is_told_in_words() -> None:
    with pytest.raises(NotIdNumberError, match="最后一位校验不符"):
        IdNumber.read("159901197001010016")


@pytest.mark.django_db(transaction=True)
def test_two_clerks_enter_one_card(in_threads: Callable[..., list[object]]) -> None:
    number = id_number()

    def enter() -> UUID:
        return make_person(number=number)

    results = in_threads(enter, enter)
    assert sum(isinstance(result, UUID) for result in results) == 1
    assert sum(isinstance(result, PersonExistsError) for result in results) == 1


def test_nothing_readable_stands_in_the_table() -> None:
    number, mobile = id_number(), phone()
    make_person(number=number, phone=mobile)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, id_digest, phone, phone_digest FROM people_person")
        stored = b"|".join(bytes(cell) for cell in cursor.fetchone())
    assert number.text.encode() not in stored
    assert mobile.text.encode() not in stored


def test_views_are_masked_and_their_print_leaks_nothing() -> None:
    number, mobile = id_number(), phone(12345678)
    person_id = make_person(number=number, phone=mobile)
    shown = person_of(person_id)
    assert shown.name_masked == "***木格"
    assert shown.id_number_masked == f"159901********{number.text[-4:]}"
    assert shown.phone_masked == "120****5678"
    full = person_in_full(person_id, actor=SYSTEM, purpose="测试")
    for text in (repr(shown), repr(full), str(Person.objects.get())):
        assert number.text not in text
        assert mobile.text not in text
        assert "乌云其木格" not in text


def test_the_whole_record_needs_a_right_and_leaves_a_look() -> None:
    person_id = make_person()
    ref = SubjectRef("person", person_id)
    clerk = as_staff(make_staff())
    person_in_full(person_id, actor=as_resident(person_id), purpose="self")
    assert look_ups_of(ref).total == 0
    full = person_in_full(person_id, actor=clerk, purpose="窗口代办", what=("name",))
    assert full.name == "乌云其木格"
    (look,) = look_ups_of(ref).entries
    assert (look.actor, look.what, look.purpose) == (clerk.label, ("name",), "窗口代办")


def test_others_get_404_and_leave_no_look() -> None:
    person_id, other = make_person(), make_person("张伟")
    ref = SubjectRef("person", person_id)
    strangers = [
        ANONYMOUS,
        as_resident(other),
        as_staff(make_staff("far"), area=CHIFENG),
        as_staff(make_staff("bank", roles=("bank",)), roles=("bank",), area=HOHHOT),
    ]
    for stranger in strangers:
        with pytest.raises(PersonNotFoundError) as refusal:
            person_in_full(person_id, actor=stranger, purpose="好奇")
        assert refusal.value.status == 404
    assert look_ups_of(ref).total == 0
    assert (
        person_in_full(
            person_id, actor=as_staff(make_staff("above"), area=HOHHOT), purpose="复核"
        ).ref
        == ref
    )


def test_searching_a_number_outside_the_area_finds_nobody() -> None:
    number = id_number()
    make_person(number=number)
    far = as_staff(make_staff("far"), area=CHIFENG)
    assert find_person_by_id_number(number, actor=far, purpose="窗口代办") is None
    near = as_staff(make_staff())
    assert find_person_by_id_number(number, actor=near, purpose="窗口代办") is not None


def test_bulk_registration_is_all_or_nothing() -> None:
    twin = id_number()
    people = [
        NewPerson(uuid4(), "张伟", number, None, Region.read("150102"), None)
        for number in (id_number(), twin, twin)
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk_register_persons(people, actor=SYSTEM, now=NOW)
    assert Person.objects.count() == 0
    assert bulk_register_persons(people[:2], actor=SYSTEM, now=NOW) == 2
    assert set(persons_of([one.id for one in people])) == {one.id for one in people[:2]}


def test_a_claimed_number_occupies_nothing_until_a_clerk_saw_the_card() -> None:
    number = id_number()
    newcomer = claimed("乌云其木格", number, phone())
    row = Person.objects.get(pk=newcomer)
    assert row.id_digest is None
    assert row.proofing == "self"
    # The true owner can still be registered by a clerk.
    owner = make_person("乌云其木格", number=number)
    clerk = as_staff(make_staff())
    claim = IdentityClaim.objects.get(person=newcomer)
    survivor = confirm_claim(claim_id=claim.pk, actor=clerk, now=NOW)
    assert survivor == owner
    assert Person.objects.get(pk=newcomer).merged_into_id == owner
    assert Person.objects.get(pk=owner).phone == row.phone
    assert person_of(newcomer).ref.id == owner


def test_confirming_a_claim_to_a_new_number_proves_it_once() -> None:
    number = id_number()
    newcomer = claimed("张伟", number, phone())
    clerk = as_staff(make_staff())
    claim = IdentityClaim.objects.get(person=newcomer)
    assert {one.source for one in person_attributes_for_policy(SubjectRef("person", newcomer))} == {
        "self"
    }
    assert confirm_claim(claim_id=claim.pk, actor=clerk, now=NOW) == newcomer
    row = Person.objects.get(pk=newcomer)
    assert (row.id_number, row.proofing) == (number.text, "in_person")
    with pytest.raises(RecordNotFoundError):
        confirm_claim(claim_id=claim.pk, actor=clerk, now=NOW)


def test_a_refused_claim_changes_nothing_else() -> None:
    number = id_number()
    newcomer = claimed("张伟", number, phone())
    claim = IdentityClaim.objects.get(person=newcomer)
    refuse_claim(claim_id=claim.pk, actor=as_staff(make_staff()), now=NOW)
    assert Person.objects.get(pk=newcomer).id_digest is None
    with pytest.raises(RecordNotFoundError):
        refuse_claim(claim_id=claim.pk, actor=as_staff(make_staff("second")), now=NOW)


def test_a_clerk_far_away_cannot_take_over_a_registered_person() -> None:
    number = id_number()
    make_person(number=number)
    newcomer = claimed("张伟", number, phone())
    claim = IdentityClaim.objects.get(person=newcomer)
    far = as_staff(make_staff("far"), area=CHIFENG)
    with pytest.raises(PersonNotFoundError):
        confirm_claim(claim_id=claim.pk, actor=far, now=NOW)
    claim.refresh_from_db()
    assert claim.state == "waiting"


def test_corrections_are_asked_once_and_answered_with_words() -> None:
    person_id = make_person()
    me, clerk = as_resident(person_id), as_staff(make_staff())
    first = ask_correction(
        person_id=person_id, field="residence", words="搬到了回民区", actor=me, now=NOW
    )
    again = ask_correction(
        person_id=person_id, field="residence", words="再说一次", actor=me, now=NOW
    )
    assert first == again
    assert [one.id for one in open_corrections_for(clerk)] == [first]
    assert open_corrections_for(as_staff(make_staff("far"), area=CHIFENG)) == ()
    with pytest.raises(AnswerNeededError):
        answer_correction(request_id=first, corrected=True, answer=" ", actor=clerk, now=NOW)
    answer_correction(request_id=first, corrected=True, answer="已改为回民区", actor=clerk, now=NOW)
    (view,) = corrections_of(person_id)
    assert (view.state, view.answer) == ("corrected", "已改为回民区")
    with pytest.raises(RecordNotFoundError):
        answer_correction(request_id=first, corrected=False, answer="再答", actor=clerk, now=NOW)


def test_a_stranger_cannot_ask_for_a_correction_of_another() -> None:
    person_id, other = make_person(), make_person("张伟")
    with pytest.raises(PersonNotFoundError):
        ask_correction(
            person_id=person_id, field="name", words="x", actor=as_resident(other), now=NOW
        )


def test_consent_is_given_once_and_withdrawn_at_once() -> None:
    person_id = make_person()
    me = as_resident(person_id)
    for _twice in range(2):
        give_consent(person_id=person_id, purpose="activity_tips", actor=me, now=NOW)
    assert Consent.objects.count() == 1
    assert has_consent(person_id, "activity_tips")
    later = NOW + timedelta(days=1)
    for _twice in range(2):
        withdraw_consent(person_id=person_id, purpose="activity_tips", actor=me, now=later)
    assert not has_consent(person_id, "activity_tips")
    give_consent(person_id=person_id, purpose="activity_tips", actor=me, now=later)
    assert Consent.objects.count() == 2
    with pytest.raises(UnknownPurposeError):
        give_consent(person_id=person_id, purpose="everything", actor=me, now=NOW)


def test_merging_moves_what_lives_and_leaves_one_person() -> None:
    survivor, duplicate, helper = make_person(), make_person("乌云"), make_person("张伟")
    me = as_resident(duplicate)
    give_consent(person_id=duplicate, purpose="activity_tips", actor=me, now=NOW)
    give_mandate(
        giver=SubjectRef("person", duplicate),
        to_person=helper,
        scopes=["read"],
        start_on=NOW.date(),
        until_on=date(2027, 1, 1),
        how="phone_code",
        actor=SYSTEM,
        now=NOW,
    )
    give_mandate(
        giver=SubjectRef("person", duplicate),
        to_person=survivor,
        scopes=["read"],
        start_on=NOW.date(),
        until_on=date(2027, 1, 1),
        how="phone_code",
        actor=SYSTEM,
        now=NOW,
    )
    for _twice in range(2):
        merge_duplicates(survivor_id=survivor, duplicate_id=duplicate, actor=SYSTEM, now=NOW)
    ref = SubjectRef("person", survivor)
    assert refs_of(SubjectRef("person", duplicate)) == (ref, SubjectRef("person", duplicate))
    assert has_consent(survivor, "activity_tips")
    acting = mandate_in_force(actor=as_resident(helper), subject=ref, scope="read", now=NOW)
    assert acting is not None
    # Nobody keeps a mandate to themselves.
    assert mandate_in_force(actor=as_resident(survivor), subject=ref, scope="read", now=NOW) is None


def test_merges_in_a_row_leave_no_chain() -> None:
    first, second, third = make_person(), make_person("乌云"), make_person("其木格")
    merge_duplicates(survivor_id=second, duplicate_id=first, actor=SYSTEM, now=NOW)
    merge_duplicates(survivor_id=third, duplicate_id=second, actor=SYSTEM, now=NOW)
    assert Person.objects.get(pk=first).merged_into_id == third
    assert person_of(first).ref.id == third


def test_the_table_itself_refuses_what_must_never_be() -> None:
    person_id = make_person()
    for broken in (
        {"name": ""},
        {"merged_into": person_id},
        {"id_digest": None},
        {"proofing": "self"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Person.objects.filter(pk=person_id).update(**broken)


def test_policy_attributes_say_where_they_come_from() -> None:
    number = id_number(date(1992, 2, 29))
    person_id = make_person(number=number)
    facts = {one.name: one for one in person_attributes_for_policy(SubjectRef("person", person_id))}
    assert facts["born_on"].value == date(1992, 2, 29)
    assert facts["residence"].value == "150102000000"
    assert facts["sex"].value == number.sex
    assert {one.source for one in facts.values()} == {"people_register"}
    assert "registered_region" not in facts


def test_names_are_kept_in_one_form() -> None:
    person_id = register_person(
        name=" 乌云 • 其木格 ", id_number=id_number(), proofing="register", actor=SYSTEM, now=NOW
    )
    assert Person.objects.get(pk=person_id).name == "乌云·其木格"
