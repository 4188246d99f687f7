"""Download a stored file."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from denghuo.platform.access import ActorRequest, allowed, signed_in
from denghuo.platform.files.store import open_file, read_file


@require_safe
@allowed(signed_in)
def stored_file(request: ActorRequest, file_id: UUID) -> HttpResponseBase:
    """The file as a download, never shown inside a page of ours."""
    file = read_file(actor=request.actor, file_id=file_id, now=timezone.now())
    answer = FileResponse(
        open_file(file), as_attachment=True, filename=file.name, content_type=file.content_type
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
