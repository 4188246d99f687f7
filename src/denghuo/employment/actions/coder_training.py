"""Training the coder and putting the new one in the place of the former."""

from __future__ import annotations

import os
from collections.abc import Sequence
from uuid import uuid4

import numpy as np

from denghuo.employment.logic.occupations import (
    Coder,
    Example,
    examples_of_reviews,
    train,
)
from denghuo.employment.queries.coder import (
    CURRENT,
    coder_path,
    coders_folder,
    current_digest,
    examples_digest,
    reviews,
)
from denghuo.employment.queries.occupations import coded_titles, occupation_table


def train_if_news() -> bool:
    """Train if there is something to learn that the coder in use has not; whether it was done.

    Raises ``OccupationsMissingError``.
    """
    taught = examples_of_reviews(reviews(), occupation_table())
    return keep_trained([*coded_titles(), *taught])


def keep_trained(examples: Sequence[Example]) -> bool:
    """A coder of these examples in use; False where it is the one in use already.

    Killed anywhere, the former stays in use. Two that train at once write the same bytes under
    names of their own, and the last name moved counts.
    """
    digest = examples_digest(examples)
    if digest == current_digest() and coder_path(digest).is_file():
        return False
    _write(train(examples), digest)
    _move(CURRENT, digest.encode())
    for old in coders_folder().glob("coder-*.npz"):
        if old != coder_path(digest):
            old.unlink(missing_ok=True)
    return True


def _write(coder: Coder, digest: str) -> None:
    coders_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    coming = coders_folder() / f"coming-{uuid4().hex}"
    with coming.open("wb") as file:
        np.savez(
            file,
            codes=np.array(coder.codes),
            keys=coder.vocabulary.keys,
            rarity=coder.vocabulary.weights,
            weights=coder.weights,
            bias=coder.bias,
        )
        file.flush()
        os.fsync(file.fileno())
    coming.replace(coder_path(digest))


def _move(name: str, content: bytes) -> None:
    coming = coders_folder() / f"coming-{uuid4().hex}"
    coming.write_bytes(content)
    coming.replace(coders_folder() / name)
