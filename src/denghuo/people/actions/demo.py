"""Personas of the demo region."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from denghuo.kernel.refusal import RefusalError
from denghuo.people.models import DemoPersona


class UnknownPersonaGroupError(RefusalError):
    """The chooser has a fixed set of groups: a persona of another would break its page."""

    code = "people.unknown_persona_group"
    template = "没有“{group}”这一组人物，可以用的有：{known}。"


@transaction.atomic
def mark_persona(
    *,
    key: str,
    group: str,
    title: str,
    story: str,
    order: int = 0,
    person_id: UUID | None = None,
    staff_id: UUID | None = None,
    mandate_id: UUID | None = None,
) -> None:
    """Say that visitors may step into a made-up person or member of staff.

    ``mandate_id`` starts a person in the affairs of whoever gave it (a firm's clerk).
    Marking the same key again changes the row. Raises ``UnknownPersonaGroupError``.
    """
    known = dict(DemoPersona.GROUP)
    if group not in known:
        raise UnknownPersonaGroupError(group=group, known="、".join(known))
    DemoPersona.objects.update_or_create(
        key=key,
        defaults={
            "group": group,
            "title": title,
            "story": story,
            "order": order,
            "person_id": person_id,
            "staff_id": staff_id,
            "mandate_id": mandate_id,
        },
    )
