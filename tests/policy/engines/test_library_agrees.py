"""Real definitions at their own boundaries: one decision, the kernels and DuckDB say the same."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from denghuo.policy.engines.answers import Engine
from denghuo.policy.engines.columns_engine import ColumnsEngine
from denghuo.policy.engines.duckdb_engine import DuckdbEngine
from denghuo.policy.engines.kernels import KernelCache
from denghuo.policy.logic.columns.from_definition import rule_program
from denghuo.policy.logic.decide import decide, row_of
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.fact_values import KnownFact
from denghuo.policy.logic.loading import load_definition
from denghuo.policy.logic.registry import load_registry
from tests.policy.engines.boundaries import boundary_records
from tests.policy.logic.columns.records import columns_from_records

ROOT = Path(__file__).parents[3]
FOLDERS = {
    "library": ROOT / "src" / "denghuo" / "policy" / "library",
    "bench": ROOT / "benchmarks" / "policy_peers" / "rules",
}
ROWS = 600
AS_OF = date(2026, 6, 30)


def definitions_in(folder: Path) -> list[PolicyDefinition]:
    registry = load_registry((folder / "facts.yaml").read_text(encoding="utf-8"))
    files = sorted(file for file in folder.rglob("*.yaml") if file.name != "facts.yaml")
    return [load_definition(file.read_text(encoding="utf-8"), registry) for file in files]


def disagreements(
    engine: Engine, definitions: list[PolicyDefinition], records: list[dict[str, object]]
) -> list[str]:
    answers = engine.evaluate(columns_from_records(engine.layout, records))
    found = []
    for definition, answer in zip(definitions, answers, strict=True):
        program = rule_program(definition)
        for number, record in enumerate(records):
            facts = {name: KnownFact(record[name]) for name in definition.specs}  # type: ignore[arg-type]
            row, _ = row_of(definition, facts, AS_OF)
            wanted = decide(definition, row)
            amount = -1 if wanted.amount_unknown else wanted.amount or 0
            index = int(answer.version[number])
            key = None if index == 255 else program.versions[index].key
            expected = (
                wanted.verdict, amount, wanted.fail_mask, wanted.unknown_mask,
                wanted.version.key if wanted.version else None,
            )  # fmt: skip
            given = (
                int(answer.verdict[number]), int(answer.amount[number]),
                int(answer.failed[number]), int(answer.unknown[number]), key,
            )  # fmt: skip
            if given != expected:
                found.append(f"{definition.id}: {given}, not {expected}; {record}")
    return found


@pytest.mark.parametrize("engine_name", ["columns", "duckdb"])
@pytest.mark.parametrize("folder", sorted(FOLDERS))
def test_engines_decide_as_one_person_is_decided(
    folder: str, engine_name: str, kernels: Path
) -> None:
    definitions = definitions_in(FOLDERS[folder])
    if not definitions:
        pytest.skip("no policy file there yet")
    for audience in sorted({each.audience for each in definitions}):
        chosen = [each for each in definitions if each.audience == audience]
        programs = [rule_program(each) for each in chosen]
        records = boundary_records(chosen, AS_OF, ROWS)
        engine: Engine
        if engine_name == "columns":
            engine = ColumnsEngine(programs, AS_OF, cache=KernelCache(kernels))
        else:
            engine = DuckdbEngine(programs, AS_OF)
        assert disagreements(engine, chosen, records) == []
        engine.close()


def test_boundary_records_reach_every_answer() -> None:
    """Otherwise the comparison above would say little."""
    definitions = definitions_in(FOLDERS["bench"])
    records = boundary_records(definitions, AS_OF, ROWS)
    verdicts = set()
    failed = unknown = 0
    for definition in definitions:
        for record in records:
            facts = {name: KnownFact(record[name]) for name in definition.specs}  # type: ignore[arg-type]
            row, _ = row_of(definition, facts, AS_OF)
            outcome = decide(definition, row)
            verdicts.add((definition.id, outcome.verdict))
            failed += outcome.fail_mask.bit_count() == 1
            unknown += outcome.unknown_mask.bit_count() == 1
    assert len(verdicts) == 3 * len(definitions)
    assert min(failed, unknown) > ROWS
