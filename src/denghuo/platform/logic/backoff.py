"""How long to wait before trying again."""

from __future__ import annotations

FIRST_DELAY_SECONDS = 2.0
LONGEST_DELAY_SECONDS = 3600.0


def delay_seconds(failed_attempts: int, *, jitter: float) -> float:
    """Doubling from 2 s to an hour, spread over the upper half by ``jitter`` in [0, 1).

    The spread keeps jobs that failed together (a gateway was down) from coming back together.
    """
    if failed_attempts < 1:
        raise ValueError("nothing has failed yet")
    if not 0 <= jitter < 1:
        raise ValueError("jitter lies in [0, 1)")
    # 2 ** 12 × 2 s is over an hour already; the cap keeps the power small.
    doubled = FIRST_DELAY_SECONDS * 2.0 ** min(failed_attempts - 1, 12)
    longest: float = min(doubled, LONGEST_DELAY_SECONDS)
    return longest * (0.5 + jitter / 2)
