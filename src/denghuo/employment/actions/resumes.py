"""Writing one's résumé, and taking it away: withdrawn, the words are gone everywhere at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from denghuo.employment.actions.applications import hide_resume
from denghuo.employment.logic.abilities import read_skills
from denghuo.employment.logic.resumes import (
    ENTRIES_MAX,
    Entry,
    Kind,
    ResumeEntryGoneError,
    ResumeFullError,
    all_words,
    read_about,
    read_entries,
    read_entry,
    write_entries,
)
from denghuo.employment.models import Resume
from denghuo.employment.queries.abilities import ability_text
from denghuo.employment.queries.applications import ids_of, person_at_hand
from denghuo.kernel.clock import day_of
from denghuo.kernel.subject import SubjectRef
from denghuo.platform.public import Actor, record_audit


@transaction.atomic
def write_about(*, actor: Actor, words: str, now: datetime) -> None:
    """A few words about oneself; none takes them away."""
    about = read_about(words)
    row = _own(actor, now=now)
    row.about = about
    _written(row, "employment.resume_about", actor=actor, now=now)


@transaction.atomic
def add_entry(
    *,
    actor: Actor,
    kind: Kind,
    where: str,
    what: str,
    since: int | None,
    until: int | None,
    now: datetime,
) -> None:
    """One thing done. The same words sent twice stand once. Raises ``ResumeFullError``."""
    entry = read_entry(kind, where, what, since, until, today=day_of(now))
    row = _own(actor, now=now)
    entries = _entries(row)
    if entry in entries:
        return
    if len(entries) >= ENTRIES_MAX:
        raise ResumeFullError(most=ENTRIES_MAX)
    _keep(row, (*entries, entry), "employment.resume_add", actor=actor, now=now)


@transaction.atomic
def remove_entry(*, actor: Actor, place: int, version: int, now: datetime) -> None:
    """Take one away; ``version`` is the résumé as the reader saw it.

    Raises ``ResumeEntryGoneError`` where another tab has changed it since.
    """
    row = _own(actor, now=now)
    entries = _entries(row)
    if row.version != version or not 0 <= place < len(entries):
        raise ResumeEntryGoneError
    left = (*entries[:place], *entries[place + 1 :])
    _keep(row, left, "employment.resume_remove", actor=actor, now=now)


@transaction.atomic
def withdraw_resume(*, actor: Actor, now: datetime) -> None:
    """Delete it, also from what firms were shown. Withdrawing twice is withdrawing once."""
    person = person_at_hand(actor, "apply", now=now)
    gone, _each = Resume.objects.filter(person_id__in=ids_of(person)).delete()
    hide_resume(person_id=person.id, actor=actor, now=now)
    if gone:
        record_audit(
            actor=actor, action="employment.resume_withdraw", subject=person, detail={}, at=now
        )


def _own(actor: Actor, *, now: datetime) -> Resume:
    """The résumé at hand under its lock; made where there is none (the unique row lets one in)."""
    person = person_at_hand(actor, "apply", now=now)
    here = Resume.objects.select_for_update().filter(person_id__in=ids_of(person))
    row = here.order_by("-changed_at", "id").first()
    if row is None:
        made = Resume(person_id=person.id, changed_at=now)
        Resume.objects.bulk_create([made], ignore_conflicts=True)
        row = here.get(person_id=person.id)
    return row


def _entries(row: Resume) -> tuple[Entry, ...]:
    return read_entries(json.loads(row.entries or "[]"))


def _keep(
    row: Resume, entries: Sequence[Entry], action: str, *, actor: Actor, now: datetime
) -> None:
    row.entries = json.dumps(write_entries(entries), ensure_ascii=False)
    _written(row, action, actor=actor, now=now)


def _written(row: Resume, action: str, *, actor: Actor, now: datetime) -> None:
    words = all_words(row.about or "", _entries(row))
    row.skills = list(read_skills(words, ability_text(day_of(now))))
    row.version += 1
    row.changed_at = now
    row.save()
    record_audit(
        actor=actor,
        action=action,
        subject=SubjectRef("person", row.person_id),
        detail={"version": row.version},
        at=now,
    )
