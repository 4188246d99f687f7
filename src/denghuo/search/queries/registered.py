"""Which shelves there are: each room puts up its own when the program starts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from denghuo.search.logic.values import Entry, Shape

# The entries with these keys that can be found now; with None all of them.
Entries = Callable[[Sequence[str] | None], Iterator[Entry]]


@dataclass(frozen=True, slots=True)
class ShelfKind:
    """One kind of thing that can be found, and where its entries come from."""

    kind: str
    shape: Shape
    entries: Entries


_kinds: dict[str, ShelfKind] = {}


def put_up_shelf(kind: str, *, shape: Shape, entries: Entries) -> None:
    """Say once, when the program starts, what can be found."""
    _kinds[kind] = ShelfKind(kind, shape, entries)


def shelf_kind(kind: str) -> ShelfKind:
    """One shelf. Raises ``KeyError``."""
    return _kinds[kind]


def shelf_kinds() -> tuple[str, ...]:
    """All shelves by name."""
    return tuple(sorted(_kinds))
