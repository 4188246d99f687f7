"""Answers as people read them: words, yuan, reasons, and nothing that runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from denghuo.policy.engines.answer_csv import AnswerWords, answer_lines, decimals, header_line

pytestmark = pytest.mark.no_postgres

WORDS = AnswerWords(
    header=("谁", "政策", "结果", "金额", "不符合的条件", "还缺的条件", "规则版本"),
    policies={"refund": "稳岗返还", "rate": "降费率"},
    verdicts={"entitled": "符合", "not": "不符合", "unknown": "还不能判断", "no_rule": "没有规定"},
    conditions={
        ("refund", "2024"): ("缴费满 … 个月", "裁员率不高"),
        ("rate", "2023"): ("参加工伤保险",),
    },
    scales={"refund": 2, "rate": 6},
)
ROWS = [
    ("甲,公司", "refund", "entitled", 11_184_000, 0, 0, "2024"),
    ("=cmd|' /C calc'!A0", "refund", "not", None, 3, 0, "2024"),
    ("丙", "rate", "unknown", None, 0, 1, "2023"),
    ("丁", "rate", "entitled", 5_000, 0, 0, "2023"),
    ("戊", "refund", "no_rule", None, 0, 0, None),
]
NAMES = ("entity", "policy", "verdict", "amount", "fail_mask", "unknown_mask", "version")


def batch(rows: Sequence[tuple[object, ...]]) -> pa.RecordBatch:
    kinds = (pa.string(), pa.string(), pa.string(), pa.int64(), pa.uint32(), pa.uint32(),
             pa.string())  # fmt: skip
    columns = zip(*rows, strict=True) if rows else [[] for _ in NAMES]
    return pa.RecordBatch.from_arrays(
        [pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)], list(NAMES)
    )


def test_lines_say_it_in_words() -> None:
    text = (header_line(WORDS.header) + answer_lines(batch(ROWS), WORDS)).decode("utf-8-sig")
    header, *lines = list(csv.reader(io.StringIO(text)))
    assert header == list(WORDS.header)
    assert lines == [
        ["甲,公司", "稳岗返还", "符合", "111840.00", "", "", "2024"],
        ["'=cmd|' /C calc'!A0", "稳岗返还", "不符合", "", "缴费满 … 个月；裁员率不高", "", "2024"],
        ["丙", "降费率", "还不能判断", "", "", "参加工伤保险", "2023"],
        ["丁", "降费率", "符合", "0.005000", "", "", "2023"],
        ["戊", "稳岗返还", "没有规定", "", "", "", ""],
    ]


def test_an_empty_batch_is_no_lines() -> None:
    assert answer_lines(batch([]), WORDS) == b""


def test_decimals_are_exact() -> None:
    amounts = pa.array([0, 1, 99, 100, -5, 9_007_199_254_740_993, None], pa.int64())
    assert pc.cast(decimals(amounts, 2), pa.string()).to_pylist() == [
        "0.00", "0.01", "0.99", "1.00", "-0.05", "90071992547409.93", None,
    ]  # fmt: skip
    assert decimals(amounts, 0).to_pylist()[:3] == [0, 1, 99]
