"""Two rules over one file: the same differences that one person at a time would come to."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from benchmarks.policy_peers.firms import write_firms
from denghuo.kernel.refusal import RefusalError
from denghuo.policy.engines.compare import CHANGED_FILE, KINDS, Comparison, compare
from denghuo.policy.engines.rates import condition_counts
from denghuo.policy.engines.sweep import sweep
from denghuo.policy.logic.decide import decide, row_of
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.fact_values import known_facts
from denghuo.policy.logic.verdict import Verdict
from denghuo.policy.logic.versions import as_known
from tests.policy.engines.test_library_agrees import FOLDERS, definitions_in

pytestmark = pytest.mark.no_postgres

AS_OF = date(2026, 6, 30)
REFUND = "stable-jobs-refund"


def shipped(name: str) -> PolicyDefinition:
    found = {each.id: each for each in definitions_in(FOLDERS["library"])}
    return found[name]


def firms(tmp_path: Path, rows: list[dict[str, object]], name: str = "firms.parquet") -> Path:
    path = tmp_path / name
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


def compared(
    before: PolicyDefinition, after: PolicyDefinition, source: Path, kernels: Path, as_of: date
) -> tuple[Comparison, list[dict[str, object]]]:
    folder = source.parent
    found = compare(
        before, after, source=source, as_of=as_of, folder=folder,
        bad_rows_out=folder / "bad.csv", entity_column="entity", kernel_folder=kernels,
    )  # fmt: skip
    return found, pq.read_table(folder / CHANGED_FILE).to_pylist()


SPAN = {
    "firm_kind": "enterprise", "unemployment_months_paid": 12, "dishonest": False,
    "zombie": False, "insured_average": 42, "laid_off_count": 2, "size_class": "small",
    "unemployment_premium_paid": 18_640_000, "pool_reserve_months": 24, "region": "150102",
    "contribution_year_ends_on": date(2024, 12, 31),
}  # fmt: skip


def test_what_was_not_public_then_is_owed_now(tmp_path: Path, kernels: Path) -> None:
    now = shipped(REFUND)
    then = as_known(now, date(2025, 6, 30))
    rows: list[dict[str, object]] = [
        {**SPAN, "entity": "raised"},
        {**SPAN, "entity": "open", "unemployment_premium_paid": None},
        {**SPAN, "entity": "refused", "laid_off_count": 40},
        {**SPAN, "entity": "unknown", "laid_off_count": None},
    ]
    found, changed = compared(then, now, firms(tmp_path, rows), kernels, date(2025, 9, 1))
    assert [(row["entity"], row["kind"], row["change"]) for row in changed] == [
        ("raised", "more", 5_592_000)
    ]
    [group] = found.groups
    assert (group["league"], group["size"], group["rows"]) == ("1501", "small", 4)
    assert (group["more"], group["lacking"]) == (1, 1)
    assert group["after"] - group["before"] == 5_592_000


def test_every_row_is_what_one_person_at_a_time_comes_to(tmp_path: Path, kernels: Path) -> None:
    definitions = definitions_in(FOLDERS["bench"])
    source = tmp_path / "firms.parquet"
    write_firms(source, 2_000)
    table = pq.read_table(source)
    # the same rule with some conditions dropped, so that every kind of change occurs
    for definition in definitions[:3]:
        loose = _without_first_condition(definition)
        for before, after in ((definition, loose), (loose, definition)):
            found, changed = compared(before, after, source, kernels, AS_OF)
            told = {row["entity"]: row["kind"] for row in changed}
            expected = _expected(before, after, table)
            assert told == {name: kind for name, kind in expected.items() if kind != "same"}
            counts = Counter(expected.values())
            sums = {kind: sum(group[kind] for group in found.groups) for kind in KINDS}
            assert sums == {kind: counts[kind] for kind in KINDS}


def _without_first_condition(definition: PolicyDefinition) -> PolicyDefinition:
    return replace(
        definition,
        versions=tuple(
            replace(version, conditions=version.conditions[1:]) for version in definition.versions
        ),
    )


def _expected(
    before: PolicyDefinition, after: PolicyDefinition, table: pa.Table
) -> dict[object, str]:
    kinds: dict[object, str] = {}
    for raw in table.to_pylist():
        facts = known_facts(
            before.specs, {name: raw.get(name) for name in before.specs}, source="file"
        )
        was, is_now = (decide(each, row_of(each, facts, AS_OF)[0]) for each in (before, after))
        kinds[str(raw["entity"])] = _kind(was, is_now)
    return kinds


def _kind(was: object, is_now: object) -> str:
    one, two = (each.verdict for each in (was, is_now))  # type: ignore[attr-defined]
    if one is two is Verdict.ENTITLED:
        paid, owed = (each.amount for each in (was, is_now))  # type: ignore[attr-defined]
        if paid is None or owed is None:
            return "same" if paid is owed else "open"
        return "more" if owed > paid else "less" if owed < paid else "same"
    if two is Verdict.ENTITLED:
        return "gain"
    if one is Verdict.ENTITLED:
        return "open" if two is Verdict.UNKNOWN else "lose"
    return "same" if one is two else "open"


def test_a_subject_named_twice_is_two_rows_and_no_more(tmp_path: Path, kernels: Path) -> None:
    now = shipped(REFUND)
    rows: list[dict[str, object]] = [
        {**SPAN, "entity": "twice"},
        {**SPAN, "entity": "twice", "unemployment_premium_paid": 100_00},
    ]
    then = as_known(now, date(2025, 6, 30))
    found, changed = compared(then, now, firms(tmp_path, rows), kernels, date(2025, 9, 1))
    assert [row["change"] for row in changed] == [5_592_000, 30_00]
    assert sum(group["rows"] for group in found.groups) == 2


def test_an_office_program_s_encoding_is_read(tmp_path: Path, kernels: Path) -> None:
    now = shipped(REFUND)
    names = [name for name in SPAN if SPAN[name] is not None]
    line = ",".join(str(SPAN[name]) for name in names).replace("False", "false")
    path = tmp_path / "firms.csv"
    path.write_bytes(
        f"entity,{','.join(names)}\n草原恒泰,{line}\n坏的,{line},x\n".encode("gb18030")
    )
    then = as_known(now, date(2025, 6, 30))
    found, changed = compared(then, now, path, kernels, date(2025, 9, 1))
    assert [row["entity"] for row in changed] == ["草原恒泰"]
    assert found.summary.bad_row_count == 1
    assert found.groups[0]["league"] == "1501"


def test_where_there_was_no_rule_all_is_new(tmp_path: Path, kernels: Path) -> None:
    now = shipped(REFUND)
    dawn = replace(now, versions=())
    rows: list[dict[str, object]] = [{**SPAN, "entity": "new"}]
    found, changed = compared(dawn, now, firms(tmp_path, rows), kernels, date(2025, 9, 1))
    assert [row["kind"] for row in changed] == ["gain"]
    assert found.groups[0]["before"] == 0


def test_a_refused_source_leaves_no_files(tmp_path: Path, kernels: Path) -> None:
    now = shipped(REFUND)
    path = tmp_path / "no-entity.csv"
    pacsv.write_csv(pa.table({"laid_off_count": [1]}), path)
    with pytest.raises(RefusalError):
        compared(now, now, path, kernels, AS_OF)
    assert {each.name for each in tmp_path.iterdir()} == {path.name}


def test_rates_are_those_of_one_person_at_a_time(tmp_path: Path, kernels: Path) -> None:
    definitions = definitions_in(FOLDERS["bench"])
    source, out = tmp_path / "firms.parquet", tmp_path / "answers.parquet"
    write_firms(source, 1_500)
    sweep(definitions, source=source, as_of=AS_OF, out=out, kernel_folder=kernels)
    counted = condition_counts(out, definitions)
    failed: Counter[tuple[str, str]] = Counter()
    known: Counter[tuple[str, str]] = Counter()
    for raw in pq.read_table(source).to_pylist():
        for definition in definitions:
            facts = known_facts(
                definition.specs, {name: raw.get(name) for name in definition.specs}, source="file"
            )
            outcome = decide(definition, row_of(definition, facts, AS_OF)[0])
            if outcome.version is None:
                continue
            for place, condition in enumerate(outcome.version.conditions):
                if not outcome.unknown_mask >> place & 1:
                    known[definition.id, condition.name] += 1
                    failed[definition.id, condition.name] += outcome.fail_mask >> place & 1
    assert {
        (policy, name): counts
        for policy, conditions in counted.items()
        for name, counts in conditions.items()
    } == {key: (failed[key], known[key]) for key in known}
