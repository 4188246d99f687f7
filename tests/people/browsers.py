"""Test clients that are signed in, by the same door the pages use."""

from __future__ import annotations

from uuid import UUID

from django.test import Client, RequestFactory

from denghuo.people import sessions
from denghuo.people.models import Staff


def resident(person_id: UUID, *, mandate_id: UUID | None = None) -> Client:
    """A browser signed in as a resident."""
    client = Client()
    request = RequestFactory().get("/")
    request.session = client.session
    sessions.sign_in_person(request, person_id, how="code")
    if mandate_id is not None:
        sessions.act_for(request, mandate_id)
    return _with(client, request.session)


def staff(staff_id: UUID) -> Client:
    """A browser signed in as a member of staff."""
    client = Client()
    request = RequestFactory().get("/")
    request.session = client.session
    version = Staff.objects.get(pk=staff_id).session_version
    sessions.sign_in_staff(request, staff_id, version=version, how="password")
    return _with(client, request.session)


def _with(client: Client, session: object) -> Client:
    session.save()  # type: ignore[attr-defined]
    client.cookies["sessionid"] = session.session_key  # type: ignore[attr-defined]
    return client
