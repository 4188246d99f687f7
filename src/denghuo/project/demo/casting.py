"""Put the personas on the stage: their records, facts, mandates and stories."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from denghuo.kernel.period import add_months
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.kernel.uscc import Uscc
from denghuo.people.public import (
    SCOPES,
    NewFirm,
    NewPerson,
    appoint,
    bulk_register_firms,
    bulk_register_persons,
    give_mandate,
    mark_persona,
    register_guardian,
    register_household,
)
from denghuo.platform.public import SYSTEM
from denghuo.policy.public import FactRegistry, NewFact, record_facts
from denghuo.project.demo.acceptance import check_firms, check_people
from denghuo.project.demo.employers import EMPLOYERS, Employer
from denghuo.project.demo.identities import (
    RESIDENT_AREA,
    IdNumbers,
    demo_id,
    firm_code,
    phone,
)
from denghuo.project.demo.residents import RESIDENTS, Resident

# Personas are numbered below the people of the population, so that neither takes the other's
# phone or code.
FIRST_PHONE, FIRST_CODE = 1, 1
# An office reports some days late; nothing of the demo is as fresh as today.
_REPORTED_WITHIN_DAYS = 20


class Stage:
    """What every step of the casting needs: seed, day, instant, the townships of each banner."""

    def __init__(
        self,
        *,
        seed: int,
        today: date,
        now: datetime,
        registry: FactRegistry,
        townships: Mapping[str, str],
        numbers: IdNumbers,
    ) -> None:
        self.seed = seed
        self.today = today
        self.now = now
        self.registry = registry
        self.numbers = numbers
        self._townships = townships

    def region(self, code: str) -> Region:
        """The division itself; for a banner its first township, where somebody can live."""
        return Region.read(self._townships.get(code, code))


def observed_on(today: date, name: str, max_age_days: int | None) -> date:
    """The day for which an office speaks: recent enough, and not the same for every fact."""
    within = min(_REPORTED_WITHIN_DAYS, max_age_days or _REPORTED_WITHIN_DAYS, 5_000)
    return today - timedelta(days=1 + zlib.crc32(name.encode()) % max(1, within - 1))


def facts_for(stage: Stage, subject: SubjectRef, given: Mapping[str, object]) -> Iterator[NewFact]:
    """Facts with the office that says so and the day it speaks of."""
    for name, raw in given.items():
        spec = stage.registry[name]
        on = observed_on(stage.today, name, spec.max_age_days)
        yield NewFact(subject, name, raw, spec.source, on)


def cast_numbers(stage: Stage) -> dict[str, NewPerson]:
    """The records of everybody cast, by key. Drawn at each seeding, so that no one of the
    population is given a number of theirs."""
    people = [_resident(stage, order, one) for order, one in enumerate(RESIDENTS, FIRST_PHONE)]
    for one in EMPLOYERS:
        for office, name in _made_for(one):
            order = FIRST_PHONE + len(people)
            people.append((f"{one.key}-{office}", _employed(stage, one, office, name, order)))
    return dict(people)


def cast_residents(stage: Stage, people: Mapping[str, NewPerson]) -> None:
    """The residents, their families, their facts, their places in the chooser."""
    residents = [people[one.key] for one in RESIDENTS]
    check_people(residents)
    bulk_register_persons(residents, actor=SYSTEM, now=stage.now)
    facts = [
        fact
        for one in RESIDENTS
        for fact in facts_for(
            stage, SubjectRef("person", demo_id("person", one.key)), one.facts(stage.today)
        )
    ]
    record_facts(actor=SYSTEM, facts=facts, registry=stage.registry, now=stage.now)
    for order, one in enumerate(RESIDENTS):
        if one.title:
            mark_persona(
                key=one.key,
                group="resident",
                title=one.title,
                story=one.story,
                order=order,
                person_id=demo_id("person", one.key),
            )
    _families(stage)


def _resident(stage: Stage, order: int, one: Resident) -> tuple[str, NewPerson]:
    chance = Random(f"{stage.seed}:person:{one.key}")
    residence = stage.region(one.residence)
    return one.key, NewPerson(
        id=demo_id("person", one.key),
        name=one.name,
        id_number=stage.numbers.draw(chance, one.born_on(stage.today), one.sex, area=one.area),
        phone=phone(order) if one.has_phone else None,
        residence=residence,
        registered_region=residence if one.area == RESIDENT_AREA else None,
        language=one.language,
        elder_mode=one.elder_mode,
    )


def _families(stage: Stage) -> None:
    mother, daughter = demo_id("person", "mother"), demo_id("person", "daughter")
    register_household(
        region=stage.region("150421"),
        members=[(mother, "head"), (daughter, "child")],
        from_on=add_months(stage.today, -70),
        actor=SYSTEM,
        now=stage.now,
    )
    register_guardian(guardian_id=mother, child_id=daughter, actor=SYSTEM, now=stage.now)
    register_household(
        region=stage.region("150802"),
        members=[
            (demo_id("person", "partner"), "head"),
            (demo_id("person", "partner-wife"), "spouse"),
        ],
        from_on=add_months(stage.today, -200),
        actor=SYSTEM,
        now=stage.now,
    )


def cast_employers(stage: Stage, people: Mapping[str, NewPerson]) -> None:
    """The firms with their branches, representatives, clerks and facts."""
    made = [people[f"{one.key}-{office}"] for one in EMPLOYERS for office, _ in _made_for(one)]
    check_people(made)
    bulk_register_persons(made, actor=SYSTEM, now=stage.now)
    firms = [firm for one in EMPLOYERS for firm in _firms(stage, one)]
    check_firms(firms)
    bulk_register_firms(firms, actor=SYSTEM, now=stage.now)
    facts = [
        fact
        for one in EMPLOYERS
        for fact in facts_for(
            stage, SubjectRef("firm", demo_id("firm", one.key)), one.facts(stage.today)
        )
    ]
    record_facts(actor=SYSTEM, facts=facts, registry=stage.registry, now=stage.now)
    for order, one in enumerate(EMPLOYERS):
        if one.clerk:
            _cast_clerk(stage, one, order)
    appoint(
        firm_id=demo_id("firm", "milk-tea"),
        person_id=demo_id("person", "founder"),
        role="founder",
        from_on=add_months(stage.today, -13),
        actor=SYSTEM,
        now=stage.now,
    )
    appoint(
        firm_id=demo_id("firm", "restaurant"),
        person_id=demo_id("person", "partner"),
        role="finance",
        from_on=add_months(stage.today, -60),
        actor=SYSTEM,
        now=stage.now,
    )


def representative_of(one: Employer) -> UUID:
    """Who represents the firm by law."""
    own = one.representative in {resident.key for resident in RESIDENTS}
    return demo_id("person", one.representative if own else f"{one.key}-representative")


def _made_for(one: Employer) -> Iterator[tuple[str, str]]:
    """Office and name of the people made for a firm alone."""
    if one.representative not in {resident.key for resident in RESIDENTS}:
        yield "representative", one.representative
    if one.clerk:
        yield "clerk", one.clerk


def register_codes() -> dict[str, Uscc]:
    """The code of each firm cast, branches too."""
    keys = [
        (key, one.kind) for one in EMPLOYERS for key in (one.key, *(k for k, _ in one.branches))
    ]
    return {
        key: firm_code(FIRST_CODE + order, kind="92" if kind == "household" else "91")
        for order, (key, kind) in enumerate(keys)
    }


def _employed(stage: Stage, one: Employer, office: str, name: str, order: int) -> NewPerson:
    key = f"{one.key}-{office}"
    chance = Random(f"{stage.seed}:person:{key}")
    born_on = stage.today - timedelta(days=chance.randrange(30 * 365, 52 * 365))
    region = stage.region(one.region)
    return NewPerson(
        id=demo_id("person", key),
        name=name,
        id_number=stage.numbers.draw(chance, born_on, chance.choice(["female", "male"])),
        phone=phone(order),
        residence=region,
        registered_region=region,
    )


def _firms(stage: Stage, one: Employer) -> Iterator[NewFirm]:
    codes = register_codes()
    head = demo_id("firm", one.key)
    yield NewFirm(
        id=head,
        uscc=codes[one.key],
        name=one.name,
        kind=one.kind,
        region=stage.region(one.region),
        size_class=one.size_class,
        industry=one.industry,
        registered_on=add_months(stage.today, -one.months_old),
        legal_representative=representative_of(one),
    )
    for order, (key, branch) in enumerate(one.branches, 1):
        yield NewFirm(
            id=demo_id("firm", key),
            uscc=codes[key],
            name=f"{one.name}{branch}",
            kind="branch",
            region=stage.region(one.region),
            industry=one.industry,
            registered_on=add_months(stage.today, 24 * order - one.months_old),
            parent=head,
        )


def _cast_clerk(stage: Stage, one: Employer, order: int) -> None:
    """The clerk holds the office and the firm's mandates; the chooser starts in the firm."""
    clerk = demo_id("person", f"{one.key}-clerk")
    first: UUID | None = None
    for key in (one.key, *(key for key, _ in one.branches)):
        appoint(
            firm_id=demo_id("firm", key),
            person_id=clerk,
            role="hr",
            from_on=add_months(stage.today, -10),
            actor=SYSTEM,
            now=stage.now,
        )
        mandate = give_mandate(
            giver=SubjectRef("firm", demo_id("firm", key)),
            scopes=SCOPES,
            start_on=add_months(stage.today, -2),
            until_on=add_months(stage.today, 9),
            how="phone_code",
            to_person=clerk,
            actor=SYSTEM,
            now=stage.now,
        )
        first = first or mandate
    mark_persona(
        key=one.key,
        group="firm",
        title=one.title,
        story=one.story,
        order=order,
        person_id=clerk,
        mandate_id=first,
    )


PERSONS_CAST = len(RESIDENTS) + sum(len(list(_made_for(one))) for one in EMPLOYERS)
FIRMS_CAST = sum(1 + len(one.branches) for one in EMPLOYERS)
