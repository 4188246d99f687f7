"""Certificates and skills in the words of a post or a person, and work the law keeps minors from.

A certificate is asked for only where a law does and the text does not make it a wish ("优先") or
offer to arrange it. Everything else that is asked for is a skill: it lifts a match, never bars it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from denghuo.employment.logic.dated import DatedTextError, VersionShape, read_versions
from denghuo.employment.logic.folding import folded
from denghuo.kernel.period import Period
from denghuo.kernel.words import Shape

CERTIFICATE_TAG = "cert:"
# How far a clause is looked at to either side: a body may be long, and so may a line in it.
CLAUSE_MAX = 60
_Pattern = Annotated[str, Field(min_length=1, max_length=500)]
_WISHED = re.compile("优先|加分|更佳|为佳|更好|者优|最好")
_ARRANGED = re.compile(
    "无需|不需要?|不要求|没有也|无证|(?:免费|协助|帮助|包|公司|单位|统一|入职后?|可以?后?)"
    "[^,;。!?\n]{0,6}?(?:办理?|考|补|培训)|无[^,;。!?\n]{0,4}(?:也|亦|均)?可"
)
_LACKING = re.compile("(?:无|没有?)$")
_ARRANGED_NEXT = re.compile("(?:考|办|拿|补)(?:理|取)?个?证")
_CLAUSE_END = re.compile("[,;。!?\n]")


class CertificateShape(Shape):
    """One certificate as written."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,29}$")]
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    law: str = ""
    checked: Literal["text", "facts", "memory", ""] = ""
    covers: list[str] = []
    find: list[_Pattern] = Field(min_length=1)


class SkillShape(Shape):
    """One skill as written."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,29}$")]
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    find: list[_Pattern] = Field(min_length=1)


class HazardShape(Shape):
    """Work minors are kept from."""

    law: str = Field(min_length=4)
    checked: Literal["text", "facts", "memory"]
    find: list[_Pattern] = Field(min_length=1)


class AbilitiesShape(VersionShape):
    """One version."""

    certificates: list[CertificateShape] = Field(min_length=1)
    skills: list[SkillShape] = Field(min_length=1)
    hazards: HazardShape


@dataclass(frozen=True, slots=True)
class Certificate:
    """``law`` is empty where the work may be done without; ``covers`` is what it stands for."""

    id: str
    names: Mapping[str, str]
    law: str
    checked: str
    covers: tuple[str, ...]
    find: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Skill:
    """Something one can do."""

    id: str
    names: Mapping[str, str]
    find: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a post asks for: by law, as a wish, as a skill; whether minors are kept from it."""

    required: tuple[str, ...]
    wished: tuple[str, ...]
    skills: tuple[str, ...]
    hazardous: bool

    @property
    def tags(self) -> tuple[str, ...]:
        """Skills and wished certificates, as the matching weighs them."""
        return (*self.skills, *(f"{CERTIFICATE_TAG}{one}" for one in self.wished))


@dataclass(frozen=True)
class AbilityText:
    """One version: the certificates, the skills, the hazards."""

    span: Period
    source: str
    certificates: Mapping[str, Certificate]
    skills: Mapping[str, Skill]
    hazards: re.Pattern[str]
    hazard_law: str

    @cached_property
    def by_law(self) -> tuple[str, ...]:
        """Certificates without which a work may not be done."""
        return tuple(one.id for one in self.certificates.values() if one.law)

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """Every word the matching may weigh."""
        return (*self.skills, *(f"{CERTIFICATE_TAG}{one}" for one in self.certificates))

    @cached_property
    def _any(self) -> re.Pattern[str]:
        """One pattern that finds where anything at all may stand: most texts say little."""
        certificates = [one.find.pattern for one in self.certificates.values()]
        skills = [one.find.pattern for one in self.skills.values()]
        return re.compile("|".join((*certificates, *skills, self.hazards.pattern)))

    def label(self, word: str, language: str) -> str:
        """The words for a certificate, a skill or a tag; an unknown one as it is."""
        name = word.removeprefix(CERTIFICATE_TAG)
        found = self.certificates.get(name) or self.skills.get(name)
        return found.names.get(language, found.names["zh"]) if found else word


def load_ability_texts(text: str) -> tuple[AbilityText, ...]:
    """All versions, oldest first. Raises ``DatedTextError``."""
    return tuple(_version(span, one) for span, one in read_versions(text, AbilitiesShape))


def read_asked(body: str, named: Iterable[str], text: AbilityText) -> Asked:
    """What a post asks for. ``named`` are certificates a source listed in a column of its own."""
    plain = folded(body)
    required: dict[str, None] = {}
    wished: dict[str, None] = {}
    skills: tuple[str, ...] = ()
    hazardous = False
    if text._any.search(plain):  # noqa: SLF001  # of this module
        skills = tuple(one.id for one in text.skills.values() if one.find.search(plain))
        hazardous = text.hazards.search(plain) is not None
        for one in text.certificates.values():
            match _meant(one, plain):
                case "required":
                    required[one.id] = None
                case "wished":
                    wished[one.id] = None
    for found in read_certificates(" \n".join(named), text):
        target = required if text.certificates[found].law else wished
        target[found] = None
    lesser = tuple(one for one in wished if one not in required)
    return Asked(tuple(required), lesser, skills, hazardous)


def read_certificates(words: str, text: AbilityText) -> tuple[str, ...]:
    """The certificates named in somebody's own words."""
    plain = folded(words)
    return tuple(
        one.id
        for one in text.certificates.values()
        if one.id in words.split() or one.names["zh"] in words or one.find.search(plain)
    )


def read_skills(words: str, text: AbilityText) -> tuple[str, ...]:
    """The skills named in somebody's own words."""
    plain = folded(words)
    return tuple(one.id for one in text.skills.values() if one.find.search(plain))


def held_with_covered(held: Iterable[str], text: AbilityText) -> tuple[str, ...]:
    """Certificates held and what they stand for; what the text no longer knows falls away."""
    found: dict[str, None] = {}
    for name in held:
        one = text.certificates.get(name)
        if one is not None:
            found.update(dict.fromkeys((name, *one.covers)))
    return tuple(found)


def _meant(one: Certificate, plain: str) -> Literal["required", "wished", "no"]:
    """How a text means a certificate; asked for once is asked for."""
    meant: Literal["required", "wished", "no"] = "no"
    for found in one.find.finditer(plain):
        before = _CLAUSE_END.split(plain[max(0, found.start() - CLAUSE_MAX) : found.start()])[-1]
        after, *later = _CLAUSE_END.split(plain[found.end() : found.end() + CLAUSE_MAX])
        clause = f"{before}{found[0]}{after}"
        if _LACKING.search(before) or _ARRANGED.search(clause):
            continue
        if later and _ARRANGED_NEXT.search(later[0]):
            continue
        if one.law and not _WISHED.search(clause):
            return "required"
        meant = "wished"
    return meant


def _version(span: Period, shape: AbilitiesShape) -> AbilityText:
    names = [*(one.id for one in shape.certificates), *(one.id for one in shape.skills)]
    if len(set(names)) != len(names):
        raise DatedTextError("a certificate or skill stands twice")
    known = {one.id for one in shape.certificates}
    for one in shape.certificates:
        if unknown := set(one.covers) - known:
            raise DatedTextError(f"{one.id} covers unknown {sorted(unknown)}")
        if one.law and not one.checked:
            raise DatedTextError(f"{one.id}: how was the clause checked?")
    return AbilityText(
        span,
        shape.source,
        {
            one.id: Certificate(
                one.id, {"zh": one.zh, "en": one.en}, one.law, one.checked,
                tuple(one.covers), _compiled(one.find, one.id),
            )
            for one in shape.certificates
        },
        {
            one.id: Skill(one.id, {"zh": one.zh, "en": one.en}, _compiled(one.find, one.id))
            for one in shape.skills
        },
        _compiled(shape.hazards.find, "hazards"),
        shape.hazards.law,
    )  # fmt: skip


def _compiled(patterns: Iterable[str], owner: str) -> re.Pattern[str]:
    try:
        made = re.compile("|".join(f"(?:{one})" for one in patterns))
    except re.error as error:
        raise DatedTextError(f"{owner}: {error}") from error
    if made.search(""):
        raise DatedTextError(f"{owner}: a pattern finds the empty text")
    return made
