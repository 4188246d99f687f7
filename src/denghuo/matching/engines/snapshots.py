"""The offers of a day on disk, for workers that share nothing with us but a folder.

A snapshot is a folder of plain columns, named by its content: what lies under a name never
changes, so any number of workers map it into memory and share its pages, and none asks another.
It is written beside its place and then moved there in one step: a folder with the name is whole.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from denghuo.matching.engines.index import Grid, OfferIndex, Rules
from denghuo.matching.engines.lists import Lists
from denghuo.matching.logic.refusals import SnapshotDamagedError

_LAYOUT = "denghuo-offers-1"
_ABOUT = "about.json"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Offers in visiting order with the rules they are ranked by; ``ids`` are the caller's."""

    index: OfferIndex
    rules: Rules
    ids: npt.NDArray[np.int64]
    digest: str


def save_snapshot(lists: Lists, folder: Path) -> Path:
    """Write the offers of some lists under ``folder``. Returns the snapshot's own folder; the same
    offers and rules under one text always get the same one."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".making-", dir=folder))
    try:
        columns, about = _parts(lists)
        for name, column in columns.items():
            np.save(made / f"{name}.npy", column, allow_pickle=False)
        about["columns"] = {name: _digest_of(made / f"{name}.npy") for name in columns}
        text = json.dumps(about, sort_keys=True)
        (made / _ABOUT).write_text(text, encoding="utf-8")
        made.chmod(0o755)  # workers may run under another name
        place = folder / f"offers-{hashlib.sha256(text.encode()).hexdigest()}"
        # Race: two make the same snapshot. Whoever comes second finds it there, whole and equal.
        if not place.exists():
            try:
                made.rename(place)
            except OSError:
                if not place.exists():
                    raise
        return place
    finally:
        shutil.rmtree(made, ignore_errors=True)


def open_snapshot(place: Path) -> Snapshot:
    """Map a snapshot into memory. Every byte is compared with its digest first, because the
    kernels trust the pointers in it. Raises ``SnapshotDamagedError``."""
    try:
        text = (place / _ABOUT).read_text(encoding="utf-8")
        about = json.loads(text)
        if hashlib.sha256(text.encode()).hexdigest() != place.name.removeprefix("offers-"):
            raise SnapshotDamagedError(name=place.name, part=_ABOUT)
        if about["layout"] != _LAYOUT:
            raise SnapshotDamagedError(name=place.name, part="layout")
        columns = {name: _column(place, name, digest) for name, digest in about["columns"].items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SnapshotDamagedError(name=place.name, part=type(error).__name__) from error
    index = {name: columns[f"index_{name}"] for name in OfferIndex._fields if name != "grid"}
    rules: dict[str, Any] = {
        name: columns.get(f"rules_{name}", about["rules"].get(name)) for name in Rules._fields
    }
    return Snapshot(
        OfferIndex(**index, grid=Grid(*about["grid"])), Rules(**rules), columns["ids"],
        place.name.removeprefix("offers-"),
    )  # fmt: skip


def _parts(lists: Lists) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    index, rules = lists.offer_index, lists.rules
    columns = {f"index_{name}": value for name, value in index._asdict().items() if name != "grid"}
    figures: dict[str, int] = {}
    for name, value in rules._asdict().items():
        if isinstance(value, np.ndarray):
            columns[f"rules_{name}"] = value
        else:
            figures[name] = int(value)
    columns["ids"] = lists.offers.ids
    return columns, {"layout": _LAYOUT, "grid": list(index.grid), "rules": figures}


def _column(place: Path, name: str, digest: str) -> npt.NDArray[Any]:
    path = place / f"{name}.npy"
    if _digest_of(path) != digest:
        raise SnapshotDamagedError(name=place.name, part=path.name)
    # Copy on write: the same type of column as in memory, so the same machine code; no worker can
    # change what another reads.
    return np.asarray(np.load(path, mmap_mode="c", allow_pickle=False))


def _digest_of(path: Path) -> str:
    whole = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            whole.update(chunk)
    return whole.hexdigest()
