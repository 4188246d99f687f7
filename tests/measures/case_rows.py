"""Cases with the traces their applicants left."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from uuid import uuid4

from django.db import transaction

from denghuo.cases.models import Case, FormDraft, Step
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.platform.public import Actor, record_audit
from tests.factories import people

_numbers = itertools.count(1)


def decided_case(
    area: Region, decided_at: datetime | None, *, item: str = "startup-grant", channel: str = "web"
) -> Case:
    """A case, decided or not, without any step yet."""
    number = next(_numbers)
    at = decided_at or datetime.now().astimezone()
    return Case.objects.create(
        number=f"CY{number:06}",
        item=item,
        subject_kind="person",
        subject_id=uuid4(),
        period=str(number),
        channel=channel,
        area=area.code,
        home=area.code,
        state="accepted",
        opened_by="x",
        asked_on=date(2026, 1, 1),
        submitted_at=at,
        decided_at=decided_at,
    )


def step(row: Case, kind: str, at: datetime, by: str) -> int:
    """One step of a case; its number."""
    row.version += 1
    Case.objects.filter(pk=row.pk).update(version=row.version)
    return Step.objects.create(case=row, seq=row.version, kind=kind, by=by, at=at).pk


def filled_form(row: Case, at: datetime, actor: Actor, fields: list[tuple[str, int]]) -> None:
    """A form of the case, field by field, each some minutes after the beginning."""
    draft = FormDraft.objects.create(
        item=row.item, subject_kind=row.subject_kind, subject_id=row.subject_id,
        channel="web", form_version=1, begun_by=actor.label, touched_at=at, case=row,
    )  # fmt: skip
    marks: list[tuple[str, dict[str, str], int]] = [("cases.begin_draft", {}, 0)]
    marks += [("cases.answer_field", {"field": name}, after) for name, after in fields]
    with transaction.atomic():
        for action, detail, after in marks:
            record_audit(
                actor=actor,
                action=action,
                subject=SubjectRef("person", row.subject_id),
                entity=f"cases.form_draft:{draft.pk}",
                detail={"item": row.item, **detail},
                at=at + timedelta(minutes=after),
            )


def resident_actor() -> Actor:
    """Somebody at home."""
    return people.as_resident(uuid4())


def clerk_actor() -> Actor:
    """Somebody at a counter."""
    return people.as_staff(uuid4())
