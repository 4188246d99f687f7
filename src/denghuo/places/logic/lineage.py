"""Which division became which, read from yearly code lists.

A code alone names nothing: 152522 was 达拉特旗 in 1981 and has been 阿巴嘎旗 since 1982. The
unit of history is therefore the spell: one code with one name under one parent, over an
unbroken run of yearly lists. Each spell that ended is given its successors by the first rule
that fits, and a spell for which no rule fits says so instead of guessing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from denghuo.kernel.region import Region
from denghuo.places.logic.lineage_facts import KNOWN_SUCCESSIONS, Succession

ChangeKind = Literal[
    "renamed", "recoded", "transferred", "reconstituted", "succeeded", "established", "ended"
]
CHANGE_KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)

# The word for the kind of place at the end of a name; 矿区 before 区.
_KIND_WORDS = ("自治旗", "矿区", "地区", "区", "市", "县", "旗", "盟")


@dataclass(frozen=True, order=True, slots=True)
class YearRow:
    """One line of one year's list: the code, its name, its league's code and name."""

    year: int
    code: str
    name: str
    parent_code: str
    parent_name: str


@dataclass(frozen=True, order=True, slots=True)
class Spell:
    """A code with one name, from the list of ``first_year`` to that of ``last_year``."""

    code: str
    name: str
    parent_code: str
    parent_name: str
    first_year: int
    last_year: int


@dataclass(frozen=True, slots=True)
class Rename:
    """From ``year`` on the same code bears another name."""

    code: str
    old_name: str
    new_name: str
    year: int
    source: str


@dataclass(frozen=True, slots=True)
class Change:
    """From ``year`` on, ``new`` stands in the place of ``old``.

    ``old`` is None for a division that was set up; ``new`` is None where no successor is
    recorded.
    """

    old: Spell | None
    new: Spell | None
    kind: ChangeKind
    year: int
    source: str
    verified: bool


def stem_of(name: str) -> str:
    """The name without its closing word for the kind of place, if two characters remain."""
    for word in _KIND_WORDS:
        if name.endswith(word) and len(name) - len(word) >= 2:
            return name.removesuffix(word)
    return name


def spells_of(rows: Iterable[YearRow]) -> list[Spell]:
    """Fold yearly rows into spells, ordered by code and year. A gap in the years ends a spell."""
    spells: list[Spell] = []
    ordered = sorted(set(rows), key=lambda row: (row.code, row.year))
    for row in ordered:
        last = spells[-1] if spells else None
        # A league that changes code under its banners' feet ends the banner's spell too only
        # when the banner's own code changes, which it then always does.
        if last and (last.code, last.name, last.last_year) == (row.code, row.name, row.year - 1):
            spells[-1] = replace(
                last,
                last_year=row.year,
                parent_code=row.parent_code,
                parent_name=row.parent_name,
            )
        else:
            spells.append(
                Spell(row.code, row.name, row.parent_code, row.parent_name, row.year, row.year)
            )
    return spells


def with_renames(spells: Iterable[Spell], renames: Iterable[Rename]) -> list[Spell]:
    """Split a spell where a rename is on record that the yearly lists smoothed over."""
    result = list(spells)
    for rename in renames:
        for place, spell in enumerate(result):
            if (
                spell.code == rename.code
                and spell.name == rename.new_name
                and spell.first_year < rename.year <= spell.last_year
            ):
                result[place] = replace(spell, first_year=rename.year)
                result.append(replace(spell, name=rename.old_name, last_year=rename.year - 1))
                break
    return sorted(result)


def _level(code: str) -> str:
    return Region.read(code).level


class _Record:
    """Spells by the year they start and the year after they end."""

    def __init__(self, spells: Sequence[Spell], renames: Iterable[Rename]) -> None:
        self.spells = spells
        self.starting: Mapping[int, list[Spell]] = defaultdict(list)
        for spell in spells:
            self.starting[spell.first_year].append(spell)
        self.renames = {(rename.code, rename.year): rename for rename in renames}

    def in_year(self, code: str, year: int) -> Spell | None:
        for spell in self.spells:
            if spell.code == code and spell.first_year <= year <= spell.last_year:
                return spell
        return None


def _renamed(record: _Record, spell: Spell, year: int, _source: str) -> list[Change]:
    rename = record.renames.get((spell.code, year))
    heir = record.in_year(spell.code, year)
    if rename and heir and rename.old_name == spell.name and rename.new_name == heir.name:
        return [Change(spell, heir, "renamed", year, rename.source, verified=True)]
    return []


def _known(record: _Record, spell: Spell, year: int, _source: str) -> list[Change]:
    changes: list[Change] = []
    for fact in KNOWN_SUCCESSIONS:
        if (fact.old_code, fact.old_name, fact.year) == (spell.code, spell.name, year):
            changes += _from_fact(record, spell, fact)
    return changes


def _from_fact(record: _Record, spell: Spell, fact: Succession) -> Iterable[Change]:
    for code in fact.new_codes:
        heir = record.in_year(code, fact.year)
        if heir:
            yield Change(spell, heir, "succeeded", fact.year, fact.source, fact.verified)


def _same_name(record: _Record, spell: Spell, year: int, source: str) -> list[Change]:
    heirs = [
        heir
        for heir in record.starting[year]
        if heir.name == spell.name and _level(heir.code) == _level(spell.code)
    ]
    if len(heirs) != 1:
        return []
    moved = stem_of(heirs[0].parent_name) != stem_of(spell.parent_name)
    kind: ChangeKind = "transferred" if moved else "recoded"
    return [Change(spell, heirs[0], kind, year, source, verified=True)]


def _same_stem(record: _Record, spell: Spell, year: int, source: str) -> list[Change]:
    heirs = [
        heir
        for heir in record.starting[year]
        if stem_of(heir.name) == stem_of(spell.name) and _level(heir.code) == _level(spell.code)
    ]
    if len(heirs) != 1:
        return []
    kind: ChangeKind = "renamed" if heirs[0].code == spell.code else "reconstituted"
    return [Change(spell, heirs[0], kind, year, source, verified=True)]


# What is on record first, then the same name, then the same stem of a name.
_RULES = (_known, _renamed, _same_name, _same_stem)


def _settled(changes: Sequence[Change]) -> list[Change]:
    """A banner whose league itself became the new league has not moved: recoded only."""
    leagues = {
        (change.year, change.old.code, change.new.code)
        for change in changes
        if change.old and change.new
    }
    return [
        replace(change, kind="recoded")
        if change.kind == "transferred"
        and change.old
        and change.new
        and (change.year, change.old.parent_code, change.new.parent_code) in leagues
        else change
        for change in changes
    ]


def trace(spells: Sequence[Spell], renames: Sequence[Rename], source: str) -> list[Change]:
    """All changes between the first and the last list, ordered by year.

    ``source`` names the yearly lists. Every spell that ended before the last list appears at
    least once as ``old``; every spell that began after the first list at least once as
    ``new``.
    """
    record = _Record(spells, renames)
    first = min(spell.first_year for spell in spells)
    last = max(spell.last_year for spell in spells)
    changes: list[Change] = []
    for spell in spells:
        if spell.last_year == last:
            continue
        year = spell.last_year + 1
        for rule in _RULES:
            found = rule(record, spell, year, source)
            if found:
                changes += found
                break
        else:
            changes.append(Change(spell, None, "ended", year, source, verified=True))
    heirs = {change.new for change in changes}
    changes += [
        Change(None, spell, "established", spell.first_year, source, verified=True)
        for spell in spells
        if spell.first_year > first and spell not in heirs
    ]
    return sorted(_settled(changes), key=_order)


def _order(change: Change) -> tuple[int, str, str]:
    old, new = change.old, change.new
    return change.year, old.code if old else "", new.code if new else ""
