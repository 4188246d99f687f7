"""Post one entry after another and say each that stands, until killed."""

from __future__ import annotations

import os
import sys

import django

django.setup()

from denghuo.ledger.public import Line, NewEntry, post, post_many  # noqa: E402
from denghuo.platform.public import SYSTEM  # noqa: E402
from tests.ledger.books import ABOUT, BANK, FUND, NOW, ON  # noqa: E402


def main() -> None:
    """Keys are numbered; a line ``key`` on the output is a promise."""
    run = sys.argv[1]
    number = 0
    while True:
        number += 1
        if number % 3:
            keys = [f"{run}-{number}"]
            lines = [Line(BANK, 7), Line(FUND, -7)]
            post(actor=SYSTEM, key=keys[0], kind="grant", lines=lines, about=ABOUT, on=ON, now=NOW)
        else:
            keys = [f"{run}-{number}-{n}" for n in range(40)]
            lines = [Line(BANK, 1), Line(FUND, -1)]
            entries = [NewEntry(key, "grant", tuple(lines), ABOUT, ON) for key in keys]
            post_many(actor=SYSTEM, entries=entries, now=NOW)
        os.write(1, ("".join(f"{key}\n" for key in keys)).encode())


if __name__ == "__main__":
    main()
