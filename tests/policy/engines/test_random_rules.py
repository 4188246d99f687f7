"""Any rule, any rows: SQL, the kernels and the judge say the same, or the smallest case is shown.

The kernels run as ordinary Python here, so that hundreds of rules need no compiler; everything
around them (versions, days, gates, layout) is the engine's own. Compiled ones are compared in
test_engines_agree.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from denghuo.policy.engines.answers import Engine
from denghuo.policy.engines.columns_engine import ColumnsEngine
from denghuo.policy.engines.duckdb_engine import DuckdbEngine
from denghuo.policy.logic.columns.arguments import NAMES
from denghuo.policy.logic.columns.printer import KernelSource
from denghuo.policy.logic.columns.program import RuleProgram
from tests.policy.engines.test_engines_agree import disagreements
from tests.policy.logic.columns.programs import AS_OF, ProgramMaker

pytestmark = pytest.mark.no_postgres

ROWS = 9  # more than fit in one byte of the columns' bits
_SCRATCH = 2

Case = tuple[RuleProgram, list[dict[str, object]]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A rule and records, all of whose choices Hypothesis makes and can take back."""
    maker = ProgramMaker(draw(st.randoms(use_true_random=False)))
    program = maker.program("p")
    return program, [maker.record() for _ in range(draw(st.integers(1, ROWS)))]


class PlainKernel:
    """A printed kernel without a compiler, called as a compiled one is."""

    def __init__(self, source: KernelSource) -> None:
        space: dict[str, Any] = dict(NAMES)
        exec(source.text, space)  # noqa: S102 - the thing under test
        self._function: Callable[..., None] = space[source.name]
        self._scratch = np.zeros(source.scratch_bytes // 8, np.uint64)

    @staticmethod
    def bind(arrays: Sequence[np.ndarray[Any, Any]]) -> tuple[object, ...]:
        return tuple(arrays)

    def run(self, start: int, end: int, arrays: tuple[object, ...]) -> None:
        scratch = (self._scratch, self._scratch.view(np.uint8))
        given = (*arrays[:_SCRATCH], *scratch, *arrays[_SCRATCH + 2 :])
        with np.errstate(over="ignore"):  # rows with an unknown part hold arbitrary numbers
            self._function(start, end, *given)


class PlainKernels:
    """In the place of ``KernelCache``."""

    @staticmethod
    def kernel(source: KernelSource) -> PlainKernel:
        return PlainKernel(source)


def kernels_in_python(program: RuleProgram) -> Engine:
    return ColumnsEngine([program], AS_OF, cache=PlainKernels(), threads=1)  # type: ignore[arg-type]


def one_duckdb(program: RuleProgram) -> Engine:
    return DuckdbEngine([program], AS_OF, threads=1)


def differs(make: Callable[[RuleProgram], Engine], case: Case) -> list[str]:
    program, records = case
    engine = make(program)
    try:
        return disagreements(engine, [program], records)
    finally:
        engine.close()


def bounded(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@given(cases())
@bounded(250)
def test_the_kernels_say_what_the_rule_means(case: Case) -> None:
    assert differs(kernels_in_python, case) == []


@given(cases())
@bounded(60)
def test_sql_says_what_the_rule_means(case: Case) -> None:
    assert differs(one_duckdb, case) == []


def test_a_wrong_engine_is_found_and_its_case_made_small() -> None:
    """The search itself: an engine that takes ``not known`` for ``fails`` somewhere."""

    def careless(program: RuleProgram) -> Engine:
        engine = kernels_in_python(program)
        right = engine.evaluate

        def wrong(facts: Any) -> Any:
            answers = right(facts)
            answers[0].failed[:] |= answers[0].unknown
            return answers

        engine.evaluate = wrong  # type: ignore[method-assign]
        return engine

    try:
        found = find(
            cases(),
            lambda case: bool(differs(careless, case)),
            settings=bounded(300),
            random=Random(7),
        )
    except NoSuchExample:
        pytest.fail("nobody noticed")
    program, records = found
    assert len(records) == 1
    assert sum(len(version.conditions) for version in program.versions) <= 2
