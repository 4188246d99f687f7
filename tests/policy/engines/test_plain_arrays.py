"""Numbers and words to Arrow and back, as Arrow itself would have them, and without pandas."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.policy.engines.plain_arrays import number_array, plain_numbers, word_array
from tests.policy import firms

pytestmark = pytest.mark.no_postgres

KINDS = ["int8", "uint8", "int16", "int32", "uint32", "int64", "uint64"]


@pytest.mark.parametrize("kind", KINDS)
@given(st.lists(st.tuples(st.integers(0, 127), st.booleans())), st.integers(0, 9))
def test_numbers_go_there_and_back(kind: str, given_: list[tuple[int, bool]], start: int) -> None:
    values = np.array([value for value, _ in given_], kind)
    known = np.array([flag for _, flag in given_], np.bool_)
    array = number_array(values, known)
    array.validate(full=True)
    assert array.to_pylist() == [value if flag else None for value, flag in given_]
    assert plain_numbers(array[start:]).tolist() == values[start:].tolist()
    assert number_array(values).null_count == 0


@given(st.lists(st.text(max_size=9)))
def test_words_are_those_given(words: list[str]) -> None:
    array = word_array(words)
    array.validate(full=True)
    assert array.equals(pa.array(words, pa.string()))


def test_a_sweep_loads_no_pandas(tmp_path: Path, kernels: Path) -> None:
    """It may be installed beside us, and is large."""
    source = firms.write(tmp_path / "firms.parquet")
    program = (
        "import sys\n"
        "from datetime import date\n"
        "from pathlib import Path\n"
        "from denghuo.policy.engines.sweep import sweep\n"
        "from tests.policy.engines.test_library_agrees import FOLDERS, definitions_in\n"
        "found = [each for each in definitions_in(FOLDERS['library'])"
        " if each.id == 'stable-jobs-refund']\n"
        "folder, kernels = Path(sys.argv[1]), Path(sys.argv[2])\n"
        "done = sweep(found, source=folder / 'firms.parquet', as_of=date(2025, 9, 1),"
        " out=folder / 'out.parquet', kernel_folder=kernels)\n"
        "assert done.rows_answered == 3\n"
        "assert 'pandas' not in sys.modules\n"
    )
    command = [sys.executable, "-c", program, str(source.parent), str(kernels)]
    subprocess.run(command, check=True, cwd=Path(__file__).parents[3])
