"""Compiling rules before anybody waits for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from denghuo.platform.public import enqueue
from denghuo.policy.engines.columns_engine import ColumnsEngine
from denghuo.policy.engines.kernels import CompileCost, KernelCache
from denghuo.policy.logic.columns.from_definition import rule_program
from denghuo.policy.queries.library import library
from denghuo.policy.queries.sweeps import kernel_folder

PREPARE_KERNELS = "policy.prepare_kernels_now"


def prepare_kernels(*, on: date, progress: Callable[[int, int], None]) -> CompileCost:
    """Compile what a sweep of any policy for ``on`` will need and the kernel folder lacks.

    Kernels do not depend on which policies are swept together, nor on the figures of a rule, so
    each policy is prepared alone. A version that no longer or not yet applies on ``on`` is
    compiled when a sweep asks for its day.
    """
    cache = KernelCache(kernel_folder())
    definitions = list(library().values())
    for done, definition in enumerate(definitions, start=1):
        ColumnsEngine([rule_program(definition)], on, cache=cache).close()
        progress(done, len(definitions))
    return cache.cost


def ask_for_kernels(*, key: str) -> None:
    """Ask for the compilation in the background, in the caller's transaction."""
    enqueue(PREPARE_KERNELS, {}, key=f"{PREPARE_KERNELS}:{key}")
