"""A first guess of what each column is, from its heading and its first values.

The officer sees the guess with samples, corrects it and confirms; nothing is read by a guess
alone. A mapping saved for the same headings is used before anything is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from denghuo.benefits.logic.conversions import Trouble, read_cell
from denghuo.benefits.logic.mapping import ColumnMapping, FileMapping
from denghuo.benefits.logic.synonyms import unit_way, without_unit, words_for
from denghuo.benefits.logic.targets import (
    ENTITY,
    How,
    SubjectKind,
    Target,
    hows_of,
    special_targets,
)
from denghuo.kernel.table_text import plain, squeezed

Why = Literal["saved", "same_words", "similar_words", "values"]
SIMILAR_MIN = 0.6
READABLE_MIN = 0.6
_SAMPLES_MAX = 50


@dataclass(frozen=True, slots=True)
class Guess:
    """One column's guess and why; ``readable`` is the share of the samples it can read."""

    column: ColumnMapping
    why: Why
    readable: float


def guess_mapping(
    headings: Sequence[str],
    rows: Sequence[Sequence[str | None]],
    *,
    targets: Mapping[str, Target],
    subject: SubjectKind,
    office: str,
    today: date,
) -> tuple[Guess, ...]:
    """The best guess for each column that has one; no target is guessed twice.

    ``office`` is who sends the file: of two facts that fit alike, the one it is the source of is
    taken. A heading alone is not believed: most of the samples must read as what it says.
    """
    found: list[tuple[float, int, Guess]] = []
    wanted = {
        name: words_for(name, subject, targets[name].label if name in targets else "")
        for name in (
            *special_targets(subject),
            *(each.name for each in targets.values() if each.subject == subject),
        )
    }
    for at, heading in enumerate(headings):
        samples = [row[at] for row in rows[:_SAMPLES_MAX] if at < len(row) and plain(row[at])]
        for name, words in wanted.items():
            score, why = _likeness(heading, words)
            if score < SIMILAR_MIN:
                continue
            guess = _with_best_way(
                heading, name, why, samples, targets=targets, subject=subject, today=today
            )
            if samples and guess.readable < READABLE_MIN and name != ENTITY:
                continue
            own = name in targets and targets[name].source == office
            found.append((score + 0.2 * own + 0.5 * guess.readable, at, guess))
        if samples and _share_read(samples, hows_of(ENTITY, targets, subject)[0], today) > 0.8:
            column = ColumnMapping(heading, ENTITY, hows_of(ENTITY, targets, subject)[0])
            found.append((2.5, at, Guess(column, "values", 1.0)))
    taken: dict[int, Guess] = {}
    used: set[str] = set()
    for _score, at, guess in sorted(found, key=lambda each: (-each[0], each[1])):
        if at not in taken and guess.column.target not in used:
            taken[at] = guess
            used.add(guess.column.target)
    return tuple(taken[at] for at in sorted(taken))


def guesses_of(mapping: FileMapping, headings: Sequence[str]) -> tuple[Guess, ...]:
    """A saved mapping as guesses, as far as its columns are in the file."""
    return tuple(Guess(each, "saved", 1.0) for each in mapping.columns if each.heading in headings)


def _likeness(heading: str, words: Sequence[str]) -> tuple[float, Why]:
    whole, short = squeezed(heading), squeezed(without_unit(heading))
    if whole in words or short in words:
        # The first words are the closest: the fact's own name and label.
        place = words.index(whole) if whole in words else words.index(short)
        return 2.0 - place * 0.01, "same_words"
    return max((_dice(short, word) for word in words), default=0.0), "similar_words"


def _dice(one: str, other: str) -> float:
    """How many pairs of signs two words share; 是否 before a word says nothing about it."""
    one, other = one.removeprefix("是否"), other.removeprefix("是否")
    if one == other:
        return 0.95
    pairs = [one[at : at + 2] for at in range(len(one) - 1)]
    others = [other[at : at + 2] for at in range(len(other) - 1)]
    if not pairs or not others:
        return 0.0
    shared = sum(min(pairs.count(pair), others.count(pair)) for pair in set(pairs))
    return 2 * shared / (len(pairs) + len(others))


def _with_best_way(
    heading: str,
    name: str,
    why: Why,
    samples: Sequence[str | None],
    *,
    targets: Mapping[str, Target],
    subject: SubjectKind,
    today: date,
) -> Guess:
    """The way the heading names, else the usual one. Only a share that cannot be what the fact
    may be is tried another way: money is never taken for ten thousands because it then fits."""
    ways = hows_of(name, targets, subject)
    said = unit_way(heading)
    target = targets.get(name)
    if said in ways:
        ways = tuple(way for way in ways if way == said)
    usual = ways[0], _share_read(samples, ways[0], today, target)
    if target is None or target.kind != "decimal" or usual[1] >= READABLE_MIN:
        return Guess(ColumnMapping(heading, name, usual[0]), why, usual[1])
    read = [(way, _share_read(samples, way, today, target)) for way in ways]
    best = max(read, key=lambda each: each[1])
    return Guess(ColumnMapping(heading, name, best[0]), why, best[1])


def _share_read(
    samples: Sequence[str | None], how: How, today: date, target: Target | None = None
) -> float:
    if not samples:
        return 0.0
    read = [read_cell(how, text, target=target, today=today) for text in samples]
    return sum(value is not None and not isinstance(value, Trouble) for value in read) / len(read)


def known_words(targets: Mapping[str, Target], subject: SubjectKind) -> frozenset[str]:
    """Every squeezed word by which a heading row is recognised."""
    own = [each for each in targets.values() if each.subject == subject]
    words = [word for each in own for word in words_for(each.name, subject, each.label)]
    words += [word for name in special_targets(subject) for word in words_for(name, subject)]
    return frozenset(words)
