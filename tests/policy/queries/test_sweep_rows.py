"""Pages of a run's rows against the file read whole, for every filter and sort."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from denghuo.platform.public import Actor
from denghuo.policy.queries.sweep_rows import (
    SORTS,
    RowFilter,
    answer_rows,
    changed_rows,
    count_rows,
    explained_row,
    export_rows,
)
from denghuo.policy.queries.sweeps import ANSWERS_FILE, run
from tests.factories.people import NOW
from tests.policy import firms
from tests.policy.firms import POLICY

OTHER = "unemployment-rate-cut"


@pytest.fixture
def run_id(colleague: Actor, facts: Path) -> UUID:
    kinds = [
        {
            **firms.ROWS[n % 3],
            "entity": f"firm {n:04}",
            "unemployment_premium_paid": n * 7_919 % 991,
        }
        for n in range(407)
    ]
    kinds += [{**kinds[5], "dishonest": True, "laid_off_count": 40, "entity": "two faults"}]
    firms.write(facts, kinds)
    return firms.swept(colleague, facts, policies=[POLICY, OTHER])


def test_every_filter_and_sort_is_what_the_file_says(run_id: UUID) -> None:
    view = run(run_id)
    everything = pq.read_table(view.file(ANSWERS_FILE)).to_pylist()
    filters = itertools.product(
        ("", POLICY, OTHER, "none"), ("", "entitled", "not", "unknown"), (False, True),
        ("", "firm 00", "faults"),
    )  # fmt: skip
    asked_for = [*itertools.product(filters, SORTS)]
    for (policy, verdict, near, word), sort in random.Random(11).sample(asked_for, 40):
        asked = RowFilter(policy, verdict, near, word)
        kept = [
            row
            for row in everything
            if policy in ("", row["policy"])
            and verdict in ("", row["verdict"])
            and (not near or row["fail_mask"].bit_count() == 1)
            and word in row["entity"]
        ]
        if sort:
            sign = -1 if sort == "-amount" else 1
            kept.sort(key=lambda row: (row["amount"] is None, sign * (row["amount"] or 0)))
        page = answer_rows(
            run_id, policy_id=policy, verdict=verdict, near=near, word=word, sort=sort, page=2
        )
        number = min(2, max(1, -(-len(kept) // 50)))
        assert (page.total, page.page, count_rows(view, asked)) == (len(kept), number, len(kept))
        expected = kept[(number - 1) * 50 : number * 50]
        assert [(row.entity, row.policy, row.verdict, row.amount) for row in page.rows] == [
            (row["entity"], row["policy"], row["verdict"], row["amount"]) for row in expected
        ]
        if not sort:
            exported = [name for batch in export_rows(view, asked)
                        for name in batch.column("entity").to_pylist()]  # fmt: skip
            assert exported == [row["entity"] for row in kept]


@pytest.mark.parametrize("name", ["firms.parquet", "firms.csv"])
def test_a_row_is_explained_from_either_kind_of_file(
    colleague: Actor, data_dir: Path, name: str
) -> None:
    path = data_dir / "facts" / name
    if name.endswith(".csv"):
        path.parent.mkdir()
        path.write_bytes(
            "entity,insured_average,laid_off_count\n甲,42.5,2\n乙,8,0\n".encode("gb18030")
        )
    else:
        path.parent.mkdir()
        table = pa.table({
            "entity": pa.array(["甲", "乙"]).dictionary_encode(),
            "insured_average": pa.array([Decimal("42.5"), Decimal("8.0")]),
            "laid_off_count": [2, 0],
        })  # fmt: skip
        pq.write_table(table, path)
    run_id = firms.swept(colleague, path)
    found = explained_row(run(run_id), "甲", POLICY)
    assert found.facts["insured_average"].shown() == "42.5 人"
    assert found.facts["laid_off_count"].value == 2


def test_a_row_is_explained_by_the_text_that_spoke_then(colleague: Actor, facts: Path) -> None:
    run_id = firms.swept(colleague, facts)
    text = firms.speaking(POLICY)
    assert "unemployment_premium_paid * " in text
    changed = text.replace("unemployment_premium_paid * ", "unemployment_premium_paid * 0.5 * ")
    # Its own worked cases come out otherwise now; two persons let it pass all the same.
    firms.publish(changed, now=NOW + timedelta(hours=1))
    [kept] = answer_rows(run_id, verdict="entitled").rows
    found = explained_row(run(run_id), "甲公司", POLICY)
    assert (found.amount, found.verdict.name.lower()) == (kept.amount, kept.verdict)
    fresh = firms.swept(firms.staff("third"), facts, now=NOW + timedelta(hours=2))
    later = explained_row(run(fresh), "甲公司", POLICY)
    assert later.amount != found.amount
    assert later.amount == answer_rows(fresh, verdict="entitled").rows[0].amount


def test_a_row_of_a_look_back_is_explained_by_what_was_public(
    colleague: Actor, facts: Path
) -> None:
    """Asked in June 2025, before the raised share of July: the page says what the run says."""
    firms.write(facts, [{**row, "pool_reserve_months": 24} for row in firms.ROWS])
    run_id = firms.swept(
        colleague, facts, known_before=date(2025, 1, 1), now=datetime(2025, 6, 2, 4, tzinfo=UTC)
    )
    [row] = [each for each in changed_rows(run(run_id)).rows if each.entity == "甲公司"]
    assert row.owed == 11_184_000
    assert explained_row(run(run_id), "甲公司", POLICY).amount == row.owed
