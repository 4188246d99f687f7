"""The people of the demo region: households with ages, names, homes, phones.

Made block by block, each from its own stream of chance, so that a region of 600,000 needs the
memory of one block.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from uuid import UUID

import numpy as np

from denghuo.kernel.id_number import IdNumber
from denghuo.project.demo import names
from denghuo.project.demo.identities import PERMIT_AREAS, RESIDENT_AREA, IdNumbers, demo_id
from denghuo.project.demo.spread import Spread

BLOCK = 2_000
# Of all people; the elders without a phone are this share of everybody, not of the elders.
NO_PHONE_SHARE = 0.08
DUPLICATE_SHARE = 0.02
_ELDER_YEARS, _PHONE_FROM = 65, 12
_ELDERS_SHARE = 0.145
_STREAM = 21

# Age of the head, share of heads, kinds of household with their shares. Together they come
# close to the age pyramid of the census (person_facts.PYRAMID).
_HEADS = (
    (20, 29, 0.09, {"alone": 50, "pair": 24, "child": 26}),
    (30, 39, 0.19, {"alone": 14, "pair": 12, "child": 42, "two": 15, "parent": 5, "three": 12}),
    (40, 49, 0.22, {"alone": 12, "pair": 20, "child": 38, "two": 10, "parent": 7, "three": 13}),
    (50, 64, 0.30, {"alone": 14, "pair": 48, "grown": 34, "three": 4}),
    (65, 92, 0.20, {"alone": 30, "pair": 60, "grown": 10}),
)


@dataclass(frozen=True, slots=True)
class Member:
    """One made-up person. ``township`` is a place in the spread's codes."""

    key: str
    name: str
    sex: str
    born_on: date
    id_number: IdNumber
    township: int
    has_phone: bool
    household: int
    relation: str
    duplicate_of: str = ""

    @property
    def id(self) -> UUID:
        """The identifier in every demo region."""
        return demo_id("person", self.key)


def make_population(
    count: int, *, seed: int, today: date, spread: Spread, numbers: IdNumbers
) -> Iterator[list[Member]]:
    """Blocks of people, ``count`` in all; households never cross a block."""
    for block, first in enumerate(range(0, count, BLOCK)):
        size = min(BLOCK, count - first)
        yield _Block(block, seed=seed, today=today, spread=spread, numbers=numbers).people(size)


class _Block:
    def __init__(
        self, block: int, *, seed: int, today: date, spread: Spread, numbers: IdNumbers
    ) -> None:
        self.block = block
        self.chance = Random(f"{seed}:population:{block}")
        self.draw = np.random.default_rng([seed, _STREAM, block])
        self.today = today
        self.spread = spread
        self.numbers = numbers
        self.members: list[Member] = []
        self.households = 0

    def people(self, size: int) -> list[Member]:
        duplicates = round(size * DUPLICATE_SHARE)
        townships = self.spread.draw(self.draw, size).tolist()
        previous: Member | None = None
        while len(self.members) < size - duplicates:
            namesake = previous if previous and self.chance.random() < 0.02 else None
            at = namesake.township if namesake else townships[self.households]
            head = self._household(at, size - duplicates - len(self.members), namesake)
            self.households += 1
            previous = head
        self._register_twice(duplicates)
        return self.members

    def _household(self, township: int, room: int, namesake: Member | None) -> Member:
        low, high, _, kinds = self.chance.choices(_HEADS, [share for _, _, share, _ in _HEADS])[0]
        kind = self.chance.choices(list(kinds), list(kinds.values()))[0]
        age = self.chance.randint(low, high)
        sex = self.chance.choice(("male", "male", "female"))
        family = self._family()
        head = self._add(township, "head", age, sex, family)
        if namesake is not None:
            # Two of one name in one village: no page may tell people apart by name.
            head = replace(head, name=namesake.name)
            self.members[-1] = head
        for relation, years, other in self._others(kind, age, sex)[: room - 1]:
            blood = family if relation == "child" else self._family_like(family)
            self._add(township, relation, years, other, blood)
        return head

    def _others(self, kind: str, age: int, sex: str) -> list[tuple[str, int, str]]:
        """Relation to the head, age, sex of everybody else at home."""
        chance = self.chance
        spouse = ("spouse", max(20, age + chance.randint(-4, 3)), _other(sex))
        children = {"child": 1, "two": 2, "parent": 1, "three": 1, "grown": 1}.get(kind, 0)
        found = [] if kind in ("alone", "parent") else [spouse]
        for _ in range(children):
            born_at = chance.randint(22, 34)
            found.append(("child", max(0, age - born_at), chance.choice(("male", "female"))))
        if kind == "three":
            years = min(97, age + chance.randint(23, 33))
            found.append(("parent", years, chance.choice(("male", "female"))))
        return found

    def _family(self) -> str | None:
        if self.chance.random() < names.MONGOLIAN_SHARE:
            return None
        return names.draw_surname(self.chance)

    def _family_like(self, family: str | None) -> str | None:
        """Who marries in: mostly from a family of the same kind, so that the shares stay."""
        stays = 0.8 if family is None else 0.956
        mongolian = (family is None) == (self.chance.random() < stays)
        return None if mongolian else names.draw_surname(self.chance)

    def _add(self, township: int, relation: str, age: int, sex: str, family: str | None) -> Member:
        chance = self.chance
        born_on = self._birthday(age)
        area = RESIDENT_AREA if chance.random() > 0.002 else chance.choice(PERMIT_AREAS)
        number = self.numbers.draw(chance, born_on, sex, area=area)
        years = number.age_on(self.today)
        silent = years >= _ELDER_YEARS and chance.random() < NO_PHONE_SHARE / _ELDERS_SHARE
        member = Member(
            key=f"{self.block}-{len(self.members)}",
            name=self._name(sex, family),
            sex=sex,
            born_on=born_on,
            id_number=number,
            township=township,
            has_phone=years >= _PHONE_FROM and not silent,
            household=self.households,
            relation=relation,
        )
        self.members.append(member)
        return member

    def _name(self, sex: str, family: str | None) -> str:
        if family is None and self.chance.random() < 0.03:
            return self.chance.choice((*names.DOTTED, names.LONGEST))
        return names.draw_name(self.chance, sex, family)

    def _birthday(self, age: int) -> date:
        """Somebody of that age today; one in 250 was born on a leap day near it."""
        day = self.today - timedelta(days=int(age * 365.2425) + self.chance.randint(1, 364))
        if age > 4 and self.chance.random() < 0.004:
            year = day.year - day.year % 4
            return date(year, 2, 29) if year != 1900 else day
        return day

    def _register_twice(self, duplicates: int) -> None:
        """The same person entered again under a mistyped number: found later, and merged."""
        grown = [one for one in self.members if one.has_phone]
        for one in self.chance.sample(grown, min(duplicates, len(grown))):
            again = replace(
                one,
                key=f"{self.block}-{len(self.members)}",
                id_number=self.numbers.draw(self.chance, one.born_on, one.sex),
                household=-1,
                relation="",
                duplicate_of=one.key,
            )
            self.members.append(again)


def _other(sex: str) -> str:
    return "female" if sex == "male" else "male"
