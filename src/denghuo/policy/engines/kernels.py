"""Compile printed kernels to machine code, keep them on disk, and load them without the compiler.

Compiling needs numba, which is large and slow to import; running does not. So what is kept is a
plain object file, loaded by LLVM's linker in a millisecond and called through its address. The
file's name holds the digest of the kernel's text and of everything the code depends on (compiler
versions, processor, argument types). Its content begins with its own digest, so that a damaged file
is made again rather than executed. Files are written beside and moved into place: of two processes
that race, the last one wins with the same bytes.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import stat
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
import numpy as np
import numpy.typing as npt

from denghuo.policy.logic.columns.arguments import NAMES
from denghuo.policy.logic.columns.printer import KernelSource

_DIGEST_BYTES = 32
_SCRATCH = 2  # where the work space stands among the arrays; it is passed as words and as bytes
_IGNORED_POINTERS = 2  # numba's places for a return value and an exception; kernels use neither

Array = npt.NDArray[Any]


@dataclass
class CompileCost:
    """Kernels taken from memory, from disk, and compiled; and the seconds that took."""

    reused: int = 0
    loaded: int = 0
    compiled: int = 0
    seconds: float = 0.0


class UnsafeKernelFolderError(PermissionError):
    """Compiled code is executed, so others must not be able to write where it is kept."""


class Kernel:
    """Machine code in memory. Called with row bounds and arrays, in the printed order."""

    def __init__(self, source: KernelSource, linker: Any, address: int) -> None:
        self._linker = linker  # owns the memory of the code
        self._dtypes = _dtypes(source)
        pointers = [ctypes.c_void_p] * len(self._dtypes)
        kind = ctypes.CFUNCTYPE(
            ctypes.c_int32,
            *[ctypes.c_void_p] * _IGNORED_POINTERS,
            ctypes.c_int64,
            ctypes.c_int64,
            *pointers,
        )
        self._function: Callable[..., int] = kind(address)
        self._room = (ctypes.c_void_p * 8)()

    def bind(self, arrays: Sequence[Array]) -> tuple[int, ...]:
        """Addresses of the arguments, each checked once: a wrong type would corrupt memory.

        The caller keeps the arrays alive for as long as it uses the addresses.
        """
        if len(arrays) != len(self._dtypes):
            raise TypeError(f"{len(self._dtypes)} arrays are due, {len(arrays)} given")
        for array, dtype in zip(arrays, self._dtypes, strict=True):
            if array.dtype != dtype or not array.flags.c_contiguous:
                raise TypeError(f"a {array.dtype} array stands where {dtype} in one piece is due")
        return tuple(array.ctypes.data for array in arrays)

    @staticmethod
    def with_scratch(addresses: tuple[int, ...], scratch: Array) -> tuple[int, ...]:
        """The same addresses with another thread's work space."""
        place = scratch.ctypes.data
        return (*addresses[:_SCRATCH], place, place, *addresses[_SCRATCH + 2 :])

    def run(self, start: int, end: int, addresses: tuple[int, ...]) -> None:
        """Rows ``start`` (a multiple of 8) to ``end``; other threads run meanwhile."""
        room = ctypes.addressof(self._room)
        self._function(room, room, start, end, *addresses)


class KernelCache:
    """Kernels of one process, and, with a folder, of all processes on this machine."""

    def __init__(self, folder: Path | None = None) -> None:
        self.cost = CompileCost()
        self._folder = _private(folder) if folder is not None else None
        self._kernels: dict[str, Kernel] = {}
        self._lock = threading.Lock()

    def kernel(self, source: KernelSource) -> Kernel:
        """The machine code of a printed kernel; compiled on first use, one thread at a time."""
        with self._lock:
            key = _key(source)
            found = self._kernels.get(key)
            if found is not None:
                self.cost.reused += 1
                return found
            began = time.perf_counter()
            made = self._kernels[key] = self._load_or_compile(source, key)
            self.cost.seconds += time.perf_counter() - began
            return made

    def _load_or_compile(self, source: KernelSource, key: str) -> Kernel:
        path = None if self._folder is None else self._folder / f"{key}.o"
        code = None if path is None else _read(path)
        if code is not None:
            self.cost.loaded += 1
        else:
            code = _compile(source)
            self.cost.compiled += 1
            if path is not None:
                _write(path, code)
        return _link(source, code)


def _dtypes(source: KernelSource) -> list[np.dtype[Any]]:
    """Types of the array arguments, in the order the kernel is printed with."""
    columns = []
    for lane in source.lanes:
        columns += ["uint8" if lane.dtype == "bits" else lane.dtype, "uint8"]
    mask = source.mask_dtype
    names = ["int64", "uint64", "uint64", "uint8", *columns, *("uint8" for _ in source.prefixes)]
    return [np.dtype(name) for name in [*names, "uint8", "int64", mask, mask]]


def _key(source: KernelSource) -> str:
    types = ",".join(str(dtype) for dtype in _dtypes(source))
    return f"{source.name}-{hashlib.sha256(f'{types};{_machine()}'.encode()).hexdigest()[:16]}"


@lru_cache(maxsize=1)
def _machine() -> str:
    """All that the same text's machine code depends on."""
    features = llvm.get_host_cpu_features().flatten()
    versions = [version(name) for name in ("numba", "llvmlite", "numpy")]
    return ";".join([*versions, llvm.get_host_cpu_name(), features])


@lru_cache(maxsize=1)
def _target() -> Any:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=3,
        jit=True,
    )


def _compile(source: KernelSource) -> bytes:
    """An object file with one function, named as the kernel is."""
    # large, and needed only here; what it says of its own types is incomplete
    numba: Any = import_module("numba")
    compiler: Any = import_module("numba.core.compiler")
    registry: Any = import_module("numba.core.registry")

    space: dict[str, Any] = dict(NAMES)
    exec(compile(source.text, "<kernel>", "exec"), space)  # noqa: S102 - printed from typed nodes
    pointers = [numba.types.CPointer(numba.from_dtype(dtype)) for dtype in _dtypes(source)]
    flags = compiler.Flags()
    flags.no_cpython_wrapper = True
    flags.no_cfunc_wrapper = True
    flags.error_model = "numpy"
    flags.nrt = False
    target = registry.cpu_target
    made = compiler.compile_extra(
        target.typing_context,
        target.target_context,
        space[source.name],
        (numba.types.int64, numba.types.int64, *pointers),
        numba.types.void,
        flags,
        {},
    )
    module = llvm.parse_assembly(made.library.get_llvm_str())
    module.get_function(made.fndesc.mangled_name).name = source.name
    machine: bytes = _target().emit_object(module)
    return machine


def _link(source: KernelSource, code: bytes) -> Kernel:
    empty = llvm.parse_assembly("")
    empty.triple = llvm.get_process_triple()
    _target()
    linker = llvm.create_mcjit_compiler(
        empty,
        llvm.Target.from_default_triple().create_target_machine(jit=True),
    )
    linker.add_object_file(llvm.ObjectFileRef.from_data(code))
    linker.finalize_object()
    address = linker.get_function_address(source.name)
    if not address:
        raise RuntimeError(f"{source.name} is not in its own object file")
    return Kernel(source, linker, address)


def _private(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    state = folder.stat()
    if state.st_uid != os.getuid() or state.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise UnsafeKernelFolderError(f"{folder.name}: only its owner may be able to write here")
    return folder


def _read(path: Path) -> bytes | None:
    """The code of a file, or None when there is none or it is damaged."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    digest, code = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
    return code if hashlib.sha256(code).digest() == digest else None


def _write(path: Path, code: bytes) -> None:
    handle, draft = tempfile.mkstemp(dir=path.parent, suffix=".draft")
    with os.fdopen(handle, "wb") as file:
        file.write(hashlib.sha256(code).digest() + code)
    Path(draft).replace(path)
