"""Bytes that programs send: kept on the disk while they come, known by their digest."""

from __future__ import annotations

import errno
import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from denghuo.kernel.refusal import RefusalError

_PIECE_BYTES = 1024 * 1024


class DiskFullError(RefusalError):
    """There is no room for what is being sent."""

    code = "platform.disk_full"
    template = "服务器的磁盘满了，没有收下。请联系运维人员腾出空间，再传一次。"
    status = 507


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

    Its length was announced and looked at before. Raises ``DiskFullError``.
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
                raise DiskFullError from error
            raise
        yield Brought(digest.hexdigest(), lambda: _pieces(file))


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(_PIECE_BYTES):
        yield piece
