"""What was granted may be declined until it is ordered, by whoever has the right over money."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from denghuo.cases.access import CaseNotFoundError
from denghuo.cases.actions.declining import (
    MoneyOrderedError,
    NothingGrantedError,
    decline_grant,
)
from denghuo.cases.models import Case, CasePayment, Decision
from denghuo.cases.public import (
    CaseView,
    MoveNotPossibleError,
    State,
    approve_in_bulk,
    make_payable,
    make_payable_in_bulk,
    open_cases_in_bulk,
    publish_in_bulk,
    transfer,
    withdraw,
)
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import SCOPES
from denghuo.platform.models.messages import Message
from denghuo.platform.public import SYSTEM, Actor
from tests.cases import world as w
from tests.cases.actions.test_seasons import KEY
from tests.cases.seasons import new_cases
from tests.factories.people import make_firm, make_person

pytestmark = pytest.mark.django_db
InThreads = Callable[..., list[object]]


def decline(world: w.World, case: CaseView, actor: Actor | None = None) -> CaseView:
    return decline_grant(
        actor=actor or world.applicant,
        case_id=case.id,
        version=case.version,
        note="不需要",
        now=w.AFTER_NOTICE,
    )


def waiting(world: w.World) -> CaseView:
    """Payable, and nobody has said where the money goes."""
    case = w.noticed(world, w.decided(world))
    return make_payable(
        actor=world.office.officer, case_id=case.id, version=case.version, now=w.AFTER_NOTICE
    )


@pytest.mark.parametrize("step", ["approved", "public_notice", "payable"])
def test_from_the_signature_until_the_order(step: str) -> None:
    w.fund()
    world = w.make_world()
    make: dict[str, Callable[[], CaseView]] = {
        "approved": lambda: w.decided(world),
        "public_notice": lambda: w.noticed(world, w.with_account(world, w.decided(world))),
        "payable": lambda: waiting(world),
    }
    case = make[step]()
    assert case.state.value == step
    before, case = case, decline(world, case)
    assert decline(world, before) == case, "a second click changes nothing"
    row = w.row(case)
    assert (case.state, row.amount_fen, row.in_work) == (State.WITHDRAWN, 0, False)
    assert row.clear_on is not None
    assert Decision.objects.get().amount_fen == 150_000, "the decision stays"
    assert Message.objects.filter(kind="cases.declined", to=str(world.subject)).count() == 1
    assert w.opened(world).number != case.number, "who changes their mind asks anew"


def test_not_once_it_is_ordered_nor_where_nothing_is_granted() -> None:
    w.fund()
    world = w.make_world()
    case = w.payable(world)
    with pytest.raises(MoneyOrderedError):
        decline(world, case)
    assert w.row(case).state == "payable"
    proposed = w.proposed(world, period="B")
    with pytest.raises(NothingGrantedError):
        decline(world, proposed)
    with pytest.raises(MoveNotPossibleError):
        withdraw(actor=world.applicant, case_id=case.id, version=case.version, now=w.AFTER_NOTICE)


def test_nobody_else_declines_for_them() -> None:
    world = w.make_world()
    case = w.decided(world)
    for actor in (w.make_world().applicant, w.staff("station", "station")):
        with pytest.raises(CaseNotFoundError):
            decline(world, case, actor)
    firm, person = make_firm(now=w.NOW), make_person(now=w.NOW)
    without_money = Actor(
        kind="resident",
        person=SubjectRef("person", person),
        acting_for=SubjectRef("firm", firm),
        scopes=frozenset(SCOPES) - {"money"},
    )
    with pytest.raises(CaseNotFoundError):
        decline(world, case, without_money)


def test_on_its_way_to_another_office_it_waits_for_that_office() -> None:
    world = w.make_world()
    case = w.decided(world)
    case = transfer(
        actor=world.office.officer,
        case_id=case.id,
        version=case.version,
        area=Region.read("150103"),
        note="搬家",
        now=w.NOW,
    )
    with pytest.raises(MoveNotPossibleError):
        decline(world, case)


def season(count: int) -> tuple[list[Case], list[Actor], Actor]:
    """Firms whose cases are shown, each with its legal representative; and an officer."""
    w.fund(fen=10**13)
    people = [make_person(now=w.NOW) for _ in range(count)]
    firms = [make_firm(legal_representative=one, now=w.NOW) for one in people]
    open_cases_in_bulk(
        actor=SYSTEM, item=w.REFUND, key=KEY, rows=new_cases(count, subjects=firms), now=w.NOW
    )
    office = w.make_office(w.HOHHOT)
    approve_in_bulk(actor=office.reviewer, key=KEY, now=w.NOW)
    publish_in_bulk(actor=office.officer, key=KEY, title="稳岗返还", now=w.NOW)
    bosses = [
        Actor(
            kind="resident",
            person=SubjectRef("person", person),
            acting_for=SubjectRef("firm", firm),
            scopes=frozenset(SCOPES),
        )
        for person, firm in zip(people, firms, strict=True)
    ]
    return list(Case.objects.order_by("bulk_row")), bosses, office.officer


def test_a_firm_declines_after_its_season_was_signed_and_is_not_paid() -> None:
    (first, second), bosses, officer = season(2)
    case = decline_grant(
        actor=bosses[0], case_id=first.pk, version=first.version, now=w.AFTER_NOTICE
    )
    assert case.state is State.WITHDRAWN
    moved = make_payable_in_bulk(actor=officer, key=KEY, now=w.AFTER_NOTICE)
    assert moved.moved == 1
    second.refresh_from_db()
    assert second.state == "payable"


@pytest.mark.django_db(transaction=True)
def test_declined_at_the_instant_of_payment_it_is_one_or_the_other(
    in_threads: InThreads,
) -> None:
    w.fund()
    for _round in range(3):
        world = w.make_world()
        case = w.noticed(world, w.with_account(world, w.decided(world)))
        in_threads(
            lambda world=world, case=case: decline(world, case),
            lambda world=world, case=case: make_payable(
                actor=world.office.officer,
                case_id=case.id,
                version=None,
                now=w.NOW + timedelta(days=8),
            ),
        )
        row = w.row(case)
        ordered = CasePayment.objects.filter(case=row).exists()
        assert (row.state == "payable") == ordered
        assert (row.state == "withdrawn") == (not ordered)
