"""An index as files: written beside, moved into place whole, read without being copied.

A folder ``<number>`` holds the columns after that change. It appears complete or not at all, so
a process that is killed while it writes leaves a folder nobody reads and the next tidying takes
away. Files are read by mapping them: every process of a machine shares one copy in memory.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import numpy.typing as npt
from django.conf import settings

from denghuo.search.logic.segment import ARRAYS, Choices, Segment
from denghuo.search.logic.values import Shape

# Other columns or another meaning of them: files of another number are not read.
FORMAT = 1
_ABOUT = "about.json"
_HALF = ".half-"
_KEPT_MAX = 2


def folder_of(kind: str) -> Path:
    """Where the files of a shelf lie."""
    return Path(settings.DATA_DIR) / "search" / kind


def keep_segment(kind: str, segment: Segment, *, epoch: UUID, number: int, shape: Shape) -> Path:
    """Write an index and move it into place. An older one stays for those who still read it."""
    folder = folder_of(kind)
    folder.mkdir(parents=True, exist_ok=True)
    half = folder / f"{_HALF}{uuid4().hex}"
    half.mkdir()
    for name in ARRAYS:
        _write(half / f"{name}.npy", getattr(segment, name))
    for choices in segment.choices:
        _write(half / f"choice-{choices.name}.npy", choices.column)
    for name, column in segment.numbers:
        _write(half / f"number-{name}.npy", column)
    about = {
        "format": FORMAT,
        "epoch": str(epoch),
        "shape": _said(shape),
        "choices": [[one.name, list(one.values), one.many] for one in segment.choices],
        "numbers": [name for name, _ in segment.numbers],
    }
    with (half / _ABOUT).open("w", encoding="utf-8") as file:
        json.dump(about, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    final = folder / f"{number:020}"
    if final.exists():  # an index of the same change: what stands there is as good, or broken
        shutil.rmtree(final, ignore_errors=True)
    half.rename(final)
    _forget_old(folder)
    return final


def newest_kept(kind: str, *, epoch: UUID, up_to: int, shape: Shape) -> tuple[Segment, int] | None:
    """The newest whole index of this epoch and shape, and its number; None if there is none."""
    folder = folder_of(kind)
    if not folder.is_dir():
        return None
    for one in sorted(folder.iterdir(), reverse=True):
        if not one.name.isdigit() or int(one.name) > up_to:
            continue
        with suppress(
            OSError, ValueError, KeyError, EOFError
        ):  # half gone or damaged: as if not there
            about = json.loads((one / _ABOUT).read_text(encoding="utf-8"))
            said = (about["format"], about["epoch"], about["shape"])
            if said == (FORMAT, str(epoch), _said(shape)):
                return _read(one, about), int(one.name)
    return None


def newest_number(kind: str) -> int:
    """The number of the newest index that lies there, -1 if none does."""
    folder = folder_of(kind)
    if not folder.is_dir():
        return -1
    return max((int(one.name) for one in folder.iterdir() if one.name.isdigit()), default=-1)


def _read(folder: Path, about: dict[str, list[list[str]]]) -> Segment:
    def column(name: str) -> Any:
        return np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)

    segment = Segment(
        **{name: column(name) for name in ARRAYS},
        choices=tuple(
            Choices(str(name), column(f"choice-{name}"), tuple(values), bool(many))
            for name, values, many in about["choices"]
        ),
        numbers=tuple((str(name), column(f"number-{name}")) for name in about["numbers"]),
    )
    if {len(segment.latitude), len(segment.digests)} != {len(segment)}:
        raise ValueError("columns of different lengths")
    return segment


def _write(path: Path, column: npt.NDArray[Any]) -> None:
    with path.open("wb") as file:
        np.save(file, column, allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())


def _said(shape: Shape) -> list[object]:
    return [list(shape.one), list(shape.many), list(shape.columns), shape.newest, shape.highest]


def _forget_old(folder: Path) -> None:
    whole = sorted((one for one in folder.iterdir() if one.name.isdigit()), reverse=True)
    halves = [one for one in folder.iterdir() if one.name.startswith(_HALF)]
    for one in (*whole[_KEPT_MAX:], *halves):
        shutil.rmtree(one, ignore_errors=True)
