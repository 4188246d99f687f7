"""A snapshot is one text for one content, and shows any change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.cases.logic.snapshots import (
    Evidence,
    FrozenFact,
    decision_digest,
    digest_of_parts,
    facts_by_name,
    read_facts,
)

pytestmark = pytest.mark.no_postgres
facts = st.builds(
    FrozenFact,
    name=st.text("abc_", min_size=1, max_size=6),
    label=st.text(max_size=8),
    value=st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text(max_size=8)),
    shown=st.text(max_size=8),
    source=st.text(max_size=8),
    observed_on=st.none() | st.dates(),
    known_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    disputed=st.booleans(),
    legal_basis=st.text(max_size=8),
)


def evidence(*held: FrozenFact) -> Evidence:
    return Evidence(date(2025, 9, 1), "p", "d", "v1", "entitled", 5, held, {"b": 1, "a": [2]})


@given(st.lists(facts, max_size=5))
def test_facts_read_back_as_they_were(held: list[FrozenFact]) -> None:
    assert read_facts(evidence(*held).facts_text) == tuple(held)


@given(facts, facts)
def test_another_fact_is_another_digest(one: FrozenFact, other: FrozenFact) -> None:
    same = evidence(one).digest == evidence(other).digest
    assert same == (one.as_json() == other.as_json())


def test_parts_cannot_be_cut_otherwise() -> None:
    common = {
        "as_of": date(2025, 9, 1), "policy_digest": "", "rule_version": "", "verdict": "not",
        "amount_fen": None, "answer": "",
    }  # fmt: skip
    one = digest_of_parts(policy="ab", facts="c", **common)  # type: ignore[arg-type]
    two = digest_of_parts(policy="a", facts="bc", **common)  # type: ignore[arg-type]
    assert one != two


def test_the_same_grounds_whenever_they_were_learnt() -> None:
    fact = FrozenFact("a", "甲", 1, "1", "源", date(2025, 1, 1), datetime(2025, 1, 1, tzinfo=UTC))
    later = replace(fact, known_at=datetime(2025, 2, 1, tzinfo=UTC))
    assert evidence(fact).same_grounds(evidence(later))
    assert not evidence(fact).same_grounds(evidence(replace(fact, value=2)))
    assert not evidence(fact).same_grounds(evidence(replace(fact, disputed=True)))
    assert not evidence(fact).same_grounds(replace(evidence(fact), rule_version="v2"))
    assert facts_by_name([fact])["a"] is fact


def test_a_decision_is_bound_to_who_signed() -> None:
    at = datetime(2025, 9, 1, tzinfo=UTC)
    one, other = (
        decision_digest(
            snapshot="s", result="approved", amount_fen=5, signers=signers, signed_at=at
        )
        for signers in (["a", "b"], ["a", "c"])
    )
    assert one != other
