"""Functions compiled to machine code on first use and kept beside their bytecode.

What is kept is as trusted as the ``.pyc`` files it lies with. The compiler's own cache looks only
at the file of a function: a change in a function it calls, or in a constant of another file, would
go unseen. So the key of what is kept also holds a digest of every file that kernels are made of.

Whoever imports a file of kernels imports the compiler (half a second, some 100 MB). The door
imports them when the first list is asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core.caching import FunctionCache

ROOM = Path(__file__).resolve().parents[1]
# All that kernels may import from (tests/matching/engines/test_compiled.py sees to it).
MADE_OF = (
    "engines/compiled.py",
    "engines/index.py",
    "engines/kernels/*.py",
    "logic/columns.py",
    "logic/ties.py",
    "logic/values.py",
    "logic/vocabulary.py",
)
Function = TypeVar("Function", bound=Callable[..., Any])


@cache
def kernels_digest(room: Path = ROOM) -> str:
    """SHA-256 over the files that kernels are made of, by name and content."""
    whole = hashlib.sha256()
    for pattern in MADE_OF:
        for file in sorted(room.glob(pattern)):
            content = file.read_bytes()
            whole.update(f"{file.relative_to(room).as_posix()}:{len(content)}\n".encode())
            whole.update(content)
    return whole.hexdigest()


class RoomCache(FunctionCache):
    """The compiler's cache, with all that a kernel is made of in the key."""

    def _index_key(self, sig: object, codegen: object) -> tuple[object, ...]:
        key = super()._index_key(sig, codegen)  # type: ignore[no-untyped-call]
        return (*key, kernels_digest())


def compiled(function: Function) -> Function:
    """Compile without the interpreter lock; whole numbers wrap, a division by zero is our fault."""
    made: Any = numba.njit(nogil=True, error_model="numpy", boundscheck=False)(function)
    with suppress(RuntimeError):  # nowhere to keep it: an installation nobody may write to
        made._cache = RoomCache(function)  # type: ignore[no-untyped-call]  # noqa: SLF001
    return cast("Function", made)


def inlined(function: Function) -> Function:
    """A part of a kernel, melted into it: a call would hand over some hundred words of columns."""
    made: Any = numba.njit(error_model="numpy", boundscheck=False, forceinline=True)(function)
    return cast("Function", made)
