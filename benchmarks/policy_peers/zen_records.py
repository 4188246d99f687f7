"""GoRules zen: one record at a time, on a sample of complete records (it has no unknowns)."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import zen

from benchmarks.policy_peers.defaults import DAYS

SAMPLE = 4_000
EXPRESSIONS = [
    ("v0", ("insured_months >= 12 and (layoffs == 0 or layoffs <= (headcount_before <= 30 ? 0.2 : "
     "0.055) * headcount_before) and not in_arrears and not dishonest")),
    ("v1", ("new_hires >= 1 and graduate_hires >= 1 and insured_months >= 3 and not in_arrears and "
     "not dishonest")),
    ("v2", ("training_hours >= 40 and trained_heads >= 10 and certificates * 100 >= trained_heads "
     "* 60 and trade != 'A01' and not dishonest")),
    ("v3", ("size_class in ['micro', 'small'] and loan_fen >= 1 and loan_fen <= 40000000000 and "
     "loan_rate <= 0.045 and new_hires * 100 >= headcount * 10 and tax_grade not in ['C', 'D']")),
    ("v4", ("insured_months >= 36 and claim_ratio <= 0.4 and not safety_accident and not "
     "in_arrears and headcount >= 5")),
    ("v5", (f"insured_months >= 1 and founded_on <= {DAYS[0]} and trade in ['C13', 'C14', 'C25', "
     "'C31', 'D44', 'E47'] and not in_arrears and tax_grade != 'D'")),
    ("v6", ("disabled_hires >= 1 and disabled_hires * 1000 >= headcount * 15 and insured_months >= "
     "6 and not dishonest and (not safety_accident or green)")),
    ("v7", (f"export_share >= 0.15 and green and founded_on <= {DAYS[1]} and headcount >= "
     "headcount_before and (region in ['R01', 'R03', 'R07', 'R11'] or size_class == 'large')")),
    ("a0", "$.v0 ? premium_fen * (size_class in ['micro', 'small', 'medium'] ? 0.6 : 0.3) : 0"),
    ("a1", "$.v1 ? min([graduate_hires, 500]) * 150000 : 0"),
    ("a2", "$.v2 ? certificates * 80000 : 0"),
    ("a3", "$.v3 ? min([loan_fen, 300000000]) * loan_rate * 0.5 : 0"),
    ("a4", ("$.v4 ? wage_bill_fen * (claim_ratio <= 0.2 ? 0.004 : claim_ratio <= 0.3 ? 0.0025 : "
     "0.001) : 0")),
    ("a5", "$.v5 ? wage_bill_fen * 0.0345 : 0"),
    ("a6", "$.v6 ? max([disabled_hires - 1, 0]) * 600000 + 100000 : 0"),
    ("a7", "$.v7 ? min([wage_bill_fen * 0.01, 500000000]) : 0"),
]  # fmt: skip


class Zen:
    """One decision with all policies as an expression node."""

    def __init__(self, folder: Path) -> None:
        table = next(pq.ParquetFile(folder / "firms.parquet").iter_batches(SAMPLE * 8))
        complete = [row for row in table.to_pylist() if None not in row.values()][:SAMPLE]
        self.records = [_plain(row) for row in complete]
        expressions = [{"id": key, "key": key, "value": value} for key, value in EXPRESSIONS]
        graph = {
            "nodes": [
                {"id": "in", "type": "inputNode", "name": "in"},
                {
                    "id": "rules", "type": "expressionNode", "name": "rules",
                    "content": {"expressions": expressions},
                },
                {"id": "out", "type": "outputNode", "name": "out"},
            ],
            "edges": [
                {"id": "e1", "sourceId": "in", "targetId": "rules", "type": "edge"},
                {"id": "e2", "sourceId": "rules", "targetId": "out", "type": "edge"},
            ],
        }  # fmt: skip
        self.decision = zen.ZenEngine().create_decision(json.dumps(graph))
        self.pairs = len(self.records) * 8
        self.granted = [0] * 8

    def run(self) -> None:
        self.granted = [0] * 8
        for record in self.records:
            result = self.decision.evaluate(record)["result"]
            for number in range(8):
                self.granted[number] += bool(result[f"v{number}"])

    def report(self) -> dict[str, Any]:
        return {"granted": self.granted, "records": len(self.records)}


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    made = {name: value for name, value in row.items() if name != "entity"}
    for name in ("export_share", "loan_rate", "claim_ratio"):
        made[name] = float(made[name])
    made["founded_on"] = (made["founded_on"] - date(1970, 1, 1)).days
    return made
