"""Snapshots read back, and checked against their digest."""

from __future__ import annotations

import json

from denghuo.cases.logic.snapshots import Evidence, Verdict, digest_of_parts, read_facts
from denghuo.cases.models import Snapshot

_VERDICTS: dict[str, Verdict] = {
    "entitled": "entitled",
    "not": "not",
    "unknown": "unknown",
    "no_rule": "no_rule",
}


def evidence_of(row: Snapshot) -> Evidence:
    """What was frozen."""
    return Evidence(
        as_of=row.as_of,
        policy=row.policy,
        policy_digest=row.policy_digest,
        rule_version=row.rule_version,
        verdict=_VERDICTS[row.verdict],
        amount_fen=row.amount_fen,
        facts=read_facts(row.facts),
        answer=json.loads(row.answer),
    )


def is_whole(row: Snapshot) -> bool:
    """Whether the row still has the digest it was written with."""
    return row.digest == digest_of_parts(
        as_of=row.as_of,
        policy=row.policy,
        policy_digest=row.policy_digest,
        rule_version=row.rule_version,
        verdict=row.verdict,
        amount_fen=row.amount_fen,
        facts=row.facts,
        answer=row.answer,
    )
