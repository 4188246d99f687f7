"""A register's word for a firm becomes the policies' own, or stays unsaid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from denghuo.kernel.subject import SubjectRef
from denghuo.people.models import Firm
from denghuo.policy.public import KnownFact, laid_over, register_facts

pytestmark = pytest.mark.django_db
FIRM = SubjectRef("firm", uuid4())
KINDS = {
    "company": "enterprise",
    "household": "household",
    "cooperative": "cooperative",
    "institution": "public_institution",
    "society": None,
    "branch": None,
}


@dataclass(frozen=True)
class Word:
    name: str
    value: str | date
    source: str = "firm_register"
    as_of: datetime = datetime(2026, 11, 22, 16, tzinfo=UTC)


def told(*words: Word) -> dict[str, object]:
    return {name: fact.value for name, fact in register_facts(FIRM, words).items()}


@pytest.mark.parametrize(("kind", "expected"), KINDS.items())
def test_a_kind_of_the_register_is_the_policies_kind_or_nothing(
    kind: str, expected: str | None
) -> None:
    assert told(Word("kind", kind)).get("firm_kind") == expected


def test_no_kind_of_the_register_was_forgotten() -> None:
    assert {kind for kind, _words in Firm.KIND} == set(KINDS)


def test_the_word_keeps_its_source_and_its_day_here() -> None:
    fact = register_facts(FIRM, [Word("kind", "company")])["firm_kind"]
    assert (fact.source, fact.observed_on) == ("市场主体登记", date(2026, 11, 23))


def test_a_word_no_policy_reads_is_not_said() -> None:
    assert told(Word("favourite_colour", "red")) == {}
    assert told(Word("size_class", "enormous")) == {}


@pytest.mark.parametrize(
    ("register", "record", "speaks"),
    [
        ("市场主体登记", "社会保险登记", "record"),
        ("市场主体登记", "单位填报", "register"),
        ("本人填报", "本人填报", "record"),
        ("本人填报", "社会保险登记", "record"),
    ],
)
def test_ones_own_word_never_speaks_before_an_offices(
    register: str, record: str, speaks: str
) -> None:
    on = date(2026, 11, 23)
    found = laid_over(
        {"a": KnownFact("register", register, on), "b": KnownFact("register", register, on)},
        {"a": KnownFact("record", record, on), "c": KnownFact("record", record, on)},
    )
    assert {name: fact.value for name, fact in found.items()} == {
        "a": speaks, "b": "register", "c": "record",
    }  # fmt: skip
