"""Answers as CSV for people: words for codes, yuan for fen, the reasons behind the masks.

Whole columns at a time: a run over millions of rows is written as fast as it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from denghuo.policy.engines.safe_csv import csv_lines

_LIST = "；"
BOM = "\ufeff".encode()


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """``conditions``: labels by policy and version key, in the order of the masks' bits.
    ``scales``: how many decimals an amount of a policy is held with (2 for fen)."""

    header: tuple[str, ...]
    policies: Mapping[str, str]
    verdicts: Mapping[str, str]
    conditions: Mapping[tuple[str, str], tuple[str, ...]]
    scales: Mapping[str, int]


def header_line(header: tuple[str, ...]) -> bytes:
    """The first line, with the mark by which spreadsheet programs know UTF-8."""
    return BOM + ",".join(f'"{name}"' for name in header).encode() + b"\n"


def answer_lines(batch: pa.RecordBatch, words: AnswerWords) -> bytes:
    """The lines of a batch with the columns entity, policy, verdict, amount, fail_mask,
    unknown_mask and version."""
    policy = _coded(batch.column("policy"))
    version = _coded(batch.column("version"))
    columns = [
        batch.column("entity"),
        _worded(policy, lambda name: words.policies.get(name, name)),
        _worded(_coded(batch.column("verdict")), lambda name: words.verdicts.get(name, name)),
        _amounts(batch.column("amount"), policy, words.scales),
        _reasons(batch.column("fail_mask"), policy, version, words),
        _reasons(batch.column("unknown_mask"), policy, version, words),
        batch.column("version"),
    ]
    return csv_lines(pa.Table.from_arrays(columns, names=list(words.header)))


def decimals(amount: pa.Array, scale: int) -> pa.Array:
    """Whole numbers held with ``scale`` decimals, as decimals: 11184000 as 111840.00."""
    if scale == 0:
        return amount
    factor = pa.scalar(Decimal(1).scaleb(-scale), pa.decimal128(scale + 1, scale))
    return pc.multiply(pc.cast(amount, pa.decimal128(19, 0)), factor)


def _coded(column: pa.Array) -> pa.DictionaryArray:
    return pc.dictionary_encode(column)


def _worded(coded: pa.DictionaryArray, word: Callable[[str], str]) -> pa.Array:
    texts = pa.array([word(each) for each in coded.dictionary.to_pylist()], pa.string())
    return texts.take(coded.indices)


def _amounts(amount: pa.Array, policy: pa.DictionaryArray, scales: Mapping[str, int]) -> pa.Array:
    names = policy.dictionary.to_pylist()
    found = pa.nulls(len(amount), pa.string())
    for scale in sorted({scales.get(name, 0) for name in names}):
        chosen = [index for index, name in enumerate(names) if scales.get(name, 0) == scale]
        here = pc.is_in(policy.indices, pa.array(chosen, policy.indices.type))
        found = pc.if_else(here, pc.cast(decimals(amount, scale), pa.string()), found)
    return found


def _reasons(
    masks: pa.Array, policy: pa.DictionaryArray, version: pa.DictionaryArray, words: AnswerWords
) -> pa.Array:
    """The labels of the conditions whose bits are set; few different masks, so each is put into
    words once."""
    policies, versions = policy.dictionary.to_pylist(), version.dictionary.to_pylist()
    none = len(versions)
    which: npt.NDArray[Any] = pc.fill_null(version.indices, none).to_numpy(zero_copy_only=False)
    key = np.stack(
        [policy.indices.to_numpy(zero_copy_only=False), which, masks.to_numpy(zero_copy_only=False)]
    ).astype(np.int64)
    different, place = np.unique(key, axis=1, return_inverse=True)
    texts = []
    for policy_at, version_at, mask in different.T.tolist():
        labels: tuple[str, ...] = ()
        if version_at < none:
            labels = words.conditions.get((policies[policy_at], versions[version_at]), ())
        texts.append(_LIST.join(name for bit, name in enumerate(labels) if mask >> bit & 1))
    return pa.array(texts, pa.string()).take(pa.array(place.reshape(-1)))
