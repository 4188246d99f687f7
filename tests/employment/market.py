"""A small market to try applications in: two firms with somebody who acts for them, applicants."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from denghuo.employment.models import Post
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import firm_of, subjects_actor_may_act_for
from denghuo.platform.public import Actor
from tests.factories.people import as_resident, make_firm, make_person, phone

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
SOON = NOW + timedelta(days=2)
TODAY = date(2026, 11, 23)
XINCHENG = Region.read("150102")
_numbers = itertools.count(500)


def applicant(name: str = "乌云其木格") -> Actor:
    """A resident with a phone, in their own affairs."""
    return as_resident(make_person(name, phone=phone(next(_numbers)), now=NOW), name=name)


def hr(name: str = "草原恒泰乳业") -> Actor:
    """The legal representative of a new firm, with the firm's affairs at hand."""
    boss = make_person("巴特尔", phone=phone(next(_numbers)), now=NOW)
    make_firm(name, legal_representative=boss, now=NOW)
    return at_desk_of(as_resident(boss, name="巴特尔"))


def at_desk_of(person: Actor) -> Actor:
    """The person with their firm's affairs at hand, as the middleware sets it."""
    act = next(
        one for one in subjects_actor_may_act_for(person, now=NOW) if one.subject.kind == "firm"
    )
    return replace(
        person,
        acting_for=act.subject,
        mandate_id=act.mandate_id,
        scopes=frozenset(str(one) for one in act.scopes),
    )


def firm_id(actor: Actor) -> UUID:
    assert actor.acting_for is not None
    return actor.acting_for.id


def person_ref(actor: Actor) -> SubjectRef:
    assert actor.person is not None
    return actor.person


def make_post(firm: Actor | None, title: str = "挤奶工", **changed: object) -> Post:
    """An open post of the firm, or of one that is not here."""
    view = firm_of(firm_id(firm)) if firm else None
    values: dict[str, object] = {
        "firm_id": view.ref.id if view else None,
        "employer_uscc": view.uscc.text if view else "",
        "employer_name": view.name if view else "外地某厂",
        "title": title,
        "body": "每天挤奶两次，包住。",
        "pay_low_fen": 450_000,
        "pay_high_fen": 600_000,
        "pay_basis": "month",
        "pay_words": "4500-6000",
        "place": "150102",
        "openings": 1,
        "state": "open",
        "open_from": TODAY - timedelta(days=1),
        "open_until": TODAY + timedelta(days=29),
    }
    return Post.objects.create(**{**values, **changed})
