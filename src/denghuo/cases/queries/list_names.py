"""The names of applicants as a list shows them: a person's masked, a firm's in full."""

from __future__ import annotations

from collections.abc import Iterable

from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import firms_of, persons_of


def list_names(subjects: Iterable[SubjectRef]) -> dict[SubjectRef, str]:
    """By subject, looked up in one go; unknown ones are left out."""
    refs = set(subjects)
    persons = persons_of([ref.id for ref in refs if ref.kind == "person"])
    firms = firms_of([ref.id for ref in refs if ref.kind == "firm"])
    names = {SubjectRef("person", pk): view.name_masked for pk, view in persons.items()}
    return names | {SubjectRef("firm", pk): view.name for pk, view in firms.items()}
