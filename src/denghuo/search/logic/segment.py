"""Entries as columns: the text index and every column that is compared or counted.

Entries stand in the order of their keys, so the same entries make the same columns whatever
way they came, and equal points are ordered by key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import islice

import numpy as np
import numpy.typing as npt

from denghuo.search.logic.grams import (
    Chars,
    Codes,
    Ints,
    chars_of,
    codes_of_word,
    normal,
    pairs_of,
    singles_of,
)
from denghuo.search.logic.values import (
    BODY_LENGTH_MAX,
    KEY_LENGTH_MAX,
    MANY_VALUES_MAX,
    UNKNOWN,
    Entry,
    Shape,
)

# Entries read at once while building: what bounds the memory a build takes beside its result.
BATCH = 50_000
# What a pair is worth by where it stands. A short title says the same word with more weight.
NAME_WORTH, BODY_WORTH = 3, 1
TITLE_WORTH_MAX, TITLE_WORTH_MIN = 12, 6
NOWHERE = np.int32(1 << 30)
_MICRO = 1_000_000

Int64s = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Keys = npt.NDArray[np.bytes_]
Digests = npt.NDArray[np.uint64]


class EntryShapeError(ValueError):
    """An entry does not fit its shelf; the message says why. The room's fault, not a user's."""


@dataclass(frozen=True, slots=True)
class Choices:
    """One column of choices: a number for each entry and what the numbers stand for.

    With several values to an entry the number holds a bit for each.
    """

    name: str
    column: Int64s
    values: tuple[str, ...]
    many: bool


@dataclass(frozen=True, slots=True)
class Segment:
    """Some entries, ready to be asked. Nothing in it is ever changed."""

    keys: Keys
    digests: Digests
    # Titles and names one after another, whose each character is, how often each stands there.
    chars: Chars
    owner: Ints
    common: Int64s
    # Pairs, where the entries of each begin, the entries, what the pair is worth in each.
    codes: Codes
    starts: Int64s
    docs: Ints
    worth: Bytes
    latitude: Ints
    longitude: Ints
    choices: tuple[Choices, ...]
    numbers: tuple[tuple[str, Int64s], ...]

    def __len__(self) -> int:
        return len(self.keys)

    def choice(self, name: str) -> Choices:
        """A column of choices by its name."""
        return next(one for one in self.choices if one.name == name)

    def number(self, name: str) -> Int64s:
        """A column of numbers by its name."""
        return next(column for of, column in self.numbers if of == name)

    def posting(self, code: int) -> tuple[Ints, Bytes]:
        """The entries that have a pair, rising, and what it is worth in each."""
        at = int(np.searchsorted(self.codes, np.uint32(code)))
        if at == len(self.codes) or int(self.codes[at]) != code:
            return self.docs[:0], self.worth[:0]
        part = slice(int(self.starts[at]), int(self.starts[at + 1]))
        return self.docs[part], self.worth[part]

    def place_of(self, keys: Sequence[str]) -> Ints:
        """Where these keys stand; those that do not are left out."""
        asked = np.array([key.encode() for key in keys], dtype=self.keys.dtype)
        at = np.searchsorted(self.keys, asked)
        inside = at < len(self.keys)
        found = at[inside]
        there: Ints = found[self.keys[found] == asked[inside]].astype(np.int32)
        return there


ARRAYS = tuple(one.name for one in fields(Segment) if one.name not in {"choices", "numbers"})


def digest_of(entry: Entry) -> int:
    """64 bits over all that an entry says: what two indexes are compared by."""
    said = repr(
        (
            entry.title,
            entry.names,
            entry.body[:BODY_LENGTH_MAX],
            sorted(entry.one.items()),
            sorted(entry.many.items()),
            sorted(entry.numbers.items()),
            entry.point,
        )
    )
    whole = hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(whole, "big")


def build(entries: Iterable[Entry], shape: Shape) -> Segment:
    """Columns of entries; of two with one key the later counts. Raises ``EntryShapeError``."""
    rows = iter(entries)
    parts: list[_Part] = []
    while batch := list(islice(rows, BATCH)):
        parts.append(_read(batch, shape))
    if not parts:
        parts.append(_read([], shape))
    return _joined(parts, shape)


@dataclass(slots=True)
class _Part:
    """A batch, in the order it came."""

    keys: Keys
    digests: Digests
    chars: Chars
    owner: Ints
    pairs: npt.NDArray[np.uint64]
    worth: Bytes
    latitude: Ints
    longitude: Ints
    choices: dict[str, list[tuple[str, ...]]]
    numbers: dict[str, Int64s]


def _read(batch: list[Entry], shape: Shape) -> _Part:
    for entry in batch:
        _fits(entry, shape)
    titles = [normal(entry.title) for entry in batch]
    names = ["\x1f".join(map(normal, entry.names)) for entry in batch]
    title_chars, title_owner = chars_of(titles)
    name_chars, name_owner = chars_of(names)
    body_chars, body_owner = chars_of([normal(entry.body[:BODY_LENGTH_MAX]) for entry in batch])
    lengths = np.fromiter(map(len, titles), np.int64, len(titles))
    title_worth = np.clip(TITLE_WORTH_MAX + 2 - lengths // 2, TITLE_WORTH_MIN, TITLE_WORTH_MAX)
    found = [
        (*pairs_of(title_chars, title_owner), title_worth),
        (*singles_of(title_chars, title_owner), title_worth),
        (*pairs_of(name_chars, name_owner), np.full(len(batch), NAME_WORTH)),
        (*pairs_of(body_chars, body_owner), np.full(len(batch), BODY_WORTH)),
    ]
    pairs, worth = _summed(found)
    # What a wrong character is looked for in: titles and names.
    chars = np.concatenate([title_chars, name_chars])
    owner = np.concatenate([title_owner, name_owner])
    points = [entry.point for entry in batch]
    return _Part(
        keys=np.array([entry.key.encode() for entry in batch], dtype=f"S{KEY_LENGTH_MAX}"),
        digests=np.array([digest_of(entry) for entry in batch], dtype=np.uint64),
        chars=chars,
        owner=owner.astype(np.int32),
        pairs=pairs,
        worth=worth,
        latitude=_micro([point.latitude if point else None for point in points]),
        longitude=_micro([point.longitude if point else None for point in points]),
        choices={
            **{name: [_single(entry, name) for entry in batch] for name in shape.one},
            **{name: [tuple(entry.many.get(name, ())) for entry in batch] for name in shape.many},
        },
        numbers={
            name: np.array([_number(entry, name) for entry in batch], dtype=np.int64)
            for name in shape.columns
        },
    )


def _fits(entry: Entry, shape: Shape) -> None:
    if not 0 < len(entry.key.encode()) <= KEY_LENGTH_MAX:
        raise EntryShapeError(f"a key of 1 to {KEY_LENGTH_MAX} bytes, not {entry.key!r}")
    unknown = {*entry.one} - {*shape.one} | {*entry.many} - {*shape.many}
    unknown |= {*entry.numbers} - {*shape.columns}
    if unknown:
        raise EntryShapeError(f"the shelf has no column {sorted(unknown)}")


def _single(entry: Entry, name: str) -> tuple[str, ...]:
    value = entry.one.get(name, "")
    return (value,) if value else ()


def _number(entry: Entry, name: str) -> int:
    value = entry.numbers.get(name)
    if value is not None:
        return value
    return (1 << 62) if name == "open_until" else UNKNOWN


def _micro(degrees: list[float | None]) -> Ints:
    made = [NOWHERE if one is None else round(one * _MICRO) for one in degrees]
    return np.array(made, dtype=np.int32)


def _summed(
    found: list[tuple[Codes, Ints, npt.NDArray[np.int64]]],
) -> tuple[npt.NDArray[np.uint64], Bytes]:
    """Pairs with their entry, each once, worth the sum over the fields it stands in."""
    pairs, worth = [], []
    for codes, owner, of_entry in found:
        joined = np.unique((codes.astype(np.uint64) << np.uint64(32)) | owner.astype(np.uint64))
        pairs.append(joined)
        worth.append(of_entry[(joined & np.uint64(0xFFFFFFFF)).astype(np.int64)])
    every, weight = np.concatenate(pairs), np.concatenate(worth)
    order = np.argsort(every, kind="stable")
    every, weight = every[order], weight[order]
    first = np.flatnonzero(np.r_[True, every[1:] != every[:-1]]) if len(every) else order
    if not len(first):
        return every, weight.astype(np.uint8)
    return every[first], np.add.reduceat(weight, first).astype(np.uint8)


def _joined(parts: list[_Part], shape: Shape) -> Segment:
    """Batches made one. Entries are put in the order of their keys, the later of equals stays."""
    keys = np.concatenate([part.keys for part in parts])
    total = len(keys)
    # Of equal keys the last in this order came last: lexsort goes by its last column first.
    order = np.lexsort((np.arange(total), keys))
    last = np.r_[keys[order][1:] != keys[order][:-1], True] if total else np.zeros(0, np.bool_)
    kept = order[last]
    place = np.full(total, -1, dtype=np.int32)
    place[kept] = np.arange(len(kept), dtype=np.int32)
    codes, starts, docs, worth = _postings(parts, place)
    offset, chars, owner = 0, [], []
    for part in parts:
        mine = place[part.owner + offset]
        chars.append(np.where(mine >= 0, part.chars, 0).astype(np.uint16))
        owner.append(np.maximum(mine, 0))
        offset += len(part.keys)

    def column(name: str) -> Int64s:
        return np.concatenate([part.numbers[name] for part in parts])[kept]

    signs = np.concatenate(chars)
    return Segment(
        keys=keys[kept],
        digests=np.concatenate([part.digests for part in parts])[kept],
        chars=signs,
        owner=np.concatenate(owner).astype(np.int32),
        common=np.bincount(signs, minlength=1 << 16).astype(np.int64),
        codes=codes,
        starts=starts,
        docs=docs,
        worth=worth,
        latitude=np.concatenate([part.latitude for part in parts])[kept],
        longitude=np.concatenate([part.longitude for part in parts])[kept],
        choices=(
            *(_choices(parts, name, kept, many=False) for name in shape.one),
            *(_choices(parts, name, kept, many=True) for name in shape.many),
        ),
        numbers=tuple((name, column(name)) for name in shape.columns),
    )


def _choices(parts: list[_Part], name: str, kept: Int64s, *, many: bool) -> Choices:
    rows = [values for part in parts for values in part.choices[name]]
    known = sorted({value for values in rows for value in values})
    if many and len(known) > MANY_VALUES_MAX:
        raise EntryShapeError(f"{name} has {len(known)} values, more than {MANY_VALUES_MAX}")
    at = {value: place for place, value in enumerate(known)}
    if many:
        numbers = [sum({1 << at[value] for value in values}) for values in rows]
    else:
        numbers = [at[values[0]] if values else -1 for values in rows]
    return Choices(name, np.array(numbers, dtype=np.int64)[kept], tuple(known), many)


def _postings(parts: list[_Part], place: Ints) -> tuple[Codes, Int64s, Ints, Bytes]:
    """All batches' pairs under one sorted dictionary, entries rising under each."""
    low = np.uint64(0xFFFFFFFF)
    dictionary = np.unique(
        np.concatenate([np.unique((p.pairs >> np.uint64(32)).astype(np.uint32)) for p in parts])
    )
    counts = np.zeros(len(dictionary) + 1, dtype=np.int64)
    split = []
    offset = 0
    for part in parts:
        mine = place[(part.pairs & low).astype(np.int64) + offset]
        stays = mine >= 0  # an entry that came again is read from where it came last
        mine_codes = (part.pairs[stays] >> np.uint64(32)).astype(np.uint32)
        code_at = np.searchsorted(dictionary, mine_codes)
        counts[1:] += np.bincount(code_at, minlength=len(dictionary))
        split.append((code_at, mine[stays], part.worth[stays]))
        part.pairs = part.pairs[:0]  # the largest thing here: let go as soon as it is read
        offset += len(part.keys)
    starts = np.cumsum(counts)
    docs = np.empty(int(starts[-1]), dtype=np.int32)
    worth = np.empty(int(starts[-1]), dtype=np.uint8)
    filled = starts[:-1].copy()
    for code_at, mine, weight in split:
        here = np.bincount(code_at, minlength=len(dictionary))
        within = np.arange(len(code_at)) - np.repeat(np.cumsum(here) - here, here)
        target = filled[code_at] + within
        docs[target], worth[target] = mine, weight
        filled += here
    # Batches came in some order, keys stand in theirs: sort inside each pair where they differ.
    code_of = np.repeat(np.arange(len(dictionary)), np.diff(starts))
    if len(docs) and np.any((np.diff(docs) <= 0) & (np.diff(code_of) == 0)):
        order = np.argsort((code_of << 32) | docs, kind="stable")
        docs, worth = docs[order], worth[order]
    return dictionary, starts, docs, worth


def codes_in(text: str) -> list[int]:
    """What to look up for a word, as plain numbers."""
    return [int(code) for code in codes_of_word(normal(text))]
