"""Whom a form is about and what is known of them: offices' facts, own words, family, places."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from denghuo.cases.logic.answers import Asked
from denghuo.cases.logic.forms import Answer, Facts, FormVersion, HeldFact
from denghuo.kernel.clock import day_of
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import (
    confirmed_family,
    firm_of,
    person_attributes_for_policy,
    person_of,
    subject_name,
)
from denghuo.places.public import DivisionView, divisions_of_level
from denghuo.policy.public import (
    KnownFact,
    facts_of,
    register_facts,
    registry,
    strict_form,
    usable,
)

# What the subject said, not an office: theirs to change, so a form may still ask it.
OWN_SOURCES = frozenset({gettext_noop("本人填报"), gettext_noop("单位填报")})


@dataclass(frozen=True, slots=True)
class Applicant:
    """The subject of a form.

    ``facts`` are what offices hold and still counts today, in strict form; ``told`` is what the
    subject once said of themselves, offered as a first answer. ``known`` is everything as the
    policy room reads it.
    """

    subject: SubjectRef
    name: str
    home: str
    facts: Facts
    told: dict[str, Answer]
    known: dict[str, KnownFact]
    disputed: frozenset[str] = field(default_factory=frozenset)
    recorded: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Offered:
    """What the questions of one form offer to choose from, by code and name."""

    family: tuple[tuple[str, str], ...] = ()
    divisions: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()

    @property
    def names(self) -> dict[str, str]:
        """Codes to names, of both."""
        return dict(self.family) | {
            code: name for _league, banners in self.divisions for code, name in banners
        }


def applicant(subject: SubjectRef, *, now: datetime) -> Applicant:
    """Everything a form may show or use of the subject. Who may look, the caller asks."""
    records = facts_of(subject, registry=registry())
    known = {
        **register_facts(subject, person_attributes_for_policy(subject)),
        **{name: record.known for name, record in records.items()},
    }
    disputed = frozenset(name for name, record in records.items() if record.disputed)
    facts: dict[str, HeldFact] = {}
    told: dict[str, Answer] = {}
    today = day_of(now)
    for name, fact in known.items():
        spec = registry()[name]
        value = usable(spec, fact, today).value
        if value is None:
            continue
        strict = strict_form(spec, value)
        if not isinstance(strict, bool | int | str):
            continue  # a ratio; no form asks for one
        if fact.source in OWN_SOURCES:
            told[name] = strict
        else:
            facts[name] = HeldFact(strict, fact.source, fact.observed_on, name in disputed)
    return Applicant(
        subject=subject,
        name=subject_name(subject),
        home=_home(subject),
        facts=facts,
        told=told,
        known=known,
        disputed=disputed,
        recorded=frozenset(records),
    )


def offered(form: FormVersion, subject: SubjectRef, *, now: datetime) -> Offered:
    """What the form's questions let one choose from; nothing is read that no question needs."""
    kinds = {one.kind for one in form.fields}
    family: tuple[tuple[str, str], ...] = ()
    if "family_person" in kinds and subject.kind == "person":
        family = tuple(
            (str(link.id), f"{_(link.relation_text)} {link.other_name}")
            for link in confirmed_family(subject.id, now=now)
        )
    return Offered(family, _banners() if "division" in kinds else ())


def asked_of(who: Applicant, choices: Offered, *, now: datetime) -> Asked:
    """What reading an answer needs to know."""
    return Asked(
        subject_kind=who.subject.kind,
        subject_name=who.name,
        today=day_of(now),
        family=frozenset(code for code, _name in choices.family),
        divisions=frozenset(
            code for _league, banners in choices.divisions for code, _name in banners
        ),
    )


def _home(subject: SubjectRef) -> str:
    """The division whose office answers for the subject; empty when nobody has written it down."""
    if subject.kind == "firm":
        return firm_of(subject.id).region.code
    residence = person_of(subject.id).residence
    return residence.code if residence else ""


def _banners() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Banners under their league, in the order of their names' sort keys."""
    leagues: dict[str, list[DivisionView]] = {}
    for banner in divisions_of_level("banner"):
        leagues.setdefault(banner.path[0] if len(banner.path) > 1 else "", []).append(banner)
    return tuple(
        (league, tuple((one.code, one.name) for one in sorted(found, key=lambda one: one.sort_key)))
        for league, found in leagues.items()
    )
