"""What the platform does when Django or another room tells it something."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils import timezone

from denghuo.kernel.subject import SubjectRef
from denghuo.platform.calendar import seed_published_years
from denghuo.platform.jobs.registry import RunningJob, on_event
from denghuo.platform.merging import move_to_survivor
from denghuo.platform.models.calendar import CalendarDay


def seed_calendar(using: str = "default", **_told: Any) -> None:
    """A new database has the work calendar; one migrated back before it has no such table."""
    if CalendarDay._meta.db_table in connections[using].introspection.table_names():  # noqa: SLF001  Django's public _meta
        seed_published_years(now=timezone.now())


post_migrate.connect(
    seed_calendar, sender=apps.get_app_config("platform"), dispatch_uid="platform.seed_calendar"
)


@on_event("people.persons_merged", kind="platform.follow_merged_person")
def follow_merged_person(running: RunningJob) -> None:
    """Letters and files follow the person."""
    move_to_survivor(
        survivor=SubjectRef("person", UUID(running.payload["survivor"])),
        duplicate=SubjectRef("person", UUID(running.payload["duplicate"])),
        now=timezone.now(),
    )
