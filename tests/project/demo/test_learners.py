"""Who is paid without asking: on paper, and that the register of today agrees with the list."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from denghuo.kernel.period import add_months
from denghuo.kernel.region import Region
from denghuo.project.demo.identities import IdNumbers
from denghuo.project.demo.learners import LEARNED, Learner, Round, day_of_round, learner_of
from denghuo.project.demo.population import make_population
from denghuo.project.demo.spread import Spread
from tests.project.demo.conftest import SEED, TODAY

PUBLISHED_UNTIL = date(2025, 12, 31)


@pytest.fixture(scope="module")
def learners(spread: Spread) -> list[Learner]:
    """Of two thousand people."""
    block = next(make_population(2_000, seed=SEED, today=TODAY, spread=spread, numbers=IdNumbers()))
    found = [
        learner_of(one, Region(spread.codes[one.township]), seed=SEED, today=TODAY) for one in block
    ]
    return [one for one in found if one is not None]


def test_a_fifth_to_a_quarter_of_all_and_each_season_has_some(learners: list[Learner]) -> None:
    assert 350 < len(learners) < 500
    rounds = Counter(one.round for one in learners)
    assert min(rounds.values()) > 10
    assert set(rounds) == set(Round)
    kinds = Counter(one.kind for one in learners)
    assert 0.82 < kinds["entitled"] / len(learners) < 0.94
    assert set(kinds) == {"entitled", "insured", "trained", "level", "paid"}


def test_nobody_who_asks_for_themselves_and_no_child_is_among_them(
    learners: list[Learner],
) -> None:
    for one in learners:
        assert one.member.relation != "head"
        assert not one.member.duplicate_of
        assert add_months(one.member.born_on, 18 * 12) < TODAY


def test_certificates_are_in_time_and_their_rule_is_published(learners: list[Learner]) -> None:
    for one in learners:
        day = day_of_round(one.round, TODAY)
        assert day is not None
        assert one.certificate_on <= min(day, PUBLISHED_UNTIL)
        assert add_months(one.certificate_on, 12) > day


def test_tables_and_records_tell_the_same_facts(learners: list[Learner]) -> None:
    for one in learners:
        then, now = one.facts_then(), one.facts_now(TODAY)
        assert set(then) == set(now) == LEARNED
        for name in ("certificate_on", "certificate_level", "certificate_in_shortage"):
            assert then[name] == now[name]
        assert now["person_insured_months"] >= then["person_insured_months"]  # type: ignore[operator]
    paid = [one for one in learners if one.facts_now(TODAY)["skill_same_level_paid"]]
    for one in paid:
        assert one.kind == "paid" or (one.kind == "entitled" and one.with_account)
        assert one.kind == "paid" or one.round is not Round.SHOWN


@pytest.mark.parametrize(
    ("which", "today", "day"),
    [
        (Round.FIRST, date(2026, 1, 9), None),  # its money has not arrived yet
        (Round.FIRST, date(2026, 1, 10), date(2025, 12, 9)),
        (Round.SECOND, date(2026, 2, 6), None),
        (Round.SECOND, date(2026, 2, 7), date(2025, 12, 9)),
        (Round.SECOND, date(2026, 11, 23), date(2026, 9, 24)),
        (Round.SECOND, date(2028, 5, 1), date(2026, 12, 15)),
        (Round.SHOWN, date(2026, 12, 24), date(2026, 12, 15)),
        (Round.SHOWN, date(2026, 12, 25), None),  # no published rule reaches it
    ],
)
def test_when_a_season_begins(which: Round, today: date, day: date | None) -> None:
    assert day_of_round(which, today) == day


def test_the_same_seed_gives_the_same_certificate(learners: list[Learner], spread: Spread) -> None:
    one = learners[0]
    home = Region(spread.codes[one.member.township])
    assert learner_of(one.member, home, seed=SEED, today=TODAY) == one
    later = TODAY + timedelta(days=365 * 40)
    assert learner_of(one.member, home, seed=SEED, today=later) is None
