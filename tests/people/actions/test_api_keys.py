"""Keys of programs: made once, shown once, ended at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.people.access import FirmNotFoundError, PersonNotFoundError, RecordNotFoundError
from denghuo.people.actions.api_keys import (
    ApiKeyDaysError,
    ApiKeyLabelError,
    ApiKeyLabelTakenError,
    ApiKeyScopesError,
    NewApiKey,
    make_staff_key,
    make_subject_key,
    revoke_api_key,
    sign_in_program,
)
from denghuo.people.actions.persons import merge_duplicates
from denghuo.people.actions.staff import change_staff
from denghuo.people.models import ApiKey
from denghuo.people.queries.api_keys import (
    WrongKeyError,
    actor_of_key,
    api_keys,
    keys_of,
    keys_of_staff,
)
from denghuo.platform.models import AuditEntry
from denghuo.platform.public import SYSTEM, TooManyRequestsError
from tests.factories.people import (
    HOHHOT_XINCHENG,
    NOW,
    as_resident,
    make_firm,
    make_person,
    make_staff,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def firm_key(**more: object) -> NewApiKey:
    given: dict[str, object] = {
        "subject": SubjectRef("firm", make_firm()),
        "scopes": ["read"],
        "label": "财务软件",
        "days": 30,
        "actor": SYSTEM,
        "now": NOW,
    }
    return make_subject_key(**{**given, **more})  # type: ignore[arg-type]


def test_a_staff_key_is_its_owner_with_roles_and_area() -> None:
    owner = make_staff(roles=("officer",))
    made = make_staff_key(staff_id=owner, label="对账", days=30, actor=SYSTEM, now=NOW)
    actor = actor_of_key(made.key, now=NOW)
    assert (actor.kind, actor.staff_id, actor.key_id) == ("staff", owner, made.id)
    assert (actor.roles, actor.area) == (frozenset({"officer"}), HOHHOT_XINCHENG)
    assert actor.acting_for is None


def test_what_is_taken_from_the_owner_is_taken_from_the_program() -> None:
    owner = make_staff(roles=("officer",))
    made = make_staff_key(staff_id=owner, label="对账", days=30, actor=SYSTEM, now=NOW)

    def change(*, roles: list[str], active: bool) -> None:
        change_staff(
            staff_id=owner,
            roles=roles,
            area=Region.read("1504"),
            active=active,
            actor=SYSTEM,
            now=NOW,
        )

    change(roles=["station"], active=True)
    actor = actor_of_key(made.key, now=NOW)
    assert (actor.roles, actor.area) == (frozenset({"station"}), Region.read("1504"))
    change(roles=["station"], active=False)
    with pytest.raises(WrongKeyError):
        actor_of_key(made.key, now=NOW)


def test_a_subject_key_acts_for_its_subject_in_its_scopes() -> None:
    firm = SubjectRef("firm", make_firm())
    actor = actor_of_key(firm_key(subject=firm, scopes=["apply", "read"]).key, now=NOW)
    assert (actor.kind, actor.acting_for) == ("program", firm)
    assert actor.scopes == {"read", "apply"}
    assert actor.label == f"program:{actor.key_id}"
    assert actor.staff_id is None
    assert actor.person is None


def test_a_key_follows_its_person_through_a_merge() -> None:
    stays, goes = make_person(), make_person()
    made = firm_key(subject=SubjectRef("person", goes))
    merge_duplicates(survivor_id=stays, duplicate_id=goes, actor=SYSTEM, now=NOW)
    assert actor_of_key(made.key, now=NOW).acting_for == SubjectRef("person", stays)


def test_the_key_is_kept_as_a_digest_only() -> None:
    made = firm_key()
    row = ApiKey.objects.get()
    assert made.key not in repr(made)
    assert bytes(row.digest) != made.key.encode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM people_apikey")
        kept = repr(cursor.fetchall())
    assert made.key[12:] not in kept
    assert made.key[12:] not in "".join(AuditEntry.objects.values_list("detail", flat=True))
    assert row.start == made.key[:8]


def test_wrong_expired_and_revoked_are_one_answer() -> None:
    made = firm_key(days=1)
    assert actor_of_key(made.key, now=NOW + DAY - timedelta(seconds=1)).key_id == made.id
    answers = []
    for key, now in [(made.key, NOW + DAY), (made.key[:-1] + "?", NOW), ("", NOW), ("dh_", NOW)]:
        with pytest.raises(WrongKeyError) as refused:
            actor_of_key(key, now=now)
        answers.append(refused.value.sentence)
    revoke_api_key(key_id=made.id, actor=SYSTEM, now=NOW)
    with pytest.raises(WrongKeyError) as refused:
        actor_of_key(made.key, now=NOW)
    assert {*answers, refused.value.sentence} == {WrongKeyError().sentence}


def test_revoked_twice_is_once() -> None:
    made = firm_key()
    revoke_api_key(key_id=made.id, actor=SYSTEM, now=NOW)
    revoke_api_key(key_id=made.id, actor=SYSTEM, now=NOW + DAY)
    assert ApiKey.objects.get().revoked_at == NOW
    assert AuditEntry.objects.filter(action="people.revoke_api_key").count() == 1
    with pytest.raises(RecordNotFoundError):
        revoke_api_key(key_id=uuid4(), actor=SYSTEM, now=NOW)


def test_every_making_is_in_the_audit_under_its_subject() -> None:
    firm = SubjectRef("firm", make_firm())
    made = firm_key(subject=firm)
    row = AuditEntry.objects.get(action="people.make_api_key")
    assert (row.subject, row.entity) == (str(firm), f"people.ApiKey:{made.id}")


def test_a_label_stands_once_for_its_owner() -> None:
    firm = SubjectRef("firm", make_firm())
    first = firm_key(subject=firm)
    with pytest.raises(ApiKeyLabelTakenError):
        firm_key(subject=firm)
    firm_key(subject=firm, label="另一个")
    firm_key()  # another firm's
    revoke_api_key(key_id=first.id, actor=SYSTEM, now=NOW)
    firm_key(subject=firm)


def test_an_expired_key_gives_its_label_back() -> None:
    firm = SubjectRef("firm", make_firm())
    old = firm_key(subject=firm, days=1)
    firm_key(subject=firm, now=NOW + DAY)
    assert ApiKey.objects.get(pk=old.id).revoked_at == NOW + DAY


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"label": "  "}, ApiKeyLabelError),
        ({"label": "长" * 61}, ApiKeyLabelError),
        ({"days": 0}, ApiKeyDaysError),
        ({"days": 401}, ApiKeyDaysError),
        ({"scopes": []}, ApiKeyScopesError),
        ({"scopes": ["read", "everything"]}, ApiKeyScopesError),
        ({"subject": SubjectRef("firm", uuid4())}, FirmNotFoundError),
        ({"subject": SubjectRef("person", uuid4())}, PersonNotFoundError),
    ],
)
def test_a_bad_order_makes_no_key(given: dict[str, object], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        firm_key(**given)
    assert not ApiKey.objects.exists()


def test_nobody_makes_a_key_for_a_closed_account() -> None:
    owner = make_staff()
    change_staff(
        staff_id=owner, roles=["station"], area=HOHHOT_XINCHENG, active=False, actor=SYSTEM, now=NOW
    )
    with pytest.raises(RecordNotFoundError):
        make_staff_key(staff_id=owner, label="对账", days=30, actor=SYSTEM, now=NOW)


def test_the_day_of_use_is_written_once_a_day() -> None:
    made = firm_key()
    for hours in (0, 1, 2):
        sign_in_program(key=made.key, address="192.0.2.1", now=NOW + timedelta(hours=hours))
    assert api_keys(now=NOW)[0].last_used_on == NOW.date()
    sign_in_program(key=made.key, address="192.0.2.1", now=NOW + DAY)
    assert api_keys(now=NOW)[0].last_used_on == (NOW + DAY).date()


def test_guessing_is_slowed_by_address() -> None:
    made = firm_key()
    for _ in range(20):
        with pytest.raises(WrongKeyError):
            sign_in_program(key="dh_" + "x" * 43, address="192.0.2.1", now=NOW)
    with pytest.raises(TooManyRequestsError):
        sign_in_program(key="dh_" + "x" * 43, address="192.0.2.1", now=NOW)
    with pytest.raises(WrongKeyError):
        sign_in_program(key="dh_" + "x" * 43, address="192.0.2.2", now=NOW)
    # The right key still opens: a neighbour behind the same address is not locked out.
    assert sign_in_program(key=made.key, address="192.0.2.1", now=NOW).key_id == made.id


def test_the_list_names_no_person() -> None:
    firm_key(subject=SubjectRef("person", make_person("巴特尔")))
    firm_key(days=1, now=NOW + timedelta(seconds=1))
    shown = api_keys(now=NOW + 2 * DAY)
    assert [one.state for one in shown] == ["in_force", "expired"]
    assert "巴特尔" not in repr(shown)


def test_two_orders_at_once_make_one_key(in_threads: Callable[..., list[object]]) -> None:
    firm = SubjectRef("firm", make_firm())
    results = in_threads(*[lambda: firm_key(subject=firm)] * 4)
    made = [one for one in results if isinstance(one, NewApiKey)]
    refused = [one for one in results if isinstance(one, ApiKeyLabelTakenError)]
    assert (len(made), len(refused)) == (1, 3)
    assert ApiKey.objects.count() == 1


def test_a_key_revoked_while_it_is_revoked(in_threads: Callable[..., list[object]]) -> None:
    made = firm_key()

    def revoke() -> None:
        revoke_api_key(key_id=made.id, actor=SYSTEM, now=NOW)

    assert in_threads(revoke, revoke, revoke) == [None, None, None]
    assert AuditEntry.objects.filter(action="people.revoke_api_key").count() == 1


def test_a_program_makes_no_further_key() -> None:
    owner = make_staff(roles=("officer",))
    made = make_staff_key(staff_id=owner, label="对账", days=30, actor=SYSTEM, now=NOW)
    program = actor_of_key(made.key, now=NOW)
    with pytest.raises(RecordNotFoundError):
        make_staff_key(staff_id=owner, label="再来一把", days=400, actor=program, now=NOW)
    with pytest.raises(RecordNotFoundError):
        revoke_api_key(key_id=made.id, actor=program, now=NOW)
    person = SubjectRef("person", make_person())
    program = actor_of_key(firm_key(subject=person).key, now=NOW)
    with pytest.raises(RecordNotFoundError):
        firm_key(subject=person, label="再来一把", actor=program)


def test_keys_of_a_merged_duplicate_are_the_survivors() -> None:
    stays, goes = make_person(), make_person()
    made = firm_key(subject=SubjectRef("person", goes))
    merge_duplicates(survivor_id=stays, duplicate_id=goes, actor=SYSTEM, now=NOW)
    assert [one.id for one in keys_of(SubjectRef("person", stays), now=NOW)] == [made.id]
    revoke_api_key(key_id=made.id, actor=as_resident(stays), now=NOW)
    assert [one.state for one in keys_of(SubjectRef("person", stays), now=NOW)] == ["revoked"]


def test_keys_in_use_come_first() -> None:
    owner = make_staff()
    labels = ("旧的", "在用", "新的")
    for number, label in enumerate(labels):
        make_staff_key(staff_id=owner, label=label, days=30, actor=SYSTEM, now=NOW + number * DAY)
    newest = keys_of_staff(owner, now=NOW + 3 * DAY)
    revoke_api_key(key_id=newest[0].id, actor=SYSTEM, now=NOW + 3 * DAY)
    shown = keys_of_staff(owner, now=NOW + 3 * DAY)
    assert [one.label for one in shown] == ["在用", "旧的", "新的"]
