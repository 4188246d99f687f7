"""The order of equals: by id, or by a lot that anybody can draw again from a published seed."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from denghuo.matching.logic.refusals import OutOfRangeError

TIE_BITS = 52
ID_MAX = (1 << TIE_BITS) - 1
_HALF_BITS = TIE_BITS // 2
_HALF = np.uint64((1 << _HALF_BITS) - 1)
_ROUNDS = 4

Int64s = npt.NDArray[np.int64]


def tie_places(ids: Int64s, seed: str | None) -> Int64s:
    """One place per id, all different; among equal scores the smaller place comes first.

    Without a seed the place is the id. With one it is a permutation of all ids of 52 bits (a
    Feistel network whose round keys are SHA-256 of the seed): different ids never share a place,
    and a new id moves nobody else. Published seed and ids are enough to draw the lot again.
    """
    if ids.size and (int(ids.min()) < 0 or int(ids.max()) > ID_MAX):
        raise OutOfRangeError(name="编号", value="超出范围的数", low=0, high=ID_MAX)
    if seed is None:
        return ids.copy()
    left = (ids.astype(np.uint64) >> np.uint64(_HALF_BITS)) & _HALF
    right = ids.astype(np.uint64) & _HALF
    for number in range(_ROUNDS):
        key = hashlib.sha256(f"{seed}\n{number}".encode()).digest()
        left, right = right, left ^ _round(right, key)
    return ((left << np.uint64(_HALF_BITS)) | right).astype(np.int64)


def _round(half: npt.NDArray[np.uint64], key: bytes) -> npt.NDArray[np.uint64]:
    # Arithmetic modulo 2**64, which unsigned arrays do silently and alike everywhere.
    mixed = (half ^ np.uint64(int.from_bytes(key[:8], "big"))) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(int.from_bytes(key[8:16], "big") | 1)
    mixed ^= mixed >> np.uint64(32)
    return mixed & _HALF
