"""Bytes on their way in: kept on the disk while they come, known by their digest."""

from __future__ import annotations

import errno
import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import IO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from denghuo.benefits.actions.import_refusals import NoRoomForFileError
from denghuo.benefits.actions.imports import receive_file
from denghuo.benefits.logic.targets import SubjectKind
from denghuo.benefits.queries.import_lists import same_bytes
from denghuo.benefits.queries.imports import ImportView, import_of
from denghuo.kernel.region import Region
from denghuo.platform.public import Actor, ActorRequest, sent_parts

_PIECE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Delivery:
    """What goes with the bytes."""

    name: str
    subject: SubjectKind
    office: str
    legal_basis: str
    area: str
    observed_on: date | None

    def sent(self, request: ActorRequest, sha256: str) -> bytes:
        """What the request asks, for its idempotency key."""
        return sent_parts(request, *(str(part) for part in asdict(self).values()), sha256)


@dataclass(frozen=True, slots=True)
class Brought:
    """Bytes that can be read as often as one likes, and their digest."""

    sha256: str
    chunks: Callable[[], Iterable[bytes]]

    @classmethod
    def of_upload(cls, upload: UploadedFile[bytes]) -> Brought:
        """The file of a form, which the framework has put on the disk where it is long."""
        digest = hashlib.sha256()
        for piece in upload.chunks():
            digest.update(piece)
        return cls(digest.hexdigest(), upload.chunks)


@contextmanager
def spooled(request: HttpRequest) -> Iterator[Brought]:
    """The body itself, written to a nameless file while it comes: killed, it leaves nothing.

    Its length was announced and looked at before. Raises ``NoRoomForFileError``.
    """
    digest = hashlib.sha256()
    with tempfile.TemporaryFile(dir=settings.DATA_DIR) as file:
        try:
            while piece := request.read(_PIECE_BYTES):
                digest.update(piece)
                file.write(piece)
            file.flush()
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise NoRoomForFileError from error
            raise
        yield Brought(digest.hexdigest(), lambda: _pieces(file))


def received(
    actor: Actor, told: Delivery, brought: Brought, *, now: datetime
) -> tuple[ImportView, bool]:
    """The import of these bytes, and whether it was there already.

    Raises what ``receive_file`` raises.
    """
    area = Region.read(told.area)
    before = same_bytes(
        actor,
        digest=brought.sha256,
        subject=told.subject,
        office=told.office,
        area=area,
        observed_on=told.observed_on,
    )
    if before is not None:
        return before, True
    import_id = receive_file(
        actor=actor,
        name=told.name,
        chunks=brought.chunks,
        subject=told.subject,
        office=told.office,
        legal_basis=told.legal_basis,
        area=area,
        observed_on=told.observed_on,
        now=now,
    )
    return import_of(actor, import_id), False


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(_PIECE_BYTES):
        yield piece
