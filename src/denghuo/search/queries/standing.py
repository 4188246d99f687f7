"""The shelf as it stands in this process, caught up with the changes before each question."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from denghuo.kernel.refusal import RefusalError
from denghuo.search.logic.segment import build, digest_of
from denghuo.search.logic.shelf import Layer, Shelf
from denghuo.search.models import SearchChange, SearchShelf
from denghuo.search.queries.kept import keep_segment, newest_kept, newest_number
from denghuo.search.queries.registered import ShelfKind, shelf_kind

# So many changes are followed one by one; then it is quicker to read what somebody has built.
FOLLOWED_MAX = 20_000
# Layers above the built one: with more, all changes since are read anew into one.
_LAYERS_MAX = 6
# A shelf up to this size is built by whoever asks first; a larger one is waited for.
BUILT_AT_ONCE_MAX = 50_000


class ShelfNotReadyError(RefusalError):
    """The index of a large shelf is being built; nothing is lost."""

    code = "search.shelf_not_ready"
    template = "正在整理目录，大约要两分钟。请过一会儿再查。"
    status = 503


@dataclass(slots=True)
class _Standing:
    """What this process holds of one shelf."""

    epoch: UUID
    shelf: Shelf
    built: int


_standing: dict[str, _Standing] = {}
_locks: dict[str, Lock] = {}


def shelf_now(kind: str) -> Shelf:
    """The shelf after every change that was committed when it was asked for.

    Race: threads of one process catch up one after another; the others wait for the few
    milliseconds it takes. Raises ``ShelfNotReadyError``.
    """
    row = SearchShelf.objects.filter(kind=kind).first()
    epoch, number = (row.epoch, row.number) if row else (UUID(int=0), 0)
    held = _standing.get(kind)
    if held and held.epoch == epoch and held.shelf.number == number:
        return held.shelf
    with _locks.setdefault(kind, Lock()):
        held = _standing.get(kind)
        if held is None or held.epoch != epoch or held.shelf.number > number:
            held = _opened(shelf_kind(kind), epoch, number)
        if number - held.shelf.number > FOLLOWED_MAX or len(held.shelf.layers) > _LAYERS_MAX:
            held = _opened(shelf_kind(kind), epoch, number)
        if held.shelf.number < number:
            held = _caught_up(shelf_kind(kind), held, number)
        _standing[kind] = held
        return held.shelf


def forget_standing() -> None:
    """Drop what this process holds, as a new process would."""
    _standing.clear()


def _opened(of: ShelfKind, epoch: UUID, number: int) -> _Standing:
    """From the files, else from the rows."""
    kept = newest_kept(of.kind, epoch=epoch, up_to=number, shape=of.shape)
    if kept is not None:
        segment, built = kept
        return _Standing(epoch, Shelf(of.shape, (Layer.whole(segment),), built), built)
    if SearchChange.objects.filter(shelf=of.kind).count() > BUILT_AT_ONCE_MAX:
        raise ShelfNotReadyError
    segment = build(of.entries(None), of.shape)
    return _Standing(epoch, Shelf(of.shape, (Layer.whole(segment),), number), number)


def _caught_up(of: ShelfKind, held: _Standing, number: int) -> _Standing:
    """Follow the changes since. An entry changed again meanwhile is only read newer than asked."""
    changes = SearchChange.objects.filter(
        shelf=of.kind, number__gt=held.shelf.number, number__lte=number
    )
    keys = list(changes.order_by("id").values_list("key", flat=True))
    shelf = held.shelf.changed(keys, of.entries(keys), number)
    return _Standing(held.epoch, shelf, held.built)


def build_shelf(kind: str) -> int:
    """Build the index from the rows and keep it as files; how many entries it has.

    Changes that come while it is built have higher numbers and are followed afterwards.
    """
    of = shelf_kind(kind)
    row = SearchShelf.objects.filter(kind=kind).first()
    epoch, number = (row.epoch, row.number) if row else (UUID(int=0), 0)
    segment = build(of.entries(None), of.shape)
    keep_segment(kind, segment, epoch=epoch, number=number, shape=of.shape)
    return len(segment)


def changes_since_built(kind: str) -> int:
    """How far the files lag behind; everything if there are none."""
    number = newest_number(kind)
    return SearchChange.objects.filter(shelf=kind, number__gt=number).count()


@dataclass(frozen=True, slots=True)
class Compared:
    """An index beside the rows: what differs, by key."""

    entries: int
    missing: tuple[str, ...]
    too_many: tuple[str, ...]
    different: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether the index says what the rows say."""
        return not (self.missing or self.too_many or self.different)


def compare_shelf(kind: str) -> Compared:
    """Every entry of the rows against the index, by key and by a digest of all it says."""
    shelf = shelf_now(kind)
    held = dict(_digests(shelf))
    rows = {entry.key: digest_of(entry) for entry in shelf_kind(kind).entries(None)}
    return Compared(
        entries=len(rows),
        missing=tuple(sorted(rows.keys() - held.keys())),
        too_many=tuple(sorted(held.keys() - rows.keys())),
        different=tuple(sorted(k for k in rows.keys() & held.keys() if rows[k] != held[k])),
    )


def _digests(shelf: Shelf) -> Iterator[tuple[str, int]]:
    for layer in shelf.layers:
        for key, digest, alive in zip(
            layer.segment.keys, layer.segment.digests, layer.alive, strict=True
        ):
            if alive:
                yield key.decode(), int(digest)
