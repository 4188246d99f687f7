"""What is new since a mark: whatever is written in whatever order, all of it, each once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.cases.logic.changes import LATEST, Dated, Mark, NotChangesMarkError, news

START = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
CASES = [UUID(int=n) for n in range(1, 5)]
HOUR = timedelta(hours=1)


@st.composite
def days(draw: st.DrawFn) -> list[tuple[str, int, int]]:
    """What happens: a step of a case, dated up to a day back; or a question with a limit."""
    step = st.tuples(st.just("step"), st.integers(0, 3), st.integers(0, 23))
    question = st.tuples(st.just("ask"), st.integers(1, 4), st.just(0))
    return draw(st.lists(st.one_of(step, step, question), max_size=40))


@given(days())
def test_everything_is_told_once_in_each_cases_order(happened: list[tuple[str, int, int]]) -> None:
    steps: list[Dated] = []
    heard: list[Dated] = []
    mark, now = Mark(), START

    def ask(limit: int) -> bool:
        nonlocal mark
        known = [one for one in steps if mark.since is None or one.at >= mark.since]
        found = news(known, mark, limit=limit, now=now)
        assert len(found.steps) <= limit
        heard.extend(found.steps)
        mark = Mark.from_json(found.mark.as_json())
        return found.more

    for what, number, back in happened:
        now += 7 * HOUR
        if what == "step":
            case = CASES[number]
            seq = 1 + sum(one.case == case for one in steps)
            steps.append(Dated(case, seq, now - back * HOUR))
        else:
            ask(number)
    while ask(3):
        pass
    assert sorted(heard, key=lambda one: (one.case, one.seq)) == sorted(
        steps, key=lambda one: (one.case, one.seq)
    )
    for case in CASES:
        seqs = [one.seq for one in heard if one.case == case]
        assert seqs == sorted(seqs)
    assert len(mark.told) <= len({one.case for one in steps if one.at >= now - LATEST})


def test_the_same_mark_has_the_same_answer() -> None:
    steps = [Dated(CASES[0], seq, START) for seq in range(1, 8)]
    first = news(steps, Mark(), limit=3, now=START)
    assert first == news(list(reversed(steps)), Mark(), limit=3, now=START)
    assert first.more


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        [None],
        [None, 1],
        [1, {}],
        ["2026-11-23T00:00:00", {}],
        [None, {"x": 1}],
        [None, {CASES[0].hex: "1"}],
        [None, {CASES[0].hex: True}],
        [None, {CASES[0].hex: -1}],
        [None, {CASES[0].hex: 2**40}],
    ],
)
def test_what_is_no_mark(value: object) -> None:
    with pytest.raises(NotChangesMarkError):
        Mark.from_json(value)
