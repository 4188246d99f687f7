"""The compiled-kernel folder: damage, races, and who may write there."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
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


@pytest.mark.parametrize(
    "damage",
    [
        lambda _whole: b"",
        lambda whole: whole[:-1],
        lambda whole: whole[:400] + bytes([whole[400] ^ 1]) + whole[401:],
        lambda whole: b"\0" * len(whole),
    ],
    ids=["empty", "cut", "one bit", "zeros"],
)
def test_a_damaged_file_is_compiled_again(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    folder = tmp_path / "kernels"
    KernelCache(folder).kernel(small_kernel())
    (file,) = folder.glob("*.o")
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
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


def test_an_array_of_the_wrong_type_or_shape_is_refused() -> None:
    """The code writes to bare addresses, so this is the last place to notice."""
    source = small_kernel()
    kernel = KernelCache().kernel(source)
    right: list[npt.NDArray[Any]] = [
        np.zeros(1, np.int64), np.zeros(256, np.uint64), np.zeros(2048, np.uint64),
        np.zeros(16384, np.uint8), np.zeros(8, np.int8), np.zeros(1, np.uint8),
        np.zeros(8, np.uint8), np.zeros(8, np.int64), np.zeros(8, np.uint8), np.zeros(8, np.uint8),
    ]  # fmt: skip
    assert len(kernel.bind(right)) == len(right)
    wrongs: list[tuple[int, npt.NDArray[Any]]] = [
        (0, np.zeros(1, np.int32)), (4, np.zeros(16, np.int8)[::2]),
    ]  # fmt: skip
    for place, wrong in wrongs:
        with pytest.raises(TypeError):
            kernel.bind([*right[:place], wrong, *right[place + 1 :]])
    with pytest.raises(TypeError):
        kernel.bind(right[:-1])


def test_a_loaded_kernel_needs_no_compiler(tmp_path: Path) -> None:
    KernelCache(tmp_path / "kernels").kernel(small_kernel())
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from denghuo.policy.engines.kernels import KernelCache\n"
        "from tests.policy.engines.test_kernels import small_kernel\n"
        "cache = KernelCache(Path(sys.argv[1]))\n"
        "cache.kernel(small_kernel())\n"
        "assert cache.cost.loaded == 1, cache.cost\n"
        "assert 'numba' not in sys.modules\n"
    )
    root = Path(__file__).parents[3]
    subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "kernels")],
        check=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}"},
    )
