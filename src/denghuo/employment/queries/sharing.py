"""What a person could let a firm read: their name and phone, and what they have written down."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from denghuo.employment.logic.sharing import Line
from denghuo.employment.queries.own_words import resume_lines, wish_lines
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import person_in_full
from denghuo.platform.public import Actor


def parts_offered(person_id: UUID, *, actor: Actor) -> dict[str, tuple[Line, ...]]:
    """Every part there is, by name. For the person, or who acts for them, before they agree.

    A clerk who helps is written down as having looked.
    """
    whole = person_in_full(person_id, actor=actor, purpose="投递岗位", what=("name", "phone"))
    phone = whole.phone.text if whole.phone else ""
    found: dict[str, tuple[Line, ...]] = {"name": (Line("姓名", whole.name),)}
    if phone:
        found["phone"] = (Line("电话", phone),)
    person = SubjectRef("person", person_id)
    written = {"wish": wish_lines(person, now=timezone.now()), "resume": resume_lines(person)}
    return {**found, **{name: lines for name, lines in written.items() if lines}}
