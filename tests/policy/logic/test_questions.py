"""The next question: never idle, always ending, and far fewer than a form."""

from __future__ import annotations

import itertools
import random
import sys
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from denghuo import policy
from denghuo.policy.logic.closures import AS_OF_KEY
from denghuo.policy.logic.decide import Outcome, decide, row_of
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.fact_values import KnownFact
from denghuo.policy.logic.loading import load_definition
from denghuo.policy.logic.questions import BaseRates, next_question
from denghuo.policy.logic.registry import Ask, FactKind, FactSpec, load_registry
from denghuo.policy.logic.scope import Value
from denghuo.policy.logic.verdict import Verdict
from tests.policy.logic.failure_rates import failure_rates
from tests.policy.logic.interviews import interview
from tests.policy.logic.sample_policies import FACTS, GOOD_FIRM, SAMPLES, given, refund, skill
from tests.policy.logic.strategies import REGISTRY, definitions, records

# The language is pure; a second database would show nothing new.
pytestmark = pytest.mark.no_postgres

ON = date(2024, 12, 31)
Facts = Mapping[str, KnownFact]


def settled(outcome: Outcome) -> bool:
    return outcome.verdict is not Verdict.UNKNOWN and not outcome.amount_unknown


# What is asked


def test_free_facts_are_fetched_before_anything_is_asked() -> None:
    facts = given(certificate_on="2024-06-10", person_insured_months=30)
    first = next_question([skill()], facts, ON)
    assert first is not None
    assert (first.spec.name, first.how) == ("paid_this_year", "fetch")
    second = next_question([skill()], facts | given(paid_this_year=0), ON)
    assert second is not None
    assert (second.spec.name, second.how) == ("training_subsidy_paid", "ask")
    assert second.policies == ("sample.skill",)


def test_the_anchor_day_is_sought_first() -> None:
    first = next_question([skill()], {}, ON)
    assert first is not None
    assert first.spec.name == "certificate_on"


def test_what_no_longer_matters_is_not_asked() -> None:
    good = given(**GOOD_FIRM)
    assert next_question([refund()], good, ON) is None
    # Nobody was let go, so how many there were does not matter; the amount still needs the size.
    facts = {
        name: fact
        for name, fact in good.items()
        if name not in ("headcount_last_year", "size_class")
    }
    facts |= given(layoffs_last_year=0)
    asked = next_question([refund()], facts, ON)
    assert asked is not None
    assert asked.spec.name == "size_class"
    # Refused already: nothing is asked at all.
    assert next_question([refund()], given(insured_months=1), ON) is None
    assert next_question([refund()], {}, date(2026, 5, 1)) is None


def test_what_cannot_be_had_is_not_waited_for() -> None:
    # Nobody may be asked about the list; while it is unknown, only a refusal can be reached.
    no_list = {name: fact for name, fact in given(**GOOD_FIRM).items() if name != "dishonest"}
    assert next_question([refund()], no_list, ON) is None
    missing = {name: fact for name, fact in no_list.items() if name != "in_arrears"}
    asked = next_question([refund()], missing, ON)
    assert asked is not None
    assert asked.spec.name == "in_arrears"
    assert next_question([refund()], missing, ON, unavailable=frozenset({"in_arrears"})) is None
    # Without the anchor day no version is chosen; that all of them refuse says something only
    # where there is one for every day.
    sought = frozenset({"certificate_on"})
    assert next_question([skill()], {}, ON, unavailable=sought) is None
    every_day = skill(
        ("from: 2024-01-01\n", "from: null\n"), ("until: 2026-01-01\n", "until: null\n")
    )
    other = next_question([every_day], {}, ON, unavailable=sought)
    assert other is not None
    assert other.spec.name != "certificate_on"


def test_the_condition_that_fails_most_is_asked_about_first() -> None:
    rates: BaseRates = {
        ("sample.refund", "insured_a_year"): 0.05,
        ("sample.refund", "no_arrears"): 0.40,
        ("sample.refund", "layoffs_low"): 0.10,
    }
    first = next_question([refund()], {}, ON, rates)
    assert first is not None
    assert first.spec.name == "in_arrears"
    dear = refund(("expr: NOT in_arrears", "expr: NOT wage_arrears"))
    # Asking dearly must be worth three times as much.
    first = next_question([dear], {}, ON, {**rates, ("sample.refund", "insured_a_year"): 0.2})
    assert first is not None
    assert first.spec.name == "insured_months"


def test_one_answer_for_two_policies_counts_twice() -> None:
    other = refund(
        ("id: sample.refund", "id: sample.other"),
        (
            "expr: insured_months >= p.min_months",
            "expr: in_arrears OR insured_months >= p.min_months",
        ),
    )
    first = next_question([refund(), other], {}, ON)
    assert first is not None
    assert first.spec.name == "in_arrears"
    assert first.policies == ("sample.refund", "sample.other")


def test_who_tells_is_asked_in_the_authors_order() -> None:
    first = next_question([refund()], {}, ON, telling=True)
    assert first is not None
    assert (first.spec.name, first.how) == ("insured_months", "ask")
    second = next_question([refund()], given(insured_months=24), ON, telling=True)
    assert second is not None
    assert second.spec.name == "layoffs_last_year"


def test_who_tells_is_not_asked_for_the_date_of_what_may_not_exist() -> None:
    gate = "conditions:\n  gate: {expr: drawing_benefit, says: {pass: 有, fail: 没有, unknown: 问}}"
    text = (SAMPLES / "skill.yaml").read_text(encoding="utf-8").replace("conditions:", gate)
    text = text.replace("gaps: true", "gaps: true\nanchor_needs: gate")
    gated = load_definition(text, FACTS)
    first = next_question([gated], {}, ON, telling=True)
    assert first is not None
    assert first.spec.name == "drawing_benefit"
    assert next_question([gated], given(drawing_benefit=False), ON, telling=True) is None
    then = next_question([gated], given(drawing_benefit=True), ON, telling=True)
    assert then is not None
    assert then.spec.name == "certificate_on"
    # Registers are asked in the same order, and a day outside every version waits for the gate.
    for known in ({}, given(certificate_on="2010-05-01")):
        fetched = next_question([gated], known, ON)
        assert fetched is not None
        assert fetched.spec.name == "drawing_benefit"
    # No gate that closes all versions: the anchor day comes first, as when registers are asked.
    open_ = next_question([skill()], {}, ON, telling=True)
    assert open_ is not None
    assert open_.spec.name == "certificate_on"


def test_own_knowledge_comes_before_registers_and_debts_come_last() -> None:
    arrears = "expr: NOT in_arrears"
    dear = refund((arrears, "expr: NOT wage_arrears"))
    free = refund(("id: sample.refund", "id: sample.free"), (arrears, "expr: injury_rate > 0.01"))
    cheap = refund(("id: sample.refund", "id: sample.cheap"))
    facts = given(insured_months=24, layoffs_last_year=0)
    asked = [
        next_question(policies, facts, ON, telling=True)
        for policies in ([dear], [dear, free], [dear, free, cheap])
    ]
    assert [each.spec.ask for each in asked if each] == [Ask.DEAR, Ask.FREE, Ask.CHEAP]
    assert {each.how for each in asked if each} == {"ask"}


def test_failure_rates_are_counted_over_what_is_known() -> None:
    people = [given(insured_months=months) for months in (1, 5, 24)] + [given(in_arrears=False)]
    rates = failure_rates([refund()], people, ON)
    assert rates == {
        ("sample.refund", "insured_a_year"): pytest.approx(2 / 3),
        ("sample.refund", "no_arrears"): 0.0,
    }


# Exactly what matters: compared with every possible completion of small policies

SMALL = load_registry((SAMPLES / "small_facts.yaml").read_text(encoding="utf-8"))
DOMAINS: dict[str, list[Value]] = {
    "a": [True, False], "b": [True, False], "n": [0, 1, 2, 3], "c": ["x", "y"], "d": [True, False],
}  # fmt: skip
ATOMS = ["a", "b", "d", "n >= 2", "n = 1", "n >= 0", "c = 'x'", "a = b", "n < 2 OR a"]
ATOMS += ["CASE WHEN a THEN b ELSE n > 0 END"]
AMOUNTS = ["n * 100", "CASE WHEN a THEN n ELSE 5 END", "CASE WHEN d THEN n ELSE 7 END", "300"]
ATOM = st.sampled_from(ATOMS).map(lambda text: f"({text})")
EXPRESSION = st.recursive(
    ATOM,
    lambda part: st.one_of(
        part.map(lambda text: f"(NOT {text})"),
        st.tuples(part, st.sampled_from(["AND", "OR"]), part).map(lambda p: f"({' '.join(p)})"),
    ),
    max_leaves=3,
)


def small_policy(conditions: list[str], amount: str | None) -> PolicyDefinition:
    said = "{pass: 行, fail: 不行, unknown: 问}"
    texts = enumerate(conditions)
    lines = [f'  c{i}: {{expr: "{text}", says: {said}}}' for i, text in texts]
    money = [] if amount is None else [f'amount: {{expr: "{amount}", label: 钱}}']
    steps = "{can: 试, bring: 试, where: 试, how_long: 试}"
    text = "\n".join(
        [
            "id: test.small", "names: 试", "summary: 试", "audience: person", "authority: 试",
            "source: {doc: 试}", "delivery: apply", "conditions:", *lines, *money,
            f"steps: {steps}", "object_to: 试", "versions:",
            "  - {from: 2020-01-01, status: assumed}",
        ]
    )  # fmt: skip
    return load_definition(text, SMALL)


def partial_completions(names: list[str]) -> Iterator[dict[str, Value | None]]:
    choices: list[list[Value | None]] = [[None, *DOMAINS[name]] for name in names]
    for combination in itertools.product(*choices):
        yield dict(zip(names, combination, strict=True))


def can_matter(definition: PolicyDefinition, row: Mapping[str, Value | None], name: str) -> bool:
    """Whether, for some values of the other facts one may ask for, this one changes anything."""
    others = [each for each in definition.specs if each not in (name, "d") and row[each] is None]
    for completion in partial_completions(others):
        without = decide(definition, {**row, **completion})
        for value in DOMAINS[name]:
            told = decide(definition, {**row, **completion, name: value})
            if (told.verdict, told.amount) != (without.verdict, without.amount):
                return True
    return False


@settings(max_examples=150, deadline=None)
@drawn(
    st.lists(EXPRESSION, min_size=1, max_size=3),
    st.one_of(st.none(), st.sampled_from(AMOUNTS)),
    st.fixed_dictionaries(
        {name: st.sampled_from([None, None, *DOMAINS[name]]) for name in DOMAINS}
    ),
    st.booleans(),
)
def test_a_question_is_asked_exactly_where_one_can_still_matter(
    conditions: list[str], amount: str | None, known: dict[str, Value | None], telling: bool
) -> None:
    definition = small_policy(conditions, amount)
    facts = {name: KnownFact(value) for name, value in known.items() if value is not None}
    row, _ = row_of(definition, facts, ON)
    question = next_question([definition], facts, ON, telling=telling)
    if question is not None:
        assert can_matter(definition, row, question.spec.name)
        return
    idle = [name for name in definition.specs if name != "d" and row[name] is None]
    assert not any(can_matter(definition, row, name) for name in idle)


@settings(max_examples=60, deadline=None)
@drawn(definitions(), records(), records(complete=True), st.booleans())
def test_every_interview_ends_with_everything_settled(
    definition: PolicyDefinition,
    known: dict[str, Value | None],
    truth: dict[str, Value | None],
    telling: bool,
) -> None:
    as_of = truth[AS_OF_KEY]
    assert isinstance(as_of, date)
    start = {
        name: KnownFact(value)
        for name, value in known.items()
        if value is not None and name in REGISTRY
    }
    whole = {name: KnownFact(value) for name, value in truth.items() if name in REGISTRY} | start
    played = interview([definition], whole, as_of, known=start, telling=telling)
    assert not (telling and played.fetched)
    asked = [*played.fetched, *played.asked]
    assert len(asked) == len(set(asked))
    assert not {*asked} & {*start}
    facts = {**start, **{name: whole[name] for name in asked}}
    outcome = decide(definition, row_of(definition, facts, as_of)[0])
    assert settled(outcome)
    full = decide(definition, row_of(definition, whole, as_of)[0])
    if outcome.version is not None:
        assert (outcome.verdict, outcome.amount) == (full.verdict, full.amount)


# The shipped library


LIBRARY = Path(policy.__file__).parent / "library"


def library(audience: str) -> list[PolicyDefinition]:
    registry = load_registry((LIBRARY / "facts.yaml").read_text(encoding="utf-8"))
    files = sorted(path for path in LIBRARY.glob("*.yaml") if path.name != "facts.yaml")
    loaded = [load_definition(path.read_text(encoding="utf-8"), registry) for path in files]
    return [each for each in loaded if each.audience == audience]


def somebody(
    policies: list[PolicyDefinition], source: random.Random, as_of: date, cases: float
) -> Facts:
    """A person or firm whose every fact exists: likely values, with this share of the policies'
    worked cases laid over them. Worked cases lie close to the thresholds and half are granted."""

    def value(spec: FactSpec) -> Value:
        match spec.kind:
            case FactKind.BOOL:
                return source.random() < 0.2
            case FactKind.CODE:
                return source.choice(sorted(spec.values) or ["C13"])
            case FactKind.DATE:
                return as_of - timedelta(days=int(source.expovariate(1 / 500)))
            case _:
                low, high = spec.number_bounds
                return min(high, low + int(source.expovariate(8 / max(high - low, 8))))

    specs = {name: spec for each in policies for name, spec in each.specs.items()}
    found: dict[str, Value] = {name: value(spec) for name, spec in specs.items()}
    for each in source.sample(policies, round(cases * len(policies))):
        case = source.choice(each.cases).given
        found |= {name: held for name, held in case.items() if held is not None and name in specs}
    return {name: KnownFact(held) for name, held in found.items()}


@pytest.mark.parametrize(
    ("audience", "cases", "share"),
    [("person", 0.2, 0.6), ("person", 1, 0.8), ("firm", 0.2, 0.6), ("firm", 1, 0.85)],
)
def test_the_library_is_settled_in_far_fewer_questions_than_a_form_has(
    audience: str, cases: float, share: float, capsys: pytest.CaptureFixture[str]
) -> None:
    policies = library(audience)
    specs = {name: spec for each in policies for name, spec in each.specs.items()}
    as_of = date(2025, 6, 30)
    source = random.Random(2026)
    swept = [somebody(policies, source, as_of, cases) for _ in range(300)]
    rates = failure_rates(policies, swept, as_of)
    # Once as it is, registers answering what is free; once as if a person had to say it all.
    asked_of = {Ask.CHEAP, Ask.DEAR}
    means: dict[str, float] = {"asked": 0, "asked without rates": 0, "asked without registers": 0}
    people = [somebody(policies, source, as_of, cases) for _ in range(24)]
    for truth in people:
        # What no one can be asked is there from the registers, or it would never be known.
        known = {name: fact for name, fact in truth.items() if specs[name].ask is Ask.NEVER}
        played = interview(policies, truth, as_of, known=known, base_rates=rates)
        blind = interview(policies, truth, as_of, known=known)
        means["asked"] += len(played.asked) / len(people)
        means["asked without rates"] += len(blind.asked) / len(people)
        means["asked without registers"] += len([*played.asked, *played.fetched]) / len(people)
        facts = {**known, **{name: truth[name] for name in (*played.fetched, *played.asked)}}
        for each in policies:
            assert settled(decide(each, row_of(each, facts, as_of)[0])), each.id
    form = sum(spec.ask in asked_of for spec in specs.values())
    whole_form = sum(spec.ask is not Ask.NEVER for spec in specs.values())
    figures = ", ".join(f"{name} {mean:.2f}" for name, mean in means.items())
    with capsys.disabled():
        sys.stdout.write(
            f"\n{audience}, {cases:.0%} of cases: {len(policies)} policies; {figures}; "
            f"a form has {form}, without registers {whole_form}\n"
        )
    assert means["asked"] < share * form
    assert means["asked without registers"] < share * whole_form
    # What the last sweep learnt is worth something, or at least costs nothing.
    assert means["asked"] <= means["asked without rates"] + 0.5
