"""A small office to try cases in: people with facts, staff in every role, a fund with money."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from denghuo.cases.models import Case
from denghuo.cases.public import (
    CaseView,
    accept,
    confirm_account,
    decide,
    make_payable,
    open_case,
    propose,
    publish_notice,
    start_review,
    verify,
)
from denghuo.cases.queries.cases import case_of
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.ledger.public import Line, open_account, post
from denghuo.platform.public import SYSTEM, Actor
from denghuo.policy.public import NewFact, record_facts, registry
from tests.factories.people import as_resident, as_staff, make_firm, make_person, make_staff

# A Monday, ten in the morning in China; the rule of 2025 is in force.
NOW = datetime(2025, 9, 1, 2, 0, tzinfo=UTC)
TODAY = date(2025, 9, 1)
SKILL, RENT, GRANT, REFUND = (
    "skill-up-subsidy",
    "startup-rent",
    "startup-grant",
    "stable-jobs-refund",
)
XINCHENG = Region.read("150102")
HOHHOT = Region.read("1501")
ENTITLED: dict[str, object] = {
    "has_skill_certificate": True,
    "certificate_on": "2025-06-10",
    "certificate_level": "level_4",
    "certificate_in_shortage": False,
    "person_insured_months": 30,
    "employed_insured": True,
    "drawing_unemployment_benefit": False,
    "skill_same_level_paid": False,
    "skill_higher_level_paid": False,
    "certificate_training_paid": False,
    "skill_paid_this_year": 0,
    "skill_paid_ordinary_this_year": 0,
}
_sequence = itertools.count(1)


def card(number: int) -> str:
    """A made-up card of sixteen digits: prefix 0000, right check digit."""
    body = f"0000{number:011d}"
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 - place % 2)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


CARD = card(1)


@dataclass(frozen=True)
class Office:
    """One member of staff in each role, all in Xincheng."""

    officer: Actor
    second: Actor
    reviewer: Actor
    supervisor: Actor
    leader: Actor


@dataclass(frozen=True)
class World:
    """An applicant and the office that answers for them."""

    person: UUID
    office: Office

    @property
    def subject(self) -> SubjectRef:
        return SubjectRef("person", self.person)

    @property
    def applicant(self) -> Actor:
        return as_resident(self.person)


def staff(login: str, *roles: str, area: Region = XINCHENG) -> Actor:
    """A member of staff with roles."""
    number = next(_sequence)
    return as_staff(
        make_staff(f"{login}{number}", roles=roles, area=area, now=NOW), roles=roles, area=area
    )


def make_office(area: Region = XINCHENG) -> Office:
    """One of each."""
    return Office(
        officer=staff("officer", "officer", area=area),
        second=staff("second", "officer", "reviewer", area=area),
        reviewer=staff("reviewer", "reviewer", area=area),
        supervisor=staff("supervisor", "supervisor", area=area),
        leader=staff("leader", "leader", area=area),
    )


def make_world(facts: dict[str, object] | None = None, **changed: object) -> World:
    """An applicant with the facts of a level-4 certificate, and the office."""
    person = make_person(residence=XINCHENG, now=NOW)
    tell(SubjectRef("person", person), {**(facts or ENTITLED), **changed})
    return World(person, make_office())


def tell(
    subject: SubjectRef,
    facts: dict[str, object],
    *,
    source: str = "社会保险登记",
    on: date = TODAY,
    now: datetime = NOW,
) -> None:
    """Facts an office holds."""
    record_facts(
        actor=SYSTEM,
        facts=[NewFact(subject, name, raw, source, on) for name, raw in facts.items()],
        registry=registry(),
        now=now,
    )


def fund(code: str = "fund:unemployment:150100", fen: int = 10**12) -> None:
    """A fund with money in it."""
    area, name = code.rsplit(":", 1)[1], code.split(":")[1]
    open_account(
        actor=SYSTEM,
        code=code,
        name="基金",
        kind="fund",
        area=area,
        fund=name,
        floor_fen=0,
        now=NOW,
    )
    bank = code.replace("fund:", "bank:", 1)
    open_account(
        actor=SYSTEM,
        code=bank,
        name="基金·银行存款",
        kind="asset",
        area=area,
        fund=name,
        now=NOW,
    )
    post(
        actor=SYSTEM,
        key=f"open:{code}",
        kind="test.open",
        lines=[Line(bank, fen), Line(code, -fen)],
        about=f"ledger.Account:{code}",
        on=TODAY,
        now=NOW,
    )


def opened(world: World, *, period: str = "A1", now: datetime = NOW, item: str = SKILL) -> CaseView:
    """Submitted by the applicant."""
    return open_case(
        actor=world.applicant, item=item, subject=world.subject, period=period, now=now
    )


def accepted(world: World, *, period: str = "A1", now: datetime = NOW) -> CaseView:
    """Accepted by the officer."""
    case = opened(world, period=period, now=now)
    return accept(actor=world.office.officer, case_id=case.id, version=case.version, now=now)


def verified(world: World, *, period: str = "A1", now: datetime = NOW) -> CaseView:
    """Looked into by the officer."""
    case = accepted(world, period=period, now=now)
    officer = world.office.officer
    case = start_review(actor=officer, case_id=case.id, version=case.version, now=now)
    return verify(actor=officer, case_id=case.id, version=case.version, now=now)


def proposed(
    world: World, *, result: str = "approved", period: str = "A1", now: datetime = NOW
) -> CaseView:
    """Proposed by the officer."""
    case = verified(world, period=period, now=now)
    return propose(
        actor=world.office.officer,
        case_id=case.id,
        version=case.version,
        result="approved" if result == "approved" else "refused",
        now=now,
    )


def decided(
    world: World, *, result: str = "approved", period: str = "A1", now: datetime = NOW
) -> CaseView:
    """Decided by the reviewer."""
    case = proposed(world, result=result, period=period, now=now)
    return decide(
        actor=world.office.reviewer,
        case_id=case.id,
        version=case.version,
        result="approved" if result == "approved" else "refused",
        now=now,
    )


def with_account(world: World, case: CaseView, *, no: str = CARD, now: datetime = NOW) -> CaseView:
    """The applicant confirms an account of their own."""
    return confirm_account(
        actor=world.applicant,
        case_id=case.id,
        version=case.version,
        account_name="乌云其木格",
        account_no=no,
        bank="内蒙古银行呼和浩特新城支行",
        now=now,
    )


AFTER_NOTICE = NOW + timedelta(days=8)


def noticed(world: World, case: CaseView, *, now: datetime = NOW) -> CaseView:
    """Shown to the public."""
    publish_notice(actor=world.office.officer, case_ids=[case.id], title="名单", now=now)
    return seen(world, case)


def payable(world: World, *, period: str = "A1") -> CaseView:
    """Approved, shown, account confirmed, ordered."""
    case = noticed(world, with_account(world, decided(world, period=period)))
    return make_payable(
        actor=world.office.officer, case_id=case.id, version=case.version, now=AFTER_NOTICE
    )


def seen(world: World, case: CaseView) -> CaseView:
    """As the officer sees it now."""
    return case_of(world.office.officer, case.id)


def row(case: CaseView) -> Case:
    """The row behind a view."""
    return Case.objects.get(pk=case.id)


def as_other(actor: Actor, *, roles: Iterable[str]) -> Actor:
    """The same member of staff in other roles."""
    return replace(actor, roles=frozenset(roles))


def firm_world() -> tuple[UUID, Office]:
    """A firm and the office."""
    return make_firm(now=NOW), make_office(HOHHOT)
