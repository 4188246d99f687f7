"""Write the population and the firms through the doors, block by block.

A block stands or falls whole, and one that is there already is left alone: a seeding that was
cut off goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from random import Random

import numpy as np
from django.db import transaction

from denghuo.kernel.period import add_months
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import (
    NewFirm,
    NewHousehold,
    NewPerson,
    bulk_register_firms,
    bulk_register_households,
    bulk_register_persons,
    firms_of,
    merge_duplicates,
    persons_of,
    register_guardian,
)
from denghuo.platform.public import SYSTEM
from denghuo.policy.public import Ask, NewFact, record_facts
from denghuo.project.demo.acceptance import check_firms, check_people
from denghuo.project.demo.casting import Stage, facts_for, observed_on
from denghuo.project.demo.columns import Column, told
from denghuo.project.demo.firm_facts import INDUSTRIES, FirmBlock, make_firms
from denghuo.project.demo.identities import demo_id, firm_code, phone
from denghuo.project.demo.learners import LEARNED, LEARNERS_MAX, Learner, learner_of
from denghuo.project.demo.person_facts import ADULT_YEARS, make_person_facts
from denghuo.project.demo.population import Member, make_population
from denghuo.project.demo.spread import Spread

FIRM_BLOCK = 400
# Numbers below are the personas'.
FIRST_PHONE, FIRST_CODE = 1_000, 1_000
_PERSON_FACTS, _FIRM_FACTS = 31, 32
# What people must tell themselves is known of those who have asked before.
_TOLD_SHARE = 0.25
# One word in fifty is older than the fact may be: the pages must say so.
_STALE_SHARE = 0.02
# Enough to choose from; a region of 600,000 need not be held in memory for it.
_HEADS_MAX = 40_000
_GUARDIANS_PER_BLOCK, _MERGES_PER_BLOCK = 12, 4

_TRADES = {
    "A": "农牧", "B": "矿业", "C": "制造", "D": "热力", "E": "建筑", "F": "商贸", "G": "运输",
    "H": "餐饮", "I": "信息技术", "J": "融资服务", "K": "物业", "L": "商务服务", "M": "检测",
    "N": "环境工程", "O": "家政", "P": "培训", "Q": "康养",
}  # fmt: skip
_WORDS = (
    "青山 草原 阳光 长河 金帐 云谷 蓝天 沃野 祥瑞 鸿雁 骏马 塞北 敕勒 兴安 河套 瑞雪 春风 丰泽 "
    "恒源 汇通 聚力 同心 安达 宏图 盛世 惠民 万家 诚信 天骄 绿洲"
).split()
# The people room's word for a kind of unit, and how its name ends.
_KINDS = {
    "enterprise": ("company", "有限公司"), "household": ("household", "经营部"),
    "cooperative": ("cooperative", "专业合作社"), "service_org": ("society", "服务中心"),
    "association": ("society", "协会"), "law_office": ("society", "律师事务所"),
    "accounting_office": ("society", "会计师事务所"),
    "public_institution": ("institution", "服务所"),
}  # fmt: skip
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Filled:
    """Grown-ups who may head a firm or ask for something, and those paid without asking."""

    heads: list[Member] = field(default_factory=list)
    learners: list[Learner] = field(default_factory=list)


def fill_people(stage: Stage, spread: Spread, count: int, *, seed: int, tell: Tell) -> Filled:
    """``count`` people with families and facts."""
    filled = Filled()
    done = 0
    blocks = make_population(
        count, seed=seed, today=stage.today, spread=spread, numbers=stage.numbers
    )
    for number, members in enumerate(blocks):
        learners = _learners(stage, spread, members, seed=seed)
        if len(filled.learners) >= LEARNERS_MAX:
            learners = {}
        if not persons_of([members[0].id]):
            with transaction.atomic():
                _write_people(stage, spread, members, first=done)
                _write_person_facts(stage, members, learners, number, seed=seed)
        filled.learners.extend(learners.values())
        if len(filled.heads) < _HEADS_MAX:
            filled.heads.extend(one for one in members if one.relation == "head" and one.has_phone)
        done += len(members)
        tell(done, count)
    return filled


def _learners(
    stage: Stage, spread: Spread, members: Sequence[Member], *, seed: int
) -> dict[str, Learner]:
    """By the key of the member."""
    found: dict[str, Learner] = {}
    # Whoever is entered twice and merged is left out with both entries.
    doubled = {one.duplicate_of for one in members}
    for one in members:
        home = Region(spread.codes[one.township])
        learner = learner_of(one, home, seed=seed, today=stage.today)
        if learner is not None and one.key not in doubled:
            found[one.key] = learner
    return found


def _write_people(stage: Stage, spread: Spread, members: Sequence[Member], *, first: int) -> None:
    people = [
        NewPerson(
            id=one.id,
            name=one.name,
            id_number=one.id_number,
            phone=phone(FIRST_PHONE + first + order) if one.has_phone else None,
            residence=Region(spread.codes[one.township]),
            registered_region=Region(spread.codes[one.township]),
        )
        for order, one in enumerate(members)
    ]
    check_people(people)
    bulk_register_persons(people, actor=SYSTEM, now=stage.now)
    families = [
        list(group)
        for _, group in groupby(
            (one for one in members if not one.duplicate_of), key=lambda one: one.household
        )
    ]
    households = [
        NewHousehold(
            region=Region(spread.codes[family[0].township]),
            members=tuple((one.id, one.relation) for one in family),
            from_on=add_months(stage.today, -12 * (1 + family[0].household % 30)),
        )
        for family in families
    ]
    bulk_register_households(households, actor=SYSTEM, now=stage.now)
    young = add_months(stage.today, -17 * 12)
    children = [
        (family[0], one) for family in families for one in family[1:] if one.born_on > young
    ]
    for parent, child in children[:_GUARDIANS_PER_BLOCK]:
        register_guardian(guardian_id=parent.id, child_id=child.id, actor=SYSTEM, now=stage.now)
    by_key = {one.key: one for one in members}
    doubles = [one for one in members if one.duplicate_of]
    for one in doubles[: min(_MERGES_PER_BLOCK, len(doubles) // 2)]:
        merge_duplicates(
            survivor_id=by_key[one.duplicate_of].id,
            duplicate_id=one.id,
            actor=SYSTEM,
            now=stage.now,
        )


def _write_person_facts(
    stage: Stage,
    members: Sequence[Member],
    learners: Mapping[str, Learner],
    number: int,
    *,
    seed: int,
) -> None:
    grown = [
        one
        for one in members
        if not one.duplicate_of and add_months(one.born_on, 12 * ADULT_YEARS) <= stage.today
    ]
    ages = np.array([(stage.today - one.born_on).days // 365 for one in grown])
    draw = np.random.default_rng([seed, _PERSON_FACTS, number])
    columns = make_person_facts(stage.registry, draw, ages, today=stage.today)
    chance = Random(f"{seed}:told:{number}")
    facts = [
        fact
        for row, one in enumerate(grown)
        for fact in _facts(stage, SubjectRef("person", one.id), columns, row, chance)
        if one.key not in learners or fact.name not in LEARNED
    ]
    facts += [
        fact
        for key, one in learners.items()
        for fact in facts_for(
            stage, SubjectRef("person", demo_id("person", key)), one.facts_now(stage.today)
        )
    ]
    record_facts(actor=SYSTEM, facts=facts, registry=stage.registry, now=stage.now)


def _facts(
    stage: Stage, subject: SubjectRef, columns: Mapping[str, Column], row: int, chance: Random
) -> Iterator[NewFact]:
    """What is on record: what offices know, and what people told who have asked before."""
    asked_before = chance.random() < _TOLD_SHARE
    for spec, raw in told(stage.registry, columns, row):
        if spec.ask in (Ask.CHEAP, Ask.DEAR) and not asked_before:
            continue
        on = observed_on(stage.today, spec.name, spec.max_age_days)
        if spec.max_age_days is not None and chance.random() < _STALE_SHARE:
            on = stage.today - timedelta(days=spec.max_age_days + chance.randint(10, 300))
        yield NewFact(subject, spec.name, raw, spec.source, on)


def firm_blocks(
    stage: Stage, spread: Spread, count: int, *, seed: int
) -> Iterator[tuple[int, FirmBlock]]:
    """The firms of the database, block by block; the same each time they are made."""
    for number, first in enumerate(range(0, count, FIRM_BLOCK)):
        draw = np.random.default_rng([seed, _FIRM_FACTS, number])
        rows = min(FIRM_BLOCK, count - first)
        yield first, make_firms(stage.registry, spread, draw, rows, today=stage.today)


def new_firms(
    stage: Stage,
    spread: Spread,
    block: FirmBlock,
    first: int,
    *,
    seed: int,
    heads: Sequence[Member] = (),
) -> list[NewFirm]:
    """The register's rows of one block."""
    sizes = list(stage.registry["size_class"].values)
    firms = []
    for row, fact_kind in enumerate(block.kinds):
        chance = Random(f"{seed}:firm:{first + row}")
        kind, ending = _KINDS[fact_kind]
        township = int(block.townships[row])
        section = INDUSTRIES[int(block.industries[row])][0]
        place = spread.names[township].split()[-2]
        known = bool(block.columns["size_class"].known[row])
        firms.append(
            NewFirm(
                id=demo_id("firm", f"{first + row}"),
                uscc=firm_code(
                    FIRST_CODE + first + row, kind="92" if kind == "household" else "91"
                ),
                name=f"{place}{chance.choice(_WORDS)}{_TRADES[section]}（演示）{ending}",
                kind=kind,
                region=Region(spread.codes[township]),
                size_class=sizes[int(block.sizes[row])] if known else None,
                industry=section,
                registered_on=add_months(stage.today, -int(block.months_old[row])),
                legal_representative=chance.choice(heads).id if heads else None,
            )
        )
    return firms


def fill_firms(
    stage: Stage, spread: Spread, count: int, heads: Sequence[Member], *, seed: int, tell: Tell
) -> None:
    """``count`` firms with their representatives and facts."""
    for first, block in firm_blocks(stage, spread, count, seed=seed):
        firms = new_firms(stage, spread, block, first, seed=seed, heads=heads)
        if not firms_of([firms[0].id]):
            chance = Random(f"{seed}:firms-told:{first}")
            facts = [
                fact
                for row, firm in enumerate(firms)
                for fact in _facts(stage, SubjectRef("firm", firm.id), block.columns, row, chance)
            ]
            with transaction.atomic():
                check_firms(firms)
                bulk_register_firms(firms, actor=SYSTEM, now=stage.now)
                record_facts(actor=SYSTEM, facts=facts, registry=stage.registry, now=stage.now)
        tell(first + len(firms), count)
