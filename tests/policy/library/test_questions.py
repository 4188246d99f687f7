"""How many questions settle the whole library for somebody new. Reported, bounded, and few."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import mean

import pytest

from denghuo.policy.logic.decide import decide, row_of
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.fact_values import KnownFact
from denghuo.policy.logic.registry import Ask, FactRegistry
from denghuo.policy.logic.verdict import Verdict
from tests.policy.library import population
from tests.policy.logic.failure_rates import failure_rates
from tests.policy.logic.interviews import interview

Library = dict[str, PolicyDefinition]
Report = Callable[[str], None]
Facts = Mapping[str, KnownFact]

PEOPLE = 40
FEWER = 10  # where every step weighs many facts nobody fetched
# Measured 2026-11: see docs/policy-library.md. A bound a little above, so that a rule that asks
# too much is noticed.
ASKED_MEAN_MAX = {"person": 6.0, "firm": 1.0}


def policies_for(library: Library, subject: str) -> list[PolicyDefinition]:
    return [each for each in library.values() if each.audience == subject]


def subjects(
    subject: str, registry: FactRegistry, start: int = 0, count: int = PEOPLE
) -> list[Facts]:
    make = population.person if subject == "person" else population.firm
    return [make(seed, registry) for seed in range(start, start + count)]


@pytest.mark.parametrize("subject", ["person", "firm"])
def test_few_questions_settle_the_whole_library(
    library: Library, registry: FactRegistry, report: Report, subject: str
) -> None:
    policies = policies_for(library, subject)
    rates = failure_rates(policies, subjects(subject, registry, 10_000), population.AS_OF)
    asked, fetched = [], []
    for facts in subjects(subject, registry):
        played = interview(policies, facts, population.AS_OF, base_rates=rates)
        asked.append(len(played.asked))
        fetched.append(len(played.fetched))
        known = {name: facts[name] for name in (*played.asked, *played.fetched) if name in facts}
        assert_settled(policies, known, facts)
    form = len(
        {
            name
            for policy in policies
            for name, spec in policy.specs.items()
            if spec.ask in (Ask.CHEAP, Ask.DEAR)
        }
    )
    report(
        f"{len(policies)} policies for a new {subject}: {mean(asked):.2f} questions "
        f"(at most {max(asked)}; a fixed form has {form}), {mean(fetched):.1f} facts fetched"
    )
    assert mean(asked) <= ASKED_MEAN_MAX[subject]
    assert mean(asked) < form / 2
    assert max(asked) <= form


def assert_settled(policies: list[PolicyDefinition], known: Facts, truth: Facts) -> None:
    """What was learnt gives every verdict and amount that all that can be learnt would give."""
    for policy in policies:
        learnable = {
            name: fact
            for name, fact in truth.items()
            if name not in policy.specs or policy.specs[name].ask is not Ask.NEVER
        }
        learnt = decide(policy, row_of(policy, known, population.AS_OF)[0])
        full = decide(policy, row_of(policy, learnable, population.AS_OF)[0])
        assert (learnt.verdict, learnt.amount) == (full.verdict, full.amount), policy.id


@pytest.mark.parametrize("subject", ["person", "firm"])
def test_without_any_register_the_person_is_not_asked_for_everything(
    library: Library, registry: FactRegistry, report: Report, subject: str
) -> None:
    """Registers down: people are asked only for what they know, and only where it matters."""
    policies = policies_for(library, subject)
    asked = []
    for facts in subjects(subject, registry, count=FEWER):
        own = {
            name: fact
            for name, fact in facts.items()
            if registry[name].ask in (Ask.CHEAP, Ask.DEAR)
        }
        asked.append(len(interview(policies, own, population.AS_OF).asked))
    report(f"a new {subject} while every register is down: {mean(asked):.2f} questions")
    assert mean(asked) <= ASKED_MEAN_MAX[subject] + 4


@pytest.mark.parametrize("subject", ["person", "firm"])
def test_who_tells_everything_is_asked_in_an_order_that_makes_sense(
    library: Library, registry: FactRegistry, report: Report, subject: str
) -> None:
    """Not signed in: every fact is asked for, wishes first, no figure of what does not exist."""
    policies = policies_for(library, subject)
    gates = {
        "loan_contract_on": "has_guaranteed_loan",
        "certificate_on": "has_skill_certificate",
        "venture_registered_on": "venture_registered",
        "loan_asked": "wants_loan",
        "firm_loan_contract_on": "firm_has_guaranteed_loan",
    }
    counts = []
    for facts in subjects(subject, registry, count=FEWER):
        asked = interview(policies, facts, population.AS_OF, telling=True).asked
        counts.append(len(asked))
        assert registry[asked[0]].wish is not None
        for figure, gate in gates.items():
            if figure in asked:
                assert gate in asked[: asked.index(figure)]
        known = {name: facts[name] for name in asked if name in facts}
        assert_settled(policies, known, facts)
    report(f"a new {subject} who tells everything: {mean(counts):.1f} questions")


def test_who_wants_nothing_is_asked_almost_nothing(
    library: Library, registry: FactRegistry
) -> None:
    """No wish for a loan, a course, a bed or practice: one answer closes each of those doors."""
    policies = policies_for(library, "person")
    wishes = ["wants_training", "wants_startup_training", "wants_loan", "came_to_look"]
    for facts in subjects("person", registry, count=FEWER):
        refuses = {**facts, **{name: KnownFact(value=False) for name in wishes}}
        refuses["wants_practice"] = KnownFact(value=False)
        asked = interview(policies, refuses, population.AS_OF).asked
        assert set(asked) <= {*wishes, "wants_practice", "key_group", *AFTER_A_VENTURE}


AFTER_A_VENTURE = ("rent_paid_this_year", "contest_landed")


def test_nothing_only_an_officer_knows_is_ever_asked(
    library: Library, registry: FactRegistry
) -> None:
    for subject in ("person", "firm"):
        for facts in subjects(subject, registry, count=FEWER):
            played = interview(policies_for(library, subject), facts, population.AS_OF)
            sought = (*played.asked, *played.fetched)
            assert all(registry[name].ask is not Ask.NEVER for name in sought)
            assert len(set(sought)) == len(sought)


def test_the_people_are_of_every_kind(library: Library, registry: FactRegistry) -> None:
    """A population in which everybody is refused would prove nothing above."""
    for subject in ("person", "firm"):
        seen: dict[str, set[Verdict]] = {}
        for facts in subjects(subject, registry, 500, 200):
            for policy in policies_for(library, subject):
                outcome = decide(policy, row_of(policy, facts, population.AS_OF)[0])
                seen.setdefault(policy.id, set()).add(outcome.verdict)
        granted = {name for name, verdicts in seen.items() if Verdict.ENTITLED in verdicts}
        assert len(granted) >= len(seen) / 2, seen
