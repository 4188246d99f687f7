"""Kept searches of one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from denghuo.employment.models import SavedSearch
from denghuo.employment.queries.applications import ids_of
from denghuo.employment.queries.post_search import PostQuery, read_query
from denghuo.kernel.subject import SubjectRef


@dataclass(frozen=True, slots=True)
class SavedSearchView:
    """A kept search. ``daily`` says whether news is told."""

    id: UUID
    query: PostQuery
    daily: bool
    created_at: datetime


def searches_of(person: SubjectRef) -> list[SavedSearchView]:
    """All of one person's, in the order they were kept."""
    rows = SavedSearch.objects.filter(person_id__in=ids_of(person))
    return [
        SavedSearchView(row.pk, read_query(row.asked), row.daily, row.created_at) for row in rows
    ]
