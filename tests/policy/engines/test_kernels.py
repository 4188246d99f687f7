"""The compiled-kernel folder: damage, races, and who may write there."""

from __future__ import annotations

import multiprocessing
from pathlib import Path
from typing import Literal

import pytest

from denghuo.policy.engines.kernels import KernelCache, UnsafeKernelFolderError
from denghuo.policy.logic import build, ir
from denghuo.policy.logic.columns.layout import layout_for
from denghuo.policy.logic.columns.printer import KernelSource, print_kernel
from denghuo.policy.logic.columns.program import RuleProgram, RuleVersion


def small_kernel(op: Literal[">=", "<"] = ">=") -> KernelSource:
    heads = ir.Fact(ir.Type(ir.Kind.NUMBER, 0, 0, 100), "heads")
    product = build.arithmetic("*", heads, build.number(3, 0))
    rule = RuleVersion((build.compare(op, product, heads),))
    return print_kernel(rule, layout_for([RuleProgram("p", (rule,))]))


def test_a_damaged_file_is_compiled_again(tmp_path: Path) -> None:
    folder = tmp_path / "kernels"
    KernelCache(folder).kernel(small_kernel())
    damaged = list(folder.glob("__pycache__/*.nb*"))
    assert damaged
    for file in damaged:
        file.write_bytes(file.read_bytes()[:40])
    cache = KernelCache(folder)
    cache.kernel(small_kernel())
    assert (cache.cost.compiled, cache.cost.loaded) == (1, 0)
    healed = KernelCache(folder)
    healed.kernel(small_kernel())
    assert (healed.cost.compiled, healed.cost.loaded) == (0, 1)


def _compile_in(folder: str) -> int:
    return KernelCache(Path(folder)).kernel(small_kernel()) is not None


def test_processes_that_race_for_one_folder_all_succeed(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(3) as pool:
        assert pool.map(_compile_in, [str(tmp_path / "kernels")] * 3) == [True] * 3
    cache = KernelCache(tmp_path / "kernels")
    cache.kernel(small_kernel())
    assert cache.cost.loaded == 1
    assert not list((tmp_path / "kernels").glob("*.draft"))


def test_a_folder_others_may_write_to_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "kernels"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(UnsafeKernelFolderError):
        KernelCache(folder)


def test_a_kernel_is_compiled_once_in_a_process() -> None:
    cache = KernelCache()
    assert cache.kernel(small_kernel()) is cache.kernel(small_kernel())
    assert cache.kernel(small_kernel()) is not cache.kernel(small_kernel(op="<"))
    assert (cache.cost.compiled, cache.cost.reused) == (2, 2)
