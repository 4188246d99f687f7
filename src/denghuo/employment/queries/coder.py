"""The trained coder as it lies in the data folder: loaded when first asked for, never trained here.

A coder is one file, ``coder-<digest>.npz``, named after everything it learnt from; ``current``
holds the name of the one in use. Training writes a new file and moves the name in one step, so
that whoever reads finds a whole coder, the former or the new one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from django.conf import settings

from denghuo.employment.logic.occupations import (
    Coder,
    Coding,
    Example,
    Review,
    coding_of_review,
    remembered,
    title_core,
)
from denghuo.employment.logic.occupations.grams import Vocabulary
from denghuo.employment.models import OccupationReview

CURRENT = "current"
# Changes when a file written before can no longer be read.
FORMAT = 1


def coders_folder() -> Path:
    """Where coders lie."""
    return Path(settings.DATA_DIR) / "coders"


def coder_path(digest: str) -> Path:
    """The file of one coder."""
    return coders_folder() / f"coder-{digest}.npz"


def examples_digest(examples: Sequence[Example]) -> str:
    """What a coder learnt, as one name."""
    text = json.dumps(
        [FORMAT, *((one.title, one.code, one.weight) for one in examples)], ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def current_digest() -> str:
    """The coder in use; empty where none was trained yet."""
    path = coders_folder() / CURRENT
    return path.read_text(encoding="ascii").strip() if path.is_file() else ""


def current_coder() -> Coder | None:
    """The coder in use; None where none was trained yet, or its file is gone."""
    digest = current_digest()
    if not digest or not coder_path(digest).is_file():
        return None
    return _loaded(str(coder_path(digest)))


@lru_cache(maxsize=1)
def _loaded(path: str) -> Coder:
    # No pickles: a file is read as arrays of numbers and text, never as code.
    with np.load(path, allow_pickle=False) as held:
        return Coder(
            codes=tuple(str(code) for code in held["codes"]),
            vocabulary=Vocabulary(held["keys"], held["rarity"]),
            weights=held["weights"],
            bias=held["bias"],
        )


def reviews() -> list[Review]:
    """What staff decided about titles, the oldest first."""
    rows = OccupationReview.objects.order_by("id").values_list("title", "code", "decided_at")
    return [Review(title, code, at) for title, code, at in rows.iterator()]


_UNCODED = Coding("", (0.0, 0.0, 0.0, 0.0), None, None)


def code_titles(titles: Sequence[str]) -> list[Coding]:
    """Titles coded by the coder in use, what staff decided before it; without one none is sure."""
    known = remembered(reviews())
    coder = current_coder()
    if coder is not None:
        return coder.code_all(titles, reviewed=known)
    return [_reviewed(title, known) for title in titles]


def _reviewed(title: str, known: dict[str, str]) -> Coding:
    from_review = known.get(title_core(title))
    return coding_of_review(from_review) if from_review else _UNCODED
