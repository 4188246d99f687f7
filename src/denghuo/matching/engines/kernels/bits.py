"""One instruction that the language has no word for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numba import types
from numba.extending import intrinsic


@intrinsic
def _count_ones(typing_context: Any, word: Any) -> Any:  # noqa: ARG001 - the compiler calls it so
    signature = types.uint64(types.uint64)

    def build(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return signature, build


# How many bits of a word of 64 are set.
count_ones = cast("Callable[[np.uint64], np.uint64]", _count_ones)
