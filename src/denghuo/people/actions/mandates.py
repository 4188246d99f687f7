"""Giving, accepting and withdrawing mandates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.people.access import RecordNotFoundError, acts_for, answers_for
from denghuo.people.actions.phone_codes import try_code
from denghuo.people.logic import mandate as rules
from denghuo.people.logic import phone_code as codes
from denghuo.people.logic.mandate import How, Scope
from denghuo.people.logic.names import read_name, same_name
from denghuo.people.logic.phone import Phone
from denghuo.people.models import Mandate, Person
from denghuo.people.queries.digests import phone_digest
from denghuo.people.queries.mandates import acts_by_law, reaches, terms_of
from denghuo.people.queries.persons import person_row
from denghuo.platform.public import (
    Actor,
    Channel,
    Contact,
    hold_file,
    record_audit,
    send_message,
)


class PaperNeededError(RefusalError):
    """A mandate on paper is kept with a photo of the paper."""

    code = "people.paper_needed"
    template = "请先拍下签好字的委托书。"


class NoPhoneOnFileError(RefusalError):
    """A code needs a phone to go to."""

    code = "people.no_phone_on_file"
    template = "这位办事人没有登记手机号，收不到验证码。请用签字的纸质委托书。"


@transaction.atomic
def give_mandate(
    *,
    giver: SubjectRef,
    scopes: Iterable[str],
    start_on: date,
    until_on: date | None,
    how: How,
    actor: Actor,
    now: datetime,
    to_person: UUID | None = None,
    to_staff: UUID | None = None,
    paper_id: UUID | None = None,
) -> UUID:
    """Enter a mandate that is already agreed on: by law, on paper, or by the register.

    For guardians, imports, the demo region and the counter. Only ``legal`` may be without an
    end. Raises ``MandateScopeError``, ``MandateInPastError``, ``MandateTooLongError``,
    ``PaperNeededError``, ``MandateToSelfError``, ``NoSuchFileError`` (the photo is gone).
    """
    if how == "paper" and paper_id is None:
        raise PaperNeededError(field="paper")
    if until_on is not None and how != "legal":
        rules.read_period(start_on, until_on, today=day_of(now), to_staff=to_staff is not None)
    if until_on is None and how != "legal":
        raise rules.MandateInPastError(field="until")
    if giver.kind == "person" and giver.id == to_person:
        raise rules.MandateToSelfError
    if paper_id is not None:
        # Another hand may be taking the photo away; from here to the commit it stays.
        hold_file(paper_id)
    row = _new(giver, scopes, start_on=start_on, until_on=until_on, how=how, now=now)
    row.to_person_id, row.to_staff_id = to_person, to_staff
    row.paper_id, row.accepted_at = paper_id, now
    row.save(force_insert=True)
    _audit("people.give_mandate", row, actor=actor, now=now)
    if giver.kind == "person" and how != "legal":
        _tell_giver(row, giver, actor=actor, now=now)
    return row.pk


def offer_mandate(
    *,
    giver: SubjectRef,
    to_name: str,
    to_phone: Phone,
    scopes: Iterable[str],
    until_on: date,
    code_id: UUID,
    typed: str,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Offer a mandate to whoever owns a phone and a name, confirmed by a code to one's own.

    The answer is the same whether the receiver is registered or not. One code gives one
    mandate: sent twice, the second request returns the first's. The receiver accepts it on
    their own page. Raises the refusals of the code and of the terms; nothing typed is lost.
    """
    with transaction.atomic():
        demand_terms(
            giver=giver,
            to_name=to_name,
            to_phone=to_phone,
            until_on=until_on,
            actor=actor,
            now=now,
        )
        before = Mandate.objects.filter(code_id=code_id).first()
        if before is not None:
            return before.pk
        row = _new(
            giver,
            scopes,
            start_on=day_of(now),
            until_on=until_on,
            how="phone_code",
            now=now,
        )
        row.to_name, row.to_phone_digest = read_name(to_name), phone_digest(to_phone)
        verdict, record, phone = try_code(
            code_id=code_id, typed=typed, purpose="give_mandate", now=now
        )
        if verdict == "right":
            if actor.person is None or person_row(actor.person.id).phone != phone.text:
                # The code must have gone to the phone of the one who gives.
                raise RecordNotFoundError
            row.code_id = code_id
            row.save(force_insert=True)
            _audit("people.offer_mandate", row, actor=actor, now=now)
            _tell_receiver(row, actor=actor, now=now)
    codes.refuse(verdict, record, now=now)
    return row.pk


def give_mandate_to_staff(
    *,
    person_id: UUID,
    scopes: Iterable[str],
    until_on: date,
    code_id: UUID,
    typed: str,
    actor: Actor,
    now: datetime,
) -> UUID:
    """At the counter: the person reads the code from their phone to the clerk.

    Raises ``RecordNotFoundError`` outside the clerk's area, and the code's refusals.
    """
    with transaction.atomic():
        person = person_row(person_id)
        if actor.staff_id is None or not answers_for(actor, person.residence):
            raise RecordNotFoundError
        before = Mandate.objects.filter(code_id=code_id, to_staff_id=actor.staff_id).first()
        if before is not None:
            return before.pk
        today = day_of(now)
        rules.read_period(today, until_on, today=today, to_staff=True)
        giver = SubjectRef("person", person.pk)
        row = _new(giver, scopes, start_on=today, until_on=until_on, how="phone_code", now=now)
        row.to_staff_id, row.accepted_at = actor.staff_id, now
        verdict, record, phone = try_code(
            code_id=code_id, typed=typed, purpose="assisted_mandate", now=now
        )
        if verdict == "right":
            if person.phone != phone.text:
                # The code went to a phone that is no longer this person's.
                raise RecordNotFoundError
            row.code_id = code_id
            row.save(force_insert=True)
            _audit("people.give_mandate", row, actor=actor, now=now)
            _tell_giver(row, giver, actor=actor, now=now)
    codes.refuse(verdict, record, now=now)
    return row.pk


@transaction.atomic
def give_mandate_on_paper(
    *,
    person_id: UUID,
    scopes: Iterable[str],
    until_on: date,
    paper_id: UUID,
    actor: Actor,
    now: datetime,
) -> UUID:
    """At the counter: the person signs, the clerk takes a photo. Area as above."""
    person = person_row(person_id)
    if actor.staff_id is None or not answers_for(actor, person.residence):
        raise RecordNotFoundError
    return give_mandate(
        giver=SubjectRef("person", person.pk),
        scopes=scopes,
        start_on=day_of(now),
        until_on=until_on,
        how="paper",
        to_staff=actor.staff_id,
        paper_id=paper_id,
        actor=actor,
        now=now,
    )


@transaction.atomic
def answer_offer(*, mandate_id: UUID, accept: bool, actor: Actor, now: datetime) -> None:
    """The receiver takes or declines an offer that names their phone and name.

    Raises ``RecordNotFoundError`` for an offer to somebody else, ``MandateNotOfferedError``
    when it was answered, withdrawn or ran out before.
    """
    if actor.person is None:
        raise RecordNotFoundError
    person = person_row(actor.person.id)
    row = _locked(mandate_id)
    named = (
        row.to_phone_digest is not None
        and person.phone_digest is not None
        and bytes(row.to_phone_digest) == bytes(person.phone_digest)
        and reaches(row.to_name, person)
    )
    if not named or row.to_person_id not in (None, person.pk) or row.from_person_id == person.pk:
        raise RecordNotFoundError
    terms = terms_of(row)
    after = rules.accept(terms, now=now) if accept else rules.decline(terms, now=now)
    row.accepted_at, row.declined_at = after.accepted_at, after.declined_at
    row.to_person = person if accept else None
    row.save(update_fields=["accepted_at", "declined_at", "to_person"])
    giver = _giver(row)
    _audit(
        "people.accept_mandate" if accept else "people.decline_mandate", row, actor=actor, now=now
    )
    if giver.kind == "person":
        send_message(
            to=giver,
            kind="people.mandate_answered",
            title="您给出的委托有了答复",
            body="对方接受了您的委托。" if accept else "对方没有接受您的委托，不会替您办事。",
            key=f"people.mandate_answered:{row.pk}",
            link="/me/mandates/",
            actor=actor,
            now=now,
        )


@transaction.atomic
def withdraw_mandate(*, mandate_id: UUID, actor: Actor, now: datetime) -> None:
    """End a mandate at once: its giver takes it back, or its receiver lays it down.

    A firm's mandates are withdrawn by whoever acts for the firm with all scopes. A legal
    mandate ends where its ground ends (the office, the guardianship), not here. A second
    withdrawal is refused with ``MandateEndedError``. Raises ``RecordNotFoundError``.
    """
    row = _locked(mandate_id)
    giver = _giver(row)
    theirs = (
        actor.kind == "system"
        or (actor.person is not None and actor.person == giver)
        or (actor.person is not None and row.to_person_id == actor.person.id)
        or (actor.staff_id is not None and row.to_staff_id == actor.staff_id)
        or (giver.kind == "firm" and acts_for(actor, giver, "apply") and acts_by_law(actor))
    )
    if not theirs or (row.how == "legal" and actor.kind != "system"):
        raise RecordNotFoundError
    after = rules.withdraw(terms_of(row), now=now)
    row.withdrawn_at = after.withdrawn_at
    row.save(update_fields=["withdrawn_at"])
    _audit("people.withdraw_mandate", row, actor=actor, now=now)


def demand_terms(
    *,
    giver: SubjectRef,
    to_name: str,
    to_phone: Phone,
    until_on: date,
    actor: Actor,
    now: datetime,
) -> None:
    """Refuse terms that cannot be offered, before a code is sent for them.

    A firm's mandate is given by its legal representative: a clerk's own mandate does not let
    the clerk appoint more clerks (civil code art. 169).
    """
    today = day_of(now)
    rules.read_period(today, until_on, today=today, to_staff=False)
    if giver.kind == "firm":
        if not (acts_for(actor, giver, "apply") and acts_by_law(actor)):
            raise RecordNotFoundError
    elif actor.person != giver:
        raise RecordNotFoundError
    if actor.person is None:
        raise RecordNotFoundError
    own = person_row(actor.person.id)
    if giver.kind == "person" and own.phone == to_phone.text and same_name(own.name, to_name):
        raise rules.MandateToSelfError(field="phone")


def _new(
    giver: SubjectRef,
    scopes: Iterable[str],
    *,
    start_on: date,
    until_on: date | None,
    how: How,
    now: datetime,
) -> Mandate:
    known: frozenset[Scope] = rules.read_scopes(scopes)
    row = Mandate(
        scopes=sorted(known), start_on=start_on, until_on=until_on, how=how, created_at=now
    )
    if giver.kind == "person":
        row.from_person_id = giver.id
    else:
        row.from_firm_id = giver.id
    return row


def _locked(mandate_id: UUID) -> Mandate:
    row = Mandate.objects.select_for_update().filter(pk=mandate_id).first()
    if row is None:
        raise RecordNotFoundError
    return row


def _giver(row: Mandate) -> SubjectRef:
    if row.from_person_id is not None:
        return SubjectRef("person", row.from_person_id)
    if row.from_firm_id is not None:
        return SubjectRef("firm", row.from_firm_id)
    raise AssertionError("the table's check lets no mandate be from nobody")


def _tell_giver(row: Mandate, giver: SubjectRef, *, actor: Actor, now: datetime) -> None:
    """Somebody acts for you now: the person hears of it on every road (house rule 13)."""
    phone = person_row(giver.id).phone
    channels: tuple[Channel, ...] = ("inbox", "sms") if phone else ("inbox",)
    send_message(
        to=giver,
        kind="people.mandate_given",
        title="有一份以您名义给出的委托",
        channels=channels,
        contact=Contact(phone=phone),
        body=f"委托在 {row.until_on} 零点到期。如果不是您本人给的，请马上在“家人和委托”里收回。",
        key=f"people.mandate_given:{row.pk}",
        link="/me/mandates/",
        actor=actor,
        now=now,
    )


def _tell_receiver(row: Mandate, *, actor: Actor, now: datetime) -> None:
    """Whoever is registered with that phone and name hears of the offer; nobody else does."""
    people = Person.objects.filter(phone_digest=row.to_phone_digest, merged_into__isnull=True)
    for person in people:
        if reaches(row.to_name, person):
            send_message(
                to=SubjectRef("person", person.pk),
                kind="people.mandate_offered",
                title="有人请您代办事情",
                body="请在“家人和委托”里看是谁、哪些事、到哪天，再决定接不接受。",
                key=f"people.mandate_offered:{row.pk}:{person.pk}",
                link="/me/mandates/",
                actor=actor,
                now=now,
            )


def _audit(action: str, row: Mandate, *, actor: Actor, now: datetime) -> None:
    record_audit(
        actor=actor,
        action=action,
        subject=_giver(row),
        entity=f"people.mandate:{row.pk}",
        detail={"how": row.how, "scopes": row.scopes},
        at=now,
    )
