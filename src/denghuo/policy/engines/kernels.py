"""Compile printed kernels to machine code and keep them on disk.

The key is the kernel's name, which holds the digest of its text; numba adds its own version, the
processor's name and the argument types. A file named by its content is never rewritten with other
content, so two processes that race write the same bytes, and a reader never sees half a file.
"""

from __future__ import annotations

import os
import stat
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numba
from numba import types

from denghuo.policy.logic.columns.arguments import NAMES
from denghuo.policy.logic.columns.printer import KernelSource

Kernel = Callable[..., None]

_MTIME = 1_000_000_000  # numba discards an entry when its source's time changes: keep it constant


@dataclass
class CompileCost:
    """Kernels taken from memory, from disk, and compiled; and the seconds that took."""

    reused: int = 0
    loaded: int = 0
    compiled: int = 0
    seconds: float = 0.0


class UnsafeKernelFolderError(PermissionError):
    """Compiled code is executed, so others must not be able to write where it is kept."""


class KernelCache:
    """Compiled kernels of one process, and, with a folder, of all processes on this machine."""

    def __init__(self, folder: Path | None = None) -> None:
        self.cost = CompileCost()
        self._folder = _private(folder) if folder is not None else None
        self._kernels: dict[str, Kernel] = {}
        self._lock = threading.Lock()

    def kernel(self, source: KernelSource) -> Kernel:
        """The machine code of a printed kernel; compiled on first use, one thread at a time."""
        with self._lock:
            key = f"{source.name}:{_shape(source)}"
            found = self._kernels.get(key)
            if found is not None:
                self.cost.reused += 1
                return found
            began = time.perf_counter()
            made = self._kernels[key] = self._compile(source)
            self.cost.seconds += time.perf_counter() - began
            return made

    def _compile(self, source: KernelSource) -> Kernel:
        if self._folder is None:
            self.cost.compiled += 1
            compiled: Kernel = _compile(source, "<kernel>", keep=False)
            return compiled
        path = _write_once(self._folder / f"{source.name}.py", source.text)
        try:
            made = _compile(source, str(path), keep=True)
        except Exception:  # noqa: BLE001 - a damaged file may fail to load in any way
            for damaged in self._folder.glob(f"__pycache__/{source.name}.*"):
                damaged.unlink(missing_ok=True)
            made = _compile(source, str(path), keep=True)
        if sum(made.stats.cache_hits.values()):
            self.cost.loaded += 1
        else:
            self.cost.compiled += 1
        kernel: Kernel = made
        return kernel


def _compile(source: KernelSource, filename: str, *, keep: bool) -> Any:
    # numba looks a kept function's module up by name when it loads it again
    space: dict[str, Any] = {**NAMES, "__name__": __name__}
    exec(compile(source.text, filename, "exec"), space)  # noqa: S102 - printed from typed nodes
    return numba.njit(
        _signature(source), nogil=True, error_model="numpy", boundscheck=False, cache=keep
    )(space[source.name])


def _shape(source: KernelSource) -> str:
    return ",".join(lane.dtype for lane in source.lanes)


def _signature(source: KernelSource) -> Any:
    """Explicit types: Arrow's buffers are read-only, and one signature means one compilation."""

    def read(kind: Any) -> Any:
        return types.Array(kind, 1, "C", readonly=True)

    def write(kind: Any) -> Any:
        return types.Array(kind, 1, "C")

    columns = []
    for lane in source.lanes:
        kind = types.uint8 if lane.dtype == "bits" else getattr(types, lane.dtype)
        columns += [read(kind), read(types.uint8)]
    mask = getattr(types, source.mask_dtype)
    return types.void(
        types.int64,
        types.int64,
        read(types.int64),
        read(types.uint64),
        write(types.uint64),
        *columns,
        *(read(types.uint8) for _ in source.prefixes),
        write(types.uint8),
        write(types.int64),
        write(mask),
        write(mask),
    )


def _private(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    state = folder.stat()
    if state.st_uid != os.getuid() or state.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise UnsafeKernelFolderError(f"{folder.name}: only its owner may be able to write here")
    return folder


def _write_once(path: Path, text: str) -> Path:
    if not path.exists():
        handle, draft = tempfile.mkstemp(dir=path.parent, suffix=".draft")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.utime(draft, (_MTIME, _MTIME))
        Path(draft).replace(path)
    return path
